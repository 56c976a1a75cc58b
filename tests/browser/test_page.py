"""The page as a user meets it: asking, chips, the panel, abstaining, failing, phone, dark, reload.

Run: .venv/bin/python -m pytest tests/browser
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import served
from tests.page_fakes import FakeFootnote, seeds_footnote


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#ask textarea")).to_be_enabled(timeout=20_000)
    expect(page.locator("#about")).to_contain_text("5 articles")


def ask(page: Page, question: str) -> None:
    """Send a question and wait until the box can take the next one."""
    n_before = page.locator("#chat .fn-answer").count()
    box = page.locator("#ask textarea")
    box.fill(question)
    box.press("Enter")
    page.wait_for_function(  # looks at every frame, where expect() polls ever more rarely
        """n => document.querySelectorAll("#chat .fn-answer").length === n
            && !document.querySelector(".fn-status, .fn-growing")
            && !document.querySelector("#ask textarea").disabled
            && document.querySelector("#ask .submit-button")""",
        arg=n_before + 1,
        timeout=20_000,
    )


def test_answer_streams_and_ends_with_chips_in_its_sentences(
    page: Page, address: str, fake: FakeFootnote
) -> None:
    open_page(page, address)
    fake.pause_s = 0.15
    try:
        page.locator("#ask textarea").fill("Who ordered it?")
        page.locator("#ask textarea").press("Enter")
        expect(page.locator(".fn-growing")).to_be_visible()
        expect(page.locator("a.cite")).to_have_count(0)
    finally:
        fake.pause_s = 0.0
    expect(page.locator(".fn-statement a.cite")).to_have_count(2, timeout=10_000)
    assert page.locator(".fn-statement").first.inner_text().startswith("Russian President")
    expect(page.locator("a.cite").first).to_have_text("1")


def test_click_opens_the_article_at_the_marked_quote(
    page: Page, address: str, fake: FakeFootnote
) -> None:
    open_page(page, address)
    expect(page.locator("#source")).to_be_hidden()
    ask(page, "Who ordered it?")
    quotes = [c.quote for c in fake.canned["Who ordered"]("").citations]
    for i, quote in enumerate(quotes):
        page.locator("a.cite").nth(i).click()
        mark = page.locator("#source mark")
        expect(mark).to_have_text(quote)
        expect(mark).to_be_in_viewport()
    expect(page.locator("#source")).to_contain_text("000_80ab0a41724049a7.txt")
    expect(page.locator("#source .source-outlet")).to_have_text("CNN")
    expect(page.locator("#source .source-notice")).to_have_count(0)


def test_citations_work_from_the_keyboard(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, "Who ordered it?")
    chip = page.locator("a.cite").first
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#source mark")).to_be_in_viewport()
    page.get_by_label("Next citation").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#source mark")).to_contain_text("The first group of Russian planes")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(page.locator("a.cite").nth(1)).to_be_focused()


def test_abstention_says_so_with_the_nearest_passages(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, "What is the capital of Brazil?")
    answer = page.locator(".fn-abstained")
    expect(answer).to_contain_text("The articles do not say. No article mentions “Brazil”.")
    expect(answer.locator("a.cite")).to_have_count(0)
    expect(answer.locator("a.fn-near")).to_have_count(3)
    answer.locator("a.fn-near").nth(1).click()
    expect(page.locator("#source mark").first).to_be_in_viewport()


def test_dissent_warning_and_rewritten_question_are_shown(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, "When did it begin?")
    expect(page.locator(".fn-differ")).to_contain_text("Sources differ")
    expect(page.locator(".fn-differ li")).to_have_count(2)
    expect(page.locator(".fn-warning")).to_contain_text("big.txt was not indexed")
    ask(page, "And why?")
    expect(page.locator(".fn-understood")).to_have_text(
        "Understood as: Why did Vladimir Putin order the withdrawal?"
    )


def test_history_reaches_the_engine_without_chips(
    page: Page, address: str, fake: FakeFootnote
) -> None:
    open_page(page, address)
    ask(page, "Who ordered it?")
    ask(page, "And why?")
    ((question, answer),) = fake.asked[-1]["history"]
    assert question == "Who ordered it?"
    assert answer.startswith("Russian President Vladimir Putin has ordered")
    assert answer.endswith("the Russian Defense Ministry said.")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("please explode", "an error of its own (KeyError)"),
        ("the model fails", "ollama:llama3 does not answer; is it running?"),
        ("x" * 100_000, "This message has 100,000 characters"),
    ],
)
def test_a_failure_is_a_message_and_the_next_question_works(
    page: Page, address: str, question: str, said: str
) -> None:
    open_page(page, address)
    ask(page, question)
    expect(page.locator(".fn-error")).to_contain_text(said)
    expect(page.locator("#chat")).not_to_contain_text("Traceback")
    ask(page, "Who ordered it?")
    expect(page.locator("a.cite")).to_have_count(2)


def test_empty_message_sends_nothing(page: Page, address: str, fake: FakeFootnote) -> None:
    open_page(page, address)
    n_before = len(fake.asked)
    for blank in ("", "   "):
        page.locator("#ask textarea").fill(blank)
        page.locator("#ask textarea").press("Enter")
        page.wait_for_timeout(400)
    assert len(fake.asked) == n_before
    ask(page, "Who ordered it?")
    expect(page.locator("#chat .user.message")).to_have_count(1)


def test_stop_retry_edit_and_undo(page: Page, address: str, fake: FakeFootnote) -> None:
    open_page(page, address)
    fake.pause_s = 1.0
    try:
        page.locator("#ask textarea").fill("Who ordered it?")
        page.locator("#ask textarea").press("Enter")
        expect(page.locator(".fn-growing")).to_be_visible()
        page.locator("#ask [data-testid=stop-button], #ask .stop-button").first.click()
    finally:
        fake.pause_s = 0.0
    expect(page.locator("#ask textarea")).to_be_enabled(timeout=15_000)
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("a.cite")).to_have_count(2, timeout=10_000)
    expect(page.locator("#ask textarea")).to_be_enabled()
    page.get_by_label("Edit").first.click()
    page.locator("#chat textarea").fill("When did it begin?")
    page.locator("#chat textarea").press("Enter")
    page.get_by_label("Submit").first.click() if page.get_by_label("Submit").count() else None
    expect(page.locator(".fn-differ")).to_be_visible(timeout=10_000)
    expect(page.locator("#ask textarea")).to_be_enabled()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".fn-answer")).to_have_count(0)


def test_conversation_survives_a_reload_and_its_chips_still_open(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, "Who ordered it?")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#ask textarea")).to_be_enabled(timeout=20_000)
    page.locator(".sidebar .toggle-button").click()
    page.locator("#history, .sidebar").get_by_text("Who ordered it?").first.click()
    expect(page.locator("a.cite")).to_have_count(2, timeout=10_000)
    page.locator(".sidebar .toggle-button").click()
    page.locator("a.cite").first.click()
    expect(page.locator("#source mark")).to_be_in_viewport()


def test_conversation_survives_a_restart_of_the_server(page: Page, tmp_path: Path) -> None:
    import app

    with served(app.build_app(seeds_footnote(tmp_path))) as url:  # type: ignore[arg-type]
        open_page(page, url)
        ask(page, "Who ordered it?")
        page.wait_for_timeout(500)
        page.goto("about:blank")
    again = app.build_app(seeds_footnote(tmp_path))  # type: ignore[arg-type]
    with served(again, port=int(url.rsplit(":", 1)[1])) as url:
        open_page(page, url)
        page.locator(".sidebar .toggle-button").click()
        page.locator(".sidebar").get_by_text("Who ordered it?").click()
        expect(page.locator("a.cite")).to_have_count(2, timeout=10_000)
        page.goto("about:blank")


def test_a_full_queue_gives_the_box_back(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import app

    monkeypatch.setattr(app, "MAX_QUEUE", 1)
    monkeypatch.setattr(app, "N_AT_ONCE", 1)
    fake = seeds_footnote(tmp_path)
    fake.pause_s = 0.3
    context = browser.new_context()  # without the fixture's rules: the refusal is a console error
    page = context.new_page()
    with served(app.build_app(fake)) as url:  # type: ignore[arg-type]
        open_page(page, url)
        data = {"data": ["Who ordered it?", None, [], "", ""]}
        replies = [httpx.post(f"{url}/gradio_api/call/chat", json=data) for _ in range(4)]
        assert 503 in [reply.status_code for reply in replies]
        page.locator("#ask textarea").fill("Who ordered it?")
        page.locator("#ask textarea").press("Enter")
        page.wait_for_timeout(1000)
        expect(page.locator("#ask textarea")).to_be_enabled(timeout=10_000)
        fake.pause_s = 0.0
        page.wait_for_timeout(4000)
        page.locator("#ask textarea").fill("Who ordered it?")
        page.locator("#ask textarea").press("Enter")
        expect(page.locator("a.cite").first).to_be_visible(timeout=15_000)
        context.close()


def test_example_is_asked_on_click(page: Page, address: str) -> None:
    open_page(page, address)
    page.get_by_text("Who ordered the withdrawal?").click()
    expect(page.locator("a.cite")).to_have_count(2, timeout=10_000)


def test_filters_reach_the_engine(page: Page, address: str, fake: FakeFootnote) -> None:
    open_page(page, address)
    page.locator("#filters button").first.click()
    page.locator("#sources input").click()
    page.get_by_role("option", name="CNN").first.click()
    page.keyboard.press("Escape")
    page.locator("#since input, #since textarea").first.fill("2016-03-01")
    ask(page, "Who ordered it?")
    assert fake.asked[-1]["sources"] == ["CNN"]
    assert str(fake.asked[-1]["since"]) == "2016-03-01"
    page.locator("#since input, #since textarea").first.fill("March")
    ask(page, "Who ordered it?")
    expect(page.locator(".fn-error")).to_contain_text("“From” is not a date")


def test_json_of_the_answer_is_downloaded(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, "Who ordered it?")
    with page.expect_download() as download:
        page.get_by_text("JSON", exact=True).click()
    data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert data["format"] == "footnote-answer-1"
    assert len(data["citations"]) == 2


def test_feedback_is_kept(page: Page, address: str, fake: FakeFootnote) -> None:
    open_page(page, address)
    ask(page, "Who ordered it?")
    page.get_by_role("button", name="Like", exact=True).click()
    page.wait_for_timeout(500)
    line = (fake.settings.home / "feedback.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    row = json.loads(line)
    assert row["question"] == "Who ordered it?"
    assert row["verdict"] == "like"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_width_shows_the_chat_until_a_citation_is_opened(
    page: Page, address: str, scheme: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, address)
    ask(page, "Who ordered it?")
    expect(page.locator("#source")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("a.cite").first.click()
    expect(page.locator("#source mark")).to_be_in_viewport()
    page.get_by_label("Close the source").click()
    expect(page.locator("#ask textarea")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_dark_mode_is_dark_and_readable(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark")
    open_page(page, address)
    ask(page, "Who ordered it?")
    page.locator("a.cite").first.click()
    for place in ("#chat .fn-text", "#source .source-text p", "#source mark"):
        ink = page.locator(place).first.evaluate("e => getComputedStyle(e).color")
        assert min(map(int, re.findall(r"\d+", ink)[:3])) > 200, (place, ink)
    paper = page.locator("#source").evaluate("e => getComputedStyle(e).backgroundColor")
    assert max(map(int, re.findall(r"\d+", paper)[:3])) < 60
