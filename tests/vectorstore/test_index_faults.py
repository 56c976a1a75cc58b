"""Kills, second processes and files that cannot grow, each a real one.

Writers run in processes of their own, forked from a server that has imported everything, so that
one costs a fraction of a second; SIGKILL ends them. What must hold afterwards: the published index
answers, whole, as the old or the new state of the folder; the next sync finishes the work.
"""

import contextlib
import faulthandler
import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vectorstore.folders import (
    CountingEmbedder,
    check_whole,
    home_in_memory,
    left_behind,
    make_index,
    numbered,
    texts,
)
from vectorstore.errors import IndexLocked, StoreError
from vectorstore.index import Index, Snapshot

pytestmark = pytest.mark.integration
home = home_in_memory

N_ARTICLES = 12
N_RANDOM_KILLS = 15

forkserver = multiprocessing.get_context("forkserver")
forkserver.set_forkserver_preload([__name__, "chromadb", "bm25s", "Stemmer"])


def start(target: Callable[..., None], *args: Any) -> Any:
    """A child process; from here on only the child holds its end of a pipe."""
    process = forkserver.Process(target=bounded, args=(target, *args), daemon=True)
    process.start()
    for pipe in args:
        if isinstance(pipe, Connection):
            pipe.close()
    return process


def bounded(target: Callable[..., None], *args: Any) -> None:
    """Run the target, but not for ever: a hanging child prints where it hangs, and ends."""
    faulthandler.dump_traceback_later(60, exit=True)
    target(*args)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# --- what the child processes do --------------------------------------------------------------


class SlowEmbedder(CountingEmbedder):
    """Takes its time over each batch."""

    seconds = 0.0

    def embed_chunks(self, texts: Sequence[str], progress: object = None) -> NDArray[np.float32]:
        time.sleep(self.seconds)
        return super().embed_chunks(texts)


def child_syncs(folder: Path, home: Path, seconds: float, pipe: Connection) -> None:
    """Sync, telling every stage of progress and then the report, or the error."""
    embedder = SlowEmbedder()
    embedder.seconds = seconds
    index = Index(folder, home, embedder)  # type: ignore[arg-type]
    pipe.send("ready")
    try:
        pipe.send(index.sync(lambda stage, done, total: pipe.send(stage)))
    except StoreError as exc:
        pipe.send(exc)


def child_dies_at(step: int, folder: Path, home: Path, pipe: Connection | None = None) -> None:
    """Sync, and be killed before the given call that makes something durable or changes names.

    A step that never comes: send the names of all such calls.
    """
    calls: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        function = getattr(os, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if len(calls) == step:
                die()
            calls.append(name)
            return function(*args, **kwargs)

        return call

    for name in ("fsync", "rename", "replace", "unlink", "rmdir", "mkdir"):
        setattr(os, name, counted(name))
    make_index(folder, home).sync()
    if pipe is not None:
        pipe.send(calls)


def child_syncs_with_little_room(n_bytes: int, folder: Path, home: Path, pipe: Connection) -> None:
    """Sync where no file may grow over n_bytes; send the error's text, or what else happened."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))
    try:
        make_index(folder, home).sync()
        pipe.send("synced")
    except StoreError as exc:
        pipe.send(str(exc))
    except BaseException as exc:
        pipe.send(f"unexpected {type(exc).__name__}: {exc}")


# --- kills ------------------------------------------------------------------------------------


def published(folder: Path, home: Path) -> Snapshot:
    """What another process sees now."""
    return make_index(folder, home).snapshot()


def check_after_kill(folder: Path, home: Path, before: dict[str, str]) -> str:
    """The old or the new state answers, whole; the next sync finishes. Returns which it was."""
    snapshot = published(folder, home)
    now = {path.name: path.read_text() for path in folder.iterdir()}
    state = texts(snapshot)
    assert state in (before, now)
    check_whole(snapshot)
    snapshot.close()
    index = make_index(folder, home)
    index.sync()
    assert texts(index.snapshot()) == now
    assert left_behind(index) == []
    index.close()
    return "new" if state == now else "old"


def test_a_kill_at_any_moment_leaves_a_whole_index(tmp_path: Path, home: Path) -> None:
    folder = numbered(tmp_path / "news", N_ARTICLES, "calm")
    index = make_index(folder, home)
    index.sync()
    before = texts(index.snapshot())
    dice = random.Random(20160315)
    seen, took = [], 0.4
    for n_kill in range(N_RANDOM_KILLS):
        numbered(folder, N_ARTICLES, f"stormy, for the time number{n_kill}")
        mine, theirs = forkserver.Pipe()
        child = start(child_syncs, folder, home, 0.0, theirs)
        assert mine.recv() == "ready"
        began = time.monotonic()
        child.join(dice.uniform(0, 1.1 * took))
        if child.exitcode is None:
            child.kill()
            child.join()
        else:
            took = time.monotonic() - began
        seen.append(check_after_kill(folder, home, before))
        before = {path.name: path.read_text() for path in folder.iterdir()}
    assert "old" in seen


def test_a_kill_during_the_very_first_sync_leaves_nothing_that_hinders_the_next(
    tmp_path: Path, home: Path
) -> None:
    folder = numbered(tmp_path / "news", N_ARTICLES, "calm")
    for step in (0, 3, 8, 16, 17, 18):
        child = start(child_dies_at, step, folder, home)
        child.join()
        assert child.exitcode == -signal.SIGKILL
        with contextlib.suppress(StoreError):  # not indexed yet, in plain words
            check_whole(published(folder, home))
    index = make_index(folder, home)
    assert index.sync().n_embedded == 0  # the vectors of the killed ones were kept
    check_whole(index.snapshot())
    assert left_behind(index) == []


def test_a_kill_around_each_durable_step_leaves_the_old_index_or_the_new(
    tmp_path: Path, home: Path
) -> None:
    folder = numbered(tmp_path / "news", N_ARTICLES, "calm")
    make_index(folder, home).sync()
    for state in ("rough", "foggy"):  # so that a sweep finds something to delete
        numbered(folder, N_ARTICLES, state)
        mine, theirs = forkserver.Pipe()
        start(child_dies_at, -1, folder, home, theirs)
        calls = mine.recv()
    swaps = [calls.index("rename"), calls.index("replace")]
    near = {step + offset for step in swaps for offset in (-1, 0, 1, 2)}
    seen = []
    for step in sorted(near | set(range(0, len(calls), 6))):
        before = {path.name: path.read_text() for path in folder.iterdir()}
        numbered(folder, N_ARTICLES, f"stormy, for the time number{step}")
        child = start(child_dies_at, step, folder, home)
        child.join()
        assert child.exitcode == -signal.SIGKILL
        found = check_after_kill(folder, home, before)
        # Killed before the swap of the pointer: the old one. After it: the new one.
        assert found == ("old" if step <= swaps[1] else "new"), (step, calls[step])
        seen.append(found)
    assert set(seen) == {"old", "new"}


def test_a_killed_reader_leaves_a_copy_that_the_next_sync_sweeps(
    tmp_path: Path, home: Path
) -> None:
    folder = numbered(tmp_path / "news", 3, "calm")
    index = make_index(folder, home)
    index.sync()
    child = start(child_reads_and_dies, folder, home)
    child.join()
    readers = index.path / "readers"
    assert len(list(readers.iterdir())) == 1
    mine = index.snapshot()
    numbered(folder, 3, "stormy")
    for copy in readers.iterdir():
        os.utime(copy, (0, 0))  # younger ones are left alone
    index.sync()
    assert len(list(readers.iterdir())) == 1  # the one of this process
    check_whole(mine)


def test_a_forked_child_that_ends_leaves_its_parents_copy_alone(tmp_path: Path, home: Path) -> None:
    code = f"""
import os
from pathlib import Path
from tests.vectorstore.folders import *
index = make_index(Path({str(tmp_path / "news")!r}), Path({str(home)!r}))
index.sync()
snapshot = index.snapshot()
if os.fork() == 0:
    raise SystemExit  # with all that runs at exit
os.wait()
check_whole(snapshot)
"""
    numbered(tmp_path / "news", 2, "calm")
    subprocess.run([sys.executable, "-c", code], check=True)


def child_reads_and_dies(folder: Path, home: Path) -> None:
    held = published(folder, home)
    check_whole(held)
    die()


# --- several processes ------------------------------------------------------------------------


def test_a_second_process_waits_with_a_message_and_then_goes_on(tmp_path: Path, home: Path) -> None:
    folder = numbered(tmp_path / "news", N_ARTICLES, "calm")
    first_pipe, pipe = forkserver.Pipe()
    first = start(child_syncs, folder, home, 1.0, pipe)
    assert first_pipe.recv() == "ready"
    while first_pipe.recv() != "embedding":
        pass
    second_pipe, pipe = forkserver.Pipe()
    second = start(child_syncs, folder, home, 0.0, pipe)
    told = received(second_pipe)
    report = received(first_pipe)[-1]
    assert f"waiting for process {first.pid}" in told
    assert told[-1].generation == report.generation
    assert (told[-1].n_unchanged, told[-1].n_embedded) == (N_ARTICLES, 0)
    for process in (first, second):
        process.join()


def received(pipe: Connection) -> list[Any]:
    """Everything a child sends, up to its report or its error."""
    told: list[Any] = []
    while not told or isinstance(told[-1], str):
        told.append(pipe.recv())
    return told


def test_waiting_too_long_names_the_process_that_writes(tmp_path: Path, home: Path) -> None:
    folder = numbered(tmp_path / "news", N_ARTICLES, "calm")
    pipe, theirs = forkserver.Pipe()
    child = start(child_syncs, folder, home, 60.0, theirs)
    while pipe.recv() != "embedding":
        pass
    index = make_index(folder, home, lock_timeout_s=0.3)
    with pytest.raises(IndexLocked, match=f"process {child.pid} is writing"):
        index.sync()
    child.kill()
    child.join()
    assert index.sync().n_embedded == N_ARTICLES
    check_whole(index.snapshot())


def test_processes_read_what_another_publishes_and_never_a_mixture(
    tmp_path: Path, home: Path
) -> None:
    folder = numbered(tmp_path / "news", 4, "calm number0")
    index = make_index(folder, home)
    index.sync()
    pipes = [forkserver.Pipe() for _ in range(2)]
    readers = [start(child_reads_on, folder, home, theirs) for _, theirs in pipes]
    for mine, _ in pipes:
        assert mine.recv() == "ready"
    for state in range(1, 4):
        numbered(folder, 4, f"calm number{state}")
        index.sync()
    (home / "stop").touch()
    for mine, _ in pipes:
        states = mine.recv()
        assert states == sorted(states)
        assert states[-1] == 3
    for reader in readers:
        reader.join()


def child_reads_on(folder: Path, home: Path, pipe: Connection) -> None:
    """Read until told to stop; send the states that were seen."""
    index = make_index(folder, home)
    states: list[int] = []
    pipe.send("ready")
    last_round = False
    while not last_round:
        last_round = (home / "stop").exists()
        snapshot = index.snapshot()
        found = {text[text.index("calm number") :] for text in texts(snapshot).values()}
        check_whole(snapshot)
        assert len(found) == 1
        states.append(int(found.pop().strip(" .\ncalnumber")))
        time.sleep(0.02)
    pipe.send(states)


# --- no room ------------------------------------------------------------------------------


@pytest.mark.parametrize("n_bytes", [0, 500, 5_000, 50_000, 250_000])
def test_a_file_that_cannot_grow_is_one_line_and_leaves_the_old_index(
    n_bytes: int, tmp_path: Path, home: Path
) -> None:
    folder = numbered(tmp_path / "news", 40, "calm")
    index = make_index(folder, home)
    index.sync()
    before = texts(index.snapshot())
    numbered(folder, 40, "stormy")
    pipe, theirs = forkserver.Pipe()
    child = start(child_syncs_with_little_room, n_bytes, folder, home, theirs)
    message = pipe.recv()
    child.join()
    assert "run `qa index --rebuild`" in message
    assert "\n" not in message
    assert texts(published(folder, home)) == before
    check_after_kill(folder, home, before)
