"""What is searched for a chunk: its text under the title of its article.

Deep in an article a chunk speaks of "the company"; the title says which. Only the two legs of
retrieval see it: chunks, quotes and what is read stay as the article has them.
"""

import re
from collections.abc import Sequence

from vectorstore.chunking import CountTokens
from vectorstore.records import Article, Chunk

_WORD = re.compile(r"\w+")
_MAX_CHARACTERS = 200
"""A longer title is cut."""
_TOKENS = 40
"""What a chunk leaves of the model's limit for the title, or a sixth of a small limit."""


def chunk_limit(chunk_tokens: int, model_tokens: int) -> int:
    """Most tokens of a chunk, so that a title fits before it: 200 of the usual 254."""
    return min(chunk_tokens, model_tokens - min(_TOKENS, model_tokens // 6))


def titled(chunk: Chunk, article: Article) -> str:
    """The chunk's text under the title, unless the text has it (whatever case and punctuation)."""
    title = " ".join(article.title.split())[:_MAX_CHARACTERS]
    return chunk.text if _words(title) in _words(chunk.text) else f"{title}\n{chunk.text}"


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def alike(chunks: Sequence[Chunk], texts: Sequence[str]) -> list[str]:
    """The titled texts, those of equal chunks (wire copy) all under the title of the first.

    So one text has one vector, under however many headlines it was printed.
    """
    first: dict[str, str] = {}
    return [first.setdefault(chunk.text, text) for chunk, text in zip(chunks, texts, strict=True)]


def fitting(
    texts: Sequence[str], chunks: Sequence[Chunk], count_tokens: CountTokens, model_tokens: int
) -> list[str]:
    """The titled texts, those over the model's limit without their titles."""
    counts = count_tokens(texts)
    return [
        text if n_tokens <= model_tokens else chunk.text
        for text, chunk, n_tokens in zip(texts, chunks, counts, strict=True)
    ]
