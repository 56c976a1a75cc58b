"""`qa eval`: read the sets, ask every model, print, write, and say by exit code whether it passed.

Knows the engine and every room here. 0 all is well, 4 under a `--min` or worse than `--compare`
beyond noise, 130 stopped by Ctrl-C; bad input raises EvalsetError, which the command line shows.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from rich.console import Console
from tqdm import tqdm  # type: ignore[import-untyped, unused-ignore]

from qa.errors import EvalsetError
from qa.evaluation import exports
from qa.evaluation.compare import Comparison, read_run, refuse_unshared
from qa.evaluation.compare import compare as compare_runs
from qa.evaluation.evalset import Case, Evalset, merge
from qa.evaluation.formats import read_evalset
from qa.evaluation.gold import Corpus, locate, read_corpus
from qa.evaluation.markdown import markdown_report
from qa.evaluation.metrics import is_right
from qa.evaluation.page import html_report
from qa.evaluation.reorder import write_reordered
from qa.evaluation.report import MEASURES, Report, to_json_dict
from qa.evaluation.runfile import Asked
from qa.evaluation.runner import corpus_key, evaluate
from qa.evaluation.sanity import copying
from qa.evaluation.table import print_reports
from qa.settings import Settings

OK, BELOW, STOPPED = 0, 4, 130
BASELINE = "baseline"
N_REPEATED = 20
"""Cases asked a second time to measure consistency: enough to see a fault, cheap enough to stay."""


def run_eval(
    evalsets: list[Path],
    articles: Path | None,
    models: list[str],
    compare: Path | None,
    minima: list[str],
    json_out: Path | None,
    html_out: Path | None,
    junit_out: Path | None,
    markdown_out: Path | None,
    out_dir: Path | None,
    limit: int | None,
    kind: str | None,
    split: str | None,
    jobs: int,
    resume: bool,
    fmt: str | None,
    settings: Settings,
    reorder: bool = False,
) -> int:
    """Evaluate models on sets over one folder of articles; returns the exit code.

    models: the first is the one that minima, comparison and JUnit judge; the baseline is added
    when it is not named. out_dir: per-case answers, report and exports; without it, answers and
    report go under settings.home/runs, where `resume` finds them. reorder: the cases asked twice
    are asked once more of a copy of the articles, under names that sort the other way round.
    """
    bars = [parse_minimum(text) for text in minima]
    earlier = read_run(compare) if compare else None
    _check_outputs((json_out, html_out, junit_out, markdown_out), out_dir)
    evalset = merge(tuple(read_evalset(path, fmt, split) for path in evalsets))
    evalset = evalset.only(kind=kind, limit=limit)
    if earlier:
        refuse_unshared(earlier, evalset.cases)
    runs = out_dir or settings.home / "runs" / f"{_name(evalset.name)}-{evalset.sha256[:8]}"
    folder = articles or evalset.articles or _write_documents(evalset, runs)
    corpus = read_corpus(folder, int(settings.max_file_mb * 1_000_000))
    locate(evalset, corpus)  # before the index is built: a bad line must not cost minutes

    names = list(dict.fromkeys([*(models or [settings.model]), BASELINE]))
    other = settings.home / "runs" / f"reordered-{corpus_key(corpus)}" if reorder else None
    if other:
        write_reordered(folder, corpus.texts, other)
    reports = _evaluate_all(evalset, folder, other, names, runs, jobs, resume, settings)
    first = reports[0]
    failed = [result for result in first.results if result.answer is None]
    if failed and len(failed) == len(first.results):
        raise EvalsetError(
            f"{first.model}: every question raised an error, the first: {failed[0].asked.error}"
        )
    comparison = compare_runs(first, earlier) if earlier else None
    console = Console(soft_wrap=False, width=None if sys.stdout.isatty() else 160)
    print_reports(console, reports, comparison)
    _write(reports, comparison, corpus, runs, json_out, html_out, junit_out, markdown_out)
    if out_dir:
        _export(out_dir, reports)
    console.print(f"answers and report: {runs}", markup=False, highlight=False)
    if any(report.n_left for report in reports):
        console.print("stopped; `--resume` goes on.", highlight=False)
        return STOPPED
    failures = under(first, bars) + worse(comparison)
    for line in failures:
        console.print(line, style="red", markup=False, highlight=False)
    return BELOW if failures else OK


def parse_minimum(text: str) -> tuple[str, float]:
    """("answer_in_lead", 0.9) from "answer_in_lead=0.9". Raises EvalsetError."""
    name, _, bar = text.partition("=")
    if name not in MEASURES:
        raise EvalsetError(f"--min {text}: unknown measure; known are {', '.join(MEASURES)}.")
    try:
        return name, float(bar)
    except ValueError as exc:
        raise EvalsetError(f"--min {text}: a number expected after '=', e.g. {name}=0.9.") from exc


def under(report: Report, bars: Sequence[tuple[str, float]]) -> list[str]:
    """A line for each bar that is missed beyond doubt: the interval lies wholly on its wrong side.

    For measures where less is better the bar is a maximum. Raises EvalsetError for a measure that
    no case allows.
    """
    lines = []
    for name, bar in bars:
        score = report.scores.get(name)
        if score is None:
            raise EvalsetError(f"--min {name}: not measured; no case of this set allows it.")
        if MEASURES[name].more_is_better and score.high < bar:
            lines.append(f"{name} {score.value:.3f}, at most {score.high:.3f}, is under {bar:g}")
        if not MEASURES[name].more_is_better and score.low > bar:
            lines.append(f"{name} {score.value:.3f}, at least {score.low:.3f}, is over {bar:g}")
    return lines


def worse(comparison: Comparison | None) -> list[str]:
    """A line for each gated measure that fell beyond noise."""
    return [
        f"{one.measure} went from {one.old:.3f} to {one.new:.3f}, beyond noise "
        f"[{one.change.low:+.3f}, {one.change.high:+.3f}]"
        for one in (comparison.worse if comparison else ())
    ]


def _evaluate_all(
    evalset: Evalset,
    folder: Path,
    other: Path | None,
    names: Sequence[str],
    runs: Path,
    jobs: int,
    resume: bool,
    settings: Settings,
) -> list[Report]:
    from qa.engine import Footnote

    reports: list[Report] = []
    with ExitStack() as stack:
        stack.enter_context(_alone(runs))
        opened = []
        for place in (folder, other):
            if place:
                opened.append(stack.enter_context(Footnote(articles=place, settings=settings)))
                with tqdm(desc="index", leave=False, disable=None, file=sys.stderr) as bar:
                    opened[-1].sync(partial(_show_sync, bar))
        for name in names:
            with tqdm(total=len(evalset.cases), desc=name, disable=None, file=sys.stderr) as bar:
                report = evaluate(
                    partial(opened[0].ask, model=name),
                    evalset,
                    articles=folder,
                    model=name,
                    jobs=jobs,
                    repeat=min(N_REPEATED, len(evalset.cases)),
                    reordered=partial(opened[1].ask, model=name) if other else None,
                    cases_file=runs / f"{_name(name)}.cases.jsonl",
                    resume=resume,
                    key=_settings_key(settings),
                    on_asked=_Running(bar),
                )
            reports.append(report)
            if report.n_left:
                break
    return _with_copying(reports)


def _with_copying(reports: Sequence[Report]) -> list[Report]:
    """The reports with one more sanity row: the baseline had it never abstained."""
    base = next((one for one in reports if one.model == BASELINE and not one.n_left), None)
    row = copying([(one.case, one.answer) for one in base.results]) if base else None
    if row is None:
        return list(reports)
    return [replace(one, sanity={**one.sanity, row.name: row.scores}) for one in reports]


class _Running:
    """The progress bar's running scores."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._right: dict[str, list[bool]] = {"right": [], "refused": []}

    def __call__(self, case: Case, asked: Asked) -> None:
        if case.judged:
            right = asked.answer is not None and is_right(case, asked.answer)
            self._right["right" if case.answerable else "refused"].append(right)
        shares = {name: sum(rows) / len(rows) for name, rows in self._right.items() if rows}
        self._bar.set_postfix({name: f"{share:.2f}" for name, share in shares.items()})
        self._bar.update()


def _show_sync(bar: Any, stage: str, done: int, total: int) -> None:
    bar.set_description(stage)
    bar.total = total
    bar.n = done
    bar.refresh()


def _write_documents(evalset: Evalset, runs: Path) -> Path:
    """The documents that SQuAD and BEIR bring along, as a folder of articles of this set alone."""
    if not evalset.documents:
        raise EvalsetError(
            f"{evalset.path}: about which articles? Give --articles DIR (no one folder named like "
            "the set lies beside it)."
        )
    folder = runs / f"articles-{evalset.sha256[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in evalset.documents.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def _check_outputs(files: Sequence[Path | None], out_dir: Path | None) -> None:
    """Raises EvalsetError, before anything is asked, for a place that cannot be written to."""
    for folder in (out_dir, *(path.parent for path in files if path)):
        try:
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise EvalsetError(f"{folder}: no folder to write to ({exc.strerror}).") from exc
    for path in files:
        if path and path.is_dir():
            raise EvalsetError(f"{path}: is a folder; name a file to write.")


def _write(
    reports: Sequence[Report],
    comparison: Comparison | None,
    corpus: Corpus,
    runs: Path,
    json_out: Path | None,
    html_out: Path | None,
    junit_out: Path | None,
    markdown_out: Path | None,
) -> None:
    data = to_json_dict(reports)
    if comparison:
        data["comparison"] = comparison.to_dict()
    page = html_report(reports, corpus.texts, comparison)
    for path, text in (
        (runs / "report.json", json.dumps(data, ensure_ascii=False, indent=1) + "\n"),
        (json_out, json.dumps(data, ensure_ascii=False, indent=1) + "\n"),
        (runs / "report.html", page),
        (html_out, page),
        (markdown_out, markdown_report(reports, corpus.texts, comparison)),
    ):
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if junit_out:
        junit_out.parent.mkdir(parents=True, exist_ok=True)
        exports.write_junit(junit_out, reports[0])


def _export(folder: Path, reports: Sequence[Report]) -> None:
    for report in reports:
        name = _name(report.model)
        exports.write_ragas(folder / f"{name}.ragas.jsonl", report.results)
        exports.write_trec(folder, name, report.results)


def _settings_key(settings: Settings) -> str:
    """Equal for settings, weights and a version of Footnote under which answers are the same."""
    from qa.reader import card_text

    kept: dict[str, Any] = settings.model_dump(
        mode="json", exclude={"home", "lock_timeout_s", "model"}
    )
    kept["version"] = version("footnote-qa")
    kept["reader"] = card_text()
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


@contextmanager
def _alone(runs: Path) -> Iterator[None]:
    """Raises EvalsetError when another run writes to the same folder."""
    runs.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(runs / ".lock", timeout=0):
            yield
    except Timeout as exc:
        raise EvalsetError(
            f"{runs}: another evaluation of this set writes there; wait for it, or give --out DIR."
        ) from exc


def _name(text: str) -> str:
    return re.sub(r"[^\w.+-]+", "_", text)
