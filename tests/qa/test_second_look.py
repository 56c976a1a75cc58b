"""Sentences of several passages in one text: where each stands, and what finds no room."""

from qa.second_look import BREAK, MAX_CHARS, side_by_side
from tests.fakes import article, passages_of
from vectorstore.records import Span

HARBOUR = "The harbour was dredged in May. It cost 4m euros. The mayor was absent."
AIRPORT = "The airport is older. Its runway cost 9m euros."


def sentence(text: str, words: str) -> Span:
    start = text.index(words)
    return start, start + len(words)


def test_each_sentence_stands_with_the_one_before_it_in_the_order_of_passages() -> None:
    first, second = passages_of(article("a.txt", HARBOUR), article("b.txt", AIRPORT))
    runway = sentence(AIRPORT, "Its runway cost 9m euros.")
    cost = sentence(HARBOUR, "It cost 4m euros.")
    text, places = side_by_side([(second, runway), (first, cost)])
    assert text == "The harbour was dredged in May. It cost 4m euros." + BREAK + AIRPORT
    assert [text[slice(*place)] for place in places if place] == [
        "Its runway cost 9m euros.",
        "It cost 4m euros.",
    ]


def test_a_sentence_before_that_is_itself_compared_stands_once() -> None:
    (passage,) = passages_of(article("a.txt", HARBOUR))
    cost = sentence(HARBOUR, "It cost 4m euros.")
    absent = sentence(HARBOUR, "The mayor was absent.")
    text, places = side_by_side([(passage, cost), (passage, absent)])
    assert text.count("It cost 4m euros.") == 1
    assert [text[slice(*place)] for place in places if place] == [
        "It cost 4m euros.",
        "The mayor was absent.",
    ]


def test_what_does_not_fit_is_left_out_but_never_the_best() -> None:
    long = "A " + "very " * 300 + "long story."
    texts = [long, HARBOUR, long.replace("story", "tale")]
    passages = passages_of(*(article(f"{n}.txt", text) for n, text in enumerate(texts)))
    whole = [(0, len(long)), sentence(HARBOUR, "It cost 4m euros."), (0, len(long) - 1)]
    text, places = side_by_side(list(zip(passages, whole, strict=True)))
    assert (text, places) == (long, [(0, len(long)), None, None])
    shorter = list(zip(passages[1:], whole[1:], strict=True))
    text, places = side_by_side(shorter)
    assert text == "The harbour was dredged in May. It cost 4m euros."
    assert places[1] is None
    assert len(text) <= MAX_CHARS
