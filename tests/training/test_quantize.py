"""Four bits a weight: what is stored is what comes back, and the layers' outputs stay."""

from dataclasses import replace

import pytest
import torch
from transformers import MPNetConfig

from qa.packing import GROUP, pack, unpacked
from training.batches import Batch
from training.export import packed
from training.model import Reader, from_shipped, reader_of
from training.quantize import rounded

N_TOKENS = 12
CONFIG = MPNetConfig(
    vocab_size=50,
    hidden_size=128,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=256,
    max_position_embeddings=40,
    initializer_range=0.1,
    layer_norm_eps=1e-5,
)


@pytest.fixture
def reader() -> Reader:
    torch.manual_seed(3)
    return Reader(CONFIG).eval()


@pytest.fixture
def batch() -> Batch:
    ids = torch.randint(2, 50, (16, N_TOKENS), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    return Batch(ids, mask, mask.bool(), [()] * 16, torch.zeros(16, dtype=torch.long))


def said(reader: Reader, batch: Batch) -> torch.Tensor:
    with torch.inference_mode():
        outputs = reader(batch.input_ids, batch.attention_mask)
    return torch.cat([output.flatten() for output in outputs])


def test_packed_levels_come_back() -> None:
    levels = torch.randint(-8, 8, (3, 2 * GROUP)).float()
    scale = torch.rand(3, 2).half()
    back = unpacked({"m": pack(levels), "m.scale": scale, "bias": torch.ones(2)})
    assert back.keys() == {"m", "bias"}
    assert torch.equal(back["m"], levels * scale.float().repeat_interleave(GROUP, 1))


def test_each_weight_is_within_half_a_step_unless_its_group_was_shrunk() -> None:
    weight = torch.randn(20, 2 * GROUP, generator=torch.Generator().manual_seed(2))
    levels, scale = rounded(weight)
    apart = (levels * scale.float().repeat_interleave(GROUP, 1) - weight).abs()
    step = scale.float().abs().repeat_interleave(GROUP, 1)
    inside = (levels > -8) & (levels < 7)
    assert inside.float().mean() > 0.9
    assert (apart <= 0.51 * step)[inside].all()
    assert apart.square().mean() < 0.02


def test_a_row_of_zeros_stays_zero() -> None:
    levels, scale = rounded(torch.zeros(2, GROUP))
    assert torch.isfinite(scale).all()
    assert (levels * scale.float()).abs().max() == 0


def test_columns_that_are_no_whole_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="65 columns"):
        rounded(torch.zeros(2, 65))


def test_rounding_with_the_inputs_in_sight_moves_the_outputs_less() -> None:
    made = torch.Generator().manual_seed(4)
    mixed = torch.randn(8, 2 * GROUP, generator=made)  # inputs of few dimensions, as real ones
    inputs = torch.randn(500, 8, generator=made) @ mixed
    weight = torch.randn(30, 2 * GROUP, generator=made)

    def error(hessian: torch.Tensor | None) -> float:
        levels, scale = rounded(weight, hessian)
        kept = levels * scale.float().repeat_interleave(GROUP, 1)
        return float((inputs @ (kept - weight).T).square().mean())

    assert error(inputs.T @ inputs / 500) < 0.3 * error(None)


def test_what_is_shipped_says_nearly_what_was_trained(reader: Reader, batch: Batch) -> None:
    before = said(reader, batch)
    stored = packed(reader, [batch])
    after = said(reader_of(from_shipped(stored)).eval(), batch)
    assert torch.corrcoef(torch.stack([before, after]))[0, 1] > 0.98
    torch.manual_seed(5)
    other = said(Reader(CONFIG).eval(), batch)
    assert torch.corrcoef(torch.stack([before, other]))[0, 1] < 0.9


def test_shipped_names_are_those_of_bert(reader: Reader, batch: Batch) -> None:
    stored = packed(reader, [batch])
    layer = "encoder.encoder.layer.1."
    assert layer + "attention.output.dense.bias" in stored
    assert stored[layer + "attention.self.query.weight"].dtype is torch.uint8
    assert from_shipped(stored).keys() == reader.state_dict().keys()


def test_padding_has_no_part_in_the_rounding(batch: Batch) -> None:
    mask = batch.attention_mask.clone()
    mask[:, 8:] = 0
    torch.manual_seed(3)
    fill = torch.full((16, N_TOKENS - 8), 7)
    others = [batch.input_ids, torch.cat([batch.input_ids[:, :8], fill], 1)]
    stored = []
    for ids in others:
        torch.manual_seed(3)
        reader = Reader(CONFIG).eval()
        stored.append(packed(reader, [replace(batch, input_ids=ids, attention_mask=mask)]))
    assert all(torch.equal(stored[0][name], value) for name, value in stored[1].items())
