"""A BERT encoder for inference in 100 lines of torch: token ids -> hidden states.

Importing a model library takes seconds of CPU; a question needs one short text encoded, and the
reader a dozen passages. One text at a time and unpadded, so that nothing depends on what else is
encoded. Devlin et al. 2019. MiniLM is the same network, narrower (Wang et al. 2020); MPNet is the
same with a learnt bias for the distance of two tokens and without token types (Song et al. 2020).
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class Bert:
    """The network on weights named as transformers names those of BERT, without a pooler.

    With `encoder.relative_attention_bias.weight` (buckets, heads) it is MPNet. Computes in the
    dtype of the weights. Raises ValueError when they hold no layer.
    """

    def __init__(self, weights: "Mapping[str, Tensor]", n_heads: int, epsilon: float) -> None:
        self._weights = weights
        self._n_heads = n_heads
        self._epsilon = epsilon
        layers = {int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer.")}
        if not layers:
            raise ValueError("no encoder layer among the weights")
        self._n_layers = len(layers)
        self._distance_bias = weights.get("encoder.relative_attention_bias.weight")
        if self._distance_bias is not None:
            n_places = len(weights["embeddings.position_embeddings.weight"])
            self._buckets = distance_buckets(n_places, len(self._distance_bias))

    def __call__(self, ids: Sequence[int]) -> "Tensor":
        """Hidden states (tokens, dim) of one text, from the ids of its tokens, all of type 0."""
        import torch

        words = self._weights["embeddings.word_embeddings.weight"][torch.tensor(ids)]
        places = self._weights["embeddings.position_embeddings.weight"][: len(ids)]
        hidden = words + places
        types = self._weights.get("embeddings.token_type_embeddings.weight")
        if types is not None:
            hidden = hidden + types[0]
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        bias = self._bias(len(ids))
        for layer in range(self._n_layers):
            hidden = self._layer(hidden, f"encoder.layer.{layer}", bias)
        return hidden

    def _bias(self, n_tokens: int) -> "Tensor | None":
        """What is added to attention's logits, (1, heads, tokens, tokens); None in BERT."""
        if self._distance_bias is None:
            return None
        bias = self._distance_bias[self._buckets[:n_tokens, :n_tokens]]
        return bias.permute(2, 0, 1)[None].contiguous()

    def _layer(self, hidden: "Tensor", name: str, bias: "Tensor | None") -> "Tensor":
        from torch.nn.functional import gelu, scaled_dot_product_attention

        n_tokens, dim = hidden.shape
        query, key, value = (
            self._linear(hidden, f"{name}.attention.self.{part}")
            .view(1, n_tokens, self._n_heads, dim // self._n_heads)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        seen = scaled_dot_product_attention(query, key, value, bias)
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


def distance_buckets(n_tokens: int, n_buckets: int = 32, furthest: int = 128) -> "Tensor":
    """Which bucket the distance from a token (row) to another (column) falls in, (tokens, tokens).

    Half of the buckets are for each direction; of those, half hold one distance and the others
    ever more, on a logarithmic scale up to `furthest` (Raffel et al. 2020, T5).
    """
    import torch

    place = torch.arange(n_tokens)
    away = place[None, :] - place[:, None]
    half = n_buckets // 2
    exact = half // 2
    distance = away.abs()
    scaled = torch.log(distance.clamp(min=1) / exact) / math.log(furthest / exact)
    far = (exact + (scaled * (half - exact)).long()).clamp(max=half - 1)
    return torch.where(distance < exact, distance, far) + half * (away > 0)
