"""Time one question and the indexing of the seeds, beside the ordinary chain, in one run.

    python -m benchmarks.one_question [--repeat 5] [--questions 20]

Cold: a new process from start to answer. Warm: p50 over the questions of evalsets/seeds.jsonl in
one process. Indexing: a new process with an empty home. Then what the reader takes of a warm
question that names no source, beside embedding its passages, as the index does. Seconds mean
little across machines; the ratio is the result. Run on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.ordinary import OrdinaryChain
from qa import Footnote, Settings
from qa.routing import route
from vectorstore.embedder import Embedder

QUESTION = "How many people have been killed in the war?"
ORDINARY = """
import sys
from pathlib import Path
from benchmarks.ordinary import OrdinaryChain
chain = OrdinaryChain(Path("seeds"), Path(sys.argv[1]))
if len(sys.argv) > 2:
    print(chain.ask(sys.argv[2]).text)
"""
QA = [sys.executable, "-m", "qa"]
CHAIN = [sys.executable, "-c", ORDINARY]


def seconds(command: list[str], home: str) -> float:
    """Wall seconds of a command; it must end well (0, or 3: abstained)."""
    environment = {**os.environ, "QA_HOME": home, "HF_HUB_OFFLINE": "1"}
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    return time.perf_counter() - began


def warm(ask: Callable[[str], object], questions: list[str]) -> float:
    """Median seconds a question, after three that warm up."""
    for question in questions[:3]:
        ask(question)
    taken = []
    for question in questions:
        began = time.perf_counter()
        ask(question)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def reading(footnote: Footnote, questions: list[str]) -> tuple[float, float]:
    """Median seconds of reading a question's passages, and of embedding the same passages."""
    embedder = Embedder()
    articles = footnote.snapshot().articles
    taken = []
    for question in questions:
        answer = footnote.ask(question)
        if "read" not in answer.timings or route(question, articles).article_ids:
            continue
        texts = [passage.chunk.text for passage in answer.passages]
        began = time.perf_counter()
        embedder.embed_chunks(texts)
        taken.append((answer.timings["read"], time.perf_counter() - began))
    read, embedded = zip(*taken[3:], strict=True)  # three to warm up
    return statistics.median(read), statistics.median(embedded)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--questions", type=int, default=20)
    args = parser.parse_args()
    with open("evalsets/seeds.jsonl", encoding="utf-8") as lines:
        questions = [json.loads(line)["question"] for line in lines][: args.questions]

    rows: list[tuple[str, float, float]] = []
    index_qa, index_chain, cold_qa, cold_chain = [], [], [], []
    for _ in range(args.repeat):
        with tempfile.TemporaryDirectory() as home:
            index_qa.append(seconds([*QA, "index"], home))
            cold_qa.append(seconds([*QA, "ask", QUESTION], home))
        with tempfile.TemporaryDirectory() as home:
            index_chain.append(seconds([*CHAIN, home], home))
            cold_chain.append(seconds([*CHAIN, home, QUESTION], home))
    middle = statistics.median
    rows.append(("indexing seeds/, new process", middle(index_qa), middle(index_chain)))
    rows.append(("one question, new process", middle(cold_qa), middle(cold_chain)))

    with tempfile.TemporaryDirectory() as home, Footnote("seeds", Settings(home=Path(home))) as f:
        f.sync()
        chain = OrdinaryChain(Path("seeds"))
        rows.append(("one question, warm, p50", warm(f.ask, questions), warm(chain.ask, questions)))
        read, embedded = reading(f, questions)

    print("| | Footnote, s | ordinary chain, s | ratio |\n|---|---|---|---|")
    for name, ours, theirs in rows:
        print(f"| {name} | {ours:.3f} | {theirs:.3f} | {ours / theirs:.2f} |")
    print("\n| | reading, s | embedding, s | ratio |\n|---|---|---|---|")
    ratio = f"{read:.3f} | {embedded:.3f} | {read / embedded:.2f}"
    print(f"| a question's passages, warm, p50 | {ratio} |")


if __name__ == "__main__":
    main()
