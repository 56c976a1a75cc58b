"""Article -> chunks: consecutive sentences of the body, sized by the model's own tokenizer.

A chunk is a contiguous slice of the article; where page furniture lies between two sentences a new
chunk starts, so furniture is in no chunk. Knows the tokenizer only as a function that counts.
"""

from collections.abc import Callable, Sequence

from vectorstore.records import Article, Chunk, Span
from vectorstore.sentences import cut_long, sentence_spans

__all__ = ["CountTokens", "sentence_spans", "split"]

CountTokens = Callable[[Sequence[str]], list[int]]
"""Texts -> the number of word pieces of each."""

_FULL_ENOUGH = 0.6
"""Share of max_tokens from which a chunk may end early, at the end of a paragraph."""

_CHARACTERS_PER_TOKEN = 20
"""News has four or five. An unknown word counts as one token however long it is, so without this
limit a megabyte of base64 would be one chunk."""


def split(article: Article, count_tokens: CountTokens, max_tokens: int) -> tuple[Chunk, ...]:
    """The article's body in chunks of at most `max_tokens`, in order.

    Neighbours share one sentence, unless furniture lies between them or it leaves no room for the
    next. Every sentence is in some chunk; one longer than `max_tokens` is cut at clauses, then
    spaces, then characters. `count_tokens` is called once for all sentences of the article and
    once for all its chunks, more only where a sentence is too long. An empty body gives ().
    """
    if max_tokens < 1:
        raise ValueError(f"max_tokens must be at least 1, not {max_tokens}")
    text = article.text
    runs = [sentence_spans(text, start, end) for start, end in article.body]
    measured = _measured(text, runs, count_tokens, max_tokens)
    # Sentences are counted apart, and a tokenizer may count more for them joined: then pack again
    # with some room kept for each join. At max_tokens every sentence stands alone.
    for join_tokens in (0, 1, 4, 16, max_tokens):
        chunks = [
            _chunk(article, run[first:after])
            for run in measured
            for first, after in _packed(text, run, max_tokens, join_tokens)
        ]
        n_tokens = count_tokens([chunk.text for chunk in chunks]) if chunks else []
        if all(
            n <= max_tokens or len(chunk.sentences) == 1
            for n, chunk in zip(n_tokens, chunks, strict=True)
        ):
            break
    return tuple(chunks)


_Measured = tuple[Span, int]
"""A sentence and its tokens."""


def _measured(
    text: str, runs: Sequence[Sequence[Span]], count_tokens: CountTokens, max_tokens: int
) -> list[list[_Measured]]:
    """Each run's sentences with their token counts, those over the budget cut to fit."""
    spans = [span for run in runs for span in run]
    counts = dict(zip(spans, _counted(text, spans, count_tokens), strict=True))
    cut: dict[Span, list[Span]] = {}
    too_long = [span for span in spans if counts[span] > max_tokens and span[1] - span[0] > 1]
    while too_long:
        pieces: list[Span] = []
        for span in too_long:
            length = span[1] - span[0]
            # 0.9: tokens are not spread evenly over characters.
            limit = max(1, min(length - 1, int(0.9 * length * max_tokens / counts[span])))
            cut[span] = cut_long(text, span, limit)
            pieces += cut[span]
        counts |= zip(pieces, _counted(text, pieces, count_tokens), strict=True)
        too_long = [span for span in pieces if counts[span] > max_tokens and span[1] - span[0] > 1]

    def leaves(span: Span) -> list[_Measured]:
        if span not in cut:
            return [(span, counts[span])]
        return [leaf for piece in cut[span] for leaf in leaves(piece)]

    return [[leaf for span in run for leaf in leaves(span)] for run in runs]


def _counted(text: str, spans: Sequence[Span], count_tokens: CountTokens) -> list[int]:
    counts = count_tokens([text[start:end] for start, end in spans]) if spans else []
    return [
        max(n, (end - start) // _CHARACTERS_PER_TOKEN)
        for n, (start, end) in zip(counts, spans, strict=True)
    ]


def _packed(
    text: str, run: Sequence[_Measured], max_tokens: int, join_tokens: int
) -> list[tuple[int, int]]:
    """Ranges of sentences, end exclusive, that fit the budget and overlap by one."""
    ranges: list[tuple[int, int]] = []
    first = fresh = 0  # the chunk's first sentence, and the first that no chunk holds yet
    while fresh < len(run):
        after, used = first + 1, run[first][1]
        best_end = 0
        while after < len(run):
            ends_paragraph = "\n" in text[run[after - 1][0][1] : run[after][0][0]]
            if after > fresh and ends_paragraph and used >= _FULL_ENOUGH * max_tokens:
                best_end = after
            if used + join_tokens + run[after][1] > max_tokens:
                break
            used += join_tokens + run[after][1]
            after += 1
        if after < len(run) and best_end:
            after = best_end
        ranges.append((first, after))
        fresh = after
        overlaps = (
            after < len(run)
            and after - 1 > first
            and run[after - 1][1] + join_tokens + run[after][1] <= max_tokens
        )
        first = after - 1 if overlaps else after
    return ranges


def _chunk(article: Article, sentences: Sequence[_Measured]) -> Chunk:
    start, end = sentences[0][0][0], sentences[-1][0][1]
    spans = tuple(span for span, _ in sentences)
    return Chunk(article.article_id, start, end, article.text[start:end], spans)
