"""Strangers' text: cleaned, escaped, made inert, shortened."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.page.text import clean, escape, inert, shorten


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\x00b\x07c\x1b[0m\x7fd\x85", "abc[0md"),
        ("\ud800x\udfff", "\ufffdx\ufffd"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("\ufeffbom \u2066iso\u2069", "bom iso"),
        ("👩‍👩‍👧 نمی‌خواهم e\u0301", "👩‍👩‍👧 نمی‌خواهم e\u0301"),
    ],
)
def test_clean_keeps_text_and_drops_what_must_not_be_drawn(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text())
def test_clean_gives_text_that_encodes_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


MARKUP = st.text(alphabet="<>&/!?#;\"'=ab1 \n") | st.text()


@given(MARKUP)
def test_neither_escaped_nor_inert_text_opens_a_tag_or_an_entity(text: str) -> None:
    for made in (escape(text), inert(text)):
        reader = Tags()
        reader.feed(made)
        reader.close()
        assert reader.tags == []
        assert reader.text.replace("\u2060", "") == clean(text)


@given(MARKUP)
def test_inert_text_is_undone_by_clean(text: str) -> None:
    assert clean(inert(text)) == clean(text)


def test_shorten_cuts_between_words() -> None:
    assert shorten("one two  three", 100) == "one two three"
    assert shorten("one two, three", 9) == "one two…"
    assert shorten("x" * 50, 10) == "x" * 10 + "…"
