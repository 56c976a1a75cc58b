"""Where the skimmer's training starts: `python -m training.skimmer OLD --out FILE.pt`.

OLD is reader.safetensors as it was before run 10, the last reader on MiniLM: `git show
e316d45:qa/weights/reader.safetensors`. Its layers and heads go over into the shape of the present
reader: token types folded into the positions, a bias of distances that is zero yet, and the
embedder's table of words instead of its own. The loss on 25 batches goes from 2.00 to 2.22.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from qa.network import BIAS, MAX_TOKENS, WORDS
from qa.packing import SCALE
from training.model import from_shipped

N_HEADS, N_BUCKETS = 12, 32
_PLACES = "encoder.embeddings.position_embeddings.weight"
_TYPES = "encoder.embeddings.token_type_embeddings.weight"


def start(old: Path) -> dict[str, Tensor]:
    """The state of a skimmer, from int8 matrices with a scale a row."""
    stored = load_file(old)
    weights = {
        name: value.float() * stored[name + SCALE][:, None] if name + SCALE in stored else value
        for name, value in stored.items()
        if not name.endswith(SCALE)
    }
    types = weights.pop(_TYPES)
    weights[_PLACES] = weights[_PLACES][:MAX_TOKENS] + types[1]
    weights[f"encoder.{BIAS}"] = torch.zeros(N_BUCKETS, N_HEADS)
    del weights[f"encoder.{WORDS}"]
    return from_shipped(weights)


def main() -> None:
    """Read, lay out anew, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.save(start(args.old), args.out)


if __name__ == "__main__":
    main()
