"""Footnote and the ordinary chain on public data; only rgb was seen while rules were written.

    python -m benchmarks.public news --data ../shared/data [--n 300] [--articles 3000]
    python -m benchmarks.public newsqa | newsquizqa | clapnq | rgb

news: weekly quiz questions with a recent article that holds the answer, over a few thousand
articles; "right" is the answer string in the lead sentence. newsqa: 50 questions over 470 pieces
of CNN stories. newsquizqa: questions about other news, asked of the seeds: all should be refused.
clapnq: each question over its own passage only, half of them unanswerable. rgb: three right
snippets and one falsified one a question. The texts stay where they are; nothing of them is in
this repository.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from qa import Answer, Footnote, Settings
from qa.evaluation.matching import contains_any

Row = dict[str, Any]


def read(path: Path) -> Iterator[Row]:
    """Rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def is_right(answer: Answer, accepted: list[str]) -> bool:
    """Whether an accepted string stands in the first statement."""
    return bool(answer.statements) and contains_any(answer.statements[0].text, accepted)


def bare(answer: str) -> str:
    """A quiz's choice without the quotes and article that it is printed with: "The Bahamas"."""
    return re.sub(r"^(?:the|an?)\s+", "", answer.strip(" .\"“”'‘’"), flags=re.IGNORECASE)


def share(values: list[bool]) -> str:
    """A share with its 95% bootstrap interval."""
    array = np.array(values, dtype=float)
    rng = np.random.default_rng(0)
    means = rng.choice(array, (2000, len(array))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return f"{array.mean():.3f} [{low:.3f}, {high:.3f}] n={len(array)}"


def at_coverage(confidences: list[float], right: list[bool], coverage: float) -> str:
    """Share right among the most confident `coverage` of the questions."""
    order = np.argsort(-np.array(confidences), kind="stable")[: round(coverage * len(right))]
    return share([right[i] for i in order])


def news(data: Path, work: Path, args: argparse.Namespace) -> None:
    """The strict quiz questions over their articles and others up to --articles."""
    questions = [q for q in read(data / "news/questions.jsonl.gz") if q["strict"]]
    rng = random.Random(3)
    questions = rng.sample(questions, min(args.n, len(questions)))
    needed = {key for q in questions for key in q["articles_with_answer"]}
    rows = list(read(data / "news/articles.jsonl.gz"))
    others = [row for row in rows if row["id"] not in needed]
    kept = [row for row in rows if row["id"] in needed]
    kept += rng.sample(others, max(0, args.articles - len(kept)))
    folder = work / "news"
    folder.mkdir()
    for row in kept:
        text = f"{row['title']}\n\n{row['text']}"
        (folder / f"{row['id']}.txt").write_text(text, encoding="utf-8")
    with Footnote(folder, Settings(home=args.home or work / "home", threshold=0.0)) as footnote:
        footnote.sync()
        for model in args.model:
            right, confidences, kept_answers = [], [], []
            for q in tqdm(questions, desc=model):
                answer = footnote.ask(q["question"], model=model)
                right.append(is_right(answer, [q["answer"], bare(q["answer"])]))
                confidences.append(answer.confidence)
                kept_answers.append((q, answer))
            print(f"news {model}: answer_in_lead {share(right)}")
            print(f"news {model}: at 50% coverage {at_coverage(confidences, right, 0.5)}")
            if args.wrong:
                write_wrong(args.wrong, kept_answers, right)
    if args.ordinary:
        from benchmarks.ordinary import OrdinaryChain

        chain = OrdinaryChain(folder)
        answers = [chain.ask(q["question"]) for q in tqdm(questions, desc="ordinary")]
        accepted = [[q["answer"], bare(q["answer"])] for q in questions]
        right = [is_right(a, names) for a, names in zip(answers, accepted, strict=True)]
        print(f"news ordinary chain: answer_in_lead {share(right)}")
        confidences = [a.confidence for a in answers]
        print(f"news ordinary chain: at 50% coverage {at_coverage(confidences, right, 0.5)}")


def write_wrong(path: Path, pairs: list[tuple[Row, Answer]], right: list[bool]) -> None:
    """Wrong answers for reading: question, expected, short, lead, confidence."""
    with path.open("w", encoding="utf-8") as out:
        for (q, answer), ok in zip(pairs, right, strict=True):
            if not ok:
                lead = answer.statements[0].text if answer.statements else ""
                out.write(f"Q {q['question']}\nA {q['answer']}\nshort {answer.short}\n")
                out.write(f"lead {lead}\nconfidence {answer.confidence:.2f}\n\n")


def newsqa(data: Path, work: Path, args: argparse.Namespace) -> None:
    """NewsQA: questions that people wrote from a headline, over pieces of CNN stories."""
    folder = work / "newsqa"
    folder.mkdir()
    for row in read(data / "checks/newsqa_pilot50_chunks.jsonl.gz"):
        (folder / f"{row['id']}.txt").write_text(row["text"], encoding="utf-8")
    questions = list(read(data / "checks/newsqa_pilot50_questions.jsonl.gz"))[: args.n]
    with Footnote(folder, Settings(home=work / "home", threshold=0.0)) as footnote:
        footnote.sync()
        for model in args.model:
            answers = [
                footnote.ask(q["question"], model=model) for q in tqdm(questions, desc=model)
            ]
            right = [is_right(a, q["answers"]) for a, q in zip(answers, questions, strict=True)]
            print(f"newsqa {model}: answer_in_lead {share(right)}")


def newsquizqa(data: Path, work: Path, args: argparse.Namespace) -> None:
    """Questions about news that the seeds do not hold."""
    rows = list(read(data / "checks/newsquizqa_questions.jsonl.gz"))
    rows = random.Random(3).sample(rows, min(args.n, len(rows)))
    with Footnote("seeds", Settings(home=work / "home")) as footnote:
        for model in args.model:
            refused = [
                footnote.ask(row["question"], model=model).abstained
                for row in tqdm(rows, desc=model)
            ]
            print(f"newsquizqa {model}: refusal {share(refused)}")


def clapnq(data: Path, work: Path, args: argparse.Namespace) -> None:
    """Each question over its own passage; refusal where 10% of the answerable are refused."""
    rows = list(read(data / "checks/clapnq_dev.jsonl.gz"))
    random.Random(3).shuffle(rows)
    rows = rows[: args.n]
    folder = work / "clapnq"
    folder.mkdir()
    for i, row in enumerate(rows):
        text = "\n\n".join(f"{p['title']}\n\n{p['text']}" for p in row["passages"])
        (folder / f"{i}.txt").write_text(text, encoding="utf-8")
    with Footnote(folder, Settings(home=work / "home", threshold=0.0)) as footnote:
        for model in args.model:
            confidences = []
            for i, row in enumerate(tqdm(rows, desc=model)):
                answer = footnote.ask(row["input"], model=model, sources=[f"{i}.txt"])
                confidences.append(answer.confidence)
            array = np.array(confidences)
            has = np.array([bool(clapnq_answer(row)) for row in rows])
            cut = np.quantile(array[has], 0.10)
            refused = [bool(c < cut) for c in array[~has]]
            print(f"clapnq {model}: refusal at 10% false refusal {share(refused)} (cut {cut:.3f})")


def clapnq_answer(row: Row) -> str:
    """The reference answer, "" where the passage does not answer."""
    return next((o["answer"] for o in row.get("output", ()) if o.get("answer")), "")


def flat(answer: Any) -> list[str]:
    """The strings of an answer given as one, as a list, or as a list of lists."""
    return [answer] if isinstance(answer, str) else [text for part in answer for text in flat(part)]


def rgb(data: Path, work: Path, args: argparse.Namespace) -> None:
    """Right snippets with one falsified beside them: the lead, and whether both values show."""
    rows = list(read(data / "checks/rgb_en_fact.jsonl.gz"))[: args.n]
    folder = work / "rgb"
    folder.mkdir()
    names = []
    for row in rows:
        own = []
        for n, text in enumerate([*row["positive"][:3], *row["positive_wrong"][:1]]):
            own.append(f"{row['id']}-{n}.txt")
            (folder / own[-1]).write_text(text, encoding="utf-8")
        names.append(own)
    with Footnote(folder, Settings(home=work / "home", threshold=0.0)) as footnote:
        for model in args.model:
            right, surfaced = [], []
            for row, own in zip(rows, tqdm(names, desc=model), strict=True):
                answer = footnote.ask(row["query"], model=model, sources=own)
                right.append(is_right(answer, flat(row["answer"])))
                surfaced.append(bool(answer.disagreements))
            print(f"rgb {model}: answer_in_lead {share(right)}; disagreement {share(surfaced)}")


BENCHMARKS = {
    "news": news,
    "newsqa": newsqa,
    "newsquizqa": newsquizqa,
    "clapnq": clapnq,
    "rgb": rgb,
}


def main() -> None:
    """Run one benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--model", action="append", default=None)
    parser.add_argument("--n", type=int, default=10_000, help="questions at most")
    parser.add_argument("--articles", type=int, default=3000, help="news: size of the folder")
    parser.add_argument("--ordinary", action="store_true", help="news: the ordinary chain too")
    parser.add_argument("--home", type=Path, help="news: keep the index here between runs")
    parser.add_argument("--wrong", type=Path, help="news: write the wrong answers here")
    args = parser.parse_args()
    args.model = args.model or ["reader", "baseline"]
    with tempfile.TemporaryDirectory() as work:
        BENCHMARKS[args.name](args.data, Path(work), args)


if __name__ == "__main__":
    main()
