"""check(): what a sentence says that no evidence carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.literal import check

FLOOD = (
    "The River Tarn burst its banks on Feb. 27, flooding 3,000 homes in Ardmore, said Mayor "
    "Lucía Ortega, who called it “the worst night of my life”. Damage is put at $1.5m, the U.N. "
    "said, five percent more than in 2014."
)
GAME = (
    "Harbour City FC beat the Northern Irish champions 3-1 in their fifth final; Al-Qadir scored."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Tarn flooded three thousand homes.",
        "It flooded 3000 homes on February 27.",
        "The damage is 1.5 million dollars, 5% more than in 2014.",
        'Mayor Ortega called it "the worst night of my life".',
        "The mayor called it 'the worst night of my life.'",
        "Ortega said the night was “the Worst  Night of my life”.",
        "Lucia Ortega's town was flooded in February.",
        "According to the United Nations, damage rose.",
        "The UN put a figure on it.",
        "First, the river rose; one of the homes fell.",
        "At first nobody noticed.",
        "“the worst ... of my life”, she said",
        "Flooding was bad, and fortunately it ended.",
    ],
)
def test_what_the_evidence_carries_passes(sentence: str) -> None:
    assert check(sentence, [FLOOD]) == ()


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The Tarn flooded 4,000 homes.", ("4,000",)),
        ("The Tarn flooded thirty thousand homes.", ("thirty thousand",)),
        ("The Tarn flooded thousands of homes.", ("thousands",)),
        ("It happened on February 28.", ("February 28",)),
        ("It happened on Feb. 27, 2015.", ("Feb. 27, 2015",)),
        ("It happened on Sunday.", ("Sunday",)),
        ("Damage is put at €1.5m.", ("€1.5m",)),
        ("Damage is put at $1.5bn.", ("$1.5bn",)),
        ("Damage rose by 27 percent.", ("27 percent",)),
        ("Twenty-seven people died.", ("Twenty-seven",)),
        ("Ortega called it “the best night of my life”.", ("“the best night of my life”",)),
        ("The Loire burst its banks.", ("Loire",)),
        ("Macron said the river rose.", ("Macron",)),
        ("Paris's homes were flooded.", ("Paris",)),
        ("Mayor Lucía Tarn spoke.", ("Lucía Tarn",)),
        ("Mayor Pedro Ortega spoke.", ("Pedro",)),
        ("NATO put a figure on it.", ("NATO",)),
        ("They told US reporters.", ("US",)),
        ("It was the third flood in Ardmore.", ("third",)),
        ("Smith, Jones and Ortega flooded 9 homes.", ("Smith", "Jones", "9")),
    ],
)
def test_what_no_evidence_carries_is_named(sentence: str, missing: tuple[str, ...]) -> None:
    assert check(sentence, [FLOOD]) == missing


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Harbour City won 3-1 in their 5th final.", ()),
        ("Al-Qadir scored against Northern Ireland's champions.", ()),
        ("Qadir scored.", ()),
        ("They reached five finals.", ("five",)),
        ("Harbour City won 3-2.", ("2",)),
        ("Northern City lost.", ("Northern City",)),
    ],
)
def test_scores_ordinals_and_peoples(sentence: str, missing: tuple[str, ...]) -> None:
    assert check(sentence, [GAME]) == missing


def test_a_word_may_come_from_any_evidence_but_a_name_from_one() -> None:
    evidence = ["Anna Berg spoke in Oslo.", "Jonas Lind spoke in Bergen."]
    assert check("Anna Berg and Jonas Lind spoke.", evidence) == ()
    assert check("Anna Lind spoke.", evidence) == ("Anna Lind",)
    assert check("Anna Lind spoke.", ["Anna Berg and Jonas Lind spoke."]) == ("Anna Lind",)


def test_a_name_may_be_shortened_or_joined() -> None:
    assert check("Duane Chapman spoke.", ["Duane Lee “Dog” Chapman I. spoke."]) == ()
    assert check("Tech Crunch wrote it.", ["TechCrunch wrote it."]) == ()
    assert check("The United Nations met.", ["The UN met."]) == ()


def test_numbers_inside_names_are_names() -> None:
    assert check("The S-400 stays.", ["The S-400 system stays."]) == ()
    assert check("It spread covid-19.", ["It spread covid."]) == ()
    assert check("The S-300 stays.", ["The S-400 system stays."]) == ("S-300",)


def test_a_day_of_the_month_is_no_count() -> None:
    assert check("It killed 27 people.", ["It began on Feb. 27."]) == ("27",)


def test_transliterations_are_one_name() -> None:
    evidence = ["Planes left the Hemeimeem base, and Muammar Gadafi spoke."]
    assert check("They left the Hmeymim base.", evidence) == ()
    assert check("Muammar Gaddafi spoke.", evidence) == ()


def test_directions_that_contradict_are_missing() -> None:
    assert check("Fewer than 500 came.", ["More than 500 came."]) == ("500",)
    assert check("About 500 came.", ["More than 500 came."]) == ()


def test_without_evidence_everything_exact_is_missing() -> None:
    assert check("Ortega lost 5 homes.", []) == ("Ortega", "5")
    assert check("The river rose.", []) == ()
    assert check("", []) == ()


@given(st.text())
def test_a_text_carries_itself(text: str) -> None:
    assert check(text, [text]) == ()


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_any_text_is_checked_without_an_error(sentence: str, evidence: list[str]) -> None:
    for missing in check(sentence, evidence):
        assert missing
