"""An iterator with a deadline that holds even when its source never yields.

A provider's client has a time-out for each read, so a server that drips a token now and then is
waited for without end; here the source runs in a thread of its own and is left behind when late.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

Item = TypeVar("Item")

_HELD = 64
"""Items made ahead of the consumer at most."""


class TooLate(Exception):
    """The deadline passed before the source came to its end."""


class _End:
    """The source is exhausted, or failed with `error`."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def within(seconds: float, produce: Callable[[], Iterator[Item]]) -> Generator[Item, None, None]:
    """What `produce()` yields, in order, for at most so many seconds in all.

    Raises TooLate afterwards, and what the source raises when it fails. When the consumer stops
    early or is late, the source is closed at its next item.
    """
    items: queue.Queue[Item | _End] = queue.Queue(_HELD)
    stopped = threading.Event()

    def put(item: Item | _End) -> None:
        while not stopped.is_set():
            try:
                items.put(item, timeout=0.1)
                return
            except queue.Full:
                continue

    def work() -> None:
        try:
            source = produce()
            for item in source:
                put(item)
                if stopped.is_set():
                    close = getattr(source, "close", None)
                    if close is not None:
                        close()
                    return
            put(_End())
        except BaseException as error:  # handed to the consumer, whatever it is
            put(_End(error))

    deadline = time.monotonic() + seconds
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(work,), daemon=True, name="chat model").start()
    try:
        while True:
            try:
                item = items.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TooLate from None
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
            if time.monotonic() > deadline:
                raise TooLate
    finally:
        stopped.set()
