"""Questions that want a yes or a no, and sentences that give one outright.

A sentence decides only when it says what is asked, every word of it and in the same order, without
a hedge. Anything less ("denied knowledge of it") is left to the reader of the sentence.
"""

import re

from vectorstore.lexical import tokenize

_ASKS = re.compile(
    r"^\W*(?:and\s+|but\s+|so\s+)?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|"
    r"should|must)(?:n['’]t)?\s+(?!.*\bor\b)",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|fail\w*|"
    r"refus\w+|unlikely|unable|false)\b|n['’]t\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:may|might|could|would|should|if|whether|unless|reportedly|allegedly|apparently|possibly|"
    r"perhaps|probably|likely|almost|nearly|expect\w*|plan\w*|hop\w+|claim\w*|alleg\w+|rumou?r\w*|"
    r"believ\w+|think\w*|thought|seem\w*|appear\w*|suggest\w*|accus\w+|ask\w*|want\w*|warn\w*|"
    r"threaten\w*|den(?:y|ies|ied|ying)|reject\w*|promis\w+|try|tried|trying)\b|\?",
    re.IGNORECASE,
)


def asks_yes_or_no(question: str) -> bool:
    """Whether the question opens with an auxiliary and offers no alternatives."""
    return bool(_ASKS.match(question))


def verdict(question: str, sentence: str) -> str:
    """ "Yes" or "No" where the sentence says so outright, else "".

    All terms of the question stand in the sentence, in the question's order; a negation that the
    question lacks turns yes into no; two negations, or a hedge that the question lacks, decide
    nothing.
    """
    asked, said = tokenize(question), tokenize(sentence)
    place = 0
    for term in asked:
        if term not in said[place:]:
            return ""
        place = said.index(term, place) + 1
    hedges = {m.group().casefold() for m in _HEDGE.finditer(sentence)}
    if len(asked) < 2 or _NEGATION.search(question) or hedges - set(question.casefold().split()):
        return ""
    n_negations = len(_NEGATION.findall(sentence))
    return {0: "Yes", 1: "No"}.get(n_negations, "")
