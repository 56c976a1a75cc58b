"""What `qa doctor` looks at: versions, models, index, lock and write access. No network."""

from __future__ import annotations

import difflib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa.errors import FootnoteError
from qa.settings import Settings, fault

PREFIX = Settings.model_config["env_prefix"]
PACKAGES = ("torch", "sentence-transformers", "chromadb", "langchain-core", "gradio", "bm25s")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, whether it is in order, and what was seen or what to do."""

    what: str
    ok: bool
    detail: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


def examine(articles: Path) -> tuple[Finding, ...]:
    """All findings, in the order in which a fault would stop the work. Never raises."""
    try:
        settings = Settings()
    except ValidationError as error:
        return (Finding("settings", False, fault(error)),)
    return (
        *_misspelt(),
        _versions(),
        _home(settings.home),
        _articles(articles, settings),
        _embedder(settings),
        _reader(settings),
        *_index(articles, settings),
    )


def _misspelt() -> Iterator[Finding]:
    """Variables of the environment that look like settings and are none."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
            yield Finding("settings", False, f"{name} is no setting; {hint}")


def _versions() -> Finding:
    found, missing = [f"python {platform.python_version()}"], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("versions", False, f"missing: {', '.join(missing)}; run `make setup`")
    return Finding("versions", True, ", ".join(found))


def _home(home: Path) -> Finding:
    home = home.expanduser()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"x")
    except OSError as error:
        return Finding(
            "home", False, f"{home}: not writable ({error.strerror}); set QA_HOME to a folder"
        )
    free = shutil.disk_usage(home).free / 1e9
    return Finding("home", True, f"{home}: writable, {free:.1f} GB free")


def _articles(articles: Path, settings: Settings) -> Finding:
    from vectorstore.articles import read_articles

    try:
        folder = read_articles(articles, int(settings.max_file_mb * 1_000_000))
    except FootnoteError as error:
        return Finding("articles", False, str(error))
    skipped = f", {len(folder.skipped)} skipped" if folder.skipped else ""
    return Finding("articles", True, f"{articles}: {len(folder.articles)} readable{skipped}")


def _embedder(settings: Settings) -> Finding:
    from vectorstore.embedder import Embedder

    try:
        embedder = Embedder(settings.embedding_model)
        vector = embedder.embed_question("Does the model answer?")
    except FootnoteError as error:
        return Finding("embedding model", False, str(error))
    return Finding("embedding model", True, f"{settings.embedding_model}, {len(vector)} dimensions")


def _reader(settings: Settings) -> Finding:
    from qa.readers import make_reader
    from vectorstore.embedder import Embedder

    name = settings.model
    if ":" in name:
        return Finding("model", True, f"{name} (asked at the first question; not tried here)")
    try:
        reader = make_reader(name, Embedder(settings.embedding_model))
        reader.read("Does the model answer?", ())
    except FootnoteError as error:
        return Finding("model", False, str(error))
    return Finding("model", True, f"{reader.name}, abstains under {reader.threshold:.2f}")


def _index(articles: Path, settings: Settings) -> tuple[Finding, ...]:
    from qa.engine import Footnote

    try:
        with Footnote(articles, settings) as footnote:
            path = footnote.index.path
            lock = _lock(path)
            if not path.exists():
                return Finding("index", True, f"{path}: none yet; made at the first question"), lock
            snapshot = footnote.index.snapshot()
            snapshot.dense(snapshot.vectors[0], 1)  # also whether the Chroma server answers
            counts = f"{len(snapshot.articles)} articles, {len(snapshot.chunks)} chunks"
    except FootnoteError as error:
        return (Finding("index", False, str(error)),)
    return Finding("index", True, f"{path}: {counts}"), lock


def _lock(index: Path) -> Finding:
    """Whether another process is writing the index; that is no fault, the next one waits."""
    from filelock import FileLock, Timeout

    file = index / "writer.lock"
    if file.exists():
        try:
            with FileLock(file, timeout=0):
                pass
        except Timeout:
            return Finding("lock", True, "held: another process is writing this index now")
        except OSError as error:
            return Finding("lock", False, f"{file}: {error.strerror}; set QA_HOME to a local disk")
    return Finding("lock", True, "free")
