"""How well passages and files were found. The one door to ir_measures.

A passage is relevant when it overlaps a gold evidence quote (or, where a case gives none, lies in
a gold file). The relevant ones are pooled: those among the answer's passages, plus one missing
document for each quote that no passage reaches; so recall@k needs no list of all chunks, and
recall over everything retrieved is short of 1 exactly when a quote was not reached. Files: ranked
by their first passage; relevant are the gold files.

recall@k is a share of the relevant; "was any found" is success@k.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qa.evaluation.evalset import Case
from qa.evaluation.gold import Gold
from qa.evaluation.metrics import Measure, Value
from qa.records import Answer, Passage

NAMES = {
    "success@1": "Success@1",
    "success@5": "Success@5",
    "success@10": "Success@10",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "mrr@10": "RR@10",
    "ndcg@10": "nDCG@10",
}
"""Our names and those of ir_measures."""

_MEANINGS = {
    "success": "any relevant one among the first k",
    "recall": "share of the relevant among the first k",
    "mrr": "1 / rank of the first relevant one",
    "ndcg": "relevant ones found early",
}

MEASURES: tuple[Measure, ...] = tuple(
    Measure(f"{unit}_{name}", f"{unit}s: {_MEANINGS[name.split('@')[0]]}")
    for unit in ("passage", "file")
    for name in NAMES
)

Ranking = tuple[tuple[str, ...], frozenset[str]]
"""Document ids, best first, and the ids that are relevant."""


def passage_ranking(gold: Gold, passages: Iterable[Passage]) -> Ranking:
    """Chunk ids by rank, and those that are relevant."""
    ordered: list[str] = []
    relevant: set[str] = set()
    reached: set[int] = set()
    for passage in sorted(passages, key=lambda one: one.rank):
        chunk = passage.chunk
        if chunk.chunk_id in ordered:
            continue
        ordered.append(chunk.chunk_id)
        if gold.supports(chunk.article_id, chunk.start, chunk.end):
            relevant.add(chunk.chunk_id)
            reached |= gold.reached(chunk.article_id, chunk.start, chunk.end)
    if gold.items:
        missing = {f"missing-{item}" for item in range(len(gold.items)) if item not in reached}
    else:
        found = {chunk_id.rsplit("#", 1)[0] for chunk_id in relevant}
        missing = {f"missing-{file}" for file in gold.files - found}
    return tuple(ordered), frozenset(relevant | missing)


def file_ranking(gold: Gold, passages: Iterable[Passage]) -> Ranking:
    """Article ids by their first passage, and the gold files."""
    ordered = dict.fromkeys(
        passage.chunk.article_id for passage in sorted(passages, key=lambda one: one.rank)
    )
    return tuple(ordered), gold.files


def retrieval_values(
    rows: Iterable[tuple[Case, Gold, Answer]],
) -> dict[str, dict[str, Value]]:
    """case_id -> measure -> value, for answerable cases with gold.

    Empty when no answer brings passages: that system does not show what it retrieved. When some
    do, an answer without any scores 0.
    """
    known = [
        (case, gold, answer.passages)
        for case, gold, answer in rows
        if case.answerable and (gold.files or gold.items)
    ]
    if not any(passages for _, _, passages in known):
        return {}
    values: dict[str, dict[str, Value]] = {case.case_id: {} for case, _, _ in known}
    for unit, ranking in (("passage", passage_ranking), ("file", file_ranking)):
        scored = score({case.case_id: ranking(gold, found) for case, gold, found in known})
        for case_id, found in scored.items():
            values[case_id] |= {f"{unit}_{name}": (value, 1.0) for name, value in found.items()}
    return values


def score(rankings: Mapping[str, Ranking]) -> dict[str, dict[str, float]]:
    """Query id -> measure -> value, by ir_measures; a query with an empty run scores 0."""
    import ir_measures

    measures = {ir_measures.parse_measure(theirs): ours for ours, theirs in NAMES.items()}
    qrels = [
        ir_measures.Qrel(query, document, 1)
        for query, (_, relevant) in rankings.items()
        for document in sorted(relevant)
    ]
    run = [
        ir_measures.ScoredDoc(query, document, float(-place))
        for query, (ordered, _) in rankings.items()
        for place, document in enumerate(ordered)
    ]
    found: dict[str, dict[str, float]] = {query: {} for query in rankings}
    for metric in ir_measures.iter_calc(list(measures), qrels, run):
        found[metric.query_id][measures[metric.measure]] = float(metric.value)
    return found
