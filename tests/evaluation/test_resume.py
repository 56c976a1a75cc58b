"""`qa eval` that was stopped: what was answered is kept, and only the same run is resumed."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from qa.errors import EvalsetError
from qa.settings import Settings
from tests.evaluation.conftest import FakeFootnote, call

pytestmark = pytest.mark.usefixtures("fake")


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
