"""Another system's output as an Answer: found in the articles' own characters or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.evaluation import AnswerBuilder, evaluate
from qa.records import Answer
from tests.evaluation import hand


def test_passages_and_quotes_are_found_in_the_text() -> None:
    given = hand.BUILDER.answer(
        "q", hand.SHIPS, passages=[("port.txt", hand.SHIPS)], quotes=[("port.txt", "4,200")]
    )
    chunk = given.passages[0].chunk
    assert hand.PORT[chunk.start : chunk.end] == chunk.text == hand.SHIPS
    (citation,) = given.citations
    assert hand.PORT[citation.start : citation.end] == "4,200"
    assert given.statements[0].citations == (1,)


def test_an_unknown_file_or_text_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no article 'gone\.txt'"):
        hand.BUILDER.answer("q", "x", passages=[("gone.txt", "x")])
    with pytest.raises(ValueError, match="does not hold the text 'Mayor Dahl'"):
        hand.BUILDER.answer("q", "x", quotes=[("port.txt", "Mayor Dahl")])
    with pytest.raises(ValueError, match="does not hold the text ''"):
        hand.BUILDER.answer("q", "x", quotes=[("port.txt", "")])


def test_a_folder_takes_paths_as_langchain_gives_them(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "port.txt").write_text(hand.PORT, encoding="utf-8", newline="")
    builder = AnswerBuilder(tmp_path)
    for name in ("in/port.txt", str(tmp_path / "in" / "port.txt")):
        given = builder.answer("q", "x", quotes=[(name, hand.SHIPS)])
        assert given.citations[0].file == "in/port.txt"
        assert len(given.citations[0].sha256) == 64


def test_ten_lines_judge_another_system() -> None:
    def ask(question: str) -> Answer:
        text = hand.SHIPS if "ships" in question else "I don't know."
        return hand.BUILDER.answer(
            question, text, passages=hand.PASSAGES, abstained="don't know" in text
        )

    report = evaluate(ask, hand.EVALSET, articles=hand.TEXTS)
    assert report.model == "other"
    assert report.scores["answer_in_lead"].value == 1 / 4
    assert report.scores["false_refusal"].value == 3 / 4
    assert report.scores["passage_success@1"].value == 1 / 2
