"""Text -> paragraphs: which line ends part sentences and which only wrap a line.

Knows nothing of sentences, furniture or articles.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from vectorstore.records import Span

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LINE_END = re.compile(r"(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])")
_STOP = re.compile(r"""[.!?…:;]["”’»')\]]*$""")


def paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    """The paragraphs of `text[start:end]`, in order, bare of white space.

    Every line is one, except that the lines of a hard-wrapped paragraph belong together.
    """
    lines = [
        span
        for found in _LINE.finditer(text, start, end)
        if (span := stripped(text, *found.span())) is not None
    ]
    if not lines:
        return
    adjacent = [
        len(_LINE_END.findall(text, left[1], right[0])) == 1 for left, right in pairwise(lines)
    ]
    width = _wrap_width(text, lines, adjacent)
    block_start = lines[0][0]
    for (line, following), touching in zip(pairwise(lines), adjacent, strict=True):
        if not (touching and _wraps(text, line, following, width)):
            yield block_start, line[1]
            block_start = following[0]
    yield block_start, lines[-1][1]


def _wrap_width(text: str, lines: list[Span], adjacent: list[bool]) -> int:
    """The column at which the text was wrapped, or 0 when its lines are whole paragraphs.

    Wrapped lines are nearly all full, and many of them go on in the middle of a sentence; a list
    of headlines has full lines too, but every line starts with a capital.
    """
    wrapped = [i for i, touching in enumerate(adjacent) if touching]
    if len(wrapped) < 2:
        return 0
    widths = sorted(lines[i][1] - lines[i][0] for i in wrapped)
    width = widths[(len(widths) - 1) * 9 // 10]
    n_full = sum(w >= width - 20 for w in widths)
    n_going_on = sum(not text[lines[i + 1][0]].isupper() for i in wrapped)
    is_wrapped = 35 <= width <= 130 and n_full >= 0.6 * len(widths)
    return width if is_wrapped and n_going_on >= 0.3 * len(widths) else 0


def _wraps(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether the paragraph goes on over this line end."""
    length = line[1] - line[0]
    head = text[following[0] : following[0] + 40].split(maxsplit=1)[0]
    if width and length + 1 + len(head) > width:
        return True
    return length >= 20 and head[0].islower() and not _STOP.search(text, line[1] - 4, line[1])


def stripped(text: str, start: int, end: int) -> Span | None:
    """The span without surrounding white space, or None when nothing else is in it."""
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    right = len(part.rstrip())
    return (start + left, start + right) if right > left else None
