"""The trained reader: question + passages -> spans, relevance and a calibrated confidence.

Two networks of ours read: the skimmer, a sixth of the work, every passage, and the reader the
N_READ of most promise; what they say of those is averaged. Every sentence of a passage read is a
candidate, with its best span as the bare answer. Its score weighs the networks' two heads, the
span head's mass over "no answer" and the answerability head, with what retrieval knows of it, by
the calibration that ships beside the weights. How all were made: training/MODEL_CARD.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import ModelError
from qa.network import Logits, Network
from qa.reading import Reading, candidate_at, may_answer
from qa.records import Candidate, Passage
from qa.signals import CONFIDENCE, FIXED, SENTENCE, sentence_signals, signals
from vectorstore.records import Span

WEIGHTS = Path(__file__).parent / "weights"
CARD = "reader.json"
"""Beside the weights: their SHA-256 and the calibration."""
SKIMMER = "skimmer"
N_READ = 6
"""How many passages are read by both networks; measured in training/NOTES.md."""
SKIMMER_SHARE = 0.35
"""Of the skimmer in the mean of the two networks' logits."""
MAX_SPAN_TOKENS = 48
N_CANDIDATES = 24


def card_text() -> str:
    """The shipped cards, which name the weights and the calibration; "" when there are none."""
    cards = sorted(WEIGHTS.glob("*.json"))
    return "".join(card.read_text(encoding="utf-8") for card in cards)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two logistic regressions, fitted by training/calibrate.py on held-out questions.

    sentence: weights by name of qa.signals.sentence_signals -> probability that the sentence holds
    the answer. confidence: weights by name of qa.signals.signals -> probability that the best
    sentence does. Each has a "bias" and the weights of qa.signals.FIXED. threshold: the confidence
    under which to abstain.
    """

    sentence: dict[str, float]
    confidence: dict[str, float]
    threshold: float

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read reader.json. Raises ModelError when it is missing, malformed or of other signals."""
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["calibration"]
            weights = {}
            for part, names in (("sentence", SENTENCE), ("confidence", CONFIDENCE)):
                weights[part] = {name: float(weight) for name, weight in data[part].items()}
                if unknown := weights[part].keys() - {*names, *FIXED, "bias"}:
                    raise ValueError(f"unknown {part} signals {', '.join(sorted(unknown))}")
                weights[part].setdefault("bias", 0.0)
            return cls(weights["sentence"], weights["confidence"], float(data["threshold"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{path.name}: the reader's calibration does not load ({error}); "
                "reinstall footnote-qa, or use --model baseline."
            ) from error


def probability(weights: dict[str, float], values: dict[str, float]) -> float:
    """The logistic regression of named values; a name without a weight counts nothing."""
    return sigmoid(weights["bias"] + sum(weights.get(k, 0.0) * v for k, v in values.items()))


def read_sentences(
    question: str, passage: Passage, row: Logits
) -> Iterator[tuple[Span, Span, dict[str, float]]]:
    """Each sentence of a passage that may answer: its span in the article, its best span in the
    passage, and its signals."""
    chunk = passage.chunk
    before = ""
    for sentence in chunk.sentences:
        inside = sentence[0] - chunk.start, sentence[1] - chunk.start
        text = chunk.text[slice(*inside)]
        best = row.best(*inside, MAX_SPAN_TOKENS)
        if best is not None and may_answer(text):
            start, end, mass = best
            values = sentence_signals(question, text, before, passage, mass, row.answerable)
            yield sentence, (start, end), values
        before = text


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate, the sentence it stands in, and the signals that its score was computed from."""

    candidate: Candidate
    sentence: Span
    values: dict[str, float]

    def order(self) -> tuple[float, int, int]:
        """Sorts the best first; equal scores in the order of passages and characters."""
        return -self.candidate.score, self.candidate.passage, self.candidate.start


class TrainedReader:
    """Footnote's own extractive reader: nine layers of MPNet after a skimmer of six narrow ones."""

    name = "reader"

    def __init__(self, weights: Path = WEIGHTS, calibration: Calibration | None = None) -> None:
        """Load and check the weights, and the calibration beside them unless one is given.

        Raises ModelError when they are missing or damaged.
        """
        self._skimmer = Network.load(weights, SKIMMER)
        self._network = Network.load(weights)
        self.calibration = calibration or Calibration.load(weights / CARD)
        self.threshold = self.calibration.threshold

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Read the passages of most promise, each alone.

        The same question and passages give the same reading.
        """
        if not passages:
            return Reading((), (), 0.0)
        return self.interpret(question, passages, self.look(question, passages))

    def look(self, question: str, passages: Sequence[Passage]) -> list[Logits | None]:
        """What the networks say of each passage; None of those that the skimmer passes over."""
        texts = [passage.chunk.text for passage in passages]
        skimmed = self._skimmer.run(question, texts)
        order = sorted(range(len(texts)), key=lambda i: (-skimmed[i].promise, i))
        chosen = sorted(order[:N_READ])
        found: list[Logits | None] = [None] * len(texts)
        read = self._network.run(question, [texts[i] for i in chosen])
        for i, row in zip(chosen, read, strict=True):
            found[i] = row.mixed(skimmed[i], SKIMMER_SHARE)
        return found

    def interpret(
        self, question: str, passages: Sequence[Passage], logits: Sequence[Logits | None]
    ) -> Reading:
        """The reading that the logits of the passages amount to; without logits, unread."""
        scored, relevance = self.score(question, passages, logits)
        candidates = tuple(each.candidate for each in scored)
        if not candidates:
            return Reading((), relevance, 0.0)
        values = signals(question, passages, candidates, scored[0].values)
        return Reading(candidates, relevance, probability(self.calibration.confidence, values))

    def score(
        self, question: str, passages: Sequence[Passage], logits: Sequence[Logits | None]
    ) -> tuple[list[Scored], tuple[float, ...]]:
        """The best sentences of all passages, best first, and the best score of each passage.

        The score of a passage without logits is 0.
        """
        found: dict[tuple[str, Span], Scored] = {}
        relevance = []
        for passage, row in zip(passages, logits, strict=True):
            scored = [] if row is None else self._read_one(question, passage, row)
            relevance.append(max((each.candidate.score for each in scored), default=0.0))
            for each in scored:  # neighbouring chunks share a sentence
                key = passage.chunk.article_id, each.sentence
                if key not in found or each.candidate.score > found[key].candidate.score:
                    found[key] = each
        return sorted(found.values(), key=Scored.order)[:N_CANDIDATES], tuple(relevance)

    def _read_one(self, question: str, passage: Passage, row: Logits) -> list[Scored]:
        """Each sentence of one passage that may answer, with its best span."""
        scored = []
        for sentence, (start, end), values in read_sentences(question, passage, row):
            span = passage.chunk.start + start, passage.chunk.start + end
            score = probability(self.calibration.sentence, values)
            scored.append(Scored(candidate_at(passage, span, score), sentence, values))
        return scored


def sigmoid(value: float) -> float:
    """1 / (1 + exp(-value)), without overflow."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1 + grown)
