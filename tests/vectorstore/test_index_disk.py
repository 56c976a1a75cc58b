"""What a disk does to an index: damaged files, no room, no right to write.

Nothing damaged ever answers, the next sync mends it, and what cannot be written is one line.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes import write_articles
from tests.vectorstore.folders import (
    check_whole,
    home_in_memory,
    make_index,
    numbered,
    texts,
)
from vectorstore.errors import IndexDamaged, StoreError

pytestmark = pytest.mark.integration
home = home_in_memory


def damage(path: Path, how: str) -> None:
    if how == "deleted":
        path.unlink()
    elif how == "cut":
        os.truncate(path, path.stat().st_size // 2)
    elif how == "emptied":
        os.truncate(path, 0)
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)


@pytest.mark.parametrize("how", ["deleted", "cut", "emptied", "one byte changed"])
def test_damage_to_any_file_is_seen_before_it_answers(how: str, tmp_path: Path, home: Path) -> None:
    folder = numbered(tmp_path / "news", 3, "calm")
    index = make_index(folder, home)
    index.sync()
    sound = tmp_path / "sound"
    shutil.copytree(index.path, sound)
    generation = Path("generations") / index.snapshot().generation
    files = [path.relative_to(sound) for path in (sound / generation).rglob("*") if path.is_file()]
    index.close()
    assert len(files) > 12
    for name in files:
        if (sound / name).stat().st_size == 0 and how != "deleted":
            continue
        damage(index.path / name, how)
        with pytest.raises(IndexDamaged, match="run `qa index --rebuild`") as caught:
            index.snapshot()
        assert "\n" not in str(caught.value)
        shutil.copyfile(sound / name, index.path / name)
    check_whole(index.snapshot())


@pytest.mark.parametrize("name", ["chroma.sqlite3", "data_level0.bin", "manifest.json", "CURRENT"])
def test_the_next_sync_mends_a_damaged_index(
    name: str, tmp_path: Path, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = numbered(tmp_path / "news", 3, "calm")
    index = make_index(folder, home)
    index.sync()
    damage(next(index.path.rglob(name)), "one byte changed")
    with pytest.raises(IndexDamaged):
        index.snapshot()
    report = index.sync()
    assert report.n_embedded == 0
    assert "is damaged" in caplog.text
    check_whole(index.snapshot())
    assert texts(index.snapshot()).keys() == {"000.txt", "001.txt", "002.txt"}


def _may_mount() -> bool:
    command = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        bool(shutil.which("unshare"))
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


@pytest.fixture
def small_disk(home: Path) -> Callable[[str, str], subprocess.CompletedProcess[str]]:
    """Runs Python, with home on a disk of a given size that lives as long as the run."""
    if not _may_mount():
        pytest.skip("no right to mount a small disk here")

    def run(size: str, code: str) -> subprocess.CompletedProcess[str]:
        home.mkdir(parents=True, exist_ok=True)
        mount = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", mount, str(home), sys.executable, "-c", code]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_a_full_disk_is_one_line_and_the_old_index_goes_on_answering(
    tmp_path: Path, home: Path, small_disk: Callable[[str, str], subprocess.CompletedProcess[str]]
) -> None:
    folder = numbered(tmp_path / "news", 3, "calm")
    code = f"""
from pathlib import Path
from tests.vectorstore.folders import *
from vectorstore.errors import StoreError
folder, home = Path({str(folder)!r}), Path({str(home)!r})
make_index(folder, home).sync()
old = texts(make_index(folder, home).snapshot())
for n_free in (0, 8, 40, 100, 200, 300, 400, 450, 500, 600, 900):
    numbered(folder, 3, f"stormy number{{n_free}}")
    room = home / "ballast"
    try:
        with room.open("wb") as file:
            while True:
                file.write(bytes(4096)), file.flush()
    except OSError:
        pass
    keep = max(0, room.stat().st_size - 1000 * n_free)
    with room.open("r+b") as file:
        file.truncate(keep)
    try:
        make_index(folder, home).sync()
        print("synced")
    except StoreError as exc:
        print(exc)
        index = make_index(folder, home)
        check_whole(index.snapshot())  # while the disk is full
        index.close()
    room.unlink()
    index = make_index(folder, home)
    check_whole(index.snapshot())
    assert left_behind(index) == [], left_behind(index)
    index.close()
"""
    done = small_disk("3m", code)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "synced"
    refused = [line for line in lines if line != "synced"]
    assert len(refused) > 3
    assert all("the disk is full; free some space" in line for line in refused), refused


@pytest.mark.parametrize("where", ["under a file", "under /proc", "read-only"])
def test_a_home_that_cannot_be_written_is_one_line(where: str, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "news", {"a.txt": "The ship sailed."})
    blocked = tmp_path / "blocked"
    if where == "under a file":
        blocked.write_text("a file")
    elif where == "under /proc":
        blocked = Path("/proc")
    else:
        blocked.mkdir(mode=0o500)
        if os.access(blocked, os.W_OK):
            pytest.skip("root may write anywhere")
    with pytest.raises(StoreError, match="set QA_HOME to a folder that is") as caught:
        make_index(folder, blocked / "home").sync()
    assert "\n" not in str(caught.value)
    assert [path.name for path in folder.iterdir()] == ["a.txt"]
