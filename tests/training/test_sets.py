"""Sets of invented articles: well formed, and only passages that answer are gold."""

import random
from typing import Any

import pytest

from training.compose import Passage
from training.joint import joint
from training.sets import SETS, Asked, group, passages, read_sets, train_groups
from training.sources import holds_any, read_json_lines, words
from training.written import occurrences, one_line

HARBOUR = (
    "Lenka Dvorsk runs the harbour at Porto Vell. She was paid 40,000 euros last year. "
    "The harbour of Almeda is run by Ruy Tavo. He was paid 52,000 euros. Gulls were seen."
)
REPORT = "The council says the harbour master of Porto Vell earns some 41,000 euros. It rained."


def asked(question: str, *answers: tuple[int, str], near: int | None = None) -> Asked:
    """A question to the two texts above."""
    texts = (HARBOUR, REPORT)
    spans = tuple(
        tuple(span for n, answer in answers if n == i for span in occurrences(texts[i], answer))
        for i in range(2)
    )
    return Asked("harbours", question, texts, spans, near)


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """Every set as it stands in the file."""
    return list(read_json_lines(SETS))


def test_every_answer_stands_in_its_article(lines: list[dict[str, Any]]) -> None:
    assert lines
    for line in lines:
        texts = [one_line(article["text"]) for article in line["articles"]]
        assert len(texts) == 3
        for item in line["questions"]:
            assert ("a" in item) != ("near" in item)
            for number, answer in item.get("a", ()):
                assert occurrences(texts[number - 1], answer)
            if "near" in item:
                number, near = item["near"]
                assert near in texts[number - 1]


def test_no_question_stands_twice_in_a_set_and_no_set_twice(lines: list[dict[str, Any]]) -> None:
    assert len({line["set"] for line in lines}) == len(lines)
    for line in lines:
        questions = [words(item["q"]) for item in line["questions"]]
        assert len(set(questions)) == len(questions), line["set"]


def test_both_splits_hold_answerable_questions_and_near_misses() -> None:
    for split in ("train", "dev"):
        kinds = {each.answerable for questions in read_sets(split) for each in questions}
        assert kinds == {True, False}


def test_passages_cover_the_articles_and_keep_the_spans() -> None:
    question = asked("What did Lenka Dvorsk earn?", (0, "40,000 euros"), (1, "some 41,000 euros"))
    cut = passages(question, 90)
    assert [len(own) > 1 for own in cut] == [True, False]
    found = [p.text[s:e] for own in cut for p in own for s, e in p.spans]
    assert found == ["40,000 euros", "some 41,000 euros"]


def test_a_group_holds_one_passage_of_each_article_that_answers() -> None:
    question = asked("What did Lenka Dvorsk earn?", (0, "40,000 euros"), (1, "some 41,000 euros"))
    read = group(question, 90, 1, random.Random(0))
    assert [bool(p.spans) for p in read] == [True, True, False]
    assert not holds_any(read[2].text, question.gold)


def test_a_near_miss_is_read_against_the_article_that_misleads() -> None:
    question = asked("What did the harbour master of Almeda earn in 2019?", near=1)
    assert [p.text for p in group(question, 500, 1, random.Random(0))] == [REPORT]


def test_train_groups_are_gold_only_where_an_answer_stands() -> None:
    sets = read_sets("dev")[:2]
    for question, read in train_groups(sets, (400, 900), random.Random(0)):
        assert any(p.spans for p in read) == question.answerable
        for passage in read:
            strings = {words(passage.text[s:e]) for s, e in passage.spans}
            assert strings <= set(question.gold)
            assert bool(strings) == holds_any(passage.text, question.gold)


def test_sentences_put_together_hold_one_gold_sentence_and_no_unmarked_one() -> None:
    own = Passage(HARBOUR, occurrences(HARBOUR, "40,000 euros"))
    other = Passage(f"Some say Lenka Dvorsk was paid 40,000 euros. {REPORT}", ())
    gold = (words("40,000 euros"),)
    question = "What was Lenka Dvorsk paid?"
    for seed in range(20):
        found = joint(question, [own, other], gold, random.Random(seed))
        assert found is not None
        assert [found.text[s:e] for s, e in found.spans] == ["40,000 euros"]
        assert found.text.count("40,000 euros") == 1


def test_sentences_of_two_passages_that_answer_are_both_gold() -> None:
    again = f"{REPORT} The harbour master of Gdov earned 40,000 euros."
    both = [Passage(text, occurrences(text, "40,000 euros")) for text in (HARBOUR, again)]
    for seed in range(20):
        found = joint("What was Lenka paid?", both, (words("40,000 euros"),), random.Random(seed))
        assert found is not None
        assert len(found.spans) == found.text.count("40,000 euros") == 2


def test_sentences_put_together_without_an_answer_have_no_gold() -> None:
    found = joint(
        "Who is Lenka?", [Passage(HARBOUR, ()), Passage(REPORT, ())], (), random.Random(1)
    )
    assert found is not None
    assert not found.spans
