"""Why the articles do not say: what is missing, in words for the user.

Looks at which of the question's names and terms the index knows, and how the passages spell them.
"""

import re

from qa.english import DETERMINERS
from qa.forms import is_greeting
from qa.records import Answer
from qa.routing import Routing
from qa.spelling import likely
from qa.verbs import is_verb
from vectorstore.index import Snapshot
from vectorstore.lexical import tokenize

_NAME = re.compile(r"\b[A-Z][\w’'.-]*(?:\s+(?:of|de|al|von|van|bin)?\s*[A-Z][\w’'.-]*)*")
NOTHING_ASKED = (
    "Nothing in this message can be looked up. Ask about something in the articles: "
    "a person, a place, an event, a number."
)
MAX_SUGGESTIONS = 3


def asks_nothing(question: str) -> bool:
    """Whether there is nothing to look up: a greeting, or only words like "who are you"."""
    return not tokenize(question) or is_greeting(question)


def reason_for(answer: Answer, snapshot: Snapshot, routing: Routing) -> str:
    """One sentence that names what is missing.

    In order: nothing to read (filters), names or terms that no article has, the outlet that is
    silent, or that the passages on the topic do not answer.
    """
    if not answer.passages:
        return "No article passes the filters or shares a word with the question."
    missing = missing_terms(routing.question, snapshot)
    if missing:
        shown = missing[:MAX_SUGGESTIONS]
        reason = f"No article mentions {', '.join(f'“{term}”' for term in shown)}."
        meant = [near for term in shown if (near := _meant(term, answer, snapshot))]
        return f"{reason} Did you mean “{'”, “'.join(meant)}”?" if meant else reason
    if routing.shown:
        return f"{', '.join(routing.shown)}: nothing that answers this was found there."
    rank = answer.nearest[0] if answer.nearest else answer.passages[0].rank
    (nearest,) = (passage for passage in answer.passages if passage.rank == rank)
    article = snapshot.articles[nearest.chunk.article_id]
    return f"The nearest passage, in “{article.title}”, does not answer this."


def missing_terms(question: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Names of the question in no chunk or title, else its nouns and the like that are in none."""
    first = question.split(" ", 1)[0]
    names = [m.group() for m in _NAME.finditer(question)]
    names = [name for name in names if name != first]
    unknown = [name for name in names if _unknown(name, snapshot)]
    if unknown:
        return tuple(dict.fromkeys(unknown))
    words = re.findall(r"\w[\w’'-]{3,}", question)
    # Not "How many ...?", nor a verb, for which the articles may have another.
    words = [word for word in words if word.lower() not in DETERMINERS and not is_verb(word)]
    return tuple(dict.fromkeys(word for word in words if _unknown(word, snapshot)))


def _unknown(term: str, snapshot: Snapshot) -> bool:
    """Whether some word of the term occurs in no chunk (stop words never count).

    Words are looked up as they are written: the terms of "U.S." looked up again would be the
    stop word "us".
    """
    return any(tokenize(word) and not snapshot.lexical(word, 1) for word in term.split())


def _meant(term: str, answer: Answer, snapshot: Snapshot) -> str:
    """The term with its unknown words as the passages spell them; "" if one is not misspelt."""
    texts = [passage.chunk.text for passage in answer.passages]
    words = [word for word in re.findall(r"[^\W_][\w’'-]*", term) if _unknown(word, snapshot)]
    meant = [likely(word, texts) for word in words]
    if not all(meant):
        return ""
    for word, known in zip(words, meant, strict=True):
        term = term.replace(word, known)
    return term if words else ""
