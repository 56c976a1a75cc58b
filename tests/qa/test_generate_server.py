"""Chat models behind a real HTTP server and the real OpenAI client: faults, deadlines, threads."""

from __future__ import annotations

import re
import threading
import time
import traceback
from collections.abc import Callable

import pytest

from qa.errors import ModelError
from qa.generate import ChatAnswerer, Draft, make_chat_model
from qa.records import ABSTAIN_TEXT
from tests.qa.chat_server import FAULTS, ChatServer
from tests.qa.ferry import ARTICLES, ASKED, PASSAGES

KEY = "sk-canary-0123456789abcdef"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ChatAnswerer]:
    """Makes an answerer that asks a server of one's own, under a key that must never be shown."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    def make(server: ChatServer, timeout_s: float = 20.0) -> ChatAnswerer:
        model = make_chat_model("openai:test", server.url, timeout_s)
        return ChatAnswerer(model, "openai:test", timeout_s)

    return make


def prove_by_overlap(prompt: str) -> str:
    """A model in two lines: the sentence with most words of the question, and its number."""
    rows = re.findall(r"^\[(\d+)\] (.+)$", prompt, re.MULTILINE)
    wanted = set(re.findall(r"\w+", prompt.rsplit("Question:", 1)[1].lower()))
    number, text = max(rows, key=lambda row: len(wanted & set(re.findall(r"\w+", row[1].lower()))))
    return f"{text.rstrip('.')} [{number}]."


@pytest.mark.integration
def test_a_real_server_is_asked_with_the_evidence_and_its_stream_is_cited(
    asked: Callable[..., ChatAnswerer],
) -> None:
    with ChatServer(prove_by_overlap) as server:
        parts = list(asked(server).stream(ASKED, PASSAGES, ARTICLES))
    draft = parts[-1]
    assert isinstance(draft, Draft)
    assert draft.citations[0].quote == (
        "Captain Ines Roche said all 43 people on board were saved."
    )
    assert not draft.incomplete
    assert len(parts) > 5
    (request,) = server.requests
    prompt = str(request["messages"])
    assert "[7] The owner" in prompt
    assert ABSTAIN_TEXT in prompt
    assert server.keys == [f"Bearer {KEY}"]
    assert KEY not in prompt


@pytest.mark.integration
def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with ChatServer("All 43 were saved [2].") as server:
        model = make_chat_model("openai:test", server.url, 20)
        draft = ChatAnswerer(model, "openai:test").generate(ASKED, PASSAGES, ARTICLES)
    assert not draft.abstained


FAILURES = {
    "rate limit": "rate limit or quota (HTTP 429)",
    "server error": "an error of its own (HTTP 500)",
    "bad key": "refused the key (HTTP 401)",
    "unknown model": "does not know this model (HTTP 404)",
    "silence": "did not finish in 2 seconds",
    "stall": "did not finish in 2 seconds",
    "drip": "did not finish in 2 seconds",
    "torn": "broke off the connection",
    "error event": "failed",
    "empty": "an empty answer",
    "empty choices": "an empty answer",
    "bad json": "",
    "html": "",
}
CUT = {
    "length": "length limit",
    "content filter": "content filter",
    "dropped": "the connection was cut",
    "flood": "too long",
}


def test_every_fault_is_tried() -> None:
    assert set(FAILURES) | set(CUT) == set(FAULTS)


@pytest.mark.integration
@pytest.mark.parametrize(("fault", "message"), FAILURES.items())
def test_a_failure_is_one_line_without_the_key_and_within_the_deadline(
    asked: Callable[..., ChatAnswerer],
    fault: str,
    message: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    began = time.monotonic()
    with (
        ChatServer("All 43 were saved [2]. The Alma sank [1].", fault) as server,
        pytest.raises(ModelError) as caught,
    ):
        asked(server, timeout_s=2.0).generate(ASKED, PASSAGES, ARTICLES)
    took = time.monotonic() - began
    told = str(caught.value)
    assert told.startswith("openai:test ")
    assert message in told
    assert "\n" not in told
    assert len(told) < 200
    assert took < 3.0 if fault in ("silence", "stall", "drip") else took < 10.0
    seen = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "canary" not in seen
    assert "127.0.0.1" not in told
    assert len(server.requests) <= 3


@pytest.mark.integration
@pytest.mark.parametrize(("fault", "message"), CUT.items())
def test_a_reply_that_was_cut_is_flagged_as_incomplete(
    asked: Callable[..., ChatAnswerer], fault: str, message: str
) -> None:
    reply = "All 43 people were saved [2]. " * 4
    with ChatServer(reply, fault) as server:
        draft = asked(server).generate(ASKED, PASSAGES, ARTICLES)
    assert draft.incomplete
    assert any(message in told for told in draft.warnings), draft.warnings


@pytest.mark.integration
def test_waiting_as_long_as_a_server_asks_ends_at_the_deadline(
    asked: Callable[..., ChatAnswerer],
) -> None:
    began = time.monotonic()
    with (
        ChatServer("", "rate limit", retry_after_s=30) as server,
        pytest.raises(ModelError, match="did not finish in 1 second"),
    ):
        asked(server, timeout_s=1.0).generate(ASKED, PASSAGES, ARTICLES)
    assert time.monotonic() - began < 2


@pytest.mark.integration
def test_a_server_that_is_not_there_is_named_as_unreachable(
    asked: Callable[..., ChatAnswerer],
) -> None:
    with ChatServer() as server:
        answerer = asked(server)
    with pytest.raises(ModelError, match="cannot be reached"):
        answerer.generate(ASKED, PASSAGES, ARTICLES)


@pytest.mark.integration
def test_stopping_the_stream_stops_the_model(asked: Callable[..., ChatAnswerer]) -> None:
    others = set(threading.enumerate())
    with ChatServer("", "drip") as server:
        stream = asked(server).stream(ASKED, PASSAGES, ARTICLES)
        assert isinstance(next(stream), str)
        stream.close()  # type: ignore[attr-defined]
        deadline = time.monotonic() + 3
        while _asking() - others and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not _asking() - others


def _asking() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "chat model"}


@pytest.mark.integration
def test_questions_asked_at_once_do_not_mix(asked: Callable[..., ChatAnswerer]) -> None:
    questions = ["How many people were saved?", "Who denied that a door was broken?"] * 4
    drafts: dict[int, Draft] = {}
    with ChatServer(prove_by_overlap) as server:
        answerer = asked(server)

        def ask(i: int) -> None:
            drafts[i] = answerer.generate(questions[i], PASSAGES, ARTICLES)

        threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(questions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for i, draft in drafts.items():
        assert ("43" in draft.statements[0].text) == (i % 2 == 0)
