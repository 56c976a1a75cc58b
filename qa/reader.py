"""The trained reader: question + passages -> spans, relevance and a calibrated confidence.

One batch through the network (qa/network.py) for all passages of a question. Scores come from two
heads, the span head's margin over "no answer" and the answerability head, weighed by the
calibration that ships beside the weights. How both were made: training/MODEL_CARD.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import ModelError
from qa.network import Logits, Network
from qa.reading import Reading, candidate_at
from qa.records import Candidate, Passage
from qa.signals import signals

WEIGHTS = Path(__file__).parent / "weights"
MAX_SPAN_TOKENS = 48
N_BEST = 4
"""Spans kept of each passage."""
N_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two logistic regressions, fitted by training/calibrate.py on held-out questions.

    span: (weight of the margin, weight of the answerability logit, bias) -> probability that a
    span is right. confidence: weight by signal name (qa/signals.py), "bias" among them.
    threshold: the confidence under which to abstain.
    """

    span: tuple[float, float, float]
    confidence: dict[str, float]
    threshold: float

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read reader.json. Raises ModelError when it is missing or malformed."""
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["calibration"]
            margin, answerable, bias = data["span"]
            return cls((margin, answerable, bias), data["confidence"], data["threshold"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{path.name}: the reader's calibration does not load ({error}); "
                "reinstall footnote-qa, or use --model baseline."
            ) from error


class TrainedReader:
    """Footnote's own extractive reader: MiniLM-L6 with a span and an answerability head."""

    name = "reader"

    def __init__(self, weights: Path = WEIGHTS) -> None:
        """Load and check the weights. Raises ModelError when they are missing or damaged."""
        self._network = Network.load(weights)
        self.calibration = Calibration.load(weights / "reader.json")
        self.threshold = self.calibration.threshold

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Read all passages in one batch. The same question and passages give the same reading."""
        if not passages:
            return Reading((), (), 0.0)
        logits = self._network.run(question, [passage.chunk.text for passage in passages])
        found: list[Candidate] = []
        relevance = []
        for passage, row in zip(passages, logits, strict=True):
            spans = self._best_spans(row)
            relevance.append(max((score for *_, score in spans), default=0.0))
            base = passage.chunk.start
            found += [
                candidate_at(passage, (base + start, base + end), score)
                for start, end, score in spans
            ]
        found.sort(key=lambda c: (-c.score, c.passage, c.start))
        candidates = tuple(found[:N_CANDIDATES])
        reading = Reading(candidates, tuple(relevance), 0.0)
        return Reading(candidates, tuple(relevance), self._confidence(question, passages, reading))

    def _best_spans(self, row: Logits) -> list[tuple[int, int, float]]:
        """(start, end, score) of the best spans of one passage that do not overlap."""
        weight, answerable_weight, bias = self.calibration.span
        kept: list[tuple[int, int, float]] = []
        for first, last, margin in row.spans(MAX_SPAN_TOKENS, 20):
            start, end = row.offsets[first][0], row.offsets[last][1]
            if any(start < other[1] and other[0] < end for other in kept):
                continue
            score = sigmoid(weight * margin + answerable_weight * row.answerable + bias)
            kept.append((start, end, score))
            if len(kept) == N_BEST:
                break
        return kept

    def _confidence(self, question: str, passages: Sequence[Passage], reading: Reading) -> float:
        if not reading.candidates:
            return 0.0
        weights = self.calibration.confidence
        values = signals(question, passages, reading)
        return sigmoid(weights["bias"] + sum(weights.get(k, 0.0) * v for k, v in values.items()))


def sigmoid(value: float) -> float:
    """1 / (1 + exp(-value)), without overflow."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1 + grown)
