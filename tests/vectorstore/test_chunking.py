"""Sentences and chunks: exact slices, nothing lost, never over the budget.

Run: pytest tests/vectorstore/test_chunking.py (no model, no network). Texts are invented.
"""

import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.articles import read_articles
from vectorstore.chunking import sentence_spans, split
from vectorstore.furniture import body_spans, furniture_lines
from vectorstore.records import Article, Chunk
from vectorstore.sentences import MAX_SENTENCE

SEEDS = Path(__file__).parents[2] / "seeds"


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def article(text: str) -> Article:
    return Article("a.txt", "0" * 64, "utf-8", text, "A", None, None, None, body_spans(text))


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


# --- sentences --------------------------------------------------------------------------------


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


TRICKY = 'The ship came.|U.S.|Capt. Doe|said.The|\n|\r\n|\n\n| |\u00a0|"|”|“|...|.|?!|\u200d|e\u0301|\0|、|。|ا؟'
UGLY = st.lists(
    st.one_of(st.sampled_from([*TRICKY.split("|"), "a" * 50]), st.text(max_size=12)), max_size=25
).map("".join)


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


# --- chunks -----------------------------------------------------------------------------------

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
