"""Candidate spans -> the parts of an answer: lead, support, disagreement, or an abstention.

Works on what a reader proposed and on the passages it came from; every sentence it writes is a
sentence of an article, so nothing is said that is not cited. It never looks at the question's
topic, only at its form (why, how, list).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from qa.dates import days
from qa.numerals import quantities
from qa.reading import Reading
from qa.records import Candidate, Citation, Disagreement, Passage, Statement
from qa.signals import names_in, terms
from qa.values import compatible_value, contradicts, same_value, value_kind
from qa.yesno import asks_yes_or_no, verdict
from vectorstore.records import Article, Span

ABSTAIN_TEXT = "The articles do not say."
"""The one phrase for an abstention: shown, given to chat models, looked for in their replies."""

SUPPORT_SHARE = 0.35
"""A second source is cited for the same value from this share of the lead's score."""
DIFFER_SHARE = 0.6
"""A different value is shown as a disagreement from this share of the lead's score ..."""
DIFFER_MIN = 0.5
"""... and from this score: a weak second reading is noise, not a dissent."""
TWIN_SHARE, MIN_TWIN_WORDS = 0.75, 3
"""Two sentences are one, but for the value, from this share of common words, at least so many."""
MORE_SHARE = 0.7
"""Why, how and list questions take a further sentence from this share of the lead's score."""
MAX_STATEMENTS = 3
MAX_VALUE_CHARS = 100
"""A longer candidate is a clause, not a number, date or name that another article may spell."""
MAX_SOURCES = 6


@dataclass(frozen=True, slots=True)
class Composed:
    """The parts of an answer that has something to say."""

    short: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A candidate with the sentence it stands in."""

    candidate: Candidate
    sentence: Span


def compose(
    question: str,
    reading: Reading,
    passages: Sequence[Passage],
    articles: Mapping[str, Article],
) -> Composed | None:
    """The answer that the candidates carry, or None when there is no candidate."""
    evidence = _evidence(reading.candidates, passages, articles)
    if not evidence:
        return None
    groups = _groups(evidence)
    lead_group = max(groups, key=lambda group: (_support(group, articles), -groups.index(group)))
    lead = lead_group[0]
    floor = lead.candidate.score
    citer = _Citer(articles)
    supporting = [lead, *_others(lead, lead_group, SUPPORT_SHARE * floor)]
    statements = [citer.state(supporting)]
    stated = {(item.candidate.file, item.sentence) for item in supporting}

    disagreements = []
    differing = _differing(question, lead_group, groups, articles)
    if differing:
        rows = [(lead.candidate.text, statements[0].citations)]
        for group in differing:
            items = [group[0], *_others(group[0], group, SUPPORT_SHARE * floor)]
            fresh = [i for i in items if (i.candidate.file, i.sentence) not in stated]
            if not fresh or len(statements) >= MAX_STATEMENTS:
                continue
            statements.append(citer.state(fresh))
            stated |= {(item.candidate.file, item.sentence) for item in fresh}
            rows.append((group[0].candidate.text, statements[-1].citations))
        if len(rows) > 1:
            disagreements.append(Disagreement(tuple(rows)))

    if wants_more(question):
        for item in evidence:
            key = (item.candidate.file, item.sentence)
            if len(statements) >= MAX_STATEMENTS:
                break
            if key in stated or item.candidate.score < MORE_SHARE * floor:
                continue
            if any(
                _same_words(item, other, articles) for other in evidence if _key(other) in stated
            ):
                continue
            statements.append(citer.state([item]))
            stated.add(key)
    short = lead.candidate.text
    if asks_yes_or_no(question):
        short = verdict(question, statements[0].text) or statements[0].text
    return Composed(_short(short), tuple(statements), citer.citations, tuple(disagreements))


_MORE = re.compile(
    r"^\W*(why|how(?!\s+(many|much|long|old|far|often|big|tall|high|large))|list|name|"
    r"(what|which)\s+(\w+\s+){0,3}?(are|were|reasons|goals|countries|groups|demands))\b",
    re.IGNORECASE,
)


_SEVERAL = re.compile(
    r"^\W*(?:which|what)\s+(?!(?:is|was|does|has)\b)(?:\w+\s+){0,2}?\w{3,}(?<!s)s\b", re.IGNORECASE
)
"""Asks for things of a kind ("Which countries won gold?"): several names are all right. Wider than
_MORE, since it only keeps names from being called a disagreement and never adds a sentence."""


def wants_more(question: str) -> bool:
    """Whether the question's form asks for more than one fact: why, how, or several things."""
    return bool(_MORE.search(question))


def _evidence(
    candidates: Sequence[Candidate],
    passages: Sequence[Passage],
    articles: Mapping[str, Article],
) -> list[_Evidence]:
    """Each candidate with its sentence; of overlapping candidates of one article only the best."""
    by_rank = {passage.rank: passage for passage in passages}
    kept: list[_Evidence] = []
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
            kept.append(_Evidence(_whole_value(candidate, sentence, text), sentence))
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


def _groups(evidence: Sequence[_Evidence]) -> list[list[_Evidence]]:
    """Evidence with the same value together, each group best first."""
    groups: list[list[_Evidence]] = []
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


def _support(group: Sequence[_Evidence], articles: Mapping[str, Article]) -> float:
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


def _key(item: _Evidence) -> tuple[str, Span]:
    return item.candidate.file, item.sentence


def _others(lead: _Evidence, group: Sequence[_Evidence], floor: float) -> list[_Evidence]:
    """The best further evidence of each other article, not weaker than floor."""
    chosen: list[_Evidence] = []
    files = {lead.candidate.file}
    for item in group:
        if item.candidate.file not in files and item.candidate.score >= floor:
            files.add(item.candidate.file)
            chosen.append(item)
    return chosen[: MAX_SOURCES - 1]


def _differing(
    question: str,
    lead_group: Sequence[_Evidence],
    groups: Sequence[list[_Evidence]],
    articles: Mapping[str, Article],
) -> list[list[_Evidence]]:
    """Groups of another value of the same kind, from an article that backs no lead.

    Either the same sentence stands in another article with another value, or another sentence
    gives another number or date and is strong in its own right. Of names only the former: an
    article is full of other people, and many may have done the same thing.
    """
    lead = lead_group[0]
    kind = value_kind(lead.candidate.text)
    if kind == "name" and (wants_more(question) or _SEVERAL.match(question)):
        return []
    backers = {item.candidate.file for item in lead_group}
    agreeing = [
        item
        for group in groups
        for item in group
        if group is lead_group or compatible_value(lead.candidate.text, item.candidate.text)
    ]
    found = []
    for group in groups:
        other = group[0]
        if (
            group is lead_group
            or other.candidate.file in backers
            or not contradicts(lead.candidate.text, other.candidate.text)
        ):
            continue
        if _has_twin(question, agreeing, other, articles) or (
            other.candidate.score >= max(DIFFER_MIN, DIFFER_SHARE * lead.candidate.score)
            and not _of_another_event(question, lead, other, articles)
            and kind != "name"
        ):
            found.append(group)
    return found


def _of_another_event(
    question: str, lead: _Evidence, other: _Evidence, articles: Mapping[str, Article]
) -> bool:
    """Whether the other sentence speaks of something else than the lead's.

    It names somebody new in the place of somebody whom the question names, or other days, or
    another one of a series ("the second blast").
    """
    ours, theirs = _beside(lead, articles), _beside(other, articles)
    known = terms(ours) | terms(question)
    missing = [name for name in names_in(question) if not _akin(name, terms(theirs))]
    if missing and not all(_akin(name, known) for name in names_in("– " + theirs)):
        return True
    return any(
        mine and others and not mine & others
        for mine, others in zip(_marks(ours), _marks(theirs), strict=True)
    )


def _akin(name: str, known: Collection[str]) -> bool:
    """Whether a name, or its country or people ("Syria", "Syrian"), is known."""
    return any(name[:4] == other[:4] for other in known)


def _marks(text: str) -> tuple[set[object], ...]:
    """Years, months, weekdays and ordinals of a text."""
    found = days(text, years=True)
    return (
        {day.year for day in found if day.year},
        {day.month for day in found if day.month},
        {day.weekday for day in found if day.weekday is not None},
        {quantity.value for quantity in quantities(text) if quantity.kind == "ordinal"},
    )


def _has_twin(
    question: str,
    agreeing: Sequence[_Evidence],
    other: _Evidence,
    articles: Mapping[str, Article],
) -> bool:
    """Whether a sentence of the lead's value stands elsewhere with the other value in its place.

    All further numbers and names are the same, and all that the question speaks of: last year's
    sentence, another town's, or the women's final is no dissent. Where every other word is the
    same too, the two values play the same part, whatever their scores.
    """
    asked = _words(question)
    theirs = _words(_beside(other, articles))
    for item in agreeing:
        ours = _words(_beside(item, articles))
        apart = ours ^ theirs
        names = names_in(_beside(item, articles)) ^ names_in(_beside(other, articles))
        if (
            item.candidate.file != other.candidate.file
            and not names
            and not apart & asked
            and len(ours & theirs) >= MIN_TWIN_WORDS
            and not any(character.isdigit() for word in apart for character in word)
            and len(apart) <= (1 - TWIN_SHARE) * len(ours | theirs)
            and (not apart or other.candidate.score >= DIFFER_SHARE * item.candidate.score)
        ):
            return True
    return False


def _beside(item: _Evidence, articles: Mapping[str, Article]) -> str:
    """The sentence without the candidate."""
    text = articles[item.candidate.file].text
    (first, last), candidate = item.sentence, item.candidate
    return text[first : candidate.start] + " … " + text[candidate.end : last]


def _same_words(one: _Evidence, other: _Evidence, articles: Mapping[str, Article]) -> bool:
    """Whether two sentences say the same in nearly the same words (wire copy)."""
    ours, theirs = (
        _words(articles[item.candidate.file].text[slice(*item.sentence)]) for item in (one, other)
    )
    return bool(ours | theirs) and len(ours & theirs) / len(ours | theirs) > 0.7


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


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

    def state(self, items: Sequence[_Evidence]) -> Statement:
        """The first item's sentence, cited to the sentences of all items."""
        markers = tuple(self._cite(item).marker for item in items)
        first = self._markers[_key(items[0])]
        return Statement(" ".join(first.quote.split()), markers)

    def _cite(self, item: _Evidence) -> Citation:
        key = _key(item)
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
