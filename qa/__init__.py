"""Footnote: ask a folder of news articles; every sentence of the answer is cited and checked.

    from qa import ask
    answer = ask("Who ordered the withdrawal?", articles="seeds")
    answer.text, answer.citations[0].quote, answer.abstained

The names below are the public surface. They are loaded at first use, so `import qa` is instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.engine import Footnote, Update
    from qa.records import Answer, Citation, Passage, Statement
    from qa.settings import Settings
    from qa.verification import verify

__all__ = [
    "Answer",
    "Citation",
    "Footnote",
    "Passage",
    "Settings",
    "Statement",
    "Update",
    "ask",
    "verify",
]

_HOMES = {
    "Answer": "qa.records",
    "Citation": "qa.records",
    "Footnote": "qa.engine",
    "Passage": "qa.records",
    "Settings": "qa.settings",
    "Statement": "qa.records",
    "Update": "qa.engine",
    "verify": "qa.verification",
}
_OPEN: dict[str, Any] = {}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def ask(
    question: str,
    articles: str | Path = "seeds",
    history: Sequence[tuple[str, str]] = (),
    model: str | None = None,
    sources: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Answer:
    """Ask a folder of articles one question.

    Brings the index of the folder up to date first, and keeps the models loaded for the next
    call. history: earlier (question, answer) pairs, oldest first. model: "reader" (the default),
    "baseline", or "provider:name" of a LangChain chat model. sources: article_ids or outlets.
    since, until: inclusive dates. Raises a FootnoteError (qa.errors) with the next step in its
    message. Not finding an answer is no error: see `answer.abstained` and `answer.reason`.
    """
    from qa.engine import Footnote

    key = str(Path(articles).resolve())
    footnote = _OPEN.get(key)
    if footnote is None:
        footnote = _OPEN.setdefault(key, Footnote(articles))
    footnote.sync()
    answer: Answer = footnote.ask(
        question, history=history, model=model, sources=sources, since=since, until=until
    )
    return answer
