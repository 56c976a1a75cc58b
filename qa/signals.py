"""What the confidence in an answer is computed from: a few named numbers for one reading.

Each is a plain property of question, passages and candidates; their weights are fitted by
training/calibrate.py and ship in weights/reader.json.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from qa.reading import Reading
from qa.records import Passage
from vectorstore.lexical import tokenize

LIMIT = 8.0
_NAME_OR_NUMBER = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][\w’'-]+|\d[\d.,]*")


def signals(question: str, passages: Sequence[Passage], reading: Reading) -> dict[str, float]:
    """Signals of the best candidate. Needs at least one candidate.

    lead: logit of its score, within ±8. rest: logit of the best score in any other passage.
    cosine: of its passage to the question (0 when the dense leg missed it). first: 1 / rank of its
    passage. cover: share of the question's terms that its passage holds. named: share of the
    question's names and numbers that the retrieved text of its article does not hold.
    """
    best = reading.candidates[0]
    by_rank = {passage.rank: passage for passage in passages}
    passage = by_rank[best.passage]
    rest = max((c.score for c in reading.candidates if c.passage != best.passage), default=0.0)
    asked = set(tokenize(question))
    held = set(tokenize(passage.chunk.text))
    article = {
        token
        for other in passages
        if other.chunk.article_id == best.file
        for token in tokenize(other.chunk.text)
    }
    named = {t for m in _NAME_OR_NUMBER.finditer(question) for t in tokenize(m.group())}
    return {
        "lead": logit(best.score),
        "rest": logit(rest),
        "cosine": passage.cosine or 0.0,
        "first": 1 / best.passage,
        "cover": len(asked & held) / len(asked) if asked else 0.0,
        "named": len(named - article) / len(named) if named else 0.0,
    }


def logit(probability: float) -> float:
    """log(p / (1 - p)), within ±8."""
    if probability <= 0:
        return -LIMIT
    if probability >= 1:
        return LIMIT
    return max(-LIMIT, min(LIMIT, math.log(probability / (1 - probability))))
