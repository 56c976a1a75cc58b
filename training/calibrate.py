"""Fit the reader's two calibrations on the dev cases of the evaluation sets, into reader.json.

    python -m training.calibrate --weights qa/weights

Every dev case of evalsets/seeds.jsonl and evalsets/guardian.jsonl is asked as in the product. One
logistic regression then weighs a sentence's signals into its score, another the signals of the best
sentence into the confidence, where half of the questions of the other set count as unanswerable;
the threshold is the confidence under which a tenth of the answerable would be refused. What it
prints is cross-fitted: each half of the cases is judged by weights fitted on the other half (and
on the other set's questions, which are not judged). The test cases are never read here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from tqdm import tqdm

from qa import Footnote, Settings
from qa.evaluation.evalset import Case, read_jsonl
from qa.evaluation.matching import contains_any
from qa.followup import standalone
from qa.network import Logits
from qa.reader import CARD, Calibration, TrainedReader, probability, read_sentences
from qa.records import Passage
from qa.retriever import retrieve
from qa.routing import route
from qa.signals import CONFIDENCE, FIXED, SENTENCE, signals
from vectorstore.embedder import Embedder
from vectorstore.index import Snapshot

SETS = {"seeds": "seeds", "guardian": "evalsets/guardian"}
L2 = 0.3
"""Ridge on weights of standardised signals; some hundred cases fit a handful of weights."""
STRANGE = 2
"""One in so many questions is also asked of the other set's articles; with all of them the
confidence in answers to the own ones came out too low."""
FALSE_REFUSAL = 0.10
"""The stated risk: answerable questions that may be refused."""
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """One dev case with what was retrieved and what the networks say of it."""

    question: str
    accepted: tuple[str, ...]
    passages: tuple[Passage, ...]
    logits: tuple[Logits | None, ...]


def ask_all(reader: TrainedReader, embedder: Embedder) -> tuple[list[Asked], list[Asked]]:
    """The dev cases of all sets, up to the networks' logits, as qa/chain.py gets there.

    Of their own folders, and some of the other set's folder, which says nothing of what they ask;
    there without follow-ups.
    """
    own, strange = [], []
    dev = {
        name: [c for c in read_jsonl(Path(f"evalsets/{name}.jsonl")) if c.split == "dev"]
        for name in SETS
    }
    for name, folder in SETS.items():
        with Footnote(folder, Settings(model="baseline")) as footnote:
            snapshot = footnote.snapshot()
            for case in tqdm(dev[name], desc=f"{name}, its own questions"):
                own.append(ask(case, snapshot, reader, embedder))
            others = [c for other in SETS if other != name for c in dev[other] if not c.history]
            for case in tqdm(others[::STRANGE], desc=f"{name}, others' questions"):
                asked = ask(case, snapshot, reader, embedder)
                strange.append(replace(asked, accepted=()))
    return own, strange


def ask(case: Case, snapshot: Snapshot, reader: TrainedReader, embedder: Embedder) -> Asked:
    """One case, up to the networks' logits."""
    outlets = {a.outlet for a in snapshot.articles.values() if a.outlet}
    routing = route(standalone(case.question, case.history, outlets), snapshot.articles)
    found = retrieve(routing.question, snapshot, embedder, prefer=routing.article_ids)
    named = set(routing.article_ids)
    read = tuple(p for p in found if p.chunk.article_id in named) or found
    logits = reader.look(routing.question, read)
    return Asked(routing.question, tuple(case.answers), tuple(read), tuple(logits))


def fit_logistic(table: Sequence[Weights], right: Sequence[bool], names: Sequence[str]) -> Weights:
    """Ridge logistic regression on named signals: a weight for each name, "bias", and FIXED."""
    rows = np.array([[values[name] for name in names] for values in table])
    target = np.array(right, dtype=float)
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    full = np.hstack([(rows - middle) / spread, np.ones((len(rows), 1))])
    given = np.array([sum(FIXED[name] * v[name] for name in FIXED) for v in table])
    ridge = np.array([L2] * len(names) + [0.0])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = full @ weights + given
        value = np.logaddexp(0, z).sum() - z[target > 0].sum() + (ridge * weights**2).sum()
        return float(value), full.T @ (1 / (1 + np.exp(-z)) - target) + 2 * ridge * weights

    found = minimize(loss, np.zeros(full.shape[1]), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / spread
    bias = found[-1] - (weights * middle).sum()
    return {**dict(zip(names, weights.tolist(), strict=True)), "bias": float(bias), **FIXED}


def fit_sentences(cases: Sequence[Asked]) -> Weights:
    """Weights of "this sentence holds an accepted answer"."""
    table: list[Weights] = []
    right = []
    for case in cases:
        for passage, row in zip(case.passages, case.logits, strict=True):
            text = passage.chunk.text
            if row is None:
                continue
            for (start, end), _, values in read_sentences(case.question, passage, row):
                table.append(values)
                start, end = start - passage.chunk.start, end - passage.chunk.start
                right.append(contains_any(text[start:end], case.accepted))
    return fit_logistic(table, right, SENTENCE)


@dataclass(frozen=True, slots=True)
class Read:
    """The signals of one case's best sentence, and whether it holds an accepted answer."""

    values: Weights
    right: bool
    answerable: bool


def read_all(reader: TrainedReader, cases: Sequence[Asked], sentence: Weights) -> list[Read]:
    """Every case as the reader with these sentence weights reads it."""
    reader.calibration = Calibration(sentence, {"bias": 0.0}, 0.5)
    rows = []
    for case in cases:
        scored, _ = reader.score(case.question, case.passages, case.logits)
        if not scored:
            continue
        best = scored[0]
        candidates = [each.candidate for each in scored]
        values = signals(case.question, case.passages, candidates, best.values)
        chunk = next(p.chunk for p in case.passages if p.rank == best.candidate.passage)
        start, end = best.sentence
        right = contains_any(chunk.text[start - chunk.start : end - chunk.start], case.accepted)
        rows.append(Read(values, right, bool(case.accepted)))
    return rows


def fit_confidence(rows: Sequence[Read]) -> Weights:
    """Weights of "the best sentence holds an accepted answer"."""
    return fit_logistic([r.values for r in rows], [r.right for r in rows], CONFIDENCE)


def share_right(confidence: np.ndarray, rows: Sequence[Read], threshold: float) -> float:
    """Share of cases answered rightly, or refused where nothing answers."""
    right = np.array([r.right for r in rows])
    answerable = np.array([r.answerable for r in rows])
    given = confidence >= threshold
    return float(((given & right) | (~given & ~answerable)).mean())


def calibration_error(confidence: np.ndarray, right: np.ndarray, n_bins: int = 10) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017)."""
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    gaps = [
        (bins == b).mean() * abs(confidence[bins == b].mean() - right[bins == b].mean())
        for b in range(n_bins)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def report(rows: Sequence[Read], confidence: np.ndarray, threshold: float) -> Weights:
    """Figures of one set of confidences."""
    right = np.array([r.right for r in rows], dtype=float)
    answerable = np.array([r.answerable for r in rows])
    figures = {
        "n": float(len(rows)),
        "lead_right_when_answerable": float(right[answerable].mean()),
        "share_right": share_right(confidence, rows, threshold),
        "expected_calibration_error": calibration_error(confidence, right),
        "false_refusal": float((confidence[answerable] < threshold).mean()),
        "refusal": float((confidence[~answerable] < threshold).mean()),
    }
    for target in (0.05, 0.10):
        cut = np.quantile(confidence[answerable], target)
        figures[f"refusal_at_{target:.2f}_false_refusal"] = float(
            (confidence[~answerable] < cut).mean()
        )
    return {name: round(value, 4) for name, value in figures.items()}


def main() -> None:
    """Fit on all dev cases, report cross-fitted figures, and write reader.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("qa/weights"))
    args = parser.parse_args()
    card_path = args.weights / CARD
    card: dict[str, Any] = json.loads(card_path.read_text(encoding="utf-8"))
    embedder = Embedder()
    reader = TrainedReader(args.weights, Calibration({"bias": 0.0}, {"bias": 0.0}, 0.5))
    cases, strange = ask_all(reader, embedder)

    halves = cases[0::2], cases[1::2]
    rows: list[Read] = []
    parts = []
    for fit, judged in (halves, halves[::-1]):
        sentence = fit_sentences(fit)
        weights = fit_confidence(read_all(reader, [*fit, *strange], sentence))
        half = read_all(reader, judged, sentence)
        rows += half
        parts.append(np.array([probability(weights, r.values) for r in half]))
    confidence = np.concatenate(parts)
    answerable = np.array([r.answerable for r in rows])
    threshold = float(np.quantile(confidence[answerable], FALSE_REFUSAL))

    sentence = fit_sentences(cases)
    card["calibration"] = {
        "sentence": sentence,
        "confidence": fit_confidence(read_all(reader, [*cases, *strange], sentence)),
        "threshold": round(threshold, 3),
    }
    card["calibration_report"] = report(rows, confidence, threshold)
    card_path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({k: card[k] for k in ("calibration", "calibration_report")}, indent=2))


if __name__ == "__main__":
    main()
