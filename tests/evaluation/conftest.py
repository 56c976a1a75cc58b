"""A fake engine and a hand-made evaluation set for the tests of `qa eval`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

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


@pytest.fixture
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
