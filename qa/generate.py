"""Answers from any LangChain chat model: numbered evidence out, cited sentences back.

The model never types a quotation or a file name: it gives numbers, and `grounding` resolves them to
spans that we hold. Every failure of a provider is a ModelError in our words, so that the offline
reader can answer instead; the deadline is ours.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prompts import load_prompt
from qa.deadline import TooLate, within
from qa.errors import ModelError
from qa.followup import standalone
from qa.grounding import WHOLE, Draft, Evidence, because, checked
from qa.provider_errors import provider_error, scrubbed
from qa.records import ABSTAIN_TEXT, Passage
from qa.replies import MAX_CHARS, visible
from vectorstore.records import Article

__all__ = ["ChatAnswerer", "Draft", "make_chat_model"]

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 20.0
"""Between two pieces of a reply; the whole has the caller's deadline."""
MAX_RETRIES = 2
_MAX_HISTORY_CHARS = 1_000
_REASON_KEYS = ("finish_reason", "stop_reason", "done_reason")


def make_chat_model(
    name: str, base_url: str | None = None, timeout_s: float = 60.0
) -> BaseChatModel:
    """A LangChain chat model from "provider:model", with time-outs and at most two retries.

    Raises ModelError when the provider is unknown, its package is not installed (the message says
    what to install) or it lacks its key. A server of one's own (base_url) needs no key.
    """
    from langchain.chat_models import init_chat_model

    provider, _, model = name.partition(":")
    if not provider or not model:
        raise ModelError(f"Model {name!r}: write provider:name, for example openai:gpt-4o-mini.")
    options = _options(provider, base_url, timeout_s)
    try:
        try:
            made: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
        except Exception as exc:
            if base_url is None or "api_key" not in str(exc):
                raise
            # The client insists on a key where the server wants none.
            options["api_key"] = "none"
            made = init_chat_model(model, model_provider=provider, **options)
    except ImportError as exc:
        line = re.search(r"pip install (?:-U )?[\w-]+(?:\[[\w,-]+\])?", str(exc))
        install = line.group() if line else f"pip install langchain-{provider}"
        raise ModelError(f"Model {name!r} needs a package that is missing: {install}") from exc
    except Exception as exc:
        raise ModelError(f"Model {name!r} cannot be used: {scrubbed(str(exc), 300)}") from None
    return made


def _options(provider: str, base_url: str | None, timeout_s: float) -> dict[str, Any]:
    import httpx

    timeout = httpx.Timeout(min(READ_TIMEOUT_S, timeout_s), connect=CONNECT_TIMEOUT_S)
    if provider == "ollama":
        options: dict[str, Any] = {"client_kwargs": {"timeout": timeout}}
    elif provider in ("openai", "azure_openai"):
        options = {"timeout": timeout, "max_retries": MAX_RETRIES}
    else:
        options = {"timeout": timeout.read, "max_retries": MAX_RETRIES}
    if base_url:
        options["base_url"] = base_url
    return options


class ChatAnswerer:
    """A chat model as an answerer; name is how it is shown, timeout_s the whole deadline."""

    def __init__(self, model: BaseChatModel, name: str, timeout_s: float = 60.0) -> None:
        self.name = name
        self._model = model
        self._timeout_s = timeout_s

    def generate(
        self,
        question: str,
        passages: Sequence[Passage],
        articles: Mapping[str, Article],
        config: RunnableConfig | None = None,
    ) -> Draft:
        """The checked answer to a question that stands alone. Raises ModelError."""
        for part in self.stream(question, passages, articles, config):
            if isinstance(part, Draft):
                return part
        raise AssertionError("a stream ends with its draft")

    def stream(
        self,
        question: str,
        passages: Sequence[Passage],
        articles: Mapping[str, Article],
        config: RunnableConfig | None = None,
    ) -> Iterator[str | Draft]:
        """The text so far (cumulative, unchecked, without markers) as it grows; then the Draft.

        Raises ModelError when the model fails or is late. Without passages it is not asked.
        """
        evidence = Evidence(passages, articles)
        if not evidence.spans:
            yield Draft((), (), True, "", ())
            return
        prompt = load_prompt(
            "answer", question=question, evidence=evidence.text, abstain=ABSTAIN_TEXT
        )
        reply, shown, reason, told = "", "", "", False
        tokens: Counter[str] = Counter()
        for text, metadata, counted in self._said(prompt, config):
            reply += text
            tokens.update(counted)  # pieces of one reply add up, as LangChain adds them
            told = told or bool(metadata)
            reason = next((str(metadata[k]) for k in _REASON_KEYS if metadata.get(k)), reason)
            now = visible(reply)
            if now != shown:
                shown = now
                yield shown
            if len(reply) > MAX_CHARS:
                reason = "too long"
                break
        if not reply.strip():
            raise ModelError(f"{self.name} gave an empty answer{because(reason)}.")
        # A provider that tells anything tells how it ended: without that the stream was cut.
        incomplete = reason.lower() not in WHOLE if reason else told
        yield replace(checked(reply, evidence, incomplete, reason), tokens=dict(tokens))

    def standalone(self, question: str, history: Sequence[tuple[str, str]]) -> str:
        """A follow-up rewritten by the model so that it stands alone; offline when that fails."""
        if not history:
            return question
        turns = "\n".join(
            f"Question: {q[:_MAX_HISTORY_CHARS]}\nAnswer: {a[:_MAX_HISTORY_CHARS]}"
            for q, a in history[-4:]
        )
        prompt = load_prompt("standalone", question=question, conversation=turns)
        try:
            reply = "".join(text for text, _, _ in self._said(prompt, None))
        except ModelError:
            return standalone(question, history)
        lines = [line.strip(" \"'*") for line in visible(reply).split("\n") if line.strip()]
        if len(lines) != 1 or len(lines[0]) > 3 * len(question) + 200:
            return standalone(question, history)
        return lines[0].removeprefix("New question:").strip()

    def _said(
        self, prompt: str, config: RunnableConfig | None
    ) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, int]]]:
        """The model's pieces of text with their metadata and tokens, within the deadline."""

        def produce() -> Iterator[Any]:
            return iter(self._model.stream(prompt, config))

        began = time.monotonic()
        pieces = within(self._timeout_s, produce)
        try:
            for piece in pieces:
                yield _text(piece), piece.response_metadata, _tokens(piece)
        except TooLate:
            seconds = time.monotonic() - began
            raise ModelError(f"{self.name} did not finish in {seconds:.0f} seconds.") from None
        except (GeneratorExit, ModelError):
            raise
        except Exception as exc:
            # Not chained: a provider's error repeats keys and addresses.
            raise provider_error(self.name, exc) from None
        finally:
            pieces.close()


def _tokens(piece: Any) -> dict[str, int]:
    """{"input", "output"} of a piece that tells them, as most providers' last one does."""
    told = getattr(piece, "usage_metadata", None) or {}
    counts = {name: told.get(f"{name}_tokens") for name in ("input", "output")}
    return {name: count for name, count in counts.items() if isinstance(count, int)}


def _text(piece: Any) -> str:
    content = piece.content
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "".join(
        block if isinstance(block, str) else str(block.get("text") or "")
        for block in blocks
        if isinstance(block, str) or (isinstance(block, dict) and block.get("type") == "text")
    )
