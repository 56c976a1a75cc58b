"""Find the reader's own confident mistakes: `python -m training.mine CHECKPOINT --out FILE`.

For every answered question of some sources, the passages that share most words with it and do not
hold the gold string are read by a checkpoint; those it is surest of come first. A line of the file
is `{"id", "mistakes": [[passage, start, end], ...]}` with the span that it would answer;
`training.prepare --mined FILE` draws negatives from it.
"""

import argparse
import gzip
import json
import os
import time
from pathlib import Path

import torch

from training.predict import load_reader, predict
from training.prepare import PARAGRAPHS, Mixer

SOURCES = ("written_news", "written_wiki", "squad")
"""Not nq_qed, whose neighbours are often other pages of the same film or team that do answer."""
N_READ, N_KEPT = 6, 3
MAX_CHARS = 1_150


def main() -> None:
    """Read and write source by source; the file appears when all are done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sources", nargs="*", default=list(SOURCES), choices=PARAGRAPHS)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    reader = load_reader(args.checkpoint)
    mixer = Mixer(args.data)
    partial = args.out.with_suffix(".part")
    with gzip.open(partial, "wt", encoding="utf-8") as out:
        for source in args.sources:
            began = time.monotonic()
            wanted = [
                (example, [text[:MAX_CHARS] for text in mixer.neighbours(source, i)[:N_READ]])
                for i, example in enumerate(mixer.by_source[source])
                if example.spans
            ]
            for low in range(0, len(wanted), 500):
                part = wanted[low : low + 500]
                rows = [{"question": e.question, "context": t} for e, texts in part for t in texts]
                found = iter(predict(reader, rows, batch_tokens=8_000))
                for example, texts in part:
                    read = [(text, next(found)) for text in texts]
                    read.sort(key=lambda pair: -pair[1].margin)
                    mistakes = [[text, p.start, p.start + len(p.text)] for text, p in read[:N_KEPT]]
                    line = {"id": example.example_id, "mistakes": mistakes}
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
                print(
                    f"{source}: {low + len(part)} of {len(wanted)} questions, "
                    f"{time.monotonic() - began:.0f} s",
                    flush=True,
                )
    os.replace(partial, args.out)


if __name__ == "__main__":
    main()
