"""verify() against files that were changed, moved, damaged or named to lead astray."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.errors import AnswerFileError
from qa.records import Answer, Citation, Statement
from qa.verification import load_answer, verify

TEXT = "Storm closes port\r\n\r\nThe harbour of Dunmore closed on Friday. Two ferries wait.\r\n"
QUOTE = "Two ferries wait."


def citation(data: bytes, text: str, quote: str, file: str = "storm.txt") -> Citation:
    start = text.index(quote)
    sha256 = hashlib.sha256(data).hexdigest()
    return Citation(1, file, sha256, start, start + len(quote), quote, "Storm", None, None)


def answer(*citations: Citation, markers: tuple[int, ...] = (1,)) -> Answer:
    return Answer(
        question="What waits?",
        standalone_question="What waits?",
        text="Two ferries wait. [1]",
        short="Two ferries",
        statements=(Statement("Two ferries wait.", markers),),
        citations=citations,
        disagreements=(),
        abstained=False,
        reason="",
        nearest=(),
        confidence=0.9,
        model="test",
        fingerprint="test",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "storm.txt").write_bytes(TEXT.encode())
    return tmp_path / "articles"


@pytest.fixture
def cited(folder: Path) -> Citation:
    return citation(TEXT.encode(), TEXT, QUOTE)


def test_an_untouched_file_verifies(folder: Path, cited: Citation) -> None:
    (check,) = verify(answer(cited), folder)
    assert (check.marker, check.file, check.status, check.detail) == (1, "storm.txt", "ok", "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_offsets_count_characters_of_the_decoded_file(folder: Path, encoding: str) -> None:
    text = "Café «Zürich» – “closed”.\r\nTwo ferries wait."
    data = text.encode(encoding)
    (folder / "storm.txt").write_bytes(data)
    (check,) = verify(answer(citation(data, text, QUOTE)), folder)
    assert check.status == "ok", check


@pytest.mark.parametrize(
    ("new", "detail"),
    [
        (TEXT + "More.", "the quote still stands at its place"),
        ("Updated. " + TEXT, "the quote stands at characters 71 to 88"),
        (TEXT.replace("Two", "Three"), "the quote is no longer in it"),
        ("", "the quote is no longer in it"),
    ],
)
def test_a_changed_file_is_named_with_the_fate_of_the_quote(
    folder: Path, cited: Citation, new: str, detail: str
) -> None:
    (folder / "storm.txt").write_bytes(new.encode())
    (check,) = verify(answer(cited), folder)
    assert (check.status, check.detail) == ("file changed", detail)


def test_a_file_that_is_no_text_now_is_changed(folder: Path, cited: Citation) -> None:
    (folder / "storm.txt").write_bytes(bytes(range(256)) * 20)
    (check,) = verify(answer(cited), folder)
    assert check.status == "file changed"


def test_a_wrong_offset_says_where_the_quote_is(folder: Path, cited: Citation) -> None:
    moved = replace(cited, start=cited.start - 3, end=cited.end - 3)
    (check,) = verify(answer(moved), folder)
    assert check.status == "quote elsewhere"
    assert check.detail == f"the quote stands at characters {cited.start} to {cited.end}"


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "Nine ferries wait."},
        {"quote": ""},
        {"quote": "", "start": 5, "end": 5},
        {"quote": "Dunmore wait", "start": 10**9, "end": 10**9 + 12},
    ],
)
def test_a_quote_that_the_file_does_not_hold_is_not_there(
    folder: Path, cited: Citation, change: dict[str, Any]
) -> None:
    (check,) = verify(answer(replace(cited, **change)), folder)
    assert check.status == "quote not there"


def test_a_negative_offset_is_no_place(folder: Path, cited: Citation) -> None:
    n = len(TEXT)
    (check,) = verify(answer(replace(cited, start=cited.start - n, end=cited.end - n)), folder)
    assert check.status == "quote elsewhere"


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "a/../../secret.txt", "/etc/hostname", "link.txt", "..\\secret.txt", "a\0b"],
)
def test_a_path_out_of_the_folder_is_missing_and_not_read(folder: Path, name: str) -> None:
    secret = b"The secret stands here."
    (folder.parent / "secret.txt").write_bytes(secret)
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (check,) = verify(answer(citation(secret, secret.decode(), "secret", name)), folder)
    assert (check.status, check.detail) == ("file missing", "the name leads out of the folder")


@pytest.mark.parametrize("name", ["gone.txt", "", "sub", "pipe.txt", "x" * 5000 + ".txt"])
def test_what_is_no_file_is_missing(folder: Path, cited: Citation, name: str) -> None:
    (folder / "sub").mkdir()
    os.mkfifo(folder / "pipe.txt")
    (check,) = verify(answer(replace(cited, file=name)), folder)
    assert check.status == "file missing"
    assert check.detail


def test_a_folder_that_is_gone_makes_every_file_missing(tmp_path: Path, cited: Citation) -> None:
    (check,) = verify(answer(cited), tmp_path / "nowhere")
    assert check.status == "file missing"


def test_a_marker_without_a_citation_is_reported(folder: Path, cited: Citation) -> None:
    checks = verify(answer(cited, markers=(1, 7)), folder)
    assert [(check.marker, check.status) for check in checks] == [(1, "ok"), (7, "quote not there")]


def test_an_answer_without_citations_has_nothing_to_check(folder: Path) -> None:
    assert verify(answer(markers=()), folder) == ()


def test_the_folder_may_be_text(folder: Path, cited: Citation) -> None:
    assert [check.status for check in verify(answer(cited), str(folder))] == ["ok"]


def test_a_written_answer_loads_and_verifies(folder: Path, cited: Citation, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(answer(cited).to_json(), encoding="utf-8")
    assert load_answer(path) == answer(cited)
    assert verify(load_answer(path), folder)[0].status == "ok"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"{}",
        b'{"format": "footnote-answer-1"}',
        b'{"format": "footnote-answer-9", "citations": []}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer_is_an_error_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answer.json"
    path.write_bytes(content)
    with pytest.raises(AnswerFileError, match=r"answer\.json"):
        load_answer(path)


@pytest.mark.parametrize(
    ("name", "value"), [("start", "5"), ("end", None), ("file", 3), ("quote", None), ("marker", [])]
)
def test_a_citation_of_wrong_types_is_an_error(
    tmp_path: Path, cited: Citation, name: str, value: object
) -> None:
    data = answer(cited).to_dict()
    data["citations"][0][name] = value
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(data))
    with pytest.raises(AnswerFileError, match=name):
        load_answer(path)


def test_a_missing_answer_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AnswerFileError, match="none"):
        load_answer(tmp_path / "none.json")
