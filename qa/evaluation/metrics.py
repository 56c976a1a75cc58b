"""The measures of one answer to one case. Pure functions; no files, no intervals, no model.

Each gives (numerator, weight): a score is the sum of numerators over the sum of weights. A
measure that does not apply to a case is absent, so that n is the number of cases that count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.evaluation import matching
from qa.evaluation.evalset import Case
from qa.evaluation.gold import Gold
from qa.records import Answer, Candidate

Value = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Measure:
    """Name, meaning in one line, and whether more is better."""

    name: str
    meaning: str
    more_is_better: bool = True


MEASURES: tuple[Measure, ...] = (
    Measure("right", "answerable: an accepted string in the lead; unanswerable: abstained"),
    Measure("answer_in_lead", "answerable cases: accepted string in the first statement"),
    Measure("em", "answerable cases: SQuAD exact match of the short answer"),
    Measure("f1", "answerable cases: SQuAD word F1 of the short answer"),
    Measure("refusal", "unanswerable cases: abstained"),
    Measure("false_refusal", "answerable cases: abstained", more_is_better=False),
    Measure("risk_coverage_area", "errors met, averaged over coverage", more_is_better=False),
    Measure("calibration_error", "distance of confidence from being right", more_is_better=False),
    Measure("citation_precision", "citations that overlap gold evidence"),
    Measure("citation_recall", "answered cases whose citations reach gold evidence"),
    Measure("lead_in_evidence", "answerable cases: the lead's first citation is gold"),
    Measure("verified", "citations that verify passes; under 1.0 is a bug"),
    Measure("consistency", "cases asked twice: the same answer"),
    Measure("order_consistency", "asked with the articles in another order: the same answer"),
)


def is_generated(answer: Answer) -> bool:
    """Whether a chat model wrote it: its name is "provider:model"."""
    return ":" in answer.model


def is_right(case: Case, answer: Answer) -> bool:
    """The one yes or no on which risk-coverage, calibration and attribution rest."""
    if not case.answerable:
        return answer.abstained
    return answer_in_lead(case, answer)


def answer_in_lead(case: Case, answer: Answer) -> bool:
    """Whether an accepted string is in the first statement of an answer that did not abstain.

    In any statement when a chat model wrote it, as it may begin with a sentence of context.

    Kind "yesno": an accepted string in `short` counts as well. An accepted "yes" or "no" (with
    or without punctuation) counts only where the lead or `short` begins with it and a comma, full
    stop or nothing follows: "no" is in "there was no agreement" and "no longer needed" too.
    """
    if answer.abstained or not answer.statements:
        return False
    statements = answer.statements if is_generated(answer) else answer.statements[:1]
    texts = [statement.text for statement in statements]
    accepted = case.answers
    if case.kind == "yesno":
        texts.append(answer.short)
        bare = {one: matching.squad_normalise(one) in ("yes", "no") for one in accepted}
        words = {matching.yes_or_no(one) for one in accepted if bare[one]}
        if any(matching.yes_or_no(text) in words for text in texts):
            return True
        accepted = tuple(one for one in accepted if not bare[one])
    return any(matching.contains_any(text, accepted) for text in texts)


def candidate_is_right(case: Case, gold: Gold, candidate: Candidate) -> bool:
    """Whether the reader's span holds an accepted string, or is part of one inside the evidence."""
    if matching.contains_any(candidate.text, case.answers):
        return True
    inside = gold.supports(candidate.file, candidate.start, candidate.end)
    return inside and any(matching.contains(accepted, candidate.text) for accepted in case.answers)


def answer_values(case: Case, gold: Gold, answer: Answer) -> dict[str, Value]:
    """The measures of the answer's text, its refusal and its citations."""
    if not case.answerable:
        refused = float(answer.abstained)
        return {"right": (refused, 1), "refusal": (refused, 1)}
    values: dict[str, Value] = {"false_refusal": (float(answer.abstained), 1)}
    if case.judged:
        lead = float(answer_in_lead(case, answer))
        short = "" if answer.abstained else answer.short
        values |= {
            "right": (lead, 1),
            "answer_in_lead": (lead, 1),
            "em": (matching.exact_match(short, case.answers), 1),
            "f1": (matching.token_f1(short, case.answers), 1),
        }
    if gold.items or gold.files:
        values |= citation_values(gold, answer)
    return values


def citation_values(gold: Gold, answer: Answer) -> dict[str, Value]:
    """Citation precision and recall of an answered case, and whether the lead's first is gold.

    An answer without citations has no precision and a recall of 0. lead_in_evidence counts an
    abstained answer as 0: it asks whether the reader is shown the proof first.
    """
    good = {
        citation.marker: gold.supports(citation.file, citation.start, citation.end)
        for citation in answer.citations
    }
    values: dict[str, Value] = {"lead_in_evidence": (float(_lead_is_gold(answer, good)), 1)}
    if not answer.abstained:
        values["citation_recall"] = (float(any(good.values())), 1)
        values["citation_precision"] = (float(sum(good.values())), float(len(good)))
    return values


def verified_value(statuses: Sequence[str]) -> Value:
    """Citations that verify passes, out of all."""
    return float(sum(status == "ok" for status in statuses)), float(len(statuses))


def same_answer(one: Answer, other: Answer) -> bool:
    """Whether two answers say and cite the same; seconds may differ."""
    return (one.text, one.short, one.abstained, one.citations, one.confidence) == (
        other.text,
        other.short,
        other.abstained,
        other.citations,
        other.confidence,
    )


def same_but_for_names(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same and cite the same places of equal files, whatever names.

    The confidence is left out: its last digits hang on which passages were read together.
    """
    places = (
        [(c.marker, c.sha256, c.start, c.end) for c in answer.citations] for answer in (one, other)
    )
    said = ((answer.text, answer.short, answer.abstained) for answer in (one, other))
    return len({*said}) == 1 and next(places) == next(places)


def _lead_is_gold(answer: Answer, good: dict[int, bool]) -> bool:
    if answer.abstained or not answer.statements:
        return False
    markers = answer.statements[0].citations
    return bool(markers) and good.get(markers[0], False)
