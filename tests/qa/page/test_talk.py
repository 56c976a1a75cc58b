"""A turn of the chat never raises; indexing is waited for; feedback and answers are kept."""

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qa.errors import ArticlesError, QuestionError
from qa.page.examples import example_questions
from qa.page.indexing import Indexing, skipped_text
from qa.page.shelf import N_ANSWERS, Feedback, Shelf
from qa.page.talk import Talk, to_question
from tests.page_fakes import FakeFootnote, abstention, seeds_footnote
from vectorstore.records import Skipped


@pytest.fixture
def fake(tmp_path: Path) -> FakeFootnote:
    return seeds_footnote(tmp_path)


def talk(fake: Any, indexing: Indexing | None = None) -> Talk:
    return Talk(fake, indexing, Shelf())


def last(talk: Talk, *request: Any) -> str:
    return list(talk.turn(*request))[-1]


@pytest.mark.parametrize("message", ["", "  \n", None, 7, ["x"], "\x00\x07", "\u2060"])
def test_nothing_to_ask_is_a_hint(fake: FakeFootnote, message: object) -> None:
    assert "Type a question" in last(talk(fake), message)
    assert fake.asked == []


def test_question_is_cleaned_before_it_is_asked(fake: FakeFootnote) -> None:
    last(talk(fake), " Who\x00 ordered \ud800<b>it</b>\u202e? ")
    assert fake.asked[0]["question"] == "Who ordered \ufffd<b>it</b>?"


def test_length_is_counted_in_characters() -> None:
    assert len(to_question("é" * 2000, 2000)) == 2000
    with pytest.raises(QuestionError, match="2,001 characters"):
        to_question("é" * 2001, 2000)


@pytest.mark.parametrize("day", ["yesterday", "2016-02-30", "<b>", "2016-03-15T00:00"])
def test_a_bad_date_is_named(fake: FakeFootnote, day: str) -> None:
    assert "“To” is not a date" in last(talk(fake), "q", [], None, "2016-03-15", day)


def test_a_fault_tells_its_kind_and_not_its_words(fake: FakeFootnote) -> None:
    said = last(talk(fake), "explode")
    assert "KeyError" in said
    assert "no user should read" not in said


class Slow:
    """A Footnote whose sync ends when told, and how."""

    def __init__(self, error: Exception | None = None) -> None:
        self.go = threading.Event()
        self.error = error
        self.asked: list[str] = []

    def sync(self, progress: Any) -> Any:
        progress("embedding", 3, 5)
        self.go.wait(10)
        if self.error:
            raise self.error
        return SimpleNamespace(skipped=(Skipped("a.txt", "empty"),))

    def ask(self, question: str) -> None:
        self.asked.append(question)


def test_a_question_waits_for_the_first_indexing(fake: FakeFootnote) -> None:
    slow = Slow()
    indexing = Indexing(slow, warm="warm?").start()  # type: ignore[arg-type]
    conversation = talk(fake, indexing)
    assert conversation.articles() == {}
    turn = conversation.turn("Who ordered it?")
    assert "embedding 3 of 5" in next(turn)
    slow.go.set()
    assert "cite" in list(turn)[-1]
    assert indexing.status.message == "1 file was not indexed: a.txt: empty."
    assert len(conversation.articles()) == 5
    indexing._thread.join(5)
    assert slow.asked == ["warm?"]


@pytest.mark.parametrize(
    ("error", "message"),
    [(ArticlesError("news: no articles"), "news: no articles"), (OSError("x"), "(OSError)")],
)
def test_failed_indexing_is_told(error: Exception, message: str) -> None:
    slow = Slow(error)
    slow.go.set()
    indexing = Indexing(slow).start()  # type: ignore[arg-type]
    assert indexing.wait(5)
    assert indexing.status.state == "failed"
    assert message in str(indexing.error)


def test_skipped_files_are_counted_and_named() -> None:
    assert skipped_text(()) == ""
    rows = [Skipped(f"{n}.txt", "empty") for n in range(7)]
    assert skipped_text(rows).startswith("7 files were not indexed: 0.txt: empty; ")
    assert skipped_text(rows).endswith("and 2 more.")


def test_the_shelf_keeps_the_latest_answers(fake: FakeFootnote) -> None:
    shelf = Shelf()
    ids = [shelf.put(abstention(str(n), fake.articles)) for n in range(N_ANSWERS + 1)]
    assert shelf.get(ids[0]) is None
    kept = shelf.get(ids[-1])
    assert kept is not None
    assert kept.question == str(N_ANSWERS)
    assert len(set(ids)) == len(ids)


def test_feedback_is_appended_and_a_failure_is_quiet(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "new" / "feedback.jsonl")
    assert feedback.add("q", "a\nb", "Like")
    assert feedback.add("q2", "a", "Dislike")
    lines = (tmp_path / "new" / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["Like", "Dislike"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert not Feedback(tmp_path / "file" / "feedback.jsonl").add("q", "a", "Like")


def test_examples_come_from_the_articles_own_names(fake: FakeFootnote) -> None:
    questions = example_questions(fake.articles)
    assert len(questions) == 4
    assert any("Syria" in question for question in questions)
    assert example_questions(()) == ()
