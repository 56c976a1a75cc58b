"""Words that exclude one another: whether a sentence says another thing in a question's place.

"Which senators support it?" is not answered by who called on others to reject it, "How many were
killed?" not by how many were wounded. A list of such pairs, in the words of news; no parser, so
it looks away where something is denied, and where the question asks yes or no.
"""

from __future__ import annotations

import re
from functools import lru_cache

from qa.verbs import base_form
from qa.yesno import NEGATION, asks_yes_or_no
from vectorstore.lexical import term_set

_PAIRS = """
kill dead die death fatal fatality murder perish casualty life lives victim body | injure wound
injure wound hurt | kill die dead death
support endorse favour favor | oppose reject condemn
oppose reject condemn | support endorse welcome praise
approve accept adopt pass vote | refuse veto reject
rise increase grow climb jump gain surge up | drop decline decrease shrink
decline decrease shrink drop down plunge | rise increase grow climb
marry marriage wedding wed | divorce
divorce | marry marriage wedding wed
born birth | die death
largest biggest highest tallest longest | smallest lowest shortest fewest
smallest lowest shortest | largest biggest highest tallest longest
oldest | youngest
youngest | oldest
summer | winter
winter | summer
earthquake quake | storm flood hurricane blizzard tornado wildfire
wildfire blaze | flood earthquake quake storm
"""
_KIN = """
wife | daughter son sister brother
husband | daughter son sister brother
daughter | wife husband son sister brother
son | wife husband daughter sister brother
sister | wife husband daughter son
brother | wife husband daughter son
mother | wife husband sister brother
father | wife husband sister brother
"""
"""Only where somebody's is asked for by name: "Who is his wife?"."""
_ASKS_KIN = re.compile(
    r"^\W*(?:who(?:'s|’s|\s+is|\s+was)|what(?:'s|’s|\s+is|\s+was)\s+the\s+name\s+of)\s[^?]*?"
    r"(?:['’]s?|\bhis|\bher|\btheir)\s+(?P<kin>\w+)\W*$",
    re.IGNORECASE,
)
_ASKS_CAUSE = re.compile(
    r"^\W*(?:why|how\s+come|what\s+(?:caused|causes|led|made|triggered|started))\b", re.IGNORECASE
)
"""The cause of a thing may be its opposite."""
_LIMITS = re.compile(r"\b(?:fail(?:s|ed|ing)?|than)\b", re.IGNORECASE)
_ASKS_POST = re.compile(
    r"^\W*who(?:'s|’s|\s+is|\s+was)\s+(?:the\s+|now\s+)*(?:[\w’'-]+\s+)?(?P<head>\w+)\s*(?:\?|$|of\b|in\b)",
    re.IGNORECASE,
)
_UNDER = re.compile(r"\b(?:deputy|vice|assistant)[\s-]+(?P<head>\w+)", re.IGNORECASE)


@lru_cache(maxsize=2)
def _pairs(table: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    sides = (line.split("|") for line in table.strip().splitlines())
    return tuple((term_set(asked), term_set(other)) for asked, other in sides)


@lru_cache(maxsize=10_000)
def _words(text: str) -> frozenset[str]:
    """The terms of a text, and of the base forms of its irregular verbs: "rose" is "rise" too."""
    bases = (base_form(word) for word in re.findall(r"[^\W\d_]+", text))
    return term_set(text).union(*(term_set(base) for base in bases if base))


def says_opposite(question: str, sentence: str, before: str = "") -> bool:
    """Whether the sentence has a word that excludes one of the question's, and not that one.

    Or only the deputy of whom the question asks for. before: the sentence before, which may have
    the word. False where something is denied or compared, for a question of yes or no, which just
    such a sentence decides, and for one that asks for a cause.
    """
    if asks_yes_or_no(question) or _ASKS_CAUSE.match(question) or _is_limited(question):
        return False
    if _of_lower_rank(question, sentence):
        return True
    asked, held = _words(question), _words(sentence)
    near = held | _words(before)
    pairs = _pairs(_PAIRS)
    if kin := _ASKS_KIN.match(question):
        pairs += tuple(p for p in _pairs(_KIN) if p[0] == term_set(kin["kin"]))
    found = any(
        asked & wanted and not asked & other and held & other and not near & wanted
        for wanted, other in pairs
    )
    return found and not _is_limited(sentence)


def _is_limited(text: str) -> bool:
    """Whether something in a text is denied or compared."""
    return bool(NEGATION.search(text) or _LIMITS.search(text))


def _of_lower_rank(question: str, sentence: str) -> bool:
    """Whether the question asks who has a post, and the sentence has only a deputy's."""
    post = _ASKS_POST.match(question)
    if post is None or _UNDER.search(question):
        return False
    heads = {match["head"].lower() for match in _UNDER.finditer(sentence)}
    return post["head"].lower() in heads and not re.search(
        rf"\b{post['head']}\b", _UNDER.sub("", sentence), re.IGNORECASE
    )
