"""A small reader and skimmer on random weights, in files as the shipped ones are."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from qa.network import EPSILON, MAX_TOKENS
from qa.reader import SKIMMER

HIDDEN, LAYERS, HEADS = 128, 2, 2
CALIBRATION = {
    "sentence": {"mass": 0.5, "answerable": 0.3, "bias": -1.0},
    "confidence": {"bias": -0.5, "lead": 0.4, "mass": 0.1, "answerable": 0.2},
    "threshold": 0.4,
}


def random_weights(width: int = HIDDEN) -> dict[str, Any]:
    """Weights of a small reader: transformers' own MPNetModel, and the two heads."""
    import torch
    from transformers import MPNetConfig, MPNetModel

    from training.model import shipped

    torch.manual_seed(7)
    config = MPNetConfig(
        vocab_size=30527,
        hidden_size=width,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=2 * width,
        max_position_embeddings=MAX_TOKENS + 2,
        layer_norm_eps=EPSILON,
        initializer_range=0.2,
    )
    mpnet = MPNetModel(config, add_pooling_layer=False).eval()
    weights = shipped({f"encoder.{name}": value for name, value in mpnet.state_dict().items()})
    for name, shape in (
        ("span", (2, width)),
        ("answerable.dense", (width, width)),
        ("answerable.out", (1, width)),
    ):
        weights[f"{name}.weight"] = torch.randn(shape) * 0.3
        weights[f"{name}.bias"] = torch.randn(shape[0]) * 0.1
    return {"mpnet": mpnet, "weights": weights}


def write_weights(folder: Path, weights: dict[str, Any], name: str = "reader") -> Path:
    from safetensors.torch import save

    data = gzip.compress(save({key: value.contiguous() for key, value in weights.items()}))
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.safetensors.gz").write_bytes(data)
    card = {"sha256": hashlib.sha256(data).hexdigest(), "calibration": CALIBRATION}
    (folder / f"{name}.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


def write_both(folder: Path, weights: dict[str, Any]) -> Path:
    """A reader, and a skimmer of the same weights."""
    return write_weights(write_weights(folder, weights), weights, SKIMMER)
