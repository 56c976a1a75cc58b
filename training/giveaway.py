"""What the written questions give away by their wording: `python -m training.giveaway`.

For each source, of all its questions: the share of a question's words that stand in its passage
(of a set: in its three articles), answerable ones and near misses apart. Of the dev part: the AUC
with which a naive Bayes classifier (words, add-one; fitted on the train part) tells answerable
questions without their passage.
"""

import argparse
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from training.metrics import roc_auc
from training.negatives import content_words
from training.sets import read_sets
from training.sources import Example, words
from training.written import read_written


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """The log odds that a question with this word is answerable."""
    counts: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for example in examples:
        counts[bool(example.spans)].update(set(words(example.question).split()))
    vocabulary = counts[0] | counts[1]
    near, answerable = (sum(count.values()) + len(vocabulary) for count in counts)
    return {
        word: math.log((counts[1][word] + 1) / answerable * near / (counts[0][word] + 1))
        for word in vocabulary
    }


def overlap(example: Example) -> float:
    """The share of the question's content words that stand in the passage."""
    asked = set(content_words(example.question))
    return len(asked & set(content_words(example.context))) / max(1, len(asked))


def of_sets(split: str) -> list[Example]:
    """The questions over sets, each on its articles as one text; spans tell only if any."""
    return [
        Example(a.name, "written_sets", a.question, " ".join(a.articles), ((0, 1),) * a.answerable)
        for questions in read_sets(split)
        for a in questions
    ]


def main() -> None:
    """Print one line a source, and one for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    args = parser.parse_args()
    train, dev = (read_written(args.data, split) + of_sets(split) for split in ("train", "dev"))
    odds = fit(train)
    for source in (*sorted({example.source for example in train}), "written"):
        shares = [
            [
                overlap(e)
                for e in (*train, *dev)
                if e.source.startswith(source) and bool(e.spans) is a
            ]
            for a in (True, False)
        ]
        judged = [e for e in dev if e.source.startswith(source)]
        scores = [sum(odds.get(w, 0.0) for w in set(words(e.question).split())) for e in judged]
        answerable, near = (sum(share) / len(share) for share in shares)
        auc = roc_auc(scores, [bool(e.spans) for e in judged])
        print(
            f"{source}: overlap {answerable:.2f}, near misses {near:.2f}; question alone {auc:.2f}"
        )


if __name__ == "__main__":
    main()
