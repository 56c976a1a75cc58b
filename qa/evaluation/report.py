"""What an evaluation found: per case, per measure with intervals, per kind, per failing stage.

Knows results and how to sum them up; asks nothing and draws nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.evaluation import confidence, intervals, metrics, retrieval
from qa.evaluation.attribution import STAGES
from qa.evaluation.evalset import Case
from qa.evaluation.gold import Gold
from qa.evaluation.intervals import Score
from qa.evaluation.metrics import Measure, Value
from qa.evaluation.runfile import Asked
from qa.records import Answer

MEASURES: dict[str, Measure] = {
    measure.name: measure for measure in (*metrics.MEASURES, *retrieval.MEASURES)
}
"""Every measure by name, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Result:
    """One case, what came back, its measures, and the stage that failed (None: nothing did)."""

    case: Case
    gold: Gold
    asked: Asked
    values: Mapping[str, Value]
    stage: str | None
    verified: tuple[str, ...] = ()

    @property
    def answer(self) -> Answer | None:
        """The answer, or None when asking raised."""
        return self.asked.answer

    @property
    def right(self) -> bool:
        """Right, or rightly refused; True for cases that only judge retrieval."""
        return self.values.get("right", (1.0, 1.0))[0] == 1.0

    @property
    def outcome(self) -> confidence.Outcome:
        """Confidence of the answer given and whether it was right."""
        given = self.answer is not None and not self.answer.abstained
        return confidence.Outcome(
            self.answer.confidence if self.answer and given else None, self.right
        )

    def to_dict(self) -> dict[str, Any]:
        """The row of the report's "cases": enough to read it and to compare two runs."""
        answer = self.answer
        return {
            "id": self.case.case_id,
            "kind": self.case.kind,
            "question": self.case.question,
            "expected": list(self.case.answers),
            "text": answer.text if answer else "",
            "short": answer.short if answer else "",
            "abstained": answer.abstained if answer else False,
            "confidence": answer.confidence if answer else None,
            "right": self.right,
            "stage": self.stage,
            "error": self.asked.error,
            "citations": [
                {"file": one.file, "start": one.start, "end": one.end, "quote": one.quote}
                for one in (answer.citations if answer else ())
            ],
            "seconds": round(self.asked.seconds, 4),
            "values": {name: list(value) for name, value in self.values.items()},
        }


@dataclass(frozen=True, slots=True)
class Report:
    """One model on one evaluation set.

    scores: measure -> Score; a measure that applies to no case is absent. seconds: stage ->
    {"p50", "p95"}. stages: failures by stage, all stages named. sanity: row name -> scores of
    an answerer that knows nothing. n_left: cases not asked because of Ctrl-C. tokens: "input" and
    "output" -> {"p50", "p95"}; empty where no answer tells any.
    """

    model: str
    results: tuple[Result, ...]
    scores: Mapping[str, Score]
    by_kind: Mapping[str, Mapping[str, Score]]
    seconds: Mapping[str, Mapping[str, Score]]
    stages: Mapping[str, int]
    sanity: Mapping[str, Mapping[str, Score]]
    meta: Mapping[str, Any] = field(default_factory=dict)
    n_left: int = 0
    tokens: Mapping[str, Mapping[str, Score]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; everything but "seconds" and meta["date"] is the same in every run."""
        return {
            "meta": {**self.meta, "model": self.model, "n": len(self.results)},
            "scores": _plain(self.scores),
            "by_kind": {kind: _plain(scores) for kind, scores in self.by_kind.items()},
            "seconds": {stage: _plain(scores) for stage, scores in self.seconds.items()},
            "tokens": {name: _plain(scores) for name, scores in self.tokens.items()},
            "stages": dict(self.stages),
            "sanity": {row: _plain(scores) for row, scores in self.sanity.items()},
            "cases": [result.to_dict() for result in self.results],
        }


def to_json_dict(reports: Sequence[Report]) -> dict[str, Any]:
    """The first model's report at the top level; with several, each under "models" as well."""
    data = reports[0].to_dict()
    if len(reports) > 1:
        data["models"] = {report.model: report.to_dict() for report in reports}
    return data


def sum_up(results: Sequence[Result]) -> dict[str, Score]:
    """Every measure that applies, over these cases, in the order of MEASURES."""
    found: dict[str, Score | None] = {
        name: intervals.ratio_score([r.values[name] for r in results if name in r.values])
        for name in MEASURES
    }
    rows = confidence.rows_of([r.outcome for r in results if "right" in r.values])
    n_rows = len(rows.order)
    found["risk_coverage_area"] = intervals.statistic_score(
        n_rows,
        rows.n,
        lambda counts: confidence.risk_coverage_area(rows, counts),
        is_share=True,
    )
    found["calibration_error"] = intervals.statistic_score(
        n_rows,
        int((rows.confidence >= 0).sum()),
        lambda counts: confidence.calibration_error(rows, counts),
        is_share=True,
    )
    return {name: score for name, score in found.items() if score is not None}


def sum_up_by_kind(results: Sequence[Result]) -> dict[str, dict[str, Score]]:
    """Kind -> scores, kinds in alphabetical order."""
    kinds = sorted({result.case.kind for result in results})
    return {kind: sum_up([r for r in results if r.case.kind == kind]) for kind in kinds}


def sum_up_seconds(results: Iterable[Result]) -> dict[str, dict[str, Score]]:
    """Stage -> p50 and p95 in seconds; "wall" is the whole call as the caller felt it."""
    by_stage: dict[str, list[float]] = {}
    for result in results:
        timings = dict(result.answer.timings) if result.answer else {}
        for stage, seconds in {**timings, "wall": result.asked.seconds}.items():
            by_stage.setdefault(stage, []).append(seconds)
    return {stage: _middle_and_end(values) for stage, values in by_stage.items()}


def sum_up_tokens(results: Iterable[Result]) -> dict[str, dict[str, Score]]:
    """ "input" and "output" -> p50 and p95 tokens of an answer, over the answers that tell them."""
    counts: dict[str, list[float]] = {}
    for result in results:
        for name, count in (result.answer.tokens if result.answer else {}).items():
            counts.setdefault(name, []).append(count)
    return {name: _middle_and_end(values) for name, values in counts.items()}


def _middle_and_end(values: Sequence[float]) -> dict[str, Score]:
    ends = {
        "p50": intervals.order_score(values, 0.5),
        "p95": intervals.order_score(values, 0.95),
    }
    return {name: score for name, score in ends.items() if score is not None}


def count_stages(results: Iterable[Result]) -> dict[str, int]:
    """Failures by stage, in the order of the pipeline, zeros included."""
    counts = Counter(result.stage for result in results)
    return {stage: counts[stage] for stage in STAGES}


def _plain(scores: Mapping[str, Score]) -> dict[str, dict[str, float | int]]:
    return {name: score.to_dict() for name, score in scores.items()}
