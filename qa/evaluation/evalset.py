"""Questions with accepted answers: the records, and our own form, one JSON object a line.

Knows files and JSON; nothing of answers or of how they are scored. A line that does not fit is an
EvalsetError with file and line, raised before any question is asked. Other forms: formats.py.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from qa.errors import EvalsetError

KEYS = ("id", "kind", "question", "answers", "files", "evidence", "history", "split", "note")
"""Keys of a line; id, question and answers are required. Keys beginning with x_ are the user's."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that proves the answer.

    file: article_id, or "" when the set does not say where the quote is from (ragas). start:
    where the quote begins in the article's text, in characters; None means wherever it occurs.
    """

    file: str
    quote: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One question and what is right about it.

    answers: any one of them counts; empty means that the articles do not say. judged: False for
    sets that give relevant articles but no answers (BEIR): such a case has an answer, and only
    retrieval is scored. where: "file:line" for messages.
    """

    case_id: str
    question: str
    answers: tuple[str, ...]
    kind: str = "question"
    files: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    split: str = ""
    judged: bool = True
    where: str = field(default="", compare=False)

    @property
    def answerable(self) -> bool:
        """Whether the articles hold an answer."""
        return bool(self.answers) or not self.judged

    @property
    def gold_files(self) -> tuple[str, ...]:
        """Articles that hold the answer: `files` and those of the evidence, sorted."""
        named = {*self.files, *(evidence.file for evidence in self.evidence)}
        return tuple(sorted(named - {""}))

    @property
    def fingerprint(self) -> str:
        """Of what is asked, not of what is accepted: the key under which an answer is kept."""
        asked = json.dumps([self.case_id, self.question, self.history], ensure_ascii=False)
        return hashlib.sha256(asked.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Evalset:
    """Cases in the order of the file.

    documents: article_id -> text, for forms that bring their articles (SQuAD, BEIR). articles:
    the folder that belongs to the set, when one lies beside it. sha256: of the files' bytes.
    """

    name: str
    cases: tuple[Case, ...]
    path: str = ""
    sha256: str = ""
    documents: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    articles: Path | None = None

    def only(
        self, *, kind: str | None = None, split: str | None = None, limit: int | None = None
    ) -> Evalset:
        """The cases of one kind and one split, at most `limit`; raises when none is left."""
        cases = [
            case for case in self.cases if kind in (None, case.kind) and split in (None, case.split)
        ][: limit if limit is None else max(limit, 0)]
        if not cases:
            kinds = ", ".join(sorted({case.kind for case in self.cases}))
            splits = ", ".join(sorted({case.split or "(none)" for case in self.cases}))
            raise EvalsetError(
                f"{self.path or self.name}: no case has kind {kind or 'any'} and split "
                f"{split or 'any'}; there are the kinds {kinds} and the splits {splits}."
            )
        return replace(self, cases=tuple(cases))


Parts = tuple[tuple[Case, ...], dict[str, str]]
"""Cases, and the documents that a form brings along (article_id -> text)."""


def read_lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The JSON objects of a .jsonl file, each with "file:line"; empty lines are passed over."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise EvalsetError(f"{path}: cannot be read as UTF-8 text ({exc}).") from exc
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as exc:
            raise EvalsetError(f"{where}: not JSON ({exc}); one object a line expected.") from exc
        if not isinstance(row, dict):
            raise EvalsetError(f"{where}: a JSON object expected, found {type(row).__name__}.")
        rows.append((where, row))
    if not rows:
        raise EvalsetError(f"{path}: holds no case; one JSON object a line expected.")
    return rows


def read_jsonl(path: Path) -> tuple[Case, ...]:
    """The cases of a file in our own form. Raises EvalsetError with file and line."""
    cases = tuple(parse_case(row, where) for where, row in read_lines(path))
    refuse_duplicates(cases)
    return cases


def parse_case(row: Mapping[str, Any], where: str) -> Case:
    """One line of our own form as a Case; `where` begins the message when it does not fit."""
    unknown = [key for key in row if key not in KEYS and not key.startswith("x_")]
    if unknown:
        raise EvalsetError(
            f"{where}: unknown key {unknown[0]!r}; known are {', '.join(KEYS)}, "
            "and your own may begin with x_."
        )
    for key in ("id", "question", "answers"):
        if key not in row:
            raise EvalsetError(f"{where}: no {key!r}; id, question and answers are required.")
    case = Case(
        case_id=_text(row["id"], "id", where),
        question=_text(row["question"], "question", where),
        answers=_texts(row["answers"], "answers", where),
        kind=_text(row.get("kind", "question"), "kind", where),
        files=_texts(row.get("files", []), "files", where),
        evidence=_evidence(row.get("evidence", []), where),
        history=_history(row.get("history", []), where),
        split=_text(row["split"], "split", where) if row.get("split") else "",
        where=where,
    )
    if case.evidence and not case.answers:
        raise EvalsetError(
            f"{where}: evidence without answers; give the accepted answers, or drop the "
            "evidence if the articles do not say."
        )
    return case


def refuse_duplicates(cases: Iterable[Case]) -> None:
    """Raises EvalsetError when two cases share an id, naming both places."""
    seen: dict[str, Case] = {}
    for case in cases:
        other = seen.setdefault(case.case_id, case)
        if other is not case:
            raise EvalsetError(
                f"{case.where}: id {case.case_id!r} was used before, at {other.where}; "
                "ids must differ."
            )


def read_field(row: dict[str, Any], key: str, where: str) -> str:
    """A text that must be there. Raises EvalsetError naming place and key."""
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise EvalsetError(f"{where}: {key!r} must be text that is not empty, found {value!r}.")
    return value


def file_name(text: str) -> str:
    """A text as a file name without suffix: letters, digits, `_`, `.`, `-` stay."""
    return re.sub(r"[^\w.-]+", "_", text).strip("._") or "document"


def merge(sets: tuple[Evalset, ...]) -> Evalset:
    """Several sets over the same articles as one, in order; ids must differ."""
    if len(sets) == 1:
        return sets[0]
    cases = tuple(case for evalset in sets for case in evalset.cases)
    refuse_duplicates(cases)
    folders = {evalset.articles for evalset in sets}
    return Evalset(
        name="+".join(evalset.name for evalset in sets),
        cases=cases,
        path=" ".join(evalset.path for evalset in sets),
        sha256=hashlib.sha256(" ".join(one.sha256 for one in sets).encode()).hexdigest(),
        documents={name: text for one in sets for name, text in one.documents.items()},
        articles=folders.pop() if len(folders) == 1 else None,
    )


def _text(value: Any, key: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise EvalsetError(f"{where}: {key!r} must be text that is not empty, found {value!r}.")
    return value


def _texts(value: Any, key: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise EvalsetError(f"{where}: {key!r} must be a list of texts, found {value!r}.")
    return tuple(_text(item, key, where) for item in value)


def _evidence(value: Any, where: str) -> tuple[Evidence, ...]:
    if not isinstance(value, list):
        raise EvalsetError(f"{where}: 'evidence' must be a list of objects with file and quote.")
    found = []
    for item in value:
        if not isinstance(item, dict) or set(item) != {"file", "quote"}:
            raise EvalsetError(f"{where}: evidence must have file and quote, found {item!r}.")
        found.append(
            Evidence(_text(item["file"], "file", where), _text(item["quote"], "quote", where))
        )
    return tuple(found)


def _history(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    problem = f"{where}: 'history' must be a list of [question, answer] pairs, found {value!r}."
    if not isinstance(value, list):
        raise EvalsetError(problem)
    turns = []
    for turn in value:
        if not (
            isinstance(turn, list) and len(turn) == 2 and all(isinstance(t, str) for t in turn)
        ):
            raise EvalsetError(problem)
        turns.append((turn[0], turn[1]))
    return tuple(turns)
