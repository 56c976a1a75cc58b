"""Evidence for a chat model, and its reply held against it.

Sentences of the passages are numbered for the model; what it says comes back as statements whose
citations are spans that we hold. A sentence without a number that we gave, or with numbers, dates,
names or quotations that its evidence does not carry, is dropped and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa.compose import cite
from qa.literal import check
from qa.records import ABSTAIN_TEXT, Citation, Passage, Statement
from qa.replies import Said, sentences
from vectorstore.records import Article, Span

MAX_EVIDENCE_CHARS = 24_000
"""About 6,000 tokens; what lies beyond is the least similar."""
MAX_STATEMENTS = 8
WHOLE = frozenset(("stop", "end_turn", "stop_sequence", "eos", "complete", "completed", "finish"))
"""What providers call it when a reply came to its own end."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of an answer that a chat model gave, checked.

    statements and citations are empty when abstained; then reason says why ("" when the model
    found nothing). incomplete: the model did not come to its end. warnings: what was removed.
    tokens: what the model counted, "input" and "output".
    """

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    abstained: bool
    reason: str
    warnings: tuple[str, ...]
    incomplete: bool = False
    tokens: dict[str, int] = field(default_factory=dict)


class Evidence:
    """The sentences of the passages, numbered from 1 and set out by article."""

    def __init__(self, passages: Sequence[Passage], articles: Mapping[str, Article]) -> None:
        self.articles = articles
        best: dict[str, dict[Span, None]] = {}
        n_chars = 0
        for passage in sorted(passages, key=lambda passage: passage.rank):
            chunk = passage.chunk
            n_chars += len(chunk.text)
            if n_chars > MAX_EVIDENCE_CHARS and best:
                break
            rows = best.setdefault(chunk.article_id, {})
            rows.update(dict.fromkeys(chunk.sentences))
        self.spans: list[tuple[str, Span]] = [
            (file, span) for file, rows in best.items() for span in sorted(rows)
        ]
        self.text = self._set_out()

    def _set_out(self) -> str:
        lines: list[str] = []
        last = ""
        for number, (file, (start, end)) in enumerate(self.spans, start=1):
            article = self.articles[file]
            if file != last:
                source = ", ".join(
                    str(fact) for fact in (article.outlet, article.published) if fact
                )
                title = " ".join(article.title.split())
                lines += ["", f"Article: {title}" + (f" ({source})" if source else "")]
                last = file
            lines.append(f"[{number}] " + " ".join(article.text[start:end].split()))
        return "\n".join(lines).strip()

    def quote(self, file: str, span: Span) -> str:
        return self.articles[file].text[slice(*span)]

    def widened(self, number: int) -> Iterator[Span]:
        """The sentence with one or two before it: "He said so" needs who he is."""
        file, (start, end) = self.spans[number - 1]
        for back in (1, 2):
            place = number - 1 - back
            if place < 0 or self.spans[place][0] != file:
                return
            earlier, following = self.spans[place][1], self.spans[place + 1][1]
            if self.quote(file, (earlier[1], following[0])).strip():
                return  # page furniture lies between: not one quotation
            start = earlier[0]
            yield start, end


def checked(reply: str, evidence: Evidence, incomplete: bool, reason: str) -> Draft:
    """The reply's sentences that have evidence which carries them, with their citations."""
    kept: list[tuple[str, list[tuple[str, Span]]]] = []
    n_markers = n_bare = 0
    unproved: list[str] = []
    for said in sentences(reply):
        if _is_abstention(said.text):
            return Draft((), (), True, "", (), incomplete)
        known = [number for number in said.numbers if 1 <= number <= len(evidence.spans)]
        n_markers += len(said.numbers) - len(known)
        if not known:
            n_bare += 1
            continue
        spans, missing = _proof(said, known, evidence)
        if missing:
            unproved += missing
            continue
        kept.append((said.text, spans))
    warnings = list(_warnings(n_markers, n_bare, unproved))
    if incomplete:
        warnings.append(f"The model's answer is incomplete{because(reason)}.")
    if not kept:
        why = "The model's answer was not borne out by the articles."
        return Draft((), (), True, why, tuple(warnings), incomplete)
    statements, citations = _cited(kept[:MAX_STATEMENTS], evidence)
    return Draft(statements, citations, False, "", tuple(warnings), incomplete)


def _is_abstention(text: str) -> bool:
    def plain(sentence: str) -> str:
        return " ".join(re.findall(r"\w+", sentence.casefold()))

    return plain(text) == plain(ABSTAIN_TEXT)


def _proof(
    said: Said, numbers: Sequence[int], evidence: Evidence
) -> tuple[list[tuple[str, Span]], tuple[str, ...]]:
    """The spans to cite for a sentence, and what they do not carry.

    When a name is missing, the sentence before (or two) is cited along with it, if that brings it.
    """
    spans = {number: evidence.spans[number - 1] for number in numbers}
    missing = _missing(said.text, list(spans.values()), evidence)
    for number in numbers:
        if not missing:
            break
        for wider in evidence.widened(number):
            trial = {**spans, number: (spans[number][0], wider)}
            left = _missing(said.text, list(trial.values()), evidence)
            if len(left) < len(missing):
                spans, missing = trial, left
            if not missing:
                break
    return list(dict.fromkeys(spans.values())), missing


def _missing(text: str, spans: Sequence[tuple[str, Span]], evidence: Evidence) -> tuple[str, ...]:
    known = [evidence.quote(file, span) for file, span in spans]
    for file in {file for file, _ in spans}:
        article = evidence.articles[file]
        # "CNN reported on March 15": outlet and date are shown with the citation.
        known += [article.outlet or ""]
        if article.published:
            known.append(f"{article.published:%A}, {article.published:%B %d, %Y}")
    return check(text, known)


def _cited(
    kept: Sequence[tuple[str, list[tuple[str, Span]]]], evidence: Evidence
) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Statements and citations with markers in order of first use."""
    citations: dict[tuple[str, Span], Citation] = {}
    statements = []
    for text, places in kept:
        for file, span in places:
            if (file, span) not in citations:
                article = evidence.articles[file]
                citations[file, span] = cite(article, span, len(citations) + 1)
        statements.append(Statement(text, tuple(citations[place].marker for place in places)))
    return tuple(statements), tuple(citations.values())


def _warnings(n_markers: int, n_bare: int, unproved: Sequence[str]) -> Iterator[str]:
    if n_markers:
        yield f"{_counted(n_markers, 'number')} of the model pointed at no evidence."
    if n_bare:
        yield f"{_counted(n_bare, 'sentence')} of the model without evidence left out."
    if unproved:
        named = ", ".join(f"“{text[:60]}”" for text in dict.fromkeys(unproved[:5]))
        yield f"Left out, since the cited evidence does not carry it: {named}."


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")


def because(reason: str) -> str:
    """Why a reply ended, in a known word in brackets; a provider's own text is not shown."""
    known = {
        "length": "length limit",
        "max_tokens": "length limit",
        "too long": "too long",
        "content_filter": "content filter",
        "safety": "content filter",
        "refusal": "content filter",
        "": "the connection was cut",
    }
    if reason.lower() in WHOLE:
        return ""
    return f" ({known.get(reason.lower(), 'it stopped early')})"
