"""Four bits a weight, chosen so that each layer's outputs stay: GPTQ (Frantar et al. 2023).

A matrix is rounded column by column, and what rounding a column adds to the outputs is taken from
the columns not yet rounded, as far as the layer's inputs are alike in both. A group of weights of
a row shares a scale; qa/packing.py says how the result is stored.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from qa.network import WORDS
from qa.packing import GROUP
from training.batches import Batch
from training.model import Reader, fast_products, is_shared

DAMPING = 0.01
"""Share of the mean of the Hessian's diagonal that is added to it."""
SHRINK = torch.linspace(0.7, 1.05, 8)
"""Scales tried for a group, as factors of the one at which its largest weight is exact."""


def scales(weight: Tensor) -> Tensor:
    """The scale of each row, float16 (rows,), of least squared error of those in SHRINK.

    The largest weight of a row is at level -8: the scale takes its sign.
    """
    largest = weight.gather(1, weight.abs().argmax(1, keepdim=True))
    tried = (largest / -8 * SHRINK).half().float()
    tried = torch.where(tried == 0, torch.full_like(tried, 1e-4), tried)
    levels = (weight[:, None, :] / tried[..., None]).round().clamp(-8, 7)
    error = (levels * tried[..., None] - weight[:, None, :]).square().sum(-1)
    return tried.gather(1, error.argmin(1, keepdim=True))[:, 0].half()


def rounded(weight: Tensor, hessian: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Levels from -8 to 7, float32 (rows, columns), and scales, float16 (rows, columns / GROUP).

    hessian: the inputs' second moments (columns, columns); None rounds each weight to the nearest
    level. Raises ValueError when the columns do not come in whole groups.
    """
    rows, columns = weight.shape
    if columns % GROUP:
        raise ValueError(f"{columns} columns are not a multiple of {GROUP}")
    if hessian is None:
        grouped = weight.reshape(-1, GROUP)
        scale = torch.cat([scales(part) for part in grouped.split(50_000)])
        levels = (grouped / scale.float()[:, None]).round().clamp(-8, 7)
        return levels.view(rows, columns), scale.view(rows, -1)
    weight = weight.clone()
    diagonal = hessian.diagonal()
    damped = hessian + torch.diag(torch.full_like(diagonal, DAMPING * float(diagonal.mean())))
    inverse = torch.linalg.cholesky(
        torch.cholesky_inverse(torch.linalg.cholesky(damped)), upper=True
    )
    levels = torch.empty_like(weight)
    found = []
    for low in range(0, columns, GROUP):
        high = low + GROUP
        scale = scales(weight[:, low:high])
        found.append(scale)
        errors = torch.empty(rows, GROUP)
        for i in range(low, high):
            levels[:, i] = (weight[:, i] / scale.float()).round().clamp(-8, 7)
            error = (weight[:, i] - levels[:, i] * scale.float()) / inverse[i, i]
            weight[:, i:high] -= error[:, None] * inverse[i, i:high]
            errors[:, i - low] = error
        weight[:, high:] -= errors @ inverse[low:high, high:]
    return levels, torch.stack(found, 1)


@torch.inference_mode()
def quantize(
    reader: Reader, batches: Sequence[Batch], progress: Callable[[str], None]
) -> dict[str, tuple[Tensor, Tensor]]:
    """(levels, scales) of every matrix of the encoder, by its name in the reader's state.

    The reader is changed: layer by layer, from the first, its matrices become the rounded ones, so
    that a layer is fitted to what the rounded ones below it give. The table of words, of which a
    text takes single rows, is rounded to the nearest, unless it is the embedder's.
    """
    done = {}
    words = reader.encoder.embeddings.word_embeddings
    if not is_shared(words.weight):
        done[f"encoder.{WORDS}"] = _replace(words, rounded(words.weight.float()))
    layers = reader.encoder.encoder.layer
    for number, layer in enumerate(layers):
        reader.encoder.encoder.layer = layers[: number + 1]  # the others need not run
        matrices = {n: m for n, m in layer.named_modules() if isinstance(m, nn.Linear)}
        moments = _moments(reader, matrices, batches)
        for part, matrix in matrices.items():
            name = f"encoder.encoder.layer.{number}.{part}.weight"
            done[name] = _replace(matrix, rounded(matrix.weight.float(), moments[part]))
        progress(f"layer {number + 1} of {len(layers)}")
    return done


def _replace(
    module: nn.Linear | nn.Embedding, part: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor]:
    levels, scale = part
    module.weight.copy_(levels * scale.float().repeat_interleave(GROUP, 1))
    return part


def _moments(
    reader: Reader, matrices: dict[str, nn.Linear], batches: Sequence[Batch]
) -> dict[str, Tensor]:
    """The second moments of each matrix's inputs over the batches' tokens, padding left out."""
    sums: dict[str, Tensor] = {}
    n_tokens: dict[str, int] = defaultdict(int)
    inside = torch.empty(0, dtype=torch.bool)

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def seen(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            tokens = inputs[0][inside].float()
            with torch.autocast("cpu", enabled=False):
                sums[name] = sums.get(name, 0) + tokens.T @ tokens
            n_tokens[name] += len(tokens)

        return seen

    hooks = [matrix.register_forward_pre_hook(watch(name)) for name, matrix in matrices.items()]
    for batch in batches:
        inside = batch.attention_mask.bool()
        with fast_products():
            reader(batch.input_ids, batch.attention_mask)
    for hook in hooks:
        hook.remove()
    return {name: total / n_tokens[name] for name, total in sums.items()}
