"""The baseline reader: scores worked out by hand, sentences as candidates."""

import math

import pytest

from qa.baseline import OVERLAP_WEIGHT, BaselineReader
from qa.errors import ModelError
from qa.readers import make_reader
from tests.fakes import FakeEmbedder, article, passages_of

READER = BaselineReader(FakeEmbedder())  # type: ignore[arg-type]
STORM = article("storm.txt", "The storm took houses. Bread is dear.\nShips sank in the storm.")


def test_the_score_is_the_cosine_and_the_share_of_the_questions_terms() -> None:
    """Question: storm, took, ships. First sentence: the, storm, took, houses.

    Two words in both of 3 and 4: cosine 2 / sqrt(12); it holds two of the three terms.
    """
    passages = passages_of(STORM)
    found = READER.read("storm took ships", passages)
    cosines = {
        "The storm took houses.": 2 / math.sqrt(3 * 4),
        "Ships sank in the storm.": 2 / math.sqrt(3 * 5),
        "Bread is dear.": 0.0,
    }
    assert [c.text for c in found.candidates] == list(cosines)
    for candidate, cosine in zip(found.candidates, cosines.values(), strict=True):
        held = 2 / 3 if cosine else 0.0
        expected = (1 - OVERLAP_WEIGHT) * cosine + OVERLAP_WEIGHT * held
        assert candidate.score == pytest.approx(expected, abs=1e-6)
        assert candidate.text == STORM.text[candidate.start : candidate.end]
    assert found.confidence == found.candidates[0].score
    assert found.relevance == (found.candidates[0].score, found.candidates[1].score)


def test_a_sentence_in_two_passages_is_one_candidate() -> None:
    (first, *_) = passages_of(STORM)
    found = READER.read("storm", (first, first))
    assert len(found.candidates) == len(first.chunk.sentences)


def test_no_passages_give_no_candidates() -> None:
    found = READER.read("storm", ())
    assert (found.candidates, found.relevance, found.confidence) == ((), (), 0.0)


@pytest.mark.parametrize("question", ["the of and", "?", ""])
def test_a_question_without_a_term_scores_by_cosine_alone(question: str) -> None:
    found = READER.read(question, passages_of(STORM))
    assert all(0 <= c.score <= 1 for c in found.candidates)


def test_an_unknown_reader_is_an_error_that_names_the_known_ones() -> None:
    assert make_reader("baseline", FakeEmbedder()).name == "baseline"  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="'reader', 'baseline'"):
        make_reader("best", FakeEmbedder())  # type: ignore[arg-type]
