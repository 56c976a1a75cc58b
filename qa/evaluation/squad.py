"""SQuAD 1.1 and 2.0 JSON as cases and articles. The form: https://rajpurkar.github.io/SQuAD-explorer/"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qa.errors import EvalsetError
from qa.evaluation.evalset import Case, Evidence, Parts, file_name


def read_squad(path: Path) -> Parts:
    """SQuAD 1.1 or 2.0: each title becomes one article, its paragraphs one below the other.

    The evidence is the answer's own characters. `is_impossible` cases have no answers.
    """
    data = _load_json(path)
    if not isinstance(data, dict) or not isinstance(data.get("data"), list):
        raise EvalsetError(f"{path}: not SQuAD JSON: an object with the list 'data' expected.")
    cases: list[Case] = []
    documents: dict[str, str] = {}
    for number, article in enumerate(data["data"]):
        where = f"{path}: data[{number}]"
        try:
            title = str(article.get("title", f"article {number}"))
            file = f"{number:04d}_{file_name(title)}.txt"
            text = title + "\n"
            for paragraph in article["paragraphs"]:
                start = len(text) + 1
                text += f"\n{paragraph['context']}\n"
                for row in paragraph["qas"]:
                    where = f"{path}: question {row['id']}"
                    cases.append(_squad_case(row, file, start, paragraph["context"], where))
        except (KeyError, TypeError, AttributeError) as exc:
            raise EvalsetError(f"{where}: not SQuAD's form ({exc!r}).") from exc
        documents[file] = text
    if not cases:
        raise EvalsetError(f"{path}: holds no question.")
    return tuple(cases), documents


def _squad_case(row: dict[str, Any], file: str, start: int, context: str, where: str) -> Case:
    answers = [] if row.get("is_impossible") else row["answers"]
    if not answers and not row.get("is_impossible"):
        raise EvalsetError(f"{where}: neither answers nor is_impossible.")
    evidence = []
    for answer in answers:
        text, place = answer["text"], answer["answer_start"]
        if context[place : place + len(text)] != text:
            raise EvalsetError(f"{where}: {text!r} is not at answer_start {place}.")
        evidence.append(Evidence(file, text, start + place))
    return Case(
        case_id=str(row["id"]),
        question=row["question"],
        answers=tuple(dict.fromkeys(answer["text"] for answer in answers)),
        kind="answerable" if answers else "unanswerable",
        files=(file,) if answers else (),
        evidence=tuple(dict.fromkeys(evidence)),
        where=where,
    )


def _load_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as exc:
        raise EvalsetError(f"{path}: cannot be read as JSON ({exc}).") from exc
