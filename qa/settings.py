"""Every knob, with its unit, default and reason. Made once at the door and handed down.

Read from the environment (prefix QA_) by the doors only: app.py, qa/__main__.py and ask().
"""

from pathlib import Path

from platformdirs import user_cache_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one Footnote; unknown names are refused.

    Settings()                          the defaults, and QA_* from the environment
    Settings(model="openai:gpt-4o-mini")  a LangChain chat model as "provider:name"
    Settings(model="baseline")          the most similar sentence, no trained reader
    Settings(home=Path("/data/qa"))     index, runs and feedback under another folder
    """

    model_config = SettingsConfigDict(env_prefix="QA_", extra="forbid", frozen=True)

    home: Path = Field(default_factory=lambda: user_cache_path("footnote-qa"))
    """Folder of indexes, evaluation runs and feedback; nothing is written anywhere else."""
    model: str = "reader"
    """"reader" (ours, offline), "baseline", or "provider:name" of a LangChain chat model."""
    base_url: str | None = None
    """Address of an OpenAI-compatible server for "openai:..." models."""
    model_timeout_s: float = Field(default=60.0, gt=0)
    """Total seconds a chat model may take for one answer before the offline answer is given."""
    embedding_model: str = "all-MiniLM-L6-v2"
    """The packaged encoder, or a folder or name that sentence-transformers can load."""
    chroma_url: str | None = None
    """http://host:port of a `chroma run` server; None keeps vectors in a local directory."""
    max_file_mb: float = Field(default=20.0, gt=0)
    """Articles above this size in megabytes are skipped with a warning."""
    chunk_tokens: int = Field(default=200, ge=32, le=512)
    """Most word pieces in a chunk; never more than leaves the encoder room for a title (214)."""
    n_passages: int = Field(default=12, ge=1, le=100)
    """Passages retrieved for a question; with 20 no more dev cases were right."""
    max_question_chars: int = Field(default=2000, ge=1)
    """Longer questions are refused: they are pasted text, not questions."""
    threshold: float | None = Field(default=None, ge=0, le=1)
    """Abstain under this confidence; None takes the value calibrated for the answerer."""
    lock_timeout_s: float = Field(default=600.0, ge=0)
    """Seconds to wait for another process that is writing the same index."""


def fault(error: ValidationError) -> str:
    """The first fault of invalid settings in one line: the variable, its value, the next step."""
    first = error.errors()[0]
    name = "_".join(str(part) for part in first["loc"])
    given = f"{Settings.model_config['env_prefix']}{name}".upper()
    return f"{given}={first['input']!r}: {first['msg']}; set another value, or unset it"
