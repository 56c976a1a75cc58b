"""A question's vector without sentence_transformers: the same network in 40 lines of torch.

Importing sentence_transformers takes 4 s of CPU beyond torch, and a cold `qa ask` needs it for
nothing but one short text. Knows the one architecture that most such models share (BERT, mean
pooling, unit length) and refuses any other; then sentence_transformers embeds questions too.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Vectors = NDArray[np.float32]

_MODULES = ["Transformer", "Pooling", "Normalize"]


class QuestionEncoder:
    """The encoder in float32: a question's few tokens take 8 ms, without rounding."""

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        from safetensors.torch import load_file

        self._weights = load_file(folder / "model.safetensors")
        self._n_layers = int(config["num_hidden_layers"])
        self._n_heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])

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
            hidden = self._embedded(torch.tensor(token_ids))
            for layer in range(self._n_layers):
                hidden = self._layer(hidden, f"encoder.layer.{layer}")
            pooled: Vectors = hidden.mean(dim=0).numpy()
        return pooled / max(float(np.linalg.norm(pooled)), 1e-12)

    def _embedded(self, ids: "Tensor") -> "Tensor":
        words = self._weights["embeddings.word_embeddings.weight"][ids]
        places = self._weights["embeddings.position_embeddings.weight"][: len(ids)]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._norm(words + places + kind, "embeddings.LayerNorm")

    def _layer(self, hidden: "Tensor", name: str) -> "Tensor":
        """One transformer layer; hidden: (tokens, dim)."""
        from torch.nn.functional import gelu, scaled_dot_product_attention

        n_tokens, dim = hidden.shape
        query, key, value = (
            self._linear(hidden, f"{name}.attention.self.{part}")
            .view(n_tokens, self._n_heads, dim // self._n_heads)
            .transpose(0, 1)
            for part in ("query", "key", "value")
        )
        seen = scaled_dot_product_attention(query, key, value)
        seen = seen.transpose(0, 1).reshape(n_tokens, dim)
        seen = self._linear(seen, f"{name}.attention.output.dense")
        hidden = self._norm(hidden + seen, f"{name}.attention.output.LayerNorm")
        wide = gelu(self._linear(hidden, f"{name}.intermediate.dense"))
        narrow = self._linear(wide, f"{name}.output.dense")
        return self._norm(hidden + narrow, f"{name}.output.LayerNorm")

    def _linear(self, hidden: "Tensor", name: str) -> "Tensor":
        from torch.nn.functional import linear

        return linear(hidden, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, hidden: "Tensor", name: str) -> "Tensor":
        from torch.nn.functional import layer_norm

        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return layer_norm(hidden, weight.shape, weight, bias, self._epsilon)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
