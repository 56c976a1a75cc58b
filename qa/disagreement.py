"""What contradicts the lead: another number, date or name for the same fact, a no for a yes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from qa.dates import days
from qa.english import COUNTRIES
from qa.evidence import SUPPORT_SHARE, Evidence, beside, sentence_of, word_set
from qa.forms import asks_for_several, wants_more
from qa.numerals import quantities
from qa.signals import names_in
from qa.values import compatible_value, contradicts, value_kind
from qa.yesno import verdict
from vectorstore.lexical import term_set
from vectorstore.records import Article

DIFFER_MIN = 0.4
"""A different value is shown as a disagreement from this score: a weaker reading is noise."""
STORY_SHARE, MIN_NAMES = 0.3, 8
"""Two articles tell one story if they share so many of the names of the one that has fewer."""
STORY_CHARS = 20_000
"""Of an article, where the names are looked for: its story stands at its beginning."""
TWIN_SHARE, MIN_TWIN_WORDS = 0.75, 3
"""Two sentences are one, but for the value, from this share of common words, at least so many."""


def contradicting(
    question: str,
    lead_group: Sequence[Evidence],
    groups: Sequence[list[Evidence]],
    articles: Mapping[str, Article],
) -> list[list[Evidence]]:
    """Groups of another value of the same kind, from an article of one story that backs no lead.

    Either the same sentence stands in another article with another value, or another sentence
    gives another number or date and is strong in its own right. Of names only the former: an
    article is full of other people, and many may have done the same thing.
    """
    lead = lead_group[0]
    kind = value_kind(lead.candidate.text)
    if kind == "name" and (wants_more(question) or asks_for_several(question)):
        return []
    cited = SUPPORT_SHARE * lead.candidate.score
    backers = {item.candidate.file for item in lead_group if item.candidate.score >= cited}
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
            or not _of_one_story(question, lead, other, articles)
        ):
            continue
        if _has_twin(question, agreeing, other, articles) or (
            other.candidate.score >= DIFFER_MIN
            and not _of_another_event(question, lead, other, articles)
            and kind != "name"
        ):
            found.append(group)
    return found


def opposed(
    question: str,
    said: str,
    lead: Evidence,
    evidence: Sequence[Evidence],
    articles: Mapping[str, Article],
) -> list[Evidence]:
    """Sentences of other articles that outright say no where the lead says yes, or yes for no.

    said: the lead's "Yes" or "No". Best first; as strong as other contradictions, of one event.
    """
    return [
        item
        for item in evidence
        if item.candidate.file != lead.candidate.file
        and item.candidate.score >= DIFFER_MIN
        and verdict(question, sentence_of(item, articles)) not in ("", said)
        and _of_one_story(question, lead, item, articles)
        and not _of_another_event(question, lead, item, articles)
    ]


def _of_another_event(
    question: str, lead: Evidence, other: Evidence, articles: Mapping[str, Article]
) -> bool:
    """Whether the other sentence speaks of something else than the lead's.

    It names somebody new in the place of somebody whom the question names, or other days, or
    another one of a series ("the second blast").
    """
    ours, theirs = beside(lead, articles), beside(other, articles)
    known = term_set(ours) | term_set(question)
    missing = [name for name in names_in(question) if not _akin(name, term_set(theirs))]
    if missing and not all(_akin(name, known) for name in names_in("– " + theirs)):
        return True
    return any(
        mine and others and not mine & others
        for mine, others in zip(_marks(ours), _marks(theirs), strict=True)
    )


def _of_one_story(
    question: str, one: Evidence, other: Evidence, articles: Mapping[str, Article]
) -> bool:
    """Whether their articles speak of one thing: many names are in both, or all that are asked for.

    Beside the number of signatures under a petition stands that of another petition. A country
    that the question names says little, and a text with few names cannot be told apart.
    """
    ours, theirs = (
        names_in(articles[item.candidate.file].text[:STORY_CHARS]) for item in (one, other)
    )
    asked = names_in(question) - _lands()
    fewer = min(len(ours), len(theirs))
    return (
        (bool(asked) and all(_akin(name, theirs) for name in asked))
        or fewer < MIN_NAMES
        or len(ours & theirs) >= STORY_SHARE * fewer
    )


@lru_cache(maxsize=1)
def _lands() -> frozenset[str]:
    return frozenset[str]().union(*map(term_set, COUNTRIES))


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
    agreeing: Sequence[Evidence],
    other: Evidence,
    articles: Mapping[str, Article],
) -> bool:
    """Whether a sentence of the lead's value stands elsewhere with the other value in its place.

    All further numbers and names are the same, and all that the question speaks of: last year's
    sentence, another town's, or the women's final is no dissent. Where every other word is the
    same too, the two values play the same part, whatever their scores.
    """
    asked = word_set(question)
    theirs = word_set(beside(other, articles))
    for item in agreeing:
        ours = word_set(beside(item, articles))
        apart = ours ^ theirs
        names = names_in(beside(item, articles)) ^ names_in(beside(other, articles))
        if (
            item.candidate.file != other.candidate.file
            and not names
            and not apart & asked
            and len(ours & theirs) >= MIN_TWIN_WORDS
            and not any(character.isdigit() for word in apart for character in word)
            and len(apart) <= (1 - TWIN_SHARE) * len(ours | theirs)
            and (not apart or other.candidate.score >= SUPPORT_SHARE * item.candidate.score)
        ):
            return True
    return False
