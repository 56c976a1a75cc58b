"""Where a wrong answer went wrong: each faulty case has exactly one stage, the first that failed.

Computed from what the Answer carries (passages, candidates, citations) and the gold evidence.
Knows nothing of how the answer was made, so it says the same of another system as of ours.
"""

from qa.evaluation.evalset import Case
from qa.evaluation.gold import Corpus, Gold, not_indexed
from qa.evaluation.metrics import candidate_is_right, is_right
from qa.records import Answer

STAGES = (
    "not indexed",
    "not retrieved",
    "retrieved but not read",
    "read but not composed",
    "answered though unanswerable",
    "abstained though answerable",
    "cited wrongly",
    "failed with an error",
)


def stage_of(case: Case, gold: Gold, answer: Answer | None, corpus: Corpus) -> str | None:
    """The stage at which a case failed, or None when nothing is wrong.

    answer None: asking raised. Of cases that ought to be answered, in the order of the pipeline:
    the evidence is not in the index; no passage reaches it; the reader proposed nothing right
    though it proposed something; it did, but the answer leaves it out. Refused with a right
    candidate in hand, or with no candidates to tell by, is "abstained though answerable". A
    right answer none of whose citations reach the evidence is "cited wrongly".
    """
    if answer is None:
        return "failed with an error"
    if not case.answerable:
        return None if answer.abstained else "answered though unanswerable"
    if not case.judged:
        return None
    has_gold = bool(gold.items or gold.files)
    cited = any(gold.supports(one.file, one.start, one.end) for one in answer.citations)
    if is_right(case, answer):
        return None if cited or not has_gold else "cited wrongly"
    reached = any(
        gold.supports(one.chunk.article_id, one.chunk.start, one.chunk.end)
        for one in answer.passages
    )
    if has_gold and not reached and not cited:
        return "not indexed" if not_indexed(gold, corpus) else "not retrieved"
    if any(candidate_is_right(case, gold, one) for one in answer.candidates):
        return "abstained though answerable" if answer.abstained else "read but not composed"
    if answer.abstained and not answer.candidates:
        return "abstained though answerable"
    return "retrieved but not read"
