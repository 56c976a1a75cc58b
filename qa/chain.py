"""The parts as one LangChain Runnable: {"question", ...} -> {"passages", "text", "answer"}.

    stand alone -> route -> retrieve -> read -> compose   (or generate, with a chat model)

`stream` yields the passages first, then the text as it grows, then the Answer; `invoke`, `batch`
and the async forms come from LangChain, and so do callbacks and tracing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableConfig, RunnableGenerator
from langchain_core.runnables.utils import AddableDict

from qa.abstain import NOTHING_ASKED, asks_nothing, reason_for
from qa.compose import compose, shown_text
from qa.errors import ModelError, QuestionError
from qa.followup import standalone
from qa.reading import Reader, Reading
from qa.records import ABSTAIN_TEXT, Answer, Passage
from qa.retriever import FootnoteRetriever, to_passage
from qa.routing import Routing, route
from vectorstore.index import Snapshot

if TYPE_CHECKING:
    from qa.generate import ChatAnswerer, Draft

N_NEAREST = 3
"""Passages shown when the articles do not say."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a chain is made of. chat is None offline; threshold None takes the reader's own."""

    retriever: FootnoteRetriever
    reader: Reader
    chat: ChatAnswerer | None
    threshold: float | None
    max_question_chars: int
    fingerprint: str


def build_chain(parts: Parts) -> Runnable[dict[str, Any], AddableDict]:
    """The whole way from a question to an Answer as a Runnable.

    Input keys: question, and optionally history, sources, since, until. Output keys: passages,
    text, answer. `text` is what was said while it grew, unverified with a chat model; what counts
    is `answer.text`. Raises QuestionError on an empty or overlong question.
    """

    def run(inputs: Iterator[dict[str, Any]], config: RunnableConfig) -> Iterator[AddableDict]:
        yield from _answer(parts, _whole(list(inputs)), config)

    async def arun(
        inputs: AsyncIterator[dict[str, Any]], config: RunnableConfig
    ) -> AsyncIterator[AddableDict]:
        request = _whole([part async for part in inputs])
        steps = _answer(parts, request, config)
        while (step := await asyncio.to_thread(next, steps, None)) is not None:
            yield step

    chain: Runnable[dict[str, Any], AddableDict] = RunnableGenerator(
        run,  # type: ignore[arg-type]  # config is passed where the signature has it; not typed so
        arun,  # type: ignore[arg-type]
        name="footnote",
    )
    return chain


def _whole(pieces: Sequence[dict[str, Any]]) -> AddableDict:
    """One request; a Runnable that streams into the chain hands it over key by key."""
    request = AddableDict()
    for piece in pieces:
        request = request + AddableDict(piece)
    return request


class _Clock:
    """Seconds by stage; each `lap` closes the stage since the last one."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}
        self._began = self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.timings[stage] = self.timings.get(stage, 0.0) + now - self._last
        self._last = now

    def done(self) -> dict[str, float]:
        return {**self.timings, "total": time.perf_counter() - self._began}


def check_question(question: object, max_chars: int) -> str:
    """The question, cleaned of control characters and outer space. Raises QuestionError."""
    if not isinstance(question, str):
        raise QuestionError(f"A question is text, not {type(question).__name__}.")
    if len(question) > max_chars:
        raise QuestionError(
            f"The question has {len(question):,} characters; the limit is {max_chars:,}. "
            "Ask about the articles in a sentence or two."
        )
    kept = "".join(c if c.isprintable() else " " for c in question if not "\ud800" <= c <= "\udfff")
    cleaned = " ".join(kept.split())
    if not any(c.isalnum() for c in cleaned):
        raise QuestionError("The question is empty. Ask something about the articles.")
    return cleaned


def _answer(parts: Parts, request: dict[str, Any], config: RunnableConfig) -> Iterator[AddableDict]:
    clock = _Clock()
    asked = check_question(request.get("question"), parts.max_question_chars)
    snapshot = parts.retriever.open_snapshot()
    history = tuple((str(q), str(a)) for q, a in request.get("history") or ())
    outlets = {a.outlet for a in snapshot.articles.values() if a.outlet is not None}
    if parts.chat is not None and history:
        question = parts.chat.standalone(asked, history)
    else:
        question = standalone(asked, history, outlets)
    routing = route(question, snapshot.articles)
    clock.lap("understand")

    passages: tuple[Passage, ...] = ()
    is_empty = asks_nothing(question)
    if not is_empty:
        documents = parts.retriever.invoke(
            routing.question,
            config,
            sources=request.get("sources"),
            since=request.get("since"),
            until=request.get("until"),
            prefer=routing.article_ids,
        )
        passages = tuple(to_passage(document) for document in documents)
    clock.lap("retrieve")
    yield AddableDict(passages=passages)

    start = Answer(
        question=asked,
        standalone_question=question,
        text="",
        short="",
        statements=(),
        citations=(),
        disagreements=(),
        abstained=True,
        reason="",
        nearest=(),
        confidence=0.0,
        model=parts.reader.name,
        fingerprint=parts.fingerprint,
        passages=passages,
        routed=routing.shown,
        warnings=_undated(request, snapshot),
    )
    if is_empty:
        answer = abstain(start, snapshot, routing, NOTHING_ASKED)
        yield AddableDict(text=answer.text)
        yield AddableDict(answer=replace(answer, timings=clock.done()))
        return
    said = ""
    if parts.chat is not None:
        draft: Draft | None = None
        try:
            for part in parts.chat.stream(question, passages, snapshot.articles, config):
                if not isinstance(part, str):
                    draft = part
                elif part != said:
                    # cumulative text; only what is new travels, since dicts add up in LangChain
                    yield AddableDict(text=part[len(said) :])
                    said = part
        except ModelError as error:
            start = replace(
                start,
                warnings=(
                    *start.warnings,
                    f"{error} This answer comes from the offline reader instead.",
                ),
            )
        clock.lap("generate")
        if draft is not None:
            start = replace(start, tokens=draft.tokens)
        if draft is not None and draft.abstained and draft.incomplete and draft.reason:
            # Cut off before anything with evidence was said: that is a failure, not a finding.
            told = (*draft.warnings, "This answer comes from the offline reader instead.")
            start = replace(start, warnings=start.warnings + told)
            draft = None
        if draft is not None:
            answer = _from_draft(start, draft, parts.chat.name, snapshot, routing)
            if not said:
                yield AddableDict(text=answer.text)
            yield AddableDict(answer=replace(answer, timings=clock.done()))
            return

    reading = _read(parts.reader, routing, passages)
    clock.lap("read")
    answer = _from_reading(start, reading, parts, snapshot, routing)
    clock.lap("compose")
    if not said:  # what a chat model said before it failed cannot be taken back here
        yield AddableDict(text=answer.text)
    yield AddableDict(answer=replace(answer, timings=clock.done()))


def _undated(request: dict[str, Any], snapshot: Snapshot) -> tuple[str, ...]:
    """What a filter by date leaves out without a word: articles that state no date."""
    if request.get("since") is None and request.get("until") is None:
        return ()
    n_undated = sum(article.published is None for article in snapshot.articles.values())
    if not n_undated:
        return ()
    left_out = "1 article states" if n_undated == 1 else f"{n_undated} articles state"
    return (f"{left_out} no date: left out by the filter. A date can be given in articles.csv.",)


def _read(reader: Reader, routing: Routing, passages: Sequence[Passage]) -> Reading:
    """Read the passages of the sources that the question names, or all when it names none.

    The relevance of a passage that was not read is 0.
    """
    named = set(routing.article_ids)
    own = [passage for passage in passages if passage.chunk.article_id in named] or passages
    reading = reader.read(routing.question, own)
    relevance = {p.rank: value for p, value in zip(own, reading.relevance, strict=True)}
    return replace(reading, relevance=tuple(relevance.get(p.rank, 0.0) for p in passages))


def _from_reading(
    start: Answer, reading: Reading, parts: Parts, snapshot: Snapshot, routing: Routing
) -> Answer:
    passages = tuple(
        replace(passage, reader=value)
        for passage, value in zip(start.passages, reading.relevance, strict=True)
    )
    read = replace(
        start, passages=passages, candidates=reading.candidates, confidence=reading.confidence
    )
    threshold = parts.reader.threshold if parts.threshold is None else parts.threshold
    composed = None
    if reading.confidence >= threshold:
        composed = compose(routing.question, reading, passages, snapshot.articles)
    if composed is None:
        return abstain(read, snapshot, routing)
    return replace(
        read,
        abstained=False,
        text=shown_text(composed.statements),
        short=composed.short,
        statements=composed.statements,
        citations=composed.citations,
        disagreements=composed.disagreements,
    )


def _from_draft(
    start: Answer, draft: Draft, model: str, snapshot: Snapshot, routing: Routing
) -> Answer:
    told = replace(start, model=model, warnings=start.warnings + draft.warnings)
    if draft.abstained:
        return abstain(told, snapshot, routing, draft.reason)
    return replace(
        told,
        abstained=False,
        text=shown_text(draft.statements),
        statements=draft.statements,
        citations=draft.citations,
        confidence=1.0,
    )


def abstain(answer: Answer, snapshot: Snapshot, routing: Routing, reason: str = "") -> Answer:
    """The same answer as an abstention: why, and the nearest passages."""
    shown = replace(answer, abstained=True, text=ABSTAIN_TEXT, nearest=nearest(answer.passages))
    return replace(shown, reason=reason or reason_for(shown, snapshot, routing))


def nearest(passages: Sequence[Passage]) -> tuple[int, ...]:
    """Ranks of the passages to show beside an abstention, the reader's favourites first."""
    ordered = sorted(passages, key=lambda p: (-(p.reader or 0.0), p.rank))
    return tuple(passage.rank for passage in ordered[:N_NEAREST])
