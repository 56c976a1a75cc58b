"""A question's form: taken apart, and whether it asks for one fact or for more."""

import re
from dataclasses import dataclass

from qa.english import AUXILIARIES, PREPOSITIONS, QUESTION_WORDS
from qa.entities import Word, is_small, split_words
from qa.names import is_capitalised
from qa.verbs import base_form, is_verb
from vectorstore.lexical import tokenize

_MORE = re.compile(
    r"^\W*(why|how(?!\s+(many|much|long|old|far|often|big|tall|high|large))|list|name|"
    r"(what|which)\s+(\w+\s+){0,3}?(are|were|reasons|goals|countries|groups|demands))\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"^\W*(?:which|what)\s+(?!(?:is|was|does|has)\b)(?:\w+\s+){0,2}?\w{3,}(?<!s)s\b", re.IGNORECASE
)
"""Asks for things of a kind ("Which countries won gold?"): several names are all right. Wider than
_MORE, since it only keeps names from being called a disagreement and never adds a sentence."""


_OPENING = """
hi hello hey hiya howdy greetings good bye goodbye thank thanks thx cheers please ok okay yes yeah
no nope sure great cool nice perfect
"""
_GOING_ON = "morning afternoon evening day much lot everyone footnote"
_OPENERS = frozenset(_OPENING.split())
_BESIDE = _OPENERS | frozenset(_GOING_ON.split())
"""Words of a message that only greets: it opens with one of the former and goes on with these."""


def is_greeting(message: str) -> bool:
    """Whether a message only greets, thanks or agrees, and asks nothing."""
    words = re.findall(r"[^\W_]+", message.casefold())
    if not words or words[0] not in _OPENERS:
        return False
    if any(word in QUESTION_WORDS or word in AUXILIARIES for word in words):
        return False
    return all(word in _BESIDE or not tokenize(word) for word in words)


def wants_more(question: str) -> bool:
    """Whether further sentences belong to the answer: the form asks why, how, or for a list."""
    return bool(_MORE.search(question))


def asks_for_several(question: str) -> bool:
    """Whether the question asks for things of a kind, so that several names are all right."""
    return bool(_SEVERAL.match(question))


QUESTION_PHRASE = re.compile(
    r"^(?P<wh>(?:(?P<prep>[a-z]+)\s+)?(?:how(?:\s+(?:many|much|long|often|far|old|big|tall|fast|high|"
    r"deep|wide|heavy|soon|late|large))?|who|whom|whose|what|which|when|where|why))\b\s*"
    r"(?P<rest>.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Form:
    """A question taken apart: "Which | company | did | the court fine".

    wh: the question phrase without its noun, "" for yes or no. noun: what is asked for, "". aux:
    "". subject: whether the question phrase is the subject, so that no other follows. rest: what
    is left.
    """

    wh: str
    noun: str
    aux: str
    subject: bool
    rest: str


def taken_apart(question: str) -> Form:
    """Take a question apart; a heap of key words has only a rest."""
    match = QUESTION_PHRASE.match(question)
    if match is None or (match["prep"] and match["prep"].lower() not in PREPOSITIONS):
        first = split_words(question)[:1]
        if first and first[0].low in AUXILIARIES:
            rest = question[first[0].end :].strip()
            return Form("", "", first[0].text.lower(), False, rest)
        return Form("", "", "", False, question)
    words = split_words(match["rest"])
    asks_noun = re.search(r"(?:many|much|which|what|whose)$", match["wh"], re.IGNORECASE)
    n = 0
    while asks_noun and n < len(words) and not _starts_clause(words, n):
        n += 1
    noun = match["rest"][: words[n - 1].end] if n else ""
    if n >= len(words):
        return Form(match["wh"], noun, "", False, "")
    rest = match["rest"][words[n].start :]
    if words[n].low not in AUXILIARIES:
        return Form(match["wh"], noun, "", True, rest)
    after = words[n + 1] if n + 1 < len(words) else None
    subject = after is not None and (
        (
            base_form(after.low) is not None
            and not is_capitalised(after.text)
            and not is_small(after)
        )
        or after.low in ("been", "be", "not", "being")
    )
    return Form(match["wh"], noun, words[n].low, subject, rest[len(words[n].text) :].strip())


def _starts_clause(words: list[Word], n: int) -> bool:
    word = words[n]
    if word.low in AUXILIARIES:
        return True
    return n > 0 and not is_capitalised(word.text) and is_verb(word.low)
