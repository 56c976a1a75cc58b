"""ragas JSONL as cases, and its field names. The form: ragas 0.4, SingleTurnSample."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qa.errors import EvalsetError
from qa.evaluation.evalset import Case, Evidence, parse_case, read_field, read_lines


def read_ragas(path: Path) -> tuple[Case, ...]:
    """ragas: user_input with reference, reference_contexts, reference_context_ids.

    `reference` is the one accepted answer; without it the case judges retrieval only. The ids are
    article ids. A multi-turn user_input (a list) is refused: ragas does not say what is asked.
    """
    cases = []
    for where, row in read_lines(path):
        question = read_field(row, "user_input", where)
        reference = row.get("reference")
        contexts = row.get("reference_contexts") or []
        ids = row.get("reference_context_ids") or []
        if not reference and not contexts and not ids:
            raise EvalsetError(
                f"{where}: neither reference nor reference_contexts: nothing to judge by."
            )
        given = {
            "id": str(row.get("id") or where.rsplit(":", 1)[1]),
            "question": question,
            "answers": [reference] if reference else [],
            "kind": row.get("kind") or "question",
            "files": list(dict.fromkeys(str(one) for one in ids)),
        }
        case = parse_case(given, where)
        evidence = tuple(Evidence("", str(context)) for context in contexts)
        cases.append(replace(case, evidence=evidence, judged=bool(reference)))
    return tuple(cases)
