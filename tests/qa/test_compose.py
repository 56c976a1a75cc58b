"""compose(): what is led with, what is cited, when sources differ; and what must always hold."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.compose import Composed, compose, shown_text
from qa.forms import wants_more
from qa.literal import check
from qa.reading import Reading, candidate_at
from qa.records import Passage, Statement
from tests.fakes import article, chunk, passages_of, reading
from vectorstore.records import Article

RIVER = article("river.txt", "The flood came at night. It took 3,000 homes in Ardmore. Rain fell.")
WIRE = article("wire.txt", "Officials said three thousand homes were lost.")
RADIO = article("radio.txt", "Radio Tarn spoke of 5,000 homes lost to the water.")
MAYOR = article("mayor.txt", "Mayor Lucía Ortega ordered the evacuation.")
PRIEST = article("priest.txt", "Father Pedro Ruiz rang the bell on Friday.")


def composed(
    question: str, articles: Sequence[Article], *found: tuple[int, str, float]
) -> Composed:
    passages = passages_of(*articles)
    parts = compose(question, reading(passages, *found), passages, by_id(articles))
    assert parts is not None
    return parts


def by_id(articles: Sequence[Article]) -> Mapping[str, Article]:
    return {a.article_id: a for a in articles}


def test_nothing_proposed_is_no_answer() -> None:
    passages = passages_of(RIVER)
    assert compose("How many?", Reading((), (0.0,), 0.0), passages, by_id([RIVER])) is None


def test_a_single_span_is_answered_in_its_own_sentence() -> None:
    parts = composed("How many homes were lost?", [RIVER], (1, "3,000 homes", 0.9))
    assert parts.short == "3,000 homes"
    assert parts.statements == (Statement("It took 3,000 homes in Ardmore.", (1,)),)
    assert parts.disagreements == ()
    (cited,) = parts.citations
    assert (cited.marker, cited.file, cited.sha256) == (1, "river.txt", RIVER.sha256)
    assert cited.quote == RIVER.text[cited.start : cited.end] == "It took 3,000 homes in Ardmore."


def test_equal_values_are_one_statement_that_cites_every_source() -> None:
    parts = composed(
        "How many homes were lost?",
        [RIVER, WIRE],
        (1, "3,000 homes", 0.9),
        (2, "three thousand homes", 0.8),
    )
    assert parts.statements == (Statement("It took 3,000 homes in Ardmore.", (1, 2)),)
    assert [c.file for c in parts.citations] == ["river.txt", "wire.txt"]
    assert parts.disagreements == ()


def test_a_value_that_more_articles_give_passes_a_slightly_stronger_lone_one() -> None:
    found = ((1, "3,000 homes", 0.80), (2, "three thousand homes", 0.80), (3, "5,000 homes", 0.82))
    parts = composed("How many homes were lost?", [RIVER, WIRE, RADIO], *found)
    assert parts.short == "3,000 homes"


def test_copies_of_one_text_count_once_as_support_and_are_both_cited() -> None:
    copy = article("copy/river.txt", RIVER.text)
    found = ((1, "3,000 homes", 0.80), (2, "3,000 homes", 0.80), (3, "5,000 homes", 0.82))
    parts = composed("How many homes were lost?", [RIVER, copy, RADIO], *found)
    assert parts.short == "5,000 homes"
    assert {c.file for c in parts.citations} == {"river.txt", "copy/river.txt", "radio.txt"}


def test_other_numbers_of_other_articles_are_shown_as_a_disagreement() -> None:
    parts = composed(
        "How many homes were lost?", [RIVER, RADIO], (1, "3,000 homes", 0.9), (2, "5,000", 0.85)
    )
    assert [s.text for s in parts.statements] == [
        "It took 3,000 homes in Ardmore.",
        "Radio Tarn spoke of 5,000 homes lost to the water.",
    ]
    (differ,) = parts.disagreements
    assert differ.values == (("3,000 homes", (1,)), ("5,000", (2,)))


def test_an_article_that_backs_the_lead_only_weakly_may_differ() -> None:
    both = article("both.txt", "The storm hit 3,000 homes. Of these 900 homes were lost.")
    found = ((1, "3,000 homes", 0.9), (2, "900 homes", 0.8), (2, "3,000 homes", 0.1))
    (differ,) = composed("How many homes were lost?", [RIVER, both], *found).disagreements
    assert differ.values == (("3,000 homes", (1,)), ("900 homes", (2,)))
    cited = (*found[:2], (2, "3,000 homes", 0.37))
    assert composed("How many homes were lost?", [RIVER, both], *cited).disagreements == ()


SIGNED = "So far 6,000 people have signed the petition. Berg, Dahl, Lund and Vik of Tarn, Ardmore"
OTHERS = (
    "More than 90,000 people signed the petition. Ruiz, Ortega, Lima and Vega of Toledo, Cuenca"
)


@pytest.mark.parametrize(
    ("question", "n_differing"),
    [
        ("How many people have signed the petition?", 0),
        ("How many people have signed the petition about the Elm bridge?", 1),
    ],
)
def test_articles_without_common_names_differ_only_on_what_the_question_names(
    question: str, n_differing: int
) -> None:
    ours = article("ours.txt", f"{SIGNED}, Holm and Moss said so. It is about the Elm bridge.")
    theirs = article("theirs.txt", f"{OTHERS}, Soria and Jaca said so. It is about the Elm bridge.")
    found = ((1, "6,000 people", 0.9), (2, "More than 90,000 people", 0.9))
    parts = composed(question, [ours, theirs], *found)
    assert len(parts.disagreements) == n_differing


@pytest.mark.parametrize(
    ("why", "articles", "second"),
    [
        ("it is weak", [RIVER, RADIO], (2, "5,000 homes", 0.1)),
        ("it is a name", [RIVER, MAYOR], (2, "Lucía Ortega", 0.85)),
        (
            "the same article says both",
            [article("both.txt", "First 3,000 homes went. Then 5,000 homes went.")],
            (1, "5,000 homes", 0.85),
        ),
    ],
)
def test_another_value_is_no_disagreement_when(
    why: str, articles: list[Article], second: tuple[int, str, float]
) -> None:
    parts = composed("How many homes were lost?", articles, (1, "3,000 homes", 0.9), second)
    assert parts.disagreements == (), why
    assert parts.short == "3,000 homes"


@pytest.mark.parametrize(
    ("why", "texts", "found"),
    [
        (
            "they are said in other words of other people",
            ["Mayor Lucía Ortega ordered the evacuation.", "Father Pedro Ruiz rang the bell."],
            ((1, "Mayor Lucía Ortega", 0.9), (2, "Father Pedro Ruiz", 0.85)),
        ),
        (
            "one only says more",
            ["Berg opened the Tarn bridge.", "Anna Berg opened the Tarn bridge."],
            ((1, "Berg", 0.9), (2, "Anna Berg", 0.85)),
        ),
        (
            "the other sentence is of another year",
            [
                "Anna Berg opened the new Tarn bridge in 2019 at noon.",
                "Olaf Dahl opened the new Tarn bridge in 1987 at noon.",
            ],
            ((1, "Anna Berg", 0.9), (2, "Olaf Dahl", 0.6)),
        ),
    ],
)
def test_another_name_is_no_disagreement_when(
    why: str, texts: list[str], found: tuple[tuple[int, str, float], ...]
) -> None:
    articles = [article(f"{number}.txt", text) for number, text in enumerate(texts)]
    parts = composed("Who opened the Tarn bridge?", articles, *found)
    assert parts.disagreements == (), why


def test_the_same_sentence_with_another_name_is_a_disagreement() -> None:
    articles = [
        article("one.txt", "Anna Berg opened the Tarn bridge at noon."),
        article("two.txt", "Olaf Dahl opened the Tarn bridge at noon."),
    ]
    found = ((1, "Anna Berg", 0.9), (2, "Olaf Dahl", 0.1))
    parts = composed("Who opened the Tarn bridge?", articles, *found)
    (differ,) = parts.disagreements
    assert differ.values == (("Anna Berg", (1,)), ("Olaf Dahl", (2,)))
    assert composed("Which mayors opened it?", articles, *found).disagreements == ()


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        (
            "How many did storm Anna kill?",
            ("Storm Anna killed 107 people in Tarn.", "107"),
            ("Storm Berta killed 2,975 people in Ardmore.", "2,975"),
        ),
        (
            "How many seats did Labour win?",
            ("Labour won 232 seats in 2015.", "232"),
            ("Labour won 262 seats in 2017.", "262"),
        ),
        (
            "How many died in the first blast?",
            ("The first blast killed 12 people at the port.", "12"),
            ("The second blast killed 20 people at the port.", "20"),
        ),
        (
            "How many homes burnt?",
            ("In all 7,312 homes burnt.", "7,312"),
            ("The fire took about 7,300 homes.", "about 7,300"),
        ),
    ],
)
def test_numbers_of_other_events_and_rounded_ones_are_no_disagreement(
    question: str, first: tuple[str, str], second: tuple[str, str]
) -> None:
    articles = [article("one.txt", first[0]), article("two.txt", second[0])]
    parts = composed(question, articles, (1, first[1], 0.9), (2, second[1], 0.8))
    assert parts.disagreements == ()


def test_overlapping_spans_of_one_article_count_once() -> None:
    """Neighbouring chunks share a sentence: what is read in both is one piece of evidence."""
    start = RIVER.text.index("It took")
    one, other = chunk(RIVER, 0, len(RIVER.text) - 11), chunk(RIVER, start)
    passages = (Passage(one, 1, 0.9, 1.0, 0.1), Passage(other, 2, 0.8, 1.0, 0.1))
    span = (RIVER.text.index("3,000"), RIVER.text.index(" in Ardmore"))
    longer = (span[0], span[1] + len(" in Ardmore"))
    found = (candidate_at(passages[0], span, 0.9), candidate_at(passages[1], longer, 0.8))
    parts = compose("How many?", Reading(found, (0.9, 0.8), 0.9), passages, by_id([RIVER]))
    assert parts is not None
    assert parts.statements == (Statement("It took 3,000 homes in Ardmore.", (1,)),)
    assert len(parts.citations) == 1


def test_a_span_across_a_sentence_border_is_cited_with_both_sentences() -> None:
    parts = composed("What happened?", [RIVER], (1, "Ardmore. Rain", 0.9))
    assert parts.citations[0].quote == "It took 3,000 homes in Ardmore. Rain fell."


def test_line_breaks_are_closed_in_the_statement_and_kept_in_the_quote() -> None:
    broken = article("broken.txt", "It took 3,000\r\nhomes in  Ardmore.")
    passages = (Passage(chunk(broken), 1, 0.9, 1.0, 0.1),)
    parts = compose("How many?", reading(passages, (1, "3,000", 0.9)), passages, by_id([broken]))
    assert parts is not None
    assert parts.statements[0].text == "It took 3,000 homes in Ardmore."
    assert parts.citations[0].quote == broken.text


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("Why did the river rise?", True),
        ("How did the town react?", True),
        ("How was the dam built?", True),
        ("List the towns that were flooded.", True),
        ("Which towns were flooded?", True),
        ("What were the demands?", True),
        ("How many homes were lost?", False),
        ("How long did it rain?", False),
        ("Who ordered the evacuation?", False),
        ("When did it happen?", False),
        ("Where is Ardmore?", False),
    ],
)
def test_the_form_of_a_question_tells_whether_one_fact_is_enough(question: str, more: bool) -> None:
    assert wants_more(question) is more


def test_a_why_question_takes_further_sentences_and_a_who_question_does_not() -> None:
    found = ((1, "came at night", 0.9), (1, "Rain fell", 0.85), (2, "ordered", 0.05))
    why = composed("Why were homes lost?", [RIVER, MAYOR], *found)
    assert [s.text for s in why.statements] == ["The flood came at night.", "Rain fell."]
    who = composed("Who lost a home?", [RIVER, MAYOR], *found)
    assert len(who.statements) == 1


def test_a_why_question_does_not_repeat_wire_copy() -> None:
    copy = article("copy.txt", "The flood came at night, then.")
    found = ((1, "came at night", 0.9), (2, "then", 0.85))
    parts = composed("Why were homes lost?", [RIVER, copy], *found)
    assert [s.text for s in parts.statements] == ["The flood came at night."]


def test_the_shown_text_puts_each_statement_before_its_markers() -> None:
    statements = (Statement("It rained.", (1, 2)), Statement("It stopped.", (3,)))
    assert shown_text(statements) == "It rained. [1][2] It stopped. [3]"


@cache
def seed_passages() -> tuple[Mapping[str, Article], tuple[Passage, ...]]:
    """The seeds in chunks of three sentences, each sharing one with the next."""
    articles = [article(p.name, p.read_text("utf-8")) for p in sorted(Path("seeds").iterdir())]
    chunks = []
    for source in articles:
        spans = [span for passage in passages_of(source) for span in passage.chunk.sentences]
        for first in range(0, len(spans) - 1, 2):
            window = spans[first : first + 3]
            chunks.append(chunk(source, window[0][0], window[-1][1]))
    passages = tuple(Passage(c, n, 0.5, 1.0, 0.1) for n, c in enumerate(chunks, 1))
    return by_id(articles), passages


@st.composite
def seed_readings(draw: st.DrawFn) -> Reading:
    _, passages = seed_passages()
    found = []
    for passage in draw(st.lists(st.sampled_from(passages), min_size=1, max_size=8)):
        size = passage.chunk.end - passage.chunk.start
        first = draw(st.integers(0, size - 1))
        last = draw(st.integers(first + 1, min(size, first + 120)))
        span = (passage.chunk.start + first, passage.chunk.start + last)
        found.append(candidate_at(passage, span, draw(st.floats(0, 1))))
    found.sort(key=lambda c: (-c.score, c.passage, c.start))
    return Reading(tuple(found), tuple(0.0 for _ in passages), 1.0)


QUESTIONS = ("Why did Russia withdraw?", "How many planes left?", "Which groups are terrorists?")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(QUESTIONS), seed_readings())
def test_whatever_is_read_every_statement_is_proved_by_its_citations(
    question: str, read: Reading
) -> None:
    articles, passages = seed_passages()
    parts = compose(question, read, passages, articles)
    if parts is None:  # no span touches a sentence
        return
    assert parts.statements
    assert parts == compose(question, read, passages, articles)
    quotes = {c.marker: c.quote for c in parts.citations}
    used = [marker for statement in parts.statements for marker in statement.citations]
    assert list(dict.fromkeys(used)) == list(quotes) == list(range(1, len(quotes) + 1))
    for cited in parts.citations:
        assert cited.sha256 == articles[cited.file].sha256
        assert cited.quote == articles[cited.file].text[cited.start : cited.end] != ""
    for statement in parts.statements:
        assert statement.citations
        assert check(statement.text, [quotes[marker] for marker in statement.citations]) == ()
    for differ in parts.disagreements:
        assert len(differ.values) > 1
        for value, markers in differ.values:
            assert any(value in quotes[marker] for marker in markers)
    by_place = sorted((c.file, c.start, c.end) for c in parts.citations)
    assert all(a[0] != b[0] or a[1:] != b[1:] for a, b in pairwise(by_place)), "cited twice"


def test_a_part_of_a_number_is_widened_to_the_whole_with_its_bound() -> None:
    source = article("war.txt", "At least a quarter of a million people have been killed.")
    passages = passages_of(source)
    start = source.text.index("a million")
    found = candidate_at(passages[0], (start, start + len("a million")), 0.9)
    parts = compose("How many died?", Reading((found,), (0.9,), 0.9), passages, {"war.txt": source})
    assert parts is not None
    assert parts.short == "At least a quarter of a million"


def test_a_yes_and_a_no_of_two_articles_are_a_disagreement() -> None:
    ours = article("a.txt", "The ferry was insured. It sank on Monday.")
    theirs = article("b.txt", "The ferry was not insured, the owner said.")
    same = article("c.txt", "The ferry was insured in Oslo.")
    asked = "Was the ferry insured?"
    found = ((1, "insured", 0.9), (2, "insured", 0.7), (3, "insured", 0.8))
    parts = composed(asked, [ours, theirs, same], *found)
    assert parts.short == "Yes"
    assert [value for value, _ in parts.disagreements[0].values] == ["Yes", "No"]
    assert [c.file for c in parts.citations] == ["a.txt", "c.txt", "b.txt"]
    assert composed(asked, [ours, same], found[0], (2, "insured", 0.8)).disagreements == ()
    weak = composed(asked, [ours, theirs], found[0], (2, "not insured", 0.1))
    assert weak.disagreements == ()


def test_a_no_of_another_day_contradicts_nothing() -> None:
    ours = article("a.txt", "The mayor was arrested on Monday.")
    theirs = article("b.txt", "The mayor was not arrested on Sunday.")
    found = (1, "arrested", 0.9), (2, "not arrested", 0.85)
    assert composed("Was the mayor arrested?", [ours, theirs], *found).disagreements == ()
