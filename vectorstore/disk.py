"""What a disk may do: refuse, lose what was not made durable, keep what a dead process left.

Knows files and folders, and nothing of what is in them.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from vectorstore.errors import StoreError

_BIRTH_S = 60.0
"""A younger copy is left alone: its process may be about to lock it."""


class WorkingCopy:
    """A directory of our own, locked while it is in use so that others can tell it is.

    parent: where to make it; None: among the temporary files.
    """

    def __init__(self, parent: Path | None) -> None:
        if parent is None:
            self.path = Path(tempfile.mkdtemp(prefix="footnote-"))
        else:
            self.path = parent / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
            self.path.mkdir(parents=True)
        self._owner = os.getpid()
        self._lock = FileLock(self.path / "lock", thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as exc:  # an OSError of its own, whose text would puzzle
            raise OSError(f"{self.path}: somebody sweeps it before it is used") from exc

    def remove(self) -> None:
        """Unlock and delete it; in a forked child do nothing, since it is its parent's."""
        if os.getpid() == self._owner:
            self._lock.release()
            shutil.rmtree(self.path, ignore_errors=True)


def sweep_copies(parent: Path) -> None:
    """Delete the copies under `parent` whose processes are gone."""
    for copy in parent.glob("*"):
        with contextlib.suppress(OSError, Timeout):
            if time.time() - copy.stat().st_mtime > _BIRTH_S:
                with FileLock(copy / "lock", timeout=0):
                    shutil.rmtree(copy, ignore_errors=True)


_NEARLY_FULL = 8_000_000
"""Bytes free under which any refusal means a full disk: numpy, SQLite and Chroma have other words
for it."""


def is_full(path: Path) -> bool:
    """Whether the disk of a path, which need not exist, has no room worth speaking of."""
    there = next(parent for parent in (path, *path.parents) if parent.exists())
    return shutil.disk_usage(there).free < _NEARLY_FULL


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """What the disk refuses, as one line with the next step."""
    try:
        yield
    except (OSError, sqlite3.Error) as exc:
        number = getattr(exc, "errno", None)
        if number in (errno.ENOSPC, errno.EDQUOT) or (number is None and is_full(path)):
            reason, step = "the disk is full", "free some space, or set QA_HOME to another disk,"
        else:
            reason = getattr(exc, "strerror", None) or " ".join(str(exc).split())
            step = "make it writable, or set QA_HOME to a folder that is,"
        raise StoreError(
            f"cannot write the index in {path}: {reason}; {step} then run `qa index --rebuild`"
        ) from exc


def size_and_sha256(path: Path) -> tuple[int, str]:
    """A file's length in bytes and the hex digest of its content."""
    data = path.read_bytes()
    return len(data), hashlib.sha256(data).hexdigest()


def fsync_tree(folder: Path) -> None:
    """Make a folder and all in it durable, files before the folders that name them."""
    for path in _inside_out(folder):
        fsync(path)


def _inside_out(folder: Path) -> Iterable[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from _inside_out(path)
        else:
            yield path
    yield folder


def fsync(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot fsync a folder
    flags = os.O_RDONLY if os.name != "nt" else os.O_RDWR
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
