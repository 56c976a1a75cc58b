"""Rows -> token ids, and groups of rows -> length-bucketed batches."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Encoding
from torch import Tensor

from qa.network import laid_out, load_tokenizer
from training.sources import Span, read_json_lines

PADDING = 1
"""MPNet's id of <pad>."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One tokenised row. Gold spans are inclusive token positions of `ids`; empty: no answer."""

    ids: list[int]
    first: int
    """Position of the passage's first token; the passage ends before the last </s>."""
    spans: tuple[Span, ...]
    offsets: list[Span]
    """Characters of the passage for each passage token, from position `first` on."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of one step; rows of one group are consecutive.

    The two tensors of the encoder may have empty rows at the end, so that shapes repeat.
    """

    input_ids: Tensor
    attention_mask: Tensor
    readable: Tensor
    """(len(gold), tokens) bool: <s> and the passage's tokens."""
    gold: list[tuple[Span, ...]]
    group: Tensor
    """(len(gold),) int: which group, from 0."""


class RowEncoder:
    """Rows as the shipped reader lays them out."""

    def __init__(self) -> None:
        self._tokenizer = load_tokenizer()

    def encode(self, rows: Sequence[dict[str, Any]]) -> list[Encoded]:
        """Rows as `prepare` writes them; gold spans that truncation cuts off are dropped."""
        questions = self._batch([row["question"] for row in rows])
        contexts = self._batch([row["context"] for row in rows])
        return [
            _encoded(question, context, row["spans"])
            for question, context, row in zip(questions, contexts, rows, strict=True)
        ]

    def _batch(self, texts: list[str]) -> list[Encoding]:
        return self._tokenizer.encode_batch(texts, add_special_tokens=False)


def _encoded(question: Encoding, context: Encoding, gold: Sequence[Span]) -> Encoded:
    ids, first, offsets = laid_out(question, context)
    spans = set()
    for start, end in gold:
        if not offsets or end > offsets[-1][1]:
            continue
        inside = [i for i, (s, e) in enumerate(offsets) if s < end and e > start]
        if inside:
            spans.add((first + inside[0], first + inside[-1]))
    return Encoded(ids, first, tuple(sorted(spans)), list(offsets))


def collate(groups: Sequence[Sequence[Encoded]], n_tokens: int = 0) -> Batch:
    """Pad the rows of some groups to their longest, and rows to fill `n_tokens`."""
    rows = [row for group in groups for row in group]
    width = padded(max(len(row.ids) for row in rows))
    input_ids = torch.full((max(len(rows), n_tokens // width), width), PADDING)
    mask = torch.zeros_like(input_ids)
    mask[:, 0] = 1
    readable = torch.zeros(len(rows), width, dtype=torch.bool)
    for i, row in enumerate(rows):
        n_tokens = len(row.ids)
        input_ids[i, :n_tokens] = torch.tensor(row.ids)
        mask[i, :n_tokens] = 1
        readable[i, row.first : n_tokens - 1] = True
    readable[:, 0] = True
    number = [n for n, group in enumerate(groups) for _ in group]
    return Batch(input_ids, mask, readable, [row.spans for row in rows], torch.tensor(number))


def read_groups(path: Path, encoder: RowEncoder) -> list[list[Encoded]]:
    """The groups of one prepared pass; rows whose gold was truncated away are left out."""
    groups: dict[int, list[Encoded]] = {}
    rows = list(read_json_lines(path))
    for start in range(0, len(rows), 5_000):
        part = rows[start : start + 5_000]
        for row, encoded in zip(part, encoder.encode(part), strict=True):
            if bool(row["spans"]) == bool(encoded.spans):
                groups.setdefault(row["group"], []).append(encoded)
    return list(groups.values())


def batches(
    groups: Sequence[list[Encoded]], n_tokens: int, rng: random.Random
) -> Iterator[list[list[Encoded]]]:
    """Batches of about `n_tokens` tokens, padding included, in random order.

    Groups are sorted by their longest row within random blocks, so that rows of a batch are
    about equally long.
    """
    shuffled = list(groups)
    rng.shuffle(shuffled)
    packed: list[list[list[Encoded]]] = []
    for low in range(0, len(shuffled), 6_000):
        block = sorted(shuffled[low : low + 6_000], key=_longest)
        batch: list[list[Encoded]] = []
        n_rows = 0
        for group in block:
            if batch and (n_rows + len(group)) * _longest(group) > n_tokens:
                packed.append(batch)
                batch, n_rows = [], 0
            batch.append(group)
            n_rows += len(group)
        if batch:
            packed.append(batch)
    rng.shuffle(packed)
    yield from packed


def padded(n_tokens: int) -> int:
    """The width of a batch whose longest row has `n_tokens`: the next multiple of 8.

    Few distinct shapes keep the allocator's heap and the kernel caches small: with every
    width and row count as it came, a run grew by 0.3 GB a minute.
    """
    return -(-n_tokens // 8) * 8


def _longest(group: Sequence[Encoded]) -> int:
    return padded(max(len(row.ids) for row in group))
