"""The whole chain as a LangChain Runnable, on fakes: order, callbacks, fall-backs, abstention."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from qa.chain import Parts, build_chain, check_question
from qa.errors import ModelError, QuestionError
from qa.generate import Draft
from qa.records import ABSTAIN_TEXT, Answer, Passage, Statement
from qa.retriever import FootnoteRetriever
from tests.fakes import FakeEmbedder, FakeReader, FakeSnapshot, article, untimed

SNAPSHOT = FakeSnapshot(
    [
        article(
            "storm.txt",
            "The storm took 3,000 homes in Ardmore.\nMayor Lucía Ortega ordered the evacuation.",
            outlet="CNN",
            published=date(2016, 3, 14),
        ),
        article("radio.txt", "The storm took 5,000 homes, said the radio.", outlet="CBS News"),
        article("bread.txt", "Bread is dear this year."),
    ]
)
SCORES = {"3,000 homes": 0.9, "5,000 homes": 0.8, "Lucía Ortega": 0.7}
HOMES = {"question": "How many homes did the storm take?"}


def parts(**changed: Any) -> Parts:
    retriever = FootnoteRetriever(open_snapshot=lambda: SNAPSHOT, embedder=FakeEmbedder(), k=3)  # type: ignore[arg-type, return-value]
    plain = Parts(retriever, FakeReader(SCORES), None, None, 200, "fingerprint")
    return replace(plain, **changed)


def chain(**changed: Any) -> Runnable[dict[str, Any], Any]:
    return build_chain(parts(**changed))


def ask(question: str, **request: Any) -> Answer:
    answer: Answer = chain().invoke({"question": question, **request})["answer"]
    return answer


def test_invoke_gives_passages_text_and_answer() -> None:
    result = chain().invoke(HOMES)
    answer = result["answer"]
    assert set(result) == {"passages", "text", "answer"}
    assert result["text"] == answer.text
    assert answer.text.startswith("The storm took 3,000 homes in Ardmore. [1]")
    assert (answer.short, answer.abstained, answer.model) == ("3,000 homes", False, "fake")
    assert [p.rank for p in result["passages"]] == [1, 2, 3]
    assert [replace(p, reader=None) for p in answer.passages] == list(result["passages"])
    assert all(p.reader is not None for p in answer.passages)
    assert answer.fingerprint == "fingerprint"
    assert answer.timings["total"] >= sum(v for k, v in answer.timings.items() if k != "total")


def test_stream_gives_the_passages_then_the_text_then_the_answer() -> None:
    steps = list(chain().stream(HOMES))
    assert [list(step) for step in steps] == [["passages"], ["text"], ["answer"]]
    assert steps[1]["text"] == steps[2]["answer"].text


def test_batch_keeps_the_order_of_the_questions() -> None:
    questions = [HOMES, {"question": "Who ordered the evacuation?"}, HOMES]
    answers = [result["answer"] for result in chain().batch(questions)]
    assert [a.question for a in answers] == [q["question"] for q in questions]
    assert untimed(answers[0]) == untimed(answers[2])


async def test_the_async_forms_give_the_same() -> None:
    expected = untimed(chain().invoke(HOMES)["answer"])
    assert untimed((await chain().ainvoke(HOMES))["answer"]) == expected
    both = await chain().abatch([HOMES, HOMES])
    assert [untimed(result["answer"]) for result in both] == [expected] * 2
    steps = [step async for step in chain().astream(HOMES)]
    assert [list(step) for step in steps] == [["passages"], ["text"], ["answer"]]


async def test_the_async_form_leaves_the_event_loop_free() -> None:
    class Slow(FakeReader):
        def read(self, question: str, passages: Sequence[Passage]) -> Any:
            with pytest.raises(RuntimeError, match="no running event loop"):
                asyncio.get_running_loop()
            return super().read(question, passages)

    assert (await chain(reader=Slow(SCORES)).ainvoke(HOMES))["answer"].short == "3,000 homes"


def test_the_chain_composes_with_other_runnables_and_streams_through_them() -> None:
    piped = (
        {"question": RunnablePassthrough(), "sources": RunnableLambda(lambda _: ["radio.txt"])}
        | chain()
        | RunnableLambda(lambda result: result["answer"].short)
    )
    assert piped.invoke(HOMES["question"]) == "5,000 homes"
    assert list(piped.stream(HOMES["question"])) == ["5,000 homes"]


class Seen(BaseCallbackHandler):
    def __init__(self) -> None:
        self.events: list[str] = []
        self.documents: list[Document] = []
        self.parents: dict[str, Any] = {}

    def on_chain_start(self, serialized: Any, inputs: Any, **rest: Any) -> None:
        self.events.append(f"start {rest.get('name')}")
        self.parents["chain"] = rest["run_id"]

    def on_chain_end(self, outputs: Any, **rest: Any) -> None:
        self.events.append("end")

    def on_retriever_start(self, serialized: Any, query: str, **rest: Any) -> None:
        self.events.append(f"retrieve {query}")
        self.parents["retriever"] = rest["parent_run_id"]

    def on_retriever_end(self, documents: Any, **rest: Any) -> None:
        self.events.append("retrieved")
        self.documents = list(documents)

    def on_retriever_error(self, error: BaseException, **rest: Any) -> None:
        self.events.append(f"failed {type(error).__name__}")


@pytest.mark.parametrize("is_async", [False, True])
async def test_callbacks_see_the_chain_and_the_retriever_within_it(is_async: bool) -> None:
    seen = Seen()
    config: Any = {"callbacks": [seen]}
    if is_async:
        await chain().ainvoke(HOMES, config)
    else:
        chain().invoke(HOMES, config)
    question = HOMES["question"]
    assert seen.events == ["start footnote", f"retrieve {question}", "retrieved", "end"]
    assert seen.parents["retriever"] == seen.parents["chain"]
    assert [d.metadata["rank"] for d in seen.documents] == [1, 2, 3]


def test_callbacks_see_a_failure() -> None:
    seen = Seen()
    with pytest.raises(QuestionError, match="'BBC'"):
        chain().invoke({**HOMES, "sources": ["BBC"]}, {"callbacks": [seen]})
    assert seen.events[-1] == "failed QuestionError"


class FakeChat:
    """Says the parts one after the other; an error among them is raised."""

    name = "fake:chat"

    def __init__(self, *said: Any) -> None:
        self.said = said

    def standalone(self, question: str, history: Sequence[tuple[str, str]]) -> str:
        return f"{question} ({history[-1][0]})"

    def stream(
        self, question: str, passages: Sequence[Passage], articles: Mapping[str, Any], config: Any
    ) -> Iterator[Any]:
        for part in self.said:
            if isinstance(part, Exception):
                raise part
            yield part


DRAFT = Draft(
    statements=(Statement("It took many homes.", (1,)),),
    citations=ask(HOMES["question"]).citations[:1],
    abstained=False,
    reason="",
    warnings=("1 marker dropped",),
)


def test_a_chat_models_text_is_streamed_piece_by_piece_and_its_draft_is_the_answer() -> None:
    steps = list(chain(chat=FakeChat("It", "It took", "It took many.", DRAFT)).stream(HOMES))
    assert [step["text"] for step in steps if "text" in step] == ["It", " took", " many."]
    answer = steps[-1]["answer"]
    assert answer.text == "It took many homes. [1]"
    assert (answer.model, answer.warnings) == ("fake:chat", ("1 marker dropped",))


def test_the_tokens_of_a_chat_model_are_told_with_the_answer() -> None:
    draft = replace(DRAFT, tokens={"input": 900, "output": 12})
    assert chain(chat=FakeChat(draft)).invoke(HOMES)["answer"].tokens == draft.tokens
    cut = replace(draft, abstained=True, incomplete=True, reason="Cut.", statements=())
    assert chain(chat=FakeChat(cut)).invoke(HOMES)["answer"].tokens == draft.tokens
    assert chain().invoke(HOMES)["answer"].tokens == {}


def test_a_chat_model_that_abstains_gives_an_abstention_with_its_reason() -> None:
    draft = replace(DRAFT, abstained=True, reason="Not there.", statements=(), citations=())
    answer = chain(chat=FakeChat(draft)).invoke(HOMES)["answer"]
    assert (answer.abstained, answer.text, answer.reason) == (True, ABSTAIN_TEXT, "Not there.")
    assert answer.nearest


def test_a_chat_model_that_was_cut_off_before_it_said_anything_proved_is_replaced_too() -> None:
    cut = replace(
        DRAFT, abstained=True, incomplete=True, reason="Not borne out.", statements=(), citations=()
    )
    answer = chain(chat=FakeChat("The st", cut)).invoke(HOMES)["answer"]
    assert (answer.short, answer.model, answer.abstained) == ("3,000 homes", "fake", False)
    assert answer.warnings[0] == "1 marker dropped"
    assert "offline" in answer.warnings[1]


@pytest.mark.parametrize("said", [(), ("The st",)])
def test_a_chat_model_that_fails_is_replaced_by_the_offline_reader_with_a_warning(
    said: tuple[str, ...],
) -> None:
    broken = chain(chat=FakeChat(*said, ModelError("ollama does not answer; is it running?")))
    steps = list(broken.stream(HOMES))
    answer = steps[-1]["answer"]
    assert (answer.short, answer.model) == ("3,000 homes", "fake")
    (warning,) = answer.warnings
    assert "ollama does not answer" in warning
    assert "offline" in warning
    text = "".join(step["text"] for step in steps if "text" in step)
    assert text == ("".join(said) or answer.text), "two texts must not run into each other"


def test_under_the_threshold_it_abstains_says_why_and_shows_the_nearest() -> None:
    unsure = chain(reader=FakeReader({"homes": 0.3}))
    answer = unsure.invoke({"question": "Who won the chess cup in Reykjavik?"})["answer"]
    assert (answer.abstained, answer.confidence) == (True, 0.3)
    assert (answer.text, answer.short) == (ABSTAIN_TEXT, "")
    assert (answer.statements, answer.citations, answer.disagreements) == ((), (), ())
    assert answer.reason
    ranks = [passage.rank for passage in answer.passages]
    assert set(answer.nearest) <= set(ranks)
    assert 0 < len(answer.nearest) <= 3


def test_a_greeting_is_answered_without_a_search() -> None:
    answer = ask("hello")
    assert answer.abstained
    assert answer.passages == ()
    assert "Ask about something in the articles" in answer.reason


def test_a_threshold_of_the_settings_passes_the_readers_own() -> None:
    assert chain(threshold=0.95).invoke(HOMES)["answer"].abstained
    assert not chain(threshold=0.1).invoke({"question": "Who ordered it?"})["answer"].abstained


def test_filters_hold_and_when_they_leave_nothing_the_answer_is_an_abstention() -> None:
    answer = ask(HOMES["question"], since=date(2030, 1, 1))
    assert (answer.abstained, answer.passages, answer.nearest) == (True, (), ())
    assert answer.reason
    assert ask(HOMES["question"], sources=["cbs news"]).short == "5,000 homes"


def test_a_filter_by_date_tells_of_articles_without_one() -> None:
    assert ask(HOMES["question"], until=date(2020, 1, 1)).warnings == (
        "2 articles state no date: left out by the filter. A date can be given in articles.csv.",
    )
    assert ask(HOMES["question"]).warnings == ()


def test_a_source_that_the_question_names_is_answered_from_it() -> None:
    answer = ask("According to CBS News, how many homes did the storm take?")
    assert answer.short == "5,000 homes"
    assert any("CBS" in shown for shown in answer.routed)


def test_a_follow_up_is_asked_as_it_was_understood_and_both_are_kept() -> None:
    history = [("Who ordered the evacuation?", "Mayor Lucía Ortega ordered the evacuation. [1]")]
    answer = ask("And how many homes did the storm take?", history=history)
    assert answer.question == "And how many homes did the storm take?"
    assert answer.short == "3,000 homes"
    assert ask(HOMES["question"]).standalone_question == HOMES["question"]


@pytest.mark.parametrize(
    ("asked", "cleaned"),
    [
        ("  Who\tleft?\r\n", "Who left?"),
        ("Who\x00 \x1b[31mleft\x7f?", "Who [31mleft ?"),
        ("Who \ud800left\udfff?", "Who left?"),
        ("Who\u202e left\u200b?", "Who left ?"),
        ("<b>Who</b> left?", "<b>Who</b> left?"),
        ("Кто ушёл?", "Кто ушёл?"),
        ("中文", "中文"),
    ],
)
def test_a_question_is_cleaned_of_what_cannot_be_read(asked: str, cleaned: str) -> None:
    assert check_question(asked, 100) == cleaned


@pytest.mark.parametrize(
    "bad", ["", "  \n", "?!", "\x00\x01", "\ud800", "x" * 101, None, 3, b"who"]
)
def test_what_is_no_question_is_refused_in_one_line(bad: Any) -> None:
    with pytest.raises(QuestionError) as caught:
        check_question(bad, 100)
    assert "\n" not in str(caught.value)
    with pytest.raises(QuestionError):
        chain(max_question_chars=100).invoke({"question": bad})


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), max_size=40)
    | st.lists(
        st.sampled_from(["Who", "why", "homes", "According to CBS,", "storm", "2016", "<img>", "?"])
    ).map(" ".join),
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=2),
)
def test_any_text_gives_a_whole_answer_or_a_question_error(
    question: str, history: list[tuple[str, str]]
) -> None:
    try:
        answer = ask(question, history=history)
    except QuestionError:
        return
    assert Answer.from_dict(answer.to_dict()) == answer
    assert answer.to_json().encode("utf-8")
    assert answer.abstained is (not answer.statements)
    listed = {citation.marker for citation in answer.citations}
    assert all(s.citations and set(s.citations) <= listed for s in answer.statements)


def test_a_chat_model_rewrites_the_follow_up_itself_and_the_rewriting_is_shown() -> None:
    request = {**HOMES, "history": [("What took homes?", "The river. [1]")]}
    answer = chain(chat=FakeChat("It took many.", DRAFT)).invoke(request)["answer"]
    assert answer.standalone_question == f"{HOMES['question']} (What took homes?)"
    assert answer.question == HOMES["question"]
