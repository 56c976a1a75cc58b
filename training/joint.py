"""Passages put together from the sentences of several passages, for training alone.

Reading them teaches to tell, among sentences of different articles on like things, those that
answer. That the reader reads its best sentences once more in this way was tried: NOTES.md, run 6.
"""

import random
from collections.abc import Sequence

from training.compose import Passage
from training.negatives import content_words
from training.sources import Span, holds_any, sentence_spans

BREAK = " ... "
"""Between pieces of different places."""
MAX_CHARS = 1_100


def joint(
    question: str, passages: Sequence[Passage], gold: Sequence[str], rng: random.Random
) -> Passage | None:
    """Three to six sentences of the passages, most with the one before, in random order.

    One or two gold sentences if there are any, and those that share most words with the question;
    no other that holds an accepted string (`gold`, as training.sources.words gives them). None if
    fewer than two fit, or if the gold span crosses sentences or does not fit.
    """
    wanted = set(content_words(question))
    found: list[tuple[float, int, int]] = []
    answering: list[tuple[int, int]] = []
    sentences = [sentence_spans(passage.text) for passage in passages]
    for p, passage in enumerate(passages):
        for s, (start, end) in enumerate(sentences[p]):
            text = passage.text[start:end]
            if any(start <= a and b <= end for a, b in passage.spans):
                answering.append((p, s))
            elif not holds_any(text, gold) and len(text) > 30:
                shared = len(wanted & set(content_words(text)))
                found.append((shared + 1.5 * rng.random(), p, s))
    if any(passage.spans for passage in passages) and not answering:
        return None
    answers = rng.sample(answering, min(len(answering), 2))
    n_others = rng.randint(3, 6) - len(answers)  # as many pieces with an answer as without
    chosen = [*answers, *((p, s) for _, p, s in sorted(found, reverse=True)[:n_others])]
    if len(chosen) < 2:
        return None
    rng.shuffle(chosen)
    text, spans = "", []
    for p, s in chosen:
        passage = passages[p]
        start, end = sentences[p][s]
        if s and rng.random() < 0.7 and (p, s - 1) not in chosen:
            before = sentences[p][s - 1]
            if not holds_any(passage.text[slice(*before)], gold):
                start = before[0]
        piece = passage.text[start:end]
        is_gold = (p, s) in answers
        if len(text) + len(piece) > MAX_CHARS:
            if is_gold:
                return None
            continue
        shift = len(text) + (len(BREAK) if text else 0) - start
        text += (BREAK if text else "") + piece
        if is_gold:
            spans += _inside(passage.spans, start, end, shift)
    return Passage(text, tuple(spans)) if BREAK in text else None


def _inside(spans: Sequence[Span], start: int, end: int, shift: int) -> list[Span]:
    return [(a + shift, b + shift) for a, b in spans if start <= a and b <= end]
