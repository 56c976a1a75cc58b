"""`qa eval` on a fake engine: models side by side, files written, exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.errors import EvalsetError
from qa.evaluation import command
from qa.records import Answer
from tests.evaluation import hand
from tests.evaluation.conftest import FakeFootnote, call

pytestmark = pytest.mark.usefixtures("fake")


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
