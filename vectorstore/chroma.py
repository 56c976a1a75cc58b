"""Rows of vectors in Chroma, embedded or on a server; the one door to chromadb.

Knows that a vector has a row number, and nothing of texts: ids are row numbers, there is no
metadata on rows and no documents, since articles and chunks lie in our own files (an `$in` filter
costs 80 ms at 100,000 rows in Chroma). A collection is filled once and then only queried.

No vector may come twice. Equal ones link only to each other in HNSW and cut it in two: with 300
copies of one text 26 of 50 other texts were not found by their own vector, with 2,000 copies 129
of 500.
"""

import contextlib
import errno
import itertools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from vectorstore.disk import is_full
from vectorstore.errors import ChromaServerError, IndexDamaged, StoreError

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from chromadb.config import Settings

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

LOCAL_NAME = "chunks"
"""The collection's name in an embedded directory; on a server each generation has its own."""

_HNSW: "CreateHNSWConfiguration" = {"space": "cosine", "ef_construction": 200, "ef_search": 400}
"""Near-copies hurt less than copies, but do: with 2,000 in 2,500 texts 16 of 300 others were not
found at the defaults (100, 100), none with these; a query takes 0.3 to 2 ms up to 20,000 rows."""

_MAX_BATCH = 5000  # Chroma refuses more than 5,461 at once
_SERVER_BATCH = 1000  # 1,000 vectors arrive within a second, so a time-out means trouble
_CONNECT_S, _ANSWER_S, _FILL_S = 3.0, 5.0, 60.0


class VectorStore:
    """An open collection. Safe to query from several threads; `close` when done."""

    def __init__(self, client: "Client", collection: "ChromaCollection", where: str) -> None:
        self._client, self._collection, self._where = client, collection, where
        self._is_server = where.startswith("http")

    def query(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """The k nearest rows with their cosines in [-1, 1], best first; equal ones by row.

        Approximate (HNSW): recall@10 was 0.9975 and better on real vectors.
        """
        return self.query_many(vector[None, :], k)[0]

    def query_many(self, vectors: Vectors, k: int) -> list[list[tuple[int, float]]]:
        """`query` for each of several vectors."""
        with _chroma_errors(self._where, self._is_server):
            found = self._collection.query(
                query_embeddings=np.asarray(vectors, dtype=np.float32),
                n_results=k,
                include=["distances"],
            )
        distances = found["distances"] or []
        return [
            sorted(
                ((int(row), 1.0 - float(distance)) for row, distance in zip(*pair, strict=True)),
                key=lambda hit: (-hit[1], hit[0]),
            )
            for pair in zip(found["ids"], distances, strict=True)
        ]

    def count(self) -> int:
        """How many rows there are."""
        with _chroma_errors(self._where, self._is_server):
            return self._collection.count()

    def close(self) -> None:
        """Release files and connections."""
        with contextlib.suppress(Exception):
            self._client.close()


def fill_local(folder: Path, rows: Rows, vectors: Vectors, about: Mapping[str, str]) -> None:
    """Make an embedded Chroma directory that holds the vectors under their rows, and close it.

    sync_threshold is what one batch brings, so that every batch is written to the HNSW files:
    then opening it again replays nothing. Measured with 2,500 rows: first query 17 ms, against
    29 ms with the default threshold of 1,000 and 378 ms with none (10**9); with 20,000 rows 43 ms
    against 8 s. HNSW files are not written safely, but nobody reads this directory before it is
    verified, and a kill leaves it unpublished. Raises OSError when the disk is full.
    """
    batches = _batches(len(vectors), _MAX_BATCH)
    threshold = max(1, min((after - first for first, after in batches), default=1))
    with _chroma_errors(str(folder)):
        client = _local_client(folder)
        try:
            collection = client.create_collection(
                LOCAL_NAME,
                metadata=dict(about),
                embedding_function=None,
                configuration={"hnsw": {**_HNSW, "sync_threshold": threshold}},
            )
            _upsert(collection, rows, vectors, batches)
        finally:
            client.close()


def open_local(folder: Path) -> VectorStore:
    """Open an embedded directory. Chroma writes to it (SQLite at least) even when only reading."""
    with _chroma_errors(str(folder)):
        client = _local_client(folder)
        try:
            collection = client.get_collection(LOCAL_NAME, embedding_function=None)
        except BaseException:
            client.close()
            raise
        return VectorStore(client, collection, str(folder))


def fill_server(
    url: str, name: str, rows: Rows, vectors: Vectors, about: Mapping[str, str]
) -> None:
    """Make a collection of this name, with the vectors under their rows, on a Chroma server."""
    with _server_client(url, _FILL_S) as client, _chroma_errors(url, is_server=True):
        collection = client.create_collection(
            name,
            metadata=dict(about),
            embedding_function=None,
            configuration={"hnsw": _HNSW},
        )
        _upsert(collection, rows, vectors, _batches(len(vectors), _SERVER_BATCH))


def open_server(url: str, name: str) -> VectorStore:
    """Open a collection on a Chroma server. Raises IndexDamaged when the server has none such."""
    import chromadb.errors

    client = _connect(url, _ANSWER_S)
    try:
        with _chroma_errors(url, is_server=True):
            collection = client.get_collection(name, embedding_function=None)
    except BaseException as exc:
        client.close()
        if isinstance(exc.__cause__, chromadb.errors.NotFoundError):
            raise IndexDamaged(
                f"the Chroma server at {url} has no collection {name}; run `qa index --rebuild`"
            ) from exc
        raise
    return VectorStore(client, collection, url)


def drop_server(url: str, name: str) -> None:
    """Delete a collection on a Chroma server, if it is there."""
    import chromadb.errors

    with (
        _server_client(url, _ANSWER_S) as client,
        _chroma_errors(url, is_server=True),
        contextlib.suppress(chromadb.errors.NotFoundError),
    ):
        client.delete_collection(name)


def _local_client(folder: Path) -> "Client":
    import chromadb

    return cast("Client", chromadb.PersistentClient(str(folder), settings=_settings()))


@contextlib.contextmanager
def _server_client(url: str, answer_s: float) -> Iterator["Client"]:
    client = _connect(url, answer_s)
    try:
        yield client
    finally:
        client.close()


def _connect(url: str, answer_s: float) -> "Client":
    """A client that waits at most answer_s seconds for each answer."""
    import chromadb
    import httpx

    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or not parts.hostname or not port:
        raise ChromaServerError(f"{url!r} is no address of a Chroma server; e.g. http://host:8000")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if "@" in parts.netloc or parts.path.strip("/") or parts.query:
        raise ChromaServerError(
            "the address of a Chroma server is scheme, host and port alone, such as "
            f"{parts.scheme}://{host}:{port}; user names, passwords and paths are not passed on"
        )
    with _chroma_errors(url, is_server=True):
        # HttpClient has no time-out, not even while it is made: ask first whether anybody answers.
        beat = f"{parts.scheme}://{host}:{port}/api/v2/heartbeat"
        httpx.get(beat, timeout=httpx.Timeout(_ANSWER_S, connect=_CONNECT_S)).raise_for_status()
        client = cast(
            "Client",
            chromadb.HttpClient(
                host=parts.hostname,
                port=port,
                ssl=parts.scheme == "https",
                settings=_settings(),
            ),
        )
        server: Any = client
        server._server._session.timeout = httpx.Timeout(answer_s, connect=_CONNECT_S)
    return client


def _settings() -> "Settings":
    """Without the .env that may lie in the working directory: it is not about us."""
    from chromadb.config import Settings

    make: Any = Settings
    return cast("Settings", make(_env_file=None, anonymized_telemetry=False))


def _batches(n_rows: int, most: int) -> list[tuple[int, int]]:
    """Ranges of rows, as equal as can be, none over `most`."""
    n_batches = -(-n_rows // most)
    edges = [n_rows * place // n_batches for place in range(n_batches + 1)] if n_batches else []
    return list(itertools.pairwise(edges))


def _upsert(
    collection: "ChromaCollection",
    rows: Rows,
    vectors: Vectors,
    batches: list[tuple[int, int]],
) -> None:
    for first, after in batches:  # upsert: `add` ignores ids that it has, without a word
        ids = [str(row) for row in rows[first:after]]
        collection.upsert(ids=ids, embeddings=np.asarray(vectors[first:after], dtype=np.float32))


@contextlib.contextmanager
def _chroma_errors(where: str, is_server: bool = False) -> Iterator[None]:
    """Whatever chromadb raises, as one of our errors; its first line is kept."""
    try:
        yield
    except (StoreError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as exc:  # a panic of the Rust engine is no Exception
        if isinstance(exc, OSError) and not is_server:
            raise
        import httpx

        reason = " ".join(str(exc).split())[:200] or type(exc).__name__
        if is_server:
            lost = isinstance(exc, httpx.HTTPError | OSError | ValueError)
            fault = "does not answer" if lost else "failed"
            raise ChromaServerError(
                f"the Chroma server at {where} {fault} ({reason}); start it, or unset QA_CHROMA_URL"
            ) from exc
        if is_full(Path(where)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), where) from exc
        raise StoreError(f"Chroma failed in {where} ({reason}); run `qa index --rebuild`") from exc
