"""Does the confidence mean anything: risk-coverage and calibration, over (confidence, right) rows.

Knows numbers only. References: risk-coverage, El-Yaniv and Wiener 2010 (JMLR 11); expected
calibration error, Guo et al. 2017, https://arxiv.org/abs/1706.04599, 10 bins of equal width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

N_BINS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: confidence in [0, 1] of the answer given, None when it abstained.

    right: the answer was right, or the case was rightly refused.
    """

    confidence: float | None
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: mean confidence, share right, and how many."""

    confidence: float
    right: float
    n: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Outcomes as arrays of shape (n,), most confident first.

    weight: 1 where the row bears risk, else 0. Answers given bear it. So does an answerable case
    that was refused: it comes after all answers (confidence -1) and is an error, or refusing
    everything would look safe. A case rightly refused bears none. So a perfect system has area 0
    and one that refuses all has area 1. order: which outcome stands in which row.
    """

    confidence: np.ndarray
    error: np.ndarray
    weight: np.ndarray
    order: np.ndarray

    @property
    def n(self) -> int:
        """Rows that bear risk."""
        return int(self.weight.sum())


def rows_of(outcomes: Sequence[Outcome]) -> Rows:
    """The outcomes in the order in which their risk is met."""
    confidence = np.array([-1.0 if o.confidence is None else o.confidence for o in outcomes])
    error = np.array([float(not outcome.right) for outcome in outcomes])
    order = np.argsort(-confidence, kind="stable")
    weight = ((confidence >= 0) | (error > 0)).astype(float)
    return Rows(confidence[order], error[order], weight[order], order)


def risk_curve(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """(coverage, risk) after each row that bears risk, both of shape (rows.n,).

    Rows of equal confidence have no order, so each counts as the mean error of its group: the
    risk is then the expected one over all orders of the ties.
    """
    bears = rows.weight > 0
    error = rows.error[bears]
    _, group = np.unique(-rows.confidence[bears], return_inverse=True)
    mean_error = np.bincount(group, weights=error) / np.maximum(np.bincount(group), 1)
    place = np.arange(1, len(error) + 1)
    return place / max(len(error), 1), np.cumsum(mean_error[group]) / place


def risk_coverage_area(rows: Rows, counts: np.ndarray | None = None) -> np.ndarray:
    """Mean risk over all coverages, in [0, 1], for each resample; nan where no row bears risk.

    counts: how often each outcome (in the order given to rows_of) is drawn, of shape
    (resamples, n); None takes each once. Returns shape (resamples,).

    Confidences .9 .8 .7 with errors 0 1 0: risks 0/1, 1/2, 1/3; area (0 + 1/2 + 1/3) / 3 = .278.
    In a group of ties with s rows and mean error r that begins after K rows and E errors, the
    risks (E + jr) / (K + j), j = 1..s, sum to sr + (E - Kr)(H(K + s) - H(K)), H harmonic numbers.
    """
    drawn = _drawn(rows, counts)
    if drawn.shape[1] == 0:
        return np.full(len(drawn), np.nan)
    starts = np.flatnonzero(np.r_[True, np.diff(rows.confidence) != 0])
    size = np.add.reduceat(drawn, starts, axis=1)
    errors = np.add.reduceat(drawn * rows.error, starts, axis=1)
    before = np.cumsum(size, axis=1) - size
    errors_before = np.cumsum(errors, axis=1) - errors
    mean = np.divide(errors, size, out=np.zeros_like(errors), where=size > 0)
    total = size.sum(axis=1)
    harmonic = np.r_[0.0, np.cumsum(1 / np.arange(1, int(total.max(initial=0)) + 1))]
    steps = harmonic[(before + size).astype(int)] - harmonic[before.astype(int)]
    area = (errors + (errors_before - before * mean) * steps).sum(axis=1)
    return _ratio(area, total)


def calibration_bins(rows: Rows) -> list[Bin]:
    """Answers given (confidence >= 0) in 10 bins of equal width; empty bins are left out."""
    return [
        Bin(
            float(rows.confidence[here].mean()), float(1 - rows.error[here].mean()), int(here.sum())
        )
        for here in _bins(rows)
        if here.any()
    ]


def calibration_error(rows: Rows, counts: np.ndarray | None = None) -> np.ndarray:
    """Expected calibration error over the answers given, for each resample; nan where none is.

    Two answers at .8, one right, and two at .6, both right: (2/4)|.5 - .8| + (2/4)|1 - .6| = .35.
    counts as in risk_coverage_area; returns shape (resamples,).
    """
    drawn = _drawn(rows, counts)
    given = drawn[:, rows.confidence >= 0].sum(axis=1)
    excess = rows.confidence - (1 - rows.error)
    gaps = [np.abs(drawn[:, here] @ excess[here]) for here in _bins(rows)]
    gap = np.sum(gaps, axis=0)
    return _ratio(gap, given)


def _drawn(rows: Rows, counts: np.ndarray | None) -> np.ndarray:
    if counts is None:
        return rows.weight[np.newaxis, :]
    drawn: np.ndarray = counts[:, rows.order] * rows.weight
    return drawn


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above / below, nan where below is 0."""
    found = np.full(len(below), np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found


def _bins(rows: Rows) -> list[np.ndarray]:
    place = np.minimum((rows.confidence * N_BINS).astype(int), N_BINS - 1)
    return [(place == number) & (rows.confidence >= 0) for number in range(N_BINS)]
