"""What a question's form asks for: one fact, or more."""

import re

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


def wants_more(question: str) -> bool:
    """Whether further sentences belong to the answer: the form asks why, how, or for a list."""
    return bool(_MORE.search(question))


def asks_for_several(question: str) -> bool:
    """Whether the question asks for things of a kind, so that several names are all right."""
    return bool(_SEVERAL.match(question))
