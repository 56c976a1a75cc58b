"""The progress bar of the terminal, as the store's Progress."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def progress_bar() -> Callable[[str, int, int], None]:
    """A Progress that draws one bar a stage on a terminal; silent for work that is done at once."""
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def show(stage: str, done: int, total: int) -> None:
        if total <= 0:
            print(stage, file=sys.stderr)
            return
        if stage not in bars:
            bars[stage] = tqdm(
                total=total, desc=stage, file=sys.stderr, leave=False, delay=0.3, disable=None
            )
        bar = bars[stage]
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()
            del bars[stage]

    return show
