"""A model's text taken apart: markers in every shape, control characters, growing text."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.replies import MAX_CHARS, Said, clean, sentences, visible


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Ito won [1].", [("Ito won.", (1,))]),
        ("Ito won. [1]", [("Ito won.", (1,))]),
        ("Ito won [1, 3].", [("Ito won.", (1, 3))]),
        ("Ito won [1][2].", [("Ito won.", (1, 2))]),
        ("Ito won [1] [2].", [("Ito won.", (1, 2))]),
        ("Ito won [[2]].", [("Ito won.", (2,))]),
        ("Ito won [1-3].", [("Ito won.", (1, 2, 3))]),
        ("Ito won [1–2, 7].", [("Ito won.", (1, 2, 7))]),
        ("Ito won [1 and 4].", [("Ito won.", (1, 4))]),
        ("Ito won [3-900].", [("Ito won.", (3, 900))]),
        ("Ito won 【2】.", [("Ito won.", (2,))]),
        ("Ito won [^2].", [("Ito won.", (2,))]),
        ("Ito won [Sentence 2].", [("Ito won.", (2,))]),
        ("Ito won [1, 1][1].", [("Ito won.", (1,))]),
        ("Ito won (1).", [("Ito won (1).", ())]),
        ("Ito won.", [("Ito won.", ())]),
        ("Ito won [sic].", [("Ito won [sic].", ())]),
        ("Ito won [].", [("Ito won [].", ())]),
        ("Ito won [12345].", [("Ito won [12345].", ())]),
        (
            "It rained. [1] It stopped. [2]",
            [("It rained.", (1,)), ("It stopped.", (2,))],
        ),
        (
            "It rained [1] and stopped [2]. Nobody came.",
            [("It rained and stopped.", (1, 2)), ("Nobody came.", ())],
        ),
        ("- **Ito** won [1].\n2. `Berg` lost [2].", [("Ito won.", (1,)), ("Berg lost.", (2,))]),
        ("She said “It is over.” [4]", [("She said “It is over.”", (4,))]),
        ("<think>Maybe [9].</think>Ito won [1].", [("Ito won.", (1,))]),
        ("<think>It never ends [1].", []),
        ("It\u200b r\u202eained\x00 [1].", [("It rained.", (1,))]),
        ("[1]", []),
        ("", []),
        ("...", []),
    ],
)
def test_sentences_and_their_numbers(
    reply: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert sentences(reply) == tuple(Said(text, numbers) for text, numbers in expected)


_PIECES = (
    *("Ito ", "won", ". ", " ", "[1]", "[", "]", "[[2]", "[1, 3", "【4】", "<think>", "</think>"),
    *("\n", "\r", "\u202e", "<", "[a note]", "12", ", ", "-"),
)
_REPLY = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)


@settings(max_examples=300)
@example("<<think>")
@example("a [1][")
@given(st.one_of(_REPLY, st.text(max_size=60)))
def test_what_is_shown_of_a_growing_reply_only_grows(reply: str) -> None:
    shown = [visible(reply[:n]) for n in range(len(reply) + 1)]
    for earlier, later in itertools.pairwise(shown):
        assert later.startswith(earlier)


@given(st.text())
def test_no_control_character_comes_through(text: str) -> None:
    assert all(c.isprintable() or c in "\n \u00a0" or c.isspace() for c in clean(text))
    for said in sentences(text):
        assert said.text.strip() == said.text != ""


def test_an_endless_reply_is_cut() -> None:
    assert len(clean("word " * 10_000_0)) == MAX_CHARS
