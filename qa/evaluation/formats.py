"""Evaluation sets in the forms that people have, as an Evalset: read_evalset(path, form).

Ours (JSONL), SQuAD JSON 1.1 and 2.0, a BEIR folder, ragas JSONL, CSV with a header. The form is
named by the caller or plain from the file's shape; an unclear shape is an error, never a guess.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from qa.errors import EvalsetError
from qa.evaluation.beir import read_beir
from qa.evaluation.evalset import Evalset, Parts, read_jsonl, read_lines, refuse_duplicates
from qa.evaluation.ragas import read_ragas
from qa.evaluation.spreadsheet import read_csv
from qa.evaluation.squad import read_squad

FORMS = ("footnote", "squad", "beir", "ragas", "csv")


def read_evalset(path: Path, form: str | None = None, split: str | None = None) -> Evalset:
    """Read a set in any known form. Raises EvalsetError with file and line.

    split: for BEIR, which qrels file; for the others, which cases are kept. Without `articles`
    elsewhere, a folder named like the file (without suffix), beside it or one level up, holds the
    articles: evalsets/seeds.jsonl is about evalsets/seeds/ or seeds/.
    """
    if not path.exists():
        raise EvalsetError(f"{path}: no such evaluation set; check the path.")
    form = form or shape_of(path)
    if form not in FORMS:
        raise EvalsetError(f"unknown format {form!r}; known are {', '.join(FORMS)}.")
    readers: dict[str, Callable[[], Parts]] = {
        "footnote": lambda: (read_jsonl(path), {}),
        "squad": lambda: read_squad(path),
        "beir": lambda: read_beir(path, split),
        "ragas": lambda: (read_ragas(path), {}),
        "csv": lambda: (read_csv(path), {}),
    }
    cases, documents = readers[form]()
    refuse_duplicates(cases)
    beside = (path.parent / path.stem, path.parent.parent / path.stem)
    evalset = Evalset(
        name=path.stem if path.is_file() else path.name,
        cases=cases,
        path=str(path),
        sha256=_digest(path),
        documents=documents,
        articles=next((folder for folder in beside if path.is_file() and folder.is_dir()), None),
    )
    if split and form != "beir":
        evalset = evalset.only(split=split)
    return evalset


def shape_of(path: Path) -> str:
    """The form, where the shape leaves no doubt. Raises EvalsetError where it does."""
    if path.is_dir():
        wanted = ("corpus.jsonl", "queries.jsonl", "qrels")
        missing = [name for name in wanted if not (path / name).exists()]
        if missing:
            raise EvalsetError(
                f"{path}: a folder, but not of BEIR's form: no {missing[0]}; give a file or name "
                "the format with --format."
            )
        return "beir"
    if path.suffix == ".csv":
        return "csv"
    if path.suffix == ".json":
        return "squad"  # the reader says what is missing when it is not
    if path.suffix == ".jsonl":
        where, row = read_lines(path)[0]
        ours, ragas = "question" in row, "user_input" in row
        if ours != ragas:
            return "footnote" if ours else "ragas"
        raise EvalsetError(
            f"{where}: {'both' if ours else 'neither'} 'question' (ours) and 'user_input' "
            "(ragas) found, so the form is unclear; name it with --format footnote or ragas."
        )
    raise EvalsetError(
        f"{path}: the form is unclear from {path.suffix or 'a name without suffix'!r}; name it "
        f"with --format: {', '.join(FORMS)}."
    )


def _digest(path: Path) -> str:
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
