"""The vectors on a Chroma server: a real `chroma run` on a free port of the loopback."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import write_articles
from tests.vectorstore.folders import CountingEmbedder, check_whole, home_in_memory, make_index
from vectorstore.errors import ChromaServerError, IndexDamaged
from vectorstore.index import Index

pytestmark = pytest.mark.integration
home = home_in_memory


class Server:
    """`chroma run`, as a process."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.start()

    def start(self) -> None:
        command = [Path(sys.executable).parent / "chroma", "run", "--path", self.folder]
        self.process = subprocess.Popen(
            [*map(str, command), "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder.parent,
        )
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=1).close()
                return
            time.sleep(0.05)
        raise AssertionError("chroma run does not answer")

    def collections(self) -> set[str]:
        import chromadb

        client = chromadb.HttpClient(host="127.0.0.1", port=self.port)
        return {collection.name for collection in client.list_collections()}

    def drop(self, name: str) -> None:
        import chromadb

        chromadb.HttpClient(host="127.0.0.1", port=self.port).delete_collection(name)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server") / "data")
    yield server
    server.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = {f"{n}.txt": f"The ship number{n} sailed to port{n}." for n in range(5)}
    return write_articles(tmp_path / "news", texts)


@pytest.fixture
def index(folder: Path, home: Path, server: Server) -> Index:
    return make_index(folder, home, chroma_url=server.url)


def name_of(index: Index) -> str:
    return f"footnote-{index.fingerprint}-{index.snapshot().generation}"


def test_a_server_answers_like_the_embedded_index(
    index: Index, folder: Path, home: Path, server: Server
) -> None:
    assert index.sync().n_embedded == 5
    local = make_index(folder, home)
    assert local.sync().n_embedded == 0
    check_whole(index.snapshot())
    assert name_of(index) in server.collections()
    assert not list(index.path.rglob("chroma"))
    for question in ("ship number3", "port1", "sailed"):
        vector = CountingEmbedder().embed_question(question)
        assert index.snapshot().dense(vector, 5) == [
            (row, pytest.approx(cosine, abs=1e-6))
            for row, cosine in local.snapshot().dense(vector, 5)
        ]


def test_old_collections_are_deleted_and_others_left_alone(
    index: Index, folder: Path, server: Server
) -> None:
    before = server.collections()
    names = []
    for state in range(3):
        (folder / "0.txt").write_text(f"Now it is state{state}.")
        index.sync()
        names.append(name_of(index))
        check_whole(index.snapshot())
    assert server.collections() - before == set(names[1:])
    assert before <= server.collections()


def test_a_collection_that_is_gone_is_made_again_by_the_next_sync(
    index: Index, server: Server
) -> None:
    index.sync()
    server.drop(name_of(index))
    with pytest.raises(IndexDamaged, match="run `qa index --rebuild`"):
        index.snapshot().dense(CountingEmbedder().embed_question("ship"), 1)
    report = index.sync()
    assert report.n_embedded == 0
    check_whole(index.snapshot())


def test_a_sync_that_fails_leaves_no_collection_behind(
    index: Index, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = server.collections()

    def fail(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vectorstore.generations._verify", fail)
    with pytest.raises(KeyboardInterrupt):
        index.sync()
    assert server.collections() == before


@pytest.mark.parametrize("url", ["ftp://host", "localhost", "http://", "http://host:port", "x y"])
def test_what_is_no_address_is_said_so(url: str, folder: Path, home: Path) -> None:
    with pytest.raises(ChromaServerError, match="is no address of a Chroma server"):
        make_index(folder, home, chroma_url=url).sync()


@pytest.mark.parametrize("url", ["http://me:secret@127.0.0.1:9", "http://127.0.0.1:9/store"])
def test_what_the_client_would_drop_is_refused_and_a_password_not_shown(
    url: str, folder: Path, home: Path
) -> None:
    with pytest.raises(ChromaServerError, match="scheme, host and port alone") as caught:
        make_index(folder, home, chroma_url=url).sync()
    assert "secret" not in str(caught.value)


def test_a_server_that_is_gone_is_one_line_at_once(folder: Path, home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(ChromaServerError, match=f"127.0.0.1:{port} does not answer") as caught:
        make_index(folder, home, chroma_url=f"http://127.0.0.1:{port}").sync()
    assert time.monotonic() - began < 5
    assert "\n" not in str(caught.value)


def test_a_stalled_or_killed_server_does_not_hold_a_question_up(
    folder: Path, home: Path, tmp_path: Path
) -> None:
    server = Server(tmp_path / "own")
    try:
        index = make_index(folder, home, chroma_url=server.url)
        index.sync()
        snapshot = index.snapshot()
        vector = CountingEmbedder().embed_question("ship number3")
        assert snapshot.dense(vector, 1)[0][0] == 3

        os.kill(server.process.pid, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(ChromaServerError, match="does not answer"):
            snapshot.dense(vector, 1)
        assert time.monotonic() - began < 8
        os.kill(server.process.pid, signal.SIGCONT)
        assert snapshot.dense(vector, 1)[0][0] == 3

        server.stop()
        with pytest.raises(ChromaServerError, match="does not answer"):
            snapshot.dense(vector, 1)
        assert snapshot.lexical("number3", 1)[0][0] == 3
        assert snapshot.dense(vector, 1, rows=[3, 4])[0][0] == 3

        server.start()
        assert snapshot.dense(vector, 1)[0][0] == 3
    finally:
        server.stop()
