"""A small chat-model server on the loopback: OpenAI's chat-completions protocol, and its faults.

    with ChatServer(reply="Ito won [1].") as server:
        make_chat_model("openai:test", server.url)

It answers with `reply` (a text, or a function of the prompt), streamed word by word when asked to.
`fault` makes it fail; every request body is kept in `requests`.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

FAULTS = (
    "rate limit",  # 429, with a Retry-After of `retry_after_s`
    "server error",  # 500, an HTML page
    "bad key",  # 401, repeating the key
    "unknown model",  # 404
    "silence",  # accepts the request and says nothing
    "stall",  # two words, then nothing
    "drip",  # a word every 0.1 s without end
    "flood",  # words without end, as fast as they go
    "dropped",  # ends mid-way as if all were said: no finish_reason, no [DONE]
    "torn",  # the connection breaks mid-way
    "error event",  # an error object inside the stream
    "empty choices",  # choices: []
    "empty",  # a finished reply without text
    "bad json",
    "html",  # 200, an HTML page
    "length",  # finish_reason length
    "content filter",  # finish_reason content_filter
)


class ChatServer:
    """The server, from `with` to its end; `url` is the base_url for a client."""

    def __init__(
        self,
        reply: str | Callable[[str], str] = "",
        fault: str | None = None,
        retry_after_s: float = 0.0,
    ) -> None:
        assert fault is None or fault in FAULTS, fault
        self.reply = reply
        self.fault = fault
        self.retry_after_s = retry_after_s
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> ChatServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def said(self, body: dict[str, Any]) -> str:
        """The reply to a request."""
        if isinstance(self.reply, str):
            return self.reply
        return self.reply("\n".join(str(message["content"]) for message in body["messages"]))


class _Handler(BaseHTTPRequestHandler):
    chat: ChatServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.chat.requests.append(body)
        self.chat.keys.append(self.headers.get("Authorization", ""))
        try:
            if not self._failed(body):
                self._answer(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _failed(self, body: dict[str, Any]) -> bool:
        """Fail before anything is said, when that is the fault."""
        fault = self.chat.fault
        if fault == "rate limit":
            after = {"Retry-After": f"{self.chat.retry_after_s:g}"}
            self._send(429, _error("Rate limit reached"), **after)
        elif fault == "server error":
            self._send(500, "<html><h1>Internal Server Error</h1></html>", "text/html")
        elif fault == "bad key":
            self._send(401, _error(f"Incorrect API key: {self.headers['Authorization']}"))
        elif fault == "unknown model":
            self._send(404, _error(f"The model {body['model']} does not exist"))
        elif fault == "silence":
            self.chat.closing.wait(60)
            self.close_connection = True
        elif fault == "bad json":
            self._send(200, '{"choices": [{"mess', "application/json")
        elif fault == "html":
            self._send(200, "<html>Please log in</html>", "text/html")
        else:
            return False
        return True

    def _answer(self, body: dict[str, Any]) -> None:
        fault = self.chat.fault
        text = "" if fault == "empty" else self.chat.said(body)
        reason = {"length": "length", "content filter": "content_filter"}.get(fault or "", "stop")
        if not body.get("stream"):
            choice = {"message": {"role": "assistant", "content": text}, "finish_reason": reason}
            self._send(200, _completion(choice, empty=fault == "empty choices"))
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if fault == "empty choices":
            self._event(_completion({}, empty=True, kind="chat.completion.chunk"))
            self._done()
            return
        if fault in ("drip", "flood"):
            while not self.chat.closing.wait(0.1 if fault == "drip" else 0):
                self._event(_delta("word "))
        words = re.findall(r"\s*\S+", text)
        half = len(words) // 2
        for n, word in enumerate(words):
            if n == half and fault in ("stall", "dropped", "torn", "error event"):
                self._break(fault)
                return
            self._event(_delta(word))
        self._event(_delta("", reason))
        self._done()

    def _break(self, fault: str) -> None:
        """Fail in the middle of what is said."""
        if fault == "stall":
            self.chat.closing.wait(60)
        elif fault == "error event":
            self._event(_error("The server had an error with sk-canary-0123456789"))
        if fault == "dropped":
            self.wfile.write(b"0\r\n\r\n")
            return
        self.close_connection = True
        if fault == "torn":
            self.wfile.flush()
            self.connection.close()

    def _event(self, data: str) -> None:
        line = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.flush()

    def _done(self) -> None:
        line = b"data: [DONE]\n\n"
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n0\r\n\r\n")

    def _send(self, status: int, body: str, kind: str = "application/json", **headers: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _handler(server: ChatServer) -> type[_Handler]:
    return type("_BoundHandler", (_Handler,), {"chat": server})


def _completion(choice: dict[str, Any], empty: bool, kind: str = "chat.completion") -> str:
    return json.dumps(
        {
            "id": "c1",
            "object": kind,
            "created": int(time.time()),
            "model": "test",
            "choices": [] if empty else [{"index": 0, **choice}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    )


def _delta(text: str, reason: str | None = None) -> str:
    choice = {"delta": {"role": "assistant", "content": text}, "finish_reason": reason}
    return _completion(choice, empty=False, kind="chat.completion.chunk")


def _error(message: str) -> str:
    return json.dumps({"error": {"message": message, "type": "error", "code": None}})
