"""A question's vector without sentence_transformers: the same network, in plain torch.

Importing sentence_transformers takes 4 s of CPU beyond torch, and a cold `qa ask` needs it for
nothing but one short text. Knows the one architecture that most such models share (BERT, mean
pooling, unit length) and refuses any other; then sentence_transformers embeds questions too.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.bert import Bert

Vectors = NDArray[np.float32]

_MODULES = ["Transformer", "Pooling", "Normalize"]


class QuestionEncoder:
    """The encoder in float32: a question's few tokens take 8 ms, without rounding."""

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        from safetensors.torch import load_file

        weights = load_file(folder / "model.safetensors")
        heads, epsilon = int(config["num_attention_heads"]), float(config["layer_norm_eps"])
        self._bert = Bert(weights, heads, epsilon)

    @classmethod
    def load(cls, folder: Path) -> "QuestionEncoder | None":
        """The encoder of a model folder, or None where it is of another kind."""
        try:
            config = _read(folder / "config.json")
            pooling = _read(folder / "1_Pooling" / "config.json")
            prompts = _read(folder / "config_sentence_transformers.json").get("prompts", {})
            modules = [row["type"].rpartition(".")[2] for row in _read(folder / "modules.json")]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        known = (
            modules == _MODULES
            and config.get("model_type") == "bert"
            and config.get("hidden_act") == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
            and [name for name, on in pooling.items() if on is True] == ["pooling_mode_mean_tokens"]
            and not any(prompts.values())
            and (folder / "model.safetensors").is_file()
        )
        return cls(folder, config) if known else None

    def embed(self, token_ids: Sequence[int]) -> Vectors:
        """The vector of one tokenized text (special tokens included): float32 (dim,), unit."""
        import torch

        with torch.inference_mode():
            hidden = self._bert(token_ids)
            pooled: Vectors = hidden.mean(dim=0).numpy()
        return pooled / max(float(np.linalg.norm(pooled)), 1e-12)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
