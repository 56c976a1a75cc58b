"""The report as Markdown, for a pull request: the same scores, the same failures, the same quotes.

Knows reports and article texts. Text from articles, questions and models is escaped, so that it
can be neither markup nor a table's border.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape as escape_html

from qa.evaluation.compare import Comparison
from qa.evaluation.page import in_context
from qa.evaluation.report import MEASURES, Report, Result
from qa.evaluation.table import notes, shown

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~@:-])")


def markdown_report(
    reports: Sequence[Report], texts: Mapping[str, str], comparison: Comparison | None = None
) -> str:
    """Scores, sanity rows, comparison, stages, kinds, seconds; every wrong case opens."""
    first = reports[0]
    meta = first.meta
    models = [one.model for one in reports]
    parts = [
        f"# Evaluation: {safe(str(meta['evalset']))}",
        f"{len(first.results)} cases, {meta['n_articles']} articles ({safe(meta['articles'])}), "
        f"{meta['date']}. In brackets: 95% interval.",
        *(f"**{safe(line)}**" for report in reports for line in notes(report)),
        "## Scores",
        _table(
            ["measure", "n", *models],
            [
                [name, str(next(s.n for s in scores if s)), *(shown(s, 3) for s in scores)]
                for name, scores in ((n, [r.scores.get(n) for r in reports]) for n in MEASURES)
                if any(scores)
            ],
        ),
        "## What knowing nothing scores" if first.sanity else "",
        _sanity(first) if first.sanity else "",
        _comparison(comparison) if comparison else "",
        "## Where it went wrong",
        _table(
            ["stage", *models],
            [[stage, *(str(one.stages[stage]) for one in reports)] for stage in first.stages],
        ),
        "## By kind",
        _kinds(first),
        "## Seconds",
        *(_seconds(one) for one in reports),
        "## Tokens" if any(one.tokens for one in reports) else "",
        *(_tokens(one) for one in reports if one.tokens),
        "## Cases",
        *(_case(result, texts) for result in first.results if result.stage),
        "Nothing wrong: "
        + (", ".join(safe(r.case.case_id) for r in first.results if not r.stage) or "none")
        + ".",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def safe(text: str) -> str:
    """Text on one line that Markdown shows as it stands."""
    return _MARKUP.sub(r"\\\1", escape_html(" ".join(text.split()), quote=False))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [
        "| " + " | ".join(safe(cell) for cell in header) + " |",
        "|---" + "|---:" * (len(header) - 1) + "|",
        *("| " + " | ".join(safe(cell) for cell in row) + " |" for row in rows),
    ]
    return "\n".join(lines)


def _sanity(report: Report) -> str:
    names = ("right", "answer_in_lead", "em", "f1", "refusal", "false_refusal")
    rows = [[row, *(shown(scores.get(n)) for n in names)] for row, scores in report.sanity.items()]
    return _table(["", *names], rows)


def _kinds(report: Report) -> str:
    names = [n for n in MEASURES if any(n in scores for scores in report.by_kind.values())]
    rows = [[kind, *(shown(s.get(n)) for n in names)] for kind, s in report.by_kind.items()]
    return _table(["kind", *names], rows)


def _seconds(report: Report) -> str:
    rows = [
        [stage, shown(found.get("p50"), 4), shown(found.get("p95"), 4)]
        for stage, found in report.seconds.items()
    ]
    return _table([report.model, "p50", "p95"], rows)


def _tokens(report: Report) -> str:
    rows = [
        [name, shown(found.get("p50"), 0), shown(found.get("p95"), 0)]
        for name, found in report.tokens.items()
    ]
    return _table([report.model, "p50", "p95"], rows)


def _comparison(comparison: Comparison) -> str:
    rows = [
        [
            one.measure,
            f"{one.old:.3f}",
            f"{one.new:.3f}",
            f"{one.change.value:+.3f} [{one.change.low:+.3f}, {one.change.high:+.3f}]",
            ("worse" if one.worse else "better") if one.beyond_noise else "",
        ]
        for one in comparison.differences
    ]
    title = f"## {safe(comparison.new_name)} against {safe(comparison.old_name)}"
    parts = [title, _table(["measure", "old", "new", "difference", ""], rows)]
    if comparison.right:
        for word, ids in (("Won", comparison.right.won), ("Lost", comparison.right.lost)):
            parts.append(f"{word}: {', '.join(map(safe, ids)) or 'none'}.")
    return "\n\n".join(parts)


def _case(result: Result, texts: Mapping[str, str]) -> str:
    case, answer = result.case, result.answer
    expected = " | ".join(case.answers) or "(the articles do not say)"
    lines = [
        f"<details><summary>{escape_html(result.stage or '')}: {escape_html(case.question)} "
        f"({escape_html(case.case_id)})</summary>",
        "",
        *(f"- Earlier: {safe(question)} {safe(reply)}" for question, reply in case.history),
        f"- Expected: {safe(expected)}",
    ]
    if answer is None:
        lines.append(f"- Error: {safe(result.asked.error)}")
    else:
        said = f"Abstained. {answer.reason}" if answer.abstained else answer.text
        lines.append(f"- Given: {safe(said)} (confidence {answer.confidence:.2f})")
        for citation in answer.citations:
            before, quote, after = in_context(citation, texts)
            lines.append(
                f"- \\[{citation.marker}\\] {safe(citation.file)}: {safe(before)} "
                f"**{safe(quote)}** {safe(after)}"
            )
    return "\n".join([*lines, "", "</details>"])
