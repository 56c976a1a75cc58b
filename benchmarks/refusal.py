"""Refusal at a given false refusal, from a run's JSON: `python -m benchmarks.refusal RUN.json`.

RUN.json is what `qa eval --json` wrote. For each model: the share of the unanswerable cases whose
confidence lies under that of 5% (10%) of the answerable ones. And the calibration error of the
answers given beside what a perfectly calibrated system would show on so few: the error is a sum of
distances, so chance alone makes it grow.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from qa.evaluation.confidence import Outcome, calibration_error, rows_of

N_DRAWS = 1_000


def refusal_at(answerable: list[float], unanswerable: list[float], share: float) -> float:
    """Share of the unanswerable under the `share` quantile of the answerable's confidences."""
    return float((np.array(unanswerable) < np.quantile(answerable, share)).mean())


def error_by_chance(confidence: list[float], n_draws: int = N_DRAWS) -> float:
    """Mean expected calibration error if each answer is right with just its confidence."""
    rng = np.random.default_rng(0)
    draws = rng.random((n_draws, len(confidence))) < np.array(confidence)
    return float(np.mean([_error(confidence, draw.tolist()) for draw in draws]))


def _error(confidence: list[float], right: list[bool]) -> float:
    pairs = zip(confidence, right, strict=True)
    return float(calibration_error(rows_of([Outcome(c, r) for c, r in pairs]))[0])


def main() -> None:
    """Print two lines a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--without", help="leave out cases whose id holds this")
    args = parser.parse_args()
    run = json.loads(args.run.read_text(encoding="utf-8"))
    for name, model in run["models"].items():
        cases = [c for c in model["cases"] if not args.without or args.without not in c["id"]]
        answerable = [c["confidence"] for c in cases if c["expected"]]
        unanswerable = [c["confidence"] for c in cases if not c["expected"]]
        if not answerable or not unanswerable:
            parser.error(f"{args.run.name}: {name} needs answerable and unanswerable cases")
        five, ten = (refusal_at(answerable, unanswerable, share) for share in (0.05, 0.10))
        refused = np.mean([bool(c["abstained"]) for c in cases if not c["expected"]])
        right = np.mean([bool(c["right"]) for c in cases if c["expected"]])
        print(
            f"{name}: {len(cases)} cases, answerable right {right:.3f}, unanswerable refused "
            f"{refused:.3f}; at 5% false refusal {five:.3f}, at 10% {ten:.3f}"
        )
        given = [c for c in cases if not c["abstained"]]
        confidence = [c["confidence"] for c in given]
        if given:
            print(
                f"{name}: calibration error of {len(given)} answers "
                f"{_error(confidence, [bool(c['right']) for c in given]):.3f}, of perfectly "
                f"calibrated ones by chance {error_by_chance(confidence):.3f}"
            )


if __name__ == "__main__":
    main()
