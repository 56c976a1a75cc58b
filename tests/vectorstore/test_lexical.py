"""Terms of news text, and BM25 scores that can be worked out by hand."""

import math
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.lexical import Lexical, tokenize


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("4,200", ["4200"]),
        ("4200", ["4200"]),
        ("1,500.5 or 1,5", ["1500.5", "1,5"]),
        ("$1.5m, $1.5 million", ["1.5m", "1.5", "1.5", "million"]),
        ("12% on 9/11, 10:30", ["12", "9", "11", "10", "30"]),
        ("the 20th in the 1990s", ["20th", "20", "1990"]),
        ("U.S. US u.s U.S", ["us", "us", "us", "us"]),
        ("tell us, he told us", ["tell", "told"]),
        ("WHO IS THE MAYOR", ["mayor"]),
        ("the WHO warned", ["who", "warn"]),
        ("8 a.m. by J.K.Rowling", ["8", "am", "jk", "rowl"]),
        ("opposition.Russia has", ["opposit", "russia"]),
        ("S-400 S400 S‑400", ["s400", "400", "s400", "s400", "400"]),
        ("Su-34 and F-16s", ["su34", "34", "f16", "16"]),
        ("re-elected", ["reelect", "elect"]),
        ("Russia's Russia’s officials'", ["russia", "russia", "offici"]),
        ("don't can't we'll it's", []),
        ("O’Brien AT&T", ["o'brien", "at&t"]),
        ("Erdoğan ERDOGAN ﬁnal", ["erdogan", "erdogan", "final"]),
        ("Straße STRASSE", ["strass", "strass"]),
        ("Москва 東京", ["москва", "東京"]),
        ("", []),
        ("… — “” \x00 \u202e 😀", []),
    ],
)
def test_terms_of_news_text(text: str, terms: list[str]) -> None:
    assert tokenize(text) == terms


@given(st.text())
def test_any_text_has_terms_that_do_not_change_when_joined(text: str) -> None:
    terms = tokenize(text)
    assert all(terms)
    assert tokenize(f"{text}\n{text}") == terms + terms


def test_scores_are_those_of_bm25() -> None:
    index = Lexical.build(["red fox", "red dog dog", "blue whale"])
    # Lucene's BM25, k1 = 1.5, b = 0.75; mean length 7/3; 3 texts, "fox" in one of them.
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    fox = idf * 1 / (1 + 1.5 * (1 - 0.75 + 0.75 * 2 / (7 / 3)))
    assert index.search("fox", 3) == [(0, pytest.approx(fox))]
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    red = [idf / (1 + 1.5 * (0.25 + 0.75 * n / (7 / 3))) for n in (2, 3)]
    assert index.search("RED?", 3) == [(0, pytest.approx(red[0])), (1, pytest.approx(red[1]))]


def test_only_texts_that_share_a_term_are_found_best_first_and_ties_by_row() -> None:
    index = Lexical.build(["a fox", "nothing", "the fox", "fox fox"])
    assert [row for row, _ in index.search("fox", 10)] == [3, 0, 2]
    assert [row for row, _ in index.search("fox", 2)] == [3, 0]
    assert index.search("fox", 0) == []
    many = Lexical.build(["fox"] * 50)
    assert [row for row, _ in many.search("fox", 3)] == [0, 1, 2]


def test_a_mask_limits_the_rows() -> None:
    index = Lexical.build(["fox", "fox", "fox"])
    assert [row for row, _ in index.search("fox", 3, np.array([False, True, True]))] == [1, 2]


@pytest.mark.parametrize("question", ["", "the of and", "zebra", "???", "\ud800", "x" * 100_000])
def test_a_question_without_known_terms_finds_nothing(question: str) -> None:
    assert Lexical.build(["the fox", "a dog"]).search(question, 5) == []


@pytest.mark.parametrize("texts", [[], [""], ["the of", "…"]])
def test_an_index_without_terms_finds_nothing(texts: list[str], tmp_path: Path) -> None:
    index = Lexical.build(texts)
    assert index.search("the fox", 5) == []
    index.save(tmp_path / "bm25")
    again = Lexical.load(tmp_path / "bm25")
    assert (again.n_rows, again.search("the fox", 5)) == (len(texts), [])


def test_a_saved_index_answers_as_before(tmp_path: Path) -> None:
    index = Lexical.build(["the S-400 was sent", "4,200 sailors", "Erdoğan spoke", ""])
    index.save(tmp_path / "bm25")
    again = Lexical.load(tmp_path / "bm25")
    for question in ("S400", "4200", "erdogan's speech", "nobody"):
        assert again.search(question, 4) == index.search(question, 4)


def test_threads_may_search_at_once() -> None:
    texts = [f"fox number {row}" for row in range(200)]
    index = Lexical.build(texts)
    wrong: list[int] = []

    def work(row: int) -> None:
        if index.search(f"number {row}", 1)[0][0] != row:
            wrong.append(row)

    threads = [threading.Thread(target=work, args=(row,)) for row in range(0, 200, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
