"""CSV with a header as cases: what a spreadsheet can hold."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.errors import EvalsetError
from qa.evaluation.evalset import Case, parse_case


def read_csv(path: Path) -> tuple[Case, ...]:
    """CSV with a header: question, answers, and optionally id, kind, split, files, file, quote.

    Several answers or files in one cell are parted by "|"; an empty answers cell means that the
    articles do not say. `quote` needs `file` (one of each). `answer` is taken for `answers`.
    """
    known = {"id", "question", "answers", "kind", "split", "files", "file", "quote"}
    cases = []
    for where, row in _csv_rows(path):
        row = {("answers" if key == "answer" else key): value for key, value in row.items()}
        unknown = [key for key in row if key not in known and not key.startswith("x_")]
        if unknown or not {"question", "answers"} <= row.keys():
            raise EvalsetError(
                f"{path}:1: the header must have question and answers, and may have "
                f"{', '.join(sorted(known - {'question', 'answers'}))} and your own x_ columns"
                + (f"; found {unknown[0]!r}." if unknown else ".")
            )
        file, quote = row.get("file", ""), row.get("quote", "")
        if quote and not file:
            raise EvalsetError(f"{where}: a quote without a file.")
        files = _cell(row.get("files", "")) or ([file] if file else [])
        given: dict[str, Any] = {
            "id": row.get("id") or where.rsplit(":", 1)[1],
            "question": row["question"],
            "answers": _cell(row["answers"]),
            "kind": row.get("kind") or "question",
            "files": files,
            "evidence": [{"file": file, "quote": quote}] if quote else [],
            "split": row.get("split", ""),
        }
        cases.append(parse_case(given, where))
    if not cases:
        raise EvalsetError(f"{path}: holds no case below its header.")
    return tuple(cases)


def _csv_rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = [name.strip() for name in next(reader, [])]
            if len(set(header)) < len(header) or not all(header):
                raise EvalsetError(f"{path}:1: the header has an empty or a repeated name.")
            line = reader.line_num + 1
            for row in reader:
                if row:
                    if len(row) != len(header):
                        raise EvalsetError(
                            f"{path}:{line}: {len(row)} cells under {len(header)} names; "
                            "quote cells that hold commas."
                        )
                    yield f"{path}:{line}", dict(zip(header, row, strict=True))
                line = reader.line_num + 1
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise EvalsetError(f"{path}: cannot be read as UTF-8 CSV ({exc}).") from exc


def _cell(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]
