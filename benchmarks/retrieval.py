"""How often the passages found for a question hold its answer, over thousands of articles.

    python -m benchmarks.retrieval [--sets 1200]

The articles are the invented ones of training/questions/, three a set, two of them on one event and
the third a look-alike; asked are the questions of the dev sets, half of them in the words of these
articles. No source is named, so that routing has no part in it. success@k: the share of answerable
questions with a passage among the first k that holds the answer in its article. Needs a minute or
two for each thousand articles.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from qa import Footnote, Settings
from qa.retriever import retrieve
from training.sets import SETS
from training.sources import read_json_lines
from training.written import one_line
from vectorstore.embedder import Embedder
from vectorstore.records import Chunk

CUTS = (1, 5, 12, 20, 30)
Answers = dict[str, str]
"""The answer by the name of the article that gives it."""


def write(folder: Path, n_sets: int) -> Iterator[tuple[str, Answers]]:
    """Write the articles of the dev sets and of the first training sets; yield what is asked."""
    sets = sorted(read_json_lines(SETS), key=lambda line: str(line["split"]))
    for line in sets[:n_sets]:
        for number, article in enumerate(line["articles"], start=1):
            head = f"{article['title']}\n{article['outlet']}, {article['date']}"
            path = folder / f"{line['set']}_{number}.txt"
            path.write_text(f"{head}\n\n{article['text']}\n", encoding="utf-8")
        if line["split"] == "dev":
            for item in line["questions"]:
                answers = {f"{line['set']}_{n}.txt": one_line(a) for n, a in item.get("a", ())}
                if answers:
                    yield item["q"], answers


def first_hit(chunks: Sequence[Chunk], answers: Answers) -> int:
    """The rank of the first chunk that holds an answer of its article, from 1; 1,000 if none."""
    for rank, chunk in enumerate(chunks, start=1):
        if answers.get(chunk.article_id, "\n") in one_line(chunk.text):
            return rank
    return 1_000


def main() -> None:
    """Print a Markdown table: each leg alone, and both fused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=1_200, help="three articles each")
    args = parser.parse_args()
    if args.sets < 1:
        parser.error(f"--sets is at least 1, not {args.sets}")
    hits: dict[str, list[int]] = {"dense": [], "BM25": [], "fused": []}
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "news"
        folder.mkdir()
        asked = list(write(folder, args.sets))
        settings = Settings(home=Path(work) / "home", model="baseline")
        with Footnote(folder, settings) as footnote:
            snapshot, embedder = footnote.snapshot(), Embedder()
            print(f"{len(snapshot.articles)} articles, {len(asked)} questions")
            for question, answers in tqdm(asked):
                vector = embedder.embed_question(question)
                legs = {
                    "dense": snapshot.dense(vector, max(CUTS)),
                    "BM25": snapshot.lexical(question, max(CUTS)),
                }
                for name, rows in legs.items():
                    hits[name].append(first_hit([snapshot.chunks[row] for row, _ in rows], answers))
                found = retrieve(question, snapshot, embedder, max(CUTS))
                hits["fused"].append(first_hit([passage.chunk for passage in found], answers))
    print("| | " + " | ".join(f"success@{k}" for k in CUTS) + " |")
    print("|---" * (len(CUTS) + 1) + "|")
    for name, ranks in hits.items():
        shares = (sum(rank <= k for rank in ranks) / len(ranks) for k in CUTS)
        print(f"| {name} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")


if __name__ == "__main__":
    main()
