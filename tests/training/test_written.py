"""The questions written for training: well formed, and apart from what measures the reader."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from training.sources import read_json_lines, words
from training.written import QUESTIONS, digest, occurrences, one_line, read_written

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """Every passage with its questions."""
    return list(read_json_lines(QUESTIONS))


def test_every_answer_of_an_invented_passage_stands_in_it(lines: list[dict[str, Any]]) -> None:
    own = [line for line in lines if line["source"] == "own"]
    assert own
    for line in own:
        assert digest(line["text"]) == line["sha256"]
        for item in line["questions"]:
            if "a" in item:
                assert occurrences(one_line(line["text"]), item["a"])
            else:
                assert item["near"] in one_line(line["text"])


def test_no_story_of_the_evaluation_set_is_asked_about(lines: list[dict[str, Any]]) -> None:
    """At no reading level: the corpus tells each story up to three times."""
    table = (ROOT / "evalsets" / "ATTRIBUTION.md").read_text(encoding="utf-8")
    held_out = {_story(name) for name in re.findall(r"\| ([^|]+\.txt) \| \w+ \|$", table, re.M)}
    assert len(held_out) == 26
    asked = {_story(line["key"]) for line in lines if line["source"] == "onestop"}
    assert asked
    assert not asked & held_out


def test_no_question_is_asked_twice_of_a_passage(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        questions = [words(item["q"]) for item in line["questions"]]
        assert len(set(questions)) == len(questions), line["questions"]


def test_train_and_dev_share_no_article(lines: list[dict[str, Any]]) -> None:
    named: dict[str, set[tuple[str, str]]] = {"train": set(), "dev": set()}
    for line in lines:
        named[line["split"]].add((line["source"], line.get("key", line["sha256"])))
    assert named["train"]
    assert named["dev"]
    assert not named["train"] & named["dev"]


def test_about_half_has_no_answer(lines: list[dict[str, Any]]) -> None:
    answerable = ["a" in item for line in lines for item in line["questions"]]
    assert 0.45 < sum(answerable) / len(answerable) < 0.55


def test_an_answer_is_found_on_whole_words() -> None:
    assert occurrences("In 1990 or 19 years on, 19 stayed.", "19") == ((11, 13), (24, 26))
    with pytest.raises(ValueError, match="is not in"):
        occurrences("In 1990.", "19")


def test_another_text_than_the_one_asked_about_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.written._texts", lambda data: {("onestop", "a.txt"): "Changed."})
    line = {"source": "onestop", "key": "a.txt", "start": 0, "end": 8, "sha256": "0"}
    packed = tmp_path / "written.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps({**line, "split": "dev"}).encode()))
    with pytest.raises(ValueError, match=r"a\.txt: not the text asked about"):
        read_written(tmp_path, "dev", packed)


def _story(name: str) -> str:
    """The name of a story in the corpus without its reading level."""
    return re.sub(r"[-_ ]*(adv|ele|int)\.txt$", "", name.strip().lower())
