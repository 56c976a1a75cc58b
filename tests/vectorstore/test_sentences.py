"""Sentences told apart, with their exact places.

Run: pytest tests/vectorstore/test_sentences.py (no model, no network). Texts are invented.
"""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.vectorstore.ugly_texts import UGLY
from vectorstore.articles import read_articles
from vectorstore.sentences import MAX_SENTENCE, sentence_spans

SEEDS = Path(__file__).parents[2] / "seeds"


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        # glued: an empty string joins with nothing between
        ["He eliminated his opposition.", "", "Russia has both."],
        ['"It is the main mission in\u00a0Syria."', "", "As for the mayor, he left."],
        ["The mayor has said.", "", "The benefits are small."],
        ["“We will go.”", "", "He left."],
        ["He left.", "", "“We will go,” she said."],
        ["Who left?", "", "She did!", "", "It was late."],
        ["It fell in 2016.", "", "The council met."],
        ["The harbour (now open).", "", "Ships came."],
        ["It was made in the U.S.", "", "The council met."],
        ["It rose 5%.", "", "It fell again."],
        # abbreviations
        ["It points to the U.S.-led war in Iraq.", "Others disagree."],
        ["It began on Sept. 30, 2015, and on Feb. 27 it ended.", "Nobody knew."],
        ["Navy Capt. Jeff Davis said so.", "Gen. Jane Doe of St. Louis did not."],
        ["Lt. Col. Jane Doe and Brig. Gen. Mary Roe met Sens. Ann Poe and Sue Moe.", "They ate."],
        ["J. K. Doe and George W. Roe met J.R.R. Poe.", "They ate."],
        ["He lives in the U.S.", "The council does not."],
        ["Jane Doe addressed the U.N. General Assembly.", "It was late."],
        ["She spoke at 5 p.m. Monday.", "It was late."],
        ["Mr. and Mrs. Doe v. Dr. Roe Jr. is over.", "It was late."],
        ["She is No. 5 in the list.", "He is not."],
        ["It cost $3.5 million, or 4,200.50 each.", "It was late."],
        ["Yahoo! Inc. and Warner Bros. Pictures met.", "They ate."],
        ["Visit gazette.com or www.Gazette.Org/The.News for more.", "It is free."],
        ["Write to Jane.Doe@Gazette.Example today.", "It is free."],
        ["He fell asleep at the wheel.", "Under those rules he was free."],
        ["The agency reports.", "“It is open,” he said."],
        # quotations
        ['"Go!" he said.', '"We will go," she said.'],
        ["“What now? ” he asked.", "“Nothing.”", "They left."],
        ["He said: “It is over.”", "Then he left."],
        ["(It was over.)", "Then he left."],
        # ellipses, marks
        ["He waited... and left.", "It was late."],
        ["Why?!", "Because."],
        ["He was a success -- they said so.", "It was late."],
        # other scripts
        ["قال الرئيس اليوم.", "إن الحرب انتهت؟", "نعم!"],
        ["הנשיא אמר.", "המלחמה נגמרה."],
        ["总统说。", "", "战争结束了！", "", "是吗？"],
        ["राष्ट्रपति ने कहा।", "युद्ध समाप्त।"],
        ["Le maire a dit « non ».", "Il est parti."],
        # no full stop at all
        ["the harbour is open and ships come in"],
        ["🚢", ""],
    ],
)
def test_sentences_are_told_apart(expected: list[str]) -> None:
    text = expected[0]
    for before, after in pairwise(expected):
        text += after if not before or not after else f" {after}"
    assert sentences(text) == [sentence for sentence in expected if sentence]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A heading\n\nA text.", ["A heading", "A text."]),
        ("A heading\nA text goes on here.", ["A heading", "A text goes on here."]),
        ("A heading\r\n \r\nA text.\r\n", ["A heading", "A text."]),
        ("One.\u2028Two.\x0cThree", ["One.", "Two.", "Three"]),
        (
            "The council said on Monday that the\nharbour would open soon.",
            ["The council said on Monday that the\nharbour would open soon."],
        ),
        (
            "The harbour reopened on Monday after two years of repairs, said\n"
            "Jane Doe of the Harbour Council. Ships had been waiting outside\n"
            "the breakwater since dawn, and nobody on board of them was hurt.\n"
            "The mayor came.",
            [
                "The harbour reopened on Monday after two years of repairs, said\n"
                "Jane Doe of the Harbour Council.",
                "Ships had been waiting outside\n"
                "the breakwater since dawn, and nobody on board of them was hurt.",
                "The mayor came.",
            ],
        ),
        (
            "Ships that came to the harbour\nShips that left the harbour\nShips that sank at sea",
            [
                "Ships that came to the harbour",
                "Ships that left the harbour",
                "Ships that sank at sea",
            ],
        ),
        ("1. Ukraine\n2. Syria", ["1. Ukraine", "2. Syria"]),
        ("", []),
        (" \n\u00a0\n", []),
    ],
)
def test_line_ends_part_headings_and_not_wrapped_paragraphs(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_only_the_asked_part_of_a_text_is_split() -> None:
    text = "One is here. Two is here. Three is here."
    assert sentence_spans(text, 13, 25) == ((13, 25),)
    assert sentence_spans(text, 13) == ((13, 25), (26, 40))


def test_a_sentence_without_end_is_cut_at_clauses() -> None:
    text = ", ".join(["the ships came in one after the other"] * 100)
    parts = sentences(text)
    assert len(parts) > 2
    assert all(part.endswith(",") for part in parts[:-1])
    assert " ".join(parts) == text


def test_the_seeds_have_the_sentences_that_a_reader_sees() -> None:
    found = [
        [one.text[a:b] for start, end in one.body for a, b in sentence_spans(one.text, start, end)]
        for one in read_articles(SEEDS).articles
    ]
    # All 180 were read, one by one: each is a sentence, a question of a title or a credit.
    assert [len(one) for one in found] == [35, 45, 29, 54, 17]
    assert any(one.endswith("eliminate his opposition.") for one in found[0])
    assert any(one.startswith("As for the Syrian President") for one in found[0])
    assert any(one.startswith("The benefits of Russia staying") for one in found[0])
    assert any(one.startswith("But the timing of Russia's withdrawal") for one in found[0])


@settings(deadline=None, max_examples=200)
@given(UGLY)
def test_sentences_are_ordered_bare_and_lose_nothing(text: str) -> None:
    spans = sentence_spans(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    covered = set()
    for start, end in spans:
        assert start < end <= start + MAX_SENTENCE
        assert text[start:end] == text[start:end].strip()
        covered.update(range(start, end))
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)
    assert sentence_spans(text) == spans
