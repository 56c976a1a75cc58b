"""A run in the forms that other tools read: ragas JSONL, TREC run and qrels, JUnit XML.

Knows results; asks nothing. The per-case JSONL of our own is runfile.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from qa.evaluation.report import Report, Result
from qa.evaluation.retrieval import Ranking, file_ranking, passage_ranking

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_ragas(path: Path, results: Iterable[Result]) -> None:
    """One ragas sample a line: what was asked, retrieved and answered, and what was expected."""
    with path.open("w", encoding="utf-8") as stream:
        for result in results:
            case, answer = result.case, result.answer
            passages = sorted(answer.passages, key=lambda one: one.rank) if answer else []
            row = {
                "id": case.case_id,
                "user_input": case.question,
                "response": answer.text if answer else "",
                "reference": case.answers[0] if case.answers else "",
                "retrieved_contexts": [one.chunk.text for one in passages],
                "retrieved_context_ids": [one.chunk.chunk_id for one in passages],
                "reference_contexts": [one.quote for one in case.evidence],
                "reference_context_ids": list(case.gold_files),
            }
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_trec(folder: Path, model: str, results: Sequence[Result]) -> tuple[Path, ...]:
    """Runs and qrels of passages and of files; returns the four paths.

    TREC parts its columns by spaces, so ids are percent-encoded. The passages' qrels belong to
    this run alone: relevant passages are pooled from it (see retrieval.py).
    """
    written = []
    for unit, ranking in (("passages", passage_ranking), ("files", file_ranking)):
        rankings = {
            result.case.case_id: ranking(result.gold, result.answer.passages)
            for result in results
            if result.answer and result.case.answerable and result.gold.files
        }
        run, qrels = folder / f"{model}.{unit}.run", folder / f"{model}.{unit}.qrels"
        run.write_text("".join(_run_lines(rankings, model)), encoding="utf-8")
        qrels.write_text("".join(_qrels_lines(rankings)), encoding="utf-8")
        written += [run, qrels]
    return tuple(written)


def write_junit(path: Path, report: Report) -> None:
    """One test a case, failed with its stage; for the reports that a build server draws."""
    suite = ElementTree.Element(
        "testsuite",
        name=_xml(f"qa eval {report.model}"),
        tests=str(len(report.results)),
        failures=str(sum(r.stage is not None and r.answer is not None for r in report.results)),
        errors=str(sum(r.answer is None for r in report.results)),
    )
    for result in report.results:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=_xml(result.case.kind),
            name=_xml(f"{result.case.case_id}: {result.case.question}"),
            time=f"{result.asked.seconds:.3f}",
        )
        if result.answer is None:
            ElementTree.SubElement(case, "error", message=_xml(result.asked.error))
        elif result.stage:
            failure = ElementTree.SubElement(case, "failure", message=result.stage)
            expected = " | ".join(result.case.answers) or "(the articles do not say)"
            failure.text = _xml(f"expected: {expected}\ngiven: {result.answer.text}")
    tree = ElementTree.ElementTree(suite)
    ElementTree.indent(tree)
    tree.write(path, encoding="utf-8", xml_declaration=True)


def _run_lines(rankings: dict[str, Ranking], model: str) -> Iterable[str]:
    for query, (ordered, _) in rankings.items():
        for rank, document in enumerate(ordered, start=1):
            yield f"{_id(query)} Q0 {_id(document)} {rank} {-rank} {_id(model)}\n"


def _qrels_lines(rankings: dict[str, Ranking]) -> Iterable[str]:
    for query, (_, relevant) in rankings.items():
        for document in sorted(relevant):
            yield f"{_id(query)} 0 {_id(document)} 1\n"


def _id(text: str) -> str:
    return quote(text, safe="/#:@!$&'()*+,;=")


def _xml(text: str) -> str:
    return _NOT_XML.sub("�", text)
