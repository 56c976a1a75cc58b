"""Two runs over the same cases, case by case: what got better, what got worse, beyond noise or not.

Knows the JSON form of a report (qa eval --json) and numbers; asks nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import EvalsetError
from qa.evaluation import confidence, intervals
from qa.evaluation.evalset import Case
from qa.evaluation.intervals import Score
from qa.evaluation.report import MEASURES, Report

GATED = (
    "right",
    "answer_in_lead",
    "refusal",
    "false_refusal",
    "citation_precision",
    "citation_recall",
    "verified",
)
"""Measures whose fall makes `--compare` fail; the others are shown."""
ALPHA = 0.05
_UNSHARED = "the two runs share no case (same id and question): nothing to compare."

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """New minus old of one measure over the shared cases, both resampled together.

    won, lost: ids of cases whose value of this measure rose and fell (in the sense of "more is
    better" reversed where less is). beyond_noise: the interval leaves out 0, and so uneven a
    split of changed cases has a chance under 5% (sign test); with few changed cases the bootstrap
    alone would call anything certain.
    """

    measure: str
    old: float
    new: float
    change: Score
    won: tuple[str, ...]
    lost: tuple[str, ...]
    beyond_noise: bool

    @property
    def worse(self) -> bool:
        """Worse beyond noise."""
        more_is_better = MEASURES[self.measure].more_is_better
        return self.beyond_noise and (self.change.value < 0) == more_is_better

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "measure": self.measure,
            "old": round(self.old, 6),
            "new": round(self.new, 6),
            "change": self.change.to_dict(),
            "won": list(self.won),
            "lost": list(self.lost),
            "beyond_noise": self.beyond_noise,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, and what the two runs are. n_shared: cases that both answered."""

    old_name: str
    new_name: str
    n_shared: int
    differences: tuple[Difference, ...]

    @property
    def worse(self) -> tuple[Difference, ...]:
        """Gated measures that are worse beyond noise."""
        return tuple(one for one in self.differences if one.measure in GATED and one.worse)

    @property
    def right(self) -> Difference | None:
        """The difference in cases right, whose won and lost are listed."""
        return next((one for one in self.differences if one.measure == "right"), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "old": self.old_name,
            "new": self.new_name,
            "n_shared": self.n_shared,
            "differences": [one.to_dict() for one in self.differences],
        }


def read_run(path: Path) -> dict[str, Any]:
    """The JSON of an earlier run. Raises EvalsetError when it is not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        rows = data["cases"]
        if not rows or not all({"id", "question", "values"} <= row.keys() for row in rows):
            raise KeyError("id, question and values of every case")
    except OSError as exc:
        raise EvalsetError(f"{path}: cannot be read ({exc.strerror}).") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise EvalsetError(f"{path}: not a run that `qa eval --json` wrote ({exc}).") from exc
    found: dict[str, Any] = data
    return found


def refuse_unshared(old: Mapping[str, Any], cases: Sequence[Case]) -> None:
    """Raises EvalsetError when an earlier run holds none of these cases (same id and question)."""
    before = {(row["id"], row["question"]) for row in old["cases"]}
    if not any((case.case_id, case.question) in before for case in cases):
        raise EvalsetError(_UNSHARED)


def compare(new: Report | Mapping[str, Any], old: Report | Mapping[str, Any]) -> Comparison:
    """Compare two runs, each a Report or its JSON form, over the cases that both hold.

    A case is the same when id and question are. Raises EvalsetError when none is shared.
    """
    new_data, old_data = _data(new), _data(old)
    before = {(row["id"], row["question"]): row for row in old_data["cases"]}
    pairs = [
        (row, before[row["id"], row["question"]])
        for row in new_data["cases"]
        if (row["id"], row["question"]) in before
    ]
    if not pairs:
        raise EvalsetError(_UNSHARED)
    found = [_difference(name, pairs) for name in MEASURES]
    return Comparison(
        old_name=_name(old_data),
        new_name=_name(new_data),
        n_shared=len(pairs),
        differences=tuple(one for one in found if one),
    )


def _difference(name: str, pairs: Sequence[tuple[Row, Row]]) -> Difference | None:
    if name in ("risk_coverage_area", "calibration_error"):
        return _confidence_difference(name, pairs)
    kept = [
        (row["id"], _value(row, name), _value(other, name))
        for row, other in pairs
        if name in row["values"] or name in other["values"]
    ]
    new, old = [now for _, now, _ in kept], [then for _, _, then in kept]
    change = intervals.paired_difference(new, old)
    if change is None:
        return None
    sign = 1 if MEASURES[name].more_is_better else -1
    usual = _total(old)
    moves = {
        case_id: sign * (_share(now, usual) - _share(then, usual)) for case_id, now, then in kept
    }
    won = tuple(case_id for case_id, move in moves.items() if move > 0)
    lost = tuple(case_id for case_id, move in moves.items() if move < 0)
    certain = not change.low <= 0 <= change.high
    return Difference(
        measure=name,
        old=_total(old),
        new=_total(new),
        change=change,
        won=won,
        lost=lost,
        beyond_noise=certain and intervals.sign_test(len(won), len(lost)) < ALPHA,
    )


def _confidence_difference(name: str, pairs: Sequence[tuple[Row, Row]]) -> Difference | None:
    statistic = getattr(confidence, name)
    judged = [pair for pair in pairs if "right" in pair[0]["values"]]
    new, old = (
        confidence.rows_of(
            [
                confidence.Outcome(None if row["abstained"] else row["confidence"], row["right"])
                for row in side
            ]
        )
        for side in ([row for row, _ in judged], [row for _, row in judged])
    )
    change = intervals.statistic_score(
        len(judged),
        len(judged),
        lambda counts: statistic(new, counts) - statistic(old, counts),
    )
    if change is None:
        return None
    return Difference(
        measure=name,
        old=float(statistic(old)[0]),
        new=float(statistic(new)[0]),
        change=change,
        won=(),
        lost=(),
        beyond_noise=not change.low <= 0 <= change.high,
    )


def _data(run: Report | Mapping[str, Any]) -> Mapping[str, Any]:
    return run.to_dict() if isinstance(run, Report) else run


def _name(data: Mapping[str, Any]) -> str:
    meta = data.get("meta", {})
    return f"{meta.get('model', 'unnamed')} of {meta.get('date', 'unknown date')}"


def _value(row: Row, name: str) -> tuple[float, float]:
    numerator, weight = row["values"].get(name, (0.0, 0.0))
    return float(numerator), float(weight)


def _share(value: tuple[float, float], usual: float) -> float:
    """A case's own ratio; where it does not count (not answered, not cited), the old run's.

    So a case newly answered with a worse citation than was usual is one lost.
    """
    return value[0] / value[1] if value[1] else usual


def _total(values: Sequence[tuple[float, float]]) -> float:
    return sum(value for value, _ in values) / sum(weight for _, weight in values)
