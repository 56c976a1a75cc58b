"""Each faulty case has one stage: the first that failed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.evaluation import Case, Evidence
from qa.evaluation.attribution import STAGES, stage_of
from qa.evaluation.gold import Corpus
from qa.records import Answer
from tests.evaluation import hand
from tests.evaluation.hand import KILLED, POWER, REOPENED, SHIPS, abstain, answer

PORT, STORM = ("port.txt", f"{REOPENED} {SHIPS}"), ("storm.txt", f"{KILLED} {POWER}")
RIGHT = ("port.txt", SHIPS)
SHARE = Case("share", "What?", ("this article",), evidence=(Evidence("port.txt", "Share this"),))
NO_QUOTES = replace(hand.HOW_MANY, evidence=())


@pytest.mark.parametrize(
    ("case", "given", "stage"),
    [
        (hand.HOW_MANY, answer(SHIPS, RIGHT, passages=[PORT]), None),
        (hand.HOW_MANY, answer(SHIPS, RIGHT), None),
        (hand.COST, abstain([PORT]), None),
        (hand.HOW_MANY, None, "failed with an error"),
        (hand.COST, answer(KILLED, STORM), "answered though unanswerable"),
        (SHARE, answer(POWER, STORM, passages=[STORM]), "not indexed"),
        (SHARE, abstain([STORM]), "not indexed"),
        (hand.HOW_MANY, answer(POWER, STORM, passages=[STORM]), "not retrieved"),
        (hand.HOW_MANY, abstain([STORM]), "not retrieved"),
        (NO_QUOTES, answer(POWER, STORM, passages=[STORM]), "not retrieved"),
        (
            hand.HOW_MANY,
            answer(REOPENED, passages=[PORT], candidates=[("port.txt", "on Monday")]),
            "retrieved but not read",
        ),
        (
            hand.HOW_MANY,
            abstain([PORT], candidates=[("port.txt", "on Monday")]),
            "retrieved but not read",
        ),
        (hand.HOW_MANY, answer(REOPENED, passages=[PORT]), "retrieved but not read"),
        (
            hand.HOW_MANY,
            answer(REOPENED, passages=[PORT], candidates=[("port.txt", "4,200 ships")]),
            "read but not composed",
        ),
        (
            hand.KILLED_CASE,  # "three" is part of an accepted answer, inside the evidence
            answer(POWER, passages=[STORM], candidates=[("storm.txt", "three")]),
            "read but not composed",
        ),
        (
            hand.HOW_MANY,
            abstain([PORT], candidates=[("port.txt", "4,200")]),
            "abstained though answerable",
        ),
        (hand.HOW_MANY, abstain([PORT]), "abstained though answerable"),
        (hand.HOW_MANY, answer(SHIPS, STORM, passages=[PORT]), "cited wrongly"),
        (hand.HOW_MANY, answer(SHIPS, passages=[PORT]), "cited wrongly"),
    ],
)
def test_a_fault_is_put_down_to_the_first_stage_that_failed(
    case: Case, given: Answer | None, stage: str | None
) -> None:
    bodies = {"port.txt": [(0, hand.PORT.index("Share"))], "storm.txt": [(0, len(hand.STORM))]}
    gold = hand.gold_of(case)[case.case_id]
    assert stage_of(case, gold, given, Corpus(hand.TEXTS, bodies)) == stage
    assert stage is None or stage in STAGES


def test_a_case_that_judges_retrieval_alone_has_no_stage() -> None:
    case = replace(hand.HOW_MANY, answers=(), judged=False)
    gold = hand.gold_of(case)["ships"]
    assert stage_of(case, gold, answer(POWER), Corpus(hand.TEXTS)) is None
