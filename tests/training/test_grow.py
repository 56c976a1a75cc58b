"""A reader of twice the layers says what it said; int8 weights come back nearly whole."""

import pytest
import torch
from transformers import BertConfig

from qa.network import SCALE, unpacked
from training.batches import Batch
from training.export import packed
from training.grow import grow, output_moments
from training.model import Reader, n_layers

N_LAYERS, N_TOKENS = 2, 12


def config(n: int) -> BertConfig:
    return BertConfig(
        vocab_size=50,
        hidden_size=32,
        num_hidden_layers=n,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.3,
    )


@pytest.fixture
def reader() -> Reader:
    torch.manual_seed(3)
    made = Reader(config(N_LAYERS)).eval()
    for name, value in made.named_parameters():
        if "LayerNorm" in name:
            value.data += 0.2 * torch.randn_like(value)
    return made


@pytest.fixture
def batch() -> Batch:
    ids = torch.randint(0, 50, (4, N_TOKENS), generator=torch.Generator().manual_seed(1))
    mask, none = torch.ones_like(ids), torch.zeros(4, dtype=torch.long)
    return Batch(ids, none[:, None].expand(4, N_TOKENS), mask, mask.bool(), [()] * 4, none)


def said(reader: Reader, batch: Batch) -> torch.Tensor:
    with torch.inference_mode():
        outputs = reader(batch.input_ids, batch.token_type_ids, batch.attention_mask)
    return torch.cat([output.flatten() for output in outputs])


def test_a_grown_reader_has_twice_the_layers_and_says_nearly_the_same(
    reader: Reader, batch: Batch
) -> None:
    state = grow(reader.state_dict(), output_moments(reader, batch))
    assert n_layers(state) == 2 * N_LAYERS
    grown = Reader(config(2 * N_LAYERS)).eval()
    grown.load_state_dict(state)
    before, after = said(reader, batch), said(grown, batch)
    assert torch.corrcoef(torch.stack([before, after]))[0, 1] > 0.98
    other = Reader(config(N_LAYERS)).eval()
    assert torch.corrcoef(torch.stack([before, said(other, batch)]))[0, 1] < 0.9


def test_the_new_layers_can_learn(reader: Reader, batch: Batch) -> None:
    state = grow(reader.state_dict(), output_moments(reader, batch))
    grown = Reader(config(2 * N_LAYERS))
    grown.load_state_dict(state)
    start, _, _ = grown(batch.input_ids, batch.token_type_ids, batch.attention_mask)
    start.sum().backward()
    gradient = grown.encoder.encoder.layer[1].output.dense.weight.grad
    assert gradient is not None
    assert gradient.abs().max() > 0


def test_stored_weights_come_back_within_half_a_step_of_int8(reader: Reader) -> None:
    state = reader.state_dict()
    stored = packed(state)
    back = unpacked(stored)
    assert back.keys() == state.keys()
    for name, value in state.items():
        apart = (back[name].float() - value.float()).abs()
        if name + SCALE in stored:
            assert stored[name].dtype is torch.int8
            assert (apart <= 0.501 * stored[name + SCALE][:, None]).all()
        else:
            assert apart.max() <= 1e-3 * value.abs().max()
