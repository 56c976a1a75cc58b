"""Sets in the forms that people have; an unclear shape is an error, never a guess."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.errors import EvalsetError
from qa.evaluation import read_evalset
from qa.evaluation.gold import Corpus, locate

CONTEXT = "The port reopened in 1990. In 1990 it closed."
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Port of Ardal",
            "paragraphs": [
                {"context": "An opening.", "qas": []},
                {
                    "context": CONTEXT,
                    "qas": [
                        {
                            "id": "a",
                            "question": "When did it close?",
                            "answers": [
                                {"text": "1990", "answer_start": CONTEXT.rindex("1990")},
                                {"text": "In 1990", "answer_start": CONTEXT.rindex("In 1990")},
                            ],
                            "is_impossible": False,
                        },
                        {
                            "id": "b",
                            "question": "Who closed it?",
                            "answers": [],
                            "plausible_answers": [{"text": "port", "answer_start": 4}],
                            "is_impossible": True,
                        },
                    ],
                },
            ],
        }
    ],
}


def write(path: Path, *rows: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def beir(folder: Path, **qrels: str) -> Path:
    write(
        folder / "corpus.jsonl",
        {"_id": "d1", "title": "Port", "text": "It reopened."},
        {"_id": "d/2", "title": "", "text": "It stormed.", "metadata": {}},
    )
    write(
        folder / "queries.jsonl",
        {"_id": "q1", "text": "What reopened?"},
        {"_id": "q2", "text": "Not judged?"},
    )
    for name, text in qrels.items():
        write(folder / "qrels" / f"{name}.tsv", text)
    return folder


def test_squad_brings_its_articles_and_points_at_the_answers_own_characters(
    tmp_path: Path,
) -> None:
    evalset = read_evalset(write(tmp_path / "dev.json", SQUAD))
    close, who = evalset.cases
    (file,) = evalset.documents
    assert file == "0000_Port_of_Ardal.txt"
    assert close.answers == ("1990", "In 1990")
    assert (close.kind, who.kind) == ("answerable", "unanswerable")
    assert not who.answerable
    assert who.gold_files == ()
    text = evalset.documents[file]
    gold = locate(evalset, Corpus(evalset.documents))["a"]
    assert [text[p.start : p.end] for places in gold.items for p in places] == ["1990", "In 1990"]
    # the second 1990, not the first
    assert gold.items[0][0].start == text.rindex("1990")


def test_squad_1_1_has_no_is_impossible(tmp_path: Path) -> None:
    row = {"id": "a", "question": "When?", "answers": [{"text": "1990", "answer_start": 21}]}
    data = {"data": [{"title": "P", "paragraphs": [{"context": CONTEXT, "qas": [row]}]}]}
    (case,) = read_evalset(write(tmp_path / "dev.json", data)).cases
    assert case.answers == ("1990",)


def test_beir_judges_retrieval_only(tmp_path: Path) -> None:
    qrels = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td/2\t0\n"
    evalset = read_evalset(beir(tmp_path / "scifact", test=qrels))
    (case,) = evalset.cases  # q2 is in no qrels
    assert (case.case_id, case.files, case.judged, case.answerable) == (
        "q1",
        ("d1.txt",),
        False,
        True,
    )
    assert evalset.documents == {"d1.txt": "Port\n\nIt reopened.\n", "d_2.txt": "It stormed.\n"}


def test_beir_with_several_splits_wants_one_named(tmp_path: Path) -> None:
    folder = beir(tmp_path / "b", dev="q1\td/2\t1\n", test="q1\td1\t1\n")
    with pytest.raises(EvalsetError, match="holds dev, test; name one with --split"):
        read_evalset(folder)
    assert read_evalset(folder, split="dev").cases[0].files == ("d_2.txt",)


def test_ragas_takes_the_reference_as_the_accepted_answer(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.jsonl",
        {
            "user_input": "When?",
            "reference": "On Monday",
            "reference_contexts": ["It reopened."],
            "reference_context_ids": ["port.txt"],
            "response": "x",
        },
        {"user_input": "Where?", "reference_contexts": ["It stormed."]},
    )
    first, second = read_evalset(path).cases
    assert (first.case_id, first.answers, first.files) == ("1", ("On Monday",), ("port.txt",))
    assert first.evidence[0].file == ""
    assert first.judged
    assert second.answerable
    assert not second.judged


def test_csv_reads_lists_parted_by_bars(tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.csv",
        "\ufeffquestion,answer,file,quote,kind,x_who\n",
        '"When, exactly?","Monday | on Monday",port.txt,"It\nreopened.",date,me\n',
        "What cost?,,,,,\n",
    )
    first, second = read_evalset(path).cases
    assert first.question == "When, exactly?"
    assert first.answers == ("Monday", "on Monday")
    assert first.evidence[0].quote == "It\nreopened."
    assert first.files == ("port.txt",)
    assert first.where.endswith("s.csv:2")
    assert second.where.endswith("s.csv:4")
    assert (second.case_id, second.answerable) == ("4", False)


def test_a_folder_of_the_sets_name_holds_its_articles(tmp_path: Path) -> None:
    row = {"id": "1", "question": "Who?", "answers": []}
    path = write(tmp_path / "evalsets" / "seeds.jsonl", row)
    assert read_evalset(path).articles is None
    (tmp_path / "seeds").mkdir()
    assert read_evalset(path).articles == tmp_path / "evalsets" / ".." / "seeds" or (
        read_evalset(path).articles == tmp_path / "seeds"
    )
    (tmp_path / "evalsets" / "seeds").mkdir()
    assert read_evalset(path).articles == tmp_path / "evalsets" / "seeds"


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    row = {"id": "1", "question": "Who?", "answers": []}
    one, two = write(tmp_path / "a.jsonl", row), write(tmp_path / "b.jsonl", row, "\n")
    assert read_evalset(one).sha256 == read_evalset(one).sha256 != read_evalset(two).sha256


BAD_SQUAD = json.loads(json.dumps(SQUAD))
BAD_SQUAD["data"][0]["paragraphs"][1]["qas"][0]["answers"][0]["answer_start"] = 3
NO_QAS = {"data": [{"title": "t", "paragraphs": [{"context": "c"}]}]}
NOT_MARKED = {
    "data": [
        {"paragraphs": [{"context": "c", "qas": [{"id": "z", "question": "?", "answers": []}]}]}
    ]
}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("s.txt", "question", "the form is unclear from '.txt'"),
        ("s", "question", "the form is unclear from 'a name without suffix'"),
        ("s.jsonl", '{"q": "Who?"}\n', "neither 'question' (ours) and 'user_input'"),
        ("s.jsonl", '{"question": "W?", "user_input": "W?"}\n', "both 'question' (ours)"),
        ("s.json", "[]", "not SQuAD JSON"),
        ("s.json", '{"questions": []}', "not SQuAD JSON"),
        ("s.json", "{", "cannot be read as JSON"),
        ("s.json", json.dumps(NO_QAS), "data[0]: not SQuAD's form (KeyError('qas'))"),
        ("s.json", json.dumps({"data": [3]}), "data[0]: not SQuAD's form"),
        ("s.json", json.dumps({"data": []}), "holds no question"),
        ("s.json", json.dumps(BAD_SQUAD), "question a: '1990' is not at answer_start 3"),
        ("s.json", json.dumps(NOT_MARKED), "question z: neither answers nor is_impossible"),
        ("s.csv", "a,b\n1,2\n", "s.csv:1: the header must have question and answers"),
        ("s.csv", "question,answers,colour\nW?,x,red\n", "found 'colour'"),
        ("s.csv", "question,question\nW?,x\n", "an empty or a repeated name"),
        ("s.csv", "question,answers\nWho, me?,x\n", "s.csv:2: 3 cells under 2 names"),
        ("s.csv", "question,answers,quote\nWho?,x,y\n", "s.csv:2: a quote without a file"),
        ("s.csv", "question,answers\n,x\n", "s.csv:2: 'question' must be text"),
        ("s.csv", "question,answers\n", "holds no case"),
        ("s.csv", 'question,answers\n"Who?,x\n', "cannot be read as UTF-8 CSV"),
        ("s.csv", "id,question,answers\n1,W?,x\n1,V?,y\n", "id '1' was used before"),
        ("r.jsonl", '{"user_input": "Who?"}\n', "r.jsonl:1: neither reference nor"),
        ("r.jsonl", '{"user_input": ["a", "b"]}\n', "'user_input' must be text"),
    ],
)
def test_what_does_not_fit_a_form_is_an_error(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    with pytest.raises(EvalsetError) as caught:
        read_evalset(write(tmp_path / name, content))
    assert message in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    ("qrels", "message"),
    [
        ("q1\td9\t1\n", "test.tsv:1: unknown document 'd9'"),
        ("q1 d1 1\n", "test.tsv:1: query-id, corpus-id and score"),
        ("query-id\tcorpus-id\tscore\nq1\td1\thigh\n", "test.tsv:2: query-id, corpus-id"),
        ("q9\td1\t1\n", "name query 'q9', not in queries.jsonl"),
    ],
)
def test_qrels_that_do_not_fit_are_an_error(tmp_path: Path, qrels: str, message: str) -> None:
    with pytest.raises(EvalsetError) as caught:
        read_evalset(beir(tmp_path / "b", test=qrels))
    assert message in str(caught.value)


def test_a_folder_that_is_not_beir_a_missing_path_and_an_unknown_format_are_errors(
    tmp_path: Path,
) -> None:
    with pytest.raises(EvalsetError, match=r"no corpus\.jsonl"):
        read_evalset(tmp_path)
    with pytest.raises(EvalsetError, match="no such evaluation set"):
        read_evalset(tmp_path / "gone.jsonl")
    path = write(tmp_path / "s.jsonl", {"id": "1", "question": "Who?", "answers": []})
    with pytest.raises(EvalsetError, match="unknown format 'xml'; known are footnote, squad"):
        read_evalset(path, "xml")
    assert len(read_evalset(path, "footnote").cases) == 1
