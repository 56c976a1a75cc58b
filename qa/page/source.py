"""What the panel shows for a citation: the article around the passage, and whether it still stands.

Reads the index's article for the text and the file on disk for its hash. Only files that the index
knows are opened, so a made-up address leads nowhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa.page.links import Link
from qa.page.text import clean
from vectorstore.records import Article, Span

AROUND_CHARS = 30_000
"""Characters shown on either side of the passage; a longer article is cut there and says so."""
GONE = "This article is no longer among the indexed articles."
MISSING = "The file is missing from the folder now; this is its text as it was indexed."
CHANGED = "The file has changed since it was indexed; this is its text as it was indexed."
NEWER = "The article has changed since this answer was given."
NEWER_FOUND = f"{NEWER} The passage stands in the new text, too."
NEWER_LOST = f"{NEWER} The passage cannot be shown in the new text."

_LINES = re.compile(r"\n+")


def open_source(
    link: Link, quote: str, articles: Mapping[str, Article], folder: Path
) -> dict[str, Any]:
    """The panel's content as plain JSON types.

    status: "ok", "file changed", "file missing" or "gone"; notice: words about it, "" when ok.
    paragraphs: lists of {"text", "mark"} in reading order; the marked pieces are the passage.
    quote: the passage as the chip's tooltip had it (perhaps shortened, ending in …), to find it in
    a newer version of the article.
    """
    article = articles.get(link.file)
    if article is None:
        return {"status": "gone", "file": clean(link.file), "notice": GONE, "paragraphs": []}
    span: Span | None = (link.start, min(link.end, len(article.text)))
    if not article.sha256.startswith(link.sha):
        span = _find(quote, article.text)
        status, notice = "file changed", NEWER_FOUND if span else NEWER_LOST
    else:
        status, notice = _on_disk(folder / article.article_id, article.sha256)
    return {
        "status": status,
        "notice": notice,
        "file": clean(article.article_id),
        "title": clean(article.title),
        "outlet": clean(article.outlet or ""),
        "published": article.published.isoformat() if article.published else "",
        **_paragraphs(article.text, span, article.title),
    }


def _on_disk(path: Path, sha256: str) -> tuple[str, str]:
    try:
        same = hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return "file missing", MISSING
    return ("ok", "") if same else ("file changed", CHANGED)


def _find(quote: str, text: str) -> Span | None:
    """Where the words of a (perhaps shortened) quote stand in the text, white space aside."""
    words = quote.removesuffix("…").split()
    if not words:
        return None
    found = re.search(r"\s+".join(re.escape(word) for word in words), text)
    return found.span() if found else None


def _paragraphs(text: str, span: Span | None, title: str) -> dict[str, Any]:
    start, end = span or (0, 0)
    first, last = max(0, start - AROUND_CHARS), min(len(text), end + AROUND_CHARS)
    pieces = [(text[first:start], False), (text[start:end], True), (text[end:last], False)]
    paragraphs: list[list[dict[str, Any]]] = [[]]
    for piece, mark in pieces:
        for i, line in enumerate(_LINES.split(clean(piece))):
            if i:
                paragraphs.append([])
            if line:
                paragraphs[-1].append({"text": line, "mark": mark})
    paragraphs = [p for p in paragraphs if any(part["text"].strip() for part in p)]
    if paragraphs and paragraphs[0] == [{"text": clean(title).strip(), "mark": False}]:
        del paragraphs[0]  # the panel's heading says it already
    return {
        "paragraphs": paragraphs,
        "cut_before": first > 0,
        "cut_after": last < len(text),
    }
