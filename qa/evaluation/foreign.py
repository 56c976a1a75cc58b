"""Another system's output as an Answer, so that `evaluate` can judge it beside ours.

Finds given passages and quotes in the articles' own text. Knows articles and records; nothing of
the other system.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from qa.records import Answer, Citation, Passage, Statement
from vectorstore.records import Article, Chunk

Extract = tuple[str, str]
"""(file, text): the file by article_id or path, the text as it stands in it."""


class AnswerBuilder:
    """Makes Answers about one folder of articles.

    builder = AnswerBuilder("seeds")
    def ask(question):
        documents = retriever.invoke(question)
        text = chain.invoke({"question": question, "documents": documents})
        passages = [(d.metadata["source"], d.page_content) for d in documents]
        return builder.answer(question, text, passages=passages, abstained="don't know" in text)
    """

    def __init__(self, articles: Path | str | Mapping[str, str]) -> None:
        if isinstance(articles, Mapping):
            self.folder = Path()
            self._articles = {name: _article(name, text) for name, text in articles.items()}
            return
        from vectorstore.articles import read_articles

        self.folder = Path(articles)
        found = read_articles(self.folder).articles
        self._articles = {article.article_id: article for article in found}

    def answer(
        self,
        question: str,
        text: str,
        *,
        passages: Sequence[Extract] = (),
        quotes: Sequence[Extract] = (),
        short: str = "",
        abstained: bool = False,
        confidence: float = 1.0,
        model: str = "other",
    ) -> Answer:
        """What the other system returned, as one statement that cites all its quotes.

        passages: what it retrieved, best first. quotes: what it cites. Raises ValueError when a
        text is not in the file that is named (white space included): it could not be judged.
        """
        citations = () if abstained else tuple(self._citations(quotes))
        markers = tuple(citation.marker for citation in citations)
        return Answer(
            question=question,
            standalone_question=question,
            text=text,
            short=short,
            statements=() if abstained else (Statement(text, markers),),
            citations=citations,
            disagreements=(),
            abstained=abstained,
            reason=text if abstained else "",
            nearest=(),
            confidence=confidence,
            model=model,
            fingerprint="",
            passages=tuple(self._passages(passages)),
        )

    def _citations(self, quotes: Sequence[Extract]) -> list[Citation]:
        found = []
        for marker, (file, quote) in enumerate(quotes, start=1):
            article, start = self._find(file, quote)
            found.append(
                Citation(
                    marker=marker,
                    file=article.article_id,
                    sha256=article.sha256,
                    start=start,
                    end=start + len(quote),
                    quote=quote,
                    title=article.title,
                    outlet=article.outlet,
                    published=article.published,
                )
            )
        return found

    def _passages(self, passages: Sequence[Extract]) -> list[Passage]:
        found = []
        for rank, (file, text) in enumerate(passages, start=1):
            article, start = self._find(file, text)
            end = start + len(text)
            chunk = Chunk(article.article_id, start, end, text, ((start, end),))
            found.append(Passage(chunk, rank, cosine=None, bm25=None, fused=1 / rank))
        return found

    def _find(self, file: str, text: str) -> tuple[Article, int]:
        article = self._articles.get(file) or self._by_path(file)
        if article is None:
            raise ValueError(f"no article {file!r}; give its path relative to the folder")
        start = article.text.find(text)
        if start < 0 or not text:
            raise ValueError(f"{file}: does not hold the text {text[:60]!r}")
        return article, start

    def _by_path(self, file: str) -> Article | None:
        try:
            name = Path(file).resolve().relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            return None
        return self._articles.get(name)


def _article(name: str, text: str) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()
    title = text.strip().split("\n", 1)[0]
    return Article(name, digest, "utf-8", text, title, None, None, None, ((0, len(text)),))
