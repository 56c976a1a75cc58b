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
        ("Did the ferry carry cars?", "On Friday, the ferry carried cars.", "Yes"),
        ("Was the captain hurt?", "The captain wasn't hurt.", "No"),
        ("Was the captain arrested?", "The captain was arrested on Friday.", "Yes"),
        ("Has the captain resigned?", "The captain has never resigned.", "No"),
        ("Can the ferry carry cars?", "The ferry can carry cars.", "Yes"),
    ],
)
def test_the_same_statement_decides(question: str, sentence: str, given: str) -> None:
    assert verdict(question, sentence) == given


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Does the ferry carry cars?", "No ferry here would carry cars."),
        ("Does the ferry carry cars?", "The ferry may carry cars next year."),
        ("Does the ferry carry cars?", "The owner denied that the ferry carries cars."),
        ("Does the ferry carry cars?", "Cars follow the ferry, which carries sheep."),
        ("Does the ferry carry cars?", "The ferry carries sheep."),
        ("Does the ferry carry cars?", "The ferry carries cars but only in summer."),
        ("Did Tarn beat Ardmore?", "Ardmore beat Tarn on Friday."),
        ("Did Tarn beat Ardmore?", "Tarn was beaten by Ardmore."),
        ("Was Tarn bought by Ardmore?", "Tarn bought Ardmore."),
        ("Did Tarn never beat Ardmore?", "Tarn never beat Ardmore."),
        ("Did the minister resign?", "The minister called on the chancellor to resign."),
        ("Did the minister resign?", "The minister said his deputy had resigned."),
        ("Did the minister resign?", "The minister will resign on Friday."),
        ("Will the bank raise rates?", "The bank raised rates in December."),
        ("Is the airport open?", "The airport was open until March."),
        ("Did Smith murder his wife?", "Smith was cleared of murdering his wife."),
        ("Did Tarn join the league?", "Tarn applied to join the league."),
        ("Did all the passengers survive?", "Some of the passengers survived."),
        ("Is the bridge safe?", "The bridge is less safe than it was."),
        ("Is the vaccine safe?", "The vaccine is not only safe but effective."),
        ("Is the fever dangerous?", "The fever is not as dangerous as the flu."),
        ("Was the pilot drunk?", "The pilot's wife was drunk."),
        ("Is the warming a hoax?", "The mayor wrote that the warming is a hoax."),
        ("Did Apple buy Beats?", "Apple employees buy Beats headphones."),
        ("Did it?", "It did."),
    ],
)
def test_anything_less_decides_nothing(question: str, sentence: str) -> None:
    assert verdict(question, sentence) == ""
