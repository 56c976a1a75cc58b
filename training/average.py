"""Average the weights of checkpoints: `python -m training.average OUT.pt CHECKPOINT ...`.

Every checkpoint counts the same. Checkpoints of one run, and of a run that started from another's,
lie in one basin, and their mean generalises better than any of them (model soups, Wortsman et al.
2022).
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor

from training.model import load_state


def average(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of state dicts of one shape; what is no float, the first's."""
    return {
        name: value
        if not value.is_floating_point()
        or all(value.equal(state[name]) for state in states)  # a mean would round it
        else torch.stack([state[name] for state in states]).mean(0)
        for name, value in states[0].items()
    }


def main() -> None:
    """Read, average, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    args = parser.parse_args()
    states = [load_state(path) for path in args.checkpoints]
    torch.save(average(states), args.out)


if __name__ == "__main__":
    main()
