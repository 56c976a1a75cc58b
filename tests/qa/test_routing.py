"""route(): the sources that a question names, and the question without them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.routing import route
from vectorstore.records import Article


def article(
    name: str, outlet: str | None, published: date | None = None, title: str = "T"
) -> Article:
    return Article(name, "", "utf-8", "", title, outlet, published, None, ())


ARTICLES = {
    a.article_id: a
    for a in (
        article("cnn.txt", "CNN", date(2016, 3, 15)),
        article("cbs.txt", "CBS News", date(2016, 3, 15)),
        article("guardian.txt", "The Guardian", date(2016, 3, 16)),
        article("time.txt", "Time", date(2019, 7, 2)),
        article("week.txt", "The Week"),
        article("direct.txt", "Russia Direct"),
        article("nyt.txt", "The New York Times"),
        article("times.txt", "The Times"),
        article("002_f3dd.txt", None, None, "Three obstacles to peace"),
        article("north/bbc-1.txt", "BBC News"),
    )
}


@pytest.mark.parametrize(
    ("question", "files", "reading"),
    [
        ("According to CBS, how many ferries sank?", ["cbs.txt"], "How many ferries sank?"),
        ("How many ferries sank, according to CNN?", ["cnn.txt"], "How many ferries sank?"),
        ("What does CNN say about the ban?", ["cnn.txt"], "What is said about the ban?"),
        ("what does cnn say happened in Geneva?", ["cnn.txt"], "What happened in Geneva?"),
        ("How many does CNN say were killed?", ["cnn.txt"], "How many were killed?"),
        ("What does CNN say the bridge cost?", ["cnn.txt"], "What the bridge cost?"),
        ("Which ships does CNN say they own?", ["cnn.txt"], "Which ships they own?"),
        ("Does CNN say that Berg was hit?", ["cnn.txt"], "Was Berg hit?"),
        ("Did CBS report that Berg died in Tarn?", ["cbs.txt"], "Did Berg die in Tarn?"),
        ("Does CNN say Berg wants to stay?", ["cnn.txt"], "Does Berg want to stay?"),
        ("Does CNN say whether it will close?", ["cnn.txt"], "Will it close?"),
        ("Did CNN say who rang the bell?", ["cnn.txt"], "Who rang the bell?"),
        (
            "Does CNN say the man who was hit lived?",
            ["cnn.txt"],
            "Does CNN say the man who was hit lived?",
        ),
        ("Does CNN say the wounded were fed?", ["cnn.txt"], "Were the wounded fed?"),
        ("Does CNN say the accused man denied it?", ["cnn.txt"], "Did the accused man deny it?"),
        ("How does CNN describe the victims?", ["cnn.txt"], "How are the victims described?"),
        *(
            (question, ["cnn.txt"], question)
            for question in (
                "Does CNN report the toll?",
                "Does CNN say officials believe it was arson?",
                "Does CNN say prices rose or fell?",
                "Does CNN say it will not rain?",
                "Does CNN say that if it is signed, troops leave?",
                "Does CNN mention a child being hurt?",
                "How does CNN describe what happened?",
                "What does CNN call the biggest threat?",
                "What does CNN say after the attack?",
            )
        ),
        ("How does CNN describe the flood?", ["cnn.txt"], "How is the flood described?"),
        ("What does CBS call the flood?", ["cbs.txt"], "What is the flood called?"),
        (
            "What does CBS describe as reckless?",
            ["cbs.txt"],
            "What does CBS describe as reckless?",
        ),
        ("Who does the Guardian say ordered it?", ["guardian.txt"], "Who ordered it?"),
        ("In the Guardian, who is blamed?", ["guardian.txt"], "Who is blamed?"),
        (
            "Who wrote in the Guardian that it is over?",
            ["guardian.txt"],
            "Who wrote that it is over?",
        ),
        ("Is it true, as CNN reported, that it stays?", ["cnn.txt"], "Is it true that it stays?"),
        ("Per CNN, who left?", ["cnn.txt"], "Who left?"),
        ("What toll does CNN give for the war?", ["cnn.txt"], "What toll is given for the war?"),
        (
            "What reasons does CNN give for the ban?",
            ["cnn.txt"],
            "What reasons are given for the ban?",
        ),
        ("According to CNN and Time, who won?", ["cnn.txt", "time.txt"], "Who won?"),
        (
            "How did CNN report the scandal?",
            ["cnn.txt"],
            "How did CNN report the scandal?",
        ),
        (
            "Did CNN report that the base stays?",
            ["cnn.txt"],
            "Did CNN report that the base stays?",
        ),
        ("Who was pushed aside, says Russia Direct?", ["direct.txt"], "Who was pushed aside?"),
        ("CNN: who left?", ["cnn.txt"], "Who left?"),
        ("CNN on the truce: who broke it?", ["cnn.txt"], "Who broke it?"),
        ("According to Time, who won?", ["time.txt"], "Who won?"),
        ("What does The Week say about inflation?", ["week.txt"], "What is said about inflation?"),
        ("according to the new york times who resigned", ["nyt.txt"], "Who resigned"),
        ("according to the guardian, who resigned?", ["guardian.txt"], "Who resigned?"),
        (
            "What did the Times report about the mayor?",
            ["times.txt"],
            "What is said about the mayor?",
        ),
        ("In the CBS article, who is quoted?", ["cbs.txt"], "Who is quoted?"),
        ("In CNN's report, who is quoted?", ["cnn.txt"], "Who is quoted?"),
        ("Who is quoted in 002_f3dd.txt?", ["002_f3dd.txt"], "Who is quoted?"),
        ("Who is quoted in 002_f3dd?", ["002_f3dd.txt"], "Who is quoted?"),
        ("Who is quoted in north/bbc-1.txt?", ["north/bbc-1.txt"], "Who is quoted?"),
        ("Who won, according to CNN and CBS News?", ["cnn.txt", "cbs.txt"], "Who won?"),
        (
            "What do CNN and the BBC say about the vote?",
            ["cnn.txt", "north/bbc-1.txt"],
            "What is said about the vote?",
        ),
    ],
)
def test_a_named_source_is_preferred_and_left_out_of_the_reading(
    question: str, files: list[str], reading: str
) -> None:
    routing = route(question, ARTICLES)
    assert (list(routing.article_ids), routing.question) == (files, reading)
    assert len(routing.shown) == len(files)


@pytest.mark.parametrize(
    ("question", "files"),
    [
        ("What does CBS News report?", ["cbs.txt"]),
        ("How does Russia Direct describe the move?", ["direct.txt"]),
        ("How does CBS spell the name of the base?", ["cbs.txt"]),
        ("Does Russia Direct consider the move wise?", ["direct.txt"]),
        ("Does CNN mention that the base stays?", ["cnn.txt"]),
        ("According to CBS", ["cbs.txt"]),
        ("What does the March 15, 2016 article say?", ["cnn.txt", "cbs.txt"]),
        ("What does the article published on March 16 say?", ["guardian.txt"]),
        ("What does CNN's article of March 15 argue?", ["cnn.txt"]),
        ('What does "Three obstacles to peace" argue?', ["002_f3dd.txt"]),
    ],
)
def test_a_source_is_named_in_many_ways(question: str, files: list[str]) -> None:
    assert list(route(question, ARTICLES).article_ids) == files


@pytest.mark.parametrize(
    "question",
    [
        "Who is CNN's Moscow correspondent Matthew Chance?",
        "What did CNN's Moscow correspondent Matthew Chance say?",
        "Who bought CNN?",
        "Was CNN hacked?",
        "CNN offices",
        "Who was fired by CNN?",
        "Who resigned from CNN?",
        "Does CNN expect to make a profit?",
        "Why did CNN call off the debate?",
        "Who hacked the CNN website?",
        "According to CNN correspondent Jim Acosta, who lied?",
        "CNN on strike: who walked out?",
        "CNN: who owns it?",
        "CNN's offices in New York closed",
        "What happened at CNN offices in New York?",
    ],
)
def test_a_mention_is_no_preference(question: str) -> None:
    routing = route(question, ARTICLES)
    assert (routing.question, routing.article_ids, routing.shown) == (question, (), ())


@pytest.mark.parametrize(
    "question",
    [
        "What happened at the time of the attack?",
        "How much Time is left?",
        "What happened in the week before the vote?",
        "What did they say in time?",
        "What Happened In The Week Before The Vote?",
        "Who reads the Sunday Times?",
        "who guards the guardian of the temple?",
        "How many times did they report it?",
        "Which outlets say so?",
        "What does Reuters say?",
        "",
    ],
)
def test_ordinary_words_and_unknown_outlets_name_nothing(question: str) -> None:
    routing = route(question, ARTICLES)
    assert (routing.question, routing.article_ids, routing.shown) == (question, (), ())


def test_initials_that_are_a_word_name_the_outlet_only_in_capitals() -> None:
    harbour = {"who.txt": article("who.txt", "Western Harbour Observer", None)}
    assert route("What was stolen, and who reported it?", harbour).article_ids == ()
    assert route("What was stolen, according to the WHO?", harbour).article_ids == ("who.txt",)


def test_an_index_without_outlets_names_nothing() -> None:
    assert route("According to CNN, who won?", {}).article_ids == ()


@given(st.text(max_size=80))
def test_any_question_is_routed_without_an_error(text: str) -> None:
    routing = route(text, ARTICLES)
    assert set(routing.article_ids) <= set(ARTICLES)
    assert routing.question == text or routing.article_ids
