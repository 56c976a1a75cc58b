"""Questions that want a yes or a no, and sentences that give one outright.

A sentence decides only when it says what is asked in one run of the same words: "The ferry was not
insured." for "Was the ferry insured?". Whatever stands between or around ("said that", "applied
to", "less", "his deputy") leaves it to the reader of the sentence: a wrong yes is worse than none.
"""

import re

from vectorstore.lexical import tokenize

_ASKS = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?P<aux>is|are|was|were|do|does|did|has|have|had|can|could|will|"
    r"would|should|must)(?:n['’]t)?\s+(?!.*\bor\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[^\w\s]")
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely)\b|n['’]t\b",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"\b(?:if|unless|until|only|except|but|although|though|may|might|so|as\s+\w+\s+as)\b|\?",
    re.IGNORECASE,
)
"""What makes a statement conditional or takes part of it back."""
_FREE = frozenset(("a", "an", "the", "also", "already"))
_PAST = frozenset(("do", "does", "did", "has", "have", "had"))
_NOW, _THEN = frozenset(("is", "are")), frozenset(("was", "were", "been"))
_BEING = _NOW | _THEN | {"has", "have", "had"}
_MODAL = frozenset(("will", "can", "could", "would", "should", "must"))
_OPENERS = frozenset(("in", "on", "at", "after", "last", "this", "early", "late"))
_GOES_ON = frozenset(
    (
        *("and", "in", "on", "at", "near", "from", "with", "during", "since", "because", "when"),
        *("while", "where", "which", "by", "as", "for", "into", "after", "this", "last", "next"),
        *("yesterday", "today"),
    )
)
"""Words after which a statement that is complete goes on."""


def asks_yes_or_no(question: str) -> bool:
    """Whether the question opens with an auxiliary and offers no alternatives."""
    return bool(_ASKS.match(question))


def verdict(question: str, sentence: str) -> str:
    """ "Yes" or "No" where the sentence says so outright, else "".

    The question's words stand in the sentence in one run, from its beginning (or a short "On
    Friday,") to a word where a statement may end; between them only articles and auxiliaries of
    the question's own tense and voice, of which one "not" or "never" makes a no.
    """
    match = _ASKS.match(question)
    if match is None or NEGATION.search(question) or _TURN.search(sentence):
        return ""
    asked = [_key(w) for w in _words(question[match.end() :]) if w.casefold() not in _FREE]
    asked = [word for word in asked if word[0].isalnum()]
    said = _words(sentence)
    i = n_found = n_negations = 0
    if said and said[0].casefold() in _OPENERS and "," in said[:5]:
        i = said.index(",") + 1
    between: set[str] = set()
    while i < len(said) and n_found < len(asked):
        low = said[i].casefold()
        if _key(said[i]) == asked[n_found]:
            n_found += 1
        elif low in ("not", "never") and between:
            n_negations += 1
        elif low in _BEING | _PAST | _MODAL and n_found:
            between.add(low)
        elif low not in _FREE:
            return ""
        i += 1
    rest = said[i:]
    complete = not rest or not rest[0][0].isalnum() or rest[0].casefold() in _GOES_ON
    owner = i > 0 and re.search(r"['’]s?$", said[i - 1]) and said[i - 1] not in question
    if len(asked) < 2 or n_found < len(asked) or not complete or owner:
        return ""
    if n_negations > 1 or NEGATION.search(" ".join(rest)):
        return ""
    if not _agree(match["aux"].casefold(), between):
        return ""
    return "No" if n_negations else "Yes"


def _agree(asked: str, between: set[str]) -> bool:
    """Whether the sentence's auxiliaries are of the tense and voice of the question's."""
    if asked in _PAST:
        return between <= _PAST
    if asked in _NOW | _THEN:
        wanted = _NOW if asked in _NOW else _THEN
        return bool(between & wanted) and between <= _BEING
    return between == {asked}


def _words(text: str) -> list[str]:
    """Words and marks; "isn't" is two."""
    return [part for w in _WORD.findall(text) for part in re.sub(r"n['’]t$", " not", w).split()]


def _key(word: str) -> str:
    found = tokenize(word)
    return found[0] if found else word.casefold()
