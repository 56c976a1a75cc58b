"""Risk-coverage and calibration by hand, with the working shown."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qa.evaluation.confidence import (
    Outcome,
    calibration_bins,
    calibration_error,
    risk_coverage_area,
    risk_curve,
    rows_of,
)


def area(*outcomes: Outcome) -> float:
    return float(risk_coverage_area(rows_of(outcomes))[0])


def test_risk_coverage_area_by_hand() -> None:
    # .9 right, .8 wrong, .7 right: risks 0/1, 1/2, 1/3; mean (0 + 1/2 + 1/3) / 3 = 5/18
    outcomes = [Outcome(0.7, True), Outcome(0.9, True), Outcome(0.8, False)]
    assert area(*outcomes) == pytest.approx(5 / 18)
    coverage, risk = risk_curve(rows_of(outcomes))
    assert coverage == pytest.approx([1 / 3, 2 / 3, 1])
    assert risk == pytest.approx([0, 1 / 2, 1 / 3])


def test_a_wrong_refusal_comes_last_and_a_right_one_is_left_out() -> None:
    # .2 right (risk 0/1), then the refused answerable case: 1/2; mean 1/4
    assert area(Outcome(0.2, True), Outcome(None, False), Outcome(None, True)) == 0.25


def test_perfect_is_0_and_refusing_everything_is_1() -> None:
    assert area(Outcome(0.9, True), Outcome(None, True)) == 0.0
    assert area(Outcome(None, False), Outcome(None, False), Outcome(None, True)) == 1.0
    assert np.isnan(area(Outcome(None, True)))


def test_ties_give_the_mean_over_all_their_orders() -> None:
    errors = [0.0, 1.0, 1.0, 0.0]
    rows = rows_of([Outcome(c, not e) for c, e in zip([0.9, 0.5, 0.5, 0.5], errors, strict=True)])
    orders = [
        np.mean(np.cumsum([errors[0], *order]) / np.arange(1, 5))
        for order in itertools.permutations(errors[1:])
    ]
    assert risk_coverage_area(rows)[0] == pytest.approx(np.mean(orders))
    assert risk_curve(rows)[1].mean() == pytest.approx(np.mean(orders))


def test_counts_are_as_good_as_repeating_the_rows() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        outcomes = [
            Outcome(None if c < 0.2 else round(float(c), 1), bool(r < 0.6))
            for c, r in rng.random((12, 2))
        ]
        counts = rng.multinomial(12, np.full(12, 1 / 12), size=3).astype(float)
        for statistic in (risk_coverage_area, calibration_error):
            found = statistic(rows_of(outcomes), counts)
            for row, value in zip(counts, found, strict=True):
                repeated = [o for o, n in zip(outcomes, row, strict=True) for _ in range(int(n))]
                assert value == pytest.approx(statistic(rows_of(repeated))[0], nan_ok=True)


def test_calibration_error_by_hand() -> None:
    # bin .8-.9: two at .8, one right: |.5 - .8| = .3; bin .6-.7: two at .6, both right: .4
    # 2/4 * .3 + 2/4 * .4 = .35
    rows = rows_of(
        [Outcome(0.8, True), Outcome(0.8, False), Outcome(0.6, True), Outcome(0.6, True)]
    )
    assert calibration_error(rows)[0] == pytest.approx(0.35)
    assert [one.n for one in calibration_bins(rows)] == [2, 2]


def test_calibration_counts_answers_given_and_certainty_has_a_bin() -> None:
    rows = rows_of([Outcome(1.0, True), Outcome(None, False), Outcome(0.0, False)])
    assert calibration_error(rows)[0] == 0.0
    assert [one.n for one in calibration_bins(rows)] == [1, 1]
    assert np.isnan(calibration_error(rows_of([Outcome(None, False)]))[0])
