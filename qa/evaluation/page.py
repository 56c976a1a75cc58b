"""The report as one HTML file that asks the network for nothing. All text is escaped.

Knows reports and article texts; draws. A content security policy in the page forbids scripts and
requests, so that not even a mistake here could make one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from qa.evaluation.compare import Comparison
from qa.evaluation.plots import calibration_svg, legend, risk_coverage_svg
from qa.evaluation.report import MEASURES, Report, Result
from qa.evaluation.table import notes, shown
from qa.records import Citation

CONTEXT = 120
"""Characters of the article shown on each side of a quote."""

_STYLE = """
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 18%,transparent)}
body{font:15px/1.5 system-ui,sans-serif;max-width:66rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
.wide{overflow-x:auto}table{border-collapse:collapse}
th,td{padding:.2rem .8rem .2rem 0;text-align:right;border-bottom:1px solid var(--line);
white-space:nowrap}th:first-child,td:first-child{text-align:left}
.meaning{opacity:.7;font-size:.85em;text-align:left;white-space:normal}
.plots{display:flex;flex-wrap:wrap;gap:1rem}.plots svg{width:20rem;max-width:100%}
svg text{font-size:11px;fill:currentColor}.key{margin-right:1rem}
details{border-bottom:1px solid var(--line);padding:.25rem 0}summary{cursor:pointer}
.stage{color:#c0392b}.fine{color:#2a9d5c}dl{margin:.5rem 0 .5rem 1.2rem}
dt{font-weight:600;margin-top:.4rem}dd{margin:0 0 0 1rem;white-space:pre-wrap}
blockquote{margin:.3rem 0 .3rem 1rem;padding-left:.8rem;border-left:3px solid var(--line);
white-space:pre-wrap}mark{background:#ffe08a;color:#000}.where{opacity:.7;font-size:.85em}
"""


def html_report(
    reports: Sequence[Report], texts: Mapping[str, str], comparison: Comparison | None = None
) -> str:
    """The page: scores, plots, failures by stage, and every case to open. `reports` not empty."""
    first = reports[0]
    title = f"Evaluation: {first.meta['evalset']}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{_facts(first)}</p>",
        "".join(f"<p class=stage>{escape(line)}</p>" for one in reports for line in notes(one)),
        "<h2>Scores</h2>",
        _scores(reports),
        "<h2>What knowing nothing scores</h2>" + _sanity(first) if first.sanity else "",
        _comparison(comparison) if comparison else "",
        "<h2>Confidence</h2>",
        f"<p>{legend(reports)}</p>",
        f"<div class=plots>{risk_coverage_svg(reports)}{calibration_svg(reports)}</div>",
        "<h2>Where it went wrong</h2>",
        _table(
            ["stage", *(one.model for one in reports)],
            [[stage, *(str(one.stages[stage]) for one in reports)] for stage in first.stages],
        ),
        "<h2>By kind</h2>",
        *(_kinds(one) for one in reports),
        "<h2>Seconds</h2>",
        *(_seconds(one) for one in reports),
        "<h2>Tokens</h2>" if any(one.tokens for one in reports) else "",
        *(_tokens(one) for one in reports if one.tokens),
        "<h2>Cases</h2>",
        _cases(reports, texts),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>"
        + "\n".join(part for part in parts if part)
        + "</body></html>\n"
    )


def in_context(citation: Citation, texts: Mapping[str, str]) -> tuple[str, str, str]:
    """The article's characters before the quote, the quote, and those after it.

    The quote stands alone when the article is not at hand or does not hold it there.
    """
    text, start, end = texts.get(citation.file, ""), citation.start, citation.end
    if text[start:end] != citation.quote:
        return "", citation.quote, ""
    before = text[max(0, start - CONTEXT) : start]
    after = text[end : end + CONTEXT]
    return (
        ("…" if start > CONTEXT else "") + before,
        citation.quote,
        after + ("…" if end + CONTEXT < len(text) else ""),
    )


def _facts(report: Report) -> str:
    meta = report.meta
    facts = (
        f"{len(report.results)} cases, {meta['n_articles']} articles ({meta['articles']}), "
        f"{meta['date']}, set {meta['evalset_sha256'][:12]}, "
        f"settings {meta['fingerprint'] or 'unknown'}. "
        "In brackets: 95% interval."
    )
    return escape(facts)


def _scores(reports: Sequence[Report]) -> str:
    rows = []
    for name, measure in MEASURES.items():
        scores = [report.scores.get(name) for report in reports]
        if any(scores):
            n = next(score.n for score in scores if score)
            better = "" if measure.more_is_better else " (less is better)"
            rows.append(
                [name, str(n), *(shown(score, 3) for score in scores), measure.meaning + better]
            )
    return _table(["measure", "n", *(one.model for one in reports), ""], rows, meaning=True)


def _sanity(report: Report) -> str:
    names = ("right", "answer_in_lead", "em", "f1", "refusal", "false_refusal")
    rows = [[row, *(shown(scores.get(n)) for n in names)] for row, scores in report.sanity.items()]
    return _table(["", *names], rows)


def _comparison(comparison: Comparison) -> str:
    rows = [
        [
            one.measure,
            f"{one.old:.3f}",
            f"{one.new:.3f}",
            f"{one.change.value:+.3f} [{one.change.low:+.3f}, {one.change.high:+.3f}]",
            f"{len(one.won)} / {len(one.lost)}",
            ("worse" if one.worse else "better") if one.beyond_noise else "",
        ]
        for one in comparison.differences
    ]
    right = comparison.right
    won, lost = (", ".join(ids) or "none" for ids in (right.won, right.lost)) if right else ("", "")
    return (
        f"<h2>{escape(comparison.new_name)} against {escape(comparison.old_name)}</h2>"
        f"<p>{comparison.n_shared} cases in both.</p>"
        + _table(["measure", "old", "new", "difference", "won / lost", ""], rows)
        + f"<p>Won: {escape(won)}</p><p>Lost: {escape(lost)}</p>"
    )


def _kinds(report: Report) -> str:
    names = [n for n in MEASURES if any(n in scores for scores in report.by_kind.values())]
    rows = [[kind, *(shown(s.get(n)) for n in names)] for kind, s in report.by_kind.items()]
    opened = _table(["kind", *names], rows)
    return f"<details><summary>{escape(report.model)}</summary>{opened}</details>"


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


def _cases(reports: Sequence[Report], texts: Mapping[str, str]) -> str:
    """The first model's failures by stage, then what was right; other models' answers inside."""
    others = [{r.case.case_id: r for r in report.results} for report in reports[1:]]
    groups = [*reports[0].stages, None]
    parts = []
    for stage in groups:
        members = [result for result in reports[0].results if result.stage == stage]
        if not members:
            continue
        parts.append(f"<h3>{escape(stage or 'nothing wrong')} ({len(members)})</h3>")
        for result in members:
            blocks = [_given(reports[0].model, result, texts)]
            for report, found in zip(reports[1:], others, strict=True):
                if result.case.case_id in found:
                    blocks.append(_given(report.model, found[result.case.case_id], texts))
            parts.append(_case(result, "".join(blocks)))
    return "\n".join(parts)


def _case(result: Result, given: str) -> str:
    case = result.case
    history = "".join(
        f"<dt>Earlier</dt><dd>{escape(question)}\n{escape(answer)}</dd>"
        for question, answer in case.history
    )
    expected = " | ".join(case.answers) if case.answers else "(the articles do not say)"
    if not case.judged:
        expected = "(only retrieval is judged)"
    evidence = "".join(
        f"<blockquote>{escape(one.quote)} <span class=where>{escape(one.file)}</span></blockquote>"
        for one in case.evidence
    )
    mark = "stage" if result.stage else "fine"
    return (
        f'<details class=case><summary><span class="{mark}">{"✗" if result.stage else "✓"}</span> '
        f"{escape(case.question)} <span class=where>{escape(case.case_id)}, "
        f"{escape(case.kind)}</span></summary><dl>{history}"
        f"<dt>Expected</dt><dd>{escape(expected)}</dd>"
        f"{'<dt>Evidence</dt><dd>' + evidence + '</dd>' if evidence else ''}{given}</dl></details>"
    )


def _given(model: str, result: Result, texts: Mapping[str, str]) -> str:
    answer = result.answer
    heading = f"<dt>{escape(model)}{': ' + escape(result.stage) if result.stage else ''}</dt>"
    if answer is None:
        return f"{heading}<dd class=stage>{escape(result.asked.error)}</dd>"
    said = f"Abstained. {answer.reason}" if answer.abstained else answer.text
    short = f"\nshort: {answer.short}" if answer.short else ""
    quotes = []
    for number, citation in enumerate(answer.citations):
        before, quote, after = in_context(citation, texts)
        status = result.verified[number] if number < len(result.verified) else ""
        note = "" if status in ("", "ok") else f", {status}"
        quotes.append(
            f"<blockquote>{escape(before)}<mark>{escape(quote)}</mark>{escape(after)} "
            f"<span class=where>[{citation.marker}] {escape(citation.file)} "
            f"{citation.start}–{citation.end}{escape(note)}</span></blockquote>"
        )
    return (
        f"{heading}<dd>{escape(said + short)}\n<span class=where>confidence "
        f"{answer.confidence:.2f}</span>{''.join(quotes)}</dd>"
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], meaning: bool = False) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(f"<tr>{_cells(row, meaning)}</tr>" for row in rows)
    return f"<div class=wide><table><tr>{head}</tr>{body}</table></div>"


def _cells(row: Sequence[str], meaning: bool) -> str:
    last = len(row) - 1
    return "".join(
        f"<td{' class=meaning' if meaning and number == last else ''}>{escape(cell)}</td>"
        for number, cell in enumerate(row)
    )
