"""The trained reader: question + passages -> spans, relevance and a calibrated confidence.

Every sentence of every passage is a candidate, with its best span as the bare answer. Its score
weighs the network's two heads, the span head's mass over "no answer" and the answerability head,
with what retrieval knows of it, by the calibration that ships beside the weights. How both were
made: training/MODEL_CARD.md.
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
from qa.signals import sentence_signals, signals, terms
from vectorstore.embedder import Embedder
from vectorstore.records import Span

WEIGHTS = Path(__file__).parent / "weights"
MAX_SPAN_TOKENS = 48
N_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two logistic regressions, fitted by training/calibrate.py on held-out questions.

    sentence: weights by name of qa.signals.sentence_signals -> probability that the sentence holds
    the answer. confidence: weights by name of qa.signals.signals -> probability that the best
    sentence does. Each has a "bias". threshold: the confidence under which to abstain.
    """

    sentence: dict[str, float]
    confidence: dict[str, float]
    threshold: float

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read reader.json. Raises ModelError when it is missing or malformed."""
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["calibration"]
            sentence, confidence = (
                {"bias": 0.0, **{name: float(weight) for name, weight in data[part].items()}}
                for part in ("sentence", "confidence")
            )
            return cls(sentence, confidence, float(data["threshold"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{path.name}: the reader's calibration does not load ({error}); "
                "reinstall footnote-qa, or use --model baseline."
            ) from error


def probability(weights: dict[str, float], values: dict[str, float]) -> float:
    """The logistic regression of named values; a name without a weight counts nothing."""
    return sigmoid(weights["bias"] + sum(weights.get(k, 0.0) * v for k, v in values.items()))


def read_sentences(
    asked: frozenset[str], passage: Passage, row: Logits
) -> Iterator[tuple[Span, Span, dict[str, float]]]:
    """Each sentence of a passage that may answer: its span in the article, its best span in the
    passage, and its signals. asked: the question's terms."""
    chunk = passage.chunk
    before = ""
    for sentence in chunk.sentences:
        inside = sentence[0] - chunk.start, sentence[1] - chunk.start
        text = chunk.text[slice(*inside)]
        best = row.best(*inside, MAX_SPAN_TOKENS)
        if best is not None and may_answer(text):
            start, end, mass = best
            values = sentence_signals(asked, text, before, passage, mass, row.answerable)
            yield sentence, (start, end), values
        before = text


class TrainedReader:
    """Footnote's own extractive reader: MiniLM-L6 with a span and an answerability head."""

    name = "reader"

    def __init__(self, embedder: Embedder, weights: Path = WEIGHTS) -> None:
        """Load and check the weights. Raises ModelError when they are missing or damaged."""
        self._network = Network.load(weights)
        self._embedder = embedder
        self.calibration = Calibration.load(weights / "reader.json")
        self.threshold = self.calibration.threshold

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Read all passages in one batch. The same question and passages give the same reading."""
        if not passages:
            return Reading((), (), 0.0)
        logits = self._network.run(question, [passage.chunk.text for passage in passages])
        return self.interpret(question, passages, logits)

    def interpret(
        self, question: str, passages: Sequence[Passage], logits: Sequence[Logits]
    ) -> Reading:
        """The reading that the network's logits of the passages amount to."""
        found: dict[tuple[str, Span], Candidate] = {}
        relevance = []
        asked = terms(question)
        for passage, row in zip(passages, logits, strict=True):
            scored = self._read_one(asked, passage, row)
            relevance.append(max((candidate.score for candidate in scored.values()), default=0.0))
            for sentence, candidate in scored.items():  # neighbouring chunks share a sentence
                key = passage.chunk.article_id, sentence
                if key not in found or candidate.score > found[key].score:
                    found[key] = candidate
        ordered = sorted(found.values(), key=lambda c: (-c.score, c.passage, c.start))
        candidates = tuple(ordered[:N_CANDIDATES])
        reading = Reading(candidates, tuple(relevance), 0.0)
        return Reading(candidates, tuple(relevance), self._confidence(question, passages, reading))

    def _read_one(
        self, asked: frozenset[str], passage: Passage, row: Logits
    ) -> dict[Span, Candidate]:
        """The best span of each sentence of one passage, by sentence."""
        candidates = {}
        for sentence, (start, end), values in read_sentences(asked, passage, row):
            span = passage.chunk.start + start, passage.chunk.start + end
            score = probability(self.calibration.sentence, values)
            candidates[sentence] = candidate_at(passage, span, score)
        return candidates

    def _confidence(self, question: str, passages: Sequence[Passage], reading: Reading) -> float:
        if not reading.candidates:
            return 0.0
        similar = self.similarity(question, self.lead_sentence(reading, passages))
        values = signals(question, passages, reading, similar)
        return probability(self.calibration.confidence, values)

    def similarity(self, question: str, sentence: str) -> float:
        """Cosine of question and sentence in [-1, 1]: the second opinion of another network."""
        one, other = (self._embedder.embed_question(text) for text in (question, sentence))
        return float(one @ other)

    @staticmethod
    def lead_sentence(reading: Reading, passages: Sequence[Passage]) -> str:
        """The sentence that the best candidate stands in. Needs at least one candidate."""
        best = reading.candidates[0]
        chunk = next(p.chunk for p in passages if p.rank == best.passage)
        start, end = next(s for s in chunk.sentences if s[0] <= best.start < s[1])
        return chunk.text[start - chunk.start : end - chunk.start]


def sigmoid(value: float) -> float:
    """1 / (1 + exp(-value)), without overflow."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1 + grown)
