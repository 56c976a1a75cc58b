"""A follow-up question made to stand alone, from the conversation before it, offline.

Four things are carried over: what a pronoun means ("When did he resign?"), what an ellipsis leaves
out ("And why?"), what is exchanged ("What about Spain?"), and, where none of that fits, the topic
in brackets. It works on the form of the questions only; a question that stands alone comes back
as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from qa.dates import days
from qa.ellipsis import exchange, expand, has_verb
from qa.english import (
    AUXILIARIES,
    EVENTS,
    GROUP_NOUNS,
    INSTITUTIONS,
    PERSON_NOUNS,
    QUESTION_WORDS,
    TITLES,
)
from qa.entities import content_words, entities, split_words
from qa.pronouns import Turn, resolve

MAX_TURNS = 6
"""Earlier turns looked at; what was said before them is seldom meant."""
_MAX_TOPIC_WORDS = 14
_MAX_CHARS = 400
"""A longer question is pasted text: it brings its own context."""
_LEAD = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|also|then|well|thanks|great|interesting|hm+|now|sorry|no(?=[,.!;])|"
    r"i\s+mean|i\s+meant|i\s+said|rather)\b[\s,.!:;-]*)+(?=\w)",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"^\W*(?:(?:thanks?|thank you|thx|cheers|hello|hi|hey|ok|okay|great|cool|nice|perfect|bye|"
    r"goodbye|good (?:morning|evening|day)|yes|no|please|very much|a lot|so much)\b\W*)*$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^(?:\w+\s+)?(?:who|whom|what|which|when|where|why|how)\b", re.IGNORECASE)
_ANOTHER = re.compile(
    r"^\W*(?:\w+\W+)?(?:(?:an)?other|new|different|next)\s+(?:question|topic|subject)\b|^\W*changing\s",
    re.IGNORECASE,
)
_ORDINAL = r"(?:first|second|third|fourth|fifth|last|next|previous|other|new|old|losing|winning)"
_THE_ROLE = re.compile(rf"the\s+(?:{_ORDINAL}\s+)?[a-z-]+$", re.IGNORECASE)
_WHICH = re.compile(r"^\W*(?:who|whom|which|what)\b(?!\s+(?:do|does|did|happen))", re.IGNORECASE)
_LEANS = re.compile(r"\b(?:instead|in return|as well|too|the other)\b", re.IGNORECASE)
_ROLES = PERSON_NOUNS | TITLES | INSTITUTIONS | GROUP_NOUNS | EVENTS
"""Heads of "the club", "the officer", "the trial": without a name, of what was spoken of."""
_LIGHT = frozenset(("get", "got", "go", "make", "made", "take", "took", "come", "give", "happen"))
_DEFINES = re.compile(r"^(?:what|who)(?:'s|’s| is| are| was| were)\s+(?:an?\s+)?\w", re.IGNORECASE)


def standalone(
    question: str, history: Sequence[tuple[str, str]], outlets: Collection[str] = ()
) -> str:
    """The question with what it takes from the conversation put in.

    history: earlier (question, answer) pairs, oldest first; questions as they were asked. outlets:
    names of sources, so that "What about CNN?" asks what CNN says. Unchanged without history, and
    when the question needs nothing. Never raises.
    """
    if not history or len(question) > _MAX_CHARS or _SMALL_TALK.match(question):
        return question
    turns: list[Turn] = []
    for asked, answer in history[-MAX_TURNS:]:
        whole = _whole(asked[:_MAX_CHARS], turns, outlets)
        turns.append(Turn(whole, _lead_sentence(answer)))
    return _whole(question, turns, outlets)


def _whole(question: str, turns: Sequence[Turn], outlets: Collection[str]) -> str:
    if not turns or not turns[-1].question.strip():
        return question
    last = turns[-1]
    core = " ".join(_LEAD.sub("", question).split())
    led = core != " ".join(question.split())
    if not core or _ANOTHER.match(question):
        return question
    changed = exchange(core, last, led, outlets) or expand(core, last)
    if changed:
        return _sentence(resolve(changed, turns).text)
    resolved = resolve(core, turns)
    needs_topic = resolved.open or (not resolved.changed and _is_thin(core, led, last))
    if needs_topic:
        return _with_topic(resolved.text, turns)
    if resolved.changed:
        return _sentence(resolved.text)
    return question


def _is_thin(core: str, led: bool, last: Turn) -> bool:
    """Whether a question without pronouns still leans on the one before.

    It does when it says too little ("Which system in particular?"), or begins with "and" and names
    nothing, or speaks of "the stadium" that the last turn spoke of. A question with a name or a
    date of its own stands alone.
    """
    found = entities(core)
    if any(entity.name for entity in found) or days(core, years=True):
        is_short = led or len(core.split()) < 4
        return bool(_LEANS.search(core)) or (is_short and not has_verb(core))
    if _LEANS.search(core) or (_ASKS.match(core) and not has_verb(core)):
        return True
    content = [word for word in content_words(core) if word not in _LIGHT]
    if _DEFINES.match(core) and not led and " the " not in f" {core.lower()} ":
        return False
    if len(content) < (4 if led else 3):
        return True
    known = set(content_words(last.question)) | set(content_words(last.answer))
    return any(
        entity.text.lower().startswith("the ")
        and (entity.head in known or (entity.head in _ROLES and _THE_ROLE.match(entity.text)))
        for entity in found
    )


def _with_topic(core: str, turns: Sequence[Turn]) -> str:
    topic = ", ".join(part for part in (_topic(turns), _answered(turns[-1])) if part)
    here = set(content_words(core))
    if not topic or set(content_words(topic)) <= here:
        return _sentence(core)
    bare = core.rstrip(" ?.!")
    return _sentence(f"{bare} ({topic})")


def _topic(turns: Sequence[Turn]) -> str:
    """What the conversation is about: the last question's topic, or one before it with a name."""
    last = topic_of(turns[-1].question)
    for turn in reversed(turns):
        topic = topic_of(turn.question)
        if any(entity.name for entity in entities(topic)):
            joined = topic if turn is turns[-1] else f"{last}, {topic}"
            return topic if len(joined.split()) > _MAX_TOPIC_WORDS else joined.strip(" ,")
    return last


def _answered(turn: Turn) -> str:
    """The name that answered "who" or "which", or the short answer."""
    if not _WHICH.match(turn.question):
        return ""
    asked = set(content_words(turn.question))
    names = [entity for entity in entities(turn.answer) if entity.name]
    fresh = [name.text for name in names if not set(content_words(name.text)) <= asked]
    return fresh[0] if len(set(fresh)) == 1 else ""


_SOURCE_AT_END = re.compile(r",?\s+according\s+to\s+[^,]+$", re.IGNORECASE)
_BRACKET = re.compile(r"^(?P<asked>.*?)\s*\((?P<topic>[^()]*)\)\W*$")


def topic_of(question: str) -> str:
    """What a question is about, without its question words: "the fire in the Lisbon market".

    A topic in brackets stays the topic, unless the question names something itself.
    """
    carried = _BRACKET.match(question)
    if carried:
        own = topic_of(carried["asked"])
        return own if any(entity.name for entity in entities(own)) else carried["topic"]
    words = split_words(question)
    while words and (words[0].low in QUESTION_WORDS | {"many", "much", "long", "often", "old"}):
        words.pop(0)
    while words and words[0].text.lower() in AUXILIARIES:
        words.pop(0)
    if not words:
        return ""
    topic = _SOURCE_AT_END.sub("", question[words[0].start :].rstrip(" ?.!"))
    if any(word.text.lower() in AUXILIARIES for word in words) or (
        len(topic.split()) > _MAX_TOPIC_WORDS
    ):
        told = _SOURCE_AT_END.sub("", question.rstrip(" ?.!"))
        return ", ".join(entity.text for entity in entities(told))
    return topic


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(r"\s+([?,.)])", r"\1", text).rstrip(" .,;:")
    if not text.endswith(("?", "!")):
        text += "?"
    return text[:1].upper() + text[1:]


def _lead_sentence(answer: str) -> str:
    """The first sentence of an answer, without markers, at most 300 characters."""
    text = " ".join(re.sub(r"\[\d+(?:\s*,\s*\d+)*\]", "", answer).split())[:600]
    match = re.match(r".{20,}?[.!?][\"”’]?(?=\s+[A-Z“\"])", text)
    return (match.group() if match else text)[:300].strip()
