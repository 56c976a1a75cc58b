"""What is written for other tools can be read back by them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from qa.evaluation import AnswerBuilder, Case, Evalset, evaluate, exports, read_evalset
from qa.records import Answer
from tests.evaluation import hand


def test_trec_files_give_ir_measures_the_same_scores(tmp_path: Path) -> None:
    import ir_measures
    from ir_measures import RR, R, nDCG

    read_qrels: Any = ir_measures.read_trec_qrels
    read_run: Any = ir_measures.read_trec_run
    report = evaluate(hand.perfect, hand.EVALSET, articles=hand.TEXTS)
    paths = exports.write_trec(tmp_path, "reader", report.results)
    for unit, run, qrels in (("passage", *paths[:2]), ("file", *paths[2:])):
        found = ir_measures.calc_aggregate(
            [RR @ 10, R @ 5, nDCG @ 10],
            list(read_qrels(str(qrels))),
            list(read_run(str(run))),
        )
        assert found[RR @ 10] == pytest.approx(report.scores[f"{unit}_mrr@10"].value)
        assert found[R @ 5] == pytest.approx(report.scores[f"{unit}_recall@5"].value)
        assert found[nDCG @ 10] == pytest.approx(report.scores[f"{unit}_ndcg@10"].value)


def test_trec_names_hold_no_space(tmp_path: Path) -> None:
    texts = {"a port.txt": hand.PORT, "storm.txt": hand.STORM}
    case = Case("s 1", "How many?", ("4,200",), files=("a port.txt",))
    builder = AnswerBuilder(texts)

    def ask(question: str) -> Answer:
        return builder.answer(question, "x", passages=[("a port.txt", hand.SHIPS)])

    report = evaluate(ask, Evalset("s", (case,)), articles=texts)
    run = exports.write_trec(tmp_path, "m", report.results)[2]
    assert run.read_text() == "s%201 Q0 a%20port.txt 1 -1 m\n"


def test_ragas_lines_are_read_back_as_cases(tmp_path: Path) -> None:
    report = evaluate(hand.perfect, hand.EVALSET, articles=hand.TEXTS)
    path = tmp_path / "r.jsonl"
    exports.write_ragas(path, [r for r in report.results if r.case.answerable])
    again = read_evalset(path)
    assert [case.question for case in again.cases] == [c.question for c in hand.CASES[:4]]
    assert again.cases[0].answers == ("4,200",)
    assert again.cases[0].evidence[0].quote == hand.SHIPS


def test_junit_fails_what_is_wrong_and_survives_control_characters(tmp_path: Path) -> None:
    def ask(question: str) -> Answer:
        if question == hand.HOW_MANY.question:
            return hand.answer("Nobody \x00\x0b <b>knows</b> ]]>")
        if question == hand.OPEN.question:
            raise RuntimeError("\x1b[31mred")
        return hand.perfect(question)

    path = tmp_path / "junit.xml"
    exports.write_junit(path, evaluate(ask, hand.EVALSET, articles=hand.TEXTS, model="m"))
    suite = ElementTree.parse(path).getroot()
    assert suite.attrib["tests"] == "6"
    assert suite.attrib["failures"] == "1"
    assert suite.attrib["errors"] == "1"
    (failure,) = suite.iter("failure")
    assert failure.attrib["message"] == "not retrieved"
    assert failure.text is not None
    assert "Nobody �� <b>knows</b> ]]>" in failure.text
