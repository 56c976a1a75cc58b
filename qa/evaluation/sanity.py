"""Rows that know nothing, printed beside every score: what a measure gives away for free.

Copying the most similar sentence needs the articles: it is the model "baseline", asked like any
other. As that abstains under its threshold, `copying` is the row in which it never does.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.evaluation import intervals, matching, metrics
from qa.evaluation.evalset import Case
from qa.evaluation.gold import Gold
from qa.evaluation.intervals import Score
from qa.records import Answer, Statement

N_CONSTANTS = 200
"""The most frequent accepted strings are tried as constant answers; rarer ones cannot win."""


@dataclass(frozen=True, slots=True)
class SanityRow:
    """Name as shown, and its scores."""

    name: str
    scores: dict[str, Score]


COPYING = "copy, never abstain"


def copying(rows: Sequence[tuple[Case, Answer | None]]) -> SanityRow | None:
    """The baseline's answers, where it abstained replaced by the sentence that it put first.

    Asks nothing: the sentence is its first candidate. It still abstains where nothing was found.
    """
    values = []
    for case, answer in rows:
        if not case.judged or answer is None:
            continue
        if answer.abstained and answer.candidates:
            answer = plain_answer(answer.candidates[0].text)
        values.append(metrics.answer_values(case, Gold(frozenset(), ()), answer))
    return SanityRow(COPYING, _summed(values)) if values else None


def sanity_rows(cases: Sequence[Case]) -> tuple[SanityRow, ...]:
    """Always abstaining, and the one text that is right most often."""
    judged = [case for case in cases if case.judged]
    if not judged:
        return ()
    constant = best_constant(judged)
    rows = [SanityRow("always abstain", _scores(judged, plain_answer("", abstained=True)))]
    if constant:
        name = f"always “{constant}”"
        rows.append(SanityRow(name, _scores(judged, plain_answer(constant))))
    return tuple(rows)


def best_constant(cases: Sequence[Case]) -> str:
    """The accepted string that is right for most cases when given to all; "" when there is none.

    Ties go to the string whose first case comes first.
    """
    known: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for case in cases:
        for accepted in dict.fromkeys(map(matching.normalise, case.answers)):
            counts[accepted] += 1
        for accepted in case.answers:
            known.setdefault(matching.normalise(accepted), accepted)
    best, n_best = "", 0
    for normal, _ in counts.most_common(N_CONSTANTS):
        answer = plain_answer(known[normal])
        n_right = sum(metrics.answer_in_lead(case, answer) for case in cases if case.answerable)
        if n_right > n_best:
            best, n_best = known[normal], n_right
    return best


def plain_answer(text: str, *, abstained: bool = False) -> Answer:
    """An answer without citations."""
    return Answer(
        question="",
        standalone_question="",
        text=text,
        short=text,
        statements=() if abstained else (Statement(text, ()),),
        citations=(),
        disagreements=(),
        abstained=abstained,
        reason="",
        nearest=(),
        confidence=0.0,
        model="sanity",
        fingerprint="",
    )


def _scores(cases: Sequence[Case], answer: Answer) -> dict[str, Score]:
    return _summed([metrics.answer_values(case, Gold(frozenset(), ()), answer) for case in cases])


def _summed(values: Sequence[Mapping[str, metrics.Value]]) -> dict[str, Score]:
    names = ("right", "answer_in_lead", "em", "f1", "refusal", "false_refusal")
    found = {
        name: intervals.ratio_score([row[name] for row in values if name in row]) for name in names
    }
    return {name: score for name, score in found.items() if score is not None}
