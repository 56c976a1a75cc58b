"""Words that exclude one another: whether a sentence says another thing in a question's place.

"Which senators support it?" is not answered by who called on others to reject it, "How many were
killed?" not by how many were wounded. A list of such pairs, in the words of news; no parser, so
it looks away where something is denied, and where the question asks yes or no.
"""

from __future__ import annotations

import re
from functools import lru_cache

from qa.verbs import base_form
from qa.yesno import asks_yes_or_no
from vectorstore.lexical import term_set

_PAIRS = """
kill dead die death fatal murder toll | injure wound hurt
injure wound hurt | kill dead die death fatal murder toll
support back endorse favour favor | oppose block reject condemn
oppose block reject condemn criticise criticize | support back endorse welcome praise
approve accept adopt | reject refuse veto block
reject refuse veto | approve accept adopt
rise increase grow | fall drop decline decrease reduce shrink
fall drop decline decrease shrink | rise increase grow climb jump gain
north northern | south southern
south southern | north northern
east eastern | west western
west western | east eastern
man men male boy | woman women female girl
woman women female girl | man men male boy
king | queen
queen | king
prince | princess
princess | prince
wife | daughter son sister brother mother
husband | daughter son sister brother father
daughter | wife husband son sister brother
son | wife husband daughter sister brother
sister | wife husband daughter son mother father
brother | wife husband daughter son mother father
mother | wife husband sister brother father
father | wife husband sister brother mother
marry marriage wedding wed | divorce
divorce | marry marriage wedding wed
born birth | die death
largest biggest highest tallest longest | smallest lowest shortest fewest
smallest lowest shortest | largest biggest highest tallest longest
oldest | youngest
youngest | oldest
best | worst
worst | best
summer | winter
winter | summer
earthquake quake | storm flood hurricane blizzard tornado wildfire
flood | earthquake quake wildfire
wildfire blaze | flood earthquake quake storm
gold | silver bronze
silver | gold bronze
bronze | gold silver
export | import
import | export
hire appoint | sack dismiss
"""
_DENIED = re.compile(
    r"\b(?:no|not|never|nor|neither|none|nobody|without|fail(?:s|ed|ing)?|than)\b|n['’]t\b", re.I
)
_UNDER = re.compile(r"\b(?:deputy|vice|assistant)[\s-]+(?P<head>\w+)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _pairs() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    sides = (line.split("|") for line in _PAIRS.strip().splitlines())
    return tuple((term_set(asked), term_set(other)) for asked, other in sides)


@lru_cache(maxsize=10_000)
def _words(text: str) -> frozenset[str]:
    """The terms of a text, and of the base forms of its irregular verbs: "rose" is "rise" too."""
    bases = (base_form(word) for word in re.findall(r"[^\W\d_]+", text))
    return term_set(text).union(*(term_set(base) for base in bases if base))


def says_opposite(question: str, sentence: str, before: str = "") -> bool:
    """Whether the sentence has a word that excludes one of the question's, and not that one.

    before: the sentence before, which may have it. False where either denies something, and for a
    question of yes or no, which just such a sentence decides.
    """
    asked, held = _words(question), _words(sentence)
    near = held | _words(before)
    found = any(
        asked & wanted and not asked & other and held & other and not near & wanted
        for wanted, other in _pairs()
    )
    if not found and not _of_lower_rank(question, sentence):
        return False
    return not (
        asks_yes_or_no(question) or _DENIED.search(question) or (found and _DENIED.search(sentence))
    )


def _of_lower_rank(question: str, sentence: str) -> bool:
    """Whether the sentence has only the deputy of whom the question asks for."""
    if _UNDER.search(question):
        return False
    heads = {match["head"].lower() for match in _UNDER.finditer(sentence)}
    bare = _UNDER.sub("", sentence).lower()
    return any(
        re.search(rf"\b{head}\b", question, re.IGNORECASE) and not re.search(rf"\b{head}\b", bare)
        for head in heads
    )
