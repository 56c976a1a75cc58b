"""SQuAD's exact match and F1, and the area under the ROC curve."""

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """SQuAD's: lower case, no punctuation, no articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """1.0 if the answer equals an accepted string after normalisation; none accepted means ""."""
    return float(any(normalise(answer) == normalise(gold) for gold in accepted or ("",)))


def f1(answer: str, accepted: Sequence[str]) -> float:
    """Best token F1 over the accepted strings; none accepted means ""."""
    return max(_f1(answer, gold) for gold in accepted or ("",))


def _f1(answer: str, gold: str) -> float:
    ours, theirs = normalise(answer).split(), normalise(gold).split()
    if not ours or not theirs:
        return float(ours == theirs)
    n_common = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * n_common / (len(ours) + len(theirs))


def roc_auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Probability that a positive scores above a negative, ties counted half; nan if one is none.

    By ranks (Mann and Whitney 1947).
    """
    n_positive = sum(labels)
    n_negative = len(labels) - n_positive
    if not n_positive or not n_negative:
        return float("nan")
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    rank_sum = 0.0
    low = 0
    while low < len(order):
        high = low
        while high < len(order) and scores[order[high]] == scores[order[low]]:
            high += 1
        mean_rank = (low + 1 + high) / 2
        rank_sum += mean_rank * sum(labels[order[i]] for i in range(low, high))
        low = high
    return (rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)
