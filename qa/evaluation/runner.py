"""Ask every case and score what comes back: `evaluate(ask, evalset)`.

Knows nothing of how answers are made: `ask` is any function from a question (and a history) to an
Answer. The same answers give the same numbers, whatever the number of jobs.
"""

from __future__ import annotations

import hashlib
import inspect
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.errors import EvalsetError
from qa.evaluation import report as reports
from qa.evaluation import retrieval
from qa.evaluation.attribution import stage_of
from qa.evaluation.evalset import Case, Evalset
from qa.evaluation.formats import read_evalset
from qa.evaluation.gold import Corpus, Gold, locate, read_corpus
from qa.evaluation.metrics import answer_values, same_answer, same_but_for_names, verified_value
from qa.evaluation.report import Report, Result
from qa.evaluation.runfile import Asked, RunFile, open_run
from qa.evaluation.sanity import plain_answer, sanity_rows
from qa.records import Answer

Ask = Callable[..., Answer]
Turns = tuple[tuple[str, str], ...]
Plain = Callable[[str, Turns], Answer]
Verifier = Callable[[Answer, Path], Sequence[Any]]

logger = logging.getLogger(__name__)


def evaluate(
    ask: Ask,
    evalset: Evalset | Path | str,
    *,
    articles: Path | str | Mapping[str, str] | None = None,
    model: str | None = None,
    jobs: int = 1,
    repeat: int = 0,
    reordered: Ask | None = None,
    cases_file: Path | None = None,
    resume: bool = False,
    key: str = "",
    verifier: Verifier | None = None,
    on_asked: Callable[[Case, Asked], None] | None = None,
) -> Report:
    """Ask each case of a set and report how right, how cited and how sure the answers are.

    ask: `ask(question, history=...)`, `ask(question, history)` or `ask(question)`, returning an
    Answer; history is a tuple of (question, answer) pairs. articles: the folder that the answers
    are about, or texts by article_id; None takes what belongs to the set. jobs: threads. repeat:
    how many cases, drawn by a fixed seed, are asked twice to measure consistency. reordered: an
    `ask` about the same articles in another order (see reorder.py), asked these cases too.
    cases_file: a JSONL that keeps each answer as it comes; with `resume`, cases in it are not
    asked again. key: what else must be equal to resume (settings). verifier: checks citations
    against the folder; None takes qa.verification.verify.

    An exception from `ask` counts as a wrong answer and is kept with the case. Ctrl-C stops
    asking and reports what is done (Report.n_left > 0). Raises EvalsetError, before asking, when
    the set does not fit itself or the articles.
    """
    if not isinstance(evalset, Evalset):
        evalset = read_evalset(Path(evalset))
    corpus = corpus_of(evalset, articles)
    gold = locate(evalset, corpus)
    name = model or "ask"
    with open_run(cases_file, model=name, key=key + corpus_key(corpus), resume=resume) as run:
        again = [_with_history(ask)] + ([_with_history(reordered)] if reordered else [])
        asked = _ask_all(again, evalset.cases, run, jobs, repeat, on_asked)
    done = [(case, asked[case.case_id]) for case in evalset.cases if case.case_id in asked]
    results = score(done, gold, corpus, verifier)
    answered = next((result.answer for result in results if result.answer), None)
    return Report(
        model=model or (answered.model if answered else name),
        results=results,
        scores=reports.sum_up(results),
        by_kind=reports.sum_up_by_kind(results),
        seconds=reports.sum_up_seconds(results),
        tokens=reports.sum_up_tokens(results),
        stages=reports.count_stages(results),
        sanity={row.name: row.scores for row in sanity_rows([case for case, _ in done])},
        meta={
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "evalset": evalset.path or evalset.name,
            "evalset_sha256": evalset.sha256,
            "articles": corpus.folder.name if corpus.folder else "",
            "n_articles": len(corpus.texts),
            "fingerprint": answered.fingerprint if answered else "",
            "answered_by": _answered_by(results),
        },
        n_left=len(evalset.cases) - len(done),
    )


def score(
    asked: Sequence[tuple[Case, Asked]],
    gold: Mapping[str, Gold],
    corpus: Corpus,
    verifier: Verifier | None = None,
) -> tuple[Result, ...]:
    """Every measure of every case; asks nothing."""
    nothing = plain_answer("")
    rows = [(case, gold[case.case_id], one.answer or nothing) for case, one in asked]
    found = retrieval.retrieval_values(rows)
    check = _checker(corpus, verifier)
    results = []
    for (case, one), (_, place, answer) in zip(asked, rows, strict=True):
        values = answer_values(case, place, answer) | found.get(case.case_id, {})
        statuses = check(answer)
        if statuses is not None and one.answer:
            values["verified"] = verified_value(statuses)
        if one.same is not None:
            values["consistency"] = (float(one.same), 1.0)
        if one.same_reordered is not None:
            values["order_consistency"] = (float(one.same_reordered), 1.0)
        stage = stage_of(case, place, one.answer, corpus)
        results.append(Result(case, place, one, values, stage, tuple(statuses or ())))
    return tuple(results)


def corpus_of(evalset: Evalset, articles: Path | str | Mapping[str, str] | None) -> Corpus:
    """The articles given or, failing that, those that belong to the set.

    Raises EvalsetError when the cases need articles and there are none, ArticlesError when the
    folder holds none.
    """
    if isinstance(articles, Mapping):
        return Corpus(texts=articles)
    if articles is not None:
        return read_corpus(Path(articles))
    if evalset.documents:
        return Corpus(texts=evalset.documents)
    if evalset.articles:
        return read_corpus(evalset.articles)
    if any(case.gold_files or case.evidence for case in evalset.cases):
        raise EvalsetError(
            f"{evalset.path or evalset.name}: names files but no folder of that name lies beside "
            "it; give the articles (--articles DIR)."
        )
    return Corpus(texts={})


def corpus_key(corpus: Corpus) -> str:
    """Equal for equal articles: a hash of names and texts."""
    digest = hashlib.sha256()
    for file in sorted(corpus.texts):
        digest.update(hashlib.sha256(corpus.texts[file].encode("utf-8", "replace")).digest())
        digest.update(file.encode() + b"\0")
    return digest.hexdigest()[:16]


def _ask_all(
    asks: Sequence[Plain],
    cases: Sequence[Case],
    run: RunFile,
    jobs: int,
    repeat: int,
    on_asked: Callable[[Case, Asked], None] | None,
) -> dict[str, Asked]:
    numbers = random.Random(0).sample(range(len(cases)), min(repeat, len(cases)))
    twice = {cases[number].case_id for number in numbers}
    asked: dict[str, Asked] = {}
    waiting = []
    for case in cases:
        before = run.done.get(case.fingerprint)
        known = before is not None and (
            case.case_id not in twice
            or (before.same is not None and (len(asks) == 1 or before.same_reordered is not None))
        )
        if before and known:
            asked[case.case_id] = before
            if on_asked:
                on_asked(case, before)
        else:
            waiting.append(case)
    try:
        for case, one in _in_turn(asks, waiting, twice, jobs):
            asked[case.case_id] = one
            run.append(case, one)
            if on_asked:
                on_asked(case, one)
    except KeyboardInterrupt:
        logger.warning("stopped: %d of %d cases were asked", len(asked), len(cases))
    return asked


def _in_turn(
    asks: Sequence[Plain], cases: Sequence[Case], twice: set[str], jobs: int
) -> Iterator[tuple[Case, Asked]]:
    if jobs <= 1:
        for case in cases:
            yield case, _ask_one(asks, case, case.case_id in twice)
        return
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures: dict[Future[Asked], Case] = {
            pool.submit(_ask_one, asks, case, case.case_id in twice): case for case in cases
        }
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:  # Ctrl-C: those not begun are dropped, those under way are waited for
            pool.shutdown(wait=True, cancel_futures=True)


def _ask_one(asks: Sequence[Plain], case: Case, again: bool) -> Asked:
    """asks: the one that is judged and, if wanted, the one about the reordered articles."""
    ask, others = asks[0], asks[1:]
    same_reordered = None
    start = time.perf_counter()
    try:
        answer = ask(case.question, case.history)
        seconds = time.perf_counter() - start
        same = same_answer(answer, ask(case.question, case.history)) if again else None
        if again and others:
            other = others[0](case.question, case.history)
            same_reordered = same_but_for_names(answer, other)
    except Exception as exc:  # another system may raise anything; it is counted and shown
        logger.warning("%s: asking raised %s: %s", case.case_id, type(exc).__name__, exc)
        return Asked(None, f"{type(exc).__name__}: {exc}", time.perf_counter() - start)
    return Asked(answer, "", seconds, same, same_reordered)


def _with_history(ask: Ask) -> Plain:
    """`ask` as a function of question and history, however it takes the history."""
    try:
        parameters = inspect.signature(ask).parameters.values()
    except (TypeError, ValueError):  # some built-in callables have no signature
        return lambda question, _: ask(question)
    if any(parameter.name == "history" for parameter in parameters):
        return lambda question, history: ask(question, history=history)
    positional = [
        parameter
        for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        and parameter.default is parameter.empty
    ]
    if len(positional) >= 2:
        return lambda question, history: ask(question, history)
    return lambda question, _: ask(question)


def _answered_by(results: Sequence[Result]) -> dict[str, int]:
    """Answers by the model that gave them: a chat model that failed was stood in for."""
    return dict(Counter(result.answer.model for result in results if result.answer))


def _checker(
    corpus: Corpus, verifier: Verifier | None
) -> Callable[[Answer], tuple[str, ...] | None]:
    folder = corpus.folder
    if folder is None:
        return lambda _: None
    from qa.verification import verify

    check = verifier or verify
    return lambda answer: tuple(one.status for one in check(answer, folder))
