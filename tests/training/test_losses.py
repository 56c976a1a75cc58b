"""The shared normalisation over the passages of one question."""

import math

import pytest
import torch

from training.batches import Batch
from training.losses import reader_loss

WIDTH = 4


def batch(gold: list[tuple[tuple[int, int], ...]]) -> Batch:
    """One group of as many rows, all of whose tokens are readable."""
    n = len(gold)
    ids = torch.zeros(n, WIDTH, dtype=torch.long)
    readable = torch.ones(n, WIDTH, dtype=torch.bool)
    return Batch(ids, ids + 1, readable, gold, torch.zeros(n, dtype=torch.long))


def group_loss(gold: list[tuple[tuple[int, int], ...]], start: torch.Tensor) -> float:
    """The group term, with end logits like the start logits."""
    answerable = torch.zeros(len(gold))
    return reader_loss(start, start, answerable, batch(gold))["group"].item()


def test_two_passages_that_answer_share_the_mass() -> None:
    """Two of six equal tokens are gold: a third of the starts and a third of the ends."""
    loss = group_loss([((1, 1),), ((2, 2),)], torch.zeros(2, WIDTH))
    assert loss == pytest.approx(-2 * math.log(2 / 6), rel=1e-5)


def test_two_sure_passages_that_answer_cost_nothing() -> None:
    sure = torch.zeros(2, WIDTH)
    sure[0, 1] = sure[1, 2] = 20.0
    assert group_loss([((1, 1),), ((2, 2),)], sure) == pytest.approx(0, abs=1e-4)


def test_a_surer_wrong_passage_costs() -> None:
    even = torch.zeros(2, WIDTH)
    wrong = even.clone()
    wrong[1, 2] = 3.0
    assert group_loss([((1, 1),), ()], wrong) > group_loss([((1, 1),), ()], even) + 1


def test_groups_without_an_answer_have_no_such_term() -> None:
    assert group_loss([(), ()], torch.zeros(2, WIDTH)) == 0
