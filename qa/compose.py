"""Candidate spans -> the parts of an answer: lead, support, disagreement, or an abstention.

Works on what a reader proposed and on the passages it came from; every sentence it writes is a
sentence of an article, so nothing is said that is not cited. It never looks at the question's
topic, only at its form (why, how, list).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.disagreement import contradicting, opposed
from qa.evidence import (
    SUPPORT_SHARE,
    Evidence,
    by_value,
    gather,
    others,
    place,
    same_words,
    sentence_of,
    support,
)
from qa.forms import wants_more
from qa.reading import Reading
from qa.records import Citation, Disagreement, Passage, Statement
from qa.yesno import asks_yes_or_no, verdict
from vectorstore.records import Article, Span

MORE_SHARE = 0.7
"""Why, how and list questions take a further sentence from this share of the lead's score."""
MAX_STATEMENTS = 3


@dataclass(frozen=True, slots=True)
class Composed:
    """The parts of an answer that has something to say."""

    short: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    disagreements: tuple[Disagreement, ...]


def compose(
    question: str,
    reading: Reading,
    passages: Sequence[Passage],
    articles: Mapping[str, Article],
) -> Composed | None:
    """The answer that the candidates carry, or None when there is no candidate."""
    evidence = gather(reading.candidates, passages, articles)
    if not evidence:
        return None
    groups = by_value(evidence)
    lead_group = max(groups, key=lambda group: (support(group, articles), -groups.index(group)))
    lead = lead_group[0]
    floor = lead.candidate.score
    citer = _Citer(articles)
    said = verdict(question, sentence_of(lead, articles))
    contrary = opposed(question, said, lead, evidence, articles) if said else []
    backing = [item for item in lead_group if item not in contrary]
    supporting = [lead, *others(lead, backing, SUPPORT_SHARE * floor)]
    statements = [citer.state(supporting)]
    stated = {place(item) for item in supporting}

    disagreements = []
    value = said if contrary else lead.candidate.text
    differing = [
        (group[0].candidate.text, group)
        for group in contradicting(question, lead_group, groups, articles)
    ]
    if contrary:
        differing = [("No" if said == "Yes" else "Yes", contrary)]
    if differing:
        rows = [(value, statements[0].citations)]
        for other, group in differing:
            items = [group[0], *others(group[0], group, SUPPORT_SHARE * floor)]
            fresh = [i for i in items if place(i) not in stated]
            if not fresh or len(statements) >= MAX_STATEMENTS:
                continue
            statements.append(citer.state(fresh))
            stated |= {place(item) for item in fresh}
            rows.append((other, statements[-1].citations))
        if len(rows) > 1:
            disagreements.append(Disagreement(tuple(rows)))

    if wants_more(question):
        for item in evidence:
            key = place(item)
            if len(statements) >= MAX_STATEMENTS:
                break
            if key in stated or item.candidate.score < MORE_SHARE * floor:
                continue
            if any(
                same_words(item, other, articles) for other in evidence if place(other) in stated
            ):
                continue
            statements.append(citer.state([item]))
            stated.add(key)
    short = lead.candidate.text
    if asks_yes_or_no(question):
        short = said or statements[0].text
    return Composed(_short(short), tuple(statements), citer.citations, tuple(disagreements))


def _short(text: str) -> str:
    return " ".join(text.split()).strip(' ,;:.-–—"“”')


class _Citer:
    """Hands out markers in order of first use."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self._markers: dict[tuple[str, Span], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._markers.values())

    def state(self, items: Sequence[Evidence]) -> Statement:
        """The first item's sentence, cited to the sentences of all items."""
        markers = tuple(self._cite(item).marker for item in items)
        first = self._markers[place(items[0])]
        return Statement(" ".join(first.quote.split()), markers)

    def _cite(self, item: Evidence) -> Citation:
        key = place(item)
        if key not in self._markers:
            file, span = key
            self._markers[key] = cite(self._articles[file], span, len(self._markers) + 1)
        return self._markers[key]


def cite(article: Article, span: Span, marker: int) -> Citation:
    """A citation of a span of an article."""
    start, end = span
    return Citation(
        marker,
        article.article_id,
        article.sha256,
        start,
        end,
        article.text[start:end],
        article.title,
        article.outlet,
        article.published,
    )


def shown_text(statements: Sequence[Statement]) -> str:
    """The answer as one text: each statement followed by its markers, "… [1][2]"."""
    return " ".join(
        statement.text + " " + "".join(f"[{marker}]" for marker in statement.citations)
        for statement in statements
    )
