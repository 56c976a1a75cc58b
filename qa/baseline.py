"""The baseline reader: the sentence most like the question. No training, no spans.

It stays as model="baseline", so that every later reader is measured beside it. It copies whole
sentences, cannot tell a sentence on the topic from one that answers, and so refuses badly.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from qa.reading import Reading, candidate_at, may_answer
from qa.records import Passage
from vectorstore.embedder import Embedder
from vectorstore.lexical import tokenize
from vectorstore.records import Span

OVERLAP_WEIGHT = 0.4
"""Share of the term overlap in the score, the rest is the cosine. On the dev cases of
evalsets/seeds.jsonl 0.3 to 0.6 found the right sentence equally often (0.725 to 0.732)."""
THRESHOLD = 0.45
"""Abstain under this score: 0.577 of those cases right, as at the best threshold found (0.525)."""
N_CACHED = 20_000
"""Sentence vectors kept, 1.5 kB each: the same sentences come back for most questions."""


class BaselineReader:
    """Scores each sentence by cosine to the question and by the share of its terms it holds."""

    name = "baseline"

    def __init__(self, embedder: Embedder, threshold: float = THRESHOLD) -> None:
        self.threshold = threshold
        self._embedder = embedder
        self._vector = lru_cache(N_CACHED)(lambda text: embedder.embed_chunks([text])[0])

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Sentences of all passages, best first; the score is also the confidence."""
        sentences: dict[tuple[str, Span], Passage] = {}
        for passage in passages:
            for span in passage.chunk.sentences:
                if may_answer(candidate_at(passage, span, 0.0).text):
                    sentences.setdefault((passage.chunk.article_id, span), passage)
        if not sentences:
            return Reading((), (0.0,) * len(passages), 0.0)
        plain = [candidate_at(passage, span, 0.0) for (_, span), passage in sentences.items()]
        asked_vector = self._embedder.embed_question(question)
        cosines = [float(self._vector(candidate.text) @ asked_vector) for candidate in plain]
        asked = set(tokenize(question))
        scored = []
        for ((_, span), passage), candidate, cosine in zip(
            sentences.items(), plain, cosines, strict=True
        ):
            held = len(asked & set(tokenize(candidate.text))) / len(asked) if asked else 0.0
            score = (1 - OVERLAP_WEIGHT) * cosine + OVERLAP_WEIGHT * held
            scored.append(candidate_at(passage, span, min(1.0, max(0.0, score))))
        scored.sort(key=lambda candidate: (-candidate.score, candidate.passage, candidate.start))
        best = {passage.rank: 0.0 for passage in passages}
        for candidate in scored:
            best[candidate.passage] = max(best[candidate.passage], candidate.score)
        return Reading(tuple(scored[:20]), tuple(best.values()), scored[0].score)
