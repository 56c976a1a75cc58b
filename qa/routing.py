"""Which sources a question names: outlets, files and days, as preferences that can be removed.

Knows the question's words and the articles' outlets, names and dates; never looks at their text.
An outlet is named when the question asks for what it says ("according to CBS", "in the Guardian");
standing there for another reason ("who owns CNN?") it is a topic like any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from qa.dates import Day, days
from qa.reported import AND, PIECE, SAY, SAYS, without_sources
from vectorstore.records import Article, Span


@dataclass(frozen=True, slots=True)
class Routing:
    """What a question names.

    question: without the phrase that names the source, for reading ("according to CBS, how many
    ..." -> "How many ..."). article_ids: of the outlets, files and publication days named, in the
    order of the articles; () when the question names none. shown: those sources in words.
    """

    question: str
    article_ids: tuple[str, ...]
    shown: tuple[str, ...]


_BEFORE = re.compile(
    r"(?:\baccording\s+to|\bas\s+reported\s+(?:by|in)|\b(?:reported|written|published|quoted|said|"
    r"claimed|described|mentioned|stated|cited|given)\s+(?:by|in|on)|\bper|\bciting|\bread\s+in|"
    r"\b(?P<weak>in|from|on))\s+(?:the\s+|an?\s+)?$"
    r"|\b(?:do|does|did|has|have|can|could|would|what|how)\s+(?P<asks>(?:the\s+)?)$",
    re.IGNORECASE,
)
_AFTER_ASKED = re.compile(
    rf"(?:['’]s)?\s+(?:{PIECE}\s+)?(?:also\s+|ever\s+)?{SAY}\b", re.IGNORECASE
)
_GIVES = re.compile(
    r"\b(?:toll|number|figure|total|count|estimate|reason|explanation|date|name|account|sum|amount)s?\s+"
    r"(?:do|does|did)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
"""Before an outlet that "gives" it."""
_AFTER = re.compile(
    rf"\s+(?:{PIECE}\s+)?(?:also\s+)?{SAYS}\b|(?:['’]s?)?\s+(?:own\s+|recent\s+|latest\s+)?{PIECE}\b",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(rf"[,;]\s+{SAYS}\s+(?:the\s+)?$", re.IGNORECASE)
"""Before an outlet that ends the question: "who was pushed aside, says Hot Air?"."""
_HEADS = re.compile(r"\s+on\s+(?:the\s|[A-Z])[^:?]{2,60}:\s+\w|:\s+\w(?!.*\b(?:it|its)\b)")
"""After an outlet that opens the question: "CNN: who left?", "CBS on the truce: who broke it?"."""
_TELLS = re.compile(rf"\b(?:{SAY}|{SAYS}|told|tell|quoted|written|read)\b", re.IGNORECASE)
_NAMED = re.compile(
    rf"\s*(?:[,.?!;:(]|$|(?:['’]s)?\s+(?:own\s+|recent\s+|latest\s+)?{PIECE}\b|\s(?:and|or|who|whom|"
    r"what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|will|would|on|in)\b)",
    re.IGNORECASE,
)
"""What may follow "according to X" where X is all of the source: not "correspondent Jim"."""
_ENDINGS = re.compile(
    r"\s+(?:News|Online|Digital|Magazine|Newspaper|Network|TV|Television|Radio|International)$"
    r"|\.(?:com|org|net|co\.uk)$",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"\b(?:published|dated|{PIECE}\s+(?:of|from|on|for|published(?:\s+on)?))\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_DATED_PIECE = re.compile(rf"(?:['’]s)?\s+{PIECE}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Mention:
    """An outlet's name in the question; asked: the question asks for what it says."""

    outlet: str
    span: Span
    asked: bool


def route(question: str, articles: Mapping[str, Article]) -> Routing:
    """The sources that the question names, among those of the index.

    A question that names none, or only names unknown to the index, comes back as it is.
    """
    mentions = _mentions(question, articles)
    asked = list(dict.fromkeys(m.outlet for m in mentions))
    files, file_spans = _files(question, articles)
    published = _published_days(question)
    by_outlet = [a for a in articles.values() if a.outlet in asked]
    by_day = [a for a in articles.values() if _published_on(a, published)]
    chosen = {a.article_id for a in by_outlet or by_day}
    if by_outlet and by_day:
        both = {a.article_id for a in by_outlet} & {a.article_id for a in by_day}
        chosen = both or chosen
    chosen |= set(files)
    shown = (*asked, *files, *(question[slice(*day.span)] for day in published if by_day))
    spans = [m.span for m in mentions] + file_spans
    return Routing(
        without_sources(question, spans) if spans else question,
        tuple(article_id for article_id in articles if article_id in chosen),
        shown,
    )


def _mentions(question: str, articles: Mapping[str, Article]) -> list[_Mention]:
    """Every outlet that the question asks for, in order; of overlapping names the longest."""
    found: list[_Mention] = []
    titled, lower, folded = _is_title_case(question), question.islower(), question.casefold()
    for outlet in sorted({a.outlet for a in articles.values() if a.outlet}):
        for name in _names_of(outlet):
            if name.casefold() not in folded:
                continue
            initials = name == _initials(outlet)
            plain = " " not in name and not _is_distinctive(name)
            may_be_a_word = plain or initials
            flags = re.NOFLAG if may_be_a_word and not lower else re.IGNORECASE
            for match in re.finditer(rf"(?<![\w@#]){re.escape(name)}(?!\w)", question, flags):
                if plain and (titled or _inside_a_name(question, match.span(), outlet)):
                    continue
                asked = _is_asked(question, match.span(), plain)
                if may_be_a_word and lower and not _BEFORE.search(question[: match.start()]):
                    continue  # without capitals only "according to time" tells it from the word
                found.append(_Mention(outlet, match.span(), asked))
    longest = [
        m for m in found if not any(_covers(other.span, m.span) for other in found if other != m)
    ]
    longest.sort(key=lambda m: m.span)
    return [m for m in _together(question, longest) if m.asked]


def _names_of(outlet: str) -> set[str]:
    """What an outlet is called: with and without "The", "News", ".com"; long names by initials."""
    bare = re.sub(r"^the\s+", "", outlet.strip(), flags=re.IGNORECASE)
    short = _ENDINGS.sub("", bare)
    names = {bare, short} if len(short) > 1 else {bare}
    names |= {re.sub(r"(?<=[a-z]{2})(?=[A-Z][a-z])", " ", name) for name in names}  # "Hot Air"
    return names | {initials} if (initials := _initials(outlet)) else names


def _initials(outlet: str) -> str:
    """ "NYT" of "The New York Times", which in small letters may be a word ("WHO"); "" if short."""
    parts = re.sub(r"^the\s+", "", outlet.strip(), flags=re.IGNORECASE).split()
    named = len(parts) >= 3 and all(part[:1].isupper() for part in parts)
    return "".join(part[0] for part in parts) if named else ""


def _is_distinctive(name: str) -> bool:
    """Whether a single word can hardly be anything but the outlet: "CNN", "BuzzFeed", "vox.com"."""
    return sum(c.isupper() for c in name) > 1 or not name.isalpha()


def _is_title_case(question: str) -> bool:
    strong: list[str] = re.findall(r"[^\W\d_]{4,}", question)
    return len(strong) > 3 and all(word[0].isupper() for word in strong)


def _inside_a_name(question: str, span: Span, outlet: str) -> bool:
    """Whether an ordinary word stands inside a longer name: "Times" in "New York Times"."""
    before = re.search(r"([^\W\d_][\w'’]*)\s+$", question[: span[0]])
    after = re.match(r"\s+([A-Z][\w'’]*)", question[span[1] :])
    opens = before is not None and not question[: before.start()].strip()
    led = before is not None and before[1][0].isupper() and before[1] != "The" and not opens
    return led or (after is not None and after[1] not in outlet.split())


def _is_asked(question: str, span: Span, plain: bool) -> bool:
    before = _BEFORE.search(question[: span[0]])
    rest = question[span[1] :]
    if not question[: span[0]].strip() and _HEADS.match(rest):
        return True
    if _AT_THE_END.search(question[: span[0]]) and not rest.strip(" .?!"):
        return True
    if before and before["asks"] is not None:
        if _AFTER_ASKED.match(rest):
            return True
        if re.match(r"\s+give\b", rest) and _GIVES.search(question[: span[0]]):
            return True
    elif before and not re.match(r"['’]s?\s", rest):
        if before["weak"] is None:
            return bool(_NAMED.match(rest))
        # "Who said on CNN", "In the Guardian, who" name the source; "resigned from NPR" does not.
        if before["weak"].lower() == "in" and _DATED_PIECE.match(rest):
            return True
        earlier = question[: before.start()]
        if (plain and question.islower()) or (earlier.strip() and not _TELLS.search(earlier)):
            return False
        if re.match(r"\s*(?:[,.?!;:]|$|\s(?:and|or|that|is|was|are|were|did|does)\b)", rest):
            return True
    after = _AFTER.match(rest)
    if after is None:
        return False
    if re.fullmatch(rf"\W*(?:s\s+)?(?:(?:own|recent|latest)\s+)?{PIECE}", after[0], re.I) and not (
        before or _TELLS.search(question[: span[0]]) or _TELLS.search(rest)
    ):
        return False
    return not (plain and not question[: span[0]].strip() and not after[0].strip())


def _together(question: str, mentions: list[_Mention]) -> list[_Mention]:
    """Of names joined by "and", all are asked when one is: "what do CNN and CBS say"."""
    asked = [m.asked for m in mentions]
    pairs = [
        (i, i + 1)
        for i in range(len(mentions) - 1)
        if AND.fullmatch(question[mentions[i].span[1] : mentions[i + 1].span[0]])
    ]
    for i, j in [*pairs, *reversed(pairs)]:
        if asked[i] or asked[j] or _asks_pair(question, mentions[i].span, mentions[j].span):
            asked[i] = asked[j] = True
    return [replace(m, asked=yes) for m, yes in zip(mentions, asked, strict=True)]


def _asks_pair(question: str, first: Span, second: Span) -> bool:
    before = _BEFORE.search(question[: first[0]])
    return bool(before and before["asks"] is not None and _AFTER_ASKED.match(question[second[1] :]))


def _covers(one: Span, other: Span) -> bool:
    return one[0] <= other[0] and other[1] <= one[1] and one != other


def _files(question: str, articles: Mapping[str, Article]) -> tuple[list[str], list[Span]]:
    """The files and titles that the question names, and where."""
    found, spans = [], []
    for article in articles.values():
        # A pattern is compiled only for what stands in the question: there may be many thousands.
        match = None
        for name in _names_of_file(article.article_id):
            if name in question:
                match = re.search(rf"(?<![\w/.]){re.escape(name)}(?!\w)", question)
            if match:
                break
        title = article.title.strip(" .?!")
        if match is None and title and title in question:
            match = re.search(rf"[\"“‘']{re.escape(title)}[.?!]?[\"”’']", question)
        if match:
            found.append(article.article_id)
            spans.append(match.span())
    return found, spans


@lru_cache(maxsize=100_000)
def _names_of_file(article_id: str) -> tuple[str, ...]:
    """What a file may be called: its path, its name, and its stem where that is no mere word."""
    path = PurePosixPath(article_id)
    stem = (path.stem,) if re.search(r"[\d_-]", path.stem) and len(path.stem) > 3 else ()
    return (article_id, path.name, *stem)


def _published_days(question: str) -> list[Day]:
    """The days that the question names as those on which the wanted article was published."""
    return [
        day
        for day in days(question)
        if _DATED.search(question[: day.span[0]]) or _DATED_PIECE.match(question[day.span[1] :])
    ]


def _published_on(article: Article, wanted: list[Day]) -> bool:
    if article.published is None:
        return False
    when = article.published
    full = Day(when.year, when.month, when.day, when.weekday(), (0, 0))
    return any(day.within(full) for day in wanted)
