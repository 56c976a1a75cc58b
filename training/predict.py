"""Read rows with a checkpoint: the best span of each passage and its scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.batches import Encoded, RowEncoder, collate
from training.model import Reader, fast_products, load_state, reader_of

MAX_ANSWER_TOKENS = 30


@dataclass(frozen=True, slots=True)
class Prediction:
    """The best span of one passage.

    `margin` is its start and end logits less those of <s>: over 0 the span head prefers an
    answer. `answerable` is the answerability logit.
    """

    text: str
    start: int
    """In characters of the passage."""
    margin: float
    answerable: float


def load_reader(path: Path) -> Reader:
    """A reader from a checkpoint of `train` (.pt) or `export` (.safetensors.gz), in float32."""
    return reader_of(load_state(path)).eval()


@torch.inference_mode()
def predict(
    reader: Reader, rows: Sequence[dict[str, Any]], batch_tokens: int = 4_000
) -> list[Prediction]:
    """One prediction a row (`question`, `context`), in the order of the rows."""
    encoded = RowEncoder().encode([{**row, "spans": ()} for row in rows])
    order = sorted(range(len(rows)), key=lambda i: len(encoded[i].ids))
    found: dict[int, Prediction] = {}
    while order:
        width = len(encoded[order[-1]].ids)
        taken = [order.pop() for _ in range(min(len(order), max(1, batch_tokens // width)))]
        batch = collate([[encoded[i]] for i in taken])
        with fast_products():
            start, end, answerable = reader(batch.input_ids, batch.attention_mask)
        for n, i in enumerate(taken):
            found[i] = _best(encoded[i], rows[i]["context"], start[n], end[n], float(answerable[n]))
    return [found[i] for i in range(len(rows))]


def _best(row: Encoded, context: str, start: Tensor, end: Tensor, answerable: float) -> Prediction:
    n_tokens = len(row.offsets)
    if n_tokens == 0:
        return Prediction("", 0, float("-inf"), answerable)
    passage = slice(row.first, row.first + n_tokens)
    scores = start[passage, None] + end[None, passage]
    allowed = torch.ones_like(scores, dtype=torch.bool).triu().tril(MAX_ANSWER_TOKENS - 1)
    flat = int(scores.masked_fill(~allowed, float("-inf")).argmax())
    first, last = divmod(flat, n_tokens)
    left, right = row.offsets[first][0], row.offsets[last][1]
    margin = float(scores[first, last] - start[0] - end[0])
    return Prediction(context[left:right], left, margin, answerable)
