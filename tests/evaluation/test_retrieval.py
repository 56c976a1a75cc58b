"""Retrieval measures: by hand, and ir_measures against plain formulas on 200 random rankings."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from qa.evaluation import Case, Evidence
from qa.evaluation.retrieval import (
    MEASURES,
    file_ranking,
    passage_ranking,
    retrieval_values,
    score,
)
from tests.evaluation import hand
from tests.evaluation.hand import KILLED, POWER, REOPENED, SHIPS, THANKED, abstain, answer

MAYOR = Case(
    "mayor",
    "What did the mayor do?",
    ("thanked the crews", "4,200"),
    "list",
    ("port.txt", "storm.txt"),
    (Evidence("port.txt", SHIPS), Evidence("storm.txt", THANKED)),
)


def test_relevant_passages_are_those_over_a_quote_and_a_missing_one_for_each_unreached() -> None:
    gold = hand.gold_of(MAYOR)["mayor"]
    given = answer(
        "x", passages=[("storm.txt", KILLED), ("port.txt", SHIPS), ("port.txt", REOPENED)]
    )
    ordered, relevant = passage_ranking(gold, given.passages)
    ids = [passage.chunk.chunk_id for passage in given.passages]
    assert ordered == tuple(ids)
    assert relevant == {ids[1], "missing-1"}  # the quote from storm.txt was not reached
    files, gold_files = file_ranking(gold, given.passages)
    assert files == ("storm.txt", "port.txt")
    assert gold_files == {"port.txt", "storm.txt"}


def test_a_ranking_by_hand() -> None:
    given = answer(
        "x", passages=[("storm.txt", KILLED), ("port.txt", SHIPS), ("port.txt", REOPENED)]
    )
    values = retrieval_values([(MAYOR, hand.gold_of(MAYOR)["mayor"], given)])["mayor"]
    found = {name: value for name, (value, _) in values.items()}
    # passages: relevant at rank 2, and one of two relevant never retrieved
    assert found["passage_success@1"] == 0
    assert found["passage_success@5"] == 1
    assert found["passage_recall@5"] == 0.5
    assert found["passage_mrr@10"] == 0.5
    # DCG = 1/log2(3); ideal = 1/log2(2) + 1/log2(3)
    ideal = 1 + 1 / math.log2(3)
    assert found["passage_ndcg@10"] == pytest.approx((1 / math.log2(3)) / ideal)
    # files: storm.txt then port.txt, both relevant
    assert found["file_success@1"] == 1
    assert found["file_recall@5"] == 1
    assert found["file_ndcg@10"] == pytest.approx(1)


def test_ranks_count_not_the_order_in_the_tuple() -> None:
    given = answer("x", passages=[("storm.txt", POWER), ("port.txt", SHIPS)])
    turned = replace(given, passages=tuple(reversed(given.passages)))
    gold = hand.gold_of(MAYOR)["mayor"]
    assert passage_ranking(gold, turned.passages) == passage_ranking(gold, given.passages)


def test_an_answer_without_passages_scores_0_when_others_have_some() -> None:
    gold = hand.gold_of(hand.HOW_MANY, hand.KILLED_CASE)
    rows = [
        (hand.HOW_MANY, gold["ships"], answer(SHIPS, passages=[("port.txt", SHIPS)])),
        (hand.KILLED_CASE, gold["killed"], abstain()),
    ]
    values = retrieval_values(rows)
    assert set(values["killed"]) == {measure.name for measure in MEASURES}
    assert {value for value, _ in values["killed"].values()} == {0.0}
    assert values["ships"]["passage_mrr@10"] == (1.0, 1.0)


def test_a_system_that_shows_no_passages_has_no_retrieval_measures() -> None:
    gold = hand.gold_of(hand.HOW_MANY)
    assert retrieval_values([(hand.HOW_MANY, gold["ships"], answer(SHIPS))]) == {}


def test_unanswerable_cases_are_not_counted() -> None:
    gold = hand.gold_of(hand.COST)
    assert retrieval_values([(hand.COST, gold["cost"], abstain([("port.txt", SHIPS)]))]) == {}


def test_without_quotes_relevance_is_by_file() -> None:
    case = replace(MAYOR, evidence=())
    gold = hand.gold_of(case)["mayor"]
    given = answer("x", passages=[("port.txt", REOPENED), ("port.txt", SHIPS)])
    _, relevant = passage_ranking(gold, given.passages)
    ids = {passage.chunk.chunk_id for passage in given.passages}
    assert relevant == ids | {"missing-storm.txt"}


def test_ir_measures_agrees_with_plain_formulas_on_200_random_rankings() -> None:
    rng = random.Random(3)
    documents = [f"d{i}" for i in range(30)]
    rankings = {}
    for number in range(200):
        ordered = tuple(rng.sample(documents, rng.randint(0, 15)))
        rankings[f"q{number}"] = (ordered, frozenset(rng.sample(documents, rng.randint(1, 6))))
    found = score(rankings)
    for query, (ordered, relevant) in rankings.items():
        hits = [document in relevant for document in ordered]
        first = next((i for i, hit in enumerate(hits[:10], start=1) if hit), None)
        gain = sum(hit / math.log2(i + 1) for i, hit in enumerate(hits[:10], start=1))
        ideal = sum(1 / math.log2(i + 1) for i in range(1, min(len(relevant), 10) + 1))
        assert found[query] == pytest.approx(
            {
                "success@1": float(any(hits[:1])),
                "success@5": float(any(hits[:5])),
                "success@10": float(any(hits[:10])),
                "recall@5": sum(hits[:5]) / len(relevant),
                "recall@10": sum(hits[:10]) / len(relevant),
                "mrr@10": 1 / first if first else 0,
                "ndcg@10": gain / ideal,
            }
        ), query
