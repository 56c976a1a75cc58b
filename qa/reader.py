"""The trained reader: question + passages -> spans, relevance and a calibrated confidence.

Every sentence of every passage is a candidate, with its best span as the bare answer. Scores come
from two heads, the span head's mass over "no answer" and the answerability head, weighed by the
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
N_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two logistic regressions, fitted by training/calibrate.py on held-out questions.

    span: (weight of a sentence's mass, weight of the answerability logit, bias) -> probability
    that the sentence's best span is right. confidence: weights by signal of qa/signals.py, "bias".
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
            scored = self._read_one(passage, row)
            relevance.append(max((candidate.score for candidate in scored), default=0.0))
            found += scored
        found.sort(key=lambda c: (-c.score, c.passage, c.start))
        candidates = tuple(found[:N_CANDIDATES])
        reading = Reading(candidates, tuple(relevance), 0.0)
        return Reading(candidates, tuple(relevance), self._confidence(question, passages, reading))

    def _read_one(self, passage: Passage, row: Logits) -> list[Candidate]:
        """The best span of each sentence of one passage."""
        weight, answerable_weight, bias = self.calibration.span
        base = passage.chunk.start
        candidates = []
        for sentence_start, sentence_end in passage.chunk.sentences:
            best = row.best(sentence_start - base, sentence_end - base, MAX_SPAN_TOKENS)
            if best is not None:
                start, end, mass = best
                score = sigmoid(weight * mass + answerable_weight * row.answerable + bias)
                candidates.append(candidate_at(passage, (base + start, base + end), score))
        return candidates

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
