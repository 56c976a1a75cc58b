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

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+(?: (?:al-)?[A-Z][\w’'-]+){0,2}")


def example_questions(articles: Sequence[Article]) -> tuple[str, ...]:
    """Up to four questions whose answers the articles should hold; () without articles."""
    names = _names(articles[:N_READ])
    outlets = list(dict.fromkeys(a.outlet for a in articles if a.outlet))
    questions = [f"What do the articles say about {name}?" for name in names[:1]]
    questions += [f"Who is {name}?" for name in names if " " in name][:1]
    if outlets and len(names) > 1:
        questions.append(f"What does {clean(outlets[0])} say about {names[1]}?")
    questions += [
        f"What is known about “{shorten(clean(article.title), 70)}”?"
        for article in articles[:N_EXAMPLES]
        if article.title
    ]
    return tuple(dict.fromkeys(questions))[:N_EXAMPLES]


def _names(articles: Sequence[Article]) -> list[str]:
    """Capitalised words inside sentences, by how many articles and how often they occur."""
    n_articles: Counter[str] = Counter()
    n_times: Counter[str] = Counter()
    for article in articles:
        found = Counter(_NAME.findall(clean(article.text[:20_000])))
        n_times.update(found)
        n_articles.update(found.keys())
    return sorted(n_times, key=lambda name: (-n_articles[name], -n_times[name], name))
