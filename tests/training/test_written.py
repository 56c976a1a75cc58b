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


def test_no_passage_stands_twice_and_no_question_twice_on_it(lines: list[dict[str, Any]]) -> None:
    assert len({line["sha256"] for line in lines}) == len(lines)
    for line in lines:
        questions = [words(item["q"]) for item in line["questions"]]
        assert len(set(questions)) == len(questions), line["questions"]


def test_train_and_dev_share_no_story_and_no_event(lines: list[dict[str, Any]]) -> None:
    sides: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        about = line["event"] if line["source"] == "own" else line["key"]
        sides.setdefault((line["source"], about), set()).add(line["split"])
    assert {split for found in sides.values() for split in found} == {"train", "dev"}
    assert all(len(found) == 1 for found in sides.values())
    assert sum(source == "own" for source, _ in sides) * 2 == sum(
        line["source"] == "own" for line in lines
    )


def test_about_half_has_no_answer(lines: list[dict[str, Any]]) -> None:
    answerable = ["a" in item for line in lines for item in line["questions"]]
    assert 0.45 < sum(answerable) / len(answerable) < 0.55


def test_an_answer_is_found_on_whole_words_and_numbers() -> None:
    assert occurrences("In 1990 or 19 years on, 19 stayed.", "19") == ((11, 13), (24, 26))
    assert occurrences("Up 6.9% to 9, or 9,000.", "9") == ((11, 12),)
    assert occurrences("He said: “They were dead!”", "“They were dead!”") == ((10, 24),)
    with pytest.raises(ValueError, match="is not in"):
        occurrences("In 1990.", "19")


TEXT = "Headline.\nIt was sold\nto Ann in May. More."


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A file of one passage: the second sentence of TEXT."""
    passage = TEXT[10:-6]
    line = {"source": "onestop", "key": "a.txt", "start": 10, "end": 10 + len(passage)}
    questions = [{"q": "Who bought it?", "a": "Ann"}, {"q": "Who sold it?", "near": "Ann"}]
    line |= {"sha256": digest(passage), "split": "dev", "questions": questions}
    path = tmp_path / "written.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(line).encode()))
    return path


def test_a_passage_is_read_on_one_line_with_its_spans(
    packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.written._texts", lambda data: {("onestop", "a.txt"): TEXT})
    one, other = read_written(packed.parent, "dev", packed)
    assert one.context == other.context == "It was sold to Ann in May."
    assert (one.question, one.spans, one.source) == ("Who bought it?", ((15, 18),), "written_news")
    assert (other.question, other.spans) == ("Who sold it?", ())
    assert read_written(packed.parent, "train", packed) == []


@pytest.mark.parametrize("texts", [{}, {("onestop", "a.txt"): TEXT.replace("Ann", "Bob")}])
def test_another_text_than_the_one_asked_about_is_refused(
    texts: dict[tuple[str, str], str], packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.written._texts", lambda data: texts)
    with pytest.raises(ValueError, match=r"a\.txt: not the text asked about"):
        read_written(packed.parent, "dev", packed)


def _story(name: str) -> str:
    """The name of a story in the corpus without its reading level."""
    return re.sub(r"[-_ ]*(adv|ele|int)\.txt$", "", name.strip().lower())
