"""Containment by a table; SQuAD's measures by hand and against a transcription of its scorer."""

from __future__ import annotations

import collections
import random
import re
import string

import pytest

from qa.evaluation import matching


@pytest.mark.parametrize(
    ("text", "accepted", "found"),
    [
        ("Mayor Dahl said 4,200 ships.", "4,200", True),
        ("Mayor Dahl said 14,200 ships.", "4,200", False),
        ("Some 4,200,000 ships.", "4,200", False),
        ("It rose by 4.25 points.", "4.2", False),
        ("It rose by 14.2 points.", "4.2", False),
        ("It rose to 4.2.", "4.2", True),
        ("In 2015, it rose.", "2015", True),
        ("The 15th day", "15", False),
        ("some 10% of them", "10%", True),
        ("costs US$5 now", "$5", True),
        ("part of it", "art", False),
        ("it parted", "part", False),
        ("President Bashar al-Assad left", "Assad", True),
        ("Putin's order", "putin", True),
        ("the five-year war", "five", True),
        ("thirty-five people", "five", False),
        ("the twenty-first century", "first", False),
        ("He said “no”.", '"no"', True),
        ("Russia’s economy", "russia's economy", True),
        ("a\u00a0new\n constitution", "a new constitution", True),
        ("ﬁnal STRASSE", "Final straße", True),
        ("anything", "", False),
        ("", "x", False),
        ("He left.", "(left", False),
        ("Sept. 30, 2015", "Sept. 30", True),
        ("the U.S.-led war", "U.S.", True),
    ],
)
def test_containment_is_by_whole_words_and_whole_numbers(
    text: str, accepted: str, found: bool
) -> None:
    assert matching.contains(text, accepted) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“No,” he said", "no"),
        ("Yes", "yes"),
        ("no.", "no"),
        ("Yes — since Monday", "yes"),
        ("No longer needed", ""),
        ("Norway said yes", ""),
        ("He said no.", ""),
        (" ... ", ""),
    ],
)
def test_yes_or_no_is_what_a_text_begins_with(text: str, found: str) -> None:
    assert matching.yes_or_no(text) == found


def test_exact_match_and_f1_by_hand() -> None:
    # "The Defense Ministry!" -> "defense ministry"
    assert matching.exact_match("The Defense Ministry!", ["defense ministry"]) == 1.0
    # given {russian, defense, ministry}, accepted {defense, ministry}: precision 2/3, recall 2/2,
    # F1 = 2 * 2/3 * 1 / (2/3 + 1) = 4/5
    assert matching.token_f1("Russian Defense Ministry", ["Defense Ministry"]) == pytest.approx(0.8)
    # the best accepted answer counts
    assert matching.token_f1("Monday", ["Tuesday", "on Monday"]) == pytest.approx(2 / 3)
    # nothing accepted: only the empty string is right
    assert matching.exact_match("", []) == 1.0
    assert matching.exact_match("Monday", []) == 0.0
    assert matching.token_f1("", ["Monday"]) == 0.0


# --- a transcription of evaluate-v2.0.py, https://rajpurkar.github.io/SQuAD-explorer/ ---


def _normalize_answer(s: str) -> str:
    def remove_articles(text: str) -> str:
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text)

    def remove_punc(text: str) -> str:
        exclude = set(string.punctuation)
        return "".join(ch for ch in text if ch not in exclude)

    return " ".join(remove_articles(remove_punc(s.lower())).split())


def _compute_f1(a_gold: str, a_pred: str) -> float:
    gold_toks = _normalize_answer(a_gold).split() if a_gold else []
    pred_toks = _normalize_answer(a_pred).split() if a_pred else []
    common = collections.Counter(gold_toks) & collections.Counter(pred_toks)
    num_same = sum(common.values())
    if len(gold_toks) == 0 or len(pred_toks) == 0:
        return int(gold_toks == pred_toks)
    if num_same == 0:
        return 0
    precision = 1.0 * num_same / len(pred_toks)
    recall = 1.0 * num_same / len(gold_toks)
    return (2 * precision * recall) / (precision + recall)


def _raw_scores(answers: list[str], prediction: str) -> tuple[float, float]:
    gold_answers = [a for a in answers if _normalize_answer(a)] or [""]
    exact = max(int(_normalize_answer(a) == _normalize_answer(prediction)) for a in gold_answers)
    return exact, max(_compute_f1(a, prediction) for a in gold_answers)


def test_squad_measures_agree_with_the_published_scorer_on_200_random_cases() -> None:
    rng = random.Random(7)
    words = [
        "the",
        "a",
        "An",
        "4,200",
        "U.S.",
        "ships",
        "Ships!",
        "—",
        "don't",
        "...",
        "naïve",
        "x",
    ]

    def text(longest: int) -> str:
        return " ".join(rng.choice(words) for _ in range(rng.randint(0, longest)))

    seen = set()
    for _ in range(200):
        accepted, given = [text(4) for _ in range(rng.randint(0, 3))], text(5)
        expected = _raw_scores(accepted, given)
        got = matching.exact_match(given, accepted), matching.token_f1(given, accepted)
        assert got == pytest.approx(expected), (given, accepted)
        seen.add(expected)
    assert len(seen) >= 8  # the cases are not all of one sort
