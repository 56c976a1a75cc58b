"""How sure a score is: percentile bootstrap over cases, exact where all cases agree.

Knows numbers only. A score is a ratio of sums: each case brings a numerator and a weight, so that
"share of citations" is resampled by case, as citations of one answer stand or fall together.
Seeded: the same cases give the same interval.

Percentile, not BCa: BCa returns NaN when all scores are equal. Where all are equal the bootstrap
has no width, so the interval is Clopper-Pearson (Biometrika 1934) with n cases; for a common value
strictly between 0 and 1 it is taken with k = n * value, which is at least wide enough because no
values in [0, 1] of that mean vary more than zeros and ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np

N_RESAMPLES = 2000
"""The 2.5% end then rests on 50 resamples; 300 cases and 25 measures take about 0.1 s."""
LEVEL = 0.95
_SEED = 20160315
_BATCH = 2_000_000
_NO_WIDTH = 1e-9


@dataclass(frozen=True, slots=True)
class Score:
    """A measure: value and the ends of its 95% interval, n the number of cases that count."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float | int]:
        """Plain JSON types, rounded to six places so that files compare equal across machines."""
        return {
            "value": round(self.value, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
            "n": self.n,
        }


def ratio_score(values: Sequence[tuple[float, float]]) -> Score | None:
    """Sum of numerators over sum of weights, with its interval; None when nothing weighs."""
    pairs = np.array([pair for pair in values if pair[1] > 0], dtype=float).reshape(-1, 2)
    n = len(pairs)
    if n == 0:
        return None
    value = float(pairs[:, 0].sum() / pairs[:, 1].sum())
    shares = pairs[:, 0] / pairs[:, 1]
    if np.all(shares == shares[0]):
        value = float(shares[0])
        return Score(value, *exact_interval(value * n, n), n)
    sums = resampled_sums(pairs)
    return Score(value, *_ends(sums[:, 0] / sums[:, 1]), n)


def exact_interval(successes: float, n: int) -> tuple[float, float]:
    """Clopper-Pearson: both ends in [0, 1]. (0, 1) when n is 0."""
    from scipy.special import betaincinv

    if n == 0:
        return 0.0, 1.0
    tail = (1 - LEVEL) / 2
    low = float(betaincinv(successes, n - successes + 1, tail)) if successes > 0 else 0.0
    high = float(betaincinv(successes + 1, n - successes, 1 - tail)) if successes < n else 1.0
    return low, high


def order_score(values: Sequence[float], share: float) -> Score | None:
    """The `share` quantile (0.5 is the median) of seconds or counts, with its interval."""
    numbers = np.array(values, dtype=float)
    n = len(numbers)
    if n == 0:
        return None
    rng = np.random.default_rng(_SEED)
    per_batch = max(1, _BATCH // n)
    found = [
        np.quantile(numbers[rng.integers(0, n, size=(min(per_batch, left), n))], share, axis=1)
        for left in range(N_RESAMPLES, 0, -per_batch)
    ]
    return Score(float(np.quantile(numbers, share)), *_ends(np.concatenate(found)), n)


def statistic_score(
    n_rows: int, n: int, statistic: Callable[[np.ndarray], np.ndarray], *, is_share: bool = False
) -> Score | None:
    """Any statistic of cases: from counts of shape (resamples, n_rows) to values (resamples,).

    n: how many of the rows count. is_share: it lies in [0, 1], and where all resamples agree its
    interval is exact, as in ratio_score. None when the statistic of all rows, each once, is nan.
    """
    value = statistic(np.ones((1, n_rows)))[0]
    if np.isnan(value):
        return None
    found = np.concatenate([statistic(counts) for counts in _resamples(n_rows)])
    found = found[~np.isnan(found)]
    if is_share and np.ptp(found) < _NO_WIDTH:
        return Score(float(value), *exact_interval(float(np.clip(value, 0, 1)) * n, n), n)
    return Score(float(value), *_ends(found), n)


def paired_difference(
    new: Sequence[tuple[float, float]], old: Sequence[tuple[float, float]]
) -> Score | None:
    """New ratio minus old over the same cases, both resampled together; row i is case i.

    A pair in which either side weighs nothing still counts for the other (a system that cites
    less is compared on what it cites). None when one side weighs nothing at all.
    """
    table = np.array([[*a, *b] for a, b in zip(new, old, strict=True)], dtype=float).reshape(-1, 4)
    table = table[(table[:, 1] > 0) | (table[:, 3] > 0)]
    totals = table.sum(axis=0)
    if len(table) == 0 or totals[1] == 0 or totals[3] == 0:
        return None
    value = float(totals[0] / totals[1] - totals[2] / totals[3])
    sums = resampled_sums(table)
    sums = sums[(sums[:, 1] > 0) & (sums[:, 3] > 0)]
    found = sums[:, 0] / sums[:, 1] - sums[:, 2] / sums[:, 3]
    return Score(value, *_ends(found), len(table))


def sign_test(n_won: int, n_lost: int) -> float:
    """Two-sided probability of so uneven a split of changed cases by chance (exact; McNemar).

    3 lost, 0 won: 2 * (1/2)**3 = 0.25, so three cases prove nothing, whatever a bootstrap says.
    """
    n = n_won + n_lost
    if n == 0:
        return 1.0
    tail = sum(comb(n, i) for i in range(min(n_won, n_lost) + 1)) / 2**n
    return float(min(1.0, 2 * tail))


def resampled_sums(table: np.ndarray) -> np.ndarray:
    """Column sums of N_RESAMPLES resamples of the rows: shape (N_RESAMPLES, columns)."""
    return np.concatenate([counts @ table for counts in _resamples(len(table))])


def _resamples(n: int) -> Iterator[np.ndarray]:
    """How often each of n cases is drawn, in batches of shape (resamples, n)."""
    if n * N_RESAMPLES <= _BATCH:
        yield _draw(n)
        return
    rng = np.random.default_rng(_SEED)
    per_batch = max(1, _BATCH // n)
    for left in range(N_RESAMPLES, 0, -per_batch):
        yield rng.multinomial(n, np.full(n, 1 / n), size=min(per_batch, left)).astype(float)


@lru_cache(maxsize=4)
def _draw(n: int) -> np.ndarray:
    """All resamples at once; kept, as one measure after the other asks for the same n."""
    counts = np.random.default_rng(_SEED).multinomial(n, np.full(n, 1 / n), size=N_RESAMPLES)
    drawn = counts.astype(float)
    drawn.flags.writeable = False
    return drawn


def _ends(found: np.ndarray) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return float(low), float(high)
