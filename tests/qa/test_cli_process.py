"""The `qa` command as a process of its own: speed, Ctrl-C, closed pipes, one run on real parts."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qa.records import Answer
from tests import fake_qa
from tests.fake_qa import NEWS, QUESTION
from tests.fakes import write_articles

HEAVY = {"torch", "gradio", "chromadb", "langchain", "langchain_core", "numpy", "transformers"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "news", NEWS)


def in_this_process(*args: str) -> int:
    with pytest.raises(SystemExit) as end:
        fake_qa.main(["qa", *args, "-m", "baseline"] if args[0] == "ask" else ["qa", *args])
    return int(end.value.code or 0)


def help_cpu_s() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "qa", "--help"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_takes_less_than_a_third_of_a_second_of_cpu() -> None:
    assert min(help_cpu_s() for _ in range(5)) < 0.3


@pytest.mark.parametrize(
    "code",
    [
        "import qa; from qa import ask",
        "from qa.__main__ import main; sys.argv = ['qa', '--help']; main()",
        "from qa.__main__ import main; sys.argv = ['qa', 'ask', '--help']; main()",
    ],
)
def test_help_and_import_load_no_heavy_library(code: str) -> None:
    report = "import atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {report}; {code}"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert not HEAVY & set(done.stderr.split())


def test_ctrl_c_while_indexing_leaves_the_index_answering(
    folder: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_this_process("index", "-a", str(folder)) == 0
    (pointer,) = home.rglob("CURRENT")
    before = pointer.read_text()
    write_articles(folder, {"late.txt": "Late news\n\nThe mayor Otto Brandt resigned at dawn.\n"})
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fake_qa", "index", "-a", str(folder)],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "FAKE_QA_STOP": "1"},
        # a shell that runs the tests in the background has them ignore Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    with process:
        while "embedding" not in (line := process.stderr.readline()):
            assert line, "it ended before it embedded"
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "qa: stopped" in rest
    assert "Traceback" not in rest
    assert pointer.read_text() == before
    assert not list(home.rglob("building-*"))
    assert in_this_process("ask", "Who resigned at dawn?", "-a", str(folder)) == 0
    assert "Otto Brandt resigned" in capsys.readouterr().out


def test_a_reader_that_goes_away_is_no_traceback(folder: Path, tmp_path: Path) -> None:
    saved = tmp_path / "answer.json"
    nothing = Answer("q", "q", "", "", (), (), (), True, "", (), 0.0, "reader", "")
    saved.write_text(nothing.to_json(), encoding="utf-8")
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "qa", "verify", str(saved), "-a", str(folder)],
        stdout=write,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    os.close(write)
    assert done.stderr == ""


def test_a_terminal_without_utf8_is_no_traceback(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qa", "verify", "M\xf6we.json", "-a", str(folder)],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        encoding="ascii",
        check=False,
    )
    assert done.stderr.startswith("qa: M\\xf6we.json")


@pytest.mark.integration
def test_the_real_command_answers_with_the_real_parts(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qa", "ask", QUESTION, "-a", folder, "-m", "baseline", "--json"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Ingrid Halvorsen" in Answer.from_dict(json.loads(done.stdout)).text
