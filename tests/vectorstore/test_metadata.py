"""Title, outlet and date as a text states them; None where it does not.

Run: pytest tests/vectorstore/test_metadata.py (no model, no network). The texts are invented.
"""

from datetime import date

import pytest

from vectorstore.furniture import body_spans
from vectorstore.metadata import Stated, stated

LEAD = "The harbour reopened on Monday after two years of repairs, the council said in a statement."
TITLE_OF_LEAD = "The harbour reopened on Monday after two years of repairs, the council said in a…"
MORE = f"\n\n{LEAD}\n\nShips had waited outside since dawn. Nobody was hurt."


def read(text: str) -> Stated:
    return stated(text, body_spans(text))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Harbour reopens after two years" + MORE, "Harbour reopens after two years"),
        ("Who reopened the harbour?" + MORE, "Who reopened the harbour?"),
        ('Council calls harbour a "success"' + MORE, 'Council calls harbour a "success"'),
        ("What next? Harbour reopens on Tuesday" + MORE, "What next? Harbour reopens on Tuesday"),
        ("# Harbour reopens #" + MORE, "Harbour reopens"),
        ("By Jane Doe\n\n## Harbour reopens" + MORE, "Harbour reopens"),
        ("Title: Harbour reopens" + MORE, "Harbour reopens"),
        ('---\ntitle: "Harbour: reopened"\ndate: 2016-03-15\n---' + MORE, "Harbour: reopened"),
        ("Watch CBSN Live\n\nHarbour reopens" + MORE, "Harbour reopens"),
        (
            "By Jane Doe, The Guardian\n\nMarch 15, 2016\n\nHarbour reopens" + MORE,
            "Harbour reopens",
        ),
        ("Jane Doe\n\nThe Associated Press\n\nHarbour reopens" + MORE, "Harbour reopens"),
        ("Harbour\treopens \u00a0 now" + MORE, "Harbour reopens now"),
        ("Port | The Evening Beacon | 15 March 2016\n\nHarbour reopens" + MORE, "Harbour reopens"),
        ("Harbour | what next?" + MORE, "Harbour | what next?"),
        ("Ships return to Oslo | The Guardian" + MORE, "Ships return to Oslo | The Guardian"),
        ("Storm closes port | The Guardian" + MORE, "Storm closes port | The Guardian"),
        ("Opinion | From Oslo to Rome" + MORE, "Opinion | From Oslo to Rome"),
        ("Harbour Reopens\nPort | The Evening Beacon | 15 March 2016" + MORE, "Harbour Reopens"),
        # no title: the first words of the first sentence, without the dateline
        (LEAD, TITLE_OF_LEAD),
        ("CNN —\n\n" + LEAD, TITLE_OF_LEAD),
        ("LONDON (Reuters) - It is open. " + LEAD, "It is open."),
        ("(CNN)It is open. " + LEAD, "It is open."),
        ("OSLO, Norway — It is open again. Ships came." + MORE, "It is open again."),
        ("one two three", "one two three"),
        ("....", "...."),
    ],
)
def test_the_title_is_the_first_line_that_looks_like_one(text: str, title: str) -> None:
    assert read(text).title == title


def test_a_title_made_of_the_first_sentence_is_short_and_ends_at_a_word() -> None:
    title = read(LEAD).title
    assert len(title) <= 81
    assert title.endswith("…")
    assert LEAD.startswith(title[:-1])
    assert LEAD[len(title) - 1] == " "


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("Harbour reopens\n\n(CNN)The harbour" + MORE, "CNN"),
        ("CNN —" + MORE, "CNN"),
        ("New York CNN Business —" + MORE, "CNN"),
        ("LONDON (Reuters) - The harbour" + MORE, "Reuters"),
        ("OSLO, March 15, 2016 (AFP) - The harbour" + MORE, "AFP"),
        ("PARIS (Daily Planet) - The harbour" + MORE, "Daily Planet"),
        ("By Jane Doe, The Guardian" + MORE, "The Guardian"),
        ("By JANE DOE | USA TODAY" + MORE, "USA TODAY"),
        ("Jane Doe\n\nSpecial to USA TODAY" + MORE, "USA TODAY"),
        ("USA TODAY" + MORE, "USA TODAY"),
        ("Outlet: Harbour Gazette" + MORE, "Harbour Gazette"),
        ("Source: BBC" + MORE, "BBC News"),
        ("Harbour reopens" + MORE + "\n\nView CBS News In\nCBS News App Open", "CBS News"),
        ("Harbour reopens" + MORE + "\n\nTrending on HotAir Videos", "HotAir"),
        ("Harbour reopens" + MORE + "\n\n© 2016 The New York Times Company", "The New York Times"),
        (
            LEAD + "\n\nThe opinion of the author may not necessarily reflect the position of"
            " Russia Direct or its staff.",
            "Russia Direct",
        ),
        (LEAD + "\n\nThis article was originally published in The Atlantic.", "The Atlantic"),
        # outlets that no list knows, where an outlet's name stands
        ("Harbour reopens\n\n(Meridian News) - The harbour" + MORE, "Meridian News"),
        ("OSLO (Coastal Dispatch), March 15, 2016 — The harbour" + MORE, "Coastal Dispatch"),
        ("Harbour reopens\n\nBy Jane Doe, The Harbour Herald" + MORE, "The Harbour Herald"),
        ("Harbour reopens\n\nBy Jane Doe for the Daily Planet" + MORE, "Daily Planet"),
        ("By Jane Doe\nCourts correspondent, Northgate Courier" + MORE, "Northgate Courier"),
        ("Jane Doe\nMorning Echo\n15 March 2016" + MORE, "Morning Echo"),
        (
            "Harbour reopens\n\nPort | The Evening Beacon | 15 March 2016" + MORE,
            "The Evening Beacon",
        ),
        ("Harbour reopens\nHarbour Herald, 15 March 2016" + MORE, "Harbour Herald"),
        # headlines, sections and the like
        ("By Jane Doe\nBritain Leaves Gold Standard" + MORE, None),
        ("15 March 2016\nElon Berg Buys Harbour Post" + MORE, None),
        ("Film Review | By Jane Doe" + MORE, None),
        ("Monday, 15 March 2016\nDaily Horoscope" + MORE, None),
        ("Port Buys Star | The Guardian | 15 March 2016" + MORE, "The Guardian"),
        ("OSLO (Norway), March 15, 2016 — The harbour" + MORE, None),
        ("Harbour reopens\n\nOslo, 15 March 2016" + MORE, None),
        ("Harbour reopens\n\nOpinion | By Sam Star" + MORE, None),
        ("Harbour reopens\n\nBy Jane Doe, Political Editor" + MORE, None),
        ("Harbour reopens\n\nBy Jane Doe | Oslo | 15 March 2016" + MORE, None),
        ("Harbour reopens\n\nBreaking News\n15 March 2016" + MORE, None),
        ("Harbour reopens\n\n(Photo) - The harbour" + MORE, None),
        # the page goes before the agency that it prints
        ("LONDON (AP) — The harbour" + MORE + "\n\nView CBS News In", "CBS News"),
        # named in the story, as a source, in a credit or as further reading: not the outlet
        ("Harbour reopens\n\nCNN reported on Monday that it is open." + MORE, None),
        (LEAD + "\n\nThe mayor told Reuters that ships were waiting.", None),
        (LEAD + "\n\nREUTERS/Jane Doe", None),
        (LEAD + '\n\nRead more: "The New York Times on harbours"', None),
        (LEAD + "\n\nHer views do not reflect the position of the University of Oslo.", None),
        ("BREAKING - The harbour is open" + MORE, None),
        (LEAD, None),
    ],
)
def test_the_outlet_is_the_one_that_the_text_states(text: str, outlet: str | None) -> None:
    assert read(text).outlet == outlet


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Harbour reopens\n\nPublished: March 15, 2016" + MORE, date(2016, 3, 15)),
        ("Harbour reopens\nUpdated 7:35 AM ET, Tue March 15, 2016" + MORE, date(2016, 3, 15)),
        ("Updated: 16 March 2016\nPublished: 15 March 2016" + MORE, date(2016, 3, 15)),
        ("Harbour reopens\n\nTuesday, 15 March 2016" + MORE, date(2016, 3, 15)),
        ("Harbour reopens\n\nMar. 15, 2016, 9:45 a.m. EDT" + MORE, date(2016, 3, 15)),
        ("2016-03-15T08:00:00Z\n\nHarbour reopens" + MORE, date(2016, 3, 15)),
        ("date: 2016/03/15\ntitle: Harbour" + MORE, date(2016, 3, 15)),
        ("By Jane Doe, CNN | March 15, 2016" + MORE, date(2016, 3, 15)),
        ("LONDON, March 15, 2016 (Reuters) - The harbour" + MORE, date(2016, 3, 15)),
        (LEAD + "\n\nFirst published on 15 March 2016.", date(2016, 3, 15)),
        ("Date: 15/03/2016" + MORE, date(2016, 3, 15)),
        ("Port | The Evening Beacon | Tuesday, 15 March 2016" + MORE, date(2016, 3, 15)),
        ("Harbour reopens\nHarbour Herald - 15 March 2016" + MORE, date(2016, 3, 15)),
        ("Published 15 March 2016 | The Evening Beacon | Port" + MORE, date(2016, 3, 15)),
        ("OSLO (Coastal Dispatch), Mar. 15, 2016 — The harbour" + MORE, date(2016, 3, 15)),
        # of somebody, of an evening, of an event long past
        ("Harbour master dies\n\nBorn | 4 July 1950\nDied | 15 March 2016" + MORE, None),
        ("Harbour concert\n\nOslo Opera House | 20 May 2026 | 7pm" + MORE, None),
        ("Harbour remembers\n\nOSLO (Norway), June 6, 1944 — The harbour" + MORE, None),
        # a caption, a sentence, no year, two readings, no such day
        ("Ships wait at the quay, Tuesday, March 15, 2016. Photo: Harbour Office" + MORE, None),
        ("Harbour reopens\n\nShips wait outside Oslo, Tuesday, March 15, 2016." + MORE, None),
        ("Harbour reopens\n\nThe harbour closed on March 15, 2014, after a storm." + MORE, None),
        ("LONDON, March 15 (Reuters) - The harbour" + MORE, None),
        ("Date: 04/05/2016" + MORE, None),
        ("Date: February 30, 2016" + MORE, None),
        ("Published: last Tuesday" + MORE, None),
        (LEAD, None),
    ],
)
def test_the_date_is_the_one_stated_as_the_article_s_own(text: str, published: date | None) -> None:
    assert read(text).published == published


def test_the_address_is_read_from_a_label() -> None:
    assert read("URL: https://echo.example/a?b=1" + MORE).url == "https://echo.example/a?b=1"
    assert read("Source: https://echo.example/" + MORE).url == "https://echo.example/"
    assert read("Source: https://echo.example/" + MORE).outlet is None
    assert read("Link: javascript:alert(1)" + MORE).url is None
