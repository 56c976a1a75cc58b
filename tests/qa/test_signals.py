"""The signals of score and confidence, worked out by hand."""

import math
from dataclasses import replace

import pytest

from qa.reading import candidate_at
from qa.signals import CONFIDENCE, FIXED, SENTENCE, logit, sentence_signals, signals
from tests.fakes import article, passages_of
from vectorstore.lexical import term_set

TEXT = "Ann Lee lives in Oslo. She sold 40 boats."


def test_a_sentence_covers_what_it_and_the_one_before_it_hold() -> None:
    (passage,) = passages_of(article("a.txt", TEXT))
    question = "How many boats did Ann Lee buy?"
    asked = term_set(question)
    values = sentence_signals(
        question, "She sold 40 boats.", "Ann Lee lives in Oslo.", passage, 3.0, -1.0
    )
    assert set(values) == {*SENTENCE, *FIXED}
    assert (values["mass"], values["answerable"]) == (3.0, -1.0)
    assert values["cover"] == pytest.approx(len(asked & term_set("boats Ann Lee")) / len(asked))


@pytest.mark.parametrize(
    ("sentence", "is_headline"),
    [
        ("She sold 40 boats.", False),
        ("“We sold 40 boats!”", False),
        ("She sold 40 boats (the “fleet.”)\n", False),
        ("She sold 40 boats.[3][12]", False),
        ("and so we went on and sold boats " * 8, False),
        ("Ann Lee claims “success”", True),
        ("Average price: 40 crowns a boat", True),
        ("By Ann Lee, Oslo", True),
    ],
)
def test_a_heading_is_told_from_a_sentence_by_its_end(sentence: str, is_headline: bool) -> None:
    (passage,) = passages_of(article("a.txt", TEXT))
    values = sentence_signals("Who sold boats?", sentence, "", passage, 3.0, -1.0)
    assert values["headline"] == is_headline


def test_the_lines_of_a_bare_list_are_no_headings() -> None:
    (line,) = passages_of(article("a.txt", "Oslo 40 boats Bergen 30 boats Molde 20 boats"))
    lines = ((0, 13), (14, 29), (30, 44))
    bare = replace(line, chunk=replace(line.chunk, sentences=lines))
    values = sentence_signals("How many boats?", "Molde 20 boats", "", bare, 3.0, -1.0)
    assert values["headline"] == 0


def test_the_confidence_sees_the_lead_the_next_and_what_the_network_says_of_the_lead() -> None:
    (passage,) = passages_of(article("a.txt", TEXT))
    start = TEXT.index("40")
    best, rest = (candidate_at(passage, (start, start + 2), score) for score in (0.8, 0.5))
    values = signals(
        "How many boats did Ann Lee sell in 2013?",
        [passage],
        [best, rest],
        {**dict.fromkeys(SENTENCE, 0.5), "mass": 3.0, "answerable": -1.0, "headline": 1.0, **FIXED},
    )
    assert set(values) == {*CONFIDENCE, *FIXED}
    assert values["lead"] == pytest.approx(math.log(4))
    assert values["rest"] == pytest.approx(0.0)
    assert (values["mass"], values["answerable"], values["headline"]) == (3.0, -1.0, 1.0)
    assert values["named"] == pytest.approx(1 / 3)  # Ann and Lee are there, 2013 is not


def test_a_logit_stays_within_its_limits() -> None:
    assert (logit(0.0), logit(1.0), logit(0.5)) == (-8.0, 8.0, 0.0)
