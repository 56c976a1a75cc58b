"""evaluate(): the same numbers twice, however asked; what is done survives Ctrl-C and errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from qa.errors import EvalsetError
from qa.evaluation import Evalset, Report, evaluate
from qa.evaluation.markdown import markdown_report
from qa.evaluation.page import html_report
from qa.evaluation.report import to_json_dict
from qa.evaluation.sanity import copying
from qa.evaluation.table import print_reports
from qa.records import Answer
from tests.evaluation import hand


def run(ask: Callable[..., Answer] = hand.perfect, **options: Any) -> Report:
    return evaluate(ask, hand.EVALSET, articles=hand.TEXTS, **options)


def numbers(report: Report) -> dict[str, Any]:
    """The JSON form without what may differ: the date and the seconds."""
    data = to_json_dict([report])
    del data["seconds"], data["meta"]["date"]
    for case in data["cases"]:
        del case["seconds"]
    return data


def test_a_perfect_answerer_has_perfect_scores() -> None:
    report = run()
    values = {name: score.value for name, score in report.scores.items()}
    less = {"false_refusal", "risk_coverage_area"}
    # "Yes" matches the accepted "Yes,": SQuAD's normalisation drops the comma
    for name in ("right", "answer_in_lead", "em", "f1", "refusal", "citation_precision", *less):
        assert values[name] == (0.0 if name in less else 1.0), name
    # confidences .9 .9 .9 .8, all right: 3/4 * .1 + 1/4 * .2 = .125
    assert values["calibration_error"] == pytest.approx(0.125)
    assert set(report.stages.values()) == {0}
    assert report.n_left == 0
    assert report.scores["answer_in_lead"].n == 4
    assert report.by_kind["number"]["answer_in_lead"].n == 2
    assert "refusal" not in report.by_kind["number"]


def test_two_runs_give_identical_numbers() -> None:
    assert numbers(run()) == numbers(run())


def test_jobs_change_nothing() -> None:
    assert numbers(run(jobs=4)) == numbers(run())


def test_history_is_handed_over_however_ask_takes_it() -> None:
    seen: list[Any] = []

    def keyword(question: str, *, history: Sequence[tuple[str, str]] = ()) -> Answer:
        seen.append(history)
        return hand.perfect(question)

    def positional(question: str, turns: Sequence[tuple[str, str]]) -> Answer:
        seen.append(turns)
        return hand.perfect(question)

    def like_qa_ask(question: str, articles: str = "seeds", history: Any = ()) -> Answer:
        assert articles == "seeds"
        seen.append(history)
        return hand.perfect(question)

    def with_option(question: str, k: int = 5) -> Answer:
        assert k == 5
        return hand.perfect(question)

    for ask in (keyword, positional, like_qa_ask):
        seen.clear()
        run(ask)
        assert seen[2] == (("When did power return?", "On Friday."),)
        assert seen[0] == ()
    run(with_option)


def test_an_exception_is_a_wrong_answer_and_is_kept() -> None:
    def ask(question: str) -> Answer:
        if question.startswith(("How many ships", "What did")):
            raise RuntimeError("out of ships")
        return hand.perfect(question)

    report = run(ask)
    assert report.scores["answer_in_lead"].value == 3 / 4
    assert report.scores["refusal"].value == 1 / 2
    assert report.stages["failed with an error"] == 2
    assert report.results[0].asked.error == "RuntimeError: out of ships"
    assert report.scores["passage_mrr@10"].n == 4  # a failed case counts as not found


def test_resume_asks_only_what_is_missing_and_gives_the_same_numbers(tmp_path: Path) -> None:
    file = tmp_path / "runs" / "cases.jsonl"
    asked: list[str] = []

    def stops(question: str) -> Answer:
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append(question)
        return hand.perfect(question)

    first = run(stops, cases_file=file)
    assert (len(first.results), first.n_left) == (3, 3)
    assert len(file.read_text().splitlines()) == 4  # the head, and three cases
    # a kill in the middle of a line
    with file.open("a") as stream:
        stream.write('{"id": "open", "asked"')

    def goes_on(question: str) -> Answer:
        asked.append(question)
        return hand.perfect(question)

    second = run(goes_on, cases_file=file, resume=True)
    assert asked == [case.question for case in hand.CASES]
    assert numbers(second) == numbers(run())
    third = run(goes_on, cases_file=file, resume=True)
    assert len(asked) == 6  # nothing was asked again
    assert numbers(third) == numbers(second)


def test_ctrl_c_with_several_jobs_keeps_what_is_done(tmp_path: Path) -> None:
    done: list[str] = []

    def on_asked(case: Any, _: Any) -> None:
        done.append(case.case_id)
        if len(done) == 2:
            raise KeyboardInterrupt

    report = run(jobs=2, cases_file=tmp_path / "c.jsonl", on_asked=on_asked)
    assert len(report.results) == 2
    assert report.n_left == 4


def test_resume_asks_again_what_raised_and_what_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"

    def fails(question: str) -> Answer:
        if question.startswith("Who thanked"):
            raise RuntimeError("no")
        return hand.perfect(question)

    run(fails, cases_file=file)
    changed = replace(hand.OPEN, question="Is the port open?", history=(("a", "b"),))
    cases = tuple(changed if case is hand.OPEN else case for case in hand.CASES)
    asked = []

    def ask(question: str) -> Answer:
        asked.append(question)
        return hand.perfect(question)

    evaluate(ask, Evalset("s", cases), articles=hand.TEXTS, cases_file=file, resume=True)
    assert asked == ["Who thanked the crews?", "Is the port open?"]


@pytest.mark.parametrize("change", [{"model": "other"}, {"key": "threshold"}])
def test_resuming_another_run_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "cases.jsonl"
    run(cases_file=file)
    with pytest.raises(EvalsetError, match="leave out --resume"):
        run(cases_file=file, resume=True, **change)
    changed = {**hand.TEXTS, "port.txt": hand.PORT + "x"}
    with pytest.raises(EvalsetError, match="leave out --resume"):
        evaluate(hand.perfect, hand.EVALSET, articles=changed, cases_file=file, resume=True)


def test_resuming_a_file_that_is_no_run_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("[]\n")
    with pytest.raises(EvalsetError, match="not a run to resume"):
        run(cases_file=file, resume=True)
    run(cases_file=file)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([lines[0], "broken\n", *lines[1:]]))
    with pytest.raises(EvalsetError, match=r"cases\.jsonl:2: not a case of a run"):
        run(cases_file=file, resume=True)


def test_consistency_asks_a_fixed_sample_twice() -> None:
    counts: dict[str, int] = {}

    def ask(question: str) -> Answer:
        counts[question] = counts.get(question, 0) + 1
        given = hand.perfect(question)
        wobbles = question == "How many people died?" and counts[question] == 2
        return replace(given, confidence=0.3) if wobbles else given

    report = run(ask, repeat=6)
    assert set(counts.values()) == {2}
    assert report.scores["consistency"].value == pytest.approx(5 / 6)
    assert "consistency" not in run().scores
    assert run(repeat=3).scores["consistency"].n == 3


def test_seconds_are_by_stage_with_p50_and_p95() -> None:
    def ask(question: str) -> Answer:
        seconds = 0.1 if question.startswith("How") else 0.3
        return replace(hand.perfect(question), timings={"read": seconds})

    report = run(ask)
    assert report.seconds["read"]["p50"].value == pytest.approx(0.3)
    assert set(report.seconds) == {"read", "wall"}


def test_tokens_are_over_the_answers_that_tell_them() -> None:
    counts = iter([{"input": 900, "output": 20}, {}, *[{"input": 1100, "output": 30}] * 4])
    report = run(lambda question: replace(hand.perfect(question), tokens=next(counts)))
    assert report.tokens["input"]["p50"].value == 1100
    assert report.tokens["input"]["p50"].n == 5
    assert report.to_dict()["tokens"]["output"]["p95"]["value"] == 30
    assert "<h2>Tokens</h2>" in html_report([report], hand.TEXTS)
    assert "## Tokens" in markdown_report([report], hand.TEXTS)
    console = Console(record=True, width=160)
    print_reports(console, [report])
    assert re.search(r"^input +1100 +1100", console.export_text(), re.MULTILINE)
    assert run().tokens == {}


def test_citations_are_verified_against_the_folder(tmp_path: Path) -> None:
    for name, text in hand.TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    report = evaluate(hand.perfect, hand.EVALSET, articles=tmp_path)
    assert report.scores["verified"].value == 1.0
    (tmp_path / "storm.txt").write_text(hand.STORM + "\nCorrected.\n", newline="")
    report = evaluate(hand.perfect, hand.EVALSET, articles=tmp_path)
    assert report.scores["verified"].value == 0.5  # 2 of 4 citations are of storm.txt
    assert report.meta["articles"] == tmp_path.name


def test_a_set_read_from_its_path_finds_its_folder(tmp_path: Path) -> None:
    (tmp_path / "hand").mkdir()
    for name, text in hand.TEXTS.items():
        (tmp_path / "hand" / name).write_text(text, encoding="utf-8")
    row = {
        "id": "ships",
        "question": hand.HOW_MANY.question,
        "answers": ["4,200"],
        "files": ["port.txt"],
    }
    (tmp_path / "hand.jsonl").write_text(json.dumps(row))
    report = evaluate(hand.perfect, tmp_path / "hand.jsonl", verifier=lambda *_: ())
    assert report.scores["right"].value == 1.0
    assert len(report.meta["evalset_sha256"]) == 64


def test_a_set_that_names_files_needs_articles() -> None:
    with pytest.raises(EvalsetError, match="give the articles"):
        evaluate(hand.perfect, hand.EVALSET)


def test_a_set_without_files_or_evidence_needs_none() -> None:
    bare = tuple(replace(case, files=(), evidence=()) for case in hand.CASES)
    report = evaluate(hand.perfect, Evalset("bare", bare))
    assert report.scores["right"].value == 1.0
    assert "citation_precision" not in report.scores


def test_copying_never_abstains_where_there_is_something_to_copy() -> None:
    found = {
        hand.HOW_MANY: hand.abstain(candidates=[("port.txt", hand.SHIPS)]),  # right, held back
        hand.KILLED_CASE: hand.answer(hand.KILLED),
        hand.WHO: None,  # asking raised
        hand.OPEN: hand.abstain(),
        hand.COST: hand.abstain(candidates=[("storm.txt", hand.POWER)]),
    }
    row = copying(list(found.items()))
    assert row is not None
    assert row.scores["answer_in_lead"].value == pytest.approx(2 / 3)
    assert row.scores["false_refusal"].value == pytest.approx(1 / 3)
    assert row.scores["refusal"].value == 0.0
    assert copying([]) is None


def test_sanity_rows_are_what_knowing_nothing_scores() -> None:
    sanity = run().sanity
    abstaining = sanity["always abstain"]
    assert abstaining["right"].value == pytest.approx(2 / 6)
    assert abstaining["refusal"].value == 1.0
    assert abstaining["false_refusal"].value == 1.0
    (name,) = set(sanity) - {"always abstain"}
    # every accepted string is right for one case; the first of them is taken
    assert name == "always “4,200”"
    assert sanity[name]["answer_in_lead"].value == 1 / 4
    assert sanity[name]["refusal"].value == 0.0
