"""The things that a question or a short answer speaks of: its names and noun phrases, with kinds.

A chunker without a parser: determiners, prepositions and verbs cut the words into phrases, and the
last word of a phrase, its title, its neighbours and its capitals say whether it is a person, a
place or a thing. Written for questions and one-sentence answers, where that is enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from qa.dates import days
from qa.english import (
    AUXILIARIES,
    COMMON_OPENERS,
    COUNTRIES,
    DETERMINERS,
    FEMALE,
    HUMAN_VERBS,
    INSTITUTIONS,
    LINKS,
    MALE,
    PERSON_NOUNS,
    PLURAL_NOUNS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    SMALL_WORDS,
    TITLES,
)
from qa.names import is_capitalised, plain
from qa.number_words import MAGNITUDES, SMALL
from qa.verbs import base_form, is_also_noun, is_verb
from vectorstore.records import Span

EntityKind = Literal["person", "place", "thing"]

_WORD = re.compile(
    r"\d[\d,.]*\d|[^\W_]+(?:[.'’&-][^\W_]+)*(?:(?<=\b[A-Z])\.)?(?:(?<=s)['’](?=\s))?"
)
_IN = frozenset(("in", "at", "near", "to", "from", "across", "around", "throughout", "outside"))
_WITH_VERB = AUXILIARIES - {"is", "are", "was", "were", "am", "be", "been", "has", "have", "had"}
_SINGULAR = ("ss", "us", "is", "news", "species", "series", "means", "headquarters")
_LINKING = frozenset(
    ("stay", "remain", "keep", "fall", "get", "look", "feel", "go", "turn", "leave")
)
_LOOSE_VERB = re.compile(r"\w{3}(?:ed|ing)$")
_PAST = re.compile(r"\w{3}ed$")
_PEOPLE_ENDING = re.compile(r"(?:man|woman|ist|ician|ologist|eer)$")
_ADJECTIVAL = re.compile(r"(?:ian|ean|ish|ese|can|man|aqi|ani|eli|nch|tch|ech)$")


@dataclass(frozen=True, slots=True)
class Entity:
    """A noun phrase. span: in the text it was found in, determiner included.

    name: it carries a proper name. plural: "they" rather than "it". gender: "m", "f" or "".
    asked: it stands right after "which", "what" or "how many", so it is what is wanted.
    before: the preposition in front, in lower case, or "".
    """

    text: str
    kind: EntityKind
    name: bool
    plural: bool
    gender: Literal["m", "f", ""]
    asked: bool
    before: str
    span: Span

    @property
    def proper(self) -> bool:
        """Whether it is a proper name and nothing else: "Jonathan Clark", not "Clark's wife"."""
        words = self.text.split()
        return self.name and all(is_capitalised(w) or plain(w) in LINKS for w in words)

    @property
    def head(self) -> str:
        """The last word before any "of", in plain form."""
        return plain(re.split(r"\s+of\s+", self.text)[0].split()[-1])


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place; low is its lower case without possessive."""

    text: str
    low: str
    start: int
    end: int
    cut: bool
    """Whether punctuation stands before it."""


def split_words(text: str) -> list[Word]:
    """The words of a text with their places."""
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        word = match.group()
        low = re.sub(r"['’]s?$", "", word.lower())
        cut = text[end : match.start()].strip() != ""
        found.append(Word(word, low, match.start(), match.end(), cut))
        end = match.end()
    return found


def is_small(word: Word) -> bool:
    """Whether a word has no content of its own: article, preposition, pronoun, auxiliary ..."""
    return (
        word.low in DETERMINERS
        or word.low in PREPOSITIONS
        or word.low in PRONOUNS
        or word.low in AUXILIARIES
        or word.low in QUESTION_WORDS
        or word.low in SMALL_WORDS
        or word.text.lower() in AUXILIARIES
    )


def content_words(text: str) -> list[str]:
    """The plain words that carry content, in order."""
    return [plain(word.text) for word in split_words(text) if not is_small(word)]


def entities(text: str) -> tuple[Entity, ...]:
    """The noun phrases of a text, in order. Dates and bare numbers are none."""
    words = split_words(text)
    dates = [day.span for day in days(text, years=True)]
    found: list[Entity] = []
    for first, last in _phrases(text, words, dates):
        entity = _entity(text, words, first, last)
        if found and found[-1].asked and text[found[-1].span[1] : entity.span[0]].strip() == "and":
            entity = replace(entity, asked=True)
        found.append(entity)
    return tuple(found)


def _phrases(text: str, words: list[Word], dates: list[Span]) -> list[tuple[int, int]]:
    """Index ranges (first, last inclusive) of noun phrases, "of" phrases joined."""
    inverted = any(word.low in _WITH_VERB for word in words)
    phrases: list[tuple[int, int]] = []
    i = 0
    while i < len(words):
        word = words[i]
        if _is_stop(words, i, dates):
            i += 1
            continue
        j = i + 1
        while (
            j < len(words)
            and not words[j].cut
            and not _is_stop(words, j, dates)
            and not words[j - 1].text.endswith(("'s", "’s", "s'", "s’"))
        ):
            j += 1
        determined = i > 0 and not word.cut and words[i - 1].low in DETERMINERS
        elsewhere = any(_may_be_main(words, k) for k in range(len(words)) if not i <= k < j)
        to_base = i > 0 and words[i - 1].low in ("to", "will", "can", "could", "would", "should")
        phrases += _cut_verbs(words, i, j, determined, to_base, inverted and not elsewhere)
        i = j
    return _joined(text, words, phrases)


def _may_be_main(words: list[Word], k: int) -> bool:
    """Whether the word at k can be the question's main verb."""
    low, before = words[k].low, words[k - 1].low if k else ""
    if is_capitalised(words[k].text) or low in AUXILIARIES or before in DETERMINERS:
        return False
    return is_verb(low) or (is_also_noun(low) and before not in PREPOSITIONS)


def _is_stop(words: list[Word], i: int, dates: list[Span]) -> bool:
    word = words[i]
    if any(start < word.end and word.start < end for start, end in dates):
        return True
    before = words[i - 1].low if i and not word.cut else ""
    if before == "how" and i == 1:
        return True  # "How strong was ..."
    if word.low in ("first", "last", "once") and before not in DETERMINERS:
        return True
    if word.low in MAGNITUDES or word.low in SMALL or word.text.replace(",", "").isdigit():
        return True
    if is_capitalised(word.text) and i > 0 and word.text not in ("I",):
        return False
    if i == 0 and word.text.istitle() and (word.low in COMMON_OPENERS or is_small(word)):
        return True
    return is_small(word)


def _cut_verbs(
    words: list[Word], i: int, j: int, determined: bool, to_base: bool, inverted: bool
) -> list[tuple[int, int]]:
    """Noun phrases in the run [i, j) of open words: what stands around its verbs."""
    if i >= j:
        return []
    lower = [k for k in range(i, j) if not is_capitalised(words[k].text) or k == 0]
    start = i + 1 if determined else i
    verbs = [k for k in lower if k >= start and is_verb(words[k].low)]
    if (
        not verbs
        and not determined
        and j - i > 1
        and i in lower
        and _LOOSE_VERB.match(words[i].low)
    ):
        verbs = [i]  # "who directed Winter Harbour", though the list has no "direct"
    if not verbs:  # "Dara leads them"
        verbs = [k for k in lower if k > i and _follows_name(words, k)][-1:]
    if not verbs:  # "Martin Andersen dreamed up", though the list has no "dream"
        verbs = [
            k
            for k in lower
            if k > i and is_capitalised(words[k - 1].text) and _PAST.search(words[k].low)
        ][:1]
    if not verbs and to_base and i in lower and is_also_noun(words[i].low):
        verbs = [i]
    if not verbs and inverted:
        maybe = [k for k in lower if k > i and is_also_noun(words[k].low)]
        linking = [k for k in maybe if words[k].low in _LINKING]
        ending = [k for k in maybe if k == j - 1 or is_capitalised(words[k + 1].text)]
        verbs = (linking or ending)[-1:]
        if not verbs and words[j - 1 :] == words[-1:] and j - 1 in lower and j - 1 > start:
            verbs = [j - 1]  # "did the library reopen": after "did" some word is the verb
    if not verbs:
        relative = i > 0 and words[i - 1].low in ("that", "which", "who")
        loose = j - i == 1 and (relative or not determined) and _LOOSE_VERB.match(words[i].text)
        return [] if loose else [(i, j - 1)]
    cut = verbs[0]
    left = [(i, cut - 1)] if cut > i else []
    return left + _cut_verbs(words, cut + 1, j, False, False, False)


def _follows_name(words: list[Word], k: int) -> bool:
    """Whether a word that may be a verb stands between a name and what it acts on."""
    after = words[k + 1].low if k + 1 < len(words) else ""
    return (
        is_capitalised(words[k - 1].text)
        and words[k].low.endswith("s")
        and is_also_noun(words[k].low)
        and (after in DETERMINERS or after in PRONOUNS)
    )


def _joined(text: str, words: list[Word], phrases: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Phrases linked by "of", "de", or a possessive as one; determiners taken in."""
    joined: list[tuple[int, int]] = []
    for first, last in phrases:
        if first > 0 and words[first - 1].low in ("the", "a", "an") and not words[first].cut:
            first -= 1
        if joined:
            last_first, before = joined[-1]
            between = [word.low for word in words[before + 1 : first]]
            cut = any(word.cut for word in words[before + 1 : first + 1])
            possessive = words[before].text.endswith(("'s", "’s", "s'", "s’"))
            link = between in (["of"], ["of", "the"], ["de"]) or (
                between == ["for"] and words[before].low in INSTITUTIONS
            )
            named = last_first < before and all(
                is_capitalised(w.text) and w.low not in INSTITUTIONS
                for w in words[last_first : before + 1]
            )
            if not cut and ((link and not named) or (possessive and not between)):
                joined[-1] = (joined[-1][0], last)
                continue
        joined.append((first, last))
    return joined


def _entity(text: str, words: list[Word], first: int, last: int) -> Entity:
    span = (words[first].start, words[last].end)
    raw = re.sub(r"['’]s?$", "", text[slice(*span)]) if last == first else text[slice(*span)]
    raw = re.sub(r"['’]s$", "", raw)
    inner = words[first : last + 1]
    body = [word for word in inner if word.low not in ("the", "a", "an")] or inner
    head = next(
        (body[n - 1] for n, word in enumerate(body) if n and word.low in ("of", "de")), body[-1]
    )
    before = words[first - 1].low if first and not words[first].cut else ""
    asked = before in ("which", "what", "many", "much", "whose")
    if before not in PREPOSITIONS:
        before = ""
    capitals = [word for word in body if is_capitalised(word.text)]
    name = bool(capitals) and any(not _is_adjective(word, body) for word in capitals)
    plural = _is_plural(body, head)
    gender = _gender(body, head)
    kind = _kind(body, head, before, name, gender)
    following = base_form(words[last + 1].low) if last + 1 < len(words) else None
    if kind == "thing" and name and len(body) == 1 and following in HUMAN_VERBS:
        kind = "person" if not head.text.isupper() and head.low not in COUNTRIES else kind
    return Entity(raw, kind, name, plural, gender, asked, before, span)


def _is_adjective(word: Word, body: list[Word]) -> bool:
    """Whether a capitalised word is only "Russian" or "French" before a noun."""
    return word is not body[-1] and bool(_ADJECTIVAL.search(word.low))


def _is_plural(body: list[Word], head: Word) -> bool:
    low = head.low
    if low in PLURAL_NOUNS:
        return True
    if is_capitalised(head.text) and len(body) <= 3 and not low.endswith(("ans", "ers", "ists")):
        return False
    return low.endswith("s") and not low.endswith(_SINGULAR)


def _gender(body: list[Word], head: Word) -> Literal["m", "f", ""]:
    lows = set() if is_capitalised(head.text) else {head.low}
    if len(body) > 1:
        lows.add(body[0].low.rstrip("."))
    if lows & MALE:
        return "m"
    return "f" if lows & FEMALE else ""


def _kind(body: list[Word], head: Word, before: str, name: bool, gender: str) -> EntityKind:
    low = head.low
    if gender or low in PERSON_NOUNS or (low in TITLES and not is_capitalised(low)):
        return "person"
    if not is_capitalised(head.text):
        human = _PEOPLE_ENDING.search(low) and low not in ("list", "human", "business", "process")
        return "person" if human else "thing"
    lows = [word.low.rstrip(".") for word in body]
    is_role = any(low in TITLES or low in PERSON_NOUNS for low in lows[:-1]) or any(
        _PEOPLE_ENDING.search(word.low) and not is_capitalised(word.text) for word in body[:-1]
    )
    if is_role and low not in INSTITUTIONS:
        return "person"
    if any(low in INSTITUTIONS for low in lows) or any(low in ("of", "and") for low in lows):
        return "place" if before in _IN else "thing"
    if before in _IN and before not in ("to", "from"):
        return "place"
    if " ".join(low for low in lows) in COUNTRIES:
        return "place" if before in _IN else "thing"
    if (head.text.isupper() and len(head.text) > 1) or any(c.isdigit() for c in head.text):
        return "thing"
    proper = [word for word in body if is_capitalised(word.text) or word.low in LINKS]
    if name and len(proper) == len(body) and 1 < len(body) <= 4:
        return "person"
    return "place" if before in _IN else "thing"
