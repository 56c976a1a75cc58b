"""Are scores comparable between passages? `python -m training.ranking CHECKPOINT`.

Every question of the dev sets (training/sets.py) is asked of all passages of its three articles.
Of the answerable: how often the passage with the best score answers (success@1), and how often its
best span is right (F1 from .5). Of all: AUC of the best score, answerable against near miss.
"""

import argparse
import random
from pathlib import Path

import torch

from training.evaluate import SCORES
from training.metrics import f1, roc_auc
from training.predict import load_reader, predict
from training.sets import passages, read_sets

N_CHARS = 900
RIGHT_F1 = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--rows", type=int, default=0, help="questions; all if 0")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    reader = load_reader(args.checkpoint)
    questions = [asked for each in read_sets("dev") for asked in each]
    if args.rows:
        questions = random.Random(args.seed).sample(questions, min(args.rows, len(questions)))
    answerable = [asked.answerable for asked in questions]
    n = sum(answerable)
    if not 0 < n < len(questions):
        parser.error("these rows need answerable questions and near misses; give more --rows")
    cut = [[p for own in passages(asked, N_CHARS) for p in own] for asked in questions]
    rows = [
        {"question": asked.question, "context": passage.text}
        for asked, held in zip(questions, cut, strict=True)
        for passage in held
    ]
    found = iter(predict(reader, rows))
    read = [[next(found) for _ in held] for held in cut]
    print(f"{len(questions)} questions, {n} answerable, {len(rows)} passages")
    for name, of in SCORES.items():
        first = right = 0
        for asked, held, predictions in zip(questions, cut, read, strict=True):
            best = max(range(len(held)), key=lambda i: of(predictions[i]))
            pairs = zip(asked.articles, asked.spans, strict=True)
            accepted = [text[s:e] for text, spans in pairs for s, e in spans]
            first += bool(held[best].spans)
            right += asked.answerable and f1(predictions[best].text, accepted) >= RIGHT_F1
        auc = roc_auc([max(map(of, each)) for each in read], answerable)
        print(f"  {name:10} success@1 {first / n:.3f} right {right / n:.3f} AUC {auc:.3f}")


if __name__ == "__main__":
    main()
