"""Example questions for a folder that nobody wrote examples for: from its own names and titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from qa.page.text import clean, shorten
from vectorstore.records import Article

N_EXAMPLES = 4
N_READ = 200
"""Articles looked at; names that are frequent in these are frequent enough for an example."""

_WORDS = r"[A-Z][\w’'-]*[a-z](?: (?:al-)?[A-Z][\w’'-]*[a-z]){0,2}"
_THING = re.compile(rf"(?<=[a-z] )({_WORDS})(?=[.,;:]| and | is | was | has | to )")
_SPEAKER = re.compile(rf"({_WORDS})(?=,? (?:said|told|says|announced)\b)")
_NO_SPEAKERS = frozenset({"He", "She", "It", "They", "We", "I", "The", "This"})


def example_questions(articles: Sequence[Article]) -> tuple[str, ...]:
    """Up to four questions whose answers the articles should hold; () without articles."""
    read = articles[:N_READ]
    things = _frequent(_THING, read)
    speakers = [name for name in _frequent(_SPEAKER, read) if name not in _NO_SPEAKERS]
    outlet = next((article.outlet for article in read if article.outlet), "")
    told = _frequent(_THING, [article for article in read if outlet and article.outlet == outlet])
    questions = [f"What did {name} say?" for name in speakers[:1]]
    questions += [f"What do the articles say about {name}?" for name in things[:1]]
    questions += [
        f"What does {clean(outlet)} say about {name}?" for name in told if name not in things[:1]
    ][:1]
    questions += [
        f"What is known about “{shorten(clean(article.title), 60)}”?"
        for article in articles[:N_EXAMPLES]
        if article.title
    ]
    return tuple(dict.fromkeys(questions))[:N_EXAMPLES]


def _frequent(pattern: re.Pattern[str], articles: Sequence[Article]) -> list[str]:
    """What the pattern finds, by how many articles hold it, then by how often."""
    n_articles: Counter[str] = Counter()
    n_times: Counter[str] = Counter()
    for article in articles:
        found = Counter(pattern.findall(clean(article.text[:20_000])))
        n_times.update(found)
        n_articles.update(found.keys())
    return sorted(n_times, key=lambda name: (-n_articles[name], -n_times[name], name))
