"""Why the articles do not say: the reason names what is missing, and nothing that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qa.abstain import asks_nothing, missing_terms, reason_for
from qa.records import Answer
from qa.routing import route
from tests.fakes import FakeSnapshot, article, passages_of
from vectorstore.lexical import Lexical

ARTICLES = [
    article(
        "syria.txt",
        "President Vladimir Putin ordered the U.S. to be told.\nThe S-400 stays in Syria.",
        outlet="CNN",
        published=date(2016, 3, 14),
        title="Pullout",
    ),
    article("bread.txt", "Bread is dear. The WHO is re-elected.", outlet="CBS News"),
]


class Snapshot(FakeSnapshot):
    """With the real term index, since what counts as one term is the point here."""

    def lexical(
        self, question: str, k: int, rows: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        return Lexical.build([chunk.text for chunk in self.chunks]).search(question, k)


SNAPSHOT: Any = Snapshot(ARTICLES)
NOTHING = Answer("q", "q", "", "", (), (), (), True, "", (), 0.0, "fake", "")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Who told the U.S. about it?", ()),
        ("What did the US and the WHO say?", ()),
        ("Where does the S-400 stay?", ()),
        ("Was Putin re-elected in Syria?", ()),
        ("What did Putin order?", ()),
        ("What did Angela Merkel order?", ("Angela Merkel",)),
        ("What did Vladimir Merkel order?", ("Vladimir Merkel",)),
        ("Who told Brazil and Chile?", ("Brazil", "Chile")),
        ("Merkel ordered what?", ("Merkel",)),
        ("Is butter dear?", ("butter",)),
        ("How many loaves are dear?", ("loaves",)),
        ("What happened to the bread?", ()),
        ("How much bread is there?", ()),
        ("", ()),
    ],
)
def test_what_no_article_mentions_is_named_names_before_words(
    question: str, missing: tuple[str, ...]
) -> None:
    assert missing_terms(question, SNAPSHOT) == missing


def reason(question: str, **changed: Any) -> str:
    answer = replace(NOTHING, **{"passages": passages_of(*ARTICLES), **changed})
    return reason_for(answer, SNAPSHOT, route(question, SNAPSHOT.articles))


def test_the_reason_is_the_first_that_holds() -> None:
    assert "filters" in reason("What is dear?", passages=())
    assert reason("Who is Merkel?") == "No article mentions “Merkel”."
    for passage in passages_of(*ARTICLES):
        title = SNAPSHOT.articles[passage.chunk.article_id].title
        assert title in reason("What is dear?", nearest=(passage.rank,))
    assert "CNN" in reason("According to CNN, is bread dear?")
    assert reason("Who is Putin?") == "The nearest passage, in “Pullout”, does not answer this."


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "Who is Vladmir Putin?",
            "No article mentions “Vladmir Putin”. Did you mean “Vladimir Putin”?",
        ),
        (
            "what did presidnt putin order?",
            "No article mentions “presidnt”. Did you mean “President”?",
        ),
        ("Who is Merkel?", "No article mentions “Merkel”."),
        ("Who is the resident?", "No article mentions “resident”."),  # not “President”
        ("What did Xi order?", "No article mentions “Xi”."),
        ("What is the G20?", "No article mentions “G20”."),
    ],
)
def test_a_misspelt_name_is_named_as_the_passages_spell_it(question: str, told: str) -> None:
    assert reason(question) == told


@pytest.mark.parametrize(
    "message",
    [
        "hello",
        "Hi there!",
        "thanks",
        "Thank you very much.",
        "who are you?",
        "What can you do",
        "ok",
    ],
)
def test_a_greeting_asks_nothing(message: str) -> None:
    assert asks_nothing(message)


@pytest.mark.parametrize(
    "message",
    [
        "hello kitty",
        "Who greeted him?",
        "Putin",
        "who owns it",
        "WHO",
        "1990",
        "Yes Minister",
        "How was the test?",
        "The Day After",
        "谁?",
    ],
)
def test_a_question_asks_something_however_short(message: str) -> None:
    assert not asks_nothing(message)
