"""Footnote: a folder of articles that can be asked. The one object behind page, function and CLI.

Opens the index, keeps the models loaded, and hands every question to the chain. Safe to call from
several threads: snapshots are read-only, and the models take one batch at a time.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from qa.chain import Parts, build_chain
from qa.errors import QuestionError
from qa.reading import Reader
from qa.records import Answer, Passage
from qa.retriever import FootnoteRetriever
from qa.settings import Settings
from vectorstore.embedder import Embedder
from vectorstore.index import Index, Progress, Snapshot
from vectorstore.records import Article, Skipped, SyncReport


@dataclass(frozen=True, slots=True)
class Update:
    """One step of a streamed answer.

    stage "retrieved": passages; "text": text so far (cumulative, unverified while it grows);
    "answer": the finished, cited Answer, always last.
    """

    stage: str
    passages: tuple[Passage, ...] = ()
    text: str = ""
    answer: Answer | None = None


class Footnote:
    """Ask a folder of articles, again and again.

    Footnote("seeds").ask("Who ordered the withdrawal?")
    Footnote("news", Settings(model="openai:gpt-4o-mini"))
    with Footnote("news") as footnote: ...

    The folder is indexed at the first question (or by `sync`), and looked at again only when
    `sync` is called.
    """

    def __init__(self, articles: str | Path = "seeds", settings: Settings | None = None) -> None:
        self.folder = Path(articles)
        self.settings = settings or Settings()
        self._embedder = Embedder(self.settings.embedding_model)
        self.index = Index(
            self.folder,
            self.settings.home,
            self._embedder,
            chunk_tokens=self.settings.chunk_tokens,
            max_bytes=int(self.settings.max_file_mb * 1_000_000),
            chroma_url=self.settings.chroma_url,
            lock_timeout_s=self.settings.lock_timeout_s,
        )
        self._readers: dict[str, Reader] = {}
        self._chains: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._synced = False

    def __enter__(self) -> Footnote:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index; the object can not be asked afterwards."""
        self.index.close()

    def sync(self, progress: Progress | None = None, rebuild: bool = False) -> SyncReport:
        """Bring the index up to date with the folder; `rebuild` makes it anew.

        Raises ArticlesError when the folder holds nothing readable, StoreError when the index
        cannot be written, IndexLocked when another process keeps writing it.
        """
        report = self.index.sync(progress, rebuild=rebuild)
        self._synced = True
        return report

    @property
    def articles(self) -> tuple[Article, ...]:
        """The indexed articles, by id."""
        return tuple(self.snapshot().articles.values())

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Files of the folder that were not indexed, and why."""
        return self.snapshot().skipped

    def snapshot(self) -> Snapshot:
        """The published index, made first when there is none yet."""
        with self._lock:
            if not self._synced:
                self.sync()
        return self.index.snapshot()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        model: str | None = None,
        sources: Sequence[str] | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> Answer:
        """One question, one Answer.

        history: earlier (question, answer) pairs, oldest first. model: overrides the settings'
        for this question. sources: article_ids or outlets to read, all by default. since, until:
        inclusive dates; undated articles are then left out. Raises QuestionError, ModelError,
        ArticlesError or StoreError; not finding an answer is no error (`answer.abstained`).
        """
        request = _request(question, history, sources, since, until)
        answer: Answer = self.chain(model).invoke(request)["answer"]
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        model: str | None = None,
        sources: Sequence[str] | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> Iterator[Update]:
        """The same as `ask`, as Updates: passages first, then text as it grows, then the Answer."""
        request = _request(question, history, sources, since, until)
        text = ""
        for part in self.chain(model).stream(request):
            if "passages" in part:
                yield Update("retrieved", passages=part["passages"])
            if "text" in part:
                text += part["text"]
                yield Update("text", text=text)
            if "answer" in part:
                yield Update("answer", text=part["answer"].text, answer=part["answer"])

    def chain(self, model: str | None = None) -> Any:
        """The LangChain Runnable behind `ask`, for batch, async, callbacks and tracing.

        Input {"question", "history", "sources", "since", "until"}; output {"passages", "text",
        "answer"}.
        """
        name = model or self.settings.model
        with self._lock:
            if name not in self._chains:
                self._chains[name] = build_chain(self._parts(name))
            return self._chains[name]

    def _parts(self, model: str) -> Parts:
        offline = model if ":" not in model else "reader"
        chat = None
        if ":" in model:
            from qa.generate import ChatAnswerer, make_chat_model

            settings = self.settings
            chat_model = make_chat_model(model, settings.base_url, settings.model_timeout_s)
            chat = ChatAnswerer(chat_model, model, settings.model_timeout_s)
        return Parts(
            retriever=FootnoteRetriever(
                open_snapshot=self.snapshot, embedder=self._embedder, k=self.settings.n_passages
            ),
            reader=self._reader(offline),
            chat=chat,
            threshold=self.settings.threshold,
            max_question_chars=self.settings.max_question_chars,
            fingerprint=self._fingerprint(model),
        )

    def _reader(self, name: str) -> Reader:
        if name not in self._readers:
            from qa.readers import make_reader

            self._readers[name] = make_reader(name, self._embedder)
        return self._readers[name]

    def _fingerprint(self, model: str) -> str:
        """Names everything that an answer depends on besides the question and the articles."""
        from qa.reader import card_text

        settings = self.settings
        parts = (
            self.index.fingerprint,
            model,
            card_text() if model == "reader" else "",
            settings.n_passages,
            settings.threshold,
            settings.base_url,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _request(
    question: str,
    history: Sequence[tuple[str, str]],
    sources: Sequence[str] | None,
    since: date | None,
    until: date | None,
) -> dict[str, Any]:
    return {
        "question": question,
        "history": tuple(history or ()),
        "sources": [sources] if isinstance(sources, str) else sources,
        "since": _day(since, "since"),
        "until": _day(until, "until"),
    }


def _day(given: object, name: str) -> date | None:
    """A date, or the day of a datetime. Raises QuestionError on anything else."""
    if isinstance(given, datetime):
        return given.date()
    if given is None or isinstance(given, date):
        return given
    raise QuestionError(f"{name} is a datetime.date, not {given!r}.")
