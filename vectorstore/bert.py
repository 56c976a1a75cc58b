"""A BERT encoder for inference in 60 lines of torch: token ids -> hidden states.

Importing a model library takes seconds of CPU; a question needs one short text encoded, and the
reader a dozen passages. One text at a time and unpadded, so that nothing depends on what else is
encoded. Devlin et al. 2019; MiniLM is the same network, narrower (Wang et al. 2020).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class Bert:
    """The network on weights named as transformers names them, without a pooler.

    Computes in the dtype of the weights. Raises ValueError when they hold no layer.
    """

    def __init__(self, weights: "Mapping[str, Tensor]", n_heads: int, epsilon: float) -> None:
        self._weights = weights
        self._n_heads = n_heads
        self._epsilon = epsilon
        layers = {int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer.")}
        if not layers:
            raise ValueError("no encoder layer among the weights")
        self._n_layers = len(layers)

    def __call__(self, ids: Sequence[int], types: Sequence[int]) -> "Tensor":
        """Hidden states (tokens, dim) of one text, from ids and types of its tokens."""
        import torch

        words = self._weights["embeddings.word_embeddings.weight"][torch.tensor(ids)]
        places = self._weights["embeddings.position_embeddings.weight"][: len(ids)]
        kinds = self._weights["embeddings.token_type_embeddings.weight"][torch.tensor(types)]
        hidden = self._norm(words + places + kinds, "embeddings.LayerNorm")
        for layer in range(self._n_layers):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        return hidden

    def _layer(self, hidden: "Tensor", name: str) -> "Tensor":
        from torch.nn.functional import gelu, scaled_dot_product_attention

        n_tokens, dim = hidden.shape
        query, key, value = (
            self._linear(hidden, f"{name}.attention.self.{part}")
            .view(1, n_tokens, self._n_heads, dim // self._n_heads)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        seen = scaled_dot_product_attention(query, key, value)
        seen = seen.transpose(1, 2).reshape(n_tokens, dim)
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
