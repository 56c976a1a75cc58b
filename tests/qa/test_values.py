"""When two short answers are one value, and when they are not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.values import compatible_value, contradicts, normal_value, same_value, value_kind

SAME = [
    # dates
    ("Feb. 27", "February 27"),
    ("Feb. 27", "Feb 27, 2016"),
    ("27 February 2016", "2016-02-27"),
    ("on Tuesday", "Tuesday, March 15, 2016"),
    ("Tuesday morning", "Tuesday"),
    ("March 2016", "Mar. 2016"),
    ("2016", "in 2016"),
    ("5 p.m.", "17:00"),
    ("at 5pm on Friday", "Friday at 5:00 p.m."),
    # numbers
    ("more than 270,000", "over 270,000"),
    ("more than 270,000", "270,000"),
    ("about 150,000", "some 150,000 people"),
    ("3,000", "3000"),
    ("3,000", "three thousand"),
    ("$1.5m", "1.5 million dollars"),
    ("US$1.5 million", "1.5 million US dollars"),
    ("five", "5"),
    ("5%", "five per cent"),
    ("a dozen", "12"),
    ("five-and-a-half-month", "five and a half months"),
    ("half a million", "500,000"),
    ("two hundred and fifty", "250"),
    ("35-year-old", "35"),
    ("21st", "the twenty-first"),
    ("at least 15, including three children", "15 people"),
    # names
    ("President Vladimir Putin", "Vladimir Putin"),
    ("President Vladimir Putin", "Putin"),
    ("Mr. Putin", "Russian President Vladimir Putin"),
    ("Hmeymim", "Hmeimim"),
    ("Hmeymim", "Hemeimeem"),
    ("Hmeymim air base", "the Hemeimeem air base"),
    ("Bashar al-Assad", "Bashar Assad"),
    ("Mohammed", "Muhammad"),
    ("Zelenskyy", "Zelensky"),
    ("Zürich", "Zurich"),
    ("U.N.", "United Nations"),
    ("ISIS", "Islamic State of Iraq and Syria"),
    ("Navy Capt. Jeff Davis", "Davis"),
    ("Dmitry Peskov, a Kremlin spokesman", "Peskov"),
    ("George W. Bush", "George Bush"),
    ("Xi", "Xi Jinping"),
    ("Germany", "German"),
    ("Iran and Hezbollah", "Hezbollah and Iran"),
    # case, quotes, articles
    ("the Kremlin", "The Kremlin"),
    ("“mission accomplished”", '"Mission Accomplished"'),
    ("a withdrawal", "the withdrawal."),
]

DIFFERENT = [
    ("at least a quarter of a million", "270,000"),
    ("fifth", "five"),
    ("five months", "five years"),
    ("5%", "$5"),
    ("1.5 million dollars", "1.5 million euros"),
    ("more than 100", "fewer than 100"),
    ("hundreds", "thousands"),
    ("two-thirds", "three quarters"),
    ("1990s", "1990"),
    ("Feb. 27", "Feb. 28"),
    ("Feb. 27, 2015", "Feb. 27, 2016"),
    ("March 2015", "March 2016"),
    ("March", "March 15"),
    ("Tuesday", "Wednesday"),
    ("Tuesday", "March 16, 2016"),
    ("5 p.m.", "5 a.m."),
    ("Putin", "Assad"),
    ("Hillary Clinton", "Bill Clinton"),
    ("Maria", "Mario"),
    ("Martin", "Morton"),
    ("Clinton", "Clanton"),
    ("Niger", "Nigeria"),
    ("Austria", "Australia"),
    ("Iran", "Iraq"),
    ("Korea", "South Korea"),
    ("England", "Bank of England"),
    ("Washington", "Washington Institute"),
    ("New York", "New York Times"),
    ("Foreign Ministry", "Defense Ministry"),
    ("Justice Department", "Defense Department"),
    ("Iran and Hezbollah", "Iran and Syria"),
    ("Iran and Hezbollah", "Iran"),
    ("a withdrawal", "a partial withdrawal"),
    ("", "a"),
    ("", "—"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_value_written_two_ways_is_the_same(a: str, b: str) -> None:
    assert same_value(a, b)
    assert same_value(b, a)
    assert compatible_value(a, b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_values_differ(a: str, b: str) -> None:
    assert not same_value(a, b)
    assert not same_value(b, a)


@pytest.mark.parametrize(
    ("a", "b", "compatible"),
    [
        ("September", "Sept. 30", True),
        ("2016", "March 15, 2016", True),
        ("September", "October 3", False),
        ("Geneva", "Geneva, Switzerland", True),
        ("Latakia", "Syria's coastal province of Latakia", True),
        ("more than 200", "270", True),
        ("more than 300", "270", False),
        ("nearly 300", "270", True),
        ("dozens", "45", True),
        ("270", "250", False),
        ("Putin", "Assad", False),
    ],
)
def test_saying_less_is_no_contradiction(a: str, b: str, compatible: bool) -> None:
    assert compatible_value(a, b) is compatible
    assert compatible_value(b, a) is compatible


@pytest.mark.parametrize(
    ("text", "kind", "normal"),
    [
        ("Feb 27, 2016", "date", "2016-02-27"),
        ("last September", "date", "--09"),
        ("Tuesday at 5 p.m. local time", "date", "weekday 1 17:00"),
        ("more than 270,000 people", "number", "over 270000"),
        ("$1.5m", "number", "1500000 dollar"),
        ("five-and-a-half-month", "number", "5.5 month"),
        ("the fifth", "number", "5 ordinal"),
        ("five planes and two helicopters", "number", "5 2"),
        ("President Vladimir Putin", "name", "vladimir putin"),
        ("the Russian Defense Ministry", "name", "russian defense ministry"),
        ("S-400", "name", "s-400"),
        ("one of the generals", "text", "one of generals"),
        ("to pose as a peacemaker", "text", "to pose as peacemaker"),
        ("He may march in May", "text", "he may march in may"),
        ("", "text", ""),
        ("—", "text", ""),
    ],
)
def test_kind_and_normal_form(text: str, kind: str, normal: str) -> None:
    assert value_kind(text) == kind
    assert normal_value(text) == normal


@given(st.text(max_size=40), st.text(max_size=40))
@example("0%B", "B\U00018cd6B")
def test_sameness_is_symmetric_and_holds_of_a_value_itself(a: str, b: str) -> None:
    assert same_value(a, a)
    assert same_value(a, b) == same_value(b, a)
    assert compatible_value(a, b) == compatible_value(b, a)
    normal_value(a)


_FORMS = st.sampled_from([text for pair in SAME + DIFFERENT for text in pair])


@given(_FORMS, _FORMS)
def test_sameness_is_symmetric_on_news_values(a: str, b: str) -> None:
    assert same_value(a, b) == same_value(b, a)
    assert compatible_value(a, b) == compatible_value(b, a)


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("7,312", "about 7,300", False),
        ("212", "more than 200", False),
        ("$26.2 billion", "$26bn", False),
        ("dozens", "62", False),
        ("more than 30", "3,000", True),
        ("more than 270,000", "At least a quarter of a million", True),
        ("3,000 homes", "5,000", True),
        ("5 months", "9,000 sorties", False),
        ("Thursday", "April 21", False),
        ("February 27", "March 1", True),
        ("Feb. 27", "February 27, 2016", False),
        ("2015", "2017", True),
        ("Kim Jong-un", "Kim Jong Un", False),
        ("Disney", "Walt Disney Company", False),
        ("Anna Berg", "Olaf Dahl", True),
        ("Anna Berg", "12", False),
        ("pilot error", "engine failure", False),
    ],
)
def test_only_values_that_cannot_both_be_true_contradict(
    one: str, other: str, contradict: bool
) -> None:
    assert contradicts(one, other) is contradict
    assert contradicts(other, one) is contradict
