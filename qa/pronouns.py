"""What a pronoun of a follow-up means: the fitting thing of the turns before it.

The last turn is looked at first; in it the question's own things before the answer's, except where
the question asked for just that thing ("Who won?" - "And how old is she?").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from qa.english import (
    AUXILIARIES,
    COUNTRIES,
    GROUP_NOUNS,
    INSTITUTIONS,
    UNITS,
)
from qa.entities import Entity, Word, content_words, entities, is_small, split_words
from qa.names import plain
from qa.pointing import Turn, is_place, place_meant, pointed, restated, time_meant
from qa.verbs import base_form, is_verb


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question after resolution. open: something in it still points back to the last turn."""

    text: str
    changed: bool
    open: bool


_PERSONAL = {
    "he": "m", "him": "m", "his": "m", "himself": "m",
    "she": "f", "her": "f", "hers": "f", "herself": "f",
    "it": "it", "its": "it", "itself": "it",
    "they": "they", "them": "they", "their": "they", "theirs": "they", "themselves": "they",
}  # fmt: skip
_POSSESSIVE = frozenset(("his", "its", "their", "hers", "theirs"))
_EMPTY_IT = re.compile(
    r"\bit\s+(?:(?:takes?|took)(?!\s+(?:effect|place|part|over|off|up|on))|be\s+true|true|possible|likely|unlikely|clear|known|legal|necessary|"
    r"important|expected|raining|snowing|so)\b|\b(?:is|was|isn't)\s+it\s+(?:true|possible|likely|"
    r"clear|known|legal|the\s+case|that)\b|\b(?:take|took|takes)\s+it\b",
    re.IGNORECASE,
)
_COMPLEMENT_WORDS = (
    "that if whether because when after before while since who why say says said claim claims "
    "think believe promise admit deny"
)
_COMPLEMENT = frozenset(_COMPLEMENT_WORDS.split())
_ACCORDING = re.compile(r"\baccording\s+to\b", re.IGNORECASE)
_WHO = re.compile(r"^\W*(?:(?:by|to|for|with|from|of)\s+)?(?:who|whom|whose)\b", re.IGNORECASE)
_WHICH = re.compile(r"^\W*(?:(?:in|at|on|to|for|from|by|with|of)\s+)?(?:which|what)\s+", re.I)
_IDENTITY = re.compile(r"^\W*(?:who|what)\s*(?:'s|’s|is|are|was|were)\s+", re.IGNORECASE)


def resolve(question: str, turns: Sequence[Turn]) -> Resolved:
    """Put in what the pronouns, "there", "then" and "that announcement" mean."""
    words = split_words(question)
    own = entities(question)
    changes: list[tuple[int, int, str]] = []
    meant: dict[str, str] = {}
    still_open = False
    for i, word in enumerate(words):
        low = word.text.lower()
        replacement: str | None = None
        end = word.end
        if low in _PERSONAL:
            if _is_internal(words, i, own) or (low == "it" and _EMPTY_IT.search(question)):
                continue
            sort = _PERSONAL[low]
            if low == "them" and i and words[i - 1].low == "of" and (of := _counted(turns[-1])):
                changes.append((word.start, end, of))
                still_open = True
                continue
            # Two pronouns of one question mean two things: "What did he hope it would bring?"
            others = {text for other, text in meant.items() if other != sort}
            is_object = _is_object(words, i)
            replacement = meant.get(sort) or _meant(sort, turns, others, is_object)
            if not replacement:
                still_open = True
                continue
            meant[sort] = replacement
            if low in _POSSESSIVE or (low == "her" and _owns(words, i)):
                replacement = possessive(replacement)
        elif low == "there" and is_place(words, i):
            replacement = place_meant(turns)
        elif low == "then" and i == len(words) - 1 and i > 1:
            replacement = time_meant(turns)
        elif low in ("that", "this", "those", "these", "such"):
            end, replacement, left = pointed(words, i, turns)
            still_open = still_open or left
        elif low in ("one", "ones") and i > 0 and words[i - 1].low in ("which", "other", "first"):
            still_open = True
        elif low in ("so", "not") and i == len(words) - 1 and i > 1:
            still_open = True  # "Who said so?"
        if replacement is not None:
            changes.append((word.start, end, replacement))
    text = question
    for start, end, replacement in reversed(changes):
        text = text[:start] + replacement + text[end:]
    return Resolved(text, bool(changes), still_open)


def possessive(name: str) -> str:
    """The owner's form: "Ortega's", "the workers'"."""
    return name + ("'" if name.endswith("s") else "'s")


def _is_object(words: Sequence[Word], i: int) -> bool:
    """Whether a pronoun stands after the verb and has none of its own: "find it"."""
    before, after = words[i - 1].low if i else "", words[i + 1].low if i + 1 < len(words) else ""
    follows = base_form(before) is not None and before not in AUXILIARIES
    return follows and after not in AUXILIARIES and not is_verb(after)


def _owns(words: Sequence[Word], i: int) -> bool:
    """Whether "her" at i owns what follows: "her speech", not "describe her as"."""
    return i + 1 < len(words) and not words[i + 1].cut and not is_small(words[i + 1])


def _is_internal(words: Sequence[Word], i: int, own: Sequence[Entity]) -> bool:
    """Whether the pronoun means something of the same question: "Did Berg say she won?"."""
    low = words[i].text.lower()
    sort = _PERSONAL[low]
    before = [e for e in own if e.span[1] <= words[i].start and not _ends_question_word(words, e)]
    if low in _POSSESSIVE and words[0].low in ("who", "whose") and not before and i > 1:
        return not any(word.low in AUXILIARIES for word in words[1:2])
    fits = [entity for entity in before if _agrees(entity, sort) >= (2 if sort != "it" else 1)]
    if not fits:
        return False
    between = {word.low for word in words if fits[-1].span[1] <= word.start < words[i].start}
    return low in _POSSESSIVE or (low == "her" and _owns(words, i)) or bool(between & _COMPLEMENT)


def _ends_question_word(words: Sequence[Word], entity: Entity) -> bool:
    """Whether the phrase is what is asked for: "Which firm did he mention?"."""
    return entity.asked and not entity.plural


def _agrees(entity: Entity, sort: str) -> int:
    """How well an entity fits "m", "f", "it" or "they": 0 not at all, up to 4."""
    if sort in ("m", "f"):
        if entity.kind == "place" or entity.plural or (entity.gender and entity.gender != sort):
            return 0
        if entity.kind == "person":
            return 4 if entity.gender else 3
        single = entity.name and len(entity.text.split()) == 1 and not entity.text.isupper()
        return 2 if single and plain(entity.text) not in COUNTRIES else 0
    if sort == "they":
        if entity.kind == "place" or entity.head in UNITS:
            return 0
        if entity.plural or entity.head in GROUP_NOUNS:
            return 4 if entity.plural else 3
        return 1 if entity.name or entity.kind == "person" else 0
    if entity.kind == "person" and (entity.gender or not entity.name):
        return 0
    if entity.plural:
        return 1
    return {"person": 1, "place": 2, "thing": 3}[entity.kind]


def _meant(
    sort: str, turns: Sequence[Turn], others: Collection[str], is_object: bool
) -> str | None:
    """The text that a pronoun stands for, from the latest turn that has something fitting.

    "" when that turn has several that fit as well.
    """
    for least in (2, 1):
        for turn in reversed(turns):
            found = _in_turn(sort, turn, least, others, is_object)
            if found is not None:
                return found
    return None


def _in_turn(
    sort: str, turn: Turn, least: int, others: Collection[str], is_object: bool
) -> str | None:
    told_by = _ACCORDING.search(turn.question)
    asked = [
        entity
        for entity in entities(turn.question)
        if (sort == "they" or not entity.asked)
        and not (told_by and entity.span[0] >= told_by.start())
    ]
    answered = list(entities(turn.answer))
    if sort in ("m", "f"):  # "Football made it worse": a word like any other
        answered = [e for e in answered if e.span[0] or e.kind == "person" or " " in e.text]
    wants_answer = _wants_answer(turn, sort, asked, is_object)
    if sort == "they":
        listed = _listed(turn) if wants_answer else None
        if listed:
            return listed
        asked, answered = _with_lists(asked, turn.question), _with_lists(answered, turn.answer)
    if sort in ("m", "f"):
        asked, answered = asked + _owners(asked), answered + _owners(answered)
    groups = [asked, answered]
    if wants_answer:
        groups.reverse()
    told = set(content_words(turn.question)) if wants_answer else set()

    def fit(entity: Entity) -> tuple[bool, bool, bool, int, int]:
        """New before known, named before described, subject before what was asked for."""
        known = set(content_words(entity.text)) <= told
        named = wants_answer and entity.proper
        body = named and sort in ("it", "they") and entity.kind != "place"
        score = 3 if body else _agrees(entity, sort)
        return not known, named and sort != "it", not entity.asked, score, -entity.span[0]

    for group in groups:
        fitting = [e for e in group if fit(e)[3] >= least and restated(e) not in others]
        if fitting:
            best = max(fitting, key=fit)
            text = turn.answer if group is answered else turn.question
            alike = [e for e in fitting if fit(e)[:4] == fit(best)[:4]]
            rivals = {restated(e) for e in alike if e is best or not _is_attached(e, group, text)}
            if len(rivals) > 1 and group is asked and sort in ("it", "they"):
                return ""
            return _placed(best, group, text)
    return None


def _is_attached(entity: Entity, group: Sequence[Entity], text: str) -> bool:
    """Whether a phrase belongs to the one before: "the picture" - "with Ada Lund"."""
    return bool(entity.before) and any(
        text[other.span[1] : entity.span[0]].strip() == entity.before for other in group
    )


def _counted(turn: Turn) -> str:
    """What the last question counted, "the swimmers" of "How many swimmers ...?"; else ""."""
    if not re.match(r"\W*how\s+many\b", turn.question, re.IGNORECASE):
        return ""
    counted = next((restated(entity) for entity in entities(turn.question) if entity.asked), "")
    return f"the {counted}" if counted and not counted.startswith("the ") else counted


_OWNER = re.compile(r"(?:the\s+)?(?P<name>(?:[A-Z][\w’'.-]*\s+){1,3}?[A-Z][\w.-]*?)['’]s?\s+[a-z]")


def _owners(found: Sequence[Entity]) -> list[Entity]:
    """Persons in front of what is theirs: "Lena Voss" of "Lena Voss's lawyer"."""
    owners = []
    for entity in found:
        match = _OWNER.match(entity.text)
        words = [plain(word) for word in match["name"].split()] if match else []
        if match and not {*words} & INSTITUTIONS and " ".join(words) not in COUNTRIES:
            start = entity.span[0] + match.start("name")
            span = start, start + len(match["name"])
            person = replace(entity, text=match["name"], kind="person", name=True, span=span)
            owners.append(replace(person, plural=False, gender="", asked=False))
    return owners


def _placed(entity: Entity, group: Sequence[Entity], text: str) -> str:
    """A phrase without a name, with the name that follows it: "the earthquake in Tarsia"."""
    if not entity.name:
        for other in group:
            link = text[entity.span[1] : other.span[0]].strip()
            if other.name and link in ("in", "at", "on", "near", "off", "for", "with", "against"):
                return f"{restated(entity)} {link} {other.text}"
    return restated(entity)


def _with_lists(found: Sequence[Entity], text: str) -> list[Entity]:
    """The phrases, with those that commas and "and" join as one: "Norway, Chile and Ghana"."""
    lists: list[list[Entity]] = []
    for entity in found:
        between = text[lists[-1][-1].span[1] : entity.span[0]].strip() if lists else "-"
        if lists and between in (",", "and", ", and", "&"):
            lists[-1].append(entity)
        else:
            lists.append([entity])
    joined = []
    for row in lists:
        if len(row) > 1 and text[row[-2].span[1] : row[-1].span[0]].strip() != ",":
            whole = text[row[0].span[0] : row[-1].span[1]]
            span = (row[0].span[0], row[-1].span[1])
            joined.append(replace(row[0], text=whole, kind="person", plural=True, span=span))
        else:
            joined += row
    persons = [e for e in joined if e.name and not e.plural and _agrees(e, "m") + _agrees(e, "f")]
    if len(persons) == 2 and not any(entity.plural for entity in joined):
        both = f"{restated(persons[0])} and {restated(persons[1])}"
        joined.append(replace(persons[0], text=both, plural=True))
    return joined


def _wants_answer(turn: Turn, sort: str, asked: Sequence[Entity], is_object: bool) -> bool:
    """Whether the last question asked for just the kind of thing that the pronoun means."""
    question = turn.question
    if _IDENTITY.match(question):
        rest = _IDENTITY.sub("", question, count=1)
        first = asked[0] if asked else None
        # "Who is Poon Lim?" is about him; "Who is the mayor of Oslo?" about the answer.
        named = first is not None and (first.proper or (first.name and sort == "it"))
        return not (first and named and rest.startswith(first.text))
    if _WHO.match(question):
        return sort in ("m", "f", "they")
    if (
        is_object
        and sort == "it"
        and re.match(r"\W*what\s+(?:do|does|did|has|have)\b", question, re.I)
    ):
        return True  # "What did they find?" - "How did they find it?"
    wanted = next((entity for entity in entities(question) if entity.asked), None)
    if wanted is not None and _WHICH.match(question):
        return _agrees(wanted, sort) >= 2 or (sort in ("m", "f") and wanted.kind == "person")
    return False


def _listed(turn: Turn) -> str | None:
    """A short answer that is a list: "Iran and Hezbollah"."""
    answer = turn.answer.rstrip(" .")
    if 2 <= len(answer.split()) <= 10 and re.search(r",|\band\b", answer):
        words = split_words(answer)
        if not any(is_verb(word.low) and not word.text[0].isupper() for word in words):
            return re.sub(r"^(?:with|to|from|in|by|for)\s+", "", answer, flags=re.IGNORECASE)
    return None
