"""Does the confidence mean anything: risk-coverage and calibration, over (confidence, right) rows.

Knows numbers only. References: risk-coverage, El-Yaniv and Wiener 2010 (JMLR 11); expected
calibration error, Guo et al. 2017, https://arxiv.org/abs/1706.04599, 10 bins of equal width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

N_BINS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: confidence in [0, 1] of the answer given, None when it abstained.

    right: the answer was right, or the case was rightly refused.
    """

    confidence: float | None
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: mean confidence, share right, and how many."""

    confidence: float
    right: float
    n: int


def ranked(outcomes: Sequence[Outcome]) -> tuple[np.ndarray, np.ndarray]:
    """Rows that bear risk as (confidence, error), unordered.

    Answers given bear it. So does an answerable case that was refused: it comes after all
    answers (confidence -1) and counts as an error, or refusing everything would look safe. A
    case rightly refused bears none and is left out. So 0 is perfect, and refusing all gives 1.
    """
    rows = [
        (-1.0 if one.confidence is None else one.confidence, float(not one.right))
        for one in outcomes
        if one.confidence is not None or not one.right
    ]
    table = np.array(rows, dtype=float).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def risk_curve(confidence: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(coverage, risk) after each row, most confident first; both of shape (n,).

    Rows of equal confidence have no order, so each counts as the mean error of its group: the
    risk is then the expected one over all orders of the ties.
    """
    n = len(confidence)
    order = np.argsort(-confidence, kind="stable")
    levels, group = np.unique(-confidence[order], return_inverse=True)
    sizes = np.bincount(group, minlength=len(levels))
    mean_error = np.bincount(group, weights=error[order], minlength=len(levels)) / sizes
    risk = np.cumsum(mean_error[group]) / np.arange(1, n + 1)
    return np.arange(1, n + 1) / n, risk


def risk_coverage_area(confidence: np.ndarray, error: np.ndarray) -> float:
    """Mean risk over all coverages, in [0, 1]; nan for no rows.

    Confidences .9 .8 .7 with errors 0 1 0: risks 0/1, 1/2, 1/3; area (0 + 1/2 + 1/3) / 3 = .278.
    """
    if len(confidence) == 0:
        return float("nan")
    return float(risk_curve(confidence, error)[1].mean())


def calibration_bins(confidence: np.ndarray, error: np.ndarray) -> list[Bin]:
    """Answers given (confidence >= 0) in 10 bins of equal width; empty bins are left out."""
    given = confidence >= 0
    confidence, right = confidence[given], 1 - error[given]
    place = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    return [
        Bin(float(confidence[here].mean()), float(right[here].mean()), int(here.sum()))
        for here in (place == number for number in range(N_BINS))
        if here.any()
    ]


def calibration_error(confidence: np.ndarray, error: np.ndarray) -> float:
    """Expected calibration error over the answers given, in [0, 1]; nan when none was given.

    Two answers at .8, one right, and two at .6, both right: (2/4)|.5 - .8| + (2/4)|1 - .6| = .35.
    """
    bins = calibration_bins(confidence, error)
    n = sum(one.n for one in bins)
    if n == 0:
        return float("nan")
    return sum(one.n / n * abs(one.right - one.confidence) for one in bins)
