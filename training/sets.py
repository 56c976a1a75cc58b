"""Invented news in sets of three articles with questions over all of them: training/questions/.

A line of the file is one set: `{"set", "split", "articles": [{"outlet", "title", "date", "text"}],
"questions"}`, and a question `{"q", "a": [[article, answer], ...]}`, each article's own words for
the answer, or `{"q", "near": [article, the string a careless reader would give]}`. Articles count
from 1. New sets are added at the end only.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from training.compose import Passage
from training.negatives import content_words
from training.sources import Span, chunks, holds_any, read_json_lines, words
from training.written import occurrences, one_line

SETS = Path(__file__).parent / "questions" / "sets.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a set of articles; spans holds the gold spans of each article, in order."""

    name: str
    question: str
    articles: tuple[str, ...]
    spans: tuple[tuple[Span, ...], ...]
    near: int | None
    """The article that a careless reader would answer from, from 0; None if one answers."""

    @property
    def answerable(self) -> bool:
        """True if any article answers."""
        return any(self.spans)

    @property
    def gold(self) -> tuple[str, ...]:
        """The accepted strings of all articles, as `training.sources.words` gives them."""
        pairs = zip(self.articles, self.spans, strict=True)
        return tuple({words(text[s:e]) for text, spans in pairs for s, e in spans})


def read_sets(split: str, path: Path = SETS) -> list[list[Asked]]:
    """The questions of one split, "train" or "dev", set by set; splits are apart by set."""
    sets = []
    for line in read_json_lines(path):
        if line["split"] != split:
            continue
        texts = tuple(one_line(article["text"]) for article in line["articles"])
        asked = []
        for item in line["questions"]:
            spans: list[tuple[Span, ...]] = [() for _ in texts]
            for number, answer in item.get("a", ()):
                spans[number - 1] += occurrences(texts[number - 1], answer)
            near = item["near"][0] - 1 if "near" in item else None
            asked.append(Asked(line["set"], item["q"], texts, tuple(spans), near))
        sets.append(asked)
    return sets


def passages(asked: Asked, n_chars: int) -> list[list[Passage]]:
    """The articles cut into passages of at most about `n_chars`, article by article."""
    return [
        [_cut(text, spans, start, end) for start, end in _places(text, n_chars)]
        for text, spans in zip(asked.articles, asked.spans, strict=True)
    ]


def group(asked: Asked, n_chars: int, n_others: int, rng: random.Random) -> list[Passage]:
    """Passages to read together for one question: those that answer, and those nearest to it.

    At most one passage of each article that answers, and at most `n_others` others that hold no
    accepted string; for a near miss, the passages of the misleading article come first. Passages
    where an accepted string stands unmarked, in another meaning or unnoticed, are left out. None at
    all if every answer falls between two passages.
    """
    cut = passages(asked, n_chars)
    answering = [rng.choice(held) for own in cut if (held := [p for p in own if p.spans])]
    if asked.answerable and not answering:
        return []
    gold = asked.gold
    wanted = set(content_words(asked.question))

    def nearness(item: tuple[int, Passage]) -> tuple[bool, float]:
        article, passage = item
        return article == asked.near, len(wanted & set(content_words(passage.text))) + rng.random()

    others = [
        (article, passage)
        for article, own in enumerate(cut)
        for passage in own
        if not passage.spans and not holds_any(passage.text, gold)
    ]
    others.sort(key=nearness, reverse=True)
    return answering + [passage for _, passage in others[:n_others]]


@lru_cache(maxsize=20_000)
def _places(text: str, n_chars: int) -> tuple[Span, ...]:
    places = []
    at = 0
    for chunk in chunks(text, n_chars):
        at = text.index(chunk, at)
        places.append((at, at + len(chunk)))
        at += len(chunk)
    return tuple(places)


def _cut(text: str, spans: Sequence[Span], start: int, end: int) -> Passage:
    inside = ((s - start, e - start) for s, e in spans if start <= s and e <= end)
    return Passage(text[start:end], tuple(inside))


def train_groups(
    sets: Sequence[Sequence[Asked]], lengths: Sequence[int], rng: random.Random
) -> Iterator[tuple[Asked, list[Passage]]]:
    """The questions with their passages; all questions of a set see it cut in the same way."""
    for questions in sets:
        n_chars = rng.choice(lengths)
        for asked in questions:
            n_others = rng.randint(1, 3) if asked.answerable else rng.randint(1, 2)
            if read := group(asked, n_chars, n_others, rng):
                yield asked, read
