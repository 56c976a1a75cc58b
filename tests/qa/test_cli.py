"""The `qa` command as a user meets it: output, exit codes, errors in one line.

Speed, signals and pipes are in test_cli_process.py.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from qa.records import Answer
from tests import fake_qa
from tests.fake_qa import NEWS, QUESTION, STORM
from tests.fakes import write_articles
from vectorstore.errors import ChromaServerError

Run = Callable[..., "Done"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "news", NEWS)


@dataclass(frozen=True)
class Done:
    code: int
    stdout: str
    stderr: str


@pytest.fixture
def qa(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process, with the fake embedder and the baseline reader."""

    def run(*args: object, code: int, stdin: str = "", **env: str) -> Done:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            for name, value in {"QA_MODEL": "baseline", **env}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as end:
                fake_qa.main(["qa", *map(str, args)])
        done = Done(end.value.code or 0, *capsys.readouterr())  # type: ignore[arg-type]
        assert done.code == code, done
        return done

    return run


def is_one_line(text: str) -> bool:
    return text.startswith("qa: ") and text.count("\n") == 1 and text.endswith("\n")


def test_without_a_command_the_help_is_shown(qa: Run) -> None:
    done = qa(code=2)
    for command in ("ask", "chat", "index", "eval", "verify", "serve", "doctor"):
        assert command in done.stdout + done.stderr


@pytest.mark.parametrize(
    "args",
    [["nonsense"], ["ask"], ["index", "--nope"], ["ask", "Who?", "--since", "yesterday"]],
)
def test_a_wrong_call_exits_2_and_says_how_to_call(qa: Run, args: list[str]) -> None:
    assert "Usage" in qa(*args, code=2).stderr


def test_ask_exits_0_with_text_and_numbered_sources(qa: Run, folder: Path) -> None:
    done = qa("ask", QUESTION, "-a", folder, code=0)
    first, *sources = done.stdout.splitlines()
    assert "Ingrid Halvorsen ordered the closure of the port at noon." in first
    assert first.endswith("[1]")
    assert re.match(r"  \[1\] .*storm\.txt \(\d+-\d+\): Harbour master Ingrid", sources[0])


def test_control_characters_of_an_article_do_not_reach_the_terminal(qa: Run, folder: Path) -> None:
    (folder / "flag.txt").write_text("The \x1b[2Jred flag over Camp Iver was torn.\x07\n")
    done = qa("ask", "Where was the red flag torn?", "-a", folder, "--source", "flag.txt", code=0)
    assert "red flag" in done.stdout
    assert not set(done.stdout) & {"\x1b", "\x07"}


def test_ask_exits_3_when_the_articles_do_not_say_and_shows_the_nearest(
    qa: Run, folder: Path
) -> None:
    done = qa("ask", "Which zoo bought seven zebras?", "-a", folder, code=3)
    said, reason, *nearest = done.stdout.splitlines()
    assert said == "The articles do not say."
    assert reason
    assert all(line.startswith("  nearest: ") for line in nearest)


def test_ask_json_is_the_answer_and_verify_checks_it_against_the_files(
    qa: Run, folder: Path, tmp_path: Path
) -> None:
    done = qa("ask", QUESTION, "-a", folder, "--json", code=0)
    answer = Answer.from_dict(json.loads(done.stdout))
    assert answer.to_json() + "\n" == done.stdout
    saved = tmp_path / "answer.json"
    saved.write_text(done.stdout, encoding="utf-8")

    fine = qa("verify", saved, "-a", folder, code=0)
    assert fine.stdout.splitlines()[-1] == f"1 of 1 citations verified in {folder}"
    (folder / "storm.txt").write_text(STORM + "More.\n", encoding="utf-8")
    changed = qa("verify", saved, "-a", folder, code=2)
    assert "[1] storm.txt: file changed" in changed.stdout
    assert "--articles" in changed.stdout.splitlines()[-1]
    (folder / "storm.txt").unlink()
    missing = json.loads(qa("verify", saved, "-a", folder, "--json", code=2).stdout)
    assert [(check["marker"], check["status"]) for check in missing] == [(1, "file missing")]


@pytest.mark.parametrize("content", ["", "not JSON", "[]", "{}", '{"format": "other"}', None])
def test_verify_of_something_else_is_one_line(qa: Run, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "answer.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = qa("verify", path, code=2)
    assert is_one_line(done.stderr)
    assert "answer.json" in done.stderr


def test_ask_reads_only_the_sources_and_days_it_is_told(qa: Run, folder: Path) -> None:
    catalogue = "file,title,outlet,published\nstorm.txt,,Tarn Radio,2021-03-05\n"
    (folder / "articles.csv").write_text(catalogue, encoding="utf-8")
    asked = ("ask", QUESTION, "-a", folder)
    assert (
        "Tarn Radio, 2021-03-05, storm.txt" in qa(*asked, "--source", "tarn radio", code=0).stdout
    )
    qa(*asked, "--source", "town/council.txt", code=3)
    qa(*asked, "--since", "2021-03-06", code=3)
    qa(*asked, "--since", "2021-03-05", "--until", "2021-03-05", code=0)
    done = qa(*asked, "--source", "BBC", code=2)
    assert is_one_line(done.stderr)
    assert "Tarn Radio" in done.stderr


def test_index_reports_as_text_and_as_json_and_the_second_time_does_nothing(
    qa: Run, folder: Path, home: Path
) -> None:
    (folder / "empty.txt").write_bytes(b"")
    first = qa("index", "-a", folder, code=0)
    assert "2 added" in first.stdout
    assert "1 skipped" in first.stdout
    assert "skipped empty.txt: empty file" in first.stderr
    second = json.loads(qa("index", "-a", folder, "--json", code=0).stdout)
    (folder / "empty.txt").unlink()
    assert qa("index", "-a", folder, code=0).stderr == ""
    assert (second["n_unchanged"], second["n_embedded"], second["added"]) == (2, 0, [])
    assert Path(second["path"]).is_relative_to(home)
    rebuilt = json.loads(qa("index", "-a", folder, "--json", "--rebuild", code=0).stdout)
    assert rebuilt["n_embedded"] == second["n_chunks"]


@pytest.mark.parametrize("command", ["index", "ask"])
@pytest.mark.parametrize("kind", ["missing", "empty", "a file", "nothing readable"])
def test_a_folder_without_articles_is_one_line_and_leaves_no_index(
    qa: Run, tmp_path: Path, home: Path, kind: str, command: str
) -> None:
    where = tmp_path / "articles"
    if kind == "a file":
        where.write_text("text", encoding="utf-8")
    elif kind == "nothing readable":
        write_articles(where, {"picture.txt": b"\x89PNG\x00\x01", "blank.txt": " \n"})
    elif kind == "empty":
        where.mkdir()
    question = [QUESTION] if command == "ask" else []
    done = qa(command, *question, "-a", where, code=2)
    assert is_one_line(done.stderr)
    assert str(where) in done.stderr
    assert not list(home.rglob("CURRENT"))
    assert not list(home.glob("index/*"))


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ({"QA_N_PASSAGES": "many"}, "QA_N_PASSAGES='many'"),
        ({"QA_THRESHOLD": "7"}, "QA_THRESHOLD='7'"),
        ({"QA_MODEL": "nonsense"}, "nonsense"),
    ],
)
@pytest.mark.parametrize("command", [["ask", QUESTION], ["doctor"]])
def test_a_bad_setting_is_one_line_that_names_it(
    qa: Run, folder: Path, setting: dict[str, str], names: str, command: list[str]
) -> None:
    done = qa(*command, "-a", folder, code=2, **setting)
    if command == ["doctor"]:
        (fault,) = [line for line in done.stdout.splitlines() if line.startswith("FAULT")]
        assert names in fault
    else:
        assert is_one_line(done.stderr)
        assert names in done.stderr


@pytest.mark.parametrize("question", ["", " \t", "?", "x" * 100_000])
def test_what_is_no_question_is_one_line(qa: Run, folder: Path, question: str) -> None:
    assert is_one_line(qa("ask", question, "-a", folder, code=2).stderr)
    assert "none yet" in qa("doctor", "-a", folder, code=0).stdout  # nothing was indexed for it


def test_a_home_that_cannot_be_written_is_one_line(qa: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    done = qa("index", "-a", folder, code=2, QA_HOME=str(tmp_path / "file" / "home"))
    assert is_one_line(done.stderr)
    assert "QA_HOME" in done.stderr


def test_chat_answers_follow_ups_and_ends_at_an_empty_line(qa: Run, folder: Path) -> None:
    asked = f"{QUESTION}\n?!\nWhen did she order it?\n\nnever read\n"
    done = qa("chat", "-a", folder, code=0, stdin=asked)
    assert done.stdout.count("You: ") == 4
    assert "Ingrid Halvorsen ordered" in done.stdout
    assert "The question is empty" in done.stdout
    assert qa("chat", "-a", folder, code=0, stdin=QUESTION).stdout.count("[1]") >= 1


def test_doctor_finds_all_in_order_with_and_without_an_index(qa: Run, folder: Path) -> None:
    done = qa("doctor", "-a", folder, code=0)
    assert "none yet" in done.stdout
    qa("index", "-a", folder, code=0)
    findings = json.loads(qa("doctor", "-a", folder, "--json", code=0).stdout)
    by_name = {finding["what"]: finding for finding in findings}
    assert all(finding["ok"] for finding in findings)
    assert "2 articles" in by_name["index"]["detail"]
    assert {"versions", "home", "articles", "embedding model", "model", "lock"} < set(by_name)


def test_doctor_names_a_variable_that_is_no_setting(qa: Run, folder: Path) -> None:
    done = qa("doctor", "-a", folder, code=2, QA_TRESHOLD="0.3", QA_XYZZY="1")
    assert "FAULT settings: QA_TRESHOLD is no setting; did you mean QA_THRESHOLD?" in done.stdout
    assert "FAULT settings: QA_XYZZY is no setting; known are QA_HOME" in done.stdout


def test_doctor_asks_the_index_a_question(
    qa: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise ChromaServerError("the Chroma server at http://news:8000 does not answer")

    qa("index", "-a", folder, code=0)
    monkeypatch.setattr("vectorstore.snapshot.Snapshot.dense", silent)
    done = qa("doctor", "-a", folder, code=2)
    assert "FAULT index: the Chroma server at http://news:8000 does not answer" in done.stdout


@pytest.mark.parametrize("what", ["home", "articles"])
def test_doctor_names_each_fault_and_exits_2(
    qa: Run, folder: Path, tmp_path: Path, what: str
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    where = tmp_path / "file" / "below"
    if what == "home":
        done = qa("doctor", "-a", folder, code=2, QA_HOME=str(where))
    else:
        done = qa("doctor", "-a", where, code=2)
    faults = [line for line in done.stdout.splitlines() if line.startswith("FAULT")]
    assert faults[0].startswith(f"FAULT {what}: ")
    assert str(where) in faults[0]
