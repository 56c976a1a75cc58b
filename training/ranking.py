"""Are scores comparable between passages? `python -m training.ranking CHECKPOINT --data ...`.

Each sampled answerable question of a dev file is asked of its own passage and of the 9 other
passages of that file with the highest BM25 that hold no gold string. Reports how often its own
passage comes first (success@1) and first with the right span, by each score and by BM25.
"""

import argparse
import random
from pathlib import Path

import torch

from training.evaluate import N_CHARS, SCORES, accepted
from training.metrics import f1
from training.negatives import Neighbours
from training.predict import load_reader, predict
from training.sources import Example, chunks, holds_any, read_examples, window

N_PASSAGES = 10
RIGHT_F1 = 0.5


def candidates(
    path: Path, n_rows: int, seed: int
) -> tuple[list[Example], list[list[str]], list[bool]]:
    """Questions, their passages (own passage first), and whether BM25 puts their own first."""
    examples = read_examples(path)
    contexts = dict.fromkeys(example.context for example in examples)
    pieces = list(dict.fromkeys(p for c in contexts for p in chunks(c[:12_000], N_CHARS)))
    rng = random.Random(seed)
    pool = [example for example in examples if example.spans]
    chosen = [window(e, N_CHARS, rng) for e in rng.sample(pool, min(n_rows, len(pool)))]
    chosen = [example for example in chosen if example.spans]
    near = Neighbours(pieces + [example.context for example in chosen])
    found = near.search([example.question for example in chosen], 60)
    passages, bm25_first = [], []
    for i, example in enumerate(chosen):
        ranked = [near.texts[j] for j in found[i]]
        others = [t for t in ranked if not holds_any(t, example.gold)]
        own = len(pieces) + i
        better = [j for j in found[i] if near.texts[j] in others]
        place = found[i].index(own) if own in found[i] else len(found[i])
        bm25_first.append(all(found[i].index(j) > place for j in better))
        distinct = list(dict.fromkeys(others))[: N_PASSAGES - 1]
        passages.append([example.context, *distinct])
    return chosen, passages, bm25_first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--files", nargs="*", default=["squad", "nq_qed", "qamr_wikinews"])
    parser.add_argument("--rows", type=int, default=150, help="questions a file")
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    torch.set_num_threads(1)
    reader = load_reader(args.checkpoint)
    for name in args.files:
        path = args.data / "reader" / f"dev_{name}.jsonl.gz"
        examples, passages, bm25_first = candidates(path, args.rows, args.seed)
        rows = [
            {"question": example.question, "context": text}
            for example, texts in zip(examples, passages, strict=True)
            for text in texts
        ]
        found = iter(predict(reader, rows))
        groups = [[next(found) for _ in texts] for texts in passages]
        print(f"{name}: {len(examples)} questions, {len(rows)} passages")
        print(f"  bm25       success@1 {sum(bm25_first) / len(examples):.3f}")
        for score, of in SCORES.items():
            scores = [[of(prediction) for prediction in group] for group in groups]
            first = [row.index(max(row)) for row in scores]
            own = [i == 0 for i in first]
            right = [
                i == 0 and f1(g[0].text, accepted(e)) >= RIGHT_F1
                for i, g, e in zip(first, groups, examples, strict=True)
            ]
            n = len(examples)
            print(f"  {score:10} success@1 {sum(own) / n:.3f} right {sum(right) / n:.3f}")


if __name__ == "__main__":
    main()
