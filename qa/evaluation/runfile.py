"""What was asked and what came back, one JSON line a case: written as it happens, read to resume.

Knows files. The first line says which run it is (model, and a key of settings and articles); a
file of another run is refused, never mixed. A last line cut short by a kill is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from qa.errors import EvalsetError
from qa.evaluation.evalset import Case
from qa.records import Answer

FORMAT = "footnote-run-1"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one case. answer is None when asking raised; error then says what.

    seconds: wall time of the (first) asking. same: whether a second asking gave the same answer;
    None when it was asked once. same_reordered: likewise, of the articles in another order.
    """

    answer: Answer | None
    error: str = ""
    seconds: float = 0.0
    same: bool | None = None
    same_reordered: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "answer": self.answer.to_dict() if self.answer else None,
            "error": self.error,
            "seconds": round(self.seconds, 4),
            "same": self.same,
            "same_reordered": self.same_reordered,
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Asked:
        """The inverse of to_dict. Raises KeyError, TypeError or ValueError on anything else."""
        answer = Answer.from_dict(row["answer"]) if row["answer"] else None
        return cls(answer, row["error"], row["seconds"], row["same"], row.get("same_reordered"))


class RunFile:
    """The per-case JSONL of one run, open for appending."""

    def __init__(self, stream: TextIO | None, done: Mapping[str, Asked]) -> None:
        self._stream = stream
        self.done = done
        """Case fingerprint -> what came back before, for cases that need not be asked again."""

    def append(self, case: Case, asked: Asked) -> None:
        """Write one case and flush, so that a kill loses at most the case in hand."""
        if self._stream is None:
            return
        row = {"id": case.case_id, "asked": case.fingerprint, **asked.to_dict()}
        self._stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._stream.flush()


@contextmanager
def open_run(path: Path | None, *, model: str, key: str, resume: bool) -> Iterator[RunFile]:
    """Open a run for appending; with `resume`, what it holds already is in `.done`.

    Without `resume` an existing file is begun anew. Cases that raised are asked again. path None
    keeps nothing. Raises EvalsetError when the file is of another model, settings or articles.
    """
    if path is None:
        yield RunFile(None, {})
        return
    done = _read(path, model, key) if resume and path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps({"format": FORMAT, "model": model, "key": key}) + "\n")
        for fingerprint, (case_id, asked) in done.items():
            row = {"id": case_id, "asked": fingerprint, **asked.to_dict()}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    beside.replace(path)
    with path.open("a", encoding="utf-8") as stream:
        yield RunFile(stream, {name: asked for name, (_, asked) in done.items()})


def _read(path: Path, model: str, key: str) -> dict[str, tuple[str, Asked]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    try:
        head = json.loads(lines[0])
    except json.JSONDecodeError:
        head = {}
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise EvalsetError(f"{path}:1: not a run to resume; remove it or leave out --resume.")
    if head["model"] != model or head["key"] != key:
        raise EvalsetError(
            f"{path}: begun with model {head['model']!r} and other settings or articles than now; "
            "leave out --resume to begin anew."
        )
    done = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        try:
            row = json.loads(line)
            asked = Asked.from_dict(row)
            if asked.answer is not None:
                done[row["asked"]] = (row["id"], asked)
        except (ValueError, KeyError, TypeError) as exc:
            if number == len(lines):  # no line end after it: cut short by a kill
                break
            raise EvalsetError(f"{path}:{number}: not a case of a run ({exc}).") from exc
    return done
