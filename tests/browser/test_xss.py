"""Hostile text in every field that the page shows: it stays text.

The page fixture already fails on any request off this machine, on dialogs and on console errors
(a blocked script is one).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from qa.errors import ModelError
from qa.records import Answer, Disagreement
from tests.browser.conftest import served
from tests.browser.test_page import ask
from tests.page_fakes import FakeFootnote, abstention, answer_for

PAYLOADS = (
    "<script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "<img src=http://192.0.2.1/beacon.png>",
    "![beacon](http://192.0.2.1/beacon.png)",
    "[click](javascript:window.pwned=1)",
    "<a href='javascript:window.pwned=1'>click</a>",
    "<svg onload=window.pwned=1><circle r=9 /></svg>",
    "<svg><animate onbegin=window.pwned=1 attributeName=x dur=1s>",
    "<iframe src=javascript:window.pwned=1></iframe>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<body onload=window.pwned=1>",
    "<details open ontoggle=window.pwned=1>x</details>",
    "<form action=http://192.0.2.1/><input name=q><button>go</button></form>",
    "<input autofocus onfocus=window.pwned=1>",
    "<video><source onerror=window.pwned=1></video>",
    "<object data=http://192.0.2.1/></object>",
    "<embed src=http://192.0.2.1/>",
    "<link rel=stylesheet href=http://192.0.2.1/x.css>",
    "<style>@import 'http://192.0.2.1/x.css'; body{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=http://192.0.2.1/'>",
    "<base href=http://192.0.2.1/>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.pwned=1>",
    "<div style='position:fixed;inset:0;background:red'>over</div>",
    '"><img src=x onerror=window.pwned=1>',
    "' onmouseover='window.pwned=1",
    "&lt;img src=x onerror=window.pwned=1&gt;",
    "<a class=cite href=#src-0-9-0000000000000000-x>1</a>",
    "{{constructor.constructor('window.pwned=1')()}} ${window.pwned=1}",
    "$$\\href{javascript:window.pwned=1}{x}$$",
    "```mermaid\ngraph TD; A[<img src=x onerror=window.pwned=1>]\n```",
    "http://192.0.2.1/auto www.192.0.2.1.example a@b.example",
    "<noscript><p title='</noscript><img src=x onerror=window.pwned=1>'>",
    "<!--><img src=x onerror=window.pwned=1>-->",
    "<xmp><img src=x onerror=window.pwned=1></xmp>",
)
LIVE = (
    "img, script, iframe, object, embed, video, audio, form, input, textarea, style, link, meta, "
    "base, svg, math, details[open], details[ontoggle], button, table, "
    "[style], [onclick], [onerror], [onload]"
)


N_BATCH = 12


def hostile(fake: FakeFootnote, start: int) -> Answer:
    """An answer with each payload of a batch in each of its texts."""
    batch = PAYLOADS[start : start + N_BATCH]
    articles = fake.articles[start : start + N_BATCH]
    quotes = [f"Text {payload} end." for payload in batch]
    answer = answer_for(" ".join(batch), articles, quotes)
    return replace(
        answer,
        standalone_question=" ".join(batch) + " again",
        disagreements=(Disagreement(tuple((payload, (1,)) for payload in batch)),),
        routed=batch,
        warnings=batch,
        model=" ".join(batch),
    )


@pytest.fixture(scope="module")
def attacker(tmp_path_factory: pytest.TempPathFactory) -> FakeFootnote:
    """Articles whose names, titles, outlets and texts are payloads."""
    folder = tmp_path_factory.mktemp("articles")
    for n, payload in enumerate(PAYLOADS):
        name = payload.replace("/", "∕").replace("\n", " ")[:80]
        text = f"{payload}\n\nText {payload} end.\n\nMore: {payload}\n"
        (folder / f"{n:02} {name}.txt").write_text(text, encoding="utf-8")
    fake = FakeFootnote(folder, tmp_path_factory.mktemp("home"))
    fake.articles = tuple(
        replace(article, outlet=payload, title=payload)
        for article, payload in zip(fake.articles, PAYLOADS, strict=True)
    )

    def respond(question: str) -> Answer:
        start = int(question.split()[0])
        batch = PAYLOADS[start : start + N_BATCH]
        if "fail" in question:
            raise ModelError(" ".join(batch))
        if "no answer" in question:
            nothing = abstention(question, fake.articles[start : start + 3])
            return replace(nothing, reason=" ".join(batch), text="No. " + " ".join(batch))
        return hostile(fake, start)

    fake.canned[""] = respond
    return fake


@pytest.fixture(scope="module")
def hostile_address(attacker: FakeFootnote) -> Iterator[str]:
    from app import build_app

    with served(build_app(attacker, examples=PAYLOADS[:4])) as url:  # type: ignore[arg-type]
        yield url


def shown(page: Page, selector: str) -> str:
    texts = page.locator(selector).all_inner_texts()
    return " ".join(" ".join(texts).replace("\u2060", "").split())


def check(page: Page, payloads: Sequence[str], *selectors: str) -> None:
    wanted = [" ".join(payload.split()) for payload in payloads]
    for selector in selectors:
        for _ in range(50):  # the browser shows its own rendering until the server's arrives
            text = shown(page, selector)
            if all(payload in text for payload in wanted):
                break
            page.wait_for_timeout(100)
        missing = [payload for payload in wanted if payload not in text]
        assert not missing, (selector, missing)
    for place in ("#chat .message-content", "#chat .md", "#source .source-body"):
        live = page.locator(place).locator(LIVE)
        assert live.count() == 0, (place, live.first.evaluate("e => e.outerHTML"))
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("getComputedStyle(document.body).display") != "none"


def open_source(page: Page, n: int, text: str) -> Locator:
    """Click the nth chip until its source shows: on a loaded machine a click may fall between an
    answer's last two renderings."""
    mark = page.locator("#source mark").first
    page.locator(".fn-statement a.cite").nth(n).click()
    try:
        expect(mark).to_contain_text(text)
    except AssertionError:
        page.locator(".fn-statement a.cite").nth(n).click()
        expect(mark).to_contain_text(text, timeout=20_000)
    return mark


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), N_BATCH))
def test_hostile_text_stays_text_in_every_field(
    page: Page, hostile_address: str, start: int
) -> None:
    batch = PAYLOADS[start : start + N_BATCH]
    page.goto(hostile_address)
    expect(page.locator("#ask textarea")).to_be_enabled(timeout=20_000)
    ask(page, f"{start} {' '.join(batch)}")
    check(
        page,
        batch,
        "#chat .user .md",
        ".fn-answer .fn-text",
        ".fn-understood",
        ".fn-differ",
        ".fn-warning",
        ".fn-about",
    )
    for n, payload in enumerate(batch):
        mark = open_source(page, n, f"Text {payload.splitlines()[0]}")
        expect(mark).to_be_in_viewport()
        check(page, [payload], "#source .source-title", "#source .source-text", "#source mark")
    page.keyboard.press("Escape")
    ask(page, f"{start} no answer")
    check(page, batch, ".fn-abstained .fn-text")
    check(page, batch[:3], ".fn-nearest")
    ask(page, f"{start} fail")
    check(page, batch, ".fn-error")


def test_examples_history_titles_and_filters_stay_text(page: Page, hostile_address: str) -> None:
    page.goto(hostile_address)
    expect(page.locator("#ask textarea")).to_be_enabled(timeout=20_000)
    expect(page.locator("#chat .example")).to_have_count(4)
    check(page, PAYLOADS[:1], "#chat .examples")
    page.locator("#filters button").first.click()
    page.locator("#sources input").click()
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.locator("#sources").locator("img, script, iframe").count() == 0
    page.keyboard.press("Escape")
    ask(page, f"0 {PAYLOADS[1]}")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#ask textarea")).to_be_enabled(timeout=20_000)
    page.locator(".sidebar .toggle-button").click()
    expect(page.locator(".sidebar").get_by_text("0 <").first).to_be_visible()
    assert page.locator(".sidebar").locator("img, script, iframe").count() == 0
    page.locator(".sidebar").get_by_text("0 <").first.click()
    expect(page.locator("a.cite").first).to_be_visible(timeout=10_000)
    check(page, PAYLOADS[1:2], "#chat .user .md")


def test_an_edited_question_stays_text(page: Page, hostile_address: str) -> None:
    page.goto(hostile_address)
    expect(page.locator("#ask textarea")).to_be_enabled(timeout=20_000)
    ask(page, f"0 {PAYLOADS[1]}")
    page.get_by_role("button", name="Edit").first.click()
    box = page.locator("#chat textarea")
    assert box.input_value().replace("\u2060", "") == f"0 {PAYLOADS[1]}"
    box.fill(f"0 {PAYLOADS[0]}")
    page.get_by_role("button", name="Submit").first.click()
    expect(page.locator(".fn-warning").first).to_contain_text(PAYLOADS[0], timeout=10_000)
    expect(page.locator("#ask textarea")).to_be_enabled()
    check(page, PAYLOADS[:1], "#chat .user .md")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("#ask textarea")).to_be_enabled()
    check(page, PAYLOADS[:1], "#chat .user .md")


def test_names_of_the_articles_are_paths_of_the_folder(attacker: FakeFootnote) -> None:
    assert all((Path(attacker.folder) / a.article_id).exists() for a in attacker.articles)
