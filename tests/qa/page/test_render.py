"""Answer -> HTML and back: chips in their sentences, abstention, history without chips."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.page.links import Link, parse
from qa.page.render import answer_html, answer_text, error_html, growing_html, pairs, reading_html
from qa.records import Citation, Statement
from tests.page_fakes import FakeFootnote, abstention, answer_for, read

ARTICLES = read(Path("seeds"))
BY_ID = {article.article_id: article for article in ARTICLES}
QUOTES = [
    "The surprise announcement by Russia on Monday came as suddenly as the airstrike campaign "
    "started last September.",
    "Their bombing sorties have focused mainly on ISIS and Jabhat al-Nusra",
]


def test_each_chip_stands_in_the_sentence_it_supports() -> None:
    html = answer_html(answer_for("q", ARTICLES, QUOTES), BY_ID, "ab12")
    first, second = html.split('<span class="fn-statement">')[1:]
    assert first.count('class="cite"') == 1
    assert ">1</a></span>" in first
    assert ">2</a></span>" in second
    assert 'href="#json-ab12"' in html


def test_a_marker_without_citation_draws_no_chip() -> None:
    answer = answer_for("q", ARTICLES, QUOTES)
    odd = replace(answer, statements=(Statement("Said [7].", (7,)),))
    html = answer_html(odd, BY_ID)
    assert 'class="cite"' not in html
    assert "[7]" not in html
    assert "fn-act" not in html


def test_abstention_names_the_reason_and_links_the_nearest_passages() -> None:
    html = answer_html(abstention("q", ARTICLES), BY_ID)
    assert "<strong>The articles do not say.</strong> No article mentions “Brazil”." in html
    assert html.count('class="fn-near"') == 3
    assert "confidence" not in html


@pytest.mark.parametrize(
    ("short", "bold"),
    [
        ("last September", "<strong>last September</strong>."),
        ("in  September", None),
        ("", None),
        (QUOTES[0], None),
    ],
)
def test_the_bare_answer_is_bold_in_the_leading_sentence(short: str, bold: str | None) -> None:
    html = answer_html(replace(answer_for("q", ARTICLES, QUOTES), short=short), BY_ID)
    assert (bold or "<p") in html
    assert html.count("<strong>") == (1 if bold else 0)


def test_many_citations_are_folded() -> None:
    answer = answer_for("q", ARTICLES, QUOTES)
    many = tuple(replace(answer.citations[0], marker=n) for n in range(1, 10))
    assert "3 more citations" in answer_html(replace(answer, citations=many), BY_ID)


def test_a_chat_models_confidence_is_not_shown() -> None:
    answer = replace(answer_for("q", ARTICLES, QUOTES), model="openai:gpt-4o-mini", confidence=1.0)
    html = answer_html(answer, BY_ID)
    assert "confidence" not in html
    assert "openai:gpt-4o-mini" in html


def test_growing_text_has_no_links() -> None:
    html = growing_html("Putin <ordered> it. [1] More [2")
    assert "<a" not in html
    assert "&lt;ordered&gt;" in html
    assert '<span class="fn-pending">1</span>' in html


def test_status_counts_passages_and_articles() -> None:
    passages = abstention("q", ARTICLES).passages
    assert "Reading 3 passages from 3 articles…" in reading_html(passages)
    assert "Reading 1 passage from 1 article…" in reading_html(passages[:1])


def message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}


def test_history_is_pairs_of_plain_text_without_failures() -> None:
    answer = answer_html(answer_for("q", ARTICLES, QUOTES), BY_ID, "ab")
    said = " ".join(" ".join(quote.split()) for quote in QUOTES)
    history = [
        message("assistant", "hello"),
        message("user", "one"),
        message("assistant", answer),
        message("user", "two"),
        message("assistant", error_html("no")),
        message("user", "three"),
        message("user", "S<\u2060b & four"),
        {"role": "assistant", "content": answer_html(abstention("q", ARTICLES), BY_ID)},
        message("user", "five"),
    ]
    assert pairs(history) == (
        ("one", said),
        ("S<b & four", "The articles do not say. No article mentions “Brazil”."),
    )


@pytest.mark.parametrize(
    "odd", ["", "<p class='fn-text'>a<b", "</p></a>", "<a><p class='fn-text'>"]
)
def test_odd_history_is_read_without_a_fault(odd: str) -> None:
    answer_text(odd)
    pairs([{}, {"role": "user"}, {"role": "user", "content": None}, message("assistant", odd)])


TEXT = st.text(max_size=40)


@given(TEXT, TEXT, TEXT.filter(bool), st.integers(0, 10**8), st.integers(0, 10**8))
def test_any_text_makes_html_without_tags_of_its_own(
    text: str, title: str, file: str, start: int, end: int
) -> None:
    citation = Citation(1, file, "0" * 64, start, end, text, title, title, None)
    plain = replace(answer_for("q", ARTICLES, QUOTES[:1]), short="")
    shape = answer_html(replace(plain, citations=(citation,)), BY_ID)
    answer = replace(plain, citations=(citation,), statements=(Statement(text, (1,)),))
    html = answer_html(answer, BY_ID)
    assert html.count("<") == shape.count("<")
    html.encode()


@given(TEXT.filter(bool), st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_link_comes_back_as_it_was(file: str, start: int, length: int) -> None:
    link = Link(file, "0123456789abcdef", start, min(start + length, 10**9 - 1))
    assert parse(link.href) == link
    assert not set(link.href) & set("\"'<> &")


def test_the_fake_is_what_it_says(tmp_path: Path) -> None:
    fake = FakeFootnote(Path("seeds"), tmp_path)
    assert fake.ask("anything").abstained
