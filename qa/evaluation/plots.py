"""Two pictures as inline SVG: risk against coverage, and confidence against being right.

Knows numbers and colours; the colours follow the page's (currentColor), so dark mode works.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from qa.evaluation import confidence
from qa.evaluation.report import Report

_SIZE, _LEFT, _TOP, _PLOT = (320, 270), 44, 12, 210
COLOURS = ("#1f6feb", "#d1622b", "#2a9d5c", "#8250df", "#b58900")


def risk_coverage_svg(reports: Sequence[Report]) -> str:
    """Share wrong among the most confident, over the share answered; one line a model."""
    lines = []
    for number, report in enumerate(reports):
        coverage, risk = confidence.risk_curve(_rows(report))
        if len(risk) == 0:
            continue
        points = " ".join(
            f"{_x(share):.1f},{_y(error):.1f}" for share, error in zip(coverage, risk, strict=True)
        )
        colour = COLOURS[number % len(COLOURS)]
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2">'
            f"<title>{escape(report.model)}</title></polyline>"
        )
    return _frame("share of questions answered", "share of them wrong", "".join(lines))


def calibration_svg(reports: Sequence[Report]) -> str:
    """Share right over stated confidence, in ten bins; on the diagonal is calibrated."""
    marks = [
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="currentColor" '
        'stroke-dasharray="4 4" opacity="0.5"/>'
    ]
    for number, report in enumerate(reports):
        colour = COLOURS[number % len(COLOURS)]
        for one in confidence.calibration_bins(_rows(report)):
            radius = 3 + min(9.0, one.n**0.5)
            marks.append(
                f'<circle cx="{_x(one.confidence):.1f}" cy="{_y(one.right):.1f}" r="{radius:.1f}" '
                f'fill="{colour}" fill-opacity="0.6"><title>{escape(report.model)}: {one.n} '
                f"answers, confidence {one.confidence:.2f}, right {one.right:.2f}</title></circle>"
            )
    return _frame("stated confidence", "share right", "".join(marks))


def legend(reports: Sequence[Report]) -> str:
    """Model names with their colours, as HTML."""
    return " ".join(
        f'<span class="key"><svg width="12" height="12" aria-hidden="true"><rect width="12" '
        f'height="12" fill="{COLOURS[number % len(COLOURS)]}"/></svg> {escape(report.model)}</span>'
        for number, report in enumerate(reports)
    )


def _rows(report: Report) -> confidence.Rows:
    return confidence.rows_of([r.outcome for r in report.results if "right" in r.values])


def _frame(below: str, beside: str, content: str) -> str:
    ticks = "".join(
        f'<text x="{_x(value):.0f}" y="{_TOP + _PLOT + 16}" text-anchor="middle">{value:g}</text>'
        f'<text x="{_LEFT - 6}" y="{_y(value) + 4:.0f}" text-anchor="end">{value:g}</text>'
        for value in (0.0, 0.5, 1.0)
    )
    middle = _TOP + _PLOT / 2
    return (
        f'<svg viewBox="0 0 {_SIZE[0]} {_SIZE[1]}" role="img" aria-label="{beside} over {below}">'
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_PLOT}" height="{_PLOT}" fill="none" '
        f'stroke="currentColor" opacity="0.4"/>{ticks}{content}'
        f'<text x="{_LEFT + _PLOT / 2}" y="{_TOP + _PLOT + 36}" text-anchor="middle">{below}</text>'
        f'<text transform="rotate(-90 10 {middle})" x="10" y="{middle}" text-anchor="middle">'
        f"{beside}</text></svg>"
    )


def _x(value: float) -> float:
    return _LEFT + value * _PLOT


def _y(value: float) -> float:
    return _TOP + (1 - value) * _PLOT
