"""Two short articles and answers about them, made by hand; no model, no index, no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.evaluation import AnswerBuilder, Case, Evalset, Evidence
from qa.evaluation.gold import Corpus, Gold, locate
from qa.records import Answer, Candidate

PORT = (
    "Port reopens\n\n"
    "The port of Ardal reopened on Monday. Mayor Lene Dahl said 4,200 ships had waited.\n\n"
    "Share this article\n"
)
STORM = (
    "Storm over Ardal\n\n"
    "The storm killed three people. Power returned on Friday.\n\n"
    "Mayor Lene Dahl thanked the crews.\n"
)
TEXTS = {"port.txt": PORT, "storm.txt": STORM}

SHIPS = "Mayor Lene Dahl said 4,200 ships had waited."
KILLED = "The storm killed three people."
REOPENED = "The port of Ardal reopened on Monday."
POWER = "Power returned on Friday."
THANKED = "Mayor Lene Dahl thanked the crews."

HOW_MANY = Case(
    "ships",
    "How many ships waited?",
    ("4,200",),
    "number",
    ("port.txt",),
    (Evidence("port.txt", SHIPS),),
)
KILLED_CASE = Case(
    "killed",
    "How many people died?",
    ("three people", "three"),
    "number",
    ("storm.txt",),
    (Evidence("storm.txt", KILLED),),
)
WHO = Case(
    "who",
    "Who thanked the crews?",
    ("Lene Dahl",),
    "fact",
    ("storm.txt",),
    (Evidence("storm.txt", THANKED),),
    history=(("When did power return?", "On Friday."),),
)
OPEN = Case(
    "open",
    "Is the port open?",
    ("reopened", "Yes,"),
    "yesno",
    ("port.txt",),
    (Evidence("port.txt", REOPENED),),
)
COST = Case("cost", "What did the storm cost?", (), "unanswerable")
NORTH = Case("north", "Who is mayor of Nordby?", (), "unanswerable")

CASES = (HOW_MANY, KILLED_CASE, WHO, OPEN, COST, NORTH)
EVALSET = Evalset("hand", CASES)

BUILDER = AnswerBuilder(TEXTS)


def gold_of(*cases: Case) -> dict[str, Gold]:
    """Gold of cases about the two articles."""
    return locate(Evalset("hand", cases), Corpus(TEXTS))


def answer(
    text: str,
    *quotes: tuple[str, str],
    short: str = "",
    passages: Sequence[tuple[str, str]] = (),
    candidates: Sequence[tuple[str, str]] = (),
    confidence: float = 0.9,
    model: str = "reader",
) -> Answer:
    """An answer of one statement; candidates are (file, text) as the reader would propose them."""
    made = BUILDER.answer(
        "q",
        text,
        quotes=quotes,
        short=short,
        passages=passages,
        confidence=confidence,
        model=model,
    )
    return replace(made, candidates=candidates_of(candidates))


def abstain(
    passages: Sequence[tuple[str, str]] = (),
    candidates: Sequence[tuple[str, str]] = (),
    confidence: float = 0.1,
) -> Answer:
    """A refusal."""
    made = BUILDER.answer(
        "q", "The articles do not say.", abstained=True, passages=passages, confidence=confidence
    )
    return replace(made, candidates=candidates_of(candidates), model="reader")


def candidates_of(rows: Sequence[tuple[str, str]]) -> tuple[Candidate, ...]:
    """Spans of the articles as candidates."""
    found = []
    for rank, (file, text) in enumerate(rows, start=1):
        start = TEXTS[file].index(text)
        found.append(Candidate(text, file, start, start + len(text), 0.5, rank))
    return tuple(found)


PASSAGES = (("port.txt", f"{REOPENED} {SHIPS}"), ("storm.txt", f"{KILLED} {POWER}"))
STORM_END = ("storm.txt", THANKED)

PERFECT = {
    "How many ships waited?": answer(
        SHIPS, ("port.txt", SHIPS), short="4,200", passages=PASSAGES, candidates=[PASSAGES[0]]
    ),
    "How many people died?": answer(
        KILLED, ("storm.txt", KILLED), short="three people", passages=(PASSAGES[1], PASSAGES[0])
    ),
    "Who thanked the crews?": answer(
        THANKED, ("storm.txt", THANKED), short="Lene Dahl", passages=(STORM_END, *PASSAGES)
    ),
    "Is the port open?": answer(
        REOPENED, ("port.txt", REOPENED), short="Yes", passages=PASSAGES, confidence=0.8
    ),
    "What did the storm cost?": abstain(PASSAGES),
    "Who is mayor of Nordby?": abstain(PASSAGES),
}


def perfect(question: str) -> Answer:
    """Right on every case, with the right citation; refuses what the articles do not say."""
    return PERFECT[question]
