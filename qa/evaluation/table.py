"""The scores as people read them in a terminal. The one room here that prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qa.evaluation.compare import Comparison
from qa.evaluation.intervals import Score
from qa.evaluation.report import MEASURES, Report

Costs = Mapping[str, Mapping[str, Score]]
"""Stage or kind of token -> "p50", "p95" -> score."""
BY_KIND = ("right", "answer_in_lead", "f1", "citation_precision", "passage_success@5")
"""The measures that the table by kind shows; the JSON has all."""


def print_reports(
    console: Console, reports: Sequence[Report], comparison: Comparison | None = None
) -> None:
    """Scores with intervals, models side by side; then sanity, stages, kinds and seconds."""
    first = reports[0]
    meta = first.meta
    console.print(
        f"{meta['evalset']}: {len(first.results)} cases about {meta['n_articles']} articles "
        f"({meta['articles'] or 'texts'}), 95% intervals",
        highlight=False,
        markup=False,
    )
    console.print(_scores(reports))
    if first.sanity:
        console.print(_sanity(first))
    console.print(_stages(reports))
    console.print(_kinds(first))
    console.print(_costs("seconds", "stage", 3, [(one.model, one.seconds) for one in reports]))
    if any(report.tokens for report in reports):
        console.print(_costs("tokens", "", 0, [(one.model, one.tokens) for one in reports]))
    if comparison:
        print_comparison(console, comparison)
    for report in reports:
        for line in notes(report):
            console.print(line, markup=False, highlight=False)


def notes(report: Report) -> list[str]:
    """What a reader of the scores must not miss: errors, stand-ins, unverified citations."""
    found = []
    n_failed = report.stages.get("failed with an error", 0)
    if n_failed:
        error = next(r.asked.error for r in report.results if r.answer is None)
        found.append(f"{report.model}: {n_failed} questions raised an error, the first: {error}")
    by = report.meta.get("answered_by", {})
    if len(by) > 1:
        counts = ", ".join(f"{model} {n}" for model, n in by.items())
        found.append(f"{report.model}: answers came from several models: {counts}")
    verified = report.scores.get("verified")
    if verified and verified.value < 1:
        found.append(f"{report.model}: {verified.value:.4f} of citations verify; this is a bug")
    if report.n_left:
        found.append(f"{report.model}: stopped with {report.n_left} cases not asked")
    return found


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Differences by measure, then the cases won and lost."""
    title = f"{comparison.new_name} against {comparison.old_name}: {comparison.n_shared} cases"
    table = _table(escape(title), "measure", "old", "new", "difference", "won", "lost", "")
    for one in comparison.differences:
        verdict = ("worse" if one.worse else "better") if one.beyond_noise else ""
        table.add_row(
            one.measure,
            f"{one.old:.3f}",
            f"{one.new:.3f}",
            f"{one.change.value:+.3f} [{one.change.low:+.3f}, {one.change.high:+.3f}]",
            str(len(one.won)),
            str(len(one.lost)),
            verdict,
        )
    console.print(table)
    if comparison.right:
        for word, ids in (("won", comparison.right.won), ("lost", comparison.right.lost)):
            console.print(f"{word}: {', '.join(ids) or 'none'}", markup=False, highlight=False)


def shown(score: Score | None, digits: int = 2) -> str:
    """0.87 [0.83, 0.91], or a dash where the measure does not apply."""
    if score is None:
        return "–"
    return f"{score.value:.{digits}f} [{score.low:.{digits}f}, {score.high:.{digits}f}]"


def _scores(reports: Sequence[Report]) -> Table:
    table = _table("", "measure", "n", *(escape(report.model) for report in reports))
    for name in MEASURES:
        scores = [report.scores.get(name) for report in reports]
        if any(scores):
            n = next(score.n for score in scores if score)
            table.add_row(name, str(n), *(shown(score) for score in scores))
    return table


def _sanity(report: Report) -> Table:
    names = ("right", "answer_in_lead", "em", "f1", "refusal", "false_refusal")
    table = _table("what knowing nothing scores", "", *names)
    for row, scores in report.sanity.items():
        cells = [f"{scores[name].value:.2f}" if name in scores else "–" for name in names]
        table.add_row(escape(row), *cells)
    return table


def _stages(reports: Sequence[Report]) -> Table:
    table = _table("where it went wrong", "stage", *(escape(report.model) for report in reports))
    for stage in reports[0].stages:
        table.add_row(stage, *(str(report.stages[stage]) for report in reports))
    return table


def _kinds(report: Report) -> Table:
    table = _table(f"{escape(report.model)} by kind", "kind", "n", *BY_KIND)
    for kind, scores in report.by_kind.items():
        n = sum(result.case.kind == kind for result in report.results)
        cells = [f"{scores[name].value:.2f}" if name in scores else "–" for name in BY_KIND]
        table.add_row(escape(kind), str(n), *cells)
    return table


def _costs(title: str, first: str, digits: int, models: Sequence[tuple[str, Costs]]) -> Table:
    columns = [f"{escape(model)} {end}" for model, _ in models for end in ("p50", "p95")]
    table = _table(title, first, *columns)
    for row in dict.fromkeys(row for _, costs in models for row in costs):
        cells = []
        for _, costs in models:
            found = costs.get(row, {})
            cells += [
                f"{found[end].value:.{digits}f}" if end in found else "–" for end in ("p50", "p95")
            ]
        table.add_row(escape(row), *cells)
    return table


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title or None, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table
