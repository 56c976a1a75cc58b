"""within(): order, errors, and a deadline that holds whatever the source does."""

import contextvars
import threading
import time
from collections.abc import Iterator

import pytest

from qa.deadline import TooLate, within


def test_items_come_in_order_and_the_end_ends() -> None:
    assert list(within(5, lambda: iter(range(1000)))) == list(range(1000))


def test_an_error_of_the_source_comes_through() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise KeyError("lost")

    items = within(5, source)
    assert next(items) == 1
    with pytest.raises(KeyError, match="lost"):
        next(items)


def test_a_source_that_never_yields_is_left_behind() -> None:
    release = threading.Event()

    def source() -> Iterator[int]:
        release.wait(20)
        yield 1

    began = time.monotonic()
    with pytest.raises(TooLate):
        next(within(0.2, source))
    assert time.monotonic() - began < 1
    release.set()


def test_a_source_that_drips_is_left_behind() -> None:
    def source() -> Iterator[int]:
        while True:
            time.sleep(0.02)
            yield 1

    began = time.monotonic()
    with pytest.raises(TooLate):
        list(within(0.3, source))
    assert time.monotonic() - began < 1


def test_a_source_is_closed_when_the_consumer_stops() -> None:
    closed = threading.Event()

    def source() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    items = within(5, source)
    next(items)
    items.close()
    assert closed.wait(2)


def test_context_variables_reach_the_source() -> None:
    trace = contextvars.ContextVar("trace", default="none")
    trace.set("run 7")
    assert list(within(5, lambda: iter([trace.get()]))) == ["run 7"]
