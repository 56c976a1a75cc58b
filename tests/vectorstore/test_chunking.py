"""Chunks: exact slices, nothing lost, never over the budget.

Run: pytest tests/vectorstore/test_chunking.py (no model, no network). Texts are invented.
"""

import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectorstore.ugly_texts import UGLY
from vectorstore.articles import read_articles
from vectorstore.chunking import sentence_spans, split
from vectorstore.furniture import body_spans, furniture_lines
from vectorstore.records import Article, Chunk

SEEDS = Path(__file__).parents[2] / "seeds"


def article(text: str) -> Article:
    return Article("a.txt", "0" * 64, "utf-8", text, "A", None, None, None, body_spans(text))


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


STORY = (
    "Harbour reopens\n\n"
    "One two three four five. Six seven eight nine ten.\n\n"
    "Eleven twelve thirteen fourteen fifteen. Sixteen seventeen eighteen nineteen twenty.\n\n"
    "Related: Why the harbour closed\n\n"
    "Alpha beta gamma delta epsilon."
)


def test_chunks_overlap_by_one_sentence_and_leave_furniture_out() -> None:
    chunks = split(article(STORY), count_words, 12)
    assert [chunk.text for chunk in chunks] == [
        "Harbour reopens\n\nOne two three four five. Six seven eight nine ten.",
        "Six seven eight nine ten.\n\nEleven twelve thirteen fourteen fifteen.",
        "Eleven twelve thirteen fourteen fifteen. Sixteen seventeen eighteen nineteen twenty.",
        "Alpha beta gamma delta epsilon.",
    ]
    assert [len(chunk.sentences) for chunk in chunks] == [3, 2, 2, 1]


def test_a_chunk_ends_with_its_paragraph_when_it_is_full_enough() -> None:
    text = "One two three four. Five six seven.\n\nEight nine. Ten eleven twelve thirteen fourteen."
    first, second = split(article(text), count_words, 10)
    # 7 words of 10 at the paragraph's end: the two more that would fit are left to the next.
    assert first.text == "One two three four. Five six seven."
    assert second.text.startswith("Five six seven.\n\nEight nine. Ten")


def test_a_sentence_over_the_budget_is_cut_and_the_rest_is_whole() -> None:
    long = "one two three four, five six seven eight, nine ten eleven twelve"
    chunks = split(article(f"A b c.\n\n{long}.\n\nD e f."), count_words, 6)
    assert all(len(chunk.text.split()) <= 6 for chunk in chunks)
    assert "one two three four," in {chunk.text for chunk in chunks}


def test_a_word_over_the_budget_is_cut_between_characters() -> None:
    chunks = split(article("总统说战争结束了" * 10), count_characters, 7)
    assert all(len(chunk.text) <= 7 for chunk in chunks)
    assert {chunk.end - chunk.start for chunk in chunks[:-1]} <= {5, 6, 7}


def test_what_the_tokenizer_cannot_cut_is_a_chunk_of_its_own() -> None:
    chunks = split(article("Too much here."), lambda texts: [99] * len(texts), 5)
    assert all(len(chunk.sentences) == 1 for chunk in chunks)
    assert "".join(chunk.text for chunk in chunks) == "Toomuchhere."


def test_a_tokenizer_that_counts_more_for_joined_sentences_is_obeyed() -> None:
    def count(texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 * text.count(". ") for text in texts]

    chunks = split(article("A b c. D e f. G h i. J k l. M n o. P q r."), count, 9)
    assert max(count([chunk.text for chunk in chunks])) <= 9
    assert chunks[-1].end == 41


def test_the_tokenizer_is_called_once_for_the_sentences_and_once_for_the_chunks() -> None:
    calls: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_words(texts)

    chunks = split(article(STORY), count, 12)
    assert calls == [6, len(chunks)]


def test_an_empty_body_gives_no_chunk_and_no_budget_is_an_error() -> None:
    assert split(article(""), count_words, 10) == ()
    with pytest.raises(ValueError, match="at least 1"):
        split(article(STORY), count_words, 0)


def assert_sound(one: Article, chunks: tuple[Chunk, ...], max_tokens: int) -> None:
    whole = {span for start, end in one.body for span in sentence_spans(one.text, start, end)}
    found = {span for chunk in chunks for span in chunk.sentences}
    for start, end in whole:  # each sentence is there, or its pieces are
        inside = {i for a, b in found if start <= a and b <= end for i in range(a, b)}
        assert all(i in inside or one.text[i].isspace() for i in range(start, end))
    for chunk in chunks:
        assert chunk.text == one.text[chunk.start : chunk.end] == chunk.text.strip() != ""
        assert (chunk.sentences[0][0], chunk.sentences[-1][1]) == (chunk.start, chunk.end)
        assert any(start <= chunk.start and chunk.end <= end for start, end in one.body)
        assert len(chunk.sentences) == 1 or len(chunk.text.split()) <= max_tokens
    for before, after in pairwise(chunks):
        shared = [span for span in before.sentences if span in after.sentences]
        assert shared in ([], [before.sentences[-1]])
        assert before.end < after.end
        assert before.start < after.start


@settings(deadline=None, max_examples=200)
@given(UGLY, st.integers(min_value=1, max_value=12))
def test_chunks_are_slices_that_cover_the_body(text: str, max_tokens: int) -> None:
    one = article(text)
    chunks = split(one, count_words, max_tokens)
    assert_sound(one, chunks, max_tokens)
    assert split(one, count_words, max_tokens) == chunks


@pytest.mark.parametrize("max_tokens", [40, 120, 200])
def test_chunks_of_the_seeds_are_sound_and_hold_no_furniture(max_tokens: int) -> None:
    for one in read_articles(SEEDS).articles:
        chunks = split(one, count_words, max_tokens)
        assert_sound(one, chunks, max_tokens)
        assert max(len(chunk.text.split()) for chunk in chunks) <= max_tokens
        everything = "\n".join(chunk.text for chunk in chunks).splitlines()
        assert not set(furniture_lines(one.text, one.body)) & set(everything)


@pytest.mark.parametrize(
    ("unit", "n_characters"),
    [
        ("The ship came in. ", 5_000_000),
        ("word ", 5_000_000),
        ("a", 5_000_000),
        (".", 500_000),
        ('."', 500_000),
        ("a.b.", 500_000),
        ("A. ", 500_000),
        ("aa.Bb", 500_000),
        ("\n", 5_000_000),
        ("总统说。", 500_000),
        ("e\u0301", 500_000),
    ],
)
def test_megabytes_on_one_line_take_seconds(unit: str, n_characters: int) -> None:
    text = unit * (n_characters // len(unit))
    start = time.process_time()
    chunks = split(article(text), count_words, 200)
    assert time.process_time() - start < 30  # 0.1 to 4 s where this was written
    assert not text.strip() or chunks[-1].end == len(text.rstrip())
    assert all(len(chunk.text) <= 200 * 25 for chunk in chunks)
