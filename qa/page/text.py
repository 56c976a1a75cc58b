"""Text that strangers wrote, made safe to show: articles, questions, models' replies, file names.

Everything that reaches the page goes through `clean` (no control characters, no lone surrogates,
no direction overrides) and, where it becomes HTML, through `escape`.
"""

import html
import re
import unicodedata

_HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
"""Direction overrides and isolates (they can make a file name read backwards), word joiner, BOM."""
_KEPT = frozenset("\n\t\u200c\u200d\u200e\u200f")
"""Line feed and tab; the joiners and marks that Persian, Hindi, emoji and Hebrew text needs."""

_LIVE = re.compile(r"[<&](?=[A-Za-z#/!?])")
_JOINER = "\u2060"


def clean(text: str) -> str:
    """The text without what cannot or must not be drawn; line ends become \\n.

    A lone surrogate (a browser can send one, no encoder takes it) becomes U+FFFD.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(
        character
        for character in text
        if character in _KEPT
        or (character not in _HIDDEN and unicodedata.category(character) not in ("Cc", "Cs"))
    )


def escape(text: str) -> str:
    """Clean text as HTML: markup stays text. For element content and quoted attributes."""
    return html.escape(clean(text), quote=True)


def inert(text: str) -> str:
    """Clean text that a browser reads as text although it is not escaped.

    The chat's own messages are shown as HTML and come back as they were sent when the user edits
    or retries them, so they cannot carry entities. An invisible word joiner after `<` and `&` keeps
    either from starting a tag or an entity; `clean` takes it out again.
    """
    return _LIVE.sub(lambda found: found.group() + _JOINER, clean(text))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters on one line, cut between words, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[:limit]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head).rstrip(",;:") + "…"
