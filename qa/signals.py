"""What scores and confidence are computed from: what the networks say, and a few plain properties.

All are named numbers of question, passages and candidates; their weights are fitted by
training/calibrate.py and ship in weights/reader.json.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from qa.opposites import says_opposite
from qa.records import Candidate, Passage
from vectorstore.lexical import term_set, tokenize
from vectorstore.records import Chunk

SENTENCE = ("mass", "answerable", "cover", "cosine", "headline")
"""The names of a sentence's signals, as `sentence_signals` gives them; without FIXED."""
CONFIDENCE = ("lead", "rest", "named", "mass", "answerable", "headline")
"""The names of the best candidate's signals, as `signals` gives them; without FIXED."""
FIXED = {"opposite": -3.0}
"""Weights that are set, not fitted: too few dev cases have the signal."""
LIMIT = 8.0
LONGEST_HEADING = 200
"""In characters; what is longer and does not end is a piece of a long sentence or a transcript."""
_END = re.compile(r"[.!?…][\s\"'”’»)\]]*(?:\[\d+\])*$")
_NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][\w’'-]+")
_NAME_OR_NUMBER = re.compile(rf"{_NAME.pattern}|\d[\d.,]*")


def sentence_signals(
    question: str,
    sentence: str,
    before: str,
    passage: Passage,
    mass: float,
    answerable: float,
) -> dict[str, float]:
    """Signals of one sentence of a passage as a candidate.

    mass, answerable: what the networks say (qa/network.py). cosine of
    the passage to the question (0 when the dense leg missed it), and the share of the question's
    terms that the sentence holds, or the one before it, which names what "he" and "it" stand for.
    headline: 1 if it is short and does not end like a sentence, but in a bare list: headings,
    captions and bylines resemble many questions and answer few. opposite: 1 if it has a word that
    excludes one of the question's (qa/opposites.py).
    """
    return {
        "mass": mass,
        "answerable": answerable,
        "cosine": passage.cosine or 0.0,
        "cover": _share(term_set(question), term_set(sentence) | term_set(before)),
        "headline": float(_is_heading(sentence) and not _is_bare(passage.chunk)),
        "opposite": float(says_opposite(question, sentence, before)),
    }


def _is_heading(sentence: str) -> bool:
    return len(sentence) <= LONGEST_HEADING and not _END.search(sentence.rstrip())


def _is_bare(chunk: Chunk) -> bool:
    """Whether it is a table or a list: most of its lines look like headings."""
    lines = [chunk.text[s - chunk.start : e - chunk.start] for s, e in chunk.sentences]
    return len(lines) >= 3 and 4 * sum(map(_is_heading, lines)) > 3 * len(lines)


def _share(wanted: frozenset[str], held: frozenset[str]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 0.0


def signals(
    question: str,
    passages: Sequence[Passage],
    candidates: Sequence[Candidate],
    best: dict[str, float],
) -> dict[str, float]:
    """Signals of the first of the candidates. Needs at least one.

    best: the signals of its sentence; of these what the network says, mass and answerable,
    headline and opposite get a weight of their own. lead: logit of its score, within ±8. rest:
    logit of the next candidate's score. named: share of the question's names and numbers that the
    retrieved text of its article does not hold.
    """
    lead = candidates[0]
    rest = candidates[1].score if len(candidates) > 1 else 0.0
    article = frozenset(
        token
        for other in passages
        if other.chunk.article_id == lead.file
        for token in term_set(other.chunk.text)
    )
    named = frozenset(t for m in _NAME_OR_NUMBER.finditer(question) for t in tokenize(m.group()))
    return {
        "lead": logit(lead.score),
        "rest": logit(rest),
        "named": 1 - _share(named, article) if named else 0.0,
        "mass": best["mass"],
        "answerable": best["answerable"],
        "headline": best["headline"],
        "opposite": best["opposite"],
    }


def names_in(text: str) -> frozenset[str]:
    """The terms of a text's capitalised words, but for the first word of a sentence."""
    return frozenset(t for m in _NAME.finditer(text) for t in tokenize(m.group()))


def logit(probability: float) -> float:
    """log(p / (1 - p)), within ±8."""
    if probability <= 0:
        return -LIMIT
    if probability >= 1:
        return LIMIT
    return max(-LIMIT, min(LIMIT, math.log(probability / (1 - probability))))
