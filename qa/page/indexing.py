"""The first sync, in the background: the page is up at once and says how far it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.errors import FootnoteError
from vectorstore.records import Skipped

if TYPE_CHECKING:
    from qa.engine import Footnote
    from vectorstore.index import Progress

N_NAMED = 5
"""Skipped files that are named; `qa index` lists all."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """state: "ready", "indexing" or "failed". done and total count steps of the stage named."""

    state: str
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""


def skipped_text(skipped: Sequence[Skipped]) -> str:
    """Which files were not read and why, at most five by name; "" when all were."""
    if not skipped:
        return ""
    files = "1 file was" if len(skipped) == 1 else f"{len(skipped):,} files were"
    named = "; ".join(f"{row.path}: {row.reason}" for row in skipped[:N_NAMED])
    more = f"; and {len(skipped) - N_NAMED:,} more" if len(skipped) > N_NAMED else ""
    return f"{files} not indexed: {named}{more}."


class Indexing:
    """Runs `footnote.sync` once in a thread, and knows how it is going.

    show: called with each step as well (a progress bar on the terminal), or None. warm: a question
    asked once afterwards, so that the first user does not wait while models load; "" for none.
    """

    def __init__(self, footnote: Footnote, show: Progress | None = None, warm: str = "") -> None:
        self._footnote = footnote
        self._show = show
        self._warm = warm
        self._finished = threading.Event()
        self.error: FootnoteError | None = None
        self._status = Status("indexing", "Starting")
        self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)

    @property
    def status(self) -> Status:
        return self._status

    def start(self) -> Indexing:
        self._thread.start()
        return self

    def wait(self, timeout_s: float | None = None) -> bool:
        """Whether indexing has ended, one way or the other, within the time given."""
        return self._finished.wait(timeout_s)

    def _run(self) -> None:
        try:
            report = self._footnote.sync(self._step)
            self._status = Status("ready", message=skipped_text(report.skipped))
        except FootnoteError as error:
            self._fail(error)
        except Exception as error:
            log.exception("indexing failed")
            self._fail(FootnoteError(f"Indexing failed ({type(error).__name__}); run `qa doctor`."))
        finally:
            self._finished.set()
        if self._warm and self.error is None:
            try:
                self._footnote.ask(self._warm)
            except FootnoteError as error:
                log.warning("%s", error)  # every question will say so, too
            except Exception:
                log.exception("warming up failed")

    def _fail(self, error: FootnoteError) -> None:
        self.error = error
        self._status = Status("failed", message=str(error))

    def _step(self, stage: str, done: int, total: int) -> None:
        self._status = Status("indexing", stage, done, total)
        if self._show:
            self._show(stage, done, total)
