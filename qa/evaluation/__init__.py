"""Evaluation: a set of questions, any function that answers them, and how right it is.

    from qa.evaluation import evaluate
    report = evaluate(ask, "evalsets/seeds.jsonl")
    report.scores["answer_in_lead"]          # Score(value, low, high, n)

`ask` is any function from a question (and a history) to an Answer; AnswerBuilder makes Answers
from what another system returns.
"""

from qa.evaluation.compare import compare
from qa.evaluation.evalset import Case, Evalset, Evidence
from qa.evaluation.foreign import AnswerBuilder
from qa.evaluation.formats import read_evalset
from qa.evaluation.intervals import Score
from qa.evaluation.report import Report, Result
from qa.evaluation.runner import evaluate

__all__ = [
    "AnswerBuilder",
    "Case",
    "Evalset",
    "Evidence",
    "Report",
    "Result",
    "Score",
    "compare",
    "evaluate",
    "read_evalset",
]
