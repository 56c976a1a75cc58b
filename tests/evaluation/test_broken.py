"""Deliberately broken answerers: each fault is seen by the measure that is there to see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qa.evaluation import Report, evaluate
from qa.records import Answer, Statement
from tests.evaluation import hand

Break = Callable[[Answer], Answer]


def wrong_file(given: Answer) -> Answer:
    """The right sentence, said to be from the other article."""
    other = {"port.txt": "storm.txt", "storm.txt": "port.txt"}
    moved = tuple(replace(one, file=other[one.file]) for one in given.citations)
    return replace(given, citations=moved)


def altered_number(given: Answer) -> Answer:
    """4,200 ships become 14,200; the citation stays."""
    statements = tuple(
        Statement(one.text.replace("4,200", "14,200"), one.citations) for one in given.statements
    )
    return replace(given, statements=statements, short=given.short.replace("4,200", "14,200"))


def altered_quote(given: Answer) -> Answer:
    """The quote itself is touched."""
    citations = tuple(replace(one, quote=one.quote + "!") for one in given.citations)
    return replace(given, citations=citations)


def always_answers(given: Answer) -> Answer:
    """A refusal becomes the first passage."""
    if not given.abstained:
        return given
    return hand.answer(hand.KILLED, ("storm.txt", hand.KILLED), passages=hand.PASSAGES)


def never_answers(given: Answer) -> Answer:
    """Refuses all."""
    return hand.abstain(hand.PASSAGES)


def shifted_citation(given: Answer) -> Answer:
    """Cites the title of the right article instead of the sentence."""
    citations = tuple(
        replace(one, start=0, end=12, quote=hand.TEXTS[one.file][:12]) for one in given.citations
    )
    return replace(given, citations=citations)


def sure_of_everything(given: Answer) -> Answer:
    """Wrong answers with certainty."""
    return replace(always_answers(given), confidence=1.0)


def finds_nothing(given: Answer) -> Answer:
    """No passages come back from the index."""
    return replace(hand.abstain(), passages=())


def retrieves_last(given: Answer) -> Answer:
    """The ranking is upside down."""
    ranked = [replace(one, rank=99 - one.rank) for one in given.passages]
    return replace(given, passages=tuple(sorted(ranked, key=lambda one: one.rank)))


def run(broken: Break, folder: Path) -> Report:
    for name, text in hand.TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return evaluate(lambda question: broken(hand.perfect(question)), hand.EVALSET, articles=folder)


@pytest.mark.parametrize(
    ("broken", "measure", "value"),
    [
        (wrong_file, "citation_precision", 0.0),
        (wrong_file, "citation_recall", 0.0),
        (wrong_file, "verified", 0.0),
        (altered_number, "answer_in_lead", 3 / 4),
        (altered_number, "em", 3 / 4),
        (altered_quote, "verified", 0.0),
        (always_answers, "refusal", 0.0),
        (never_answers, "false_refusal", 1.0),
        (never_answers, "risk_coverage_area", 1.0),
        (never_answers, "answer_in_lead", 0.0),
        (shifted_citation, "citation_precision", 0.0),
        (shifted_citation, "lead_in_evidence", 0.0),
        # 6 answers at 1.0, 4 right: |4/6 - 1| = 1/3
        (sure_of_everything, "calibration_error", 1 / 3),
        (finds_nothing, "citation_recall", None),
        (retrieves_last, "file_success@1", 1 / 4),  # "open" has port.txt first, then last
    ],
)
def test_a_fault_is_seen_by_its_measure(
    tmp_path: Path, broken: Break, measure: str, value: float | None
) -> None:
    scores = run(broken, tmp_path).scores
    if value is None:
        assert measure not in scores
    else:
        assert scores[measure].value == pytest.approx(value)


@pytest.mark.parametrize(
    ("broken", "stage", "n"),
    [
        (wrong_file, "cited wrongly", 4),
        (shifted_citation, "cited wrongly", 4),
        (always_answers, "answered though unanswerable", 2),
        (finds_nothing, "not retrieved", 4),
    ],
)
def test_a_fault_is_put_down_to_its_stage(
    tmp_path: Path, broken: Break, stage: str, n: int
) -> None:
    assert run(broken, tmp_path).stages[stage] == n


def test_what_a_fault_leaves_alone_stays_perfect(tmp_path: Path) -> None:
    assert run(wrong_file, tmp_path).scores["answer_in_lead"].value == 1.0
    assert run(always_answers, tmp_path).scores["answer_in_lead"].value == 1.0
    assert run(never_answers, tmp_path).scores["refusal"].value == 1.0
    assert run(altered_number, tmp_path).scores["citation_precision"].value == 1.0
