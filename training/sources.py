"""Read the question answering rows and cut their texts into sentences and windows.

Knows the row format of the data folder and character spans; knows nothing about tokens,
negatives or the mix.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

Span = tuple[int, int]
"""Start and end (exclusive) in characters of the text at hand."""

_WORD = re.compile(r"\w+")
_EDGE = " \t\n.,;:!?\"'“”’"


@dataclass(frozen=True, slots=True)
class Example:
    """One question on one context; no spans means that the context does not answer it."""

    example_id: str
    source: str
    question: str
    context: str
    spans: tuple[Span, ...]

    @property
    def gold(self) -> tuple[str, ...]:
        """The accepted strings, normalised by `words`."""
        return tuple({words(self.context[start:end]) for start, end in self.spans})


@lru_cache(maxsize=500_000)
def words(text: str) -> str:
    """Lower-cased words joined by single spaces, with a space at both ends."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def holds_any(text: str, gold: Sequence[str]) -> bool:
    """True if any of the strings (as `words` returns them) occurs in the text, on whole words."""
    padded = words(text)
    return any(string in padded for string in gold)


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a gzipped JSON Lines file, in order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_examples(path: Path) -> list[Example]:
    """The rows of one data file; gold spans lose surrounding punctuation and repetitions."""
    examples = []
    for row in read_json_lines(path):
        context = row["context"]
        spans = {
            trim(context, answer["start"], answer["start"] + len(answer["text"]))
            for answer in row["answers"]
        }
        kept = tuple(sorted(span for span in spans if span[0] < span[1]))
        if kept or row["is_impossible"]:
            examples.append(
                Example(row["id"], row["source"], row["question"].strip(), context, kept)
            )
    return examples


def trim(text: str, start: int, end: int) -> Span:
    """The span without punctuation and quotes at its edges."""
    while start < end and text[end - 1] in _EDGE:
        if text[end - 1] == "." and re.search(r"\b[A-Z]\.$", text[start:end]):
            break  # an abbreviation such as "U.S."
        end -= 1
    while start < end and text[start] in _EDGE:
        start += 1
    return start, end


@cache
def _segmenter() -> Any:
    import nupunkt

    return nupunkt


@lru_cache(maxsize=200_000)
def sentence_spans(text: str) -> tuple[Span, ...]:
    """Sentences of a text as trimmed, non-empty spans in order."""
    spans = []
    for start, end in _segmenter().sent_spans(text):
        body = text[start:end]
        trimmed = body.strip()
        if trimmed:
            left = start + body.index(trimmed)
            spans.append((left, left + len(trimmed)))
    return tuple(spans)


def window(example: Example, n_chars: int, rng: random.Random) -> Example:
    """A run of whole sentences around one gold span, about `n_chars` characters long.

    The gold span is chosen at random, the window grows to a random side each time; gold
    spans that do not fit wholly are dropped. Without gold spans the run starts anywhere.
    """
    if len(example.context) <= n_chars:
        return example
    anchor = rng.choice(example.spans) if example.spans else None
    # Long contexts: cut a neighbourhood first, so that only that is split into sentences.
    if anchor is None:
        low = rng.randrange(max(1, len(example.context) - 2 * n_chars))
        anchor = (low, low + 1)
    left_edge = max(0, anchor[0] - 2 * n_chars)
    local = example.context[left_edge : anchor[1] + 2 * n_chars]
    sentences = [(left_edge + s, left_edge + e) for s, e in sentence_spans(local)]
    inside = [i for i, (s, e) in enumerate(sentences) if s < anchor[1] and e > anchor[0]]
    if not inside:
        inside = [0]
    first, last = inside[0], inside[-1]
    while True:
        sides = [i for i in (first - 1, last + 1) if 0 <= i < len(sentences)]
        rng.shuffle(sides)
        for i in sides:
            start, end = sentences[min(i, first)][0], sentences[max(i, last)][1]
            if end - start <= n_chars:
                first, last = min(i, first), max(i, last)
                break
        else:
            break
    return crop(example, sentences[first][0], sentences[last][1])


def crop(example: Example, start: int, end: int) -> Example:
    """The example on `context[start:end]`, with the gold spans that lie inside."""
    spans = tuple((s - start, e - start) for s, e in example.spans if s >= start and e <= end)
    return Example(
        example.example_id, example.source, example.question, example.context[start:end], spans
    )


def chunks(context: str, n_chars: int) -> list[str]:
    """The context cut into consecutive runs of whole sentences of at most about `n_chars`."""
    out: list[str] = []
    begin: int | None = None
    stop = 0
    for start, end in sentence_spans(context):
        if begin is not None and end - begin > n_chars:
            out.append(context[begin:stop])
            begin = None
        begin = start if begin is None else begin
        stop = end
    if begin is not None:
        out.append(context[begin:stop])
    return out
