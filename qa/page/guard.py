"""The wall around the page: who may talk to it, how much they may send, what the browser may do.

An ASGI middleware in front of everything, Gradio included. Out of the box Gradio answers to any
Host (DNS rebinding), takes uploads of any size from any site, and fetches addresses on request
(`/gradio_api/file=http://…`). Here only the routes that the page needs exist (an allow-list, so
that what a later Gradio adds stays closed), and only for this host's own pages.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
MAX_BODY = 64 * 1024
"""Bytes of a request to the API: a question of 2,000 characters with a long history."""
MAX_PAGE_BODY = 6 * 1024 * 1024
"""Bytes of the page's own events, which carry the conversation and the saved ones (the browser
keeps 5 MB of them at most)."""
BODY_TIMEOUT_S = 20.0

_PAGE_EVENTS = frozenset({"/gradio_api/queue/join", "/gradio_api/run/predict"})
_EXACT = frozenset(
    {
        "/",
        "/config",
        "/manifest.json",
        "/favicon.ico",
        "/robots.txt",
        "/theme.css",
        "/source",
        "/status",
        "/gradio_api/theme.css",
        "/gradio_api/app_id",
        "/gradio_api/cancel",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/queue/data",
        "/gradio_api/queue/join",
        "/gradio_api/queue/status",
        "/gradio_api/reset",
        "/gradio_api/startup-events",
    }
)
_UNDER = (
    "/assets/",
    "/static/",
    "/svelte/",
    "/page/",
    "/answer/",
    "/gradio_api/call/",
    "/gradio_api/heartbeat/",
    "/gradio_api/run/",
)
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def policy(scripts: Iterable[bytes] = ()) -> str:
    """The content security policy; inline scripts are allowed by their hash only.

    Styles may be inline: Gradio's components set style attributes everywhere.
    """
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in scripts
    )
    return (
        "default-src 'self'; "
        f"script-src 'self'{hashes}; "
        "style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        "object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    )


class Guard:
    """names: host names besides the local ones that may appear in the address bar."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.lower() for name in (*LOCAL_NAMES, *names))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        send = _with_headers(send, policy())
        refusal = self._refusal(scope)
        if refusal is None and scope["method"] not in _SAFE_METHODS:
            limit = MAX_PAGE_BODY if scope["path"] in _PAGE_EVENTS else MAX_BODY
            try:
                body = await asyncio.wait_for(_read(receive, limit), BODY_TIMEOUT_S)
                receive = _replay(body, receive)
            except _TooLarge:
                refusal = (413, f"The request is larger than {limit // 1024} KB.")
            except TimeoutError:
                refusal = (408, "The request did not arrive in time.")
        if refusal:
            status, words = refusal
            await PlainTextResponse(words + "\n", status)(scope, receive, send)
        elif scope["path"] == "/" and scope["method"] == "GET":
            await self._page(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Why this request is not served, with its HTTP status; None when it is."""
        headers = Headers(scope=scope)
        hosts = [*headers.getlist("host"), *headers.getlist("x-forwarded-host")]
        if not headers.get("host") or any(_name(host) not in self.names for host in hosts):
            return 400, "This address is not known here; start Footnote with its name allowed."
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != hosts[-1].lower():
            return 403, "Requests from other sites are refused."
        cross = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if cross and not (scope["path"] == "/" and scope["method"] == "GET"):
            return 403, "Requests from other sites are refused."
        path = scope["path"]
        if ".." in path.split("/") or (path not in _EXACT and not path.startswith(_UNDER)):
            return 404, "Nothing here."
        return None

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The page itself, whose inline scripts are named in its policy by their hashes."""
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        started: list[Message] = []
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                start = started[0]
                headers = MutableHeaders(raw=start["headers"])
                headers["content-security-policy"] = policy(_INLINE_SCRIPT.findall(bytes(body)))
                headers["content-length"] = str(len(body))
                headers["cache-control"] = "no-store"
                await send(start)
                await send({"type": "http.response.body", "body": bytes(body)})

        await self.app({**scope, "headers": plain}, receive, collect)


class _TooLarge(Exception):
    """The body passed the limit."""


def _name(host: str) -> str:
    """The name in a Host header, without its port; "" when it is malformed."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", host.strip().lower())
    return found[1] if found else ""


def _with_headers(send: Send, content_policy: str) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message.get("headers", ())))
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("content-security-policy", content_policy)
            message = {**message, "headers": headers.raw}
        await send(message)

    return wrapped


async def _read(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body.extend(message.get("body", b""))
        if len(body) > limit:
            raise _TooLarge
        more = message.get("more_body", False)
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body read before, and then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again
