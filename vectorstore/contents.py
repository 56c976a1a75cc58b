"""What a generation holds, and how it lies in files: articles, chunks, vectors, terms.

Knows the file formats. That files are complete and sound is vectorstore.generations' business.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.lexical import Lexical
from vectorstore.records import Article, Chunk, Skipped

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

FORMAT = 1
"""Part of every index's fingerprint: a change of the files below makes another index."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a generation; vectors float32 (len(chunks), dim), unit rows.

    texts: what BM25 searches for each chunk, its text under its article's title.
    """

    articles: tuple[Article, ...]
    chunks: tuple[Chunk, ...]
    texts: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    vectors: Vectors


def article_state(article: Article) -> str:
    """A digest of all that an article's chunks depend on, its name excepted."""
    values = asdict(article)
    del values["article_id"], values["text"]  # the text follows from the bytes and the encoding
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:16]


def write_contents(folder: Path, contents: Contents, firsts: Rows) -> None:
    """Write articles.json, vectors.npy, firsts.npy and bm25/ into a folder that exists."""
    places = {article.article_id: place for place, article in enumerate(contents.articles)}
    data = {
        "articles": [asdict(article) for article in contents.articles],
        "chunks": [
            (
                places[chunk.article_id],
                chunk.start,
                chunk.end,
                [edge for span in chunk.sentences for edge in span],
            )
            for chunk in contents.chunks
        ],
    }
    (folder / "articles.json").write_text(json.dumps(data, default=str), encoding="ascii")
    np.save(folder / "vectors.npy", np.ascontiguousarray(contents.vectors, dtype=np.float32))
    np.save(folder / "firsts.npy", firsts)
    Lexical.build(contents.texts).save(folder / "bm25")


def read_articles_json(data: bytes) -> tuple[tuple[Article, ...], tuple[Chunk, ...]]:
    """The articles and chunks that `write_contents` wrote."""
    values = json.loads(data)
    articles = tuple(_article(row) for row in values["articles"])
    chunks = tuple(
        _chunk(articles[place], start, end, edges) for place, start, end, edges in values["chunks"]
    )
    return articles, chunks


def _article(row: dict[str, Any]) -> Article:
    row["published"] = date.fromisoformat(row["published"]) if row["published"] else None
    row["body"] = tuple((start, end) for start, end in row["body"])
    return Article(**row)


def _chunk(article: Article, start: int, end: int, edges: Sequence[int]) -> Chunk:
    sentences = tuple(zip(edges[::2], edges[1::2], strict=True))
    return Chunk(article.article_id, start, end, article.text[start:end], sentences)


def first_rows(vectors: Vectors) -> Rows:
    """For each row the first one with the same vector, to the bit."""
    seen: dict[bytes, int] = {}
    firsts = [seen.setdefault(vector.tobytes(), row) for row, vector in enumerate(vectors)]
    return np.asarray(firsts, dtype=np.int64)
