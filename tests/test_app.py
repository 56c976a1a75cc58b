"""The application without a browser: who may talk to it, what is closed, the two API endpoints."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from qa.errors import FootnoteError
from qa.page.guard import MAX_BODY
from tests.browser.conftest import served
from tests.page_fakes import FakeFootnote, seeds_footnote


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> FakeFootnote:
    return seeds_footnote(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def address(fake: FakeFootnote) -> Iterator[str]:
    from app import build_app

    with served(build_app(fake, names=["news.example"])) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture(scope="module")
def web(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False, analytics_enabled=False)


JOIN = "/gradio_api/queue/join"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 400),
        ("127.0.0.1.evil.example:7860", 400),
        ("localhost@evil.example", 400),
        ("evil.example:80:80", 400),
        ("", 400),
        ("localhost:9999", 200),
        ("LOCALHOST", 200),
        ("[::1]:7860", 200),
        ("news.example", 200),
    ],
)
def test_only_known_host_names_are_answered(web: httpx.Client, host: str, status: int) -> None:
    for path in ("/", "/config", "/status"):
        assert web.get(path, headers={"host": host}).status_code == status


def test_a_forwarded_host_must_be_known_too(web: httpx.Client) -> None:
    assert web.get("/", headers={"x-forwarded-host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:3000", "http://127.0.0.1", "file://"],
)
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS", "PUT"])
def test_requests_of_other_sites_are_refused(web: httpx.Client, origin: str, method: str) -> None:
    for path in (JOIN, "/gradio_api/call/ask", "/gradio_api/upload", "/source"):
        reply = web.request(method, path, headers={"origin": origin})
        assert reply.status_code == 403
        assert "access-control-allow-origin" not in reply.headers


def test_a_cross_site_request_without_origin_is_refused(web: httpx.Client) -> None:
    for site in ("cross-site", "same-site"):
        headers = {"sec-fetch-site": site}
        assert web.get("/source?link=x", headers=headers).status_code == 403
        assert web.get("/", headers=headers).status_code == 200  # a link to the page is fine


def test_own_origin_is_accepted(web: httpx.Client, address: str) -> None:
    reply = web.post("/gradio_api/call/ask", json={"data": ["x"]}, headers={"origin": address})
    assert reply.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=http://example.com/",
        "/gradio_api/file=https://example.com/",
        "/gradio_api/file%3Dhttp://example.com/",
        "/gradio_api/file=file:///etc/passwd",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=app.py",
        "/gradio_api/file=seeds/000_80ab0a41724049a7.txt",
        "/gradio_api/file=../../etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://example.com/",
        "/proxy=http://example.com/",
        "//gradio_api/upload",
        "/gradio_api/../gradio_api/upload",
        "/gradio_api/call/../upload",
        "/gradio_api/process_recording",
        "/gradio_api/component_server",
        "/gradio_api/runs",
        "/gradio_api/run-history/records",
        "/gradio_api/deep_link",
        "/gradio_api/vibe-edit",
        "/gradio_api/dev/reload",
        "/gradio_api/stream/x",
        "/monitoring",
        "/monitoring/summary",
        "/login",
        "/token",
        "/docs",
        "/openapi.json",
        "/page/guard.py",
        "/page/../guard.py",
        "/assets/../../../../etc/passwd",
        "/static/../../../etc/passwd",
    ],
)
def test_what_the_page_does_not_need_is_closed(address: str, path: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    for method in ("GET", "POST", "HEAD"):
        with socket.create_connection((host, int(port)), timeout=5) as raw:  # httpx tidies paths
            raw.sendall(
                f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                "Connection: close\r\n\r\n".encode()
            )
            status = int(raw.recv(200).split(b" ")[1])
        assert status in (403, 404, 405), (method, path, status)


def test_a_body_over_the_limit_is_refused(web: httpx.Client) -> None:
    big = b'{"data": ["' + b"x" * MAX_BODY + b'"]}'
    headers = {"content-type": "application/json"}
    assert web.post("/gradio_api/call/ask", content=big, headers=headers).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(9):
            yield b"x" * (1024 * 1024)

    assert web.post("/gradio_api/call/ask", content=pieces(), headers=headers).status_code == 413
    assert web.post(JOIN, content=pieces(), headers=headers).status_code == 413
    assert web.get("/").status_code == 200


def test_the_page_carries_a_strict_policy_and_no_address_outside(web: httpx.Client) -> None:
    reply = web.get("/")
    policy = reply.headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert scripts.count("'sha256-") == reply.text.count("<script>") + reply.text.count(
        "<script data-gradio-mode>"
    )
    for rule in (
        "default-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
    ):
        assert rule in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "same-origin"
    assert "server" not in reply.headers or "uvicorn" in reply.headers["server"]


@pytest.mark.parametrize("path", ["/config", "/status", "/page/footnote.js", "/nothing"])
def test_every_reply_carries_the_guards_headers(web: httpx.Client, path: str) -> None:
    headers = web.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_ask_returns_the_structured_answer(client: Client, fake: FakeFootnote) -> None:
    answer = client.predict("Who ordered it?", [["Hello?", "Yes."]], ["CNN"], api_name="/ask")
    assert answer["format"] == "footnote-answer-1"
    assert answer["citations"][0]["quote"].startswith("Russian President Vladimir Putin")
    assert fake.asked[-1]["history"] == (("Hello?", "Yes."),)
    assert fake.asked[-1]["sources"] == ["CNN"]
    assert client.predict("Brazil?", api_name="/ask")["abstained"] is True


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "Type a question"),
        ("x" * 2001, "2,001 characters"),
        ("the model fails", "ollama:llama3 does not answer"),
    ],
)
def test_ask_says_what_is_wrong(client: Client, question: str, said: str) -> None:
    with pytest.raises(AppError, match=said):
        client.predict(question, api_name="/ask")


def test_an_unexpected_fault_tells_api_users_nothing_of_the_inside(client: Client) -> None:
    with pytest.raises(AppError) as caught:
        client.predict("explode", api_name="/ask")
    assert "no user should read" not in str(caught.value)


def test_chat_streams_html_and_ends_with_chips(client: Client) -> None:
    steps = list(client.submit("Who ordered it?", api_name="/chat"))
    assert len(steps) > 3
    last: Any = steps[-1]
    assert 'class="cite"' in str(last)


@pytest.mark.parametrize("message", ["\ud800", "a\x00b\x07", 42, ["x"], {"a": 1}, None, True])
def test_odd_messages_get_an_answer(web: httpx.Client, message: object) -> None:
    import json

    body = json.dumps({"data": [message, None, [], "", ""]}).encode()
    headers = {"content-type": "application/json"}
    event = web.post("/gradio_api/call/chat", content=body, headers=headers).json()["event_id"]
    text = web.get(f"/gradio_api/call/chat/{event}", timeout=20).text
    assert "event: complete" in text, text
    assert "Traceback" not in text


def test_source_reads_indexed_articles_only(web: httpx.Client, fake: FakeFootnote) -> None:
    article = fake.articles[0]
    good = f"src-0-7-{article.sha256[:16]}-{article.article_id}"
    assert web.get("/source", params={"link": good}).json()["status"] == "ok"
    for name in ("..%2F..%2Fapp.py", "%2Fetc%2Fpasswd", "nothing.txt", "%00", "%ED%A0%80"):
        reply = web.get("/source", params={"link": f"src-0-7-{article.sha256[:16]}-{name}"})
        assert reply.json()["status"] == "gone"
        assert reply.json()["paragraphs"] == []
    for link in ("", "src-9-1-0-x", "javascript:alert(1)", "src--1-5-" + "0" * 16 + "-x"):
        assert web.get("/source", params={"link": link}).status_code == 404
    assert web.get("/answer/00").status_code == 404


def test_a_busy_port_moves_on_to_the_next_free_one() -> None:
    from qa.page.server import listen

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port) as other:
            assert other.getsockname()[1] > port
    with pytest.raises(FootnoteError, match="not an address"):
        listen("no.such.host.invalid", 7860)


def test_analytics_and_hub_are_off() -> None:
    import os

    import app  # noqa: F401

    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_the_folder_is_untouched(fake: FakeFootnote) -> None:
    assert {path.name for path in Path("seeds").iterdir()} == {a.article_id for a in fake.articles}
