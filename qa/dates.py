"""Finds the dates in a text: "Feb. 27", "27 February 2016", "2016-02-27", "September", "Tuesday".

Relative dates ("last week", "yesterday") are none: without knowing the day of writing they name no
day. A bare year is one only where `years` asks for it, since it may be any number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from vectorstore.records import Span

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_WEEKDAYS = "mon tue wed thu fri sat sun"

_MONTH = (
    r"(?P<month{0}>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|"
    r"July?\.?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|"
    r"Dec(?:ember|\.)?|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|"
    r"NOVEMBER|DECEMBER)"
)
_DAY = r"(?P<day{0}>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year{0}>1[5-9]\d\d|20\d\d)(?![\d,]\d|\w)"
_LONE = (
    r"January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\."
)
_BEFORE = (
    r"(?:in|of|since|until|till|by|during|for|last|this|next|early|late|mid|and|to|from|before|"
    r"after|through|every|each|through|between)"
)
_DATE = re.compile(
    r"(?<![\w/])(?:"
    + r"(?P<iso>(?P<year0>\d{4})-(?P<month0>\d\d)-(?P<day0>\d\d))(?!\w)"
    + "|" + _DAY.format(1) + r"\s+(?:of\s+)?" + _MONTH.format(1)
    + r"\b(?:,?\s+" + _YEAR.format(1) + ")?"
    + "|" + _MONTH.format(2) + r"\s+" + _DAY.format(2)
    + r"(?![\w:%]|[.,]\d)(?:,?\s+" + _YEAR.format(2) + ")?"
    + "|" + _MONTH.format(3) + r",?\s+" + _YEAR.format(3)
    + rf"|(?P<lone>{_LONE})(?!\w)"
    + r"|(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    + r"|(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\.)"
    + r"(?!\w))"
)  # fmt: skip
_ALONE = re.compile(rf"\b{_BEFORE}[\s-]+$", re.IGNORECASE)
_BARE_YEAR = re.compile(r"(?<![\w.,$€£-])(?:1[5-9]\d\d|20\d\d)(?![\w%-]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Day:
    """What a text says of a date; None where it says nothing. month and day from 1, Monday is 0.

    span: in characters of the text.
    """

    year: int | None
    month: int | None
    day: int | None
    weekday: int | None
    span: Span

    def agrees(self, other: Day) -> bool:
        """Whether nothing that both say differs, and both say something in common.

        A weekday agrees with a full date that falls on it.
        """
        pairs = [
            (mine, theirs)
            for mine, theirs in zip(self._fields(), other._fields(), strict=True)
            if mine is not None and theirs is not None
        ]
        return bool(pairs) and all(mine == theirs for mine, theirs in pairs)

    def differs(self, other: Day) -> bool:
        """Whether something that both say differs."""
        return any(
            mine is not None and theirs is not None and mine != theirs
            for mine, theirs in zip(self._fields(), other._fields(), strict=True)
        )

    def within(self, other: Day) -> bool:
        """Whether the other says all that this says, and perhaps more."""
        return all(
            mine is None or mine == theirs
            for mine, theirs in zip(self._fields(), other._fields(), strict=True)
        )

    def _fields(self) -> tuple[int | None, ...]:
        weekday = self.weekday
        if weekday is None and self.year and self.month and self.day:
            try:
                weekday = date(self.year, self.month, self.day).weekday()
            except ValueError:
                weekday = None
        return self.year, self.month, self.day, weekday


def days(text: str, years: bool = False) -> tuple[Day, ...]:
    """The dates of a text, in order and without overlap; with `years`, bare years too."""
    found: list[Day] = []
    for match in _DATE.finditer(text):
        day = _day(match, text)
        if day is None:
            continue
        if found and _goes_on(found[-1], day, text):
            weekday = found.pop()
            span = (weekday.span[0], day.span[1])
            day = Day(day.year, day.month, day.day, weekday.weekday, span)
        found.append(day)
    if years:
        taken = [day.span for day in found]
        for match in _BARE_YEAR.finditer(text):
            if not any(start <= match.start() < end for start, end in taken):
                found.append(Day(int(match.group()), None, None, None, match.span()))
        found.sort(key=lambda day: day.span)
    return tuple(found)


def _goes_on(weekday: Day, day: Day, text: str) -> bool:
    """Whether "Tuesday" and "March 15" are one date: "Tuesday, March 15"."""
    between = text[weekday.span[1] : day.span[0]]
    return weekday.month is None and day.day is not None and between.strip() in ("", ",")


def _day(match: re.Match[str], text: str) -> Day | None:
    if match["iso"]:
        year, month, day = (int(match[name]) for name in ("year0", "month0", "day0"))
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        return Day(year, month, day, None, match.span())
    if match["weekday"]:
        weekday = _WEEKDAYS.split().index(match["weekday"][:3].lower())
        return Day(None, None, None, weekday, match.span())
    if match["lone"]:
        # "May" is a verb and "March" a walk: alone they are months only after such a word.
        if match["lone"] in ("May", "March") and not _ALONE.search(text[: match.start()][-12:]):
            return None
        return Day(None, _month(match["lone"]), None, None, match.span())
    if match["month3"]:
        return Day(int(match["year3"]), _month(match["month3"]), None, None, match.span())
    n = "1" if match["month1"] else "2"
    year_text = match[f"year{n}"]
    day = int(match[f"day{n}"])
    if not 1 <= day <= 31:
        return None
    return Day(
        int(year_text) if year_text else None, _month(match[f"month{n}"]), day, None, match.span()
    )


def _month(name: str) -> int:
    return _MONTHS.split().index(name[:3].lower()) + 1
