"""Folders of small articles, a cheap embedder, and what must hold for every published state."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import FakeEmbedder, write_articles
from vectorstore import index as index_room
from vectorstore.index import Index, Snapshot
from vectorstore.vectors import text_key

# Every process of a test means the same index, even when the code is edited while it runs.
index_room._code_digest = lambda: "c0de00"  # type: ignore[assignment]


@pytest.fixture(name="home")
def home_in_memory(tmp_path: Path) -> Iterator[Path]:
    """A home in memory where there is such a disk: waiting for fsync is two thirds of a sync."""
    memory = Path("/dev/shm")
    parent = memory if os.access(memory, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=parent, prefix="footnote-test-") as folder:
        yield Path(folder) / "home"


class CountingEmbedder(FakeEmbedder):
    """The fake of word counts in fewer dimensions; remembers the texts it was given."""

    fingerprint = "fake-words-256"
    dim = 256

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_chunks(self, texts: Sequence[str], progress: object = None) -> NDArray[np.float32]:
        self.embedded += texts
        return super().embed_chunks(texts)


def make_index(folder: Path, home: Path, **settings: object) -> Index:
    """An index of the folder with an embedder of its own."""
    return Index(folder, home, CountingEmbedder(), **settings)  # type: ignore[arg-type]


FOX, DOG, SHIP = "The red fox ran away.", "A blue dog slept.", "The ship sailed on Monday."


@pytest.fixture(name="folder")
def three_articles(tmp_path: Path) -> Path:
    """A folder of three articles of one sentence."""
    return write_articles(tmp_path / "news", {"a/fox.txt": FOX, "dog.md": DOG, "ship.txt": SHIP})


@pytest.fixture(name="index")
def index_of_three(folder: Path, home: Path) -> Index:
    """An index of these, not synced yet."""
    return make_index(folder, home)


def ask(snapshot: Snapshot, question: str, k: int = 3) -> list[tuple[str, float]]:
    """The articles of the k nearest chunks with their cosines."""
    hits = snapshot.dense(CountingEmbedder().embed_question(question), k)
    return [(snapshot.chunks[row].article_id, round(cosine, 3)) for row, cosine in hits]


def numbered(folder: Path, n_articles: int, state: str) -> Path:
    """A folder of n articles, each of which says its number and the state of the folder."""
    texts = {
        f"{place:03d}.txt": f"Article {place}\n\nThe ship number{place} sailed. It was {state}.\n"
        for place in range(n_articles)
    }
    return write_articles(folder, texts)


def check_whole(snapshot: Snapshot) -> None:
    """Every chunk is its slice and is found by its own vector, through Chroma and exactly."""
    for row, chunk in enumerate(snapshot.chunks):
        article = snapshot.articles[chunk.article_id]
        assert article.text[chunk.start : chunk.end] == chunk.text
        vector = CountingEmbedder().embed_question(chunk.text)
        assert np.array_equal(snapshot.vectors[row], vector)
        (best, cosine), *_ = snapshot.dense(vector, 1)
        assert text_key(snapshot.chunks[best].text) == text_key(chunk.text) or cosine > 0.9999
        assert cosine > 0.999
        assert row in [hit for hit, _ in snapshot.lexical(chunk.text, len(snapshot.chunks))]
    assert {chunk.article_id for chunk in snapshot.chunks} <= set(snapshot.articles)


def texts(snapshot: Snapshot) -> dict[str, str]:
    """Article texts by id."""
    return {name: article.text for name, article in snapshot.articles.items()}


def left_behind(index: Index) -> list[str]:
    """Files and folders of the index that no finished sync leaves there."""
    generations = [path.name for path in (index.path / "generations").glob("*")]
    extra = sorted(generations)[:-2] + [name for name in generations if "building" in name]
    return extra + [path.name for path in index.path.glob("*.tmp")]
