"""quantities() and days(): numbers and dates however they are written."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.dates import days
from qa.numerals import quantities


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        ("270,000", 270_000, "", ""),
        ("270\u00a0000", 270_000, "", ""),
        ("more than 270,000 people", 270_000, "", "over"),
        ("at least a quarter of a million", 250_000, "", "over"),
        ("three quarters of a million", 750_000, "", ""),
        ("half a million", 500_000, "", ""),
        ("a million and a half", 1_500_000, "", ""),
        ("two and a half million", 2_500_000, "", ""),
        ("two hundred and fifty thousand", 250_000, "", ""),
        ("a hundred and two", 102, "", ""),
        ("a dozen planes", 12, "", ""),
        ("$1.5m", 1_500_000, "dollar", ""),
        ("1.2 bn euros", 1_200_000_000, "euro", ""),
        ("£3bn", 3_000_000_000, "pound", ""),
        ("150k", 150_000, "", ""),
        ("five-and-a-half-month campaign", Fraction(11, 2), "month", ""),
        ("5 per cent", 5, "%", ""),
        ("nearly 50%", 50, "%", "under"),
        ("100,000+", 100_000, "", "over"),
        ("50 or more", 50, "", "over"),
        ("10 percentage points", 10, "percentage point", ""),
        ("12 square miles", 12, "square mile", ""),
        ("two-thirds of voters", Fraction(2, 3), "", ""),
        ("a third of voters", Fraction(1, 3), "", ""),
        ("mid-2016", 2016, "", ""),
        ("zero", 0, "", ""),
    ],
)
def test_a_number_is_read_with_unit_and_direction(
    text: str, value: int | Fraction, unit: str, bound: str
) -> None:
    (quantity,) = quantities(text)
    assert (quantity.value, quantity.unit, quantity.bound) == (value, unit, bound)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("the fifth anniversary", "ordinal", 5),
        ("5th", "ordinal", 5),
        ("the twenty-first century", "ordinal", 21),
        ("tens of thousands of people", "vague", 10_000),
        ("dozens", "vague", 12),
        ("the 1990s", "vague", 1990),
    ],
)
def test_ordinals_and_vague_numbers_are_told_apart(text: str, kind: str, value: int) -> None:
    (quantity,) = quantities(text)
    assert str(quantity.kind) == kind
    assert quantity.value == value


@pytest.mark.parametrize(
    "text", ["S-400", "F16", "COVID-19", "3G", "a second-hand", "9" * 5000, ""]
)
def test_digits_in_names_and_endless_digits_are_no_numbers(text: str) -> None:
    assert [q for q in quantities(text) if q.kind != "ordinal"] == []


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Feb. 27", (None, 2, 27, None)),
        ("Feb 27, 2016", (2016, 2, 27, None)),
        ("the 3rd of May", (None, 5, 3, None)),
        ("30 Nov 2020.", (2020, 11, 30, None)),
        ("2016-02-27", (2016, 2, 27, None)),
        ("March 2016", (2016, 3, None, None)),
        ("in May", (None, 5, None, None)),
        ("mid-September", (None, 9, None, None)),
        ("Tuesday's vote", (None, None, None, 1)),
        ("Tuesday, March 15, 2016", (2016, 3, 15, 1)),
    ],
)
def test_a_date_is_read_with_what_it_says(text: str, fields: tuple[int | None, ...]) -> None:
    (day,) = days(text)
    assert (day.year, day.month, day.day, day.weekday) == fields


@pytest.mark.parametrize(
    "text",
    ["He may go.", "They march on.", "March 15,000 people", "Aug 40", "the Sun", "2016-13-45"],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert [day for day in days(text) if day.day or text.startswith(("He", "They", "the"))] == []


@given(st.text())
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    for found in (quantities(text), days(text, years=True)):
        ends = 0
        for item in found:
            start, end = item.span
            assert ends <= start < end <= len(text)
            ends = end
