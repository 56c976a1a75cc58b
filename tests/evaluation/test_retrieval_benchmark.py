"""benchmarks.retrieval: what it writes and asks, and which passage counts as a hit."""

from pathlib import Path

from benchmarks.retrieval import first_hit, write
from vectorstore.articles import read_articles
from vectorstore.records import Chunk


def chunk(article_id: str, text: str) -> Chunk:
    return Chunk(article_id, 0, len(text), text, ())


def test_the_answer_counts_in_its_own_article_only() -> None:
    chunks = [chunk("a.txt", "12 died."), chunk("b.txt", "Nobody."), chunk("b.txt", "It was\n12.")]
    assert first_hit(chunks, {"b.txt": "was 12"}) == 3
    assert first_hit(chunks, {"a.txt": "12", "b.txt": "was 12"}) == 1
    assert first_hit(chunks, {"c.txt": "12"}) > len(chunks)


def test_every_question_is_asked_of_articles_that_hold_its_answer(tmp_path: Path) -> None:
    asked = list(write(tmp_path, 2))
    articles = {article.article_id: article for article in read_articles(tmp_path).articles}
    assert len(articles) == 6
    assert len(asked) > 20
    for _, answers in asked:
        assert answers
        for name, answer in answers.items():
            assert answer in " ".join(articles[name].text.split())
