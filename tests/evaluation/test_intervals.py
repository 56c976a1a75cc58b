"""Intervals: exact ones against the textbook, bootstrap ones for sense, seed and coverage."""

from __future__ import annotations

import numpy as np
import pytest

from qa.evaluation import intervals


def test_exact_interval_agrees_with_the_closed_form() -> None:
    # all of n right: low end p with p**n = 0.025, so p = 0.025**(1/n)
    end = 0.025 ** (1 / 10)
    assert intervals.exact_interval(10, 10) == pytest.approx((end, 1.0))
    assert intervals.exact_interval(0, 10) == pytest.approx((0.0, 1 - end))
    assert intervals.exact_interval(0, 0) == (0.0, 1.0)


def test_exact_interval_agrees_with_scipys_binomial_test() -> None:
    from scipy.stats import binomtest

    for successes, n in ((1, 7), (13, 20), (199, 200)):
        theirs = binomtest(successes, n).proportion_ci(0.95, "exact")
        assert intervals.exact_interval(successes, n) == pytest.approx((theirs.low, theirs.high))


def test_where_all_cases_agree_the_interval_has_width() -> None:
    score = intervals.ratio_score([(1.0, 1.0)] * 20)
    assert score is not None
    assert (score.value, score.high, score.n) == (1.0, 1.0, 20)
    assert score.low == pytest.approx(0.025 ** (1 / 20))
    half = intervals.ratio_score([(0.5, 1.0)] * 20)
    assert half is not None
    assert half.low < 0.35 < 0.65 < half.high


def test_a_share_of_which_all_resamples_agree_has_width() -> None:
    def nothing_wrong(counts: np.ndarray) -> np.ndarray:
        return np.zeros(len(counts))

    score = intervals.statistic_score(10, 10, nothing_wrong, is_share=True)
    assert score is not None
    assert (score.value, score.low) == (0.0, 0.0)
    assert score.high == pytest.approx(1 - 0.025 ** (1 / 10))
    difference = intervals.statistic_score(10, 10, nothing_wrong)
    assert difference is not None
    assert (difference.low, difference.high) == (0.0, 0.0)


def test_a_ratio_is_of_sums_and_cases_without_weight_do_not_count() -> None:
    score = intervals.ratio_score([(1.0, 4.0), (1.0, 1.0), (0.0, 0.0)])
    assert score is not None
    assert score.value == pytest.approx(2 / 5)
    assert score.n == 2
    assert intervals.ratio_score([(0.0, 0.0)]) is None
    assert intervals.ratio_score([]) is None


def test_the_bootstrap_is_seeded_and_close_to_the_normal_interval() -> None:
    values = [(float(i % 4 != 0), 1.0) for i in range(400)]  # 300 of 400
    score = intervals.ratio_score(values)
    assert score == intervals.ratio_score(values)
    assert score is not None
    # 0.75 +- 1.96 * sqrt(.75 * .25 / 400) = 0.75 +- 0.0424
    assert score.low == pytest.approx(0.7076, abs=0.006)
    assert score.high == pytest.approx(0.7924, abs=0.006)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    n_covered = 0
    for _ in range(200):
        rows = [(float(value), 1.0) for value in rng.random(80) < 0.7]
        score = intervals.ratio_score(rows)
        assert score is not None
        assert 0 <= score.low <= score.value <= score.high <= 1
        n_covered += score.low <= 0.7 <= score.high
    # 95% of 200 is 190; percentile intervals fall a little short at n = 80
    assert 180 <= n_covered <= 198


def test_many_cases_are_resampled_in_batches_of_the_same_meaning() -> None:
    values = [(float(i % 2), 1.0) for i in range(3000)]
    score = intervals.ratio_score(values)
    assert score is not None
    # 0.5 +- 1.96 * 0.5 / sqrt(3000) = 0.5 +- 0.0179
    assert score.low == pytest.approx(0.482, abs=0.003)


def test_quantiles_have_intervals() -> None:
    score = intervals.order_score([1.0, 2.0, 3.0, 4.0, 100.0], 0.5)
    assert score is not None
    assert score.value == 3.0
    assert 1.0 <= score.low <= 3.0 <= score.high <= 100.0
    assert intervals.order_score([], 0.5) is None
    one = intervals.order_score([0.2], 0.95)
    assert one is not None
    assert (one.low, one.high) == (0.2, 0.2)


def test_a_paired_difference_is_surer_than_two_intervals() -> None:
    old = [(float(i % 2), 1.0) for i in range(200)]
    new = [(1.0, 1.0) if i < 12 else pair for i, pair in enumerate(old)]  # 6 more right
    score = intervals.paired_difference(new, old)
    assert score is not None
    assert score.value == pytest.approx(0.03)
    assert score.low > 0  # unpaired, 0.53 and 0.50 overlap widely
    same = intervals.paired_difference(old, old)
    assert same is not None
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    assert intervals.paired_difference([(0.0, 0.0)], [(1.0, 1.0)]) is None


def test_sign_test_by_hand() -> None:
    assert intervals.sign_test(0, 3) == pytest.approx(0.25)  # 2 * (1/2)**3
    assert intervals.sign_test(0, 6) == pytest.approx(1 / 32)
    assert intervals.sign_test(5, 5) == 1.0
    assert intervals.sign_test(0, 0) == 1.0
    # 1 of 8: 2 * (1 + 8) / 256
    assert intervals.sign_test(1, 7) == pytest.approx(18 / 256)
