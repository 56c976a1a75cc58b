"""Where the evidence of a case lies: quotes found in the articles' texts, as character spans.

Knows article texts and cases; nothing of answers. Also checks a whole set against its articles,
so that an unknown file or a quote that is not there is an error before any question is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import EvalsetError
from qa.evaluation.evalset import Case, Evalset, Evidence
from vectorstore.records import Span


@dataclass(frozen=True, slots=True)
class Place:
    """Characters [start, end) of one article."""

    file: str
    start: int
    end: int

    def overlaps(self, file: str, start: int, end: int) -> bool:
        """Whether at least one character is shared."""
        return self.file == file and self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Gold:
    """What is right about one case, located.

    items: for each evidence quote the places where it occurs (one is the rule; a repeated
    sentence has several, any of them counts). files: articles that hold the answer.
    """

    files: frozenset[str]
    items: tuple[tuple[Place, ...], ...]

    def reached(self, file: str, start: int, end: int) -> frozenset[int]:
        """Which evidence items the characters [start, end) of a file overlap."""
        return frozenset(
            number
            for number, places in enumerate(self.items)
            if any(place.overlaps(file, start, end) for place in places)
        )

    def supports(self, file: str, start: int, end: int) -> bool:
        """Whether the span overlaps gold evidence or, where none is given, lies in a gold file."""
        if self.items:
            return bool(self.reached(file, start, end))
        return file in self.files


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles that a set is asked about.

    texts: article_id -> decoded text. bodies: article_id -> spans that are news (None when not
    known, e.g. texts given as a mapping). skipped: path -> why it could not be read.
    """

    texts: Mapping[str, str]
    bodies: Mapping[str, Sequence[Span]] | None = None
    skipped: Mapping[str, str] | None = None
    folder: Path | None = None


def read_corpus(folder: Path, max_bytes: int = 20_000_000) -> Corpus:
    """The articles of a folder. Raises ArticlesError when there are none."""
    from vectorstore.articles import read_articles

    found = read_articles(folder, max_bytes)
    return Corpus(
        texts={article.article_id: article.text for article in found.articles},
        bodies={article.article_id: article.body for article in found.articles},
        skipped={skipped.path: skipped.reason for skipped in found.skipped},
        folder=folder,
    )


def locate(evalset: Evalset, corpus: Corpus) -> dict[str, Gold]:
    """Gold of each case by case_id. Raises EvalsetError at the first case that does not fit."""
    problems: list[str] = []
    found: dict[str, Gold] = {}
    for case in evalset.cases:
        try:
            found[case.case_id] = _gold(case, corpus)
        except EvalsetError as exc:
            problems.append(str(exc))
    if problems:
        more = f" (and {len(problems) - 1} more cases)" if len(problems) > 1 else ""
        raise EvalsetError(problems[0] + more)
    return found


def not_indexed(gold: Gold, corpus: Corpus) -> bool:
    """Whether no place of any evidence touches text that counts as news.

    False when that is not known, or when the case has no evidence quotes.
    """
    if corpus.bodies is None or not gold.items:
        return False
    return not any(
        place.overlaps(place.file, start, end)
        for places in gold.items
        for place in places
        for start, end in corpus.bodies.get(place.file, ())
    )


def _gold(case: Case, corpus: Corpus) -> Gold:
    for file in case.gold_files:
        if file in corpus.texts:
            continue
        why = (corpus.skipped or {}).get(file)
        raise EvalsetError(
            f"{case.where or case.case_id}: unknown file {file!r}"
            + (f", which was skipped: {why}" if why else f" among {len(corpus.texts)} articles")
            + "; check the name or --articles."
        )
    items = tuple(_places(case, evidence, corpus.texts) for evidence in case.evidence)
    files = {*case.gold_files, *(place.file for places in items for place in places)}
    return Gold(frozenset(files), items)


def _places(case: Case, evidence: Evidence, texts: Mapping[str, str]) -> tuple[Place, ...]:
    quote, where = evidence.quote, case.where or case.case_id
    if evidence.start is not None:
        end = evidence.start + len(quote)
        if texts[evidence.file][evidence.start : end] != quote:
            raise EvalsetError(
                f"{where}: {evidence.file} does not hold {_short(quote)} at character "
                f"{evidence.start}; check the offset."
            )
        return (Place(evidence.file, evidence.start, end),)
    # contexts of other tools come without a file name, and with white space of their own
    pattern = re.compile(
        re.escape(quote) if evidence.file else r"\s+".join(map(re.escape, quote.split()))
    )
    files = [evidence.file] if evidence.file else sorted(texts)
    found = tuple(
        Place(file, match.start(), match.end())
        for file in files
        for match in pattern.finditer(texts[file])
    )
    if not found:
        raise EvalsetError(
            f"{where}: the quote {_short(quote)} is not in {evidence.file or 'any article'}; "
            "quote it exactly as the file has it."
        )
    return found


def _short(quote: str) -> str:
    return repr(quote if len(quote) <= 60 else quote[:57] + "...")
