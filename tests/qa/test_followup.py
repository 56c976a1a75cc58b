"""standalone(): follow-ups that take over what they lack, and questions that need nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.followup import standalone, topic_of
from qa.records import ABSTAIN_TEXT
from tests.qa.dialogues import DIALOGUES, HELD_OUT, Turns


def is_whole(turns: Turns, question: str, needed: tuple[str, ...] | None) -> bool:
    """Whether the result holds all that is needed, or is unchanged where nothing is."""
    result = standalone(question, turns)
    if needed is None:
        return result == question
    return all(word.lower() in result.lower() for word in needed)


@pytest.mark.parametrize(("turns", "question", "needed"), DIALOGUES)
def test_a_follow_up_is_made_whole(
    turns: Turns, question: str, needed: tuple[str, ...] | None
) -> None:
    assert is_whole(turns, question, needed), standalone(question, turns)


def test_nearly_all_of_the_second_set_are_made_whole() -> None:
    n_whole = sum(is_whole(*row) for row in HELD_OUT)
    print(f"made whole: {n_whole} of {len(HELD_OUT)}")
    assert n_whole >= 30


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        ((("When did the ferry sink?", "On Tuesday."),), "And where?", "Where did the ferry sink?"),
        ((("When did the ferry sink?", "On Tuesday."),), "thanks, great!", "thanks, great!"),
        (
            (("Who won the men's final?", "Thiem won the men's final."),),
            "What about the women's?",
            "Who won the women's final?",
        ),
        (
            (("Who designed the mirrors?", "Engineer Martin Andersen dreamed up the mirrors."),),
            "Where did he study?",
            "Where did Engineer Martin Andersen study?",
        ),
        (
            (("Who is the harbour master?", "Harbour master Olga Brandt closed the port."),),
            "Why did she close it?",
            "Why did Harbour master Olga Brandt close the port?",
        ),
        (
            (("Who resigned on Monday?", "The mayor."),),
            "Why?",
            "Why did The mayor resign on Monday?",
        ),
        (
            (("How many seats did Labour win in Ashford?", "Nine."),),
            "And the Greens?",
            "How many seats did the Greens win in Ashford?",
        ),
        (
            (("How many died, according to the BBC?", "40."),),
            "What about Reuters?",
            "How many died, according to Reuters?",
        ),
        (
            (("Which films did Alba Reyes direct?", "Dust."),),
            "Which plays?",
            "Which plays did Alba Reyes direct?",
        ),
        (
            (
                ("What will happen to the old church in Lund?", "It will be moved."),
                ("When?", "In May."),
            ),
            "Who owns it?",
            "Who owns the old church in Lund?",
        ),
        (
            (("Who won the Northern Cup?", "The Harrow City Rovers."),),
            "Who coached them?",
            "Who coached the Harrow City Rovers?",
        ),
        (
            (("Why was the Lisbon airport closed?", "A strike."),),
            "How many flights were cancelled?",
            "How many flights were cancelled (the Lisbon airport closed)?",
        ),
        # what the topic is stays over a turn that names nothing
        (
            (
                ("How many miners died in the Orla pit?", "Six."),
                ("And how many were rescued?", "Eleven."),
            ),
            "Who led the search?",
            "Who led the search (miners died in the Orla pit)?",
        ),
        ((("Who sang at the gala?", "Ada Lund sang."),), "Who else?", "Who else sang at the gala?"),
        (
            (("Did the bank sign the deal?", "No."),),
            "Why not?",
            "Why didn't the bank sign the deal?",
        ),
        (
            (("Did the mayor of Lund resign?", "She did."),),
            "No, I meant the bishop",
            "Did the bishop resign?",
        ),
        (
            (("Who won the cup?", "Harrow City won."),),
            "and who equalised?",
            "Who equalised (won the cup, Harrow City)?",
        ),
        (
            (("Who won the final?", "Harrow City won 2-1."),),
            "What did the losing coach say?",
            "What did the losing coach say (won the final, Harrow City)?",
        ),
        # two things that "it" may be: neither is put in
        (
            (("How did the lower house vote on the language bill?", "It passed it."),),
            "Which languages does it cover?",
            "Which languages does it cover (the lower house vote on the language bill)?",
        ),
        (
            (("When did the Harrow City Rovers win the cup?", "In May."),),
            "Who is their goalkeeper?",
            "Who is the Harrow City Rovers' goalkeeper?",
        ),
        (
            (("What did the twins get?", "They were sentenced to 55 years."),),
            "Will they both appeal?",
            "Will the twins both appeal?",
        ),
        (
            (("Who fined Ada Lund's lawyer?", "The bar fined the lawyer of Ada Lund."),),
            "OK, another question: who owns the port?",
            "OK, another question: who owns the port?",
        ),
        (
            (("Why did Hong Kong police arrest Joshua Wong?", "He had spoken."),),
            "Another question: when was he released?",
            "When was Joshua Wong released?",
        ),
        (
            (("Who won the election?", "Emmanuel Macron beat Marine Le Pen."),),
            "How old is he?",
            "How old is Emmanuel Macron?",
        ),
        ((("Didn't the bank pay?", "No."),), "Why not?", "Why didn't the bank pay?"),
    ],
)
def test_the_whole_question_reads_as_one_would_ask_it(
    turns: Turns, question: str, expected: str
) -> None:
    assert standalone(question, turns) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What did the court rule about abortion pills?",
        "How does the government plan to fight inflation?",
        "Why was the summit on plastic waste postponed?",
        "Why did Apple choose Telmar instead of Orla?",
        "Does Telmar make trucks as well as cars?",
        "Boris Johnson resignation",
        "oil prices 2022",
        "Who owns Telmar?",
    ],
)
def test_a_new_question_takes_nothing_over(question: str) -> None:
    history = (("What did CNN say about the Northern Cup?", "The Harrow City Rovers won it."),)
    assert standalone(question, history) == question


def test_what_the_articles_do_not_say_is_no_topic_for_a_whole_question() -> None:
    refused = (("Who won the World Cup in 2018?", ABSTAIN_TEXT),)
    answered = (*refused, ("Who ordered the withdrawal?", "Vladimir Putin did."))
    assert standalone("Who ordered the withdrawal?", refused) == "Who ordered the withdrawal?"
    assert standalone("Why did he order it?", answered) == (
        "Why did Vladimir Putin order the withdrawal?"
    )
    assert "2018" in standalone("And who lost?", refused)  # still a follow-up


def test_an_outlet_that_is_known_is_asked_for_what_it_says() -> None:
    history = (("How many died in the flood?", "At least 40."),)
    asked = standalone("What about CNN?", history, outlets=("CNN", "The Guardian"))
    assert asked == "How many died in the flood, according to CNN?"


@pytest.mark.parametrize("question", ["Why?", "", "   ", "Did Ruiz say he would run?"])
def test_without_history_nothing_changes(question: str) -> None:
    assert standalone(question, ()) == question


def test_markers_and_long_answers_do_no_harm() -> None:
    history = (("Who founded Orla?", "Orla was founded by Ned Frost [1][2]. " + "More. " * 50_000),)
    assert standalone("How old is he?", history) == "How old is Ned Frost?"


def test_a_pasted_text_is_left_alone() -> None:
    long = "He said it. " * 100
    assert standalone(long, (("Who won?", "Ito."),)) == long


def test_the_topic_is_the_question_without_its_question_words() -> None:
    assert topic_of("How many people died in the Leeds crash?") == "people died in the Leeds crash"
    assert topic_of("") == ""
    assert topic_of("Why?") == ""


_PIECES = st.sampled_from(
    [word for turns, question, _ in DIALOGUES for word in (turns[-1][0] + " " + question).split()]
    + ["he", "that", "there", "and", "what about", "it", "?", ",", "(", "’s", "\u00a0", "[1]"]
)
_TEXT = st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=10).map(" ".join))


@given(_TEXT, st.lists(st.tuples(_TEXT, _TEXT), max_size=3))
def test_any_conversation_gives_a_question(question: str, history: list[tuple[str, str]]) -> None:
    result = standalone(question, history)
    assert isinstance(result, str)
    assert bool(result.strip()) == bool(question.strip())
