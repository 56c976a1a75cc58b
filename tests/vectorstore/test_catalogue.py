"""articles.csv: what it overrides, and which line is wrong.

Run: pytest tests/vectorstore/test_catalogue.py (no model, no network).
"""

from datetime import date
from pathlib import Path

import pytest

from vectorstore.articles import read_article, read_articles
from vectorstore.errors import ArticlesError

STORY = "Old title\n\n(CNN)The harbour reopened on Monday, the council said.\n"
HEADER = "file,title,outlet,published,url\n"


def folder(tmp_path: Path, table: str | bytes) -> Path:
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "sub/b.txt"):
        (tmp_path / name).write_text(STORY)
    data = table if isinstance(table, bytes) else table.encode()
    (tmp_path / "articles.csv").write_bytes(data)
    return tmp_path


def test_a_row_goes_before_what_the_text_says(tmp_path: Path) -> None:
    table = HEADER + 'a.txt,"Harbour, reopened",The Echo,2016-03-15,https://echo.example/1\n'
    there = folder(tmp_path, table)
    article, other = read_articles(there).articles
    assert (article.title, article.outlet) == ("Harbour, reopened", "The Echo")
    assert (article.published, article.url) == (date(2016, 3, 15), "https://echo.example/1")
    assert (other.title, other.outlet, other.published) == ("Old title", "CNN", None)
    assert read_article(there, "a.txt") == article


def test_an_empty_cell_leaves_what_the_text_says(tmp_path: Path) -> None:
    article = read_articles(folder(tmp_path, HEADER + "a.txt,,,2016-03-15,\n")).articles[0]
    assert (article.title, article.outlet) == ("Old title", "CNN")
    assert article.published == date(2016, 3, 15)


@pytest.mark.parametrize(
    "table",
    [
        b"\xef\xbb\xbffile,outlet\r\nsub/b.txt,Echo\r\n",  # as Excel saves it
        "Outlet , FILE\nEcho,sub/b.txt\n",
        "file,outlet\n\n ./sub/b.txt , Echo \n,\n",
        "file,outlet\nsub\\b.txt,Echo\n",
        'file,outlet\n"sub/b.txt","Echo"',
    ],
)
def test_the_table_may_be_written_in_several_ways(tmp_path: Path, table: str | bytes) -> None:
    assert read_articles(folder(tmp_path, table)).articles[1].outlet == "Echo"


def test_a_row_for_a_file_that_is_not_there_is_told_and_ignored(tmp_path: Path) -> None:
    found = read_articles(folder(tmp_path, HEADER + "a.txt,A,,,\ngone.txt,B,,,\n"))
    assert [article.article_id for article in found.articles] == ["a.txt", "sub/b.txt"]
    (skipped,) = found.skipped
    assert skipped.path == "gone.txt"
    assert skipped.reason == "line 3 of articles.csv names it, but it is not there"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", None),
        (HEADER, None),
        ("name,title\na.txt,A\n", r"articles\.csv, line 1: the header is 'name,title'; expected"),
        ("file;title\na.txt;A\n", "line 1: the header is 'file;title'"),
        ("file,title,title\n", "line 1: the header"),
        ("file,colour\n", "line 1: the header"),
        (HEADER + "a.txt,A\n", "line 2: 2 cells; expected 5"),
        (HEADER + "a.txt,A,,,\n\nsub/b.txt,B,,15/03/2016,\n", "line 4: published is '15/03/2016'"),
        (HEADER + "a.txt,A,,2016-02-30,\n", "line 2: published is '2016-02-30'; expected YYYY"),
        (HEADER + "a.txt,A,,,javascript:alert(1)\n", "line 2: url is 'javascript:alert"),
        (HEADER + ",A,,,\n", "line 2: no file name"),
        (HEADER + "a.txt,A,,,\na.txt,B,,,\n", "line 3: a.txt stands on line 2 already"),
        (HEADER + 'a.txt,"two\nlines",,,\na.txt,B\n', "line 4: 2 cells"),
        (HEADER + 'a.txt,"open,,,\n', "line 2: not CSV"),
        (HEADER.encode() + b"a.txt,caf\xe9,,,\n", "line 2: not UTF-8"),
    ],
)
def test_a_bad_row_is_an_error_with_file_and_line(
    tmp_path: Path, table: str | bytes, message: str | None
) -> None:
    there = folder(tmp_path, table)
    if message is None:
        assert len(read_articles(there).articles) == 2
        return
    with pytest.raises(ArticlesError, match=message):
        read_articles(there)


def test_a_table_that_is_a_link_or_a_folder_is_an_error(tmp_path: Path) -> None:
    there = folder(tmp_path, HEADER)
    (there / "articles.csv").unlink()
    (there / "articles.csv").symlink_to(there / "a.txt")
    with pytest.raises(ArticlesError, match=r"articles\.csv: cannot be read"):
        read_articles(there)
    (there / "articles.csv").unlink()
    (there / "articles.csv").mkdir()
    with pytest.raises(ArticlesError, match=r"articles\.csv: "):
        read_articles(there)
