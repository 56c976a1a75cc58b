"""Checks an answer against the files on disk, independently of how it was made.

Knows the answer's records and how a file is decoded; knows nothing of the index. Every citation is
read afresh: the bytes are hashed, decoded, and the cited characters compared with the quote.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from qa.errors import AnswerFileError
from qa.records import Answer, Citation
from vectorstore.articles import decode

Status = Literal["ok", "file changed", "file missing", "quote not there", "quote elsewhere"]


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one citation; detail is a phrase for the user, "" when all is well."""

    marker: int
    file: str
    status: Status
    detail: str


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is now: its hash, and its text ("" with a reason when it is none)."""

    sha256: str
    text: str
    reason: str


def verify(answer: Answer, folder: str | Path) -> tuple[Check, ...]:
    """Check every citation of an answer against the files under `folder`, in the answer's order.

    A marker that a statement uses and no citation explains is reported last, as a quote that is
    not there. An answer without citations gives ().
    """
    folder = Path(folder)
    files: dict[str, _File | str] = {}
    checks = []
    for citation in answer.citations:
        if citation.file not in files:
            files[citation.file] = _read(folder, citation.file)
        checks.append(_check(citation, files[citation.file]))
    listed = {citation.marker for citation in answer.citations}
    used = dict.fromkeys(m for statement in answer.statements for m in statement.citations)
    checks += [
        Check(marker, "", "quote not there", f"the answer lists no citation [{marker}]")
        for marker in used
        if marker not in listed
    ]
    return tuple(checks)


def load_answer(path: Path) -> Answer:
    """Read an answer that `Answer.to_json` wrote.

    Raises AnswerFileError, naming the file, when it is missing or anything else.
    """
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
        if not isinstance(data, dict):
            raise ValueError("not a JSON object")
        answer = Answer.from_dict(data)
        _check_types(answer)
    except OSError as exc:
        raise AnswerFileError(f"{path}: cannot be read: {exc.strerror or exc}") from exc
    except KeyError as exc:
        raise AnswerFileError(f"{path}: not an answer of Footnote: {exc} is missing") from exc
    except (ValueError, TypeError, AttributeError, RecursionError) as exc:
        raise AnswerFileError(
            f"{path}: not an answer of Footnote ({exc}); `qa ask --json` writes one"
        ) from exc
    return answer


def _check_types(answer: Answer) -> None:
    for citation in answer.citations:
        for name in ("file", "sha256", "quote"):
            if not isinstance(getattr(citation, name), str):
                raise TypeError(f"citation {citation.marker!r}: {name} is not text")
        for name in ("marker", "start", "end"):
            if type(getattr(citation, name)) is not int:
                raise TypeError(f"citation {citation.marker!r}: {name} is not a whole number")
    for statement in answer.statements:
        if not isinstance(statement.text, str):
            raise TypeError("a statement is not text")
        if any(type(marker) is not int for marker in statement.citations):
            raise TypeError("a statement's citation is not a whole number")


def _read(folder: Path, name: str) -> _File | str:
    """The file, or in words why there is none. Never reads outside the folder, never a pipe."""
    parts = PurePosixPath(name)
    if not name or parts.is_absolute() or ".." in parts.parts or "\\" in name or "\0" in name:
        return "the name leads out of the folder" if name else "no file is named"
    try:
        root = folder.resolve()
        path = (root / parts).resolve()
        if not path.is_relative_to(root):
            return "the name leads out of the folder"
        if not path.exists():
            return "no such file in the folder"
        if not path.is_file():
            return "not a regular file"
        data = path.read_bytes()
    except (OSError, RuntimeError, ValueError) as exc:
        return f"cannot be read: {getattr(exc, 'strerror', None) or exc}"
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        text, _ = decode(data)
    except ValueError as exc:
        return _File(sha256, "", f"the file is not text now: {exc}")
    return _File(sha256, text, "")


def _check(citation: Citation, file: _File | str) -> Check:
    def check(status: Status, detail: str = "") -> Check:
        return Check(citation.marker, citation.file, status, detail)

    if isinstance(file, str):
        return check("file missing", file)
    if file.reason:
        same = file.sha256 == citation.sha256
        return check("quote not there" if same else "file changed", file.reason)
    start, end, quote = citation.start, citation.end, citation.quote
    # A negative offset would count from the end of the text.
    stands = 0 <= start < end <= len(file.text) and file.text[start:end] == quote
    places = () if stands or not quote else _places(quote, file.text)
    where = _where(places, start, len(quote))
    if file.sha256 != citation.sha256:
        if stands:
            where = "the quote still stands at its place"
        return check("file changed", where or "the quote is no longer in it")
    if stands:
        return check("ok")
    if places:
        return check("quote elsewhere", where)
    return check("quote not there", f"characters {start} to {end} are other text")


def _places(quote: str, text: str) -> tuple[int, ...]:
    """Where the quote begins in the text, without overlaps."""
    return tuple(found.start() for found in re.finditer(re.escape(quote), text))


def _where(places: tuple[int, ...], start: int, length: int) -> str:
    if not places:
        return ""
    nearest = min(places, key=lambda place: abs(place - start))
    more = f" and at {len(places) - 1} other places" if len(places) > 1 else ""
    return f"the quote stands at characters {nearest} to {nearest + length}{more}"
