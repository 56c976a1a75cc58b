"""The reader, and the narrower skimmer: an MPNet encoder, a span and an answerability head.

State dict, all float32 in training: `encoder.*` (MPNetModel's own names, without pooler),
`span.weight` (2, width), `span.bias` (2,): start and end logits of every token;
`answerable.dense.*` (width -> width, tanh) and `answerable.out.*` (width -> 1): logit, on the
vector of <s>, that the passage answers the question. The embeddings are those of the base and
stay so. Width: 768 of the reader, 384 of the skimmer.
"""

import gzip
import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import torch
from safetensors.torch import load, load_file
from torch import Tensor, nn
from transformers import MPNetConfig, MPNetModel

from qa.network import BIAS, EPSILON, MAX_TOKENS, WORDS, shared_words
from qa.packing import unpacked
from vectorstore.embedder import cpu_has_bf16

N_LAYERS = 9
"""Of the base's twelve, the first."""


class AnswerableHead(nn.Module):
    """The vector of <s> -> logit that the passage answers the question."""

    def __init__(self, n_hidden: int) -> None:
        super().__init__()
        self.dense = nn.Linear(n_hidden, n_hidden)
        self.out = nn.Linear(n_hidden, 1)

    def forward(self, cls: Tensor) -> Tensor:
        """(rows, hidden) -> (rows,)."""
        return cast(Tensor, self.out(torch.tanh(self.dense(cls)))).squeeze(-1)


class Reader(nn.Module):
    """Start and end logits for every token, and one answerability logit for every row."""

    def __init__(self, config: MPNetConfig) -> None:
        super().__init__()
        self.encoder = MPNetModel(config, add_pooling_layer=False)
        self.span = nn.Linear(config.hidden_size, 2)
        self.answerable = AnswerableHead(config.hidden_size)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Token ids (rows, tokens) -> start and end logits (rows, tokens), answerable (rows,).

        The heads run in float32 also under autocast.
        """
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        with torch.autocast("cpu", enabled=False):
            hidden = hidden.float()
            start, end = self.span(hidden).unbind(-1)
            return start, end, self.answerable(hidden[:, 0])


def reader_config(state: Mapping[str, Tensor], dropout: float = 0.0) -> MPNetConfig:
    """The configuration of an encoder's weights, named as in a reader's state.

    Eager attention, and no dropout in it: there its masks cost more than the attention that they
    regularise. `dropout` is of the layers' outputs.
    """
    vocabulary, width = state["encoder.embeddings.word_embeddings.weight"].shape
    layers = {n.split(".")[3] for n in state if n.startswith("encoder.encoder.layer.")}
    config = MPNetConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=len(layers),
        num_attention_heads=state[f"encoder.{BIAS}"].shape[1],
        intermediate_size=len(state["encoder.encoder.layer.0.intermediate.dense.weight"]),
        max_position_embeddings=len(state["encoder.embeddings.position_embeddings.weight"]),
        layer_norm_eps=EPSILON,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,
    )
    config._attn_implementation = "eager"
    return config


def new_state(folder: Path) -> dict[str, Tensor]:
    """The state of a reader on the first layers of the base in `folder`, with fresh heads."""

    def wanted(name: str) -> bool:
        layer = re.match(r"encoder\.layer\.(\d+)\.", name)
        return not name.startswith("pooler.") and (not layer or int(layer[1]) < N_LAYERS)

    weights = load_file(folder / "model.safetensors")
    state = {
        f"encoder.{name}": value.float()
        for name, value in weights.items()
        if wanted(name) and value.is_floating_point()
    }
    reader = Reader(reader_config(state))
    nn.init.normal_(reader.span.weight, std=0.02)
    nn.init.zeros_(reader.span.bias)
    return reader.state_dict() | state


def fast_products() -> torch.autocast:
    """A context of bf16 products where the CPU multiplies it, of float32 where that is faster."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=cpu_has_bf16())


def is_shared(words: Tensor) -> bool:
    """Whether a table of words is the embedder's, which need not be shipped again."""
    shared = shared_words()
    return words.shape == shared.shape and torch.equal(words, shared)


def load_state(path: Path) -> dict[str, Tensor]:
    """The state of a checkpoint of `train` (.pt) or of weights that ship (.safetensors.gz)."""
    if path.suffix == ".gz":
        return from_shipped(load(gzip.decompress(path.read_bytes())))
    state: dict[str, Tensor] = torch.load(path, weights_only=True)
    return state


def reader_of(state: Mapping[str, Tensor], dropout: float = 0.0) -> Reader:
    """The reader of a state dict, in float32, with as many layers as that has."""
    reader = Reader(reader_config(state, dropout))
    reader.load_state_dict({name: value.float() for name, value in state.items()})
    reader.encoder.embeddings.requires_grad_(False)
    return reader


_SHIPPED = (
    (".attention.attn.q.", ".attention.self.query."),
    (".attention.attn.k.", ".attention.self.key."),
    (".attention.attn.v.", ".attention.self.value."),
    (".attention.attn.o.", ".attention.output.dense."),
    (".attention.LayerNorm.", ".attention.output.LayerNorm."),
)
_PLACES = "encoder.embeddings.position_embeddings.weight"
_FIRST_PLACE = 2
"""MPNet counts positions from its padding token's id plus one."""


def shipped_name(name: str) -> str:
    """The name of a weight where it is shipped: BERT's, which `vectorstore.bert` reads."""
    for trained, shipped in _SHIPPED:
        name = name.replace(trained, shipped)
    return name


def shipped(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A reader's state under the shipped names, with the positions of MAX_TOKENS tokens only."""
    return {
        shipped_name(name): value[_FIRST_PLACE:][:MAX_TOKENS] if name == _PLACES else value
        for name, value in state.items()
    }


def from_shipped(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state of a reader from the tensors of the file that is shipped."""
    state = {}
    for name, value in unpacked(stored).items():
        for trained, there in _SHIPPED:
            name = name.replace(there, trained)
        if name == _PLACES:
            value = torch.cat([torch.zeros(_FIRST_PLACE, value.shape[1]), value.float()])
        state[name] = value
    state.setdefault(f"encoder.{WORDS}", shared_words())
    return state
