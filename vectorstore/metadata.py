"""What an article says about itself: its title, its outlet and the day it was published.

Reads only the text. Believes a label ("Published: ..."), a byline, a dateline, a strip ("Sport |
The Evening Beacon | 11 February 2025") or the page around the article; never a name or date in the
middle of the story. In doubt it says None: a wrong date or outlet in a citation is worse than none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from vectorstore.dates import DATE, dates_in, is_date_line
from vectorstore.furniture import furniture_lines
from vectorstore.outlets import AGENCIES, known_outlet, outlet_by_its_words, outlets_in
from vectorstore.records import Span
from vectorstore.sentences import sentence_spans

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_TITLE_LENGTH = 80
"""Characters of the first sentence that stand in for a missing title."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the text states; title is "" only when the text holds no visible character."""

    title: str
    outlet: str | None
    published: date | None
    url: str | None


def stated(text: str, body: Sequence[Span]) -> Stated:
    """Title, outlet, date and address as the text itself gives them."""
    head = list(islice((line for span in body for line in _lines(text, *span)), 13))
    tail: list[str] = []
    for start, end in reversed(body):
        if len(tail) < 6:
            tail = [*_lines(text, max(start, end - 4_000), end), *tail][-6:]
    labels = _labels(head)
    return Stated(
        title=_title(head, labels),
        outlet=_outlet(labels, head, tail, furniture_lines(text, body)),
        published=_published(labels, head, tail),
        url=next((v for k in ("url", "link", "source") if _is_url(v := labels.get(k, ""))), None),
    )


def _lines(text: str, start: int, end: int) -> Iterator[str]:
    """Lines as they print on one, the long ones cut: only their beginnings are read."""
    for found in _LINE.finditer(text, start, end):
        if line := _clean(text[found.start() : min(found.end(), found.start() + 1_000)]):
            yield line


def _clean(text: str) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def _is_url(value: str) -> bool:
    return re.fullmatch(r"https?://\S+", value) is not None


# --- labels -----------------------------------------------------------------------------------

_LABEL = re.compile(
    r"""[*_#>\s"'-]*(?P<key>title|headline|outlet|publisher|publication|newspaper|source|site|url
    |link|date|published(?:\ (?:on|at|date))?|publication\ date|pub\ ?date|first\ published
    |originally\ published|posted(?:\ on)?|(?:last\ )?updated|(?:last\ )?modified)
    ["*_]*\s*(?P<mark>[:=]|(?=\s))\s*(?P<value>\S.*)""",
    re.I | re.X,
)


def _labels(head: Sequence[str]) -> dict[str, str]:
    """`key: value` lines at the head of the file, by the first word of the key; the first wins."""
    labels: dict[str, str] = {}
    for line in head:
        if len(line) > 300 or not (found := _LABEL.fullmatch(line)):
            continue
        key = found["key"].lower()
        is_date = re.search(r"publish|date|post|modif|pub ?date", key) is not None
        if not found["mark"] and not (is_date and len(line) <= 80 and dates_in(found["value"])):
            continue
        if is_date:
            key = "updated" if re.search("updat|modif", key) else "published"
        labels.setdefault(key, found["value"].strip(" \"'*_"))
    return labels


# --- title ------------------------------------------------------------------------------------

_HEADING = re.compile(r"#{1,3}\s+(?P<title>.*?)\s*#*")
_BYLINE = re.compile(
    r"""(?:by|from|special\ (?:to|for)|staff)\b.{0,120}|editor['’]?s?['’]?\ note\b.*
    |(?:\S+\ ){0,4}(?:staff|reporter|correspondent|contributor|columnist)|\S+@\S+\.\w+""",
    re.I | re.X,
)
_PERSON = re.compile(r"(?:[A-Z][\w.'’-]*\s){1,3}[A-Z][\w.'’-]*")
_DATELINE = re.compile(
    r"""(?:(?P<place>[A-Z][\w.'’/-]*(?:,?\ [A-Z(][\w.'’)/-]*){0,5},?\ )?
        (?P<open>\()?(?P<name>[A-Z][\w&./’' -]{1,40}?)(?(open)\))\s*(?:[-–—―]{1,2}|$)
      |\((?P<bare>[A-Z][\w&./’' -]{1,40}?)\))
    [\s–—-]*""",
    re.X,
)
_WIRE_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z .,'’/-]{1,40}\ )?\((?P<name>[A-Z][\w&./’'\ -]{1,40})\)(?P<date>,?\ ?(?i:"
    + DATE.pattern
    + r"),?)?\ ?[-–—―]{1,2}\s*",
    re.X,
)
"""An outlet between place and dash, known or not: "OSLO (Coastal Dispatch), Oct. 9, 2022 — "."""
_PLACE_ONLY = re.compile(r"[A-Z][A-Z.'’ -]{2,30}(?:, [A-Z][\w. ]{1,20})? ?(?:--|[–—―-] ) ?")


def _title(head: Sequence[str], labels: dict[str, str]) -> str:
    if title := labels.get("title") or labels.get("headline"):
        return title[:200]
    for line in head[:8]:
        if len(line) <= 300 and (found := _HEADING.fullmatch(line)):
            return found["title"]
    if not head:
        return ""
    is_told = [
        not _is_meta(line)
        and not (_PERSON.fullmatch(line) and _is_meta(below) and not _strip(below))
        for line, below in zip(head, [*head[1:], ""], strict=True)
    ]
    line = head[is_told.index(True) if any(is_told) else 0]
    dateline = _dateline(line)
    if len(line) <= 130 and len(head) > 1 and not dateline and _looks_like_title(line):
        return line
    # The first sentence, without the dateline in front of it.
    opening = line[dateline[1] :] if dateline else line
    sentences = sentence_spans(opening)
    sentence = opening[slice(*sentences[0])] if sentences else line
    if len(sentence) <= _TITLE_LENGTH:
        return sentence
    return re.sub(r"[\s,;:–—-]+\S*$", "", sentence[: _TITLE_LENGTH + 1])[:_TITLE_LENGTH] + "…"


def _looks_like_title(line: str) -> bool:
    ends_sentence = re.search(r"(?<!\.\.)[.,;:]['\"”’)]*$", line) is not None
    return not ends_sentence and 1 < len(line.split()) <= 24


def _is_meta(line: str) -> bool:
    """A line about the article, not of it: byline, date, outlet, label, or a dateline alone."""
    if known_outlet(line) or _BYLINE.fullmatch(line) or is_date_line(line):
        return True
    if any(is_date_line(part) or _BY_SOMEBODY.fullmatch(part) for part in _strip(line)):
        return True  # not "Storm closes port | The Guardian"
    found = _dateline(line)
    is_dateline = found is not None and found[1] >= len(line)
    return is_dateline or (_LABEL.fullmatch(line) is not None and ":" in line[:25])


def _dateline(line: str) -> tuple[str, int] | None:
    """The outlet in "LONDON (Reuters) - " or "(CNN)" at the start, and where the story goes on."""
    if found := _DATELINE.match(line[:120]):
        name = found["bare"] or found["name"]
        is_capitals = found["open"] and found["place"] and found["place"].isupper()
        if outlet := known_outlet(name) or (name if is_capitals else None):
            return outlet, found.end()
    if (wire := _WIRE_DATELINE.match(line[:120])) and (outlet := _wired(wire["name"])):
        return outlet, wire.end()
    # "New York CNN Business —": the place has no end of its own.
    front = re.match(r"([^-–—―]{2,60})\s[-–—―]{1,2}(?:\s|$)", line[:80])
    words = front[1].split() if front else []
    for first in range(len(words)):
        if front and (outlet := known_outlet(" ".join(words[first:]))):
            return outlet, front.end()
    if place := _PLACE_ONLY.match(line):
        return "", place.end()
    return None


_BETWEEN_PARTS = re.compile(r"\s[|•·]\s")
_BEFORE_A_DATE = re.compile(r"(?:,|\s[-–—])\s+(?=" + DATE.pattern + ")", re.I | re.X)
_BY_SOMEBODY = re.compile(
    r"(?:\w+\s(?:and\s\w+\s)?)?[Bb]y\s(?:[A-Z][\w.'’-]*(?:,?\s(?:and\s)?|$)){1,8}"
)
_SECTION_WORDS = 3


def _strip(line: str) -> list[str]:
    """The parts of "Sport | The Evening Beacon | Tuesday, 11 February 2025"; [] of other lines.

    A part is a byline or an outlet, and every other one a date or as short as a section's name: a
    headline with a bar in it is none, nor is "Born | 4 July 1950".
    """
    if len(line) > 150:
        return []
    parts = [part.strip() for part in _BETWEEN_PARTS.split(line)]
    if len(parts) == 1 and (end := _BEFORE_A_DATE.search(line)) and is_date_line(line[end.end() :]):
        name = line[: end.start()]  # of an outlet: "..., Tuesday, April 12, 2022" is a caption
        parts = [name, line[end.end() :]] if _outlet_named(name) else parts
    told = [part for part in parts if _outlet_named(part) or _BY_SOMEBODY.fullmatch(part)]
    rest = [part for part in parts if part not in told and not is_date_line(part)]
    fits = all(len(part.split()) <= _SECTION_WORDS for part in rest)
    return parts if len(parts) > 1 and told and fits else []


def _outlet_named(text: str) -> str | None:
    return known_outlet(text) or outlet_by_its_words(text)


def _wired(name: str) -> str | None:
    """The outlet between brackets in front of a story: there "Meridian News" is one, too."""
    return _outlet_named(name) or (name if re.fullmatch(r"(?:[A-Z]\w+ ){1,2}News", name) else None)


# --- outlet -----------------------------------------------------------------------------------

_BYLINE_OUTLET = re.compile(
    r"(?:by\b.{2,80}?(?:[,|•·–—]| - | for | at )|special (?:to|for)|from"
    r"|[\w ’'-]*\b(?:correspondent|reporter|editor|writer|staff),)\s*(?P<name>[^,|]{2,48})",
    re.I,
)
_DISCLAIMER = re.compile(
    r"""\b(?:position|views?|opinions?|polic(?:y|ies)|stance)\ of
        \ (?P<name>(?:the\ )?[A-Z][\w&'’./ -]*?)
    (?P<staff>,?\ (?:or|and|nor)\ (?:its|their)\b)?
    (?=[.,;]|\ (?:or|and|nor|its|their)\b|$)
    |\boriginally\ (?:appeared|published|ran)\ (?:in|on|by|at)\ (?P<first>[^.,]{2,40})
    |\b(?:first\ )?(?:published|appeared)\ (?:in|by)\ (?P<also>(?:The\ )?[A-Z][^.,]{1,40})
    |\bmore\ (?:opinions?|articles?|commentary|stories)\ (?:on|at|from|in)
        \ (?P<more>[^.,]{2,40})""",
    re.X,
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)[\s©(c)]*(?:(?:19|20)\d\d)?,?\s*(?P<name>.{2,60})", re.I
)


def _outlet(
    labels: dict[str, str], head: Sequence[str], tail: Sequence[str], furniture: Sequence[str]
) -> str | None:
    for key in ("outlet", "publisher", "publication", "newspaper", "source", "site"):
        if (value := labels.get(key, "")) and not _is_url(value) and len(value) <= 60:
            return known_outlet(value) or value
    lines = [line for line in head[:8] if len(line) <= 150]
    for line in lines:
        byline = _BYLINE_OUTLET.fullmatch(line)
        for name in (line, *_strip(line), byline["name"] if byline else ""):
            if outlet := known_outlet(name):
                return outlet
    for line, above, below in zip(lines, ["", *lines], [*lines[1:], ""], strict=False):
        byline = _BYLINE_OUTLET.fullmatch(line)
        is_signed = above and (is_date_line(below) or _BY_SOMEBODY.fullmatch(below))
        for name in (line if is_signed else "", *_strip(line), byline["name"] if byline else ""):
            if outlet := outlet_by_its_words(name):
                return outlet
    datelines = [start[0] for line in head[:4] if (start := _dateline(line)) and start[0]]
    own = [name for name in datelines if name not in AGENCIES]
    return next(iter(own), None) or _page_outlet(tail, furniture) or next(iter(datelines), None)


def _page_outlet(tail: Sequence[str], furniture: Sequence[str]) -> str | None:
    """The outlet that the page around the article belongs to."""
    for line in (*tail, *furniture):
        if found := _COPYRIGHT.match(line):
            named = outlets_in(found["name"])
            if named:
                return named[0]
    for line in tail:
        for claim in _DISCLAIMER.finditer(line):
            name = claim["name"] or claim["first"] or claim["also"] or claim["more"]
            if outlet := known_outlet(name) or (name if claim["staff"] else None):
                return outlet
    # "Read more: ..." and "Photo: ..." name others; "Watch CBSN Live" names the page itself.
    named = [
        name
        for line in furniture
        if ":" not in line and len(line.split()) <= 12
        for name in outlets_in(line)
        if name not in AGENCIES
    ]
    return Counter(named).most_common(1)[0][0] if named else None


# --- date -------------------------------------------------------------------------------------

_STATED_IN_TAIL = re.compile(
    r"(?:first |originally )?(?:published|posted|appeared)\b.{0,30}?(?=" + DATE.pattern + ")",
    re.I | re.X,
)


def _published(labels: dict[str, str], head: Sequence[str], tail: Sequence[str]) -> date | None:
    for key in ("published", "updated"):
        if dates := dates_in(labels.get(key, "")):
            return dates[0]
    for line in head[:8]:
        for part in (line, *_strip(line)):
            if is_date_line(part):
                return dates_in(part)[0]
    for line in head[:8]:
        # "By Jane Doe, CNN | March 15, 2016" and "LONDON, March 15, 2016 (Reuters) - ..."
        if len(line) <= 120 and re.match(r"by\s+[A-Z]", line, re.I) and (dates := dates_in(line)):
            return dates[-1]
        wire = _WIRE_DATELINE.match(line[:120])
        if wire and _wired(wire["name"]) and (dates := dates_in(wire["date"] or "")):
            return dates[0]
        front = re.match(r"[A-Z][A-Z .,'’-]+,\s*(.{8,30}?)\s*(?:\([\w .]+\)|[-–—―])", line)
        if front and len(dates := dates_in(front[1])) == 1:
            return dates[0]
    for line in tail:
        if len(line) <= 200 and (found := _STATED_IN_TAIL.search(line)):
            dates = dates_in(line[found.end() :])
            if dates and re.match(r"(?:this|published|posted|first|originally)\b", line, re.I):
                return dates[0]
    return None
