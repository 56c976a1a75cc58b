"""The index of one folder: sync(folder) writes it, snapshot() reads it.

Knows when something has to be done, in which order, and who may do it. How a generation lies on
disk is vectorstore.generations' business, how Chroma holds vectors vectorstore.chroma's.
"""

import contextlib
import functools
import hashlib
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from vectorstore.articles import read_articles
from vectorstore.changes import report, same
from vectorstore.chunking import split
from vectorstore.contents import FORMAT, Contents, article_state
from vectorstore.disk import disk_errors
from vectorstore.embedder import Embedder
from vectorstore.errors import (
    EmbedderError,
    IndexDamaged,
    IndexLocked,
    StoreError,
)
from vectorstore.generations import Generations, Manifest
from vectorstore.glance import glance
from vectorstore.records import Article, Chunk, Folder, SyncReport
from vectorstore.snapshot import Snapshot
from vectorstore.titles import alike, chunk_limit, fitting, titled
from vectorstore.vectors import VectorCache, text_key

__all__ = ["Index", "Progress", "Snapshot"]

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""progress(stage, done, total): total is 0 while it is not known."""

_KEEPERS = (
    *("__init__", "bert", "changes", "chroma", "contents", "disk", "embedder", "errors"),
    *("generations", "glance", "index", "question_encoder", "snapshot", "vectors"),
)
"""The rooms that only keep what they are given. Any other decides what a chunk or a term is."""

_EMBED_BATCH = 64
"""Chunks embedded between two commits of the vector cache: about a second of work."""


class Index:
    """The index of one folder of articles with one model and one way of chunking.

    folder: the articles; never written to. home: where the state lives (QA_HOME). chunk_tokens:
    most word pieces in a chunk. max_bytes: larger files are skipped. chroma_url: a Chroma server
    for the vectors, else they lie in this index's own directory. lock_timeout_s: how long to wait
    for another process that writes this index.

    An index made with another model, chunking or server is another directory. Several threads and
    processes may use one index: one writes at a time, readers see the last published state.
    """

    def __init__(
        self,
        folder: Path,
        home: Path,
        embedder: Embedder,
        *,
        chunk_tokens: int = 200,
        max_bytes: int = 20_000_000,
        chroma_url: str | None = None,
        lock_timeout_s: float = 600,
    ) -> None:
        self.folder, self.embedder = Path(folder), embedder
        self._home = Path(home).expanduser()
        self._chunk_tokens, self._max_bytes = chunk_tokens, max_bytes
        self._lock_timeout_s = lock_timeout_s
        asked = [os.path.realpath(folder), embedder.fingerprint, chunk_tokens, chroma_url or ""]
        self._key = _digest(json.dumps(asked).encode())
        self.fingerprint = f"{self._key}-{_code_digest()}"
        self.path = self._home.absolute() / "index" / self.fingerprint
        self._chroma_url = chroma_url or None
        self._generations = Generations(self.path, self.fingerprint, self._chroma_url)
        self._opened: tuple[str, Snapshot] | None = None
        self._open_lock = threading.Lock()

    def snapshot(self) -> Snapshot:
        """The published state; the same object until another one is published.

        Raises StoreError when nothing was published yet, IndexDamaged (a StoreError) when a file is
        not as it was written.
        """
        with self._open_lock, disk_errors(self.path):
            for _ in range(5):
                pointer = self._generations.pointer()
                if pointer is None:
                    raise StoreError(f"{self.folder} is not indexed yet; run `qa index`")
                if self._opened is not None and self._opened[0] == pointer:
                    return self._opened[1]
                manifest = self._generations.published()
                if manifest is None:
                    continue
                try:
                    snapshot = Snapshot(self._generations, manifest)
                except (IndexDamaged, FileNotFoundError):
                    if self._generations.pointer() == pointer:
                        raise
                    continue  # replaced and swept while we were opening it
                self._opened = (pointer, snapshot)
                return snapshot
        raise StoreError(f"the index in {self.path} changes faster than it opens; try again")

    def sync(self, progress: Progress | None = None, rebuild: bool = False) -> SyncReport:
        """Bring the index up to date with the folder, by content, and publish it.

        Unchanged and renamed text is not embedded again; when nothing changed nothing is written
        and no model is loaded. A damaged index is made anew. rebuild: make everything anew,
        vectors included.

        Raises ArticlesError when there is nothing to index (an index that exists stays as it is),
        IndexLocked when another process writes for longer than lock_timeout_s, StoreError when the
        index cannot be written; the published state is not touched by any of these.
        """
        began = time.monotonic()
        tell = progress or (lambda stage, done, total: None)
        seen = glance(Path(os.path.realpath(self.folder)), self._max_bytes)
        with disk_errors(self.path):
            before = None if rebuild else self._published()
            if (
                before is not None
                and seen is not None
                and self._seen() == (before.generation, seen)
            ):
                self._tidy(before)
                return report(before, before, n_embedded=0, began=began)
            found = self._read(tell)
            if before is not None and same(before, found):
                self._tidy(before)
                self._remember(before, seen)
                return report(before, before, n_embedded=0, began=began)
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._only_writer(tell) as waited:
                if waited:
                    found = self._read(tell)
                before = self._published()
                if before is not None and not rebuild and same(before, found):
                    return report(before, before, n_embedded=0, began=began)
                self._generations.sweep(before)
                try:
                    after, n_embedded = self._publish(found, before, rebuild, tell)
                except BaseException:
                    with contextlib.suppress(StoreError):
                        self._generations.sweep(self._published())
                    raise
                self._sweep_older_versions()
                self._remember(after, None if waited else seen)
                return report(before, after, n_embedded=n_embedded, began=began)

    def close(self) -> None:
        """Release the snapshot that is held open for the next question."""
        with self._open_lock:
            if self._opened is not None:
                self._opened[1].close()
                self._opened = None

    def _read(self, tell: Progress) -> Folder:
        return read_articles(self.folder, self._max_bytes, tell)

    def _seen(self) -> tuple[str, str] | None:
        """The generation that was up to date when the folder last looked so, and how it looked."""
        try:
            generation, seen = (self.path / "seen").read_text(encoding="ascii").split()
        except (OSError, ValueError):
            return None
        return generation, seen

    def _remember(self, current: Manifest, seen: str | None) -> None:
        """That the folder, when it looks like this, is what `current` holds."""
        with contextlib.suppress(OSError):
            if seen is not None:
                aside = self.path / f"seen-{os.getpid()}.tmp"
                aside.write_text(f"{current.generation} {seen}\n", encoding="ascii")
                aside.replace(self.path / "seen")

    def _published(self) -> Manifest | None:
        """The published manifest with all its files sound, else None."""
        for _ in range(5):
            pointer = self._generations.pointer()
            try:
                manifest = self._generations.published()
                if manifest is not None:
                    self._generations.check(manifest)
                return manifest
            except IndexDamaged as exc:
                if self._generations.pointer() == pointer:
                    log.warning("%s: making it anew from the articles", exc)
                    return None
        return None

    def _publish(
        self, found: Folder, before: Manifest | None, rebuild: bool, tell: Progress
    ) -> tuple[Manifest, int]:
        chunks = self._chunks(found.articles, None if rebuild else before, tell)
        by_id = {article.article_id: article for article in found.articles}
        texts = tuple(titled(chunk, by_id[chunk.article_id]) for chunk in chunks)
        vectors, n_embedded = self._vectors(chunks, alike(chunks, texts), rebuild, tell)
        tell("indexing", 0, 1)
        contents = Contents(found.articles, tuple(chunks), texts, found.skipped, vectors)
        after = self._generations.build(contents, before.generation if before else "")
        self._generations.publish(after)
        self._generations.sweep(after)
        tell("indexing", 1, 1)
        return after, n_embedded

    def _chunks(
        self, articles: Sequence[Article], before: Manifest | None, tell: Progress
    ) -> list[Chunk]:
        """The articles' chunks; those of unchanged and renamed articles are taken over."""
        known: dict[str, list[Chunk]] = {}
        if before is not None:
            _, old_chunks = self._generations.contents(before)
            by_article: dict[str, list[Chunk]] = {name: [] for name in before.articles}
            for chunk in old_chunks:
                by_article[chunk.article_id].append(chunk)
            known = {before.articles[name][1]: rows for name, rows in by_article.items()}
        max_tokens = chunk_limit(self._chunk_tokens, self.embedder.max_tokens)
        chunks: list[Chunk] = []
        for done, article in enumerate(articles, start=1):
            rows = known.get(article_state(article))
            if rows is None:
                chunks += split(article, self.embedder.count_tokens, max_tokens)
            else:
                name = article.article_id
                chunks += [Chunk(name, row.start, row.end, row.text, row.sentences) for row in rows]
            tell("chunking", done, len(articles))
        return chunks

    def _vectors(
        self, chunks: Sequence[Chunk], texts: Sequence[str], rebuild: bool, tell: Progress
    ) -> tuple[NDArray[np.float32], int]:
        """One row for each chunk, of its titled text, and how many had to be embedded."""
        embedder = self.embedder
        keys = [text_key(text) for text in texts]
        path = self._home / "vectors" / f"{embedder.fingerprint}.sqlite3"
        with VectorCache(path, embedder.dim) as cache:
            known = {} if rebuild else cache.find(keys)
            missing = {key: row for row, key in enumerate(keys) if key not in known}
            todo = list(missing.items())
            for first in range(0, len(todo), _EMBED_BATCH):
                tell("embedding", first, len(todo))
                batch = todo[first : first + _EMBED_BATCH]
                wanted = [texts[row] for _, row in batch], [chunks[row] for _, row in batch]
                vectors = embedder.embed_chunks(
                    fitting(*wanted, embedder.count_tokens, embedder.max_tokens)
                )
                if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
                    raise EmbedderError(f"{embedder.model} gives vectors that are not of length 1")
                fresh = {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
                cache.store(fresh)
                known |= fresh
            if todo:
                tell("embedding", len(todo), len(todo))
            cache.mark_used(keys)
        rows = np.zeros((len(keys), embedder.dim), dtype=np.float32)
        for row, key in enumerate(keys):
            rows[row] = known[key]
        return rows, len(todo)

    @contextlib.contextmanager
    def _only_writer(self, tell: Progress) -> Iterator[bool]:
        """Hold the writer's lock, waiting for its holder; whether we had to wait."""
        holder = self.path / "writer.pid"
        lock = FileLock(self.path / "writer.lock", thread_local=False)
        waited = False
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waited = True
            log.info("waiting for process %s, which is writing %s", _pid(holder), self.path)
            tell(f"waiting for process {_pid(holder)}", 0, 0)
            try:
                lock.acquire(timeout=self._lock_timeout_s)
            except Timeout as exc:
                raise IndexLocked(
                    f"process {_pid(holder)} is writing the index in {self.path} and did not finish"
                    f" in {self._lock_timeout_s:g} s; wait for it, or end it, and try again"
                ) from exc
        try:
            holder.write_text(str(os.getpid()), encoding="ascii")
            yield waited
        finally:
            holder.unlink(missing_ok=True)
            lock.release()

    def _tidy(self, published: Manifest) -> None:
        """Delete what a kill left behind after its publication, unless somebody is writing."""
        if self._generations.has_leftovers(published):
            with (
                contextlib.suppress(Timeout, OSError),
                FileLock(self.path / "writer.lock", timeout=0),
            ):
                self._generations.sweep(self._generations.published())
                (self.path / "writer.pid").unlink(missing_ok=True)

    def _sweep_older_versions(self) -> None:
        """Delete this index as made by other versions of the code, unless one is at work there."""
        for path in self.path.parent.glob(f"{self._key}-*"):
            if path != self.path:
                with contextlib.suppress(OSError, Timeout), FileLock(path / "writer.lock", 0):
                    Generations(path, path.name, self._chroma_url).sweep(None)
                    shutil.rmtree(path, ignore_errors=True)


def _pid(holder: Path) -> str:
    try:
        return holder.read_text(encoding="ascii") or "?"
    except OSError:
        return "?"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


@functools.cache
def _code_digest() -> str:
    """Changes with the code that reads, cuts and tokenizes, so that no index outlives its rules."""
    rooms = sorted(Path(__file__).parent.glob("*.py"))
    code = b"".join(room.read_bytes() for room in rooms if room.stem not in _KEEPERS)
    return _digest(code + str(FORMAT).encode())[:6]
