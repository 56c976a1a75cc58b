"""What a sentence says that its evidence does not carry: numbers, dates, names, quotations.

Knows only strings. It cannot tell whether the sentence follows from the evidence; it tells what
can be told by code alone: that nothing exact in it was made up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from qa.dates import Day, days
from qa.english import COMMON_OPENERS, LINKS, SAYING, TITLE_MODIFIERS, TITLES
from qa.names import initials, is_capitalised, plain, same_word
from qa.numerals import Quantity, quantities
from qa.values import ValueKind, compatible_value, normal_value, same_value, value_kind
from vectorstore.records import Span

__all__ = ["ValueKind", "check", "compatible_value", "normal_value", "same_value", "value_kind"]

_QUOTED = re.compile(r"\"([^\"]+)\"|“([^“”]+)”|«([^«»]+)»|„([^„“”]+)[“”]|(?<!\w)‘([^‘]+?)’(?!\w)")
_TOKEN = re.compile(r"[^\W_]+(?:[.'’\u2010\u2011&-][^\W_]+)*(?:(?<=\b[A-Z])\.)?")
_COMMON_NOUN = re.compile(r"(?:ing|ion|ment|ness|ity|ly|s)$")
_FOLD = str.maketrans("“”„«»‘’‚‐‑–—", '"""""\'\'\'----')


def check(sentence: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """The numbers, dates, names and quotations of the sentence that no evidence carries.

    Each as it stands in the sentence, in order, once. Numbers and dates count by value ("five" is
    "5", "Feb. 27" is "February 27"), names by their words and neighbours, quotations by their
    characters but for case, quotes and white space. () when all is carried.
    """
    carried = _Evidence(evidence)
    sentence = unicodedata.normalize("NFKC", sentence)
    missing: list[tuple[int, str]] = []
    quoted: list[Span] = []
    for match in _QUOTED.finditer(sentence):
        text = next(group for group in match.groups() if group is not None)
        quoted.append(match.span())
        if not carried.quotes(text):
            missing.append((match.start(), match.group()))
    dates = days(sentence)
    for day in dates:
        if not carried.dates(day):
            missing.append((day.span[0], sentence[slice(*day.span)]))
    taken = [*quoted, *(day.span for day in dates)]
    numbers = [q for q in quantities(sentence) if not _inside(q.span, taken)]
    for quantity in numbers:
        if not _idle(quantity, sentence) and not carried.numbers(quantity):
            missing.append((quantity.span[0], sentence[slice(*quantity.span)]))
    taken += [quantity.span for quantity in numbers]
    for run in _name_runs(sentence, taken):
        missing += _missing_names(run, carried)
    return tuple(dict.fromkeys(text for _, text in sorted(missing)))


class _Evidence:
    """The evidence, taken apart once for all that is looked up in it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [unicodedata.normalize("NFKC", text) for text in texts]

    @cached_property
    def _flat(self) -> list[str]:
        return [_flat(text) for text in self._texts]

    @cached_property
    def _days(self) -> list[Day]:
        return [day for text in self._texts for day in days(text, years=True)]

    @cached_property
    def _quantities(self) -> list[Quantity]:
        found = []
        for text in self._texts:
            taken = [day.span for day in days(text)]
            found += [q for q in quantities(text) if not _inside(q.span, taken)]
        return found

    @cached_property
    def _tokens(self) -> list[list[str]]:
        """The words of each text, hyphens split, in order."""
        return [
            [part for token in _TOKEN.findall(text) for part in _parts(token) if part]
            for text in self._texts
        ]

    @cached_property
    def _words(self) -> set[str]:
        return {plain(word) for tokens in self._tokens for word in tokens}

    @cached_property
    def _capitals(self) -> set[str]:
        """Plain words that carry a capital: "us" only where "US" or "U.S." stands."""
        return {plain(word) for tokens in self._tokens for word in tokens if is_capitalised(word)}

    @cached_property
    def _initialisms(self) -> set[str]:
        tokens = (token for text in self._texts for token in _TOKEN.findall(text))
        return {plain(token) for token in tokens if token.isupper() and len(token) > 1}

    @cached_property
    def _short_forms(self) -> set[str]:
        """Initials of the names in the evidence, two to six words long."""
        found: set[str] = set()
        for text in self._texts:
            for run in _capital_runs(text):
                for i in range(len(run)):
                    for n in range(2, min(6, len(run) - i) + 1):
                        found |= initials(run[i : i + n])
        return found

    def quotes(self, quotation: str) -> bool:
        pieces = re.split(r"\s*(?:\.\.\.|…|\[[^\]]*\])\s*", quotation)
        flat = [_flat(piece).strip(" .,;:!?'\"") for piece in pieces]
        return all(any(piece in text for text in self._flat) for piece in flat if piece)

    def dates(self, day: Day) -> bool:
        known = [other for other in self._days if day.within(other)]
        if known:
            return True
        # "Feb. 27, 2016" is carried by "Feb. 27" and a "2016" elsewhere in the evidence.
        parts = [
            Day(day.year, None, None, None, day.span) if day.year else None,
            Day(None, day.month, day.day, None, day.span) if day.month else None,
            Day(None, None, None, day.weekday, day.span) if day.weekday is not None else None,
        ]
        return all(
            part is None or any(part.within(other) for other in self._days) for part in parts
        )

    def numbers(self, quantity: Quantity) -> bool:
        plain_count = quantity.kind == "cardinal" and not quantity.unit
        if plain_count and any(quantity.value == day.year for day in self._days):
            return True
        return any(
            quantity.value == other.value
            and quantity.kind == other.kind
            and (quantity.unit == other.unit or not quantity.unit)
            and {quantity.bound, other.bound} != {"over", "under"}
            for other in self._quantities
        )

    def names(self, word: str) -> bool:
        """Whether one word of a name occurs, in another spelling or as a people too."""
        one = plain(word)
        if word.isupper() and len(one) > 1:
            known = self._capitals
            if one in self._short_forms:
                return True
        else:
            known = self._words
        if one in known or one.removesuffix("s") in known or one + "s" in known:
            return True
        return any(same_word(one, other) for other in self._capitals)

    def short_forms(self, run: Sequence[str]) -> bool:
        """Whether a name stands shortened or joined: "UN" for "United Nations", "TechCrunch"."""
        joined = "".join(plain(word) for word in run)
        return bool(initials(run) & self._initialisms) or (len(run) > 1 and joined in self._words)

    def beside(self, first: str, second: str) -> bool:
        """Whether two words stand together in some text, or with parts of a name between them."""
        one, other = plain(first), plain(second)
        for tokens in self._tokens:
            for i, word in enumerate(tokens):
                if not same_word(plain(word), one):
                    continue
                for between, following in enumerate(tokens[i + 1 : i + 6]):
                    if same_word(plain(following), other):
                        return True
                    if between and not is_capitalised(following):
                        break
        return False


def _flat(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(_FOLD).replace("--", "-")
    return " ".join(folded.casefold().split())


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


def _idle(quantity: Quantity, sentence: str) -> bool:
    """ "One" and "first" where they count nothing: a pronoun, "First, ..."."""
    start, end = quantity.span
    text = sentence[start:end].casefold()
    if text == "one":
        return True
    if quantity.kind != "ordinal" or text not in ("first", "second", "third"):
        return False
    return bool(
        re.match(r"\s*,", sentence[end:]) or re.search(r"\bat\s+$", sentence[:start], re.IGNORECASE)
    )


def _parts(token: str) -> list[str]:
    """The parts of a hyphenated word; "S-400" and "F-16" stay whole."""
    if any(c.isdigit() for c in token):
        return [token]
    return re.split(r"[-\u2010\u2011&]", token)


def _capital_runs(text: str) -> list[list[str]]:
    """Runs of capitalised words, with the small links inside them."""
    runs: list[list[str]] = []
    run: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        word = match.group()
        together = text[end : match.start()].strip() == ""
        if not together:
            runs.append(run)
            run = []
        if is_capitalised(word) or (run and word in LINKS):
            run.append(word)
        else:
            runs.append(run)
            run = []
        end = match.end()
    runs.append(run)
    return [run for run in runs if len(run) > 1]


def _name_runs(sentence: str, taken: Sequence[Span]) -> list[list[tuple[int, str]]]:
    """Runs of adjacent capitalised words outside dates, numbers and quotations, with places.

    The first word of the sentence, or of what follows a colon or quote, counts only when its form
    shows a name: another capital follows, or a possessive, or a verb of saying.
    """
    tokens = list(_TOKEN.finditer(sentence))
    runs: list[list[tuple[int, str]]] = []
    run: list[tuple[int, str]] = []
    end = 0
    for i, match in enumerate(tokens):
        gap = sentence[end : match.start()]
        broken = gap.strip() != "" or (bool(run) and run[-1][1].endswith(("'s", "’s")))
        end = match.end()
        word = match.group()
        is_name = (
            is_capitalised(word)
            and not _inside(match.span(), taken)
            and plain(word) not in ("i", "i'm", "i've", "i'll", "i'd")
        )
        if is_name and _opens(sentence, match.start()):
            following = tokens[i + 1].group() if i + 1 < len(tokens) else ""
            is_name = _is_name_first(word, following)
        if broken or not is_name:
            runs.append(run)
            run = []
        if is_name:
            run.append((match.start(), word))
    runs.append(run)
    return [run for run in runs if run]


def _opens(sentence: str, start: int) -> bool:
    return re.search(r"(?:^|[.!?:;])[\s\"'“‘(\[-]*$", sentence[:start]) is not None


def _is_name_first(word: str, following: str) -> bool:
    """Whether the first word of a sentence is a name although any word stands there in capitals."""
    if plain(word) in COMMON_OPENERS:
        return False
    if sum(c.isupper() for c in word) > 1 or any(c.isdigit() for c in word):
        return True
    if re.search(r"['’]s?$", word) or plain(following) in SAYING:
        return True
    if following.endswith("ed") and not _COMMON_NOUN.search(word):
        return True
    return is_capitalised(following) and following != "I"


def _missing_names(run: list[tuple[int, str]], carried: _Evidence) -> list[tuple[int, str]]:
    if carried.short_forms([word for _, word in run]):
        return []
    missing = []
    for n, (start, word) in enumerate(run):
        parts = [part for part in _parts(word) if is_capitalised(part)]
        if len(run) > 1 and plain(word) in TITLES | TITLE_MODIFIERS and n < len(run) - 1:
            continue
        if not all(carried.names(part) for part in parts) and not carried.names(word):
            missing.append((start, re.sub(r"['’]s?$", "", word)))
    if missing:
        return missing
    for (start, first), (_, second) in pairwise(run):
        if plain(first) in TITLES | TITLE_MODIFIERS or plain(second) in TITLES | TITLE_MODIFIERS:
            continue
        if not carried.beside(_parts(first)[-1], _parts(second)[0]):
            missing.append((start, f"{first} {second}"))
    return missing
