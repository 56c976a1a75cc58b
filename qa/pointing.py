"""What "there", "then" and "that announcement" of a follow-up point at, among earlier turns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.dates import days
from qa.english import AUXILIARIES, EVENTS, PREPOSITIONS, QUESTION_WORDS
from qa.entities import Entity, Word, entities, is_small, split_words
from qa.names import plain
from qa.verbs import base_form, is_verb


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question, made to stand alone, and the first sentence of its answer.

    topic: what was put into the question in brackets, or "".
    """

    question: str
    answer: str
    topic: str = ""


def restated(entity: Entity) -> str:
    """The phrase as it reads inside a question: "a petition" is "the petition" by now."""
    bare = re.sub(r"^(?:an?|the)\s+", "", entity.text, flags=re.IGNORECASE)
    if bare != entity.text:
        return f"the {bare}"
    owned = re.search(r"['’]s?\s", bare)
    return bare if entity.name or entity.plural or owned else f"the {bare}"


def is_place(words: Sequence[Word], i: int) -> bool:
    """Whether "there" means a place and not that something exists."""
    beside = {words[j].low for j in (i - 1, i + 1) if 0 <= j < len(words)}
    exists = bool(beside & {"is", "are", "was", "were", "be", "been", "has", "have", "had", "will"})
    return not exists or i == len(words) - 1


def place_meant(turns: Sequence[Turn]) -> str | None:
    """What "there" means, with its preposition: the latest place, or an occasion."""
    for turn in reversed(turns):
        texts = [turn.question, turn.answer]
        if re.match(r"\W*where\b", turn.question, re.IGNORECASE):
            texts.reverse()
        found = [entity for text in texts for entity in entities(text)]
        places = [entity for text in texts for entity in entities(text) if entity.kind == "place"]
        if places:
            first = [e for e in entities(texts[0]) if e.kind == "place"]
            place = (first or places)[-1]
            return f"{place.before if place.before in ('at', 'near') else 'in'} {place.text}"
        events = [entity for entity in found if entity.head in EVENTS]
        if events:
            return f"at {restated(events[0])}"
    return None


def time_meant(turns: Sequence[Turn]) -> str | None:
    """What "then" means, with its preposition: the latest day that was named."""
    for turn in reversed(turns):
        for text in (turn.question, turn.answer):
            found = days(text, years=True)
            if found:
                day = found[-1]
                return ("on " if day.day or day.weekday is not None else "in ") + text[
                    slice(*day.span)
                ]
    return None


def pointed(words: Sequence[Word], i: int, turns: Sequence[Turn]) -> tuple[int, str | None, bool]:
    """ "that announcement" or a bare "that": its end, what it means, whether it stays open."""
    after = words[i + 1] if i + 1 < len(words) and not words[i + 1].cut else None
    nothing = (words[i].end, None, False)
    if after is not None and not is_small(after):
        if i > 0 and (not is_small(words[i - 1]) or words[i - 1].low in ("so", "such")):
            return nothing  # a clause: "say that rebels ..."
        if base_form(after.low) and words[i].low in ("that", "this") and i + 2 == len(words):
            return words[i].end, None, True  # "did that happen"
        return _noun_pointed(words, i, turns)
    if after is not None and after.low not in AUXILIARIES | PREPOSITIONS | {"then", "and"}:
        return nothing
    if after is not None and i > 0 and not is_small(words[i - 1]) and base_form(words[i - 1].low):
        return words[i].end, None, True
    if after is not None and i > 0 and not is_small(words[i - 1]):
        return nothing  # a relative clause: "the law that was passed"
    meant = _answer_meant(turns[-1])
    if meant and words[i].low in ("that", "this"):
        return words[i].end, meant, False
    return words[i].end, None, True


def _noun_pointed(
    words: Sequence[Word], i: int, turns: Sequence[Turn]
) -> tuple[int, str | None, bool]:
    """What "that announcement" means: an earlier phrase with that head; else it stays open."""
    last = i + 1
    while last + 1 < len(words) and not is_small(words[last + 1]) and not words[last + 1].cut:
        if base_form(words[last + 1].low):
            break
        last += 1
    heads = {plain(words[last].low), plain(words[last].low).removesuffix("s")}
    for turn in reversed(turns):
        for text in (turn.question, turn.answer):
            for entity in entities(text):
                longer = len(entity.text.split()) > 1 + (last - i)
                if entity.head.removesuffix("s") in heads and not entity.asked and longer:
                    return words[last].end, restated(entity), False
    return words[last].end, None, True


def _answer_meant(turn: Turn) -> str | None:
    """A short noun phrase that answered "what" or "where": then "that" means it."""
    answer = turn.answer.rstrip(" .")
    first = split_words(turn.question)[:2]
    if not first or not {word.low for word in first} & (QUESTION_WORDS - {"how", "why", "who"}):
        return None
    bare = re.sub(r"^(?:in|at|on|to|from)\s+(?=[A-Z])", "", answer, flags=re.IGNORECASE)
    if not 1 <= len(bare.split()) <= 14:
        return None
    phrases = entities(bare)
    if not phrases or phrases[0].span[0] > 1 or _says_something(bare):
        return None
    if bare.startswith(("The ", "A ", "An ")):
        return bare[0].lower() + bare[1:]
    return bare if phrases[0].name else None


def _says_something(text: str) -> bool:
    """Whether a text is a clause with a verb of its own, not a phrase."""
    return any(
        (word.low in AUXILIARIES or is_verb(word.low)) and before.low not in ("to", "be")
        for before, word in pairwise(split_words(text))
    )
