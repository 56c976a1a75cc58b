"""Footnote on real parts: the embedding model, Chroma, files that change, several threads."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import qa
from qa import Answer, Footnote, Settings, verify
from qa.errors import ArticlesError, ModelError, QuestionError
from qa.literal import check
from qa.reader import WEIGHTS
from qa.records import ABSTAIN_TEXT
from tests.fakes import untimed, write_articles

pytestmark = pytest.mark.integration

STORM = (
    "Storm closes the port of Dunmore\r\n\r\n"
    "Mayor Ingrid Halvorsen ordered the closure of the port at noon on Friday.\r\n\r\n"
    "The storm broke 14 windows of the customs house. Two ferries wait outside.\r\n"
)
COUNCIL = (
    "Council votes on the bridge\n\nThe council voted 9 to 4 to build a bridge over the Tarn. "
    "Mayor Ingrid Halvorsen said that the bridge would not touch the port.\n"
)
CATALOGUE = (
    "file,title,outlet,published\n"
    "storm.txt,,Tarn Radio,2021-03-05\n"
    "town/council.txt,,Dunmore Post,2021-03-09\n"
)
NEWS = {
    "storm.txt": STORM,
    "town/council.txt": COUNCIL,
    "bread.md": "# Bread is dear\n\nA loaf costs 3 crowns since the miller Aase Lund retired.\n",
    "articles.csv": CATALOGUE,
}
WHO = "Who ordered the closure of the port?"
QUESTIONS = (
    WHO,
    "How many windows did the storm break?",
    "How did the council vote on the bridge?",
    "What does a loaf of bread cost?",
    "Which zoo bought seven zebras?",
)
ABOUT_SEEDS = (
    "Who ordered the start of the withdrawal of the Russian military from Syria?",
    "Why did Russia withdraw its forces from Syria?",
    "When did Russia begin its airstrikes in Syria?",
)
MODELS = ("baseline", "reader")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def settings(home: Path, **changed: Any) -> Settings:
    return Settings(**{"home": home, "model": "baseline", **changed})


@pytest.fixture(scope="module")
def news(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    folder = write_articles(tmp_path_factory.mktemp("news"), NEWS)
    with Footnote(folder, settings(home)) as footnote:
        yield footnote


@pytest.fixture(scope="module")
def seeds(home: Path) -> Iterator[Footnote]:
    with Footnote("seeds", settings(home)) as footnote:
        yield footnote


def skip_without_weights(model: str) -> None:
    if model == "reader" and not (WEIGHTS / "skimmer.safetensors.gz").exists():
        pytest.skip("no weights in qa/weights")


def is_proved(answer: Answer, folder: Path) -> bool:
    """Whether every statement has citations that carry it, and every citation verifies."""
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    return (
        all(found.status == "ok" for found in verify(answer, folder))
        and answer.abstained is (not answer.statements)
        and all(
            statement.citations
            and check(statement.text, [quotes[marker] for marker in statement.citations]) == ()
            for statement in answer.statements
        )
    )


def test_the_folder_is_indexed_at_the_first_question(news: Footnote) -> None:
    answer = news.ask(WHO)
    assert "Ingrid Halvorsen ordered the closure" in answer.text
    assert [c.file for c in answer.citations] == ["storm.txt"]
    cited = answer.citation(1)
    assert (cited.outlet, cited.published) == ("Tarn Radio", date(2021, 3, 5))
    assert {a.article_id for a in news.articles} == set(NEWS) - {"articles.csv"}
    assert news.skipped == ()


def test_what_no_article_says_is_an_abstention_with_a_reason(news: Footnote) -> None:
    answer = news.ask("Which zoo bought seven zebras?")
    assert (answer.abstained, answer.text) == (True, ABSTAIN_TEXT)
    assert "zebras" in answer.reason
    assert answer.nearest


@pytest.mark.parametrize("model", MODELS)
def test_the_same_question_has_the_same_answer_every_time_and_in_every_thread(
    news: Footnote, home: Path, model: str
) -> None:
    skip_without_weights(model)
    alone = [untimed(news.ask(question, model=model)) for question in QUESTIONS]
    with ThreadPoolExecutor(6) as pool:
        together = pool.map(lambda q: untimed(news.ask(q, model=model)), QUESTIONS * 3)
        assert list(together) == alone * 3
    with Footnote(news.folder, settings(home, model=model)) as other:
        assert [untimed(other.ask(question)) for question in QUESTIONS] == alone


@pytest.mark.parametrize("model", MODELS)
def test_every_statement_about_the_seeds_is_proved(seeds: Footnote, model: str) -> None:
    skip_without_weights(model)
    for question in ABOUT_SEEDS:
        answer = seeds.ask(question, model=model)
        assert is_proved(answer, seeds.folder), answer.to_json()
        assert Answer.from_dict(answer.to_dict()) == answer


def test_a_stream_gives_passages_then_text_then_the_answer_of_ask(news: Footnote) -> None:
    updates = list(news.stream(WHO))
    assert [update.stage for update in updates] == ["retrieved", "text", "answer"]
    answer = updates[-1].answer
    assert answer is not None
    assert updates[-2].text == updates[-1].text == answer.text
    assert [p.chunk for p in updates[0].passages] == [p.chunk for p in answer.passages]
    assert untimed(answer) == untimed(news.ask(WHO))


@pytest.mark.parametrize(
    ("filters", "files"),
    [
        ({"sources": ["tarn radio"]}, {"storm.txt"}),
        ({"sources": "tarn radio"}, {"storm.txt"}),
        ({"since": datetime(2021, 3, 6, 12)}, {"town/council.txt"}),
        ({"sources": ["bread.md", "Dunmore Post"]}, {"bread.md", "town/council.txt"}),
        ({"since": date(2021, 3, 6)}, {"town/council.txt"}),
        ({"until": date(2021, 3, 5)}, {"storm.txt"}),
        ({"since": date(2021, 3, 5), "until": date(2021, 3, 9)}, {"storm.txt", "town/council.txt"}),
        ({"since": date(2022, 1, 1)}, set()),
    ],
)
def test_filters_say_what_is_read(news: Footnote, filters: dict[str, Any], files: set[str]) -> None:
    answer = news.ask(WHO, **filters)
    assert {p.chunk.article_id for p in answer.passages} == files
    assert {c.file for c in answer.citations} <= files
    assert answer.abstained or "storm.txt" in files


def test_a_day_that_is_text_is_refused_in_one_line(news: Footnote) -> None:
    with pytest.raises(QuestionError, match=r"since is a datetime\.date, not '2021-03-06'"):
        news.ask(WHO, since="2021-03-06")  # type: ignore[arg-type]


def test_an_unknown_source_or_model_is_an_error_with_the_next_step(news: Footnote) -> None:
    with pytest.raises(QuestionError, match="Dunmore Post, Tarn Radio"):
        news.ask(WHO, sources=["BBC"])
    with pytest.raises(ModelError, match="baseline"):
        news.ask(WHO, model="nonsense")


@pytest.mark.parametrize("bad", ["", " \t\n", "?!…", "\x00\x07", "\ud800\udfff", "x" * 100_000])
def test_what_is_no_question_is_refused_in_one_line(news: Footnote, bad: str) -> None:
    with pytest.raises(QuestionError) as caught:
        news.ask(bad)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "odd",
    [
        "<script>alert(1)</script> <img src=x onerror=alert(1)>",
        "**bold** [1][2] `code` $x$ {question} $question",
        "Qui a ordonné la fermeture du port ?",
        "Кто приказал закрыть порт?",
        "谁下令关闭港口",
        "من أمر بإغلاق الميناء؟",
        "Who \ud800ordered\x00 the\x1b[31m closure?",
        "who " * 480,
        "’“”—…",
        "a",
    ],
)
@pytest.mark.parametrize("model", MODELS)
def test_any_other_text_is_answered_or_abstained_from(news: Footnote, odd: str, model: str) -> None:
    skip_without_weights(model)
    if not any(c.isalnum() for c in odd):
        with pytest.raises(QuestionError):
            news.ask(odd, model=model)
        return
    answer = news.ask(odd, model=model)
    assert is_proved(answer, news.folder)
    assert answer.to_json().encode("utf-8")


def test_a_follow_up_is_understood_from_the_conversation(news: Footnote) -> None:
    first = news.ask(WHO)
    answer = news.ask("What did she say about the bridge?", history=[(WHO, first.text)])
    assert answer.question == "What did she say about the bridge?"
    assert "Halvorsen" in answer.standalone_question
    assert "would not touch the port" in answer.text


def test_files_that_change_are_seen_by_verify_at_once_and_by_sync(
    home: Path, tmp_path: Path
) -> None:
    folder = write_articles(tmp_path / "news", NEWS)
    with Footnote(folder, settings(home)) as footnote:
        answer = footnote.ask(WHO)
        assert is_proved(answer, folder)
        changed = STORM.replace("Ingrid Halvorsen", "Olav Brekke")
        write_articles(folder, {"storm.txt": changed})
        assert [found.status for found in verify(answer, folder)] == ["file changed"]
        assert "Halvorsen" in footnote.ask(WHO).text, "looked at again only when sync is called"
        report = footnote.sync()
        assert (report.changed, report.n_unchanged) == (("storm.txt",), 2)
        again = footnote.ask(WHO)
        assert "Olav Brekke ordered" in again.text
        assert is_proved(again, folder)

        (folder / "storm.txt").unlink()
        assert [found.status for found in verify(again, folder)] == ["file missing"]
        assert footnote.sync().deleted == ("storm.txt",)
        assert footnote.ask(WHO).abstained
        nothing = footnote.sync()
        assert (nothing.n_embedded, nothing.n_unchanged) == (0, 2)


def test_a_missing_folder_is_an_error_at_the_first_question(home: Path, tmp_path: Path) -> None:
    footnote = Footnote(tmp_path / "nowhere", settings(home))
    with pytest.raises(ArticlesError, match="nowhere"):
        footnote.ask(WHO)


def test_batch_and_async_go_through_the_same_chain(news: Footnote) -> None:
    requests = [{"question": question} for question in QUESTIONS[:2]]
    answers = [untimed(result["answer"]) for result in news.chain().batch(requests)]
    assert answers == [untimed(news.ask(question)) for question in QUESTIONS[:2]]


def test_ask_as_a_function_brings_the_index_up_to_date_first(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_HOME", str(home))
    folder = write_articles(tmp_path / "news", {"storm.txt": STORM})
    answer = qa.ask(WHO, articles=folder, model="baseline", sources=["storm.txt"])
    assert "Ingrid Halvorsen" in answer.text
    write_articles(folder, {"storm.txt": STORM.replace("Ingrid Halvorsen", "Olav Brekke")})
    assert "Olav Brekke" in qa.ask(WHO, str(folder), model="baseline").text


def test_the_public_surface_is_what_is_exported() -> None:
    assert set(qa.__all__) <= {*qa._HOMES, "ask"}
    for name in qa.__all__:
        assert getattr(qa, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = qa.nonsense
