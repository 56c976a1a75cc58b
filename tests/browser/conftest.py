"""A real page in a real browser. Every test fails on a request that leaves this machine, on a page
error and on a console error.

The browser is the one on PATH (chromium, google-chrome); without one these tests are skipped, and
the line says how to get it.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page

from tests.page_fakes import FakeFootnote, seeds_footnote

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
EXAMPLES = ("Who ordered the withdrawal?", "When did the campaign begin?")


def browser_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


_FOUND = browser_path()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.integration)
            if _FOUND is None:
                how = "no browser: apt install chromium, or .venv/bin/playwright install chromium"
                item.add_marker(pytest.mark.skip(reason=how))


@pytest.fixture(scope="session")
def base_url() -> None:
    """Overrides pytest-playwright's, whose form pytest 9.2 warns about, and warnings are errors."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    args = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": _FOUND, "args": args}


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The application on a port of the loopback (0: a free one), until the block ends."""
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, lifespan="on")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def fake(tmp_path_factory: pytest.TempPathFactory) -> FakeFootnote:
    return seeds_footnote(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def address(fake: FakeFootnote) -> Iterator[str]:
    from app import build_app

    with served(build_app(fake, examples=EXAMPLES)) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that tolerates nothing: the list of its sins must be empty at the end."""
    sins: list[str] = []

    def request(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            sins.append(f"request: {request.url}")

    page.on("request", request)
    page.on("pageerror", lambda error: sins.append(f"page error: {error}"))
    page.on("dialog", lambda dialog: (sins.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "console",
        lambda said: sins.append(f"console: {said.text}") if said.type == "error" else None,
    )
    yield page
    assert sins == []
