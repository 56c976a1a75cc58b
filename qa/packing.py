"""How a matrix is stored in four bits a weight.

Two weights a byte, the even column in the low half: a level from -8 to 7, plus 8. A weight is its
level times the scale of its group, GROUP neighbours of a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor

SCALE = ".scale"
"""Ending of the name of a packed matrix's scales, float16 (rows, columns / GROUP)."""
GROUP = 64
"""How many weights of a row share a scale."""


def pack(levels: Tensor) -> Tensor:
    """Levels from -8 to 7 (rows, columns) -> two a byte, uint8 (rows, columns / 2)."""
    import torch

    held = (levels + 8).to(torch.uint8)
    return held[:, ::2] | held[:, 1::2] << 4


def unpacked(stored: Mapping[str, Tensor], dtype: torch.dtype | None = None) -> dict[str, Tensor]:
    """The weights of a file that `training.export` wrote, packed matrices in `dtype` or float32.

    Raises ValueError where the bytes and the scales of a matrix do not match.
    """
    weights = {}
    for name, value in stored.items():
        if name + SCALE in stored:
            weights[name] = _unpacked(name, value, stored[name + SCALE], dtype)
        elif not name.endswith(SCALE):
            weights[name] = value
    return weights


def _unpacked(name: str, value: Tensor, scale: Tensor, dtype: torch.dtype | None) -> Tensor:
    import torch

    n_groups = value.shape[-1] * 2 // GROUP
    if value.dtype != torch.uint8 or scale.shape != (*value.shape[:-1], n_groups):
        raise ValueError(f"{name}: not in 4 bits, or scales of another shape")
    out = torch.empty(value.shape[0], value.shape[1] * 2, dtype=dtype or torch.float32)
    # A block of rows at a time: all of it as float32 would take four times the result's memory.
    for block, factor, part in zip(
        *(torch.split(whole, 2_048) for whole in (value, scale.float(), out)), strict=True
    ):
        levels = torch.stack([block & 15, block >> 4], -1).view(*factor.shape, GROUP)
        part.copy_((levels.float().sub_(8) * factor[..., None]).flatten(1))
    return out
