"""A chat model's text taken apart: sentences, and the numbers of the evidence behind each.

The text is data: control characters and bidi marks go, a hidden line of thought goes, the length is
capped. What a number means is not known here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from vectorstore.sentences import sentence_spans

MAX_CHARS = 8_000
"""More is no answer; reading stops there."""
_MAX_RANGE = 12

_NUMBERS = r"\d{1,4}(?:\s*(?:[,;&–-]|and)\s*\d{1,4})*"
MARKER = re.compile(
    rf"\s*(?:\[+|【+)\^?\s*(?:(?:sentences?|sources?|no\.?)\s*)?{_NUMBERS}\s*(?:\]+|】+)",
    re.IGNORECASE,
)
_OPEN_MARKER = re.compile(r"\s*[\[【]+(?:[^\]】\[【]{0,40}|[\d\s,;&–and-]{0,400})$|\s+$")
_AFTER_STOP = re.compile(rf"([.!?…][\"”’')]*)((?:{MARKER.pattern})+)", re.IGNORECASE)
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|$)", re.DOTALL | re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)]|#+)\s+")
_EMPHASIS = re.compile(r"(\*\*|__|(?<!\w)[*_]|[*_](?!\w)|`)")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a reply without its markers, and the numbers that stood in it, in order."""

    text: str
    numbers: tuple[int, ...]


def clean(text: str) -> str:
    """The text without thoughts, control, format and unassigned characters; line ends stay.

    Growing the text at its end only grows the result at its end.
    """
    text = text[: 4 * MAX_CHARS].replace("\r", "\n").replace("\t", " ")
    if "<" in text:
        unfinished = re.search(r"<t?h?i?n?k?i?n?g?$", text, re.IGNORECASE)
        text = _THOUGHT.sub("", text[: unfinished.start()] if unfinished else text)
    if not text.replace("\n", "").isprintable():
        text = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
    return text[:MAX_CHARS]


def visible(text: str) -> str:
    """What may be shown while a reply grows: clean, without markers, whole at its end.

    The result for a longer text always begins with that for a shorter one.
    """
    shown = MARKER.sub("", _OPEN_MARKER.sub("", clean(text)))
    return _OPEN_MARKER.sub("", shown)


def sentences(reply: str) -> tuple[Said, ...]:
    """The sentences of a reply, in order; those of markers or punctuation only are left out."""
    found = []
    for line in clean(reply).split("\n"):
        text = _EMPHASIS.sub("", _BULLET.sub("", line))
        # "It rained. [1] It stopped. [2]" -> "It rained [1]. It stopped [2]."
        text = _AFTER_STOP.sub(lambda match: match[2] + match[1], text)
        for start, end in sentence_spans(text):
            sentence = text[start:end]
            numbers = [n for match in MARKER.finditer(sentence) for n in _numbers(match.group())]
            bare = " ".join(MARKER.sub("", sentence).split())
            bare = re.sub(r"\s+([.,;:!?])", r"\1", bare)
            if any(c.isalnum() for c in bare):
                found.append(Said(bare, tuple(dict.fromkeys(numbers))))
    return tuple(found)


def _numbers(marker: str) -> list[int]:
    """The numbers of one marker; a range is written out, a long one is its ends only."""
    found: list[int] = []
    for part in re.finditer(r"(\d{1,4})(?:\s*[–-]\s*(\d{1,4}))?", marker):
        first, last = int(part[1]), int(part[2] or part[1])
        within = first <= last <= first + _MAX_RANGE
        found += range(first, last + 1) if within else [first, last]
    return found
