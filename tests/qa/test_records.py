"""The nouns of an answer and their one JSON form."""

import contextlib
import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.records import (
    FORMAT,
    Answer,
    Candidate,
    Citation,
    Disagreement,
    Passage,
    Statement,
)
from vectorstore.records import Chunk

texts = st.text(max_size=20)
counts = st.integers(0, 10_000)
scores = st.floats(0, 1)
ranks = st.integers(1, 100)
markers = st.lists(st.integers(1, 20), max_size=3).map(tuple)
spans = st.tuples(counts, counts)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


chunks = st.builds(Chunk, texts, counts, counts, texts, some(spans))
legs = st.none() | st.floats(-1, 1)
passages = st.builds(Passage, chunks, ranks, legs, legs, scores, st.none() | scores)
candidates = st.builds(Candidate, texts, texts, counts, counts, scores, ranks)
citations = st.builds(
    Citation,
    ranks,
    texts,
    texts,
    counts,
    counts,
    texts,
    texts,
    st.none() | texts,
    st.none() | st.dates(),
)
answers = st.builds(
    Answer,
    question=texts,
    standalone_question=texts,
    text=texts,
    short=texts,
    statements=some(st.builds(Statement, texts, markers)),
    citations=some(citations),
    disagreements=some(st.builds(Disagreement, some(st.tuples(texts, markers)))),
    abstained=st.booleans(),
    reason=texts,
    nearest=markers,
    confidence=scores,
    model=texts,
    fingerprint=texts,
    passages=some(passages),
    candidates=some(candidates),
    routed=some(texts),
    timings=st.dictionaries(texts, st.floats(0, 1e6), max_size=2),
    warnings=some(texts),
    tokens=st.dictionaries(texts, st.integers(0, 10**6), max_size=2),
)

EMPTY = Answer("q", "q", "", "", (), (), (), True, "why", (), 0.0, "fake", "f")


@given(answers)
def test_an_answer_comes_back_whole_from_its_json(answer: Answer) -> None:
    assert Answer.from_dict(json.loads(answer.to_json())) == answer


@given(answers)
def test_the_json_is_utf8_and_the_same_however_indented(answer: Answer) -> None:
    flat = answer.to_json(indent=None)
    assert json.loads(flat.encode("utf-8")) == json.loads(answer.to_json(indent=2))
    assert json.loads(flat) == answer.to_dict()


def test_the_json_names_its_format_first_and_keeps_the_order_of_the_fields() -> None:
    assert list(EMPTY.to_dict()) == ["format", *(field.name for field in fields(Answer))]
    assert EMPTY.to_dict()["format"] == FORMAT


def test_an_answer_without_the_later_fields_is_read() -> None:
    data = EMPTY.to_dict()
    for name in ("passages", "candidates", "routed", "timings", "warnings", "tokens"):
        del data[name]
    assert Answer.from_dict(data) == EMPTY


@given(
    answers,
    st.sampled_from([field.name for field in fields(Answer)]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["text", "chunk", "values"]), inner, max_size=2)
        ),
        max_leaves=4,
    ),
)
def test_a_damaged_field_gives_an_answer_or_an_error_that_is_documented(
    answer: Answer, name: str, value: object
) -> None:
    data = {**answer.to_dict(), name: value}
    with contextlib.suppress(ValueError, KeyError, TypeError):
        Answer.from_dict(data)


@pytest.mark.parametrize("data", [{}, {"format": "other"}, {"format": FORMAT}, [], None, "text", 3])
def test_what_is_no_answer_is_refused(data: Any) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Answer.from_dict(data)


def test_a_citation_is_found_by_its_marker() -> None:
    cited = Citation(2, "a.txt", "0", 0, 1, "A", "A", None, None)
    assert replace(EMPTY, citations=(cited,)).citation(2) is cited
    with pytest.raises(KeyError):
        EMPTY.citation(1)


def test_the_sentence_that_came_closest_is_the_best_candidates_or_the_first() -> None:
    chunk = Chunk("a.txt", 10, 30, "One is so. Two is it", ((10, 20), (21, 30)))
    read = replace(EMPTY, passages=(Passage(chunk, 4, None, None, 0.1),))
    assert read.closest(4) == (10, 20)
    best = Candidate("it", "a.txt", 28, 30, 0.3, 4)
    assert replace(read, candidates=(best,)).closest(4) == (21, 30)
    assert replace(read, candidates=(replace(best, passage=5),)).closest(4) == (10, 20)
    with pytest.raises(KeyError):
        read.closest(1)
