"""When two short answers give the same value: numbers, dates and names, however they are written.

Composing groups what the sources say by these rules, and calls what is left a disagreement; so two
values are the same only where their form shows it. Sameness is not transitive: "September 2015"
and "September 2016" both agree with nothing shorter than themselves.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Literal

from qa.dates import Day, days
from qa.english import ARTICLES, LINKS, TIME_WORDS
from qa.names import core, initials, is_capitalised, plain, same_name, transliterates, words
from qa.numerals import Quantity, quantities
from vectorstore.records import Span

ValueKind = Literal["number", "date", "name", "text"]

_QUOTES = str.maketrans("“”„«»‘’‚`´", "\"\"\"\"\"'''''")
_AROUND_DATES = ARTICLES | LINKS | TIME_WORDS
_MAX_NUMBER_WORDS = 8
"""A longer phrase around a number is a statement of its own, not a value."""
_ASIDE = re.compile(
    r",?\s+(?:including|among|of (?:whom|which|them|those)|(?:up|down) from|compared|out of|after|"
    r"since|from)\b|\s*[(;]"
)
"""Where a number's own phrase ends and an aside with other numbers begins."""
_APPOSITION = re.compile(r"([^,]+),\s+(?:an?|the|who|which|whose)\b")
_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?m\b"
    r"|\b(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b",
    re.IGNORECASE,
)


def value_kind(text: str) -> ValueKind:
    """What a short answer is: a number, a date, a name, or else text."""
    kind, _, _ = _parse(text)
    return kind


def normal_value(text: str) -> str:
    """One spelling of a short answer, fit for a key: "2016-02-27", "270000", "vladimir putin".

    Values of the same form compare equal; where one says less ("Feb. 27", "Putin"), or a name is
    spelt otherwise, only `same_value` sees it. "" for a text without a letter or digit.
    """
    kind, dates, numbers = _parse(text)
    if kind == "date":
        return " ".join([_iso(day) for day in dates] + _clock(text))
    if kind == "number":
        return " ".join(_spelt(quantity) for quantity in numbers)
    if kind == "name":
        return " ".join(core(_folded(text)))
    return _normal_text(text)


def same_value(a: str, b: str) -> bool:
    """Whether two short answers give the same value.

    Numbers: equal value, unit (where both have one) and direction ("over" is not "nearly"). Dates:
    nothing differs and both name month and day, or the same fields. Names: as `same_name`; lists
    in any order. Otherwise the words are the same but for case, quotes and articles.
    """
    plain_a, plain_b = _normal_text(a), _normal_text(b)
    if plain_a == plain_b:
        return bool(plain_a) or a.strip() == b.strip()
    (kind, dates, numbers), (other_kind, other_dates, other_numbers) = _parse(a), _parse(b)
    if kind != other_kind:
        return _year_value(kind, dates, numbers) is not None and (
            _year_value(kind, dates, numbers) == _year_value(other_kind, other_dates, other_numbers)
        )
    if kind == "date":
        return _same_dates(dates, other_dates) and _clock(a) == _clock(b)
    if kind == "number":
        return len(numbers) == len(other_numbers) and all(
            _same_quantity(one, other) for one, other in zip(numbers, other_numbers, strict=True)
        )
    if kind == "name":
        return _same_names(_folded(a), _folded(b))
    one, other = _plain_words(a), _plain_words(b)
    return len(one) == len(other) and all(map(_same_plain, one, other))


def compatible_value(a: str, b: str) -> bool:
    """Whether two short answers can both be true since one only says less: no disagreement.

    "September" and "Sept. 30", "Geneva" and "Geneva, Switzerland", "a pullout" and "the pullout
    of the main part".
    """
    if same_value(a, b):
        return True
    (kind, dates, numbers), (other_kind, other_dates, other_numbers) = _parse(a), _parse(b)
    if kind == other_kind == "date" and len(dates) == len(other_dates):
        return all(
            one.within(other) or other.within(one)
            for one, other in zip(dates, other_dates, strict=True)
        )
    if kind == other_kind == "number":
        return _bounds_meet(numbers, other_numbers)
    one, other = _plain_words(a), _plain_words(b)
    return _within(one, other) or _within(other, one)


def contradicts(a: str, b: str) -> bool:
    """Whether two short answers to one question cannot both be true.

    Two values of one kind, of which neither only says less than the other: names that do not
    contain one another, dates that differ in something both state, numbers of one unit that
    neither rounding nor a bound ("more than 200") brings together. False for anything else.
    """
    (kind, dates, numbers), (other_kind, other_dates, other_numbers) = _parse(a), _parse(b)
    if kind != other_kind or kind == "text" or same_value(a, b):
        return False
    if kind == "date":
        if len(dates) != len(other_dates):
            return False
        if all(one.agrees(other) for one, other in zip(dates, other_dates, strict=True)):
            clocks = _clock(a), _clock(b)
            return all(clocks) and clocks[0] != clocks[1]
        return any(one.differs(other) for one, other in zip(dates, other_dates, strict=True))
    if kind == "number":
        if not len(numbers) == len(other_numbers) == 1 or _counts_other_things(a, b):
            return False
        return _apart(numbers[0], other_numbers[0])
    ours, theirs = ({part for w in core(_folded(t)) for part in w.split("-")} for t in (a, b))
    return not (compatible_value(a, b) or ours <= theirs or theirs <= ours)


def _counts_other_things(a: str, b: str) -> bool:
    """Whether one number has a unit and the other a noun instead: "5 months", "9,000 sorties"."""
    (_, _, (one,)), (_, _, (other,)) = _parse(a), _parse(b)
    if bool(one.unit) == bool(other.unit):
        return False
    bare, text = (one, a) if not one.unit else (other, b)
    return bool(words(_folded(text).strip()[bare.span[1] :]))


def _apart(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers of one unit cannot be one number told more or less exactly."""
    if "vague" in (one.kind, other.kind) or (one.unit and other.unit and one.unit != other.unit):
        return False
    if one.kind == other.kind == "ordinal" or (one.bound and other.bound):
        return one.value != other.value
    coarse, fine = sorted((one, other), key=lambda quantity: -_step(quantity.value))
    if one.bound or other.bound:
        bounded, exact = (one, other) if one.bound else (other, one)
        gap = exact.value - bounded.value
        room = Fraction(10) ** _magnitude(bounded.value)
        return not 0 <= (gap if bounded.bound == "over" else -gap) <= room
    return abs(coarse.value - fine.value) * 2 > _step(coarse.value)


def _magnitude(value: Fraction) -> int:
    """The power of ten of a number's first digit."""
    digits = 0
    value = abs(value)
    while value >= 10:
        value, digits = value / 10, digits + 1
    while 0 < value < 1:
        value, digits = value * 10, digits - 1
    return digits


def _step(value: Fraction) -> Fraction:
    """What a number is rounded to: 100 for 7,300, 1 for 212, 0.1 for 26.2. At most a tenth."""
    step = Fraction(10) ** (_magnitude(value) - 1)
    while value % step and step > Fraction(1, 1000):
        step /= 10
    return step


def _plain_words(text: str) -> list[str]:
    """The words without articles; capitals kept, since only names may be spelt otherwise."""
    return [word for word in words(_folded(text)) if word.casefold() not in ARTICLES]


def _within(shorter: list[str], longer: list[str]) -> bool:
    """Whether every word of a phrase stands in another that is at least as long."""
    return 0 < len(shorter) <= len(longer) and all(
        any(_same_plain(word, theirs) for theirs in longer) for word in shorter
    )


def _same_plain(one: str, other: str) -> bool:
    a, b = plain(one), plain(other)
    return a == b or (is_capitalised(one) and is_capitalised(other) and transliterates(a, b))


def _parse(text: str) -> tuple[ValueKind, tuple[Day, ...], tuple[Quantity, ...]]:
    folded = _folded(text).strip(" \t\n.,;:!?()[]\"'")
    dates = days(folded, years=True)
    if (dates or _clock(folded)) and not _rest(
        folded, tuple(day.span for day in dates)
    ) - _AROUND_DATES:
        return "date", dates, ()
    numbers = tuple(
        quantity
        for quantity in quantities(_ASIDE.split(folded)[0])
        if not any(day.month and _overlap(day.span, quantity.span) for day in dates)
    )
    if numbers and _is_number(folded, numbers):
        return "number", (), numbers
    found = words(folded)
    strong = [word for word in found if word.casefold() not in LINKS | ARTICLES]
    if strong and all(is_capitalised(word) for word in strong):
        return "name", (), ()
    head = _APPOSITION.match(folded)
    if head and value_kind(head[1]) == "name":
        return "name", (), ()
    return "text", (), ()


def _is_number(text: str, numbers: tuple[Quantity, ...]) -> bool:
    """Whether a phrase is its number: that comes first, and little else follows."""
    first = numbers[0].span[0]
    before = words(re.sub(r"[$€£¥]$", "", text[:first]))
    lead = len(before) <= 3 and not any(is_capitalised(word) for word in before[1:])
    if numbers[0].value == 1 and re.match(r"one\b", text[first:], re.IGNORECASE):
        return lead and len(words(text)) <= 2
    if numbers[0].kind == "ordinal":
        return lead and len(words(text)) <= 3
    return lead and len(words(text)) <= _MAX_NUMBER_WORDS + len(before)


def _rest(text: str, spans: tuple[Span, ...]) -> set[str]:
    """The plain words outside the spans, times of day left out."""
    for start, end in reversed(spans):
        text = text[:start] + " " + text[end:]
    return {word.casefold().removesuffix("'s") for word in words(_CLOCK.sub(" ", text))}


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).split())


def _normal_text(text: str) -> str:
    folded = re.sub(r"[^\w\s$€£%.,'+-]", " ", _folded(text).casefold())
    kept = [word.strip(".,'-") for word in folded.split()]
    return " ".join(word for word in kept if word and word not in ARTICLES)


def _iso(day: Day) -> str:
    if day.month is None:
        return str(day.year) if day.year else f"weekday {day.weekday}"
    year = f"{day.year:04d}" if day.year else "-"
    return f"{year}-{day.month:02d}" + (f"-{day.day:02d}" if day.day else "")


def _clock(text: str) -> list[str]:
    """Times of day on the 24-hour clock."""
    found = []
    for match in _CLOCK.finditer(text):
        hour = int(match["hour"] or match["hour24"])
        if match["half"]:
            hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
        found.append(f"{hour:02d}:{match['minute'] or match['minute24'] or '00'}")
    return found


def _spelt(quantity: Quantity) -> str:
    value = str(quantity.value)
    if quantity.value.denominator != 1 and not value.endswith("/3"):
        value = format(float(quantity.value), "g")
    kind = "" if quantity.kind == "cardinal" else quantity.kind
    return " ".join(part for part in (quantity.bound, value, quantity.unit, kind) if part)


def _same_dates(one: tuple[Day, ...], other: tuple[Day, ...]) -> bool:
    return len(one) == len(other) and all(
        mine.agrees(theirs) and _comparable(mine, theirs)
        for mine, theirs in zip(one, other, strict=True)
    )


def _comparable(one: Day, other: Day) -> bool:
    """Both name month and day; or a full date its weekday; or both exactly the same fields."""
    if one.day and other.day:
        return True
    if one.weekday is not None or other.weekday is not None:
        return True
    return [bool(one.year), bool(one.month), bool(one.day)] == [
        bool(other.year),
        bool(other.month),
        bool(other.day),
    ]


def _year_value(
    kind: ValueKind, dates: tuple[Day, ...], numbers: tuple[Quantity, ...]
) -> int | None:
    """A bare year taken for a date, or a bare number that may be one; else None."""
    if kind == "date" and len(dates) == 1 and not dates[0].month and dates[0].year:
        return dates[0].year
    if kind == "number" and len(numbers) == 1 and numbers[0].kind == "cardinal":
        value = numbers[0].value
        return int(value) if value.denominator == 1 else None
    return None


def _same_quantity(one: Quantity, other: Quantity) -> bool:
    return (
        one.value == other.value
        and one.kind == other.kind
        and (one.unit == other.unit or not one.unit or not other.unit)
        and {one.bound, other.bound} != {"over", "under"}
    )


def _bounds_meet(one: tuple[Quantity, ...], other: tuple[Quantity, ...]) -> bool:
    """Whether "more than 200" leaves room for "270": one bounded number and one that fits it."""
    if len(one) != 1 or len(other) != 1:
        return False
    a, b = one[0], other[0]
    if a.kind == "ordinal" or b.kind == "ordinal" or (a.unit and b.unit and a.unit != b.unit):
        return False
    low, high = sorted((a, b), key=lambda quantity: quantity.value)
    return (
        low.bound == "over"
        or high.bound == "under"
        or (low.kind == "vague" and low.bound != "under")
    )


def _same_names(a: str, b: str) -> bool:
    one, other = _items(a), _items(b)
    if len(one) != len(other):
        # "and" may be inside a name that the other one shortens: "ISIS".
        shorter = min(core(a), core(b), key=len)
        return len(shorter) == 1 and shorter[0] in initials(words(a)) | initials(words(b))
    if len(one) == 1:
        return same_name(a, b)
    left = list(other)
    for name in one:
        match = next((theirs for theirs in left if same_name(name, theirs)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _items(text: str) -> list[str]:
    head = _APPOSITION.match(text)
    text = head[1] if head else text
    return [
        item for item in re.split(r",\s*(?:and\s+)?|\s+(?:and|&)\s+|;\s*", text) if item.strip()
    ]
