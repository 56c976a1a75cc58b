"""Question -> ranked passages: dense and BM25 legs, fused by reciprocal rank.

Knows the snapshot of an index and the embedder; knows nothing of answers. `FootnoteRetriever` is
the same search as a LangChain retriever, so that any chain, callback or tracer can use it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from qa.errors import QuestionError
from qa.records import Passage
from vectorstore.embedder import Embedder
from vectorstore.index import Snapshot
from vectorstore.records import Chunk

RRF_K = 10
"""Cormack, Clarke and Büttcher 2009: score = sum over legs of 1 / (k + rank). They take 60; with
10 what one leg puts first weighs more, which found more here (benchmarks/README.md)."""
LEG_DEPTH = 60
"""Chunks taken from each leg before fusion, or k if that is more."""


def retrieve(
    question: str,
    snapshot: Snapshot,
    embedder: Embedder,
    k: int = 12,
    *,
    sources: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    prefer: Sequence[str] = (),
) -> tuple[Passage, ...]:
    """The k best passages, best first.

    sources: only these article_ids or outlets (any letter case). since, until: inclusive, on the
    article's date; undated articles are then left out. prefer: article_ids whose chunks come
    first; others follow where these leave places. Raises QuestionError when a source is unknown.
    """
    rows = allowed_rows(snapshot, sources, since, until)
    if rows is not None and not rows:
        return ()
    vector = embedder.embed_question(question)
    depth = max(LEG_DEPTH, k)
    dense = dict(snapshot.dense(vector, depth, rows))
    lexical = dict(snapshot.lexical(question, depth, rows))
    if prefer:  # the legs of a small outlet may lie beyond the depth of the whole
        wanted = set(prefer)
        own = [
            row
            for row in (rows if rows is not None else range(len(snapshot.chunks)))
            if snapshot.chunks[row].article_id in wanted
        ]
        dense |= dict(snapshot.dense(vector, k, own)) if own else {}
        lexical |= dict(snapshot.lexical(question, k, own)) if own else {}
    fused = _fuse(dense, lexical)
    best = sorted(fused, key=lambda row: (-fused[row], row))
    if prefer:
        best.sort(key=lambda row: snapshot.chunks[row].article_id not in wanted)
    return tuple(
        Passage(snapshot.chunks[row], rank, dense.get(row), lexical.get(row), fused[row])
        for rank, row in enumerate(best[:k], start=1)
    )


def allowed_rows(
    snapshot: Snapshot, sources: Sequence[str] | None, since: date | None, until: date | None
) -> list[int] | None:
    """Rows of the chunks that the filters admit, or None when there is no filter."""
    if sources is None and since is None and until is None:
        return None
    articles = snapshot.articles
    wanted = set(articles)
    if sources is not None:
        wanted = set()
        for source in sources:
            found = {
                key
                for key, article in articles.items()
                if source == key or (article.outlet or "").casefold() == source.casefold()
            }
            if not found:
                outlets = sorted({a.outlet for a in articles.values() if a.outlet})
                raise QuestionError(
                    f"No article or outlet {source!r} in the index; outlets known: "
                    f"{', '.join(outlets) or 'none'}. Files are named relative to the folder."
                )
            wanted |= found
    if since is not None or until is not None:
        wanted = {key for key in wanted if _within(articles[key].published, since, until)}
    return [row for row, chunk in enumerate(snapshot.chunks) if chunk.article_id in wanted]


def _within(day: date | None, since: date | None, until: date | None) -> bool:
    return day is not None and (since is None or day >= since) and (until is None or day <= until)


def _fuse(*legs: dict[int, float]) -> dict[int, float]:
    fused: dict[int, float] = {}
    for leg in legs:
        ordered = sorted(leg, key=lambda row: (-leg[row], row))
        for rank, row in enumerate(ordered, start=1):
            fused[row] = fused.get(row, 0.0) + 1 / (RRF_K + rank)
    return fused


def to_document(passage: Passage, title: str = "", outlet: str | None = None) -> Document:
    """A passage as LangChain carries it; `to_passage` is the inverse."""
    chunk = passage.chunk
    metadata: dict[str, Any] = {
        "source": chunk.article_id,
        "start_index": chunk.start,
        "end_index": chunk.end,
        "sentences": [list(span) for span in chunk.sentences],
        "title": title,
        "outlet": outlet,
        "rank": passage.rank,
        "cosine": passage.cosine,
        "bm25": passage.bm25,
        "fused": passage.fused,
    }
    return Document(id=chunk.chunk_id, page_content=chunk.text, metadata=metadata)


def to_passage(document: Document) -> Passage:
    """The passage that `to_document` made this document from."""
    data = document.metadata
    sentences = tuple((start, end) for start, end in data["sentences"])
    chunk = Chunk(
        data["source"], data["start_index"], data["end_index"], document.page_content, sentences
    )
    return Passage(chunk, data["rank"], data["cosine"], data["bm25"], data["fused"])


class FootnoteRetriever(BaseRetriever):
    """The hybrid search as a LangChain retriever.

    `invoke(question, k=..., sources=..., since=..., until=..., prefer=...)` gives Documents with
    `source`, `start_index`, `end_index` and the scores of each leg in their metadata.
    """

    open_snapshot: Callable[[], Snapshot]
    embedder: Any
    k: int = 12

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
        sources: Sequence[str] | None = None,
        since: date | None = None,
        until: date | None = None,
        prefer: Sequence[str] = (),
    ) -> list[Document]:
        snapshot = self.open_snapshot()
        passages = retrieve(
            query,
            snapshot,
            self.embedder,
            self.k if k is None else k,
            sources=sources,
            since=since,
            until=until,
            prefer=prefer,
        )
        documents = []
        for passage in passages:
            article = snapshot.articles[passage.chunk.article_id]
            documents.append(to_document(passage, article.title, article.outlet))
        return documents
