"""The measures of one answer, each against a value worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.evaluation import metrics
from qa.records import Statement
from tests.evaluation import hand
from tests.evaluation.hand import KILLED, POWER, REOPENED, SHIPS, abstain, answer, gold_of


def test_the_lead_is_the_first_statement_unless_a_chat_model_wrote() -> None:
    late = replace(
        answer("There was a storm."),
        statements=(Statement("There was a storm.", ()), Statement(KILLED, ())),
    )
    assert not metrics.answer_in_lead(hand.KILLED_CASE, late)
    assert metrics.answer_in_lead(hand.KILLED_CASE, replace(late, model="openai:gpt-4o-mini"))
    assert metrics.answer_in_lead(hand.KILLED_CASE, answer(KILLED))
    assert not metrics.answer_in_lead(hand.KILLED_CASE, abstain())


@pytest.mark.parametrize(
    ("text", "short", "right"),
    [
        (REOPENED, "", True),  # an accepted string in the lead
        ("The ships left.", "Yes", True),  # "Yes," is accepted, and short is a bare "Yes"
        ("Yes, since Monday.", "", True),
        ("The mayor said yes to a bridge.", "", False),  # yes, but not as the answer
        ("Yes men rule the port.", "", False),
        ("The ships left.", "it reopened", True),  # short counts for this kind
        ("No, it is closed.", "No", False),
        ("There is no port. Yes.", "", False),
    ],
)
def test_yes_and_no_count_only_as_the_beginning(text: str, short: str, right: bool) -> None:
    assert metrics.answer_in_lead(hand.OPEN, answer(text, short=short)) is right


def test_short_counts_for_yes_no_questions_alone() -> None:
    assert not metrics.answer_in_lead(hand.HOW_MANY, answer("Many waited.", short="4,200"))


def test_an_answered_case_by_hand() -> None:
    given = answer(
        SHIPS,
        ("port.txt", SHIPS),  # gold
        ("port.txt", "said 4,200 ships"),  # inside the gold quote: overlaps
        ("port.txt", REOPENED),  # right file, beside the quote
        ("storm.txt", POWER),  # wrong file
        short="some 4,200 ships",
    )
    values = metrics.answer_values(hand.HOW_MANY, gold_of(hand.HOW_MANY)["ships"], given)
    # short "some 4200 ships" against "4200": precision 1/3, recall 1, F1 = 2*(1/3)/(4/3) = 1/2
    assert values == {
        "right": (1.0, 1),
        "answer_in_lead": (1.0, 1),
        "em": (0.0, 1),
        "f1": (0.5, 1),
        "false_refusal": (0.0, 1),
        "citation_precision": (2.0, 4.0),
        "citation_recall": (1.0, 1),
        "lead_in_evidence": (1.0, 1),
    }


def test_an_abstained_answerable_case_by_hand() -> None:
    values = metrics.answer_values(hand.HOW_MANY, gold_of(hand.HOW_MANY)["ships"], abstain())
    # nothing was cited, so citation precision and recall do not apply
    assert values == {
        "right": (0.0, 1),
        "answer_in_lead": (0.0, 1),
        "em": (0.0, 1),
        "f1": (0.0, 1),
        "false_refusal": (1.0, 1),
        "lead_in_evidence": (0.0, 1),
    }


def test_an_unanswerable_case_is_judged_by_refusal_alone() -> None:
    gold = gold_of(hand.COST)["cost"]
    refused = {"right": (1.0, 1), "refusal": (1.0, 1)}
    answered = {"right": (0.0, 1), "refusal": (0.0, 1)}
    assert metrics.answer_values(hand.COST, gold, abstain()) == refused
    assert metrics.answer_values(hand.COST, gold, answer(KILLED)) == answered


def test_without_quotes_a_citation_in_a_gold_file_is_right() -> None:
    case = replace(hand.HOW_MANY, evidence=())
    given = answer(SHIPS, ("port.txt", REOPENED), ("storm.txt", POWER))
    values = metrics.citation_values(gold_of(case)["ships"], given)
    assert values["citation_precision"] == (1.0, 2.0)
    assert values["citation_recall"] == (1.0, 1)


def test_a_case_without_any_gold_has_no_citation_measures() -> None:
    case = replace(hand.HOW_MANY, evidence=(), files=())
    values = metrics.answer_values(case, gold_of(case)["ships"], answer(SHIPS))
    assert "citation_recall" not in values


def test_the_leads_first_citation_is_the_one_that_counts() -> None:
    gold = gold_of(hand.HOW_MANY)["ships"]
    given = answer(SHIPS, ("storm.txt", POWER), ("port.txt", SHIPS))
    assert metrics.citation_values(gold, given)["lead_in_evidence"] == (0.0, 1)
    other_first = replace(given, statements=(Statement(SHIPS, (2, 1)),))
    assert metrics.citation_values(gold, other_first)["lead_in_evidence"] == (1.0, 1)


def test_verified_counts_citations_that_pass() -> None:
    assert metrics.verified_value(["ok", "file changed", "ok"]) == (2.0, 3.0)
    assert metrics.verified_value([]) == (0.0, 0.0)


def test_the_same_answer_may_take_another_time_but_not_cite_another_place() -> None:
    one = answer(SHIPS, ("port.txt", SHIPS))
    assert metrics.same_answer(one, replace(one, timings={"read": 1.0}))
    assert not metrics.same_answer(one, replace(one, confidence=0.5))
    assert not metrics.same_answer(one, answer(SHIPS, ("port.txt", "4,200")))


def test_retrieval_only_cases_have_no_answer_measures() -> None:
    case = replace(hand.HOW_MANY, answers=(), judged=False)
    values = metrics.answer_values(case, gold_of(case)["ships"], answer(SHIPS, ("port.txt", SHIPS)))
    assert set(values) == {
        "false_refusal",
        "citation_precision",
        "citation_recall",
        "lead_in_evidence",
    }


def test_the_same_answer_of_files_with_other_names() -> None:
    one = hand.answer(hand.SHIPS, ("port.txt", hand.SHIPS))
    renamed = replace(one, citations=(replace(one.citations[0], file="000002-port.txt"),))
    assert metrics.same_but_for_names(one, replace(renamed, confidence=0.2))
    assert not metrics.same_but_for_names(one, replace(renamed, short="4,200"))
    moved = replace(one.citations[0], start=0)
    assert not metrics.same_but_for_names(one, replace(one, citations=(moved,)))
    other_file = replace(one.citations[0], sha256="0")
    assert not metrics.same_but_for_names(one, replace(one, citations=(other_file,)))
    assert not metrics.same_but_for_names(one, hand.abstain())
