"""What is searched for a chunk: under which title, and when without."""

import pytest

from tests.fakes import article
from vectorstore.records import Chunk
from vectorstore.titles import alike, chunk_limit, fitting, titled

NEWS = "Harbour\nreopens at last. The mayor of Warsaw was there. She said no more."


def named(title: str, text: str = NEWS) -> str:
    return titled(Chunk("a.txt", 0, len(text), text, ()), article("a.txt", NEWS, title=title))


def test_a_chunk_is_searched_under_the_title_of_its_article() -> None:
    assert (
        named("Mayor\n visits  port", "She said no more.") == "Mayor visits port\nShe said no more."
    )


@pytest.mark.parametrize("title", ["Harbour reopens", "HARBOUR REOPENS", "“Harbour reopens at …”"])
def test_a_title_that_the_chunk_has_is_not_put_before_it(title: str) -> None:
    assert named(title) == NEWS


def test_a_part_of_a_word_is_not_the_title() -> None:
    assert named("War") == f"War\n{NEWS}"


def test_a_title_without_end_is_cut() -> None:
    assert len(named("x" * 100_000)) < len(NEWS) + 250


def test_equal_chunks_are_under_one_title_whatever_their_headlines() -> None:
    chunks = [Chunk(name, 0, 5, text, ()) for name, text in (("a", "same."), ("b", "same."))]
    chunks.append(Chunk("c", 0, 6, "other.", ()))
    assert alike(chunks, ["A\nsame.", "B\nsame.", "C\nother."]) == [
        *["A\nsame."] * 2,
        "C\nother.",
    ]


def test_a_title_for_which_the_model_has_no_room_is_left_out() -> None:
    chunks = [Chunk("a", 0, 8, "one two.", ()), Chunk("a", 9, 13, "end.", ())]
    texts = ["News\none two.", "News\nend."]
    counts = {"News\none two.": 3, "News\nend.": 2}
    assert fitting(texts, chunks, lambda ts: [counts[t] for t in ts], 2) == ["one two.", texts[1]]


@pytest.mark.parametrize(
    ("asked", "model", "limit"), [(200, 254, 200), (512, 254, 214), (200, 30, 25)]
)
def test_a_chunk_leaves_room_for_a_title(asked: int, model: int, limit: int) -> None:
    assert chunk_limit(asked, model) == limit
