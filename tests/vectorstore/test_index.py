"""What sync does for each change of a folder, and what a snapshot answers.

A real Chroma directory, and an embedder of word counts whose cosines can be worked out by hand.
"""

import random
import time
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import write_articles
from tests.vectorstore.folders import (
    DOG,
    FOX,
    SHIP,
    CountingEmbedder,
    ask,
    check_whole,
    home_in_memory,
    index_of_three,
    left_behind,
    make_index,
    texts,
    three_articles,
)
from vectorstore import glance as glance_room
from vectorstore import index as index_room
from vectorstore.errors import ArticlesError, StoreError
from vectorstore.index import Index
from vectorstore.records import Folder

home = home_in_memory

folder = three_articles
index = index_of_three


def embedded(index: Index) -> list[str]:
    embedder = index.embedder
    assert isinstance(embedder, CountingEmbedder)
    return embedder.embedded


# --- what a sync does -------------------------------------------------------------------------


def test_the_first_sync_adds_every_article(index: Index) -> None:
    report = index.sync()
    assert report.added == ("a/fox.txt", "dog.md", "ship.txt")
    assert (report.changed, report.renamed, report.deleted, report.n_unchanged) == ((), (), (), 0)
    assert (report.n_chunks, report.n_embedded) == (3, 3)
    assert report.generation == index.snapshot().generation
    check_whole(index.snapshot())
    assert left_behind(index) == []


def test_nothing_changed_means_nothing_written_and_no_model(index: Index, folder: Path) -> None:
    first = index.sync()
    files = sorted((path, path.stat().st_mtime_ns) for path in index.path.rglob("*"))
    again = make_index(folder, index.path.parents[1])
    again.embedder.embed_chunks = None  # type: ignore[method-assign, assignment]
    report = again.sync()
    assert report.generation == first.generation
    assert (report.n_unchanged, report.n_embedded, report.n_chunks) == (3, 0, 3)
    assert files == sorted((path, path.stat().st_mtime_ns) for path in index.path.rglob("*"))
    assert report.seconds < 0.5


def test_a_folder_that_looks_the_same_is_not_read(
    index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    read_articles = index_room.read_articles

    def counted(*args: object) -> Folder:
        reads.append(args)
        return read_articles(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(index_room, "read_articles", counted)
    index.sync()
    index.sync()
    assert len(reads) == 2  # changed a moment ago: a glance is not enough yet
    monkeypatch.setattr(glance_room, "_SETTLED_S", 0.0)
    time.sleep(0.02)
    index.sync()
    assert len(reads) == 3
    report = index.sync()
    assert (len(reads), report.n_unchanged) == (3, 3)
    for n_change, change in enumerate(
        (
            lambda: (folder / "dog.md").write_text("A blue cat slept."),
            lambda: (folder / "ship.txt").rename(folder / "a" / "ship.txt"),
            lambda: (folder / "a" / "fox.txt").unlink(),
            lambda: (folder / "dog.md").chmod(0o600),
        )
    ):
        change()
        time.sleep(0.02)
        index.sync()
        assert len(reads) == 4 + n_change
    index.sync(rebuild=True)
    assert len(reads) == 8


def test_each_kind_of_change_is_reported_and_only_new_text_is_embedded(
    index: Index, folder: Path
) -> None:
    index.sync()
    embedded(index).clear()
    (folder / "dog.md").write_text("A green dog slept.")
    (folder / "ship.txt").rename(folder / "a" / "vessel.txt")
    (folder / "a" / "fox.txt").unlink()
    (folder / "owl.txt").write_text("An owl flew.")
    report = index.sync()
    assert report.added == ("owl.txt",)
    assert report.changed == ("dog.md",)
    assert report.renamed == (("ship.txt", "a/vessel.txt"),)
    assert report.deleted == ("a/fox.txt",)
    assert report.n_unchanged == 0
    assert report.n_embedded == 2
    assert embedded(index) == ["A green dog slept.", "An owl flew."]
    snapshot = index.snapshot()
    assert list(snapshot.articles) == ["a/vessel.txt", "dog.md", "owl.txt"]
    assert ask(snapshot, SHIP, 1) == [("a/vessel.txt", 1.0)]
    check_whole(snapshot)


def test_text_that_comes_back_is_not_embedded_again(index: Index, folder: Path) -> None:
    index.sync()
    (folder / "dog.md").write_text("Other words.")
    index.sync()
    (folder / "dog.md").write_text(DOG)
    report = index.sync()
    assert (report.changed, report.n_embedded) == (("dog.md",), 0)


def test_a_file_touched_but_not_changed_is_unchanged(index: Index, folder: Path) -> None:
    index.sync()
    (folder / "dog.md").write_text(DOG)
    assert index.sync().n_unchanged == 3


def test_a_line_of_articles_csv_changes_the_article(index: Index, folder: Path) -> None:
    index.sync()
    (folder / "articles.csv").write_text("file,title,outlet,published,url\ndog.md,,CNN,,\n")
    report = index.sync()
    assert (report.changed, report.n_embedded) == (("dog.md",), 0)
    assert index.snapshot().articles["dog.md"].outlet == "CNN"


def test_a_chunk_is_found_by_the_title_of_its_article(index: Index, folder: Path) -> None:
    index.sync()
    (folder / "articles.csv").write_text("file,title,outlet,published,url\ndog.md,Pets,,,\n")
    assert index.sync().n_embedded == 1
    snapshot = index.snapshot()
    assert ask(snapshot, "pets", 1) == [("dog.md", round(1 / 5**0.5, 3))]
    ((row, _),) = snapshot.lexical("pets", 3)
    assert snapshot.chunks[row].text == DOG


def test_two_files_with_the_same_text_are_both_articles_and_both_found(
    index: Index, folder: Path
) -> None:
    write_articles(folder, {"b/fox.txt": FOX, "c/fox.txt": FOX})
    report = index.sync()
    assert report.n_chunks == 5
    assert report.n_embedded == 3
    snapshot = index.snapshot()
    assert ask(snapshot, FOX) == [(f"{place}/fox.txt", 1.0) for place in "abc"]
    assert [row for row, _ in snapshot.lexical("fox", 5)] == [0, 1, 2]
    check_whole(snapshot)


def test_renaming_one_of_two_equal_files_is_a_rename(index: Index, folder: Path) -> None:
    write_articles(folder, {"b/fox.txt": FOX})
    index.sync()
    (folder / "b" / "fox.txt").rename(folder / "z.txt")
    report = index.sync()
    assert (report.renamed, report.added, report.deleted) == ((("b/fox.txt", "z.txt"),), (), ())


def test_skipped_files_are_named_and_the_others_indexed(index: Index, folder: Path) -> None:
    write_articles(folder, {"empty.txt": "", "blank.md": " \n", "binary.txt": b"\x7fELF\x00\x01"})
    report = index.sync()
    assert [skip.path for skip in report.skipped] == ["binary.txt", "blank.md", "empty.txt"]
    assert index.snapshot().skipped == report.skipped
    assert len(index.snapshot().articles) == 3


def test_awkward_texts_are_indexed_with_right_offsets(index: Index, folder: Path) -> None:
    awkward = {
        "utf16.txt": "The naïve fox wrote.".encode("utf-16"),
        "cp1252.txt": "The café’s owner spoke at length about it.".encode("cp1252"),
        "crlf.txt": b"One line.\r\n\r\nAnother line here.\r\n",
        "nul.txt": "Before\x00after the comma, it said.",
        "rtl.txt": "قال الرئيس إن السفينة أبحرت.",
        "emoji.txt": "A ship 🚢 sailed 👩‍👩‍👧 away.",
        "combining.txt": "The cafe\u0301 stayed open.",
    }
    write_articles(folder, awkward)
    report = index.sync()
    assert report.skipped == ()
    check_whole(index.snapshot())
    assert len(index.snapshot().articles) == 10


@pytest.mark.integration
def test_one_line_of_5_mb_is_indexed(index: Index, folder: Path) -> None:
    sentence = "The ship sailed on Monday and its crew of 330 waved. "
    (folder / "line.txt").write_text(sentence * (5_000_000 // len(sentence)))
    report = index.sync()
    assert report.skipped == ()
    snapshot = index.snapshot()
    text = snapshot.articles["line.txt"].text
    chunks = [chunk for chunk in snapshot.chunks if chunk.article_id == "line.txt"]
    assert len(chunks) > 5000
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert ask(snapshot, FOX, 1) == [("a/fox.txt", 1.0)]


def test_progress_goes_up_to_its_total_in_every_stage(index: Index) -> None:
    told: list[tuple[str, int, int]] = []
    index.sync(lambda stage, done, total: told.append((stage, done, total)))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == [
        "read",
        "chunking",
        "embedding",
        "indexing",
    ]
    for stage in ("read", "chunking", "embedding", "indexing"):
        steps = [(done, total) for name, done, total in told if name == stage]
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1]


def test_rebuild_makes_everything_anew(index: Index) -> None:
    first = index.sync()
    report = index.sync(rebuild=True)
    assert report.generation != first.generation
    assert (report.n_unchanged, report.n_embedded) == (3, 3)


def test_any_order_of_edits_gives_the_same_state_as_a_fresh_index(
    index: Index, folder: Path, tmp_path: Path
) -> None:
    dice = random.Random(7)
    words = "red blue fox dog ship sailed slept ran".split()  # noqa: SIM905
    for step in range(4):
        for _ in range(3):
            name = folder / f"{dice.choice('abc')}.txt"
            if name.exists() and dice.random() < 0.4:
                name.unlink()
            else:
                name.write_text(f"{' '.join(dice.choices(words, k=5))} {dice.randrange(4)}.")
        index.sync()
        fresh = make_index(folder, tmp_path / f"fresh{step}")
        fresh.sync()
        mine, other = index.snapshot(), fresh.snapshot()
        assert (texts(mine), mine.chunks) == (texts(other), other.chunks)
        assert np.array_equal(mine.vectors, other.vectors)
        for question in words:
            assert ask(mine, question, 20) == ask(other, question, 20)
            assert mine.lexical(question, 20) == other.lexical(question, 20)


# --- nothing to index -------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["missing", "empty", "nothing readable", "a file"])
def test_a_folder_without_articles_leaves_no_index_behind(
    case: str, tmp_path: Path, home: Path
) -> None:
    folder = tmp_path / "none"
    if case == "a file":
        folder.write_text("text")
    elif case != "missing":
        folder.mkdir()
    if case == "nothing readable":
        write_articles(folder, {"picture.png": b"\x89PNG", "empty.txt": ""})
    with pytest.raises(ArticlesError, match="none"):
        make_index(folder, home).sync()
    assert not home.exists()


def test_when_all_articles_vanish_the_old_index_stays(index: Index, folder: Path) -> None:
    index.sync()
    files = sorted(path for path in index.path.rglob("*"))
    for path in (*folder.rglob("*.txt"), *folder.rglob("*.md")):
        path.unlink()
    with pytest.raises(ArticlesError):
        index.sync()
    assert sorted(path for path in index.path.rglob("*")) == files
    assert ask(index.snapshot(), FOX, 1) == [("a/fox.txt", 1.0)]


def test_asking_before_the_first_sync_says_what_to_do(index: Index) -> None:
    with pytest.raises(StoreError, match="not indexed yet; run `qa index`"):
        index.snapshot()


# --- one index for each way of making it ------------------------------------------------------


def test_another_model_chunking_server_or_folder_is_another_index(
    index: Index, folder: Path, home: Path, tmp_path: Path
) -> None:
    other_model = CountingEmbedder()
    other_model.fingerprint = "another"
    others = [
        Index(folder, home, other_model),  # type: ignore[arg-type]
        make_index(folder, home, chunk_tokens=100),
        make_index(folder, home, chroma_url="http://127.0.0.1:9"),
        make_index(folder / "a", home),
    ]
    paths = {index.path, *(other.path for other in others)}
    assert len(paths) == 5
    assert make_index(tmp_path / "news" / "a" / "..", home).path == index.path


def test_an_index_of_older_code_is_replaced(
    index: Index, folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_room, "_code_digest", lambda: "000000")
    older = make_index(folder, home)
    older.sync()
    assert older.path != index.path
    assert older.path.is_dir()
    assert index.sync().n_embedded == 0
    assert not older.path.exists()
    assert list(index.path.parent.iterdir()) == [index.path]


# --- the vectors' cache -----------------------------------------------------------------------


def test_a_damaged_cache_of_vectors_is_thrown_away(index: Index, folder: Path, home: Path) -> None:
    index.sync()
    (cache,) = (home / "vectors").glob("*.sqlite3")
    cache.write_bytes(b"not a database at all, but long enough to look like a file" * 20)
    (folder / "owl.txt").write_text("An owl flew.")
    assert index.sync().n_embedded == 4
    check_whole(index.snapshot())


def test_a_vector_that_was_damaged_in_the_cache_is_computed_again(
    index: Index, folder: Path, home: Path
) -> None:
    import sqlite3

    index.sync()
    (cache,) = (home / "vectors").glob("*.sqlite3")
    with sqlite3.connect(cache) as db:
        db.execute("UPDATE vectors SET vector = zeroblob(1024)")
    db.close()
    (folder / "owl.txt").write_text("An owl flew.")
    assert index.sync().n_embedded == 4
    check_whole(index.snapshot())


def test_vectors_that_no_index_used_for_long_are_forgotten(
    index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vectorstore import vectors

    index.sync()
    today = vectors._today()
    monkeypatch.setattr(vectors, "_today", lambda: today + 91)
    (folder / "dog.md").write_text("Other words.")
    index.sync()
    (folder / "dog.md").write_text(DOG)
    assert index.sync().n_embedded == 1
