"""Measure a checkpoint: `python -m training.evaluate CHECKPOINT --data ../shared/data`.

For every dev file, and the dev part of the written questions by source: EM and F1 of the best
span on answerable rows (`HasAns`); EM and F1 over all rows when everything under the threshold is
refused; AUC of the scores. Contexts longer than the reader's are cut to the window around the
answer as in training. realtimeqa_evidence states no licence: measured on, never trained on.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from training.metrics import exact_match, f1, roc_auc
from training.predict import Prediction, load_reader, predict
from training.sources import Example, read_examples, window
from training.written import read_written

FILES = (
    "squad",
    "nq_qed",
    "qamr_wikinews",
    "realtimeqa_evidence",
    "written_news",
    "written_wiki",
    "written_own",
)
N_CHARS = 1_150
SCORES: dict[str, Callable[[Prediction], float]] = {
    "margin": lambda found: found.margin,
    "answerable": lambda found: found.answerable,
    "sum": lambda found: found.margin + found.answerable,
}

Scored = tuple[Example, Prediction]


def sample(data: Path, name: str, n_rows: int, seed: int) -> list[Example]:
    """A random sample of a source's dev part, the same for the same seed; all rows if 0."""
    if name.startswith("written"):
        examples = [e for e in read_written(data, "dev") if e.source == name]
    else:
        examples = read_examples(data / "reader" / f"dev_{name}.jsonl.gz")
    rng = random.Random(seed)
    chosen = rng.sample(examples, min(n_rows, len(examples))) if n_rows else examples
    return [window(example, N_CHARS, rng) for example in chosen]


def read_all(reader: Any, examples: Sequence[Example]) -> list[Scored]:
    """Each example with its prediction."""
    rows = [{"question": e.question, "context": e.context} for e in examples]
    return list(zip(examples, predict(reader, rows), strict=True))


def accepted(example: Example) -> list[str]:
    """The gold strings of an example, as printed in its context."""
    return [example.context[start:end] for start, end in example.spans]


def measures(scored: Sequence[Scored], threshold: float, score: str) -> dict[str, float]:
    """The measures of one file; AUCs are nan where all rows are answerable."""
    of = SCORES[score]
    has = [(example, found) for example, found in scored if example.spans]
    labels = [bool(example.spans) for example, _ in scored]
    final = [found.text if of(found) >= threshold else "" for _, found in scored]
    out = {
        "n": float(len(scored)),
        "n_answerable": float(len(has)),
        "EM_HasAns": _mean([exact_match(found.text, accepted(e)) for e, found in has]),
        "F1_HasAns": _mean([f1(found.text, accepted(e)) for e, found in has]),
        "EM": _mean([exact_match(t, accepted(e)) for t, (e, _) in zip(final, scored, strict=True)]),
        "F1": _mean([f1(t, accepted(e)) for t, (e, _) in zip(final, scored, strict=True)]),
        "answered": _mean([float(of(found) >= threshold) for _, found in has]),
        "refused": _mean([float(of(f) < threshold) for e, f in scored if not e.spans]),
    }
    for name, value in SCORES.items():
        out[f"AUC_{name}"] = roc_auc([value(found) for _, found in scored], labels)
    return out


def best_threshold(scored: Sequence[Scored], score: str) -> float:
    """The threshold with the best F1 over all rows."""
    of = SCORES[score]
    ranked = sorted(scored, key=lambda pair: -of(pair[1]))
    total = best = float(sum(not example.spans for example, _ in scored))
    threshold = float("inf")
    for example, found in ranked:
        total += f1(found.text, accepted(example)) if example.spans else -1.0
        if total > best:
            best, threshold = total, of(found)
    return threshold


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--files", nargs="*", default=list(FILES))
    parser.add_argument("--rows", type=int, default=500, help="a file; 0 for all")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--score", choices=sorted(SCORES), default="margin")
    parser.add_argument("--threshold", type=float, default=0.0)
    parser.add_argument("--errors", type=int, default=0, help="print so many wrong answers a file")
    parser.add_argument("--json", type=Path, help="write the measures here too")
    args = parser.parse_args()
    torch.set_num_threads(1)
    reader = load_reader(args.checkpoint)
    results: dict[str, dict[str, float]] = {}
    for name in args.files:
        began = time.monotonic()
        scored = read_all(reader, sample(args.data, name, args.rows, args.seed))
        results[name] = measures(scored, args.threshold, args.score)
        line = " ".join(f"{key} {value:.3f}" for key, value in results[name].items())
        best = best_threshold(scored, args.score)
        print(f"{name}: {line} best_threshold {best:.2f} ({time.monotonic() - began:.0f} s)")
        wrong = [p for p in scored if f1(_final(p[1], args), accepted(p[0])) < 0.5]
        for example, found in wrong[: args.errors]:
            _print_error(example, found)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def _final(found: Prediction, args: argparse.Namespace) -> str:
    return found.text if SCORES[args.score](found) >= args.threshold else ""


def _print_error(example: Example, found: Prediction) -> None:
    print(f"  Q {example.question}\n  gold {accepted(example)[:3]}")
    print(f"  got {found.text!r} margin {found.margin:.1f} answerable {found.answerable:.1f}")
    print(f"  {example.context[:600]!r}\n")


if __name__ == "__main__":
    main()
