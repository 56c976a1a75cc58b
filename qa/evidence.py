"""Candidates -> evidence: each with its sentence and its whole value, grouped by that value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa.dates import days
from qa.numerals import quantities
from qa.records import Candidate, Passage
from qa.values import same_value
from vectorstore.records import Article, Span

MAX_VALUE_CHARS = 100
"""A longer candidate is a clause, not a number, date or name that another article may spell."""
MAX_SOURCES = 6
SUPPORT_SHARE = 0.35
"""A second source is cited for the same value from this share of the lead's score."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A candidate with the sentence it stands in."""

    candidate: Candidate
    sentence: Span


def gather(
    candidates: Sequence[Candidate],
    passages: Sequence[Passage],
    articles: Mapping[str, Article],
) -> list[Evidence]:
    """Each candidate with its sentence; of overlapping candidates of one article only the best."""
    by_rank = {passage.rank: passage for passage in passages}
    kept: list[Evidence] = []
    for candidate in candidates:
        if any(
            other.candidate.file == candidate.file
            and other.candidate.start < candidate.end
            and candidate.start < other.candidate.end
            for other in kept
        ):
            continue
        sentence = _sentence(candidate, by_rank[candidate.passage].chunk.sentences)
        if sentence is not None:
            text = articles[candidate.file].text
            kept.append(Evidence(_whole_value(candidate, sentence, text), sentence))
    return kept


_BOUND = re.compile(
    r"\b(?:at least|at most|more than|less than|fewer than|up to|over|under|about|around|nearly|"
    r"almost|some|roughly|approximately)\s+$",
    re.IGNORECASE,
)


def _whole_value(candidate: Candidate, sentence: Span, text: str) -> Candidate:
    """The candidate, widened to the whole of a number or date that it takes a part of.

    "a million" of "at least a quarter of a million" would be another number.
    """
    start, end = candidate.start, candidate.end
    base = sentence[0]
    inside = text[slice(*sentence)]
    values = [*(q.span for q in quantities(inside)), *(day.span for day in days(inside))]
    for first, last in ((base + first, base + last) for first, last in values):
        if first < candidate.end and candidate.start < last:
            start, end = min(start, first), max(end, last)
            if start == first and (bound := _BOUND.search(text[base:start])):
                start = base + bound.start()
    return replace(candidate, start=start, end=end, text=text[start:end])


def _sentence(candidate: Candidate, sentences: Sequence[Span]) -> Span | None:
    """The sentence that holds the candidate; for one across a border, all that it touches."""
    touched = [span for span in sentences if span[0] < candidate.end and candidate.start < span[1]]
    return (touched[0][0], touched[-1][1]) if touched else None


def by_value(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Evidence with the same value together, each group best first."""
    groups: list[list[Evidence]] = []
    for item in evidence:
        for group in groups:
            if _same(group[0].candidate.text, item.candidate.text):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


def _same(one: str, other: str) -> bool:
    """Whether two candidates are one value; whole sentences are compared word for word."""
    if len(one) > MAX_VALUE_CHARS or len(other) > MAX_VALUE_CHARS:
        return one.casefold().split() == other.casefold().split()
    return same_value(one, other)


def support(group: Sequence[Evidence], articles: Mapping[str, Article]) -> float:
    """Score of a value: its best span, raised by each further independent article.

    Articles of the same bytes count once. Each further article closes half of the gap to 1,
    weighted by its own score: two lone weak spans never pass one strong span by much.
    """
    score, seen = 0.0, set()
    for item in group:
        source = articles[item.candidate.file].sha256
        if source in seen:
            continue
        seen.add(source)
        gain = item.candidate.score
        score = gain if len(seen) == 1 else score + 0.5 * gain * (1 - score)
    return score


def place(item: Evidence) -> tuple[str, Span]:
    """Where it stands: the article and the sentence."""
    return item.candidate.file, item.sentence


def sentence_of(item: Evidence, articles: Mapping[str, Article]) -> str:
    """Its sentence as it reads on one line."""
    return " ".join(articles[item.candidate.file].text[slice(*item.sentence)].split())


def others(lead: Evidence, group: Sequence[Evidence], floor: float) -> list[Evidence]:
    """The best further evidence of each other article, not weaker than floor."""
    chosen: list[Evidence] = []
    files = {lead.candidate.file}
    for item in group:
        if item.candidate.file not in files and item.candidate.score >= floor:
            files.add(item.candidate.file)
            chosen.append(item)
    return chosen[: MAX_SOURCES - 1]


def beside(item: Evidence, articles: Mapping[str, Article]) -> str:
    """The sentence without the candidate."""
    text = articles[item.candidate.file].text
    (first, last), candidate = item.sentence, item.candidate
    return text[first : candidate.start] + " … " + text[candidate.end : last]


def same_words(one: Evidence, other: Evidence, articles: Mapping[str, Article]) -> bool:
    """Whether two sentences say the same in nearly the same words (wire copy)."""
    ours, theirs = (
        word_set(articles[item.candidate.file].text[slice(*item.sentence)]) for item in (one, other)
    )
    return bool(ours | theirs) and len(ours & theirs) / len(ours | theirs) > 0.7


def word_set(text: str) -> set[str]:
    """The distinct words of a text, case folded."""
    return set(re.findall(r"\w+", text.casefold()))
