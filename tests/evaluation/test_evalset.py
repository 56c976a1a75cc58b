"""Our own form: what a line may hold, and that every line that does not fit is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.errors import EvalsetError
from qa.evaluation import Case, Evalset, Evidence, evaluate
from qa.evaluation.evalset import merge, read_jsonl
from qa.evaluation.gold import Corpus, Place, locate, not_indexed
from tests.evaluation import hand

GOOD = {"id": "1", "question": "Who?", "answers": ["Dahl"]}


def write(folder: Path, *lines: str, name: str = "set.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_full_line_is_read_as_it_stands(tmp_path: Path) -> None:
    row = {
        "id": "s-1",
        "kind": "followup",
        "split": "dev",
        "question": "And who thanked them?",
        "answers": ["Lene Dahl", "the mayor"],
        "files": ["storm.txt"],
        "evidence": [{"file": "storm.txt", "quote": "Mayor “Lene”"}],
        "history": [["When?", "On Friday."]],
        "note": "second pass: right",
        "x_author": "me",
    }
    (case,) = read_jsonl(write(tmp_path, json.dumps(row, ensure_ascii=False)))
    assert case == Case(
        case_id="s-1",
        question="And who thanked them?",
        answers=("Lene Dahl", "the mayor"),
        kind="followup",
        files=("storm.txt",),
        evidence=(Evidence("storm.txt", "Mayor “Lene”"),),
        history=(("When?", "On Friday."),),
        split="dev",
    )
    assert case.answerable
    assert case.where.endswith("set.jsonl:1")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[1]", "a JSON object expected, found list"),
        ('"text"', "a JSON object expected, found str"),
        (json.dumps({"id": "2", "answers": []}), "no 'question'"),
        (json.dumps({"question": "Who?", "answers": []}), "no 'id'"),
        (json.dumps({"id": "2", "question": "Who?"}), "no 'answers'"),
        (json.dumps({**GOOD, "id": ""}), "'id' must be text that is not empty"),
        (json.dumps({**GOOD, "id": 3}), "'id' must be text that is not empty, found 3"),
        (json.dumps({**GOOD, "id": "2", "question": "  "}), "'question' must be text"),
        (json.dumps({**GOOD, "id": "2", "answers": "Dahl"}), "'answers' must be a list"),
        (json.dumps({**GOOD, "id": "2", "answers": [4200]}), "'answers' must be text"),
        (json.dumps({**GOOD, "id": "2", "answers": [""]}), "'answers' must be text"),
        (json.dumps({**GOOD, "id": "2", "evidnce": []}), "unknown key 'evidnce'"),
        (json.dumps({**GOOD, "id": "2", "evidence": {}}), "'evidence' must be a list"),
        (json.dumps({**GOOD, "id": "2", "evidence": [{"file": "a"}]}), "file and quote"),
        (
            json.dumps({**GOOD, "id": "2", "evidence": [{"file": "a", "quote": ""}]}),
            "'quote' must be text",
        ),
        (
            json.dumps(
                {**GOOD, "id": "2", "answers": [], "evidence": [{"file": "a", "quote": "b"}]}
            ),
            "evidence without answers",
        ),
        (json.dumps({**GOOD, "id": "2", "files": ["a", None]}), "'files' must be text"),
        (json.dumps({**GOOD, "id": "2", "history": ["a"]}), "'history' must be a list"),
        (json.dumps({**GOOD, "id": "2", "history": [["a"]]}), "'history' must be a list"),
        (json.dumps({**GOOD, "id": "2", "history": [["a", 1]]}), "'history' must be a list"),
        (json.dumps(GOOD), "id '1' was used before"),
    ],
)
def test_a_bad_line_is_an_error_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = write(tmp_path, json.dumps(GOOD), "", line)
    with pytest.raises(EvalsetError) as caught:
        read_jsonl(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}:3: ")


def test_an_empty_or_undecodable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvalsetError, match="holds no case"):
        read_jsonl(write(tmp_path, "", "  "))
    (tmp_path / "bad.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvalsetError, match="cannot be read as UTF-8"):
        read_jsonl(tmp_path / "bad.jsonl")


def test_a_line_may_hold_a_unicode_line_separator(tmp_path: Path) -> None:
    row = json.dumps({**GOOD, "question": "Who\u2028now?"}, ensure_ascii=False)
    (case,) = read_jsonl(write(tmp_path, row))
    assert case.question == "Who\u2028now?"


def test_only_keeps_one_kind_one_split_and_a_limit() -> None:
    cases = tuple(
        Case(str(i), "Who?", ("x",), kind="ab"[i % 2], split="dev" if i < 3 else "test")
        for i in range(6)
    )
    evalset = Evalset("s", cases)
    assert [case.case_id for case in evalset.only(kind="a").cases] == ["0", "2", "4"]
    assert [case.case_id for case in evalset.only(kind="a", split="test").cases] == ["4"]
    assert [case.case_id for case in evalset.only(limit=2).cases] == ["0", "1"]
    with pytest.raises(EvalsetError, match="there are the kinds a, b and the splits dev, test"):
        evalset.only(kind="c")


def test_merging_refuses_an_id_that_two_sets_share() -> None:
    one = Evalset("one", (Case("1", "Who?", (), where="one:1"),), articles=Path("a"))
    two = Evalset("two", (Case("2", "Who?", (), where="two:1"),), articles=Path("a"))
    assert [case.case_id for case in merge((one, two)).cases] == ["1", "2"]
    assert merge((one, two)).articles == Path("a")
    with pytest.raises(EvalsetError, match=r"one:1: id '1' was used before, at one:1"):
        merge((one, Evalset("copy", (Case("1", "What?", (), where="one:1"),))))


def test_gold_is_found_at_every_place_of_a_repeated_quote() -> None:
    case = Case("1", "Who?", ("Dahl",), evidence=(Evidence("port.txt", "e"),))
    found = locate(Evalset("s", (case,)), Corpus({"port.txt": "the sea"}))["1"]
    assert found.items == ((Place("port.txt", 2, 3), Place("port.txt", 5, 6)),)
    assert found.reached("port.txt", 0, 3) == {0}
    assert not found.reached("port.txt", 3, 5)
    assert not found.reached("other.txt", 0, 3)


def test_a_quote_without_a_file_is_looked_for_everywhere_whatever_its_white_space() -> None:
    case = Case("1", "Who?", ("x",), evidence=(Evidence("", "on Monday.  Mayor\nLene"),))
    found = locate(Evalset("s", (case,)), Corpus(hand.TEXTS))["1"]
    start = hand.PORT.index("on Monday")
    assert found.items == ((Place("port.txt", start, start + 21),),)
    assert found.files == {"port.txt"}


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (
            Case("1", "Who?", ("x",), evidence=(Evidence("gone.txt", "x"),), where="s.jsonl:4"),
            "s.jsonl:4: unknown file 'gone.txt' among 2 articles",
        ),
        (
            Case("1", "Who?", ("x",), files=("gone.txt",), where="s.jsonl:4"),
            "s.jsonl:4: unknown file 'gone.txt'",
        ),
        (
            Case("1", "Who?", ("x",), files=("blob.txt",), where="s.jsonl:4"),
            "'blob.txt', which was skipped: not text",
        ),
        (
            Case("1", "Who?", ("x",), evidence=(Evidence("port.txt", "ships Had"),), where="s:4"),
            "s:4: the quote 'ships Had' is not in port.txt",
        ),
        (
            Case("1", "Who?", ("x",), evidence=(Evidence("port.txt", "Port", start=1),)),
            "does not hold 'Port' at character 1",
        ),
    ],
)
def test_a_set_that_does_not_fit_the_articles_is_an_error_before_any_question(
    case: Case, message: str
) -> None:
    with pytest.raises(EvalsetError) as caught:
        locate(Evalset("s", (case,)), Corpus(hand.TEXTS, skipped={"blob.txt": "not text"}))
    assert message in str(caught.value)

    def ask(question: str) -> None:
        raise AssertionError("asked")

    with pytest.raises(EvalsetError):
        evaluate(ask, Evalset("s", (case,)), articles=hand.TEXTS)  # type: ignore[arg-type]


def test_evidence_in_page_furniture_counts_as_not_indexed() -> None:
    share = Case("1", "What?", ("Share",), evidence=(Evidence("port.txt", "Share this"),))
    gold = hand.gold_of(share, hand.HOW_MANY)
    bodies = {"port.txt": [(0, hand.PORT.index("Share"))], "storm.txt": [(0, len(hand.STORM))]}
    corpus = Corpus(hand.TEXTS, bodies)
    assert not_indexed(gold["1"], corpus)
    assert not not_indexed(gold["ships"], corpus)
    assert not not_indexed(gold["1"], Corpus(hand.TEXTS))  # not known: not claimed
