"""One turn of the chat: a message and its history in, a stream of HTML out. It never raises.

An exception in a Gradio chat function leaves the message box dead until the page is reloaded
(Gradio 6.31), so whatever happens becomes a message that says what failed and what to do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from qa.errors import FootnoteError, QuestionError
from qa.page import render
from qa.page.indexing import Indexing
from qa.page.shelf import Shelf
from qa.page.text import clean
from vectorstore.records import Article

if TYPE_CHECKING:
    from qa.engine import Footnote

log = logging.getLogger(__name__)

EMPTY = "Type a question about the articles first."
UNEXPECTED = (
    "Footnote met an error of its own ({kind}). The next question can be asked as usual; "
    "`qa doctor` checks the installation."
)


class Talk:
    """The conversation's side of one Footnote; shared by all who use the page."""

    def __init__(self, footnote: Footnote, indexing: Indexing | None, shelf: Shelf) -> None:
        self._footnote = footnote
        self._indexing = indexing
        self._shelf = shelf

    @property
    def ready(self) -> bool:
        """Whether the articles can be read now without waiting for the first indexing."""
        return self._indexing is None or self._indexing.status.state == "ready"

    def articles(self) -> Mapping[str, Article]:
        """The indexed articles by id; empty while they are being indexed. Never raises."""
        if not self.ready:
            return {}
        try:
            return self._footnote.snapshot().articles
        except Exception:
            log.exception("the articles cannot be listed")
            return {}

    def turn(
        self,
        message: object,
        history: Sequence[Mapping[str, Any]] = (),
        sources: Sequence[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[str]:
        """HTML of the assistant's message, each yield replacing the one before."""
        try:
            yield from self._turn(message, history, sources, since, until)
        except FootnoteError as error:
            yield render.error_html(str(error))
        except Exception as error:
            log.exception("a question failed")
            yield render.error_html(UNEXPECTED.format(kind=type(error).__name__))

    def _turn(
        self,
        message: object,
        history: Sequence[Mapping[str, Any]],
        sources: Sequence[str] | None,
        since: str | None,
        until: str | None,
    ) -> Iterator[str]:
        question = to_question(message, self._footnote.settings.max_question_chars)
        first, last = _day(since, "From"), _day(until, "To")
        yield from self._until_ready()
        yield render.reading_html(())
        for update in self._footnote.stream(
            question,
            history=render.pairs(history),
            sources=list(sources) if sources else None,
            since=first,
            until=last,
        ):
            if update.answer is not None:
                answer_id = self._shelf.put(update.answer)
                yield render.answer_html(update.answer, self.articles(), answer_id)
            elif update.text:
                yield render.growing_html(update.text)
            else:
                yield render.reading_html(update.passages)

    def _until_ready(self) -> Iterator[str]:
        """Waits for the first indexing, saying how far it is."""
        if self._indexing is None:
            return
        while not self._indexing.wait(0.5):
            status = self._indexing.status
            count = f" {status.done:,} of {status.total:,}" if status.total else ""
            yield render.status_html(f"Indexing the articles first: {status.stage}{count}")


def to_question(message: object, limit: int) -> str:
    """The message as a clean question. Raises QuestionError when it is empty or too long."""
    question = clean(message if isinstance(message, str) else "").strip()
    if not question:
        raise QuestionError(EMPTY)
    if len(question) > limit:
        raise QuestionError(
            f"This message has {len(question):,} characters and a question may have {limit:,}. "
            "Ask about one thing at a time; longer texts belong into the articles folder."
        )
    return question


def _day(text: str | None, name: str) -> date | None:
    if not text or not text.strip():
        return None
    try:
        return date.fromisoformat(clean(text).strip())
    except ValueError as error:
        raise QuestionError(
            f"“{name}” is not a date: {clean(text).strip()[:40]}. Write it as 2016-03-15."
        ) from error
