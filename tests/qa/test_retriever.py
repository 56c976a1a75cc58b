"""The hybrid search: fusion, filters and quotas on a snapshot whose scores are known by hand."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from qa.errors import QuestionError
from qa.records import Passage
from qa.retriever import RRF_K, FootnoteRetriever, retrieve, to_document, to_passage
from tests.fakes import FakeEmbedder, FakeSnapshot, article
from vectorstore.records import Chunk

EMBEDDER = FakeEmbedder()
ARTICLES = (
    article(
        "cnn.txt",
        "Planes left the base.\nThe pullout was a surprise.\nTalks went on in Geneva.",
        outlet="CNN",
        published=date(2016, 3, 14),
    ),
    article(
        "cbs.txt",
        "The base stays open.\nPlanes will return to the base.\nA general spoke.",
        outlet="CBS News",
        published=date(2016, 3, 15),
    ),
    article("blog/note.txt", "Planes and planes again.\nNobody left.", outlet="CNN"),
    article("plain.txt", "Bread is dear this year."),
)
SNAPSHOT = FakeSnapshot(ARTICLES)


def found(question: str, k: int = 12, **filters: Any) -> tuple[Passage, ...]:
    return retrieve(question, SNAPSHOT, EMBEDDER, k, **filters)  # type: ignore[arg-type]


def files(passages: Sequence[Passage]) -> set[str]:
    return {passage.chunk.article_id for passage in passages}


def test_the_chunk_that_both_legs_put_first_is_first() -> None:
    first = found("planes left the base")[0]
    assert first.chunk.text == "Planes left the base."
    assert (first.rank, first.bm25) == (1, 4.0)
    assert first.cosine == pytest.approx(1.0)
    assert first.fused == pytest.approx(2 / (RRF_K + 1))


def test_a_leg_that_misses_a_chunk_gives_no_score_and_no_share() -> None:
    passages = found("surprise", k=20)
    best = passages[0]
    assert best.chunk.text == "The pullout was a surprise."
    assert best.cosine == pytest.approx(1 / math.sqrt(5))
    rest = passages[1:]
    assert all(passage.bm25 is None and passage.cosine == 0.0 for passage in rest)
    assert all(passage.fused < 1 / (RRF_K + 1) for passage in rest)


def test_equal_scores_are_ordered_by_row_so_that_the_order_never_changes() -> None:
    twins = FakeSnapshot([article(f"{n}.txt", "The same words.") for n in "cab"])
    passages = retrieve("the same words", twins, EMBEDDER)  # type: ignore[arg-type]
    assert [p.chunk.article_id for p in passages] == ["c.txt", "a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"sources": ["cbs.txt"]}, {"cbs.txt"}),
        ({"sources": ["cnn"]}, {"cnn.txt", "blog/note.txt"}),
        ({"sources": ["CBS NEWS", "plain.txt"]}, {"cbs.txt", "plain.txt"}),
        ({"since": date(2016, 3, 15)}, {"cbs.txt"}),
        ({"until": date(2016, 3, 14)}, {"cnn.txt"}),
        ({"since": date(2016, 3, 14), "until": date(2016, 3, 15)}, {"cnn.txt", "cbs.txt"}),
        ({"since": date(2016, 3, 16)}, set()),
        ({"sources": ["CNN"], "since": date(2016, 3, 1)}, {"cnn.txt"}),
        ({"sources": ["plain.txt"], "until": date(2030, 1, 1)}, set()),
        ({"sources": []}, set()),
    ],
)
def test_filters_keep_what_they_name_and_leave_undated_articles_out_of_dates(
    filters: dict[str, Any], expected: set[str]
) -> None:
    assert files(found("planes", k=20, **filters)) == expected


def test_an_unknown_source_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(QuestionError, match=r"'BBC'.*CBS News, CNN"):
        found("planes", sources=["cnn", "BBC"])


def test_preferred_sources_come_first_and_others_fill_the_places() -> None:
    plain = found("planes left the base", k=4)
    assert "plain.txt" not in files(plain)
    preferred = found("planes left the base", k=4, prefer=["plain.txt"])
    assert preferred[0].chunk.article_id == "plain.txt"
    assert len(preferred) == len(plain)
    assert {p.chunk.article_id for p in preferred} > {"plain.txt"}


def test_a_preferred_source_beyond_the_depth_of_the_legs_is_still_found() -> None:
    many = [article(f"{n:03}.txt", "Planes left the base.") for n in range(80)]
    snapshot = FakeSnapshot([*many, article("far.txt", "A base.")])
    passages = retrieve("planes base", snapshot, EMBEDDER, 4, prefer=["far.txt"])  # type: ignore[arg-type]
    assert "far.txt" in files(passages)
    assert len(passages) == 4


def test_as_many_passages_as_asked_for_however_many_that_is() -> None:
    snapshot = FakeSnapshot([article(f"{n:03}.txt", "Planes left.") for n in range(80)])
    assert len(retrieve("planes", snapshot, EMBEDDER, 70)) == 70  # type: ignore[arg-type]


questions = st.lists(
    st.sampled_from(["planes", "base", "left", "talks", "bread", "zebra", "the"]), max_size=4
)


@given(
    questions.map(" ".join),
    st.integers(1, 15),
    st.none() | st.lists(st.sampled_from(["CNN", "cbs.txt", "plain.txt"]), max_size=2),
    st.none() | st.dates(date(2016, 3, 12), date(2016, 3, 17)),
    st.none() | st.dates(date(2016, 3, 12), date(2016, 3, 17)),
    st.lists(st.sampled_from([a.article_id for a in ARTICLES]), max_size=2, unique=True),
)
def test_ranks_filters_and_quotas_always_hold(
    question: str,
    k: int,
    sources: list[str] | None,
    since: date | None,
    until: date | None,
    prefer: list[str],
) -> None:
    filters = {"sources": sources, "since": since, "until": until}
    passages = found(question, k, **filters, prefer=prefer)
    assert [p.rank for p in passages] == list(range(1, len(passages) + 1))
    assert len(passages) <= k
    assert len({p.chunk.chunk_id for p in passages}) == len(passages)
    order = [(p.chunk.article_id not in prefer, -p.fused) for p in passages]
    assert order == sorted(order)
    everything = found(question, 100, **filters)
    assert len(passages) == min(k, len(everything))
    for passage in passages:
        source = SNAPSHOT.articles[passage.chunk.article_id]
        if sources is not None:
            assert source.article_id in sources or source.outlet in sources
        if since or until:
            assert source.published is not None
            assert (since or date.min) <= source.published <= (until or date.max)
    if prefer:
        owned = sum(p.chunk.article_id in prefer for p in everything)
        got = sum(p.chunk.article_id in prefer for p in passages)
        assert got == min(owned, k)
    assert passages == found(question, k, **filters, prefer=prefer)


@given(
    st.builds(
        Passage,
        st.builds(
            Chunk,
            st.text(),
            st.integers(0, 99),
            st.integers(0, 99),
            st.text(),
            st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99))).map(tuple),
        ),
        st.integers(1, 9),
        st.none() | st.floats(-1, 1),
        st.none() | st.floats(0, 9),
        st.floats(0, 1),
        st.none(),
    )
)
def test_to_passage_is_the_inverse_of_to_document(passage: Passage) -> None:
    document = to_document(passage, "Title", "CNN")
    assert to_passage(document) == passage
    again = type(document).model_validate_json(document.model_dump_json())
    assert to_passage(again) == passage


def retriever(k: int = 12) -> FootnoteRetriever:
    return FootnoteRetriever(open_snapshot=lambda: SNAPSHOT, embedder=EMBEDDER, k=k)  # type: ignore[arg-type, return-value]


def test_the_retriever_gives_the_passages_as_documents_with_where_they_stand() -> None:
    documents = retriever().invoke("planes left the base", k=3, sources=["CNN"])
    assert tuple(to_passage(d) for d in documents) == found(
        "planes left the base", 3, sources=["CNN"]
    )
    for document in documents:
        data = document.metadata
        source = SNAPSHOT.articles[data["source"]]
        assert source.text[data["start_index"] : data["end_index"]] == document.page_content
        assert (data["outlet"], data["title"]) == (source.outlet, source.title)


def test_a_k_of_the_call_passes_that_of_the_retriever() -> None:
    assert len(retriever(k=1).invoke("planes")) == 1
    assert len(retriever(k=1).invoke("planes", k=2)) == 2


class TestStandardSuite(RetrieversIntegrationTests):
    """LangChain's own tests of a retriever."""

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return FootnoteRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"open_snapshot": lambda: SNAPSHOT, "embedder": EMBEDDER}

    @property
    def retriever_query_example(self) -> str:
        return "planes left the base"
