"""A private copy of files that a library may write to, and the sweeping up after dead processes."""

import contextlib
import os
import shutil
import tempfile
import time
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

_BIRTH_S = 60.0
"""How long a copy may be without its lock, which is made an instant after the folder."""


class WorkingCopy:
    """A directory of our own, locked while it is in use so that others can tell it is.

    In the index if that can be written, else among the temporary files (a full or read-only disk
    does not stop anybody from asking).
    """

    def __init__(self, parent: Path) -> None:
        name = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        try:
            self.path = parent / name
            self.path.mkdir(parents=True)
        except OSError:
            self.path = Path(tempfile.mkdtemp(prefix="footnote-"))
        self._lock = FileLock(self.path / "lock", thread_local=False)
        self._lock.acquire(timeout=0)

    def remove(self) -> None:
        """Unlock and delete it."""
        self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)


def sweep_copies(parent: Path) -> None:
    """Delete the copies under `parent` whose processes are gone."""
    for copy in parent.glob("*"):
        with contextlib.suppress(OSError, Timeout):
            lock = copy / "lock"
            if not lock.exists() and time.time() - copy.stat().st_mtime < _BIRTH_S:
                continue  # just being made
            with FileLock(lock, timeout=0):
                shutil.rmtree(copy, ignore_errors=True)
