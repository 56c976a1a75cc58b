"""says_opposite(): a sentence with another thing in the place of the question's."""

import pytest

from qa.opposites import says_opposite


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which senators support the bridge?", "Berg and Dahl called on the town to reject it."),
        ("How many people were killed?", "The blast wounded 36 people on Elm Street."),
        ("Who is Berg's daughter?", "Berg came with his wife, Anna."),
        ("How many died in the earthquake?", "The storm killed 23 people."),
        ("By how much did prices drop?", "Prices rose by 3% in May."),
        ("Who is the mayor of Tarn?", "Deputy Mayor Olaf Dahl opened the bridge in Tarn."),
        ("Which is the oldest house?", "The youngest of all is Elm House, built in 1990."),
    ],
)
def test_what_excludes_the_question_is_seen(question: str, sentence: str) -> None:
    assert says_opposite(question, sentence)


@pytest.mark.parametrize(
    ("why", "question", "sentence", "before"),
    [
        ("it has both", "How many were killed?", "Ten were killed and 36 wounded.", ""),
        ("another word says it", "How many were killed?", "Ten died, 36 were wounded.", ""),
        ("the one before has it", "Who is his daughter?", "His wife left.", "His daughter wept."),
        ("so does the question", "Is it a wife or daughter?", "He named his wife.", ""),
        ("it asks yes or no", "Do they support it?", "They called on all to reject it.", ""),
        ("the question denies", "Why did they not support it?", "They reject its price.", ""),
        ("the sentence denies", "Who supports the bridge?", "Berg does not oppose it.", ""),
        ("it compares", "How much did it rise?", "It is more than what the fall had taken.", ""),
        ("it has the mayor too", "Who is the mayor?", "Mayor Berg and deputy mayor Dahl came.", ""),
        ("it asks for the deputy", "Who is the deputy mayor?", "Deputy mayor Dahl came.", ""),
        ("it asks for a cause", "Why did shares drop?", "It fears that rates will rise.", ""),
        ("it is a place", "How many did North Tarn launch?", "South Tarn counted 23.", ""),
        ("kin act", "Who shot the daughter?", "Her husband shot her.", ""),
        ("lives were lost", "How many were killed?", "It took 12 lives and wounded 30.", ""),
        ("a deputy acts", "Who beat the mayor?", "Deputy mayor Dahl won.", ""),
        ("it is another sense", "How many cars are made?", "It is their important market.", ""),
        ("it has none", "Who opened the bridge?", "Berg opened it at noon.", ""),
    ],
)
def test_what_excludes_nothing_is_left_alone(
    why: str, question: str, sentence: str, before: str
) -> None:
    assert not says_opposite(question, sentence, before), why
