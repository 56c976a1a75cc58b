"""Full dates as newspapers write them, in English and in figures.

A date counts only when it can be read in one way: day, month and year are all there. Relative
ones ("on Tuesday") are for whoever knows when the article was published.
"""

import re
from datetime import date

_MONTH_NAMES = """january jan|february feb|march mar|april apr|may|june jun|july jul|august aug
    |september sept sep|october oct|november nov|december dec"""
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split("|"), start=1)
    for name in names.split()
}
_MONTH = r"(?P<{}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
DATE = re.compile(
    rf"""\b(?:(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d\d?)[-/.](?P<d1>\d\d?)(?:T[\d:.+Z-]*)?
    |{_MONTH.format("m2")}\ ?(?P<d2>\d\d?)(?:st|nd|rd|th)?,?\ (?P<y2>(?:19|20)\d\d)
    |(?P<d3>\d\d?)(?:st|nd|rd|th)?\ (?:of\ )?{_MONTH.format("m3")},?\ (?P<y3>(?:19|20)\d\d)
    |(?P<a4>\d\d?)[/.](?P<b4>\d\d?)[/.](?P<y4>(?:19|20)\d\d))\b""",
    re.I | re.X,
)
_AROUND_A_DATE = re.compile(
    r"""(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\b|\d\d?[:.]\d\d|\b[ap]\.?m\b\.?
    |\b(?:published|posted|updated|last|modified|first|originally|date|on|at|of|the|gmt|bst|utc|est|edt|et|ct
    |pt|pst|pdt|cet|ist|am|pm|a|this|article|story|was)\b|[\W_]""",
    re.I | re.X,
)


def dates_in(text: str) -> list[date]:
    """The full dates in a piece of text; 04/05/2016 could be two days and counts as none."""
    dates = []
    for found in DATE.finditer(text):
        year = int(found["y1"] or found["y2"] or found["y3"] or found["y4"])
        if found["y4"]:
            first, second = int(found["a4"]), int(found["b4"])
            if first <= 12 and second <= 12 and first != second:
                continue
            day, month = max(first, second), min(first, second)
        else:
            name = found["m2"] or found["m3"]
            month = _MONTHS[name.lower()] if name else int(found["m1"])
            day = int(found["d1"] or found["d2"] or found["d3"])
        try:
            dates.append(date(year, month, day))
        except ValueError:
            continue
    return dates


def is_date_line(line: str) -> bool:
    """A line that holds a date and the words that go with one, nothing else."""
    return (
        len(line) <= 100 and bool(dates_in(line)) and not _AROUND_A_DATE.sub("", DATE.sub("", line))
    )
