"""Fit the reader's two calibrations on held-out questions and write them into reader.json.

    python -m training.calibrate --data ../shared/data --weights qa/weights

Questions of dev_squad, dev_nq_qed and dev_qamr_wikinews (no training text among them) are asked of
all passages of their file, retrieved as in the product. Each is asked twice: with its own passage
in reach, and with every passage that holds the gold string withheld, so that nothing answers.
Questions are split by a hash of their id: the even half fits, the odd half is reported.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from tqdm import tqdm

from qa.evaluation.matching import squad_normalise
from qa.network import Logits, Network
from qa.reader import MAX_SPAN_TOKENS, TrainedReader, probability
from qa.reading import Reading
from qa.records import Candidate, Passage
from qa.signals import sentence_signals, signals, terms
from training.sources import read_json_lines
from vectorstore.chunking import sentence_spans
from vectorstore.embedder import Embedder
from vectorstore.lexical import Lexical
from vectorstore.records import Chunk

SOURCES = ("squad", "nq_qed", "qamr_wikinews")
RRF_K, DEPTH, N_PASSAGES = 60, 60, 12


@dataclass(frozen=True, slots=True)
class Case:
    """One question with the passages retrieved for it; gold empty: nothing answers."""

    question: str
    gold: tuple[str, ...]
    passages: tuple[Passage, ...]
    fit: bool


def cases_of(path: Path, embedder: Embedder, n: int, rng: random.Random) -> list[Case]:
    """Sampled questions of one dev file over all its passages, with and without the gold ones."""
    rows = list(read_json_lines(path))
    contexts = sorted({row["context"] for row in rows})
    contexts = [c for c in contexts if embedder.count_tokens([c])[0] <= embedder.max_tokens]
    known = set(contexts)
    sentences = [tuple(sentence_spans(context)) for context in contexts]
    vectors = embedder.embed_chunks(contexts)
    normal = [f" {squad_normalise(context)} " for context in contexts]
    lexical = Lexical.build(contexts)
    cases = []
    for row in rng.sample(rows, min(n, len(rows))):
        gold = tuple(answer["text"] for answer in row["answers"])
        vector = embedder.embed_question(row["question"])
        cosines = vectors @ vector
        dense = [int(i) for i in np.argsort(-cosines)[: DEPTH * 2]]
        terms = dict(lexical.search(row["question"], DEPTH * 2))
        fit = int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 2 == 0
        held = {
            i
            for i in {*dense, *terms}
            if any(f" {squad_normalise(text)} " in normal[i] for text in gold)
        }
        if gold and row["context"] not in known:
            continue
        for withheld in (set(), held) if held else (set(),):
            fused: dict[int, float] = {}
            for leg in (dense, sorted(terms, key=lambda i: -terms[i])):
                left = [i for i in leg if i not in withheld][:DEPTH]
                for rank, i in enumerate(left, start=1):
                    fused[i] = fused.get(i, 0.0) + 1 / (RRF_K + rank)
            best = sorted(fused, key=lambda i: (-fused[i], i))[:N_PASSAGES]
            passages = tuple(
                Passage(
                    Chunk(f"{i}", 0, len(contexts[i]), contexts[i], sentences[i]),
                    rank,
                    float(cosines[i]),
                    terms.get(i),
                    fused[i],
                )
                for rank, i in enumerate(best, start=1)
            )
            cases.append(Case(row["question"], () if withheld else gold, passages, fit))
    return cases


def is_right(sentence: str, gold: Sequence[str]) -> bool:
    """Whether a sentence holds some gold answer: what `answer_in_lead` asks of a lead."""
    normal = f" {squad_normalise(sentence)} "
    return any(f" {squad_normalise(answer)} " in normal for answer in gold)


def sentence_of(candidate: Candidate, passages: Sequence[Passage]) -> str:
    """The sentence of its passage that a candidate stands in."""
    chunk = next(p.chunk for p in passages if p.rank == candidate.passage)
    start, end = next(s for s in chunk.sentences if s[0] <= candidate.start < s[1])
    return chunk.text[start - chunk.start : end - chunk.start]


def fit_logistic(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Weights and, last, the bias of an L2-regularised logistic regression."""
    full = np.hstack([rows, np.ones((len(rows), 1))])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = full @ weights
        value = np.logaddexp(0, z).sum() - z[right > 0].sum() + 1e-3 * (weights[:-1] ** 2).sum()
        slope = full.T @ (1 / (1 + np.exp(-z)) - right)
        slope[:-1] += 2e-3 * weights[:-1]
        return float(value), slope

    found = minimize(loss, np.zeros(full.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def calibration_error(confidence: np.ndarray, right: np.ndarray, n_bins: int = 10) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017)."""
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    gaps = [
        (bins == b).mean() * abs(confidence[bins == b].mean() - right[bins == b].mean())
        for b in range(n_bins)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def fit_sentences(pairs: Sequence[tuple[Case, list[Logits]]]) -> dict[str, float]:
    """Logistic regression of "this sentence holds the answer" on its signals."""
    table: list[dict[str, float]] = []
    right = []
    for case, logits in pairs:
        for passage, row in zip(case.passages, logits, strict=True):
            for span in passage.chunk.sentences:
                best = row.best(*span, MAX_SPAN_TOKENS)
                if best is not None:
                    text = passage.chunk.text[slice(*span)]
                    table.append(
                        sentence_signals(
                            terms(case.question), text, passage, best[2], row.answerable
                        )
                    )
                    right.append(is_right(text, case.gold))
    return named_weights(table, right)


def named_weights(table: Sequence[dict[str, float]], right: Sequence[bool]) -> dict[str, float]:
    """Fitted weights by signal name, and "bias"."""
    names = list(table[0])
    rows = np.array([[values[name] for name in names] for values in table])
    weights = fit_logistic(rows, np.array(right, dtype=float))
    return dict(zip([*names, "bias"], weights.tolist(), strict=True))


def main() -> None:
    """Fit, report on the other half, and write reader.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=Path("qa/weights"))
    parser.add_argument("-n", type=int, default=400, help="questions sampled from each file")
    parser.add_argument("--threshold", type=float, default=0.5)
    args = parser.parse_args()
    rng, embedder = random.Random(7), Embedder()
    cases = [
        case
        for source in SOURCES
        for case in cases_of(args.data / f"reader/dev_{source}.jsonl.gz", embedder, args.n, rng)
    ]
    card_path = args.weights / "reader.json"
    card: dict[str, Any] = json.loads(card_path.read_text(encoding="utf-8"))
    network = Network.load(args.weights)
    pairs = [
        (case, network.run(case.question, [p.chunk.text for p in case.passages]))
        for case in tqdm(cases, desc="reading")
    ]
    sentence = fit_sentences([pair for pair in pairs if pair[0].fit])

    # the confidence is fitted on readings made with the sentence weights just found
    card["calibration"] = {"sentence": sentence, "confidence": {"bias": 0.0}, "threshold": 0.5}
    card_path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    reader = TrainedReader(args.weights)
    table: list[tuple[dict[str, float], bool, bool, bool]] = []
    for case, logits in pairs:
        reading: Reading = reader.interpret(case.question, case.passages, logits)
        if reading.candidates:
            right = is_right(sentence_of(reading.candidates[0], case.passages), case.gold)
            values = signals(case.question, case.passages, reading)
            table.append((values, right, bool(case.gold), case.fit))
    weights = named_weights(
        [values for values, *_, fit in table if fit], [r for _, r, _, fit in table if fit]
    )
    right = np.array([r for _, r, *_ in table], dtype=float)
    gold = np.array([g for *_, g, _ in table])
    fit = np.array([f for *_, f in table])
    confidence = np.array([probability(weights, values) for values, *_ in table])
    card["calibration"] = {
        "sentence": sentence,
        "confidence": weights,
        "threshold": args.threshold,
    }
    report = {
        "n_fit": int(fit.sum()),
        "n_reported": int((~fit).sum()),
        "expected_calibration_error": calibration_error(confidence[~fit], right[~fit]),
        "right_when_answerable": float(right[~fit & gold].mean()),
        "false_refusal": float((confidence[~fit & gold] < args.threshold).mean()),
        "refusal": float((confidence[~fit & ~gold] < args.threshold).mean()),
    }
    for target in (0.05, 0.10):
        cut = np.quantile(confidence[~fit & gold], target)
        report[f"refusal_at_{target:.2f}_false_refusal"] = float(
            (confidence[~fit & ~gold] < cut).mean()
        )
        report[f"cut_at_{target:.2f}"] = float(cut)
    card["calibration_report"] = report
    card_path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({"calibration": card["calibration"], "report": report}, indent=2))


if __name__ == "__main__":
    main()
