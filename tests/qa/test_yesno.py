"""Yes or no: only where the sentence says so outright."""

import pytest

from qa.yesno import asks_yes_or_no, verdict


@pytest.mark.parametrize(
    ("question", "yes_or_no"),
    [
        ("Did the ferry sink?", True),
        ("and was the captain hurt?", True),
        ("Isn't the bridge closed?", True),
        ("Did the ferry sink or run aground?", False),
        ("When did the ferry sink?", False),
        ("Who is the captain?", False),
        ("", False),
    ],
)
def test_the_form_of_the_question_tells(question: str, yes_or_no: bool) -> None:
    assert asks_yes_or_no(question) is yes_or_no


@pytest.mark.parametrize(
    ("question", "sentence", "given"),
    [
        ("Does the ferry carry cars?", "The ferry carries cars and lorries.", "Yes"),
        ("Does the ferry carry cars?", "The ferry does not carry cars.", "No"),
        ("Does the ferry carry cars?", "No ferry here would carry cars.", ""),
        ("Does the ferry carry cars?", "The ferry may carry cars next year.", ""),
        ("Does the ferry carry cars?", "The owner denied that the ferry carries cars.", ""),
        ("Does the ferry carry cars?", "Cars follow the ferry, which carries sheep.", ""),
        ("Does the ferry carry cars?", "The ferry carries sheep.", ""),
        ("Did Tarn beat Ardmore?", "Ardmore beat Tarn on Friday.", ""),
        ("Did Tarn never beat Ardmore?", "Tarn never beat Ardmore.", ""),
        ("Could the ferry carry cars?", "The ferry could carry cars.", "Yes"),
        ("Did it?", "It did.", ""),
    ],
)
def test_a_sentence_decides_only_outright(question: str, sentence: str, given: str) -> None:
    assert verdict(question, sentence) == given
