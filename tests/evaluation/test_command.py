"""`qa eval` on a fake engine: models side by side, files written, exit codes, resume."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
from filelock import FileLock

from qa.errors import EvalsetError
from qa.evaluation import command
from qa.evaluation.command import run_eval
from qa.records import Answer
from qa.settings import Settings
from tests.evaluation import hand


class FakeFootnote:
    """Answers perfectly as "reader"; as "baseline" copies the storm and never abstains."""

    asked: ClassVar[list[tuple[str, str]]] = []
    stop_after: int | None = None
    wrong = False
    error = ""

    def __init__(self, articles: Path, settings: Settings) -> None:
        self.folder = articles

    def __enter__(self) -> FakeFootnote:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def sync(self, progress: Any = None, rebuild: bool = False) -> None:
        progress("embedding", 1, 2)
        progress("embedding", 2, 2)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        model: str | None = None,
    ) -> Answer:
        if self.stop_after is not None and len(self.asked) >= self.stop_after:
            raise KeyboardInterrupt
        if self.error:
            raise RuntimeError(self.error)
        self.asked.append((model or "", question))
        if model == "baseline" or self.wrong:
            copied = hand.answer(hand.KILLED, ("storm.txt", hand.KILLED), passages=hand.PASSAGES)
            return replace(copied, model=model or "")
        return hand.perfect(question)


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeFootnote]:
    class Fresh(FakeFootnote):
        asked: ClassVar[list[tuple[str, str]]] = []

    module = ModuleType("qa.engine")
    module.Footnote = Fresh  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "qa.engine", module)
    return Fresh


@pytest.fixture
def evalset(tmp_path: Path) -> Path:
    """The hand-made cases as a file, with their articles beside it."""
    folder = tmp_path / "hand"
    folder.mkdir()
    for name, text in hand.TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    rows = [
        {
            "id": case.case_id,
            "kind": case.kind,
            "question": case.question,
            "answers": list(case.answers),
            "files": list(case.files),
            "evidence": [{"file": e.file, "quote": e.quote} for e in case.evidence],
            "history": [list(turn) for turn in case.history],
            "split": "dev" if number % 2 else "test",
        }
        for number, case in enumerate(hand.CASES)
    ]
    path = tmp_path / "hand.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def call(*evalsets: Path, **options: Any) -> int:
    values: dict[str, Any] = {
        "articles": None,
        "models": ["reader"],
        "compare": None,
        "minima": [],
        "json_out": None,
        "html_out": None,
        "junit_out": None,
        "markdown_out": None,
        "out_dir": None,
        "limit": None,
        "kind": None,
        "split": None,
        "jobs": 1,
        "resume": False,
        "fmt": None,
        "settings": Settings(home=evalsets[0].parent / "home"),
    }
    return run_eval(list(evalsets), **{**values, **options})


def test_the_table_shows_the_baseline_beside_the_model(
    evalset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(evalset) == 0
    shown = capsys.readouterr().out
    (header,) = (line for line in shown.splitlines() if line.startswith("measure"))
    assert header.split() == ["measure", "n", "reader", "baseline"]
    (refusal,) = (line for line in shown.splitlines() if line.startswith("refusal"))
    assert refusal.split()[2] == "1.00"
    assert " 0.00 [0.00, 0.84]" in refusal  # of two cases: 1 - 0.025**(1/2) = 0.842
    (consistency,) = (line for line in shown.splitlines() if line.startswith("consistency"))
    assert consistency.split()[1] == "6"
    assert "always abstain" in shown
    (copying,) = (line for line in shown.splitlines() if line.startswith("copy, never abstain"))
    assert copying.split()[-6:] == ["0.17", "0.25", "0.00", "0.00", "0.00", "0.00"]


def test_reorder_asks_a_copy_whose_names_sort_the_other_way(
    evalset: Path, tmp_path: Path, fake: type[FakeFootnote], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = evalset.parent / "hand"
    table = "file,title,outlet\nport.txt,,The Port\ngone.txt,,Nobody\n"
    (folder / "articles.csv").write_text(table)
    folders: list[Path] = []
    honest = fake.ask

    def ask(self: FakeFootnote, question: str, **options: Any) -> Answer:
        folders.append(self.folder)
        answer = honest(self, question, **options)
        slips = self.folder != folder and question == hand.KILLED_CASE.question
        return replace(answer, text="another") if slips else answer

    monkeypatch.setattr(fake, "ask", ask)
    run = tmp_path / "run.json"
    assert call(evalset, reorder=True, json_out=run) == 0
    scores = json.loads(run.read_text())["scores"]
    assert scores["order_consistency"]["value"] == pytest.approx(5 / 6, abs=1e-6)
    assert scores["consistency"]["value"] == 1.0
    (other,) = set(folders) - {folder}
    assert other.parent.parent == evalset.parent / "home"
    copies = {path.name: path.read_text() for path in other.iterdir()}
    assert copies == {
        "000001-storm.txt": hand.STORM,
        "000002-port.txt": hand.PORT,
        "articles.csv": "file,title,outlet\r\n000002-port.txt,,The Port\r\n".replace("\r", ""),
    }
    n_asked = len(folders)
    assert call(evalset, reorder=True, resume=True) == 0
    assert len(folders) == n_asked


def test_a_place_that_cannot_be_written_is_refused_before_asking(
    evalset: Path, tmp_path: Path, fake: type[FakeFootnote]
) -> None:
    with pytest.raises(EvalsetError, match="is a folder; name a file"):
        call(evalset, json_out=tmp_path)
    with pytest.raises(EvalsetError, match="no folder to write to"):
        call(evalset, html_out=evalset / "report.html")
    with pytest.raises(EvalsetError, match="no folder to write to"):
        call(evalset, out_dir=evalset)
    assert fake.asked == []


def test_every_file_that_is_asked_for_is_written(evalset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = call(
        evalset,
        json_out=tmp_path / "new" / "run.json",
        html_out=tmp_path / "run.html",
        junit_out=tmp_path / "run.xml",
        markdown_out=tmp_path / "run.md",
        out_dir=out,
    )
    assert code == 0
    data = json.loads((tmp_path / "new" / "run.json").read_text())
    assert data["scores"]["answer_in_lead"]["value"] == 1.0
    assert set(data["models"]) == {"reader", "baseline"}
    assert data["models"]["baseline"]["scores"]["answer_in_lead"]["value"] == 0.25
    assert data["scores"]["verified"]["value"] == 1.0
    assert (tmp_path / "run.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "run.md").read_text().startswith("# Evaluation")
    assert (tmp_path / "run.xml").read_text().startswith("<?xml")
    names = {path.name for path in out.iterdir()} - {".lock"}
    assert names == {
        "baseline.cases.jsonl",
        "baseline.files.qrels",
        "baseline.files.run",
        "baseline.passages.qrels",
        "baseline.passages.run",
        "baseline.ragas.jsonl",
        "reader.cases.jsonl",
        "reader.files.qrels",
        "reader.files.run",
        "reader.passages.qrels",
        "reader.passages.run",
        "reader.ragas.jsonl",
        "report.html",
        "report.json",
    }


def test_without_a_folder_for_output_the_run_goes_under_home(evalset: Path) -> None:
    call(evalset)
    (run,) = (evalset.parent / "home" / "runs").iterdir()
    assert run.name.startswith("hand-")
    assert (run / "reader.cases.jsonl").exists()


def test_a_minimum_fails_only_when_the_whole_interval_is_under_it(
    evalset: Path, fake: type[FakeFootnote], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(evalset, minima=["answer_in_lead=1", "refusal=0.5"]) == 0
    fake.wrong = True
    # 1 of 4 right: the interval's high end is 0.75
    assert call(evalset, minima=["answer_in_lead=0.7"]) == 0
    assert call(evalset, minima=["answer_in_lead=0.9"]) == 4
    assert "is under 0.9" in capsys.readouterr().out
    # less is better: none was falsely refused, and 0 of 4 has the high end 0.60
    assert call(evalset, minima=["false_refusal=0"]) == 0


@pytest.mark.parametrize(
    ("minimum", "message"),
    [
        ("accuracy=0.9", "unknown measure; known are right, answer_in_lead"),
        ("refusal", "a number expected after '='"),
        ("refusal=high", "a number expected after '='"),
    ],
)
def test_a_minimum_that_makes_no_sense_is_refused_before_asking(
    evalset: Path, fake: type[FakeFootnote], minimum: str, message: str
) -> None:
    with pytest.raises(EvalsetError, match=message):
        call(evalset, minima=[minimum])
    assert fake.asked == []


def test_a_minimum_for_what_was_not_measured_is_an_error(evalset: Path) -> None:
    with pytest.raises(EvalsetError, match="no case of this set allows it"):
        call(evalset, minima=["refusal=0.5"], kind="number")


def test_comparing_with_an_earlier_run(
    evalset: Path, tmp_path: Path, fake: type[FakeFootnote], capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run.json"
    call(evalset, json_out=run)
    assert call(evalset, compare=run) == 0
    fake.wrong = True
    assert call(evalset, compare=run) == 0  # 5 of 6 lost: 2 * (1/2)**5 = 0.06, still noise
    assert "lost: ships, who, open, cost, north" in capsys.readouterr().out


def test_a_run_without_a_shared_case_is_refused_before_asking(
    evalset: Path, tmp_path: Path, fake: type[FakeFootnote]
) -> None:
    run = tmp_path / "run.json"
    call(evalset, json_out=run, kind="yesno")
    fake.asked.clear()
    with pytest.raises(EvalsetError, match="share no case"):
        call(evalset, compare=run, kind="fact")
    assert fake.asked == []


def test_worse_beyond_noise_fails(evalset: Path, tmp_path: Path, fake: type[FakeFootnote]) -> None:
    lines = evalset.read_text().splitlines()
    first = json.loads(lines[0])
    more = [json.dumps({**first, "id": f"more-{i}"}) for i in range(5)]
    evalset.write_text("\n".join([*lines, *more]) + "\n")
    run = tmp_path / "run.json"
    call(evalset, json_out=run)
    fake.wrong = True
    assert call(evalset, compare=run) == 4


def test_stopping_keeps_what_is_done_and_resume_goes_on(
    evalset: Path, fake: type[FakeFootnote], capsys: pytest.CaptureFixture[str]
) -> None:
    fake.stop_after = 7  # each question twice: in the middle of the fourth case
    assert call(evalset) == 130
    assert "3 cases not asked" in capsys.readouterr().out
    fake.stop_after = None
    assert call(evalset, resume=True) == 0
    assert fake.asked.count(("reader", "How many ships waited?")) == 2
    assert len([model for model, _ in fake.asked if model == "baseline"]) == 12


def test_stopping_before_the_first_answer_is_no_traceback(
    evalset: Path, fake: type[FakeFootnote], capsys: pytest.CaptureFixture[str]
) -> None:
    fake.stop_after = 0
    assert call(evalset) == 130
    assert "6 cases not asked" in capsys.readouterr().out


def test_other_settings_are_not_resumed(evalset: Path) -> None:
    home = evalset.parent / "home"
    call(evalset)
    with pytest.raises(EvalsetError, match="other settings or articles"):
        call(evalset, resume=True, settings=Settings(home=home, threshold=0.2))


def test_answers_of_other_weights_are_not_resumed(
    evalset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(evalset)
    (tmp_path / "reader.json").write_text('{"sha256": "another"}', encoding="utf-8")
    monkeypatch.setattr("qa.reader.WEIGHTS", tmp_path)
    with pytest.raises(EvalsetError, match="other settings or articles"):
        call(evalset, resume=True)


def test_a_second_run_of_the_same_set_is_refused_while_one_writes(
    evalset: Path, fake: type[FakeFootnote]
) -> None:
    assert call(evalset) == 0
    (folder,) = (evalset.parent / "home" / "runs").iterdir()
    n_asked = len(fake.asked)
    with FileLock(folder / ".lock"), pytest.raises(EvalsetError, match="another evaluation"):
        call(evalset)
    assert len(fake.asked) == n_asked
    assert call(evalset) == 0


def test_kind_split_and_limit_choose_the_cases(evalset: Path, fake: type[FakeFootnote]) -> None:
    call(evalset, split="dev", limit=2)
    assert {question for _, question in fake.asked} == {
        "How many people died?",
        "Is the port open?",
    }
    with pytest.raises(EvalsetError, match="no case has kind sport"):
        call(evalset, kind="sport")


def test_a_bad_set_is_an_error_before_anything_is_indexed(
    evalset: Path, fake: type[FakeFootnote]
) -> None:
    with evalset.open("a") as stream:
        row = {"id": "x", "question": "?", "answers": ["y"], "files": ["gone.txt"]}
        stream.write(json.dumps(row) + "\n")
    with pytest.raises(EvalsetError, match=r"hand\.jsonl:7: unknown file 'gone\.txt'"):
        call(evalset)
    assert fake.asked == []
    moved = evalset.rename(evalset.with_name("moved.jsonl"))
    with pytest.raises(EvalsetError, match="about which articles"):
        call(moved)


def test_when_every_question_raises_the_command_fails(
    evalset: Path, fake: type[FakeFootnote]
) -> None:
    fake.error = "no such model"
    with pytest.raises(EvalsetError, match="every question raised an error, the first: Runtime"):
        call(evalset)


def test_squad_is_asked_about_its_own_articles(
    tmp_path: Path, fake: type[FakeFootnote], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = f"{hand.REOPENED} {hand.SHIPS}"
    answer = {"text": "4,200", "answer_start": context.index("4,200")}
    row = {"id": "1", "question": "How many ships waited?", "answers": [answer]}
    data = {"data": [{"title": "Port", "paragraphs": [{"context": context, "qas": [row]}]}]}
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(data))
    folders = []
    monkeypatch.setattr(fake, "__init__", lambda self, articles, settings: folders.append(articles))
    assert call(path) == 0
    (written,) = folders[0].iterdir()
    assert written.read_text() == f"Port\n\n{context}\n"


def test_several_sets_are_one_when_they_share_their_articles(
    evalset: Path, fake: type[FakeFootnote]
) -> None:
    lines = evalset.read_text().splitlines(keepends=True)
    evalset.write_text("".join(lines[:3]))
    other = evalset.with_name("other.jsonl")
    other.write_text("".join(lines[3:]))
    assert call(evalset, other, articles=evalset.parent / "hand") == 0
    assert len({question for _, question in fake.asked}) == 6


def test_the_first_model_is_the_one_that_is_judged(evalset: Path, tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    bars = ["refusal=0.9"]
    assert call(evalset, models=["baseline", "reader"], minima=bars, json_out=run) == 4
    assert json.loads(run.read_text())["meta"]["model"] == "baseline"


def test_the_names_of_files_are_tame() -> None:
    assert command._name("openai:gpt-4o/mini x") == "openai_gpt-4o_mini_x"
