"""Vectors by content: a text that was embedded once is never embedded again.

One SQLite file for each embedding model, beside the indexes and shared by them: it survives a
kill in the middle of a long first indexing, a rename, a rebuilt index. It is only a cache: a
damaged one is thrown away.
"""

import hashlib
import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]

_KEEP_DAYS = 90
"""Vectors of texts that no index has used for so long are dropped."""


def text_key(text: str) -> bytes:
    """The content hash of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class VectorCache:
    """Unit vectors of length `dim` by text key. A context manager; one thread at a time.

    Every `store` is one transaction. Raises OSError or sqlite3.Error where the file cannot be
    written.
    """

    def __init__(self, path: Path, dim: int) -> None:
        self._path, self._dim = path, dim
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = self._open()
        except sqlite3.DatabaseError as exc:
            if isinstance(exc, sqlite3.OperationalError):  # not writable, disk full
                raise
            log.warning("%s is damaged (%s): its vectors are computed again", path, exc)
            path.unlink(missing_ok=True)
            self._db = self._open()

    def __enter__(self) -> "VectorCache":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def find(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """The vectors that are known, by key. A row that is no unit vector counts as unknown."""
        found: dict[bytes, Vectors] = {}
        for first in range(0, len(keys), 500):
            batch = keys[first : first + 500]
            marks = ",".join("?" * len(batch))
            rows = self._db.execute(
                f"SELECT key, vector FROM vectors WHERE key IN ({marks})", batch
            )
            for key, blob in rows:
                vector = np.frombuffer(blob, dtype="<f4")
                if vector.shape == (self._dim,) and abs(float(vector @ vector) - 1) < 1e-3:
                    found[key] = vector
        return found

    def store(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep these vectors, all or none of them."""
        today = _today()
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                ((key, vector.astype("<f4").tobytes(), today) for key, vector in vectors.items()),
            )

    def mark_used(self, keys: Sequence[bytes]) -> None:
        """These texts are in an index today; forget what none has used for 90 days."""
        today = _today()
        with self._db:
            self._db.executemany(
                "UPDATE vectors SET used = ? WHERE key = ? AND used <> ?",
                ((today, key, today) for key in keys),
            )
            self._db.execute("DELETE FROM vectors WHERE used < ?", (today - _KEEP_DAYS,))

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=60)
        try:
            db.execute(
                "CREATE TABLE IF NOT EXISTS vectors"
                " (key BLOB PRIMARY KEY, vector BLOB NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID"
            )
            fault = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if fault != "ok":
                raise sqlite3.DatabaseError(fault)
        except BaseException:
            db.close()
            raise
        return db


def _today() -> int:
    return int(time.time() // 86400)
