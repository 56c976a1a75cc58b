"""Write weights to ship: `training.export CHECKPOINT --rows PASS --out FOLDER [--name skimmer]`.

`reader.safetensors.gz`, or the skimmer's, the encoder's matrices in 4 bits, fitted on rows of a
prepared pass, and the rest in float16; `reader.json`, or `skimmer.json`, with their shape and
sha256. All that ships is under 50 MB. The tokenizer's file comes with the embedder's package, and
so does the skimmer's table of words.
"""

import argparse
import gzip
import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor

from qa.network import MAX_QUESTION_TOKENS, MAX_TOKENS, WORDS, weights_file
from qa.packing import SCALE, pack
from training.batches import Batch, RowEncoder, batches, collate, read_groups
from training.model import (
    Reader,
    is_shared,
    load_state,
    reader_config,
    reader_of,
    shipped,
    shipped_name,
)
from training.predict import MAX_ANSWER_TOKENS
from training.quantize import quantize

MAX_BYTES = 50_000_000
BASES = {"reader": "all-mpnet-base-v2", "skimmer": "all-MiniLM-L6-v2"}
BATCH_TOKENS = 4_000


def packed(reader: Reader, rows: Sequence[Batch]) -> dict[str, Tensor]:
    """The weights as they are stored; `qa.packing.unpacked` reads them. Rounds the reader's own.

    The embedder's table of words is left out.
    """
    stored = {}
    for name, (levels, scale) in quantize(reader, rows, print).items():
        stored[shipped_name(name)] = pack(levels)
        stored[shipped_name(name) + SCALE] = scale.contiguous()
    for name, value in shipped(reader.state_dict()).items():
        if name not in stored and not (name == f"encoder.{WORDS}" and is_shared(value)):
            stored[name] = value.half().contiguous()
    return dict(sorted(stored.items()))


def export(checkpoint: Path, rows: Sequence[Batch], out: Path, name: str) -> str:
    """Write the two files of the network `name`; returns the sha256 of the weights.

    The calibration, which was of other weights, is taken away. Raises ValueError if a weight does
    not fit float16 or the networks are too large to ship.
    """
    state = load_state(checkpoint)
    config = reader_config(state)
    stored = packed(reader_of(state).eval(), rows)
    for tensor, value in stored.items():
        if not torch.isfinite(value).all():
            raise ValueError(f"{checkpoint}: {tensor} does not fit float16")
    out.mkdir(parents=True, exist_ok=True)
    weights = out / weights_file(name)
    data = gzip.compress(save(stored, metadata={"format": "pt"}), mtime=0)
    others = [path for path in out.glob(weights_file("*")) if path != weights]
    n_bytes = len(data) + sum(path.stat().st_size for path in others)
    if n_bytes > MAX_BYTES:
        raise ValueError(f"{out}: {n_bytes} bytes of weights, more than {MAX_BYTES}")
    weights.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    n_weights = sum(v.numel() for key, v in shipped(state).items() if key in stored)
    description = {
        "weights": weights.name,
        "sha256": digest,
        "bytes": len(data),
        "dtype": "4 bits and float16",
        "base": BASES[name],
        "checkpoint": checkpoint.name,
        "max_tokens": MAX_TOKENS,
        "max_question_tokens": MAX_QUESTION_TOKENS,
        "max_answer_tokens": MAX_ANSWER_TOKENS,
        "n_weights": n_weights,
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
    card = out / f"{name}.json"
    text = json.dumps(description, indent=2) + "\n"
    card.write_text(text, encoding="utf-8")
    calibrated = out / "reader.json"
    if calibrated != card and calibrated.exists():
        known = json.loads(calibrated.read_text(encoding="utf-8"))
        kept = {key: known[key] for key in known if not key.startswith("calibration")}
        calibrated.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
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
    parser.add_argument("--name", choices=("reader", "skimmer"), default="reader")
    args = parser.parse_args()
    print(export(args.checkpoint, sample(args.rows, args.n_rows), args.out, args.name))


if __name__ == "__main__":
    main()
