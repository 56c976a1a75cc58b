"""Small stand-ins whose scores can be worked out by hand, and makers of articles and passages.

An embedder of word counts, a snapshot that searches by exact arithmetic, a reader with canned
candidates. No model, no index, no network.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from qa.reading import Reading
from qa.records import Candidate, Passage
from vectorstore.records import Article, Chunk, Skipped, Span

Vectors = NDArray[np.float32]


class FakeEmbedder:
    """One dimension a word, 1 where the text has the word; then unit length.

    So the cosine of two texts is (words in both) / sqrt(words of one * words of the other), each
    word counted once: "red fox" and "red dog" have 1 / sqrt(2 * 2) = 0.5. Words share a dimension
    only by chance (their CRC-32 modulo 4096).
    """

    model = "fake"
    fingerprint = "fake-words-4096"
    dim = 4096
    max_tokens = 254

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_chunks(
        self, texts: Sequence[str], progress: Callable[[str, int, int], None] | None = None
    ) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self.embed_question(text)
            if progress is not None:
                progress("embedding", row + 1, len(texts))
        return vectors

    def embed_question(self, text: str) -> Vectors:
        vector = np.zeros(self.dim, dtype=np.float32)
        for word in words(text):
            vector[crc32(word.encode("utf-8", "replace")) % self.dim] = 1.0
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


class FakeSnapshot:
    """A published index in memory: dense is the cosine, lexical the number of shared words."""

    generation = "fake-1"
    fingerprint = "fake"

    def __init__(self, articles: Sequence[Article], chunks: Sequence[Chunk] | None = None) -> None:
        self.articles: Mapping[str, Article] = {a.article_id: a for a in articles}
        self.chunks: Sequence[Chunk] = (
            tuple(c for a in articles for c in paragraphs(a)) if chunks is None else tuple(chunks)
        )
        self.skipped: tuple[Skipped, ...] = ()
        self._vectors = FakeEmbedder().embed_chunks([chunk.text for chunk in self.chunks])

    def dense(
        self, vector: Vectors, k: int, rows: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        return self._best(k, rows, lambda row: float(self._vectors[row] @ vector), -2.0)

    def lexical(
        self, question: str, k: int, rows: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        asked = words(question)
        return self._best(
            k, rows, lambda row: float(len(asked & words(self.chunks[row].text))), 0.0
        )

    def _best(
        self, k: int, rows: Sequence[int] | None, score: Callable[[int], float], above: float
    ) -> list[tuple[int, float]]:
        scored = [(row, score(row)) for row in (range(len(self.chunks)) if rows is None else rows)]
        found = [hit for hit in scored if hit[1] > above]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]


class FakeReader:
    """Proposes each of its phrases in every passage that holds it, with its canned score."""

    name = "fake"
    threshold = 0.5

    def __init__(self, scores: Mapping[str, float]) -> None:
        self.scores = scores

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        found = [
            candidate(passage, phrase, score)
            for passage in passages
            for phrase, score in self.scores.items()
            if phrase in passage.chunk.text
        ]
        found.sort(key=lambda c: (-c.score, c.passage, c.start))
        best = {
            p.rank: max((c.score for c in found if c.passage == p.rank), default=0.0)
            for p in passages
        }
        return Reading(tuple(found), tuple(best.values()), found[0].score if found else 0.0)


def article(
    article_id: str,
    text: str,
    *,
    outlet: str | None = None,
    published: date | None = None,
    title: str = "",
) -> Article:
    """An article whose file is the text in UTF-8 and whose body is all of it."""
    sha256 = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    body: tuple[Span, ...] = ((0, len(text)),) if text else ()
    return Article(
        article_id, sha256, "utf-8", text, title or article_id, outlet, published, None, body
    )


def paragraphs(source: Article) -> tuple[Chunk, ...]:
    """One chunk a line; sentences end at a full stop and a space."""
    return tuple(
        chunk(source, match.start(), match.end()) for match in re.finditer(r"\S[^\n]*", source.text)
    )


def chunk(source: Article, start: int = 0, end: int | None = None) -> Chunk:
    """The chunk of an article from start to end, with its sentences."""
    end = len(source.text) if end is None else end
    spans = re.finditer(r"\S.*?(?:[.?!](?=\s)|$)", source.text[start:end], re.DOTALL)
    sentences = tuple((start + m.start(), start + m.end()) for m in spans)
    return Chunk(source.article_id, start, end, source.text[start:end], sentences)


def passages_of(*articles: Article) -> tuple[Passage, ...]:
    """Every line of the articles as a passage, ranked in that order."""
    chunks = [c for source in articles for c in paragraphs(source)]
    return tuple(
        Passage(c, rank, 1 / (1 + rank), 1.0, 1 / (60 + rank)) for rank, c in enumerate(chunks, 1)
    )


def candidate(passage: Passage, phrase: str, score: float) -> Candidate:
    """The phrase as a candidate, at its first place in the passage."""
    start = passage.chunk.start + passage.chunk.text.index(phrase)
    file = passage.chunk.article_id
    return Candidate(phrase, file, start, start + len(phrase), score, passage.rank)


def reading(
    passages: Sequence[Passage], *found: tuple[int, str, float], confidence: float = 0.9
) -> Reading:
    """A reading from (rank of the passage, phrase, score), best first."""
    by_rank = {passage.rank: passage for passage in passages}
    candidates = [candidate(by_rank[rank], phrase, score) for rank, phrase, score in found]
    candidates.sort(key=lambda c: (-c.score, c.passage, c.start))
    return Reading(tuple(candidates), tuple(0.5 for _ in passages), confidence)


def write_articles(folder: Path, texts: Mapping[str, str | bytes]) -> Path:
    """Write files by relative name (text as UTF-8, line ends as given) and return the folder."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def untimed(answer: Any) -> dict[str, Any]:
    """An answer as a dict without its timings, for comparisons."""
    return {key: value for key, value in answer.to_dict().items() if key != "timings"}
