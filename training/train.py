"""Train the reader on the CPU: `python -m training.train --rows A --out B --start C --minutes N`.

The length of a run is given in minutes, and the learning rate is a function of the share of
them that has passed: on a shared machine the number of steps is not known beforehand. So the
order of the data is seeded but a run is repeatable only up to the machine's speed.
"""

import argparse
import logging
import math
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.batches import Batch, Encoded, RowEncoder, batches, collate, read_groups
from training.losses import reader_loss
from training.model import Reader, fast_products, load_state, new_state, reader_of

log = logging.getLogger("training")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What defines a run, beside the rows and the base encoder."""

    minutes: float
    seed: int = 17
    encoder_lr: float = 6e-5
    head_lr: float = 5e-4
    warmup: float = 0.06
    """Share of the run."""
    weight_decay: float = 0.01
    clip: float = 1.0
    ema: float = 0.999
    batch_tokens: int = 5_600
    dropout: float = 0.0

    def scale(self, progress: float) -> float:
        """Learning rate factor: linear warm-up, then a half cosine to zero at progress 1."""
        if progress < self.warmup:
            return max(progress, 1e-3) / self.warmup
        since = min(1.0, (progress - self.warmup) / (1 - self.warmup))
        return 0.5 * (1 + math.cos(math.pi * since))


class Run:
    """Weights, their moving average, the optimiser and the clock of one run."""

    def __init__(self, recipe: Recipe, out: Path, start: Path) -> None:
        """start: a checkpoint, the weights that ship, or the folder of the base encoder."""
        self.recipe = recipe
        self.out = out
        torch.manual_seed(recipe.seed)
        state = new_state(start) if start.is_dir() else load_state(start)
        self.reader = reader_of(state, recipe.dropout).train()
        self.average = {k: v.detach().clone() for k, v in self.reader.state_dict().items()}
        self.optimiser = torch.optim.AdamW(_parameter_groups(self.reader, recipe), fused=True)
        self.step = 0
        self.seconds = 0.0
        self.pass_number = 0
        self.batch_number = 0

    @property
    def progress(self) -> float:
        """Share of the run's time that has passed."""
        return self.seconds / (self.recipe.minutes * 60)

    def train_step(self, batch: Batch) -> dict[str, float]:
        """One optimiser step; returns the loss terms."""
        factor = self.recipe.scale(self.progress)
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak_lr"] * factor
        with fast_products():
            outputs = self.reader(batch.input_ids, batch.attention_mask)
        start, end, answerable = (output[: len(batch.gold)] for output in outputs)
        losses = reader_loss(start, end, answerable, batch)
        self.optimiser.zero_grad()
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.reader.parameters(), self.recipe.clip, foreach=True)
        self.optimiser.step()
        self.step += 1
        self._update_average()
        return {name: value.item() for name, value in losses.items()}

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(self.recipe.ema, (1 + self.step) / (10 + self.step))
        now = self.reader.state_dict()
        floats = [k for k, v in self.average.items() if v.is_floating_point()]
        torch._foreach_lerp_([self.average[k] for k in floats], [now[k] for k in floats], 1 - decay)

    def save(self) -> None:
        """Write `last.pt` (to resume) and `ema_STEP.pt` (weights to evaluate)."""
        self.out.mkdir(parents=True, exist_ok=True)
        state: dict[str, Any] = {
            "reader": self.reader.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "clock": (self.step, self.seconds, self.pass_number, self.batch_number),
        }
        _write(state, self.out / "last.pt")
        _write(self.average, self.out / f"ema_{self.step:06d}.pt")
        log.info("saved at step %d", self.step)

    def load(self) -> None:
        """Continue from `last.pt`; the time already used counts."""
        state = torch.load(self.out / "last.pt", weights_only=True)
        self.reader.load_state_dict(state["reader"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds, self.pass_number, self.batch_number = state["clock"]
        log.info("resumed at step %d, %.1f minutes", self.step, self.seconds / 60)


def _write(state: dict[str, Any], path: Path) -> None:
    partial = path.with_suffix(".part")
    torch.save(state, partial)
    os.replace(partial, path)


def _parameter_groups(reader: Reader, recipe: Recipe) -> list[dict[str, Any]]:
    chosen: dict[tuple[bool, bool], list[Tensor]] = defaultdict(list)
    for name, parameter in reader.named_parameters():
        if not parameter.requires_grad:
            continue
        chosen[name.startswith("encoder."), parameter.ndim > 1].append(parameter)
    return [
        {
            "params": parameters,
            "lr": 0.0,
            "peak_lr": recipe.encoder_lr if is_encoder else recipe.head_lr,
            "weight_decay": recipe.weight_decay if is_matrix else 0.0,
        }
        for (is_encoder, is_matrix), parameters in chosen.items()
    ]


def stream(run: Run, rows: Path) -> Iterator[list[list[Encoded]]]:
    """Batches from the run's place in the data on, pass after pass, without end.

    The folder is listed anew before each pass, so passes may be added while a run is under way.
    """
    encoder = RowEncoder()
    while True:
        paths = sorted(rows.glob("pass_*.jsonl.gz"))
        if not paths:
            raise FileNotFoundError(f"{rows}: no pass_*.jsonl.gz; run training.prepare first")
        path = paths[run.pass_number % len(paths)]
        groups = read_groups(path, encoder)
        rng = random.Random(run.recipe.seed * 1_000 + run.pass_number)
        packed = list(batches(groups, run.recipe.batch_tokens, rng))
        n_rows = sum(map(len, groups))
        log.info(
            "pass %d: %s, %d rows, %d batches", run.pass_number, path.name, n_rows, len(packed)
        )
        while run.batch_number < len(packed):
            run.batch_number += 1
            yield packed[run.batch_number - 1]
        run.pass_number, run.batch_number = run.pass_number + 1, 0


def train(run: Run, rows: Path, log_every: int, save_every_s: float, max_steps: int) -> None:
    """Train until the run's time has passed (or `max_steps`), then save."""
    started = time.monotonic() - run.seconds
    saved_s = run.seconds
    sums: dict[str, float] = defaultdict(float)
    window_s, n_rows, n_tokens = run.seconds, 0, 0
    for groups in stream(run, rows):
        run.seconds = time.monotonic() - started
        if run.progress >= 1 or run.step >= max_steps:
            break
        batch = collate(groups, run.recipe.batch_tokens)
        for name, value in run.train_step(batch).items():
            sums[name] += value
        n_rows += len(batch.gold)
        n_tokens += int(batch.attention_mask.sum())
        if run.step % log_every == 0:
            run.seconds = time.monotonic() - started
            elapsed = run.seconds - window_s
            terms = " ".join(f"{name} {value / log_every:.3f}" for name, value in sums.items())
            log.info(
                "step %d pass %d lr %.2e %s | %.1f rows/s %.0f tokens/s, %.1f min left",
                run.step,
                run.pass_number,
                run.recipe.encoder_lr * run.recipe.scale(run.progress),
                terms,
                n_rows / elapsed,
                n_tokens / elapsed,
                run.recipe.minutes - run.seconds / 60,
            )
            sums.clear()
            window_s, n_rows, n_tokens = run.seconds, 0, 0
        if run.seconds - saved_s >= save_every_s:
            run.save()
            saved_s = run.seconds
    run.save()
    log.info("done: %d steps, %.1f minutes", run.step, run.seconds / 60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, required=True, help="folder that prepare wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument(
        "--start",
        type=Path,
        required=True,
        help="what training.base wrote, an ema_STEP.pt or the weights that ship",
    )
    parser.add_argument("--lr", type=float, default=6e-5, help="peak, of the encoder")
    parser.add_argument("--dropout", type=float, default=0.0, help="of the layers' outputs")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--max-steps", type=int, default=10**9)
    parser.add_argument("--log-every", type=int, default=50)
    parser.add_argument("--save-every", type=float, default=10.0, help="minutes")
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    torch.set_num_threads(args.threads)
    recipe = Recipe(args.minutes, args.seed, encoder_lr=args.lr, dropout=args.dropout)
    run = Run(recipe, args.out, args.start)
    if args.resume:
        run.load()
    train(run, args.rows, args.log_every, args.save_every * 60, args.max_steps)


if __name__ == "__main__":
    main()
