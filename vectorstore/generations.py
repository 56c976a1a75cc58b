"""An index on disk: generations built aside, verified, and published by swapping one pointer.

    <index>/CURRENT                    name of the published generation, SHA-256 of its manifest
    <index>/generations/<name>/        never written again once CURRENT has named it:
        manifest.json                  what is in it: articles, counts, size and SHA-256 of files
        articles.json                  articles with their text, chunks, skipped files
        vectors.npy                    float32 (n_chunks, dim), unit rows, in the order of chunks
        firsts.npy                     int64 (n_chunks,): the first row with the same vector
        bm25/                          vectorstore.lexical
        chroma/                        vectorstore.chroma, when no server holds the vectors
    <index>/generations/building-*/    under construction, or left by a kill: swept by the next
    <index>/readers/*/                 working copies of chroma/, one for each open snapshot

A reader works on a copy of chroma/ because Chroma writes to a directory as soon as it opens it
(SQLite always, the HNSW files when they lag): so the published files keep their hashes, any damage
is seen before Chroma maps it (damaged HNSW files crash the process), and processes cannot disturb
each other. Copying costs 2 ms for the seeds and 95 ms for 12,572 chunks.

Everything else is mapped or read when a snapshot opens, so a generation may be deleted under it.
"""

import hashlib
import json
import logging
import os
import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore import chroma
from vectorstore.contents import (
    FORMAT,
    Contents,
    article_state,
    first_rows,
    read_articles_json,
    write_contents,
)
from vectorstore.disk import WorkingCopy, fsync, fsync_tree, size_and_sha256, sweep_copies
from vectorstore.errors import IndexDamaged, StoreError
from vectorstore.lexical import Lexical
from vectorstore.records import Article, Chunk

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

_ROOM_BYTES = 1 << 20
"""What must be free beside a working copy: SQLite writes a journal when Chroma opens it."""

_TRIES = 5
"""How often a reader starts again when the pointer moves while it opens."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds.

    articles: id -> (sha256 of the bytes, `article_state`). files: path in the generation ->
    (bytes, sha256). n_vectors: without repetitions. server: the Chroma server that holds the
    vectors, or "" (then chroma/ does).
    previous: the generation that was published before, kept for readers that are just opening it.
    """

    format: int
    generation: str
    fingerprint: str
    previous: str
    server: str
    n_chunks: int
    n_vectors: int
    articles: Mapping[str, tuple[str, str]]
    skipped: tuple[tuple[str, str], ...]
    files: Mapping[str, tuple[int, str]]


def server_collection(fingerprint: str, generation: str) -> str:
    """The name of a generation's collection on a Chroma server."""
    return f"footnote-{fingerprint}-{generation}"


class Generations:
    """The generations of one index directory. Writing is for the holder of the writer's lock."""

    def __init__(self, path: Path, fingerprint: str, chroma_url: str | None) -> None:
        self.path, self.fingerprint, self.chroma_url = path, fingerprint, chroma_url
        self._folder = path / "generations"
        self._pointer = path / "CURRENT"

    def pointer(self) -> str | None:
        """The pointer's text, which changes with every publication; None before the first."""
        try:
            return self._pointer.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return None

    def folder(self, manifest: Manifest) -> Path:
        """Where a generation's files are."""
        return self._folder / manifest.generation

    def published(self) -> Manifest | None:
        """The published generation's manifest, or None before the first publication.

        Raises IndexDamaged when the pointer or the manifest is not what was published.
        """
        for _ in range(_TRIES):
            pointer = self.pointer()
            if pointer is None:
                return None
            try:
                return self._manifest(pointer)
            except (OSError, ValueError, KeyError, TypeError) as exc:
                if self.pointer() == pointer:
                    raise self._damaged(f"manifest of {pointer[:60].strip()!r}: {exc}") from exc
        raise self._damaged("CURRENT changes faster than it can be read")

    def check(self, manifest: Manifest) -> None:
        """Raise IndexDamaged unless every file has its size and SHA-256.

        Where a server holds the vectors, it must answer (ChromaServerError) and have them all.
        """
        for name in manifest.files:
            self.read(manifest, name)
        if manifest.server:
            name = server_collection(manifest.fingerprint, manifest.generation)
            store = chroma.open_server(manifest.server, name)
            try:
                n_found = store.count()
            finally:
                store.close()
            if n_found != manifest.n_vectors:
                raise self._damaged(f"{n_found} of {manifest.n_vectors} vectors on the server")

    def read(self, manifest: Manifest, name: str) -> bytes:
        """A file of a generation, checked against the manifest. Raises IndexDamaged."""
        size, sha256 = manifest.files[name]
        path = self.folder(manifest) / name
        try:
            found = path.stat().st_size
            data = path.read_bytes() if found == size else b""
        except OSError as exc:
            raise self._damaged(f"{name}: {exc.strerror}") from exc
        if found != size:
            raise self._damaged(f"{name} has {found} bytes, not {size}")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise self._damaged(f"{name} is not as it was written")
        return data

    def build(self, contents: Contents, previous: str) -> Manifest:
        """Write, verify and fsync a generation; it is not published yet.

        Raises StoreError when it does not answer as it should, OSError when it cannot be written.
        Whatever goes wrong, nothing is left behind.
        """
        generation = time.strftime("%Y%m%dT%H%M%SZ-", time.gmtime()) + uuid.uuid4().hex[:8]
        building = self._folder / f"building-{generation}"
        building.mkdir(parents=True)
        try:
            firsts = first_rows(contents.vectors)
            write_contents(building, contents, firsts)
            self._fill_and_verify(building, generation, np.unique(firsts), contents.vectors)
            manifest = Manifest(
                format=FORMAT,
                generation=generation,
                fingerprint=self.fingerprint,
                previous=previous,
                server=self.chroma_url or "",
                n_chunks=len(contents.chunks),
                n_vectors=len(np.unique(firsts)),
                articles={
                    article.article_id: (article.sha256, article_state(article))
                    for article in contents.articles
                },
                skipped=tuple((skip.path, skip.reason) for skip in contents.skipped),
                files={
                    file.relative_to(building).as_posix(): size_and_sha256(file)
                    for file in sorted(building.rglob("*"))
                    if file.is_file()
                },
            )
            (building / "manifest.json").write_text(json.dumps(asdict(manifest)), encoding="ascii")
            fsync_tree(building)
            building.rename(self._folder / generation)
            fsync(self._folder)
        except BaseException:
            self._drop(building)
            raise
        return manifest

    def publish(self, manifest: Manifest) -> None:
        """Make a built generation the one that readers open, in one step."""
        text = (self.folder(manifest) / "manifest.json").read_bytes()
        aside = self.path / "CURRENT.tmp"
        with aside.open("w", encoding="ascii") as file:
            file.write(f"{manifest.generation} {hashlib.sha256(text).hexdigest()}\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._pointer)
        fsync(self.path)

    def sweep(self, manifest: Manifest | None) -> None:
        """Delete what a kill left behind and generations that nobody opens any more.

        manifest: the published one, or None; it and its predecessor are kept.
        """
        kept = {manifest.generation, manifest.previous} if manifest else set()
        for folder in sorted(self._folder.glob("*")):
            if folder.name not in kept:
                self._drop(folder)
        for aside in self.path.glob("*.tmp"):
            aside.unlink(missing_ok=True)
        sweep_copies(self.path / "readers")

    def has_leftovers(self, manifest: Manifest) -> bool:
        """Whether `sweep` would find a generation to delete (one under construction counts)."""
        kept = {manifest.generation, manifest.previous}
        return any(folder.name not in kept for folder in self._folder.glob("*"))

    def contents(self, manifest: Manifest) -> tuple[tuple[Article, ...], tuple[Chunk, ...]]:
        """The articles and chunks of a generation. Raises IndexDamaged."""
        return read_articles_json(self.read(manifest, "articles.json"))

    def open_array(self, manifest: Manifest, name: str) -> NDArray[Any]:
        """An array, "vectors.npy" or "firsts.npy", mapped from its file."""
        self.read(manifest, name)
        array: NDArray[Any] = np.load(self.folder(manifest) / name, mmap_mode="r")
        return array

    def open_lexical(self, manifest: Manifest) -> Lexical:
        """The BM25 index, mapped from its files."""
        for name in manifest.files:
            if name.startswith("bm25/"):
                self.read(manifest, name)
        return Lexical.load(self.folder(manifest) / "bm25")

    def copy_chroma(self, manifest: Manifest) -> WorkingCopy:
        """A private copy of the generation's Chroma directory, each file checked on the way.

        In the index, or among the temporary files where the index cannot be written: a full or
        read-only disk stops nobody from asking.
        """
        try:
            return self._copied(manifest, WorkingCopy(self.path / "readers"))
        except OSError as exc:
            log.info("%s: the working copy goes among the temporary files", exc)
            return self._copied(manifest, WorkingCopy(None))

    def _copied(self, manifest: Manifest, copy: WorkingCopy) -> WorkingCopy:
        try:
            for name in manifest.files:
                if name.startswith("chroma/"):
                    target = copy.path / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(self.read(manifest, name))
            room = copy.path / "room"
            room.write_bytes(bytes(_ROOM_BYTES))
            room.unlink()
        except BaseException:
            copy.remove()
            raise
        return copy

    def _manifest(self, pointer: str) -> Manifest:
        generation, sha256 = pointer.split()
        data = (self._folder / generation / "manifest.json").read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError("not as it was written")
        values = json.loads(data)
        values["articles"] = {name: tuple(row) for name, row in values["articles"].items()}
        values["files"] = {name: tuple(row) for name, row in values["files"].items()}
        values["skipped"] = tuple(tuple(row) for row in values["skipped"])
        manifest = Manifest(**values)
        if manifest.fingerprint != self.fingerprint or manifest.format != FORMAT:
            raise ValueError(f"made for index {manifest.fingerprint}, not {self.fingerprint}")
        return manifest

    def _fill_and_verify(
        self, building: Path, generation: str, rows: Rows, vectors: Vectors
    ) -> None:
        about = {"made_by": "footnote-qa", "generation": generation}
        if self.chroma_url:
            name = server_collection(self.fingerprint, generation)
            chroma.fill_server(self.chroma_url, name, rows, vectors[rows], about)
            store = chroma.open_server(self.chroma_url, name)
        else:
            chroma.fill_local(building / "chroma", rows, vectors[rows], about)
            store = chroma.open_local(building / "chroma")
        try:
            _verify(store, rows, vectors)
        finally:
            store.close()

    def _drop(self, folder: Path) -> None:
        """Delete a generation's directory, and its collection on a server."""
        if self.chroma_url:
            generation = folder.name.removeprefix("building-")
            name = server_collection(self.fingerprint, generation)
            try:
                chroma.drop_server(self.chroma_url, name)
            except StoreError as exc:
                log.info("left on the server for the next sync: %s", exc)
                return
        shutil.rmtree(folder, ignore_errors=True)

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(
            f"the index in {self.path} is damaged ({what}); run `qa index --rebuild`"
        )


_SAMPLE = 256
"""Rows that are looked up with their own vector before a generation is published."""

_LOST, _MISSED = 0.1, 0.01
"""Shares of the sample not found: over the first, files are broken (a cut file loses half, a second
writer a sixth); over the second, HNSW is weak on these texts, which is worth a warning."""


def _verify(store: chroma.VectorStore, rows: Rows, vectors: Vectors) -> None:
    """Ask for rows by their own vectors: Chroma counts rows that no query finds any more."""
    if (n_found := store.count()) != len(rows):
        raise StoreError(f"Chroma holds {n_found} of {len(rows)} vectors; run `qa index --rebuild`")
    if len(rows) == 0:
        return
    sample = rows[np.unique(np.linspace(0, len(rows) - 1, _SAMPLE).astype(int))]
    hits = store.query_many(vectors[sample], 1)
    n_wrong = sum(
        not hit or float(vectors[hit[0][0]] @ vectors[row]) < 0.999
        for row, hit in zip(sample, hits, strict=True)
    )
    if n_wrong > _LOST * len(sample):
        raise StoreError(
            f"Chroma does not find {n_wrong} of {len(sample)} vectors; run `qa index --rebuild`"
        )
    if n_wrong > _MISSED * len(sample):
        log.warning(
            "Chroma's index misses %d of %d texts by their own vector", n_wrong, len(sample)
        )
