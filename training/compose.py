"""Build news-like passages from single sentences.

QAMR asks about one sentence at a time. Here the gold sentence is set among others of the same
source, half of them similar by BM25 and half random, none holding a gold string.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from training.negatives import Neighbours
from training.sources import Example, Span, holds_any

_N_OTHERS = (2, 2, 3, 3, 4, 5, 6)
_ALONE = 0.3
_TITLED = 0.12


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to read, with the gold spans in it (none: no answer here)."""

    text: str
    spans: tuple[Span, ...]


class Sentences:
    """Composes passages for the examples of one sentence source."""

    def __init__(self, examples: Sequence[Example], near: Neighbours) -> None:
        self._examples = examples
        self._near = near
        queries = [f"{example.question} {example.context}" for example in examples]
        self._similar = near.search(queries, 14)

    def compose(self, i: int, rng: random.Random) -> tuple[Passage, Passage | None]:
        """A passage around example `i`, and the same without the gold sentence.

        The second is None where the gold sentence stands alone.
        """
        example = self._examples[i]
        if rng.random() < _ALONE:
            return Passage(example.context, example.spans), None
        others = self._others(i, rng.choice(_N_OTHERS), rng)
        if not others:
            return Passage(example.context, example.spans), None
        separator = "\n\n" if rng.random() < 0.25 else " "
        place = rng.randint(0, len(others))
        before = separator.join([*others[:place], ""])
        if rng.random() < _TITLED:
            before = _title(rng.choice(others)) + "\n\n" + before
        after = separator + separator.join(others[place:]) if place < len(others) else ""
        spans = tuple((s + len(before), e + len(before)) for s, e in example.spans)
        whole = Passage(before + example.context + after, spans)
        return whole, Passage((before.rstrip() + separator + after.lstrip()).strip(), ())

    def surround(self, text: str, i: int, n_chars: int, rng: random.Random) -> Passage:
        """A negative passage of about `n_chars` around `text` for example `i`'s question."""
        if n_chars <= len(text) * 1.5:
            return Passage(text, ())
        pieces = [text]
        for other in self._others(i, 6, rng):
            if sum(map(len, pieces)) + len(other) <= n_chars and other != text:
                pieces.append(other)
        rng.shuffle(pieces)
        return Passage(("\n\n" if rng.random() < 0.25 else " ").join(pieces), ())

    def _others(self, i: int, n: int, rng: random.Random) -> list[str]:
        example = self._examples[i]
        gold = example.gold
        near = [self._near.texts[j] for j in self._similar[i]]
        random_texts = [rng.choice(self._near.texts) for _ in range(n)]
        near = [t for t in near if t != example.context and not holds_any(t, gold)]
        far = [t for t in random_texts if t != example.context and not holds_any(t, gold)]
        n_near = (n + 1) // 2
        picked = rng.sample(near[:8], min(n_near, len(near[:8])))
        picked = list(dict.fromkeys(picked + far))[:n]
        rng.shuffle(picked)
        return picked


def _title(sentence: str) -> str:
    """The first words of a sentence in title case: a plausible, useless headline."""
    return " ".join(sentence.split()[:8]).strip(" .,;:").title()
