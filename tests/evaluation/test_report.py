"""The report: one page without requests or markup from texts, the same as Markdown, the table."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser

from rich.console import Console

from qa.evaluation import Evalset, Report, compare, evaluate
from qa.evaluation.markdown import markdown_report, safe
from qa.evaluation.page import html_report, in_context
from qa.evaluation.report import to_json_dict
from qa.evaluation.table import print_reports
from qa.records import Answer
from tests.evaluation import hand

EVIL = '<img src="http://evil.example/x.png" onerror=alert(1)><script>alert(2)</script>'


def evil_run(name: str = "reader") -> Report:
    """A right case, a wrong one, a refusal, an error; markup wherever text can come from."""
    cases = (
        replace(hand.HOW_MANY, question=f"How many? {EVIL}", kind=EVIL, case_id=f"ships{EVIL}"),
        replace(hand.WHO, answers=(EVIL,), history=((EVIL, EVIL),)),
        hand.COST,
        hand.NORTH,
    )

    def ask(question: str) -> Answer:
        if question.startswith("How many?"):
            given = hand.answer(f"{hand.SHIPS} {EVIL}", ("port.txt", hand.SHIPS), short=EVIL)
            return replace(given, model=name)
        if question == hand.COST.question:
            return replace(hand.abstain(), reason=EVIL)
        if question == hand.NORTH.question:
            raise RuntimeError(EVIL)
        return hand.answer(hand.KILLED, ("storm.txt", hand.KILLED))

    return evaluate(ask, Evalset(EVIL, cases), articles=hand.TEXTS, model=name)


class Tags(HTMLParser):
    """Collects tags with their attributes, and the text of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("meta", "rect", "line", "circle", "polyline"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line", "circle", "polyline") or self.open[-1:] == [tag]:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_escapes_every_text_and_asks_the_network_for_nothing() -> None:
    page = html_report([evil_run(), evil_run(EVIL)], hand.TEXTS)
    tags = Tags()
    tags.feed(page)
    assert not {"img", "script", "link", "iframe", "object", "a", "base"} & set(tags.tags)
    asking = {"src", "href", "srcset", "action", "data", "poster", "background", "xlink:href"}
    assert not asking & {name for name, _ in tags.attributes}
    assert not [name for name, _ in tags.attributes if name.startswith("on")]
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page
    assert tags.words.count(EVIL) > 10  # shown as text
    assert tags.open == []


def test_the_page_shows_scores_plots_stages_and_quotes_in_context() -> None:
    page = html_report([evil_run()], hand.TEXTS)
    tags = Tags()
    tags.feed(page)
    assert tags.tags.count("svg") == 3  # two plots and a key
    assert "polyline" in tags.tags
    assert "circle" in tags.tags
    assert tags.tags.count("details") == 1 + 4  # by kind, and one a case
    assert f"<mark>{hand.SHIPS}</mark>" in page
    assert "reopened on Monday. <mark>" in page
    assert "retrieved but not read" in tags.words
    assert "failed with an error (1)" in tags.words
    assert "nothing wrong (2)" in tags.words


def test_a_quote_that_is_not_there_stands_alone() -> None:
    (citation,) = hand.PERFECT["How many ships waited?"].citations
    before, quote, after = in_context(citation, hand.TEXTS)
    assert before + quote + after == hand.PORT
    assert in_context(citation, {}) == ("", hand.SHIPS, "")
    assert in_context(replace(citation, start=1), hand.TEXTS) == ("", hand.SHIPS, "")
    long = {"port.txt": "x" * 500 + hand.PORT + "y" * 500}
    moved = replace(citation, start=citation.start + 500, end=citation.end + 500)
    before, _, after = in_context(moved, long)
    assert before.startswith("…x")
    assert after.endswith("y…")
    assert len(before) == len(after) == 121


def test_markdown_holds_the_same_and_no_markup_of_its_texts() -> None:
    report = evil_run()
    text = markdown_report([report], hand.TEXTS)
    assert "<img" not in text
    assert "<script" not in text
    for name in report.scores:
        assert safe(name) in text
    assert text.count("<details>") == text.count("</details>") == 2  # the wrong ones open
    assert f"**{safe(hand.KILLED)}**" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) >= 3 for row in rows)


def test_markdown_shows_markup_as_it_stands() -> None:
    assert safe("a|b *c* [d](e)\n# f") == r"a\|b \*c\* \[d\]\(e\) \# f"
    assert safe("<b>") == "&lt;b&gt;"


def test_a_comparison_is_part_of_every_form() -> None:
    new, old = evil_run(), evil_run("older")
    found = compare(new, old)
    assert f"{found.n_shared} cases in both" in html_report([new], hand.TEXTS, found)
    assert "against older" in markdown_report([new], hand.TEXTS, found)
    assert "won: none" in printed([new], found)


def printed(reports: list[Report], comparison: object = None) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=160, force_terminal=False)
    print_reports(console, reports, comparison)  # type: ignore[arg-type]
    return stream.getvalue()


def test_the_table_has_every_measure_the_sanity_rows_and_the_stages() -> None:
    report = evaluate(hand.perfect, hand.EVALSET, articles=hand.TEXTS, model="reader")
    copy = replace(report, model="baseline")
    text = printed([report, copy])
    for name in (*report.scores, *report.stages, "always abstain", "always “4,200”", "wall"):
        assert name in text
    assert re.search(r"answer_in_lead +4 +1\.00 \[0\.40, 1\.00\] +1\.00 \[0\.40, 1\.00\]", text)
    assert "baseline" in text


def test_what_must_not_be_missed_is_said() -> None:
    report = evil_run()
    answered_by = {"reader": 3, "openai:gpt-4o-mini": 40}
    report = replace(report, n_left=5, meta={**report.meta, "answered_by": answered_by})
    text = printed([report])
    assert "1 questions raised an error, the first: RuntimeError" in text
    assert "reader 3, openai:gpt-4o-mini 40" in text
    assert "5 cases not asked" in text


def test_brackets_in_names_are_not_markup() -> None:
    report = evaluate(hand.perfect, hand.EVALSET, articles=hand.TEXTS, model="[red]x[/red]")
    assert "[red]x[/red]" in printed([report])


def test_json_has_the_first_model_on_top_and_each_under_models() -> None:
    report = evaluate(hand.perfect, hand.EVALSET, articles=hand.TEXTS, model="reader")
    alone = to_json_dict([report])
    assert "models" not in alone
    assert set(alone["scores"]["answer_in_lead"]) == {"value", "low", "high", "n"}
    both = to_json_dict([report, replace(report, model="baseline")])
    assert set(both["models"]) == {"reader", "baseline"}
    assert both["scores"] == both["models"]["reader"]["scores"]
    assert both["meta"]["model"] == "reader"
    first = both["cases"][0]
    assert first["expected"] == ["4,200"]
    assert first["citations"][0]["quote"] == hand.SHIPS
    assert first["values"]["citation_precision"] == [1.0, 1.0]
