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
from qa.forms import is_greeting
from qa.pointing import Turn
from qa.pronouns import resolve
from qa.records import ABSTAIN_TEXT

MAX_TURNS = 6
"""Earlier turns looked at; what was said before them is seldom meant."""
_MAX_TOPIC_WORDS = 14
_MAX_CHARS = 400
"""A longer question is pasted text: it brings its own context."""
_LEAD = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|also|then|well|thanks|great|interesting|hm+|now|"
    r"sorry(?=[,.!])|no,\s*not\s+[^,?]{1,40}(?=,)|no(?=,)|i\s+meant|"
    r"i\s+mean(?=\s+(?:the|his|her|their|in|for|at|on)\b))\b[\s,.!:;-]*)+(?=\w)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^(?:\w+\s+)?(?:who|whom|what|which|when|where|why|how)\b", re.IGNORECASE)
_ANOTHER = re.compile(
    r"^\W*(?:\w+\W+)?(?:another|a\s+different|a\s+new|next|new)\s+(?:question|topic|subject)\s*[:,.–-]\s*",
    re.IGNORECASE,
)
_ORDINAL = r"(?:first|second|third|fourth|fifth|last|next|previous|other|new|old|losing|winning)"
_THE_ROLE = re.compile(rf"the\s+(?:{_ORDINAL}\s+)?[a-z-]+$", re.IGNORECASE)
_WHICH = re.compile(r"^\W*(?:who|whom|which|what)\b(?!\s+(?:do|does|did|happen))", re.IGNORECASE)
_LEANS = re.compile(r"\b(?:instead|in\s+return|as\s+well|too)\W*$", re.IGNORECASE)
_ROLES = PERSON_NOUNS | TITLES | INSTITUTIONS | GROUP_NOUNS | EVENTS
"""Heads of "the club", "the officer", "the trial": without a name, of what was spoken of."""
_MAX_LEANING = 3
"""Content words of "When will the court rule?"; with more, the question itself tells which."""
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
    if not history or len(question) > _MAX_CHARS or is_greeting(question):
        return question
    turns: list[Turn] = []
    for asked, answer in history[-MAX_TURNS:]:
        whole, topic = _whole(asked[:_MAX_CHARS], turns, outlets)
        turns.append(Turn(whole, _lead_sentence(answer), topic))
    return _whole(question, turns, outlets)[0]


def _whole(question: str, turns: Sequence[Turn], outlets: Collection[str]) -> tuple[str, str]:
    """The whole question, and the topic that it was given in brackets, or ""."""
    if not turns or not turns[-1].question.strip():
        return question, ""
    last = turns[-1]
    bare = _ANOTHER.sub("", question)
    core = " ".join(_LEAD.sub("", bare).split())
    led = core != " ".join(bare.split())
    if not core:
        return question, ""
    is_new = bare != question
    changed = None if is_new else exchange(core, last, led, outlets) or expand(core, last)
    if changed:
        return _sentence(resolve(changed, turns).text), ""
    resolved = resolve(core, turns)
    is_thin = not is_new and not resolved.changed and _is_thin(core, led, last)
    if resolved.open or is_thin:
        return _with_topic(resolved.text, turns)
    if resolved.changed:
        return _sentence(resolved.text), ""
    return question, ""


def _is_thin(core: str, led: bool, last: Turn) -> bool:
    """Whether a question without pronouns still leans on the one before.

    It does when it says too little ("Which system in particular?"), or begins with "and" and names
    nothing, or speaks of "the stadium" that the last turn spoke of. A question with a name or a
    date of its own stands alone, and so does a whole one after what the articles do not say: with
    that topic it would be refused again.
    """
    found = entities(core)
    if _ASKS.match(core) and not has_verb(core):
        return True
    if any(entity.name for entity in found) or days(core, years=True):
        return False
    if _LEANS.search(core):
        return True
    if last.answer.startswith(ABSTAIN_TEXT) and not led:
        return False
    content = [word for word in content_words(core) if word not in _LIGHT]
    if _DEFINES.match(core) and not led and " the " not in f" {core.lower()} ":
        return False
    if len(content) < (4 if led else 3):
        return True
    known = set(content_words(last.question)) | set(content_words(last.answer))
    is_short = len(content) <= _MAX_LEANING
    return any(
        entity.text.lower().startswith("the ")
        and (
            entity.head in known
            or (is_short and entity.head in _ROLES and _THE_ROLE.match(entity.text) is not None)
        )
        for entity in found
    )


def _with_topic(core: str, turns: Sequence[Turn]) -> tuple[str, str]:
    topic = ", ".join(part for part in (_topic(turns), _answered(turns[-1])) if part)
    here = set(content_words(core))
    if not topic or set(content_words(topic)) <= here:
        return _sentence(core), ""
    bare = core.rstrip(" ?.!")
    return _sentence(f"{bare} ({topic})"), topic


def _topic(turns: Sequence[Turn]) -> str:
    """What the conversation is about: the last question's topic, or the one it was given.

    A topic of a single word ("rescued") has that of the turn before put beside it.
    """
    last = turns[-1]
    own = topic_of(last.question.removesuffix("?").removesuffix(f" ({last.topic})"))
    if any(entity.name for entity in entities(own)):
        return own
    if last.topic:
        return last.topic
    if len(content_words(own)) > 1 or len(turns) == 1:
        return own
    before = _topic(turns[:-1])
    return f"{own}, {before}".strip(" ,") if before else own


def _answered(turn: Turn) -> str:
    """The one new name in the answer to "who" or "which", or ""."""
    if not _WHICH.match(turn.question):
        return ""
    asked = set(content_words(turn.question))
    names = [entity for entity in entities(turn.answer) if entity.name]
    fresh = [name.text for name in names if not set(content_words(name.text)) <= asked]
    return fresh[0] if len(set(fresh)) == 1 else ""


_SOURCE_AT_END = re.compile(r",?\s+according\s+to\s+[^,]+$", re.IGNORECASE)


def topic_of(question: str) -> str:
    """What a question is about, without its question words: "the fire in the Lisbon market"."""
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
