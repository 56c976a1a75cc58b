"""What `benchmarks.refusal` computes, on cases counted by hand."""

import pytest

from benchmarks.refusal import error_by_chance, refusal_at


def test_refusal_is_the_share_under_the_quantile_of_the_answerable() -> None:
    answerable = [0.1, *([0.6] * 19)]
    assert refusal_at(answerable, [0.05, 0.2, 0.58, 0.9], 0.05) == 0.5


def test_certain_answers_have_no_error_by_chance_and_one_coin_has_half() -> None:
    assert error_by_chance([1.0, 1.0, 0.0]) == 0
    assert error_by_chance([0.5]) == 0.5


def test_chance_shrinks_with_the_number_of_answers() -> None:
    few, many = error_by_chance([0.5] * 10), error_by_chance([0.5] * 1_000)
    assert few == pytest.approx(0.123, abs=0.01)  # mean |k/10 - 1/2| of 10 coins
    assert many < few / 5
