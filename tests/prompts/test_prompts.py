"""load_prompt(): the variables of a prompt are exactly those that the code fills."""

import pytest

from prompts import PromptError, load_prompt


def test_variables_are_filled_in_and_their_text_is_not_looked_at_again() -> None:
    text = load_prompt("answer", question="Why $5 {x}?", evidence="[1] $question", abstain="No.")
    assert "Question: Why $5 {x}?" in text
    assert "[1] $question" in text
    assert "No." in text.splitlines()


def test_the_prompts_leave_no_variable_open() -> None:
    for name, variables in (
        ("answer", ("question", "evidence", "abstain")),
        ("standalone", ("question", "conversation")),
    ):
        assert "$" not in load_prompt(name, **dict.fromkeys(variables, "x"))


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"question": "x", "evidence": "x"}, r"no value given for \$abstain"),
        ({}, r"no value given for \$abstain, \$evidence, \$question"),
        (
            {"question": "x", "evidence": "x", "abstain": "x", "tone": "x"},
            r"has no place for \$tone",
        ),
    ],
)
def test_a_missing_or_extra_variable_is_named(variables: dict[str, str], message: str) -> None:
    with pytest.raises(PromptError, match=message):
        load_prompt("answer", **variables)


@pytest.mark.parametrize("name", ["answers", "", "../pyproject", "answer.md"])
def test_an_unknown_prompt_is_an_error_that_names_the_known_ones(name: str) -> None:
    with pytest.raises(PromptError, match="answer, standalone"):
        load_prompt(name)
