"""Which reader a name means."""

from qa.errors import ModelError
from qa.reading import Reader
from vectorstore.embedder import Embedder


def make_reader(name: str, embedder: Embedder) -> Reader:
    """The reader "reader" or "baseline". Raises ModelError for any other name."""
    if name == "baseline":
        from qa.baseline import BaselineReader

        return BaselineReader(embedder)
    if name == "reader":
        from qa.reader import TrainedReader

        return TrainedReader()
    raise ModelError(
        f"Unknown model {name!r}: use 'reader', 'baseline', or 'provider:name' of a LangChain "
        "chat model, such as 'openai:gpt-4o-mini' or 'ollama:llama3.2'."
    )
