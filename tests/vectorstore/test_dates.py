"""Dates that can be read in one way.

Run: pytest tests/vectorstore/test_dates.py (no model, no network).
"""

from datetime import date

import pytest

from vectorstore.dates import dates_in, is_date_line


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("3rd of May 2020 and May 4, 2020", [date(2020, 5, 3), date(2020, 5, 4)]),
        ("12.12.2012", [date(2012, 12, 12)]),
        ("31.12.2012", [date(2012, 12, 31)]),
        ("12/31/2012", [date(2012, 12, 31)]),
        ("1/2/2012", []),
        ("in 2012, may 2013 be better", []),
    ],
)
def test_only_dates_with_one_reading_count(text: str, dates: list[date]) -> None:
    assert dates_in(text) == dates


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("March 15, 2016", True),
        ("Updated 7:35 a.m. ET, Tuesday, March 15, 2016", True),
        ("Published on 15 March 2016 at 10:00 GMT", True),
        ("Ships wait at the quay, March 15, 2016", False),
        ("March 2016", False),
    ],
)
def test_a_date_line_holds_nothing_else(line: str, expected: bool) -> None:
    assert is_date_line(line) is expected
