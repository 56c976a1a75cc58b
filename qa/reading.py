"""What a reader is: question + passages -> candidate spans with comparable scores.

`qa/reader.py` is the trained one, `qa/baseline.py` the one that needs no training; `compose` turns
what either of them reads into an answer and knows neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.records import Candidate, Passage
from vectorstore.records import Span


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found.

    candidates: best first, scores in [0, 1] comparable between passages. relevance: one value in
    [0, 1] a passage, in the order of the passages. confidence: calibrated probability in [0, 1]
    that the best candidate answers the question.
    """

    candidates: tuple[Candidate, ...]
    relevance: tuple[float, ...]
    confidence: float


class Reader(Protocol):
    """Anything that reads; `threshold` is the confidence under which to abstain."""

    @property
    def name(self) -> str: ...

    @property
    def threshold(self) -> float: ...

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Candidates of the passages read; deterministic. No passages: no candidates."""
        ...


def may_answer(sentence: str) -> bool:
    """Whether a sentence can answer anything: one that asks can not, however much it resembles."""
    return not sentence.rstrip(" \t\r\n\"'”’)").endswith("?")


def candidate_at(passage: Passage, span: Span, score: float) -> Candidate:
    """The candidate for a span (in the article's characters) inside a passage."""
    chunk = passage.chunk
    start, end = span
    text = chunk.text[start - chunk.start : end - chunk.start]
    return Candidate(text, chunk.article_id, start, end, score, passage.rank)
