"""Two runs case by case: noise is called noise, a real fall is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.errors import EvalsetError
from qa.evaluation import Case, Evalset, Evidence, Report, compare, evaluate
from qa.evaluation.compare import read_run
from qa.evaluation.report import to_json_dict
from qa.records import Answer
from tests.evaluation import hand

N = 40
CASES = tuple(Case(f"c{i}", f"Question {i}?", ("Dahl",) if i % 4 else ()) for i in range(N))


def run(wrong: set[int], name: str = "m") -> Report:
    """Right everywhere but in these cases; every fourth case is unanswerable."""

    def ask(question: str) -> Answer:
        number = int(question.split()[1].rstrip("?"))
        if number % 4 == 0:
            return hand.answer("Dahl.", confidence=0.6) if number in wrong else hand.abstain()
        return hand.answer("Nobody." if number in wrong else "Dahl.", confidence=0.8)

    return evaluate(ask, Evalset("forty", CASES), model=name)


def test_equal_runs_differ_in_nothing() -> None:
    found = compare(run({1, 2}), run({1, 2}))
    assert found.n_shared == N
    assert all(one.change.value == 0 and not one.beyond_noise for one in found.differences)
    assert found.worse == ()


def test_a_few_cases_are_noise_and_many_are_not() -> None:
    base = run(set())
    few = compare(run({1, 2, 3}), base)
    assert few.worse == ()  # 3 lost, 0 won: a chance of 1/4
    many = compare(run({1, 2, 3, 5, 6, 7, 9}), base)
    assert {one.measure for one in many.worse} == {"right", "answer_in_lead"}
    (right,) = (one for one in many.worse if one.measure == "right")
    assert right.change.value == pytest.approx(-7 / 40)
    assert right.lost == ("c1", "c2", "c3", "c5", "c6", "c7", "c9")
    assert right.won == ()


def test_better_beyond_noise_does_not_fail() -> None:
    found = compare(run(set()), run({1, 2, 3, 5, 6, 7, 9}))
    assert found.worse == ()
    assert found.right is not None
    assert found.right.beyond_noise
    assert len(found.right.won) == 7


def test_less_is_better_is_turned_round() -> None:
    def refuses(question: str) -> Answer:
        return hand.abstain()

    everything = evaluate(refuses, Evalset("forty", CASES))
    found = {one.measure: one for one in compare(everything, run(set())).differences}
    assert found["false_refusal"].worse
    assert found["false_refusal"].change.value == 1.0
    assert len(found["false_refusal"].lost) == 30
    assert found["risk_coverage_area"].change.value == pytest.approx(1.0)
    assert not found["refusal"].beyond_noise


def test_newly_answered_cases_that_cite_wrongly_are_a_loss() -> None:
    gold = (Evidence("port.txt", hand.SHIPS),)
    cases = tuple(Case(f"c{i}", f"Question {i}?", ("4,200",), evidence=gold) for i in range(N))

    def answers(n_cited: int, n_answered: int) -> Report:
        def ask(question: str) -> Answer:
            number = int(question.split()[1].rstrip("?"))
            if number >= n_answered:
                return hand.abstain()
            quote = hand.SHIPS if number < n_cited else hand.REOPENED
            return hand.answer(hand.SHIPS, ("port.txt", quote))

        return evaluate(ask, Evalset("cited", cases), articles=hand.TEXTS)

    # 20 cited right; then 10 more are answered, and cite beside the evidence: 20/20 to 20/30
    found = compare(answers(20, 30), answers(20, 20))
    recall = next(one for one in found.differences if one.measure == "citation_recall")
    assert recall.change.value == pytest.approx(-1 / 3)
    assert len(recall.lost) == 10
    assert "citation_recall" in {one.measure for one in found.worse}
    assert found.right is not None
    assert len(found.right.won) == 10


def test_only_shared_cases_are_compared() -> None:
    old = to_json_dict([run({1})])
    old["cases"] = old["cases"][:10]
    old["cases"][3]["question"] = "Another question?"
    found = compare(run({1, 3}), old)
    assert found.n_shared == 9
    with pytest.raises(EvalsetError, match="share no case"):
        compare(run(set()), {**old, "cases": [{**old["cases"][0], "id": "new"}]})


def test_a_run_survives_its_json_form(tmp_path: Path) -> None:
    new, old = run({1, 2, 3, 5, 6, 7, 9}), run(set())
    path = tmp_path / "run.json"
    path.write_text(json.dumps(to_json_dict([old])))
    assert compare(new, read_run(path)) == replace(compare(new, old), old_name=_name(path))


def _name(path: Path) -> str:
    meta: dict[str, Any] = json.loads(path.read_text())["meta"]
    return f"{meta['model']} of {meta['date']}"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cases": []}', '{"cases": [{"id": 1}]}'])
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(EvalsetError, match=r"run\.json: not a run"):
        read_run(path)
    with pytest.raises(EvalsetError, match="cannot be read"):
        read_run(tmp_path / "gone.json")
