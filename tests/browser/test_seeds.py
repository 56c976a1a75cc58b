"""The page on the real Footnote over the seeds: from a question to the marked words."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from qa.records import Answer
from qa.settings import Settings
from qa.verification import verify
from tests.browser.conftest import served
from tests.browser.test_page import ask, open_page

SEEDS = Path("seeds")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from app import build_app
    from qa.engine import Footnote

    settings = Settings(home=tmp_path_factory.mktemp("home"), model="baseline")
    with Footnote(SEEDS, settings) as footnote:
        footnote.sync()
        with served(build_app(footnote)) as url:
            yield url


def test_every_chip_opens_exactly_the_cited_words(page: Page, address: str) -> None:
    open_page(page, address)
    ask(page, "When did Russia begin its air campaign in Syria?")
    chips = page.locator(".fn-statement a.cite")
    assert chips.count() >= 1
    identity = (page.locator("a.fn-act").first.get_attribute("href") or "").split("-")[1]
    reply = httpx.get(f"{address}/answer/{identity}")
    answer = Answer.from_dict(reply.json())
    assert [check.status for check in verify(answer, SEEDS)] == ["ok"] * len(answer.citations)
    for i in range(chips.count()):
        citation = answer.citation(int(chips.nth(i).inner_text()))
        chips.nth(i).click()
        mark = page.locator("#source mark")
        expect(mark.first).to_be_in_viewport()
        expect(page.locator("#source .source-file")).to_have_text(citation.file)
        shown = " ".join(" ".join(mark.all_inner_texts()).split())
        assert shown == " ".join(citation.quote.split())
        assert page.locator("#source").get_attribute("data-status") == "ok"


def test_a_question_without_an_answer_is_refused_with_passages_that_open(
    page: Page, address: str
) -> None:
    open_page(page, address)
    ask(page, "What is the population of Brasília?")
    expect(page.locator(".fn-abstained")).to_contain_text("The articles do not say.")
    page.locator("a.fn-near").first.click()
    expect(page.locator("#source mark").first).to_be_in_viewport()


def test_serving_takes_the_next_port_shows_the_page_at_once_and_stops(
    page: Page, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        code = f"from app import main; main('seeds', port={port})"
        # QA_MODEL: the page's business here is to start, wait and stop, not to load a reader
        environment = {**os.environ, "QA_HOME": str(tmp_path), "QA_MODEL": "baseline"}
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert process.stdout is not None
        try:
            assert f"Port {port} is busy; using" in process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found
            status = _until(lambda: httpx.get(f"{found[0]}/status").json(), 60)
            assert status["state"] in ("indexing", "ready")
            page.goto(found[0])
            page.locator("#ask textarea").fill("Half a question")
            _until(lambda: httpx.get(f"{found[0]}/status").json()["articles"] == 5, 180)
            expect(page.locator("#about")).to_contain_text("Ask 5 articles", timeout=30_000)
            expect(page.locator("#ask textarea")).to_have_value("Half a question")
            sent: list[object] = []
            page.wait_for_timeout(1_500)
            page.on("request", lambda request: sent.append(request))
            page.wait_for_timeout(2_500)
            assert not sent, "once the articles are there, the page asks no more"
        finally:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors


def test_a_missing_or_empty_folder_is_one_line_and_no_page(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in (tmp_path / "nothing", empty):
        run = subprocess.run(
            [sys.executable, "-m", "qa", "serve", "--articles", str(folder), "--port", "17860"],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "QA_HOME": str(tmp_path / "home")},
        )
        assert run.returncode == 2, run.stderr
        assert str(folder) in run.stderr
        assert "Traceback" not in run.stderr


def _until(look: object, limit_s: float) -> object:
    """What `look` returns, as soon as it is true and does not raise."""
    end = time.monotonic() + limit_s
    while True:
        try:
            found = look()  # type: ignore[operator]
            if found:
                return found
        except httpx.HTTPError:
            pass
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)
