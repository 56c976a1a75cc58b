"""Finds the numbers in a text, however they are written, with what they count and which way.

"270,000", "more than a quarter of a million", "$1.5m", "five-and-a-half-month", "5 per cent", "the
fifth", "tens of thousands". Knows English number words and common units; knows no names or dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from qa.number_words import (
    FRACTIONS,
    MAGNITUDES,
    ORDINALS,
    SIGNS,
    SMALL,
    SUFFIXES,
    TENS,
    UNITS,
    VAGUE,
)
from vectorstore.records import Span

Bound = Literal["", "over", "under"]
Kind = Literal["cardinal", "ordinal", "vague"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text.

    unit: "%", "dollar", "month" …, singular, or "" when a plain noun or nothing follows.
    bound: "over" for "more than", "at least"; "under" for "fewer than", "nearly". kind "vague"
    is "dozens", "hundreds of thousands" (value: the order of magnitude). span: in characters of
    the text, from the currency sign to the unit, without the bound.
    """

    value: Fraction
    unit: str
    bound: Bound
    kind: Kind
    span: Span


_MAX_DIGITS = 40
"""Longer runs of digits are no quantity (and Python refuses to read very long ones)."""

_BEFORE_DIGITS = frozenset(
    (
        "mid",
        "pre",
        "post",
        "late",
        "early",
        "non",
        "under",
        "over",
        "ex",
        "sub",
        "plus",
        "to",
        "and",
    )
)
"""Words joined to a number by a hyphen that make no name of it: "mid-2016", "under-21"."""

_TOKEN = re.compile(
    r"(?P<digits>\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<sign>[$€£¥₽₹%])"
)
_OVER = (
    "more than|over|at least|above|upwards? of|in excess of|no (?:fewer|less) than|exceeding|"
    "not less than|a minimum of|beyond|greater than|higher than"
)
_UNDER = (
    "fewer than|less than|under|below|up to|at most|no more than|nearly|almost|just under|"
    "not more than|a maximum of|as (?:many|much) as|close to|lower than"
)
_ABOUT = "about|around|approximately|roughly|some|an estimated|estimated|circa|exactly|only|just"
_BOUND = re.compile(
    rf"\b(?:(?P<over>{_OVER})|(?P<under>{_UNDER})|(?:{_ABOUT}))\s+(?:an?\s+|the\s+)?(?:US)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    joined: bool
    """Whether only spaces or one hyphen stand between this token and the one before."""
    tight: bool
    """Whether nothing at all stands between them."""


def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text, in order. Digits inside names ("S-400", "F16", "3G") are none."""
    tokens = _tokens(text)
    found = []
    i = 0
    while i < len(tokens):
        parsed = _quantity(text, tokens, i)
        if parsed is None:
            i += 1
        else:
            quantity, i = parsed
            found.append(quantity)
    return tuple(found)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        gap = text[end : match.start()]
        joined = bool(tokens) and re.fullmatch(r"\s*|[-\u2010\u2011]", gap) is not None
        kind = match.lastgroup or ""
        word = match.group().lower() if kind == "word" else match.group()
        tokens.append(_Token(kind, word, match.start(), match.end(), joined, gap == "" and joined))
        end = match.end()
    return tokens


def _quantity(text: str, tokens: list[_Token], i: int) -> tuple[Quantity, int] | None:
    start, unit = i, ""
    if tokens[i].kind == "sign" and tokens[i].text in SIGNS:
        if i + 1 >= len(tokens) or tokens[i + 1].kind != "digits" or not tokens[i + 1].joined:
            return None
        unit, i = SIGNS[tokens[i].text], i + 1
    elif tokens[i].kind == "digits" and _inside_name(text, tokens, i):
        return None
    kind: Kind = "cardinal"
    parsed = _vague(tokens, i)
    if parsed is not None:
        kind = "vague"
    else:
        parsed = _ordinal(tokens, i)
        if parsed is not None:
            kind = "ordinal"
        else:
            parsed = _cardinal(tokens, i)
    if parsed is None:
        return None
    value, i = parsed
    if kind == "cardinal":
        if tokens[i - 1].kind == "digits" and _glued(tokens, i):
            if tokens[i].text in SUFFIXES and (unit or tokens[i].text in ("bn", "mn", "m", "tn")):
                value, i = value * SUFFIXES[tokens[i].text], i + 1
            elif tokens[i].text == "k":
                value, i = value * 1000, i + 1
            elif tokens[i].text == "s":
                kind, i = "vague", i + 1  # "1990s", "30s"
            elif tokens[i].text not in UNITS and tokens[i].text not in ("am", "pm", "p", "a"):
                return None  # "3G", "4x4": a name
        unit, i = (unit, _skip_unit(tokens, i, unit)) if unit else _unit(tokens, i)
    span = (tokens[start].start, tokens[i - 1].end)
    return Quantity(value, unit, _bound(text, span), kind, span), i


def _inside_name(text: str, tokens: list[_Token], i: int) -> bool:
    """Digits glued to letters before them: "F16", "S-400", "covid-19"; not "mid-2016"."""
    before = text[: tokens[i].start]
    if re.search(r"[^\W\d_]$", before):
        return True
    found = re.search(r"([^\W\d_]+)[-\u2010\u2011]$", before)
    if found is None:
        return False
    word = found.group(1).lower()
    return word not in _BEFORE_DIGITS and word not in SMALL and word not in TENS


def _glued(tokens: list[_Token], i: int) -> bool:
    return i < len(tokens) and tokens[i].tight and tokens[i].kind == "word"


def _word(tokens: list[_Token], i: int) -> str:
    """The joined word at i, or ""."""
    if 0 <= i < len(tokens) and tokens[i].kind == "word" and tokens[i].joined:
        return tokens[i].text
    return ""


def _vague(tokens: list[_Token], i: int) -> tuple[Fraction, int] | None:
    if tokens[i].kind != "word" or tokens[i].text not in VAGUE:
        return None
    value, i = Fraction(VAGUE[tokens[i].text]), i + 1
    while _word(tokens, i) == "of" and _word(tokens, i + 1) in VAGUE:
        value, i = value * VAGUE[tokens[i + 1].text], i + 2
    return value, i


def _ordinal(tokens: list[_Token], i: int) -> tuple[Fraction, int] | None:
    token = tokens[i]
    if token.kind == "digits":
        if len(token.text) <= 4 and token.text.isdecimal() and _glued(tokens, i + 1):
            suffix = tokens[i + 1].text
            if suffix in ("st", "nd", "rd", "th"):
                return Fraction(int(token.text)), i + 2
        return None
    if token.text in TENS and _word(tokens, i + 1) in ORDINALS:
        unit = ORDINALS[tokens[i + 1].text]
        if unit < 10:
            return Fraction(TENS[token.text] + unit), i + 2
    if token.text in ORDINALS:
        fraction = token.text in FRACTIONS and _word(tokens, i + 1) == "of"
        article = i > 0 and tokens[i - 1].text in ("a", "one") and token.joined
        if fraction and article:
            return None
        return Fraction(ORDINALS[token.text]), i + 1
    return None


def _cardinal(tokens: list[_Token], i: int) -> tuple[Fraction, int] | None:
    fraction = _fraction(tokens, i)
    if fraction is not None:
        return fraction
    first = tokens[i]
    if first.text in ("a", "an") and first.kind == "word":
        if _word(tokens, i + 1) not in MAGNITUDES:
            return None
        current, i = Fraction(1), i + 1
    else:
        small = _small(tokens, i)
        if small is None:
            return None
        current, i = small
    total, last = Fraction(0), Fraction(1)
    while i < len(tokens) and tokens[i].joined:
        word = _word(tokens, i)
        if word in MAGNITUDES:
            last = Fraction(MAGNITUDES[word])
            if last >= 1000:
                total, current = total + current * last, Fraction(0)
            else:
                current *= last
            i += 1
        elif word == "and" and _word(tokens, i + 1) == "a" and _word(tokens, i + 2) == "half":
            half = last / 2
            total, current = (total + half, current) if last >= 1000 else (total, current + half)
            i += 3
        elif last > 1 and first.kind == "word":
            j = i + 1 if word == "and" else i
            more = _small(tokens, j) if j < len(tokens) and tokens[j].kind == "word" else None
            if more is None or more[0] >= last or tokens[j].text in ("zero",):
                break
            current, i = current + more[0], more[1]
        else:
            break
    return total + current, i


def _small(tokens: list[_Token], i: int) -> tuple[Fraction, int] | None:
    """A number without magnitude words: digits, "seven", "twenty-five"."""
    token = tokens[i]
    if token.kind == "digits":
        digits = re.sub(r"[^\d.]", "", token.text)
        return (Fraction(digits), i + 1) if len(digits) <= _MAX_DIGITS else None
    if token.kind != "word":
        return None
    if token.text in SMALL:
        return Fraction(SMALL[token.text]), i + 1
    if token.text in TENS:
        unit = SMALL.get(_word(tokens, i + 1), 0)
        if 0 < unit < 10:
            return Fraction(TENS[token.text] + unit), i + 2
        return Fraction(TENS[token.text]), i + 1
    return None


def _fraction(tokens: list[_Token], i: int) -> tuple[Fraction, int] | None:
    """ "half a million", "a quarter of a million", "two-thirds", "three quarters", "a third of"."""
    if tokens[i].kind != "word":
        return None
    top, j = Fraction(1), i
    counted = False
    if tokens[i].text in ("a", "one"):
        counted, j = True, i + 1
    elif tokens[i].text in SMALL and _word(tokens, i + 1).removesuffix("s") in FRACTIONS:
        counted, top, j = True, Fraction(SMALL[tokens[i].text]), i + 1
    word = (tokens[j].text if j == i else _word(tokens, j)) if j < len(tokens) else ""
    name = word.removesuffix("s") if top > 1 else word
    if name not in FRACTIONS:
        return None
    value, j = top / FRACTIONS[name], j + 1
    if _word(tokens, j) == "of" and _word(tokens, j + 1) in ("a", "one"):
        if _word(tokens, j + 2) in MAGNITUDES:
            return value * MAGNITUDES[tokens[j + 2].text], j + 3
    elif _word(tokens, j) in ("a", "an") and _word(tokens, j + 1) in MAGNITUDES:
        return value * MAGNITUDES[tokens[j + 1].text], j + 2
    elif _word(tokens, j) in MAGNITUDES and name in ("half", "quarter"):
        return value * MAGNITUDES[tokens[j].text], j + 1
    if name == "half" or top > 1 or (counted and _word(tokens, j) == "of"):
        return value, j
    return None


def _unit(tokens: list[_Token], i: int) -> tuple[str, int]:
    """The unit after a number, or "" and the same place."""
    if i >= len(tokens) or not tokens[i].joined:
        return "", i
    text = tokens[i].text
    following = _word(tokens, i + 1)
    if text == "per" and following == "cent":
        return "%", i + 2
    if text in ("percentage", "basis") and following.startswith("point"):
        return f"{text} point", i + 2
    if text in ("us", "american", "canadian", "australian") and UNITS.get(following) == "dollar":
        return "dollar", i + 2
    if text == "square" and following in UNITS:
        return f"square {UNITS[following]}", i + 2
    if text in UNITS:
        return UNITS[text], i + 1
    return "", i


def _skip_unit(tokens: list[_Token], i: int, unit: str) -> int:
    """Past a currency word that repeats the sign: "$5 dollars"."""
    named, after = _unit(tokens, i)
    return after if named == unit else i


def _bound(text: str, span: Span) -> Bound:
    before = _BOUND.search(text[max(0, span[0] - 40) : span[0]])
    after = text[span[1] : span[1] + 24]
    if (before and before.group("over")) or re.match(r"\+|\s+(\w+\s+)?or (more|over)\b", after):
        return "over"
    if (before and before.group("under")) or re.match(
        r"\s+(\w+\s+)?or (less|fewer|under)\b", after
    ):
        return "under"
    return ""
