"""Deepen a reader, changing little of what it says: `python -m training.grow CKPT --out FILE`.

After each layer of the encoder stands a new one: a copy whose two residual branches end in zeros,
and whose two norms give back what they get, as nearly as one scale and one shift can. So training
goes on from where the checkpoint was, with twice the layers (progressive stacking, Gong et al.
2019; zero-initialised copies as in LLaMA Pro, Wu et al. 2024).
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor

from training.batches import Batch, RowEncoder, collate, read_groups
from training.model import Reader
from training.predict import load_reader

LAYER = "encoder.encoder.layer."
N_GROUPS = 40
"""Groups of rows on which the layers' outputs are measured: a few thousand tokens."""


@torch.inference_mode()
def output_moments(reader: Reader, batch: Batch) -> list[tuple[float, float]]:
    """(mean, standard deviation) over the features of a token, averaged over tokens, per layer."""
    states = reader.encoder(
        input_ids=batch.input_ids,
        token_type_ids=batch.token_type_ids,
        attention_mask=batch.attention_mask,
        output_hidden_states=True,
    ).hidden_states[1:]
    inside = batch.attention_mask.bool()
    tokens = [state[inside] for state in states]
    return [(float(t.mean(-1).mean()), float(t.std(-1, correction=0).mean())) for t in tokens]


def grow(state: dict[str, Tensor], moments: list[tuple[float, float]]) -> dict[str, Tensor]:
    """The state dict of a reader of twice as many layers; `moments` as of `output_moments`."""
    grown = {name: value for name, value in state.items() if not name.startswith(LAYER)}
    for name, value in state.items():
        if not name.startswith(LAYER):
            continue
        number, part = name.removeprefix(LAYER).split(".", 1)
        grown[f"{LAYER}{2 * int(number)}.{part}"] = value
        mean, deviation = moments[int(number)]
        if part.endswith("LayerNorm.weight"):
            value = torch.full_like(value, deviation)
        elif part.endswith("LayerNorm.bias"):
            value = torch.full_like(value, mean)
        elif part.startswith(("attention.output.dense.", "output.dense.")):
            value = torch.zeros_like(value)
        grown[f"{LAYER}{2 * int(number) + 1}.{part}"] = value.clone()
    return grown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--rows", type=Path, required=True, help="a pass that prepare wrote")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    reader = load_reader(args.checkpoint)
    batch = collate(read_groups(args.rows, RowEncoder())[:N_GROUPS])
    torch.save(grow(reader.state_dict(), output_moments(reader, batch)), args.out)


if __name__ == "__main__":
    main()
