"""A BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv) as cases and articles.

The form: https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset
"""

from __future__ import annotations

import re
from pathlib import Path

from qa.errors import EvalsetError
from qa.evaluation.evalset import Case, Parts, file_name, read_field, read_lines


def read_beir(folder: Path, split: str | None = None) -> Parts:
    """BEIR: corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv. It has no answers: retrieval only.

    Queries without a relevant document in the split are left out, as BEIR does. Raises when there
    are several splits and none is named.
    """
    documents, files = {}, {}
    for where, row in read_lines(folder / "corpus.jsonl"):
        document = read_field(row, "_id", where)
        files[document] = f"{file_name(document)}.txt"
        if files[document] in documents:
            raise EvalsetError(f"{where}: _id {document!r} makes a file name used before.")
        title, text = row.get("title") or "", read_field(row, "text", where)
        documents[files[document]] = f"{title}\n\n{text}\n" if title else f"{text}\n"
    relevant = _read_qrels(_qrels_file(folder, split), files)
    queries = read_lines(folder / "queries.jsonl")
    cases = [
        Case(
            case_id=read_field(row, "_id", where),
            question=read_field(row, "text", where),
            answers=(),
            kind="retrieval",
            files=tuple(relevant.pop(row["_id"])),
            judged=False,
            where=where,
        )
        for where, row in queries
        if row.get("_id") in relevant
    ]
    if relevant:
        raise EvalsetError(f"{folder}: qrels name query {min(relevant)!r}, not in queries.jsonl.")
    return tuple(cases), documents


def _qrels_file(folder: Path, split: str | None) -> Path:
    found = {path.stem: path for path in sorted((folder / "qrels").glob("*.tsv"))}
    if split is None and len(found) == 1:
        return next(iter(found.values()))
    if split is None or split not in found:
        raise EvalsetError(
            f"{folder / 'qrels'}: holds {', '.join(found) or 'no .tsv file'}; "
            "name one with --split."
        )
    return found[split]


def _read_qrels(path: Path, files: dict[str, str]) -> dict[str, list[str]]:
    relevant: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip() or (number == 1 and line.startswith("query-id")):
            continue
        parts = line.split("\t")
        if len(parts) != 3 or not re.fullmatch(r"-?\d+", parts[2].strip()):
            raise EvalsetError(
                f"{path}:{number}: query-id, corpus-id and score, by tabs, expected."
            )
        query, document, grade = parts
        if document not in files:
            raise EvalsetError(
                f"{path}:{number}: unknown document {document!r}; not in the corpus."
            )
        if int(grade) > 0:
            relevant.setdefault(query, []).append(files[document])
    return relevant
