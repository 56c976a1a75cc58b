"""The nouns of an answer, frozen, with one JSON form.

Knows the standard library and vectorstore.records. `Answer.to_json()` is the one interchange: the
page exports it, `qa ask --json` prints it, the evaluation stores it, `qa verify` re-checks it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from vectorstore.records import Chunk

ABSTAIN_TEXT = "The articles do not say."
"""The one phrase for an abstention: shown, given to chat models, looked for in their replies."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as retrieved for a question.

    rank: from 1, best first. cosine in [-1, 1] and bm25 >= 0 are None when that leg did not
    return the chunk; fused is the reciprocal-rank score (higher is better); reader is the
    reader's probability in [0, 1] that the passage holds an answer, None before reading.
    """

    chunk: Chunk
    rank: int
    cosine: float | None
    bm25: float | None
    fused: float
    reader: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that the reader proposes: `text == article.text[start:end]`.

    score in [0, 1] is comparable between the passages of one question; passage is the rank of
    the passage it was read in.
    """

    text: str
    file: str
    start: int
    end: int
    score: float
    passage: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer from the answer to a span of an article.

    `quote` is exactly characters [start, end) of the decoded file whose bytes hash to sha256.
    marker counts from 1 in order of first use.
    """

    marker: int
    file: str
    sha256: str
    start: int
    end: int
    quote: str
    title: str
    outlet: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the answer and the markers of the citations that prove it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Values that articles give for one question, each with its markers; best supported first."""

    values: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question, or that they do not say.

    text: what is shown: the statements with their markers, "… [1][2]". short: the bare answer, or
    "". abstained: the articles do not say; then statements and citations are empty, reason says
    what is missing and `nearest` the ranks (into passages) of the closest passages.
    confidence in [0, 1]: calibrated probability that the answer is right; a chat model's answer has
    none and carries 1.0: its sentences passed the checks. passages: all that were
    read, best first. candidates: what the reader proposed, best first. timings: seconds by
    stage. warnings: what the user should know (a model that failed, files skipped).
    tokens: what a chat model counted, "input" and "output"; empty when it told nothing.
    """

    question: str
    standalone_question: str
    text: str
    short: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    disagreements: tuple[Disagreement, ...]
    abstained: bool
    reason: str
    nearest: tuple[int, ...]
    confidence: float
    model: str
    fingerprint: str
    passages: tuple[Passage, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    routed: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    tokens: dict[str, int] = field(default_factory=dict)

    def citation(self, marker: int) -> Citation:
        """The citation with this marker. Raises KeyError when there is none."""
        for citation in self.citations:
            if citation.marker == marker:
                return citation
        raise KeyError(marker)

    def closest(self, rank: int) -> tuple[int, int]:
        """The sentence of a passage that came closest to an answer, in the article's characters.

        The first one where nothing was read. Raises KeyError when no passage has this rank.
        """
        chunk = next((p.chunk for p in self.passages if p.rank == rank), None)
        if chunk is None:
            raise KeyError(rank)
        found = next((c for c in self.candidates if c.passage == rank), None)
        for start, end in chunk.sentences:
            if found is None or start <= found.start < end:
                return start, end
        return chunk.start, chunk.end

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; dates as ISO strings."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_plain))
        return {"format": FORMAT, **data}

    def to_json(self, indent: int | None = 2) -> str:
        """The one interchange form (UTF-8 text, keys in the order of the fields)."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Answer:
        """The inverse of to_dict. Raises ValueError, KeyError or TypeError on anything else."""
        if not isinstance(data, dict):
            raise TypeError(f"an answer is a JSON object, not {type(data).__name__}")
        if data.get("format") != FORMAT:
            raise ValueError(f"not an answer of format {FORMAT!r}: {data.get('format')!r}")
        values = {name: data[name] for name in cls.__slots__ if name in data}
        values["statements"] = tuple(
            Statement(row["text"], tuple(row["citations"])) for row in data["statements"]
        )
        values["citations"] = tuple(
            Citation(**{**row, "published": _date(row["published"])}) for row in data["citations"]
        )
        values["disagreements"] = tuple(
            Disagreement(tuple((value, tuple(markers)) for value, markers in row["values"]))
            for row in data["disagreements"]
        )
        values["passages"] = tuple(_passage(row) for row in data.get("passages", ()))
        values["candidates"] = tuple(Candidate(**row) for row in data.get("candidates", ()))
        for name in ("nearest", "warnings", "routed"):
            values[name] = tuple(data.get(name, ()))
        return cls(**values)


FORMAT = "footnote-answer-1"


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _passage(row: dict[str, Any]) -> Passage:
    chunk = row["chunk"]
    sentences = tuple((start, end) for start, end in chunk["sentences"])
    return Passage(**{**row, "chunk": Chunk(**{**chunk, "sentences": sentences})})
