"""Write the weights to ship: `python -m training.export CHECKPOINT --out FOLDER`.

`reader.safetensors` (under 50 MB), the encoder's matrices in int8 with a scale a row and the rest
in float16; `reader.json` with the shapes that a loader needs and the sha256 of the weights.
Tokenizer files come with the base encoder's package.
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from qa.network import SCALE
from training.model import MAX_QUESTION_TOKENS, MAX_TOKENS, base_folder, n_layers, reader_config
from training.predict import MAX_ANSWER_TOKENS

MAX_BYTES = 50_000_000


def packed(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights as they are stored; `qa.network.unpacked` reads them.

    Symmetric int8 with the largest weight of each row at ±127. The relative rounding error, .009
    over a matrix, is five times that of bfloat16; the figures of `training.ranking` stay.
    """
    stored = {}
    for name, value in sorted(state.items()):
        if name.startswith("encoder.") and value.ndim == 2:
            scale = value.float().abs().amax(1).clamp(min=1e-12) / 127
            stored[name] = (value / scale[:, None]).round().to(torch.int8)
            stored[name + SCALE] = scale
        else:
            stored[name] = value.half().contiguous()
    return stored


def export(checkpoint: Path, out: Path) -> str:
    """Write the two files; returns the sha256 of the weights.

    Raises ValueError if a weight does not fit float16 or the file is too large to ship.
    """
    state: dict[str, Tensor] = torch.load(checkpoint, weights_only=True)
    stored = packed(state)
    for name, value in stored.items():
        if not torch.isfinite(value).all():
            raise ValueError(f"{checkpoint}: {name} does not fit float16")
    out.mkdir(parents=True, exist_ok=True)
    weights = out / "reader.safetensors"
    save_file(stored, weights, metadata={"format": "pt"})
    weights.chmod(0o644)  # save_file leaves it readable by its owner alone
    data = weights.read_bytes()
    if len(data) > MAX_BYTES:
        raise ValueError(f"{weights}: {len(data)} bytes, more than {MAX_BYTES}")
    digest = hashlib.sha256(data).hexdigest()
    config = reader_config(base_folder())
    config.num_hidden_layers = n_layers(state)
    description = {
        "weights": weights.name,
        "sha256": digest,
        "bytes": len(data),
        "dtype": "int8 and float16",
        "base": "all-MiniLM-L6-v2",
        "checkpoint": checkpoint.name,
        "max_tokens": MAX_TOKENS,
        "max_question_tokens": MAX_QUESTION_TOKENS,
        "max_answer_tokens": MAX_ANSWER_TOKENS,
        "n_weights": sum(value.numel() for value in state.values()),
        "encoder": {
            key: getattr(config, key)
            for key in (
                "vocab_size",
                "hidden_size",
                "num_hidden_layers",
                "num_attention_heads",
                "intermediate_size",
                "max_position_embeddings",
                "type_vocab_size",
                "hidden_act",
                "layer_norm_eps",
            )
        },
    }
    text = json.dumps(description, indent=2) + "\n"
    (out / "reader.json").write_text(text, encoding="utf-8")
    return digest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="ema_STEP.pt of a run")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    print(export(args.checkpoint, args.out), args.out / "reader.safetensors")


if __name__ == "__main__":
    main()
