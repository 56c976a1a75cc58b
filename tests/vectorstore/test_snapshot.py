"""What a snapshot answers, and that nobody disturbs it: filters, copies, threads.

A real Chroma directory, and an embedder of word counts whose cosines can be worked out by hand.
"""

import hashlib
import random
import threading
from pathlib import Path

import pytest

from tests.fakes import write_articles
from tests.vectorstore.folders import (
    DOG,
    FOX,
    CountingEmbedder,
    ask,
    check_whole,
    home_in_memory,
    index_of_three,
    make_index,
    three_articles,
)
from vectorstore.index import Index

home = home_in_memory
folder = three_articles
index = index_of_three


def test_cosines_are_those_worked_out_by_hand(index: Index) -> None:
    index.sync()
    # "ship sailed" shares 2 words with 5 words: 2 / sqrt(2 * 5).
    assert ask(index.snapshot(), "ship sailed", 1) == [("ship.txt", 0.632)]


def test_a_filter_by_rows_is_exact(index: Index) -> None:
    index.sync()
    snapshot = index.snapshot()
    vector = CountingEmbedder().embed_question("the fox sailed")
    everything = snapshot.dense(vector, 3)
    assert snapshot.dense(vector, 3, rows=range(3)) == [
        (row, pytest.approx(cosine, abs=1e-6)) for row, cosine in everything
    ]
    assert [row for row, _ in snapshot.dense(vector, 3, rows=[2, 1])] == [2, 1]
    assert snapshot.dense(vector, 3, rows=[]) == []
    assert [row for row, _ in snapshot.lexical("fox dog ship", 3, rows=[1])] == [1]
    assert snapshot.lexical("fox", 3, rows=[]) == []


def test_asking_for_more_or_fewer_rows_than_there_are(index: Index) -> None:
    index.sync()
    vector = CountingEmbedder().embed_question("fox")
    assert len(index.snapshot().dense(vector, 100)) == 3
    assert index.snapshot().dense(vector, 0) == []


def test_copies_of_one_text_do_not_hide_the_others(home: Path, tmp_path: Path) -> None:
    # Chroma alone loses half of the 50 here.
    dice = random.Random(1)
    copies = {f"copy{n:03d}.txt": FOX for n in range(300)}
    others = {
        f"other{n:02d}.txt": " ".join(f"word{dice.randrange(400)}" for _ in range(20)) + "."
        for n in range(50)
    }
    folder = write_articles(tmp_path / "wire", {**copies, **others})
    headlines = "".join(f"{name},Outlet number{name[4:7]} says\n" for name in copies)
    (folder / "articles.csv").write_text("file,title\n" + headlines)
    index = make_index(folder, home)
    assert index.sync().n_embedded == 51
    snapshot = index.snapshot()
    found = [ask(snapshot, text, 1)[0][0] for text in others.values()]
    assert found == list(others)
    assert len(ask(snapshot, FOX, 300)) == 300
    assert len(snapshot.lexical("number007", 300)) == 1


def test_a_snapshot_stays_the_same_while_others_are_published(index: Index, folder: Path) -> None:
    index.sync()
    old = index.snapshot()
    assert index.snapshot() is old
    for place in range(3):
        (folder / "dog.md").write_text(f"Another dog number{place}.")
        index.sync()
    assert old.articles["dog.md"].text == DOG
    assert ask(old, DOG, 1) == [("dog.md", 1.0)]
    assert [row for row, _ in old.lexical("dog", 1)] == [1]
    assert index.snapshot() is not old
    check_whole(old)
    check_whole(index.snapshot())
    assert len(list((index.path / "generations").iterdir())) == 2


def test_reading_never_changes_a_published_file(index: Index) -> None:
    index.sync()

    def hashes() -> dict[Path, str]:
        published = (index.path / "generations").rglob("*")
        return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in published if p.is_file()}

    before = hashes()
    for _ in range(2):
        check_whole(index.snapshot())
        index.close()
    assert hashes() == before


def test_closing_removes_the_working_copy(index: Index) -> None:
    index.sync()
    ask(index.snapshot(), FOX)
    assert len(list((index.path / "readers").iterdir())) == 1
    index.close()
    assert list((index.path / "readers").iterdir()) == []
    assert ask(index.snapshot(), FOX, 1) == [("a/fox.txt", 1.0)]


def test_threads_may_ask_while_another_syncs(index: Index, folder: Path) -> None:
    index.sync()
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                snapshot = index.snapshot()
                dog = snapshot.articles["dog.md"].text
                if ask(snapshot, dog, 1) != [("dog.md", 1.0)]:
                    wrong.append((snapshot.generation, dog))
        except Exception as exc:
            wrong.append(exc)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for place in range(5):
        (folder / "dog.md").write_text(f"Another dog number{place}.")
        index.sync()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threads_that_sync_at_once_publish_one_state(index: Index) -> None:
    reports = []
    threads = [threading.Thread(target=lambda: reports.append(index.sync())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({report.generation for report in reports}) == 1
    assert sum(report.n_embedded for report in reports) == 3
