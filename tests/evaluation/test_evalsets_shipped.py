"""The sets that ship: every quote stands in its file, and there is enough of every sort of case."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from qa.evaluation import Evalset, read_evalset
from qa.evaluation.matching import contains_any

ROOT = Path(__file__).parents[2]
SETS = {
    "seeds": (ROOT / "evalsets" / "seeds.jsonl", ROOT / "seeds", 200),
    "guardian": (ROOT / "evalsets" / "guardian.jsonl", ROOT / "evalsets" / "guardian", 100),
}
NAMES = [name for name, (path, _, _) in SETS.items() if path.exists()]
pytestmark = pytest.mark.parametrize("name", NAMES)


def read(name: str) -> Evalset:
    return read_evalset(SETS[name][0])


def texts(name: str) -> dict[str, str]:
    """Decoded as UTF-8 and untouched, read here without the product's own reader."""
    files = sorted(SETS[name][1].glob("*.txt"))
    return {file.name: file.read_bytes().decode("utf-8") for file in files}


def test_every_evidence_quote_is_an_exact_substring_of_its_file(name: str) -> None:
    articles = texts(name)
    for case in read(name).cases:
        for evidence in case.evidence:
            assert evidence.quote in articles[evidence.file], case.where
        assert set(case.files) <= articles.keys(), case.where


def test_every_answerable_case_has_evidence_that_holds_an_accepted_string(name: str) -> None:
    for case in read(name).cases:
        if case.answerable:
            assert case.evidence, case.where
            quotes = [evidence.quote for evidence in case.evidence]
            assert any(contains_any(quote, case.answers) for quote in quotes), case.where
            assert {e.file for e in case.evidence} <= set(case.files), case.where


def test_there_are_enough_cases_and_every_article_is_asked_about(name: str) -> None:
    cases = read(name).cases
    assert len(cases) >= SETS[name][2]
    assert {file for case in cases for file in case.gold_files} == texts(name).keys()


def test_enough_are_unanswerable_and_they_look_it(name: str) -> None:
    cases = read(name).cases
    unanswerable = [case for case in cases if not case.answerable]
    assert len(unanswerable) >= (50 if name == "seeds" else 25)
    assert 0.15 <= len(unanswerable) / len(cases) <= 0.5
    assert all(not case.evidence for case in unanswerable)
    assert all(case.answers == () for case in cases if case.kind == "unanswerable")


def test_the_kinds_are_all_there(name: str) -> None:
    counts = Counter(case.kind for case in read(name).cases)
    wanted = {"fact", "number", "date", "place", "quote", "why", "how", "list", "yesno"}
    wanted |= {"followup", "unanswerable", "agree"}
    if name == "seeds":
        wanted |= {"outlet", "differ"}
    assert wanted <= counts.keys()
    assert min(counts[kind] for kind in wanted) >= 5


def test_follow_ups_have_their_history(name: str) -> None:
    cases = read(name).cases
    follow_ups = [case for case in cases if case.kind == "followup"]
    assert len(follow_ups) >= 25
    assert all(case.history for case in follow_ups)


def test_both_splits_hold_every_kind(name: str) -> None:
    cases = read(name).cases
    assert {case.split for case in cases} == {"dev", "test"}
    for split in ("dev", "test"):
        kinds = {case.kind for case in cases if case.split == split}
        assert kinds >= {"fact", "number", "yesno", "followup", "unanswerable"}


def test_questions_are_not_asked_twice(name: str) -> None:
    asked = Counter((case.question.casefold(), case.history) for case in read(name).cases)
    assert [question for question, n in asked.items() if n > 1] == []
