"""The socket and the uvicorn that serve the page: a free port, and no noise when it stops."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING

from qa.errors import FootnoteError

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

PORTS_TRIED = 100


def server_of(app: FastAPI) -> uvicorn.Server:
    """A server of the application that logs warnings and errors only."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    logging.getLogger("uvicorn.error").addFilter(_worth_telling)
    return uvicorn.Server(config)


def _worth_telling(record: logging.LogRecord) -> bool:
    """Not that stopping cuts the connection that each open page holds."""
    cut = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut and "timeout graceful shutdown" not in record.getMessage()


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the port, or to the next free one; FootnoteError when there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if isinstance(error, socket.gaierror):
                raise FootnoteError(f"{host}: not an address of this machine: {error}") from error
            continue
        return listener
    raise FootnoteError(f"{host}: no free port from {port} on; name another with --port.")
