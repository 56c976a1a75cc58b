"""The panel's content: the passage marked, and what became of the file since."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.page.links import to_passage
from qa.page.source import AROUND_CHARS, open_source
from tests.page_fakes import read

TEXT = "A title\n\nFirst line, with a quote.\nIt spans\n\ntwo paragraphs <b>here</b>.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    return tmp_path


def opened(folder: Path, quote: str, text: str = TEXT, said: str = "") -> dict[str, Any]:
    (article,) = read(folder)
    link = to_passage("a.txt", article.sha256, text.index(quote), text.index(quote) + len(quote))
    return open_source(link, said or quote, {"a.txt": article}, folder)


def marked(source: dict[str, Any]) -> list[str]:
    return [part["text"] for line in source["paragraphs"] for part in line if part["mark"]]


def test_passage_is_marked_and_the_title_not_repeated(folder: Path) -> None:
    source = opened(folder, "with a quote")
    assert marked(source) == ["with a quote"]
    assert source["status"] == "ok"
    assert source["title"] == "A title"
    assert source["paragraphs"][0][0]["text"] == "First line, "


def test_a_title_that_is_the_passage_is_shown(folder: Path) -> None:
    assert marked(opened(folder, "A title")) == ["A title"]


def test_a_passage_over_two_paragraphs_is_marked_in_both(folder: Path) -> None:
    assert marked(opened(folder, "spans\n\ntwo")) == ["spans", "two"]


def test_windows_line_ends_do_not_shift_the_mark(tmp_path: Path) -> None:
    text = TEXT.replace("\n", "\r\n")
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert marked(opened(tmp_path, "two paragraphs", text)) == ["two paragraphs"]


def test_a_file_changed_or_missing_since_indexing_is_said(folder: Path) -> None:
    (article,) = read(folder)
    link = to_passage("a.txt", article.sha256, 0, 5)
    (folder / "a.txt").write_text("other", encoding="utf-8")
    source = open_source(link, "", {"a.txt": article}, folder)
    assert source["status"] == "file changed"
    assert "changed since it was indexed" in source["notice"]
    (folder / "a.txt").unlink()
    source = open_source(link, "", {"a.txt": article}, folder)
    assert source["status"] == "file missing"
    assert marked(source) == ["A tit"]


def test_a_newer_index_marks_the_quote_where_it_stands_now(folder: Path) -> None:
    (old,) = read(folder)
    (folder / "a.txt").write_text("New head\n\n" + TEXT, encoding="utf-8")
    (new,) = read(folder)
    link = to_passage("a.txt", old.sha256, 0, 5)
    found = open_source(link, "First line, with a…", {"a.txt": new}, folder)
    assert marked(found) == ["First line, with a"]
    assert "stands in the new text" in found["notice"]
    lost = open_source(link, "never said", {"a.txt": new}, folder)
    assert marked(lost) == []
    assert "cannot be shown" in lost["notice"]


def test_an_unknown_file_is_gone_and_never_opened(folder: Path) -> None:
    link = to_passage("../secret.txt", "0" * 64, 0, 5)
    assert open_source(link, "", {}, folder)["status"] == "gone"


def test_offsets_beyond_the_text_mark_nothing_odd(folder: Path) -> None:
    (article,) = read(folder)
    source = open_source(
        to_passage("a.txt", article.sha256, 10**8, 10**8 + 5), "", {"a.txt": article}, folder
    )
    assert marked(source) == []


def test_a_long_article_is_cut_around_the_passage(folder: Path) -> None:
    (article,) = read(folder)
    long = replace(article, text="word " * AROUND_CHARS)
    link = to_passage("a.txt", article.sha256, 3 * AROUND_CHARS, 3 * AROUND_CHARS + 4)
    source = open_source(link, "", {"a.txt": long}, folder)
    assert source["cut_before"]
    assert source["cut_after"]
    assert sum(len(p["text"]) for line in source["paragraphs"] for p in line) < 3 * AROUND_CHARS
