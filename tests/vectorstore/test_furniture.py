"""What is news and what is page furniture: by the line, in doubt news.

Run: pytest tests/vectorstore/test_furniture.py (no model, no network). The texts are invented;
each line has a twin that looks alike and is news.
"""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.furniture import body_spans, furniture_lines

SEEDS = Path(__file__).parents[2] / "seeds"
NEWS = (
    "The harbour reopened on Monday after two years of repairs, the council said.\n\n"
    "Ships had waited outside since dawn. Nobody was hurt."
)


def dropped(text: str) -> list[str]:
    return furniture_lines(text, body_spans(text))


@pytest.mark.parametrize(
    "line",
    [
        # the interface
        "Watch CBSN Live",
        "View CBS News In",
        "Share this article:",
        "Share this story on Facebook",
        "Email this story",
        "Join the conversation as a VIP Member",
        "Advertisement",
        "ADVERTISEMENT",
        "Article continues below",
        "Story continues below advertisement",
        "Continue reading the main story",
        "Skip to content",
        "Read more",
        "Read More »",
        "[Read more here]",
        "Up next",
        "Privacy Policy",
        "Accept all cookies",
        "5 min read",
        "Click here to sign up for our app",
        "* * *",
        "____",
        "=======",
        # cross references
        'Related: "Three reasons why the harbour matters"',
        'Also read: "Why the port makes sense"',
        "READ MORE: Harbour closes after storm",
        "More:Harbour closes after storm in the north",
        "►RELATED: Harbour closes after storm",
        "Don't miss: What the harbour costs",
        "Trending on HotAir Videos",
        # running times
        "Ships begin to enter the harbour 02:33",
        "Conditions for sailors may get wors... 02:19",
        "Watch the first ships come in (1:23)",
        # sign-up
        "Sign up for our newsletter",
        "Get the day's headlines in your inbox. Sign up here.",
        "Like what you read? Subscribe to the Gazette newsletter today.",
        "Follow Jane Doe on Twitter: @janedoe",
        # credits and law
        "Photo: Jane Doe/Getty Images",
        "(Image credit: Jane Doe via AFP)",
        "REUTERS/Jane Doe",
        "Image source, Getty Images",
        "© 2016 Gazette Media Ltd",
        "Copyright 2016 The Gazette. All rights reserved.",
        "This material may not be published, broadcast, rewritten or redistributed.",
        "We use cookies to improve your experience.",
        "By clicking Accept you agree to our terms of use.",
    ],
)
def test_furniture_is_dropped_wherever_it_stands(line: str) -> None:
    assert dropped(f"Harbour reopens\n\n{NEWS}\n\n{line}\n\n{NEWS}") == [line]
    assert dropped(f"Harbour reopens\n\n{NEWS}\n\n{line}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "US Open",
        "Open for business",
        "Now open:",
        "Sign of the times",
        "The search",
        "The menu",
        "Facebook",
        "Health watch",
        "What did the council achieve?",
        "Most popular ships of 2016",
        "Read this if you own a boat.",
        "Related companies paid no tax, the report found.",
        "More: 7%",
        "More than 40 ships came.",
        "Share prices fell.",
        "Watch for falling rocks, the council said.",
        "Doors open at 07:30",
        "The first train leaves on Sunday 05:42",
        "Kick-off 08:00",
        "Monday, 09:15",
        "Mission Impossible, 02:33:10",
        'He quoted Matthew 05:14 at length. "Light," he said 02:10',
        "Residents can sign up for the council's newsletter at the town hall.",
        "Contact: (515) 262-2775; Facebook",
        "Anyone with information is asked to contact the police at tips@police.example.",
        "Download the parking app if you do not want to pay in cash.",
        "A lineup of ships is held before entry, Tuesday, March 15, 2016. Photo: Harbour Office",
        "Photo: Ships wait at the quay as the storm passes.",
        "Photos Show Ships at the Quay",
        "Copyright law protects the chart, the court ruled.",
        "The law would ban all rights reserved by the council, she said.",
        "Cookies are sold at the harbour.",
        "Contributing: The Associated Press",
        "Jane Doe covers ships for the Gazette. Reach her at jane@gazette.example.",
        "— Jane Doe",
        "€ 5",
        "🚢",
    ],
)
def test_a_line_that_only_looks_like_furniture_is_news(line: str) -> None:
    assert dropped(f"Harbour reopens\n\n{NEWS}\n\n{line}\n\n{NEWS}") == []


def test_a_contact_line_is_dropped_at_the_end_of_the_article_only() -> None:
    line = "Contact Jane Doe at jane@gazette.example. Follow her on Twitter @janedoe."
    assert dropped(f"Harbour reopens\n\n{NEWS}\n\n{line}") == [line]
    assert dropped(f"Harbour reopens\n\n{line}\n\n{NEWS}\n\n{NEWS}") == []


def test_headlines_with_times_one_under_the_other_are_a_table() -> None:
    table = "Jane Doe, Kenya, first 03:51\nMary Roe, Oslo, second 03:52"
    assert dropped(f"{NEWS}\n\n{table}\n\n{NEWS}") == []


def test_a_share_bar_is_dropped_but_a_heading_of_one_word_is_not() -> None:
    bar = ["Share", "Facebook", "Twitter", "Email"]
    assert dropped(NEWS + "\n" + "\n".join(bar)) == bar
    assert dropped(f"{NEWS}\n\nTwitter\n\n{NEWS}\n\nYouTube\n\n{NEWS}") == []


def test_navigation_at_the_foot_is_dropped_for_an_outlet_that_nobody_knows() -> None:
    foot = ["View Daily Planet In", "Daily Planet App Open", "Chrome Safari Continue"]
    assert dropped(NEWS + "\n\n" + "\n".join(foot)) == foot
    assert dropped(f"{NEWS}\n\nWhere Ships Open Their Doors\n\n{NEWS}") == []


def test_headlines_after_trending_are_dropped_to_the_end_of_the_file() -> None:
    links = ["Trending now", "Storm closes airport", "Why is the sea so loud?"]
    assert dropped(f"{NEWS}\n\n{NEWS}\n\n" + "\n".join(links)) == links
    assert dropped(f"{NEWS}\n\n{NEWS}" + "\n\nTrending now\n\nThe mayor resigned.") == [
        "Trending now"
    ]


def test_a_picture_s_description_gives_way_to_the_caption_that_repeats_it() -> None:
    description = "President Jane Doe meets the harbour master at the quay"
    caption = f"{description} in Oslo, March 14, 2016. REUTERS"
    assert dropped(f"{NEWS}\n\n{description}\n{caption}\n\n{NEWS}") == [description]


def test_a_paragraph_is_news_whatever_is_in_it() -> None:
    paragraph = "Sign up for our newsletter. " + "The council met again. " * 20
    assert dropped(f"{NEWS}\n\n{paragraph}") == []


def test_the_title_is_body_and_so_is_a_text_of_nothing_but_furniture() -> None:
    text = "Read more: a title\n\n" + NEWS
    assert body_spans(text)[0][0] == 0
    assert body_spans("Read more\n\nShare this article:") == ((0, 30),)
    assert body_spans(" \n\t\r\n") == ()
    assert body_spans("") == ()


def test_the_seeds_lose_their_furniture_and_nothing_else() -> None:
    found = {path.name[:3]: dropped(path.read_bytes().decode()) for path in SEEDS.glob("*.txt")}
    assert found == {
        "000": ["Share this article:"],
        "001": [
            "Watch CBSN Live",
            "Russian forces begin to withdraw from Syria 02:33",
            "Putin orders Russian troops out of Syria 03:43",
            "Conditions for Syrians in Aleppo may get wors... 02:19",
            "Russian President Vladimir Putin meets Foreign Minister Sergei Lavrov at the Kremlin"
            " in Moscow",
            "Civilians flee ISIS-controlled Mosul in race ... 03:56",
            "View CBS News In",
            "CBS News App Open",
            "Chrome Safari Continue",
        ],
        "002": ["Join the conversation as a VIP Member", "Trending on HotAir Videos"],
        "003": [
            'Related: "3 major obstacles facing the new Syrian ceasefire"',
            'Also read: "Why Putin\'s surprise move to withdraw from Syria makes sense"',
        ],
        "004": [],
    }


LINE_END = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
LINES = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from([*NEWS.splitlines(), "Read more", "Share", "Facebook", "***", "\u200b"]),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=150)
@given(LINES, st.sampled_from(["\n", "\r\n", "\n\n", "\r", "\u2028"]))
def test_body_spans_are_ordered_disjoint_and_bare(lines: list[str], line_end: str) -> None:
    text = line_end.join(lines)
    spans = body_spans(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
    # What is not body is whole lines: nothing is cut out of the middle of one.
    for start, end in spans:
        beside = LINE_END.split(text[:start])[-1] + LINE_END.split(text[end:])[0]
        assert beside.translate({0x200B: None, 0xFEFF: None}).strip() == ""


@pytest.mark.parametrize(
    "text", ["." * 2_000_000, "a " * 1_000_000, "Read more\n" * 50_000, "x\n" * 200_000]
)
def test_ugly_megabytes_take_seconds(text: str) -> None:
    assert body_spans(text)
