"""Answer -> the HTML of a chat message; and back from messages to the history the engine takes.

Knows records and our own class names (footnote.css styles them); knows nothing of Gradio. Every
word that is not ours is escaped. Gradio's sanitiser keeps only class, title and `#` addresses, so
a citation is an `<a class="cite" href="#src-…">`, which footnote.js turns into an open panel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from qa.page.links import to_passage
from qa.page.text import clean, escape, shorten
from qa.records import Answer, Citation, Passage
from vectorstore.records import Article

MARKER = re.compile(r"\[(\d{1,3})\]")
N_NOTES = 6
"""Footnotes shown under an answer before the rest is folded away."""
MAX_BOLD_SHARE = 0.6
"""A bare answer that is most of its sentence is not set in bold: that would emphasise nothing."""
SNIPPET_CHARS = 200
TOOLTIP_CHARS = 400


def answer_html(answer: Answer, articles: Mapping[str, Article], answer_id: str = "") -> str:
    """The finished answer: text with chips, disagreements, footnotes, and a line about it.

    answer_id: under which the JSON of the answer can be fetched; "" leaves the two buttons out.
    """
    parts = [_understood(answer)]
    if answer.abstained:
        parts += [_abstention(answer), _nearest(answer, articles)]
    else:
        parts += [_statements(answer), _disagreements(answer), _notes(answer.citations)]
    parts += [_warnings(answer.warnings), _about(answer, answer_id)]
    kind = "fn-answer fn-abstained" if answer.abstained else "fn-answer"
    return f'<div class="{kind}">{"".join(parts)}</div>'


def reading_html(passages: Sequence[Passage]) -> str:
    """What is shown between finding the passages and answering."""
    n_articles = len({passage.chunk.article_id for passage in passages})
    found = f"Reading {_count(len(passages), 'passage')} from {_count(n_articles, 'article')}"
    return status_html(found if passages else "Looking through the articles")


def status_html(text: str) -> str:
    """A passing remark; not part of the conversation."""
    return f'<p class="fn-status">{escape(text)}…</p>'


def growing_html(text: str) -> str:
    """The text so far; its markers are not links yet, since nothing is verified yet."""
    shown = MARKER.sub(r'<span class="fn-pending">\1</span>', escape(text))
    return f'<div class="fn-answer"><p class="fn-growing">{shown}</p></div>'


def error_html(message: str) -> str:
    """What failed and what to do, in the place of an answer."""
    return (
        '<div class="fn-answer fn-error"><p><strong>That did not work.</strong> '
        f"{escape(message)}</p></div>"
    )


def _understood(answer: Answer) -> str:
    lines = []
    if answer.standalone_question.strip() != answer.question.strip():
        lines.append(f"Understood as: {escape(answer.standalone_question)}")
    if answer.routed:
        lines.append(f"Looking first at: {escape(', '.join(answer.routed))}")
    return "".join(f'<p class="fn-understood">{line}</p>' for line in lines)


def _statements(answer: Answer) -> str:
    sentences = []
    for i, statement in enumerate(answer.statements):
        words = MARKER.sub("", statement.text).strip()
        shown = escape(words) if i else _with_short(words, answer.short)
        chips = _chips(answer, statement.citations)
        sentences.append(f'<span class="fn-statement">{shown}{chips}</span>')
    return f'<p class="fn-text">{" ".join(sentences)}</p>'


def _with_short(sentence: str, short: str) -> str:
    """The leading sentence with the bare answer in bold, where it stands in it and is only part."""
    short = " ".join(short.split())
    found = re.search(rf"(?<!\w){re.escape(short)}(?!\w)", sentence) if short else None
    if found is None or len(short) > MAX_BOLD_SHARE * len(sentence):
        return escape(sentence)
    before, after = sentence[: found.start()], sentence[found.end() :]
    return f"{escape(before)}<strong>{escape(short)}</strong>{escape(after)}"


def _chips(answer: Answer, markers: Sequence[int]) -> str:
    known = {citation.marker: citation for citation in answer.citations}
    return "".join(_chip(known[marker], "cite") for marker in markers if marker in known)


def _chip(citation: Citation, kind: str) -> str:
    link = to_passage(citation.file, citation.sha256, citation.start, citation.end)
    where = citation.outlet or citation.title or citation.file
    title = escape(f"{where}: “{shorten(citation.quote, TOOLTIP_CHARS)}”")
    return f'<a class="{kind}" href="{link.href}" title="{title}">{citation.marker}</a>'


def _disagreements(answer: Answer) -> str:
    blocks = []
    for disagreement in answer.disagreements:
        rows = "".join(
            f'<li><span class="fn-value">{escape(value)}</span>{_chips(answer, markers)}</li>'
            for value, markers in disagreement.values
        )
        blocks.append(f'<div class="fn-differ"><p>Sources differ</p><ul>{rows}</ul></div>')
    return "".join(blocks)


def _notes(citations: Sequence[Citation]) -> str:
    rows = [
        f"<li>{_chip(citation, 'fn-note')}"
        f'<span class="fn-where">{_where(citation.title or citation.file, citation)}</span></li>'
        for citation in citations
    ]
    if not rows:
        return ""
    shown = f'<ul class="fn-notes">{"".join(rows[:N_NOTES])}</ul>'
    if len(rows) > N_NOTES:
        rest = _count(len(rows) - N_NOTES, "more citation")
        hidden = f'<ul class="fn-notes">{"".join(rows[N_NOTES:])}</ul>'
        shown += f"<details><summary>{rest}</summary>{hidden}</details>"
    return shown


def _where(title: str, source: Citation | Article) -> str:
    about = [source.outlet or "", source.published.isoformat() if source.published else ""]
    rest = " · ".join(escape(part) for part in about if part)
    return f"{escape(shorten(title, 110))}" + (f"<small>{rest}</small>" if rest else "")


def _abstention(answer: Answer) -> str:
    said = escape(answer.text.strip())
    return f'<p class="fn-text"><strong>{said}</strong> {escape(answer.reason.strip())}</p>'


def _nearest(answer: Answer, articles: Mapping[str, Article]) -> str:
    by_rank = {passage.rank: passage for passage in answer.passages}
    rows = []
    for rank in answer.nearest:
        passage = by_rank.get(rank)
        article = articles.get(passage.chunk.article_id) if passage else None
        if passage is None or article is None:
            continue
        chunk = passage.chunk
        start, end = answer.closest(rank)
        href = to_passage(chunk.article_id, article.sha256, start, end).href
        snippet = escape(
            shorten(chunk.text[start - chunk.start : end - chunk.start], SNIPPET_CHARS)
        )
        where = _where(article.title or chunk.article_id, article)
        rows.append(
            f'<li><a class="fn-near" href="{href}" title="Open this passage">{snippet}</a>'
            f'<span class="fn-where">{where}</span></li>'
        )
    if not rows:
        return ""
    return f'<p class="fn-label">Nearest passages</p><ul class="fn-nearest">{"".join(rows)}</ul>'


def _warnings(warnings: Sequence[str]) -> str:
    return "".join(f'<p class="fn-warning">{escape(warning)}</p>' for warning in warnings)


def _about(answer: Answer, answer_id: str) -> str:
    seconds = answer.timings.get("total", sum(answer.timings.values()))
    words = [f"{seconds:.1f} s" if seconds >= 0.05 else "under 0.1 s"]
    if answer.model and answer.model != "reader":
        words.append(escape(answer.model))
    if not answer.abstained and ":" not in answer.model:  # a chat model states no calibrated one
        percent = f"{answer.confidence:.0%}"
        words.insert(
            0,
            f'<span title="Estimated chance that this answer is right: {percent}">'
            f"{_level(answer.confidence)} confidence</span>",
        )
    line = '<span class="fn-dot"> · </span>'.join(words)
    buttons = ""
    if answer_id:
        buttons = (
            f'<a class="fn-act" href="#copy-{answer_id}" title="Copy the answer as text">Copy</a>'
            f'<a class="fn-act" href="#json-{answer_id}" '
            'title="Download the answer with its citations as JSON">JSON</a>'
        )
    return f'<p class="fn-about">{line}{buttons}</p>'


def _level(confidence: float) -> str:
    return "High" if confidence >= 0.8 else "Medium" if confidence >= 0.5 else "Low"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def pairs(messages: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """The (question, answer) pairs of a conversation, oldest first, chips and notes left out.

    Questions without an answer (a failure, a stopped one) are passed over.
    """
    found = []
    question = ""
    for message in messages:
        text = _content(message.get("content"))
        if message.get("role") == "user":
            question = clean(text).strip()
        elif question:
            answer = answer_text(text)
            if answer:
                found.append((question, answer))
            question = ""
    return tuple(found)


def answer_text(message: str) -> str:
    """The sentences of an answer's HTML as plain text; "" when it holds none."""
    reader = _AnswerText()
    reader.feed(message)
    reader.close()
    return " ".join("".join(reader.words).split())


def _content(content: object) -> str:
    """Gradio's content of a message: a string, a part, or a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return _content(content.get("text", ""))
    if isinstance(content, Sequence):
        return "".join(_content(part) for part in content)
    return ""


class _AnswerText(HTMLParser):
    """Collects what stands in `.fn-text`, without what stands in a link."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._inside = False
        self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "p":
            self._inside = "fn-text" in (dict(attrs).get("class") or "").split()
        elif tag == "a":
            self._in_link = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._inside = False
        elif tag == "a":
            self._in_link = False

    def handle_data(self, data: str) -> None:
        if self._inside and not self._in_link:
            self.words.append(data)
