"""Settings: where they come from, what they refuse, and how a fault is told."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from qa.settings import Settings, fault


def test_the_environment_is_read_and_an_argument_goes_before_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_N_PASSAGES", "7")
    assert (Settings().home, Settings().n_passages) == (home, 7)
    assert Settings(n_passages=3).n_passages == 3


def test_settings_are_frozen_and_unknown_names_are_refused() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().model = "baseline"
    with pytest.raises(ValidationError, match="modle"):
        Settings(modle="baseline")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", 1.5),
        ("n_passages", 0),
        ("chunk_tokens", 8),
        ("max_file_mb", -1),
        ("max_question_chars", "many"),
        ("lock_timeout_s", "soon"),
    ],
)
def test_a_fault_names_the_variable_its_value_and_the_next_step(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**{name: value})
    told = fault(caught.value)
    assert told.startswith(f"QA_{name.upper()}={value!r}: Input should be ")
    assert told.endswith("set another value, or unset it")
    assert "\n" not in told
