"""Passages and questions that look right and have no answer.

Three kinds: *mined* (another passage of the same source that shares many words with the
question), *removed* (the same passage without its answer sentences) and *swapped* (the same
passage, the question asking about another name, number, year, month or weekday).
"""

import calendar
import random
import re
from collections.abc import Sequence

import bm25s
import numpy as np

from training.sources import Example, crop, holds_any, sentence_spans, words

_STOP = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "she",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "there",
        "some",
        "someone",
        "something",
        "somewhere",
    }
)
_MONTHS = calendar.month_name[1:]
_WEEKDAYS = tuple(calendar.day_name)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?![\w,-])")
_NAME = re.compile(r"\b[A-Z][a-zA-Z’'-]+(?: (?:(?:of|the|de|van|al) )?[A-Z][a-zA-Z’'-]+)*\b")
_KINDS = ("month", "weekday", "year", "number", "names", "name")


def content_words(text: str) -> list[str]:
    """Words that may tell one passage from another, repetitions kept."""
    return [word for word in words(text).split() if word not in _STOP]


class Neighbours:
    """BM25 over a list of distinct texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)
        self._index = bm25s.BM25()
        self._index.index([content_words(text) or ["_"] for text in texts], show_progress=False)

    def search(self, queries: Sequence[str], k: int) -> list[list[int]]:
        """For each query the positions of at most `k` texts, best first; zero scores dropped."""
        if not queries:
            return []
        tokens = [content_words(query) or ["_"] for query in queries]
        found, scores = self._index.retrieve(
            tokens, k=min(k, len(self.texts)), show_progress=False, n_threads=1
        )
        rows = zip(np.asarray(found), np.asarray(scores), strict=True)
        return [[int(i) for i, s in zip(ids, row, strict=True) if s > 0] for ids, row in rows]


def remove_answer(example: Example) -> str | None:
    """The context without the sentences that hold a gold string; None if under 2 remain."""
    gold = example.gold
    kept = []
    for start, end in sentence_spans(example.context):
        touches = any(s < end and e > start for s, e in example.spans)
        if not touches and not holds_any(example.context[start:end], gold):
            kept.append(example.context[start:end])
    if len(kept) < 2 or holds_any(" ".join(kept), gold):
        return None
    return " ".join(kept)


def shorten(text: str, n_chars: int, rng: random.Random) -> str:
    """A random run of whole sentences of at most about `n_chars`, at least one."""
    spans = sentence_spans(text)
    if len(text) <= n_chars or len(spans) < 2:
        return text[:1400]
    first = rng.randrange(len(spans))
    while first and spans[-1][1] - spans[first][0] < n_chars * 0.7:
        first -= 1
    last = first
    while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= n_chars:
        last += 1
    whole = Example("", "", "", text, ())
    return crop(whole, spans[first][0], spans[last][1]).context[:1400]


def entities(text: str) -> list[tuple[str, str, int]]:
    """(kind, string, start) of what can be swapped; the text's first word is left out."""
    found: list[tuple[str, str, int]] = []
    for match in _NAME.finditer(text):
        string = match.group()
        if match.start() == 0 or string.lower() in _STOP or len(string) < 3:
            continue
        if string in _MONTHS:
            kind = "month"
        elif string in _WEEKDAYS:
            kind = "weekday"
        else:
            kind = "names" if " " in string else "name"
        found.append((kind, string, match.start()))
    for match in _YEAR.finditer(text):
        found.append(("year", match.group(), match.start()))
    for match in _NUMBER.finditer(text):
        if not _YEAR.fullmatch(match.group()):
            found.append(("number", match.group(), match.start()))
    return found


class Swapper:
    """Replaces one entity of a question by another of its kind from the same source."""

    def __init__(self, texts: Sequence[str]) -> None:
        pool: dict[str, set[str]] = {kind: set() for kind in _KINDS}
        pool["month"].update(_MONTHS)
        pool["weekday"].update(_WEEKDAYS)
        for text in texts:
            for kind, string, _ in entities(text):
                pool[kind].add(string)
        self._pool = {kind: sorted(strings) for kind, strings in pool.items()}

    def swap(
        self, question: str, context: str, similar: Sequence[str], rng: random.Random
    ) -> str | None:
        """The changed question, or None if no entity of it occurs in the context.

        Half of the replacements come from `similar` texts, so that they are plausible; a
        replacement whose words all occur in the context, or that occurs in the question, is
        never used.
        """
        own = [item for item in entities(question) if holds_any(context, [words(item[1])])]
        if not own:
            return None
        kind, old, start = rng.choice(own)
        near = [s for text in similar for k, s, _ in entities(text) if k == kind]
        pools = [near, self._pool[kind]] if rng.random() < 0.5 else [self._pool[kind]]
        here = words(context) + words(question)
        for pool in pools:
            for _ in range(8 if pool else 0):
                new = rng.choice(pool)
                if any(f" {word} " not in here for word in words(new).split()):
                    return question[:start] + new + question[start + len(old) :]
        return None
