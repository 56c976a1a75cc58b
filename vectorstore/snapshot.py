"""A published generation, opened for reading: what one question is answered from.

Knows articles, chunks and the two ways to rank chunks. A sync never disturbs it: whoever holds a
snapshot sees one state of the folder until they ask the index for another.
"""

import threading
import weakref
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from vectorstore import chroma
from vectorstore.disk import WorkingCopy, disk_errors
from vectorstore.generations import Generations, Manifest, server_collection
from vectorstore.records import Article, Chunk, Skipped

Vectors = NDArray[np.float32]


class Snapshot:
    """One state of the folder, read-only and safe to share between threads.

    generation, fingerprint: which state, of which index. articles: by id. chunks: a chunk's place
    here is its row. skipped: the files that were passed over. vectors: float32 (n_chunks, dim),
    unit rows, mapped from disk.

    Raises IndexDamaged, when it is opened, if any file is not as it was written, and OSError while
    a writer replaces it.
    """

    def __init__(self, generations: Generations, manifest: Manifest) -> None:
        articles, chunks = generations.contents(manifest)
        self.generation = manifest.generation
        self.fingerprint = manifest.fingerprint
        self.articles: Mapping[str, Article] = MappingProxyType(
            {article.article_id: article for article in articles}
        )
        self.chunks: Sequence[Chunk] = chunks
        self.skipped = tuple(Skipped(path, reason) for path, reason in manifest.skipped)
        self.vectors: Vectors = generations.open_array(manifest, "vectors.npy")
        self._copies = _copies(generations.open_array(manifest, "firsts.npy"))
        self._lexical = generations.open_lexical(manifest)
        self._rows = _Rows(generations, manifest)
        self._close = weakref.finalize(self, self._rows.close)

    def dense(
        self, vector: Vectors, k: int, rows: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The k rows nearest to a unit vector with their cosines in [-1, 1], best first.

        Through Chroma (approximate); among given `rows` exactly, by one matrix product, where an
        `$in` filter of Chroma takes 7 ms from 10,000 rows on and 100 ms from 100,000 on.
        """
        k = min(k, len(self.chunks))
        if k < 1:
            return []
        if rows is not None:
            return self.exact(vector, k, rows)
        hits = [
            (row, cosine)
            for first, cosine in self._rows.store().query(np.asarray(vector, dtype=np.float32), k)
            for row in self._copies.get(first, (first,))
        ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]

    def exact(self, vector: Vectors, k: int, rows: Sequence[int]) -> list[tuple[int, float]]:
        """What `dense` approximates, among these rows."""
        kept = np.unique(np.asarray(rows, dtype=np.int64))
        vector = np.asarray(vector, dtype=np.float32)
        if 4 * len(kept) > len(self.vectors):  # copying the rows out costs more than multiplying
            cosines = (self.vectors @ vector)[kept]
        else:
            cosines = self.vectors[kept] @ vector
        best = np.lexsort((kept, -cosines))[:k]
        return [(int(kept[place]), float(cosines[place])) for place in best]

    def lexical(
        self, question: str, k: int, rows: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The k best rows by BM25 with their scores (> 0), best first, among `rows` if given."""
        mask = None
        if rows is not None:
            mask = np.zeros(len(self.chunks), dtype=np.bool_)
            mask[np.asarray(rows, dtype=np.int64)] = True
        return self._lexical.search(question, k, mask)

    def close(self) -> None:
        """Release the working copy of Chroma's files; else that happens when nobody holds this."""
        self._close()


def _copies(firsts: NDArray[np.int64]) -> dict[int, tuple[int, ...]]:
    """All rows with the same vector, by the first of them, where there are several."""
    again = np.flatnonzero(firsts != np.arange(len(firsts)))
    rows: dict[int, list[int]] = {}
    for row in again:
        rows.setdefault(int(firsts[row]), [int(firsts[row])]).append(int(row))
    return {first: tuple(others) for first, others in rows.items()}


class _Rows:
    """The vectors in Chroma, opened at the first query: chromadb takes 0.5 s to import."""

    def __init__(self, generations: Generations, manifest: Manifest) -> None:
        self._lock = threading.Lock()
        self._store: chroma.VectorStore | None = None
        self._server = manifest.server
        self._collection = server_collection(manifest.fingerprint, manifest.generation)
        self._copy: WorkingCopy | None = (
            None if manifest.server else generations.copy_chroma(manifest)
        )

    def store(self) -> chroma.VectorStore:
        with self._lock:
            if self._store is None:
                if self._copy is not None:
                    with disk_errors(self._copy.path):
                        self._store = chroma.open_local(self._copy.path / "chroma")
                else:
                    self._store = chroma.open_server(self._server, self._collection)
            return self._store

    def close(self) -> None:
        with self._lock:
            if self._store is not None:
                self._store.close()
            if self._copy is not None:
                self._copy.remove()
            self._store = None
