"""A small Footnote that answers from canned Answers over the seeds, for tests of the page.

Duck-typed like qa.engine.Footnote: folder, settings, snapshot, ask, stream, sync, close.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from qa.errors import ModelError
from qa.records import Answer, Citation, Disagreement, Passage, Statement
from qa.settings import Settings
from vectorstore.records import Article, Chunk, SyncReport

OUTLETS = ("CNN", "CBS News", None, "Russia Direct", None)
DAYS = (None, None, None, date(2016, 3, 15), None)


def read(folder: Path) -> tuple[Article, ...]:
    """Every .txt of a folder as an Article; the first line is the title."""
    found = []
    for i, path in enumerate(sorted(folder.glob("*.txt"))):
        data = path.read_bytes()
        text = data.decode()
        found.append(
            Article(
                path.name,
                hashlib.sha256(data).hexdigest(),
                "utf-8",
                text,
                text.split("\n", 1)[0][:120],
                OUTLETS[i % 5],
                DAYS[i % 5],
                None,
                ((0, len(text)),),
            )
        )
    return tuple(found)


def answer_for(question: str, articles: tuple[Article, ...], quotes: list[str]) -> Answer:
    """An Answer whose statements are these quotes, each found in an article and cited to it."""
    citations = []
    statements = []
    for marker, quote in enumerate(quotes, 1):
        article = next(a for a in articles if quote in a.text)
        start = article.text.index(quote)
        citations.append(
            Citation(
                marker,
                article.article_id,
                article.sha256,
                start,
                start + len(quote),
                quote,
                article.title,
                article.outlet,
                article.published,
            )
        )
        statements.append(Statement(" ".join(quote.split()), (marker,)))
    text = " ".join(f"{s.text} [{i}]" for i, s in enumerate(statements, 1))
    return Answer(
        question,
        question,
        text,
        " ".join(quotes[0].split()[1:4]),
        tuple(statements),
        tuple(citations),
        (),
        False,
        "",
        (),
        0.87,
        "reader",
        "fake",
        timings={"total": 0.31},
    )


def abstention(question: str, articles: tuple[Article, ...]) -> Answer:
    passages = tuple(
        Passage(Chunk(a.article_id, 0, 300, a.text[:300], ((0, 300),)), rank, 0.5, 1.0, 0.1)
        for rank, a in enumerate(articles[:3], 1)
    )
    empty = answer_for(question, articles, [articles[0].text[:10]])
    return replace(
        empty,
        text="The articles do not say.",
        short="",
        statements=(),
        citations=(),
        abstained=True,
        reason="No article mentions “Brazil”.",
        nearest=(1, 2, 3),
        passages=passages,
    )


class FakeFootnote:
    """Answers by the first of its `canned` whose key occurs in the question; else abstains."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.settings = Settings(home=home)
        self.articles = read(folder)
        self.canned: dict[str, Callable[[str], Answer]] = {}
        self.asked: list[dict[str, Any]] = []
        self.pause_s = 0.0

    def stream(self, question: str, **request: Any) -> Iterator[Any]:
        self.asked.append({"question": question, **request})
        if "explode" in question:
            raise KeyError("a fault that no user should read about")
        if "model fails" in question:
            raise ModelError("ollama:llama3 does not answer; is it running?")
        answer = self._answer(question)
        yield update("retrieved", passages=answer.passages)
        words = answer.text.split(" ")
        for n in range(1, len(words) + 1, 4) if not answer.abstained else ():
            time.sleep(self.pause_s)
            yield update("text", text=" ".join(words[:n]))
        yield update("answer", text=answer.text, answer=answer)

    def ask(self, question: str, **request: Any) -> Answer:
        return [step.answer for step in self.stream(question, **request)][-1]

    def sync(self, progress: Any = None, rebuild: bool = False) -> SyncReport:
        return SyncReport((), (), (), (), len(self.articles), 0, 0, (), "1", 0.0)

    def snapshot(self) -> Any:
        return SimpleNamespace(articles={article.article_id: article for article in self.articles})

    def close(self) -> None:
        pass

    def _answer(self, question: str) -> Answer:
        for key, make in self.canned.items():
            if key in question:
                return make(question)
        return abstention(question, self.articles)


def update(stage: str, **fields: Any) -> Any:
    return SimpleNamespace(**{"stage": stage, "passages": (), "text": "", "answer": None, **fields})


def seeds_footnote(home: Path, folder: Path = Path("seeds")) -> FakeFootnote:
    """The fake over the seeds with three answers: plain, with a dissent, and a follow-up."""
    fake = FakeFootnote(folder, home)
    ordered = (
        "Russian President Vladimir Putin has ordered the start of the pullout of the Russian "
        "military from the Syria war, starting Tuesday."
    )
    first = (
        "The first group of Russian planes left Russia's Hmeymim air base in Syria on Tuesday "
        "morning, the Russian Defense Ministry said."
    )
    began = "Russia began its bombing campaign in support of Assad's forces in September"
    cease = "The shift in Russian targets started about Feb. 27, Davis said"

    fake.canned["Who ordered"] = lambda q: answer_for(q, fake.articles, [ordered, first])
    fake.canned["When"] = lambda q: replace(
        answer_for(q, fake.articles, [began, cease]),
        disagreements=(Disagreement((("in September", (1,)), ("about Feb. 27", (2,)))),),
        confidence=0.55,
        warnings=("big.txt was not indexed: it is larger than 20 MB.",),
    )
    fake.canned["And why"] = lambda q: replace(
        answer_for(q, fake.articles, [ordered]),
        standalone_question="Why did Vladimir Putin order the withdrawal?",
    )
    return fake
