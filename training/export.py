"""Write the weights to ship: `python -m training.export CHECKPOINT --rows PASS --out FOLDER`.

`reader.safetensors` (under 50 MB), the encoder's matrices in 4 bits, fitted on rows of a prepared
pass, and the rest in float16; `reader.json` with the shape and the sha256 of the weights. The
tokenizer's file comes with the embedder's package.
"""

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from qa.network import MAX_QUESTION_TOKENS, MAX_TOKENS
from qa.packing import SCALE, pack
from training.batches import Batch, RowEncoder, batches, collate, read_groups
from training.model import Reader, load_state, reader_config, reader_of, shipped, shipped_name
from training.predict import MAX_ANSWER_TOKENS
from training.quantize import quantize

MAX_BYTES = 50_000_000
BATCH_TOKENS = 4_000


def packed(reader: Reader, rows: Sequence[Batch]) -> dict[str, Tensor]:
    """The weights as they are stored; `qa.packing.unpacked` reads them. Rounds the reader's own."""
    stored = {}
    for name, (levels, scale) in quantize(reader, rows, print).items():
        stored[shipped_name(name)] = pack(levels)
        stored[shipped_name(name) + SCALE] = scale.contiguous()
    for name, value in shipped(reader.state_dict()).items():
        if name not in stored:
            stored[name] = value.half().contiguous()
    return dict(sorted(stored.items()))


def export(checkpoint: Path, rows: Sequence[Batch], out: Path) -> str:
    """Write the two files; returns the sha256 of the weights.

    Raises ValueError if a weight does not fit float16 or the file is too large to ship.
    """
    state = load_state(checkpoint)
    config = reader_config(state)
    stored = packed(reader_of(state).eval(), rows)
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
    description = {
        "weights": weights.name,
        "sha256": digest,
        "bytes": len(data),
        "dtype": "4 bits and float16",
        "base": "all-mpnet-base-v2",
        "checkpoint": checkpoint.name,
        "max_tokens": MAX_TOKENS,
        "max_question_tokens": MAX_QUESTION_TOKENS,
        "max_answer_tokens": MAX_ANSWER_TOKENS,
        "n_weights": sum(value.numel() for value in shipped(state).values()),
        "encoder": {
            key: getattr(config, key)
            for key in (
                "vocab_size",
                "hidden_size",
                "num_hidden_layers",
                "num_attention_heads",
                "intermediate_size",
                "relative_attention_num_buckets",
                "hidden_act",
                "layer_norm_eps",
            )
        },
    }
    text = json.dumps(description, indent=2) + "\n"
    (out / "reader.json").write_text(text, encoding="utf-8")
    return digest


def sample(path: Path, n_rows: int) -> list[Batch]:
    """Batches of about `n_rows` rows of a prepared pass, the same each time."""
    groups = read_groups(path, RowEncoder())
    rng = random.Random(0)
    rng.shuffle(groups)
    taken, n = 0, 0
    while taken < len(groups) and n < n_rows:
        n += len(groups[taken])
        taken += 1
    return [collate(each) for each in batches(groups[:taken], BATCH_TOKENS, rng)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="ema_STEP.pt of a run")
    parser.add_argument("--rows", type=Path, required=True, help="a pass that prepare wrote")
    parser.add_argument("--n-rows", type=int, default=300, help="of them to fit the rounding on")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    print(export(args.checkpoint, sample(args.rows, args.n_rows), args.out))


if __name__ == "__main__":
    main()
