"""A folder of .txt and .md files -> Articles, with every file that was passed over and why.

Knows files, encodings and articles.csv. What a text says about itself is metadata.py's, what of it
is furniture is furniture.py's. Never follows a link and never leaves the folder; writes nothing.
"""

import hashlib
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from vectorstore.catalogue import CATALOGUE, NO_ENTRY, Entry, read_catalogue
from vectorstore.errors import ArticlesError
from vectorstore.furniture import body_spans
from vectorstore.metadata import stated
from vectorstore.records import Article, Folder, Skipped

Progress = Callable[[str, int, int], None]
"""Called with the stage, what is done and the total, in files."""

SUFFIXES = (".txt", ".md")
MAX_BYTES = 20_000_000
"""A file over this is no article; the longest news features are under 200,000 bytes."""

_LOOKED_FOR = "looked for .txt and .md files in it and its subfolders, hidden ones left out"


def read_articles(
    folder: Path, max_bytes: int = MAX_BYTES, progress: Progress | None = None
) -> Folder:
    """Every readable article under `folder`, ordered by id, and the files skipped, with reasons.

    Raises ArticlesError when the folder is missing, is none, or holds no readable article, and
    when articles.csv is wrong.
    """
    root = _root(folder)
    entries = read_catalogue(root)
    found, skipped, n_others = _walk(root)
    articles: list[Article] = []
    for n_done, article_id in enumerate(found, start=1):
        try:
            articles.append(_read(root, article_id, max_bytes, entries))
        except _Unreadable as exc:
            skipped.append(Skipped(_shown(article_id), str(exc)))
        if progress is not None:
            progress("read", n_done, len(found))
    if not articles:
        raise ArticlesError(_nothing_readable(folder, skipped, n_others))
    known = {*found, *(one.path for one in skipped)}
    skipped += [
        Skipped(_shown(name), f"line {entry.line} of {CATALOGUE} names it, but it is not there")
        for name, entry in entries.items()
        if name not in known
    ]
    return Folder(tuple(articles), tuple(sorted(skipped, key=lambda one: one.path)))


def read_article(folder: Path, article_id: str, max_bytes: int = MAX_BYTES) -> Article:
    """One article, fresh from disk.

    Raises ArticlesError when it cannot be read; its `__cause__` is a FileNotFoundError when the
    file is not there. An id that leads out of the folder is refused before anything is opened.
    """
    root = _root(folder)
    parts = PurePosixPath(article_id).parts
    is_id = bool(parts) and not any(part.startswith((".", "/")) for part in parts)
    is_id = is_id and "/".join(parts) == article_id and _name_problem(article_id) is None
    if not is_id or not article_id.lower().endswith(SUFFIXES):
        raise ArticlesError(f"{_shown(article_id)!r} is not the id of an article in {folder}")
    try:
        return _read(root, article_id, max_bytes, read_catalogue(root))
    except _Unreadable as exc:
        raise ArticlesError(f"{folder}/{_shown(article_id)}: {exc}") from (exc.__cause__ or exc)


class _Unreadable(Exception):
    """Why a file is no article, in words for the user."""


def _root(folder: Path) -> Path:
    try:
        root = Path(os.path.realpath(folder))
        if root.is_dir():
            return root
        problem = "is not a folder" if root.exists() else "there is no such folder"
    except (OSError, ValueError) as exc:
        raise ArticlesError(f"{_shown(str(folder))}: cannot be opened: {exc}") from exc
    raise ArticlesError(f"{_shown(str(folder))}: {problem}; expected one with .txt or .md articles")


def _walk(root: Path) -> tuple[list[str], list[Skipped], Counter[str]]:
    """Ids of candidates in order, what cannot be one, and other files counted by suffix."""
    found: list[str] = []
    skipped: list[Skipped] = []
    n_others: Counter[str] = Counter()

    def cannot_list(exc: OSError) -> None:
        name = os.path.relpath(exc.filename, root) if exc.filename else "?"
        skipped.append(Skipped(_shown(name), f"folder cannot be read: {exc.strerror}"))

    for here, folders, files in os.walk(root, onerror=cannot_list, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        prefix = PurePosixPath(Path(here).relative_to(root).as_posix())
        for name in folders:
            if os.path.islink(os.path.join(here, name)):
                reason = "symbolic link to a folder: not followed"
                skipped.append(Skipped(_shown(str(prefix / name)), reason))
        for name in files:
            if name.startswith("."):
                continue
            article_id = str(prefix / name)
            if not name.lower().endswith(SUFFIXES):
                if article_id != CATALOGUE:
                    n_others[_shown(os.path.splitext(name)[1].lower())] += 1
            elif problem := _name_problem(article_id):
                skipped.append(Skipped(_shown(article_id), problem))
            else:
                found.append(article_id)
    return sorted(found), skipped, n_others


def _name_problem(name: str) -> str | None:
    categories = {unicodedata.category(character) for character in name}
    if "Cs" in categories:
        return "its name is not valid UTF-8: rename it"
    if categories & {"Cc", "Zl", "Zp"}:
        return "its name holds a line end or control character: rename it"
    return None


def _shown(name: str) -> str:
    """A file name that can be printed and encoded, whatever bytes it is made of."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in name
    )


def _nothing_readable(folder: Path, skipped: list[Skipped], n_others: Counter[str]) -> str:
    message = f"{_shown(str(folder))}: no readable article; {_LOOKED_FOR}."
    if n_others:
        kinds = ", ".join(
            f"{n} {kind or 'without a suffix'}" for kind, n in sorted(n_others.items())
        )
        message += f" Other files there: {kinds}."
    if skipped:
        named = "; ".join(f"{one.path} ({one.reason})" for one in skipped[:5])
        rest = f"; and {len(skipped) - 5} more" if len(skipped) > 5 else ""
        message += f" Skipped: {named}{rest}."
    return message


# --- one file ---------------------------------------------------------------------------------


def _read(root: Path, article_id: str, max_bytes: int, entries: Mapping[str, Entry]) -> Article:
    data = _bytes(root, article_id, max_bytes)
    if not data:
        raise _Unreadable("empty file")
    try:
        text, encoding = decode(data)
    except ValueError as exc:
        raise _Unreadable(str(exc)) from exc
    if not _has_visible(text):
        raise _Unreadable("nothing but white space")
    body = body_spans(text)
    said = stated(text, body)
    entry = entries.get(article_id, NO_ENTRY)
    return Article(
        article_id=article_id,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        text=text,
        title=entry.title or said.title or PurePosixPath(article_id).stem,
        outlet=entry.outlet or said.outlet,
        published=entry.published or said.published,
        url=entry.url or said.url,
        body=body,
    )


def _bytes(root: Path, article_id: str, max_bytes: int) -> bytes:
    """The file's bytes, if it is a plain file of the folder: no link, no pipe, not too big."""
    path = root / article_id
    try:
        inside = Path(os.path.realpath(path)).is_relative_to(root)
        if path.is_symlink():
            where = "" if inside else " out of the folder"
            raise _Unreadable(f"symbolic link{where}: not followed")
        if not inside:
            raise _Unreadable("lies outside the folder: not followed")
        # O_NONBLOCK: opening a named pipe would wait for a writer for ever.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise _Unreadable("not a plain file")
            if status.st_size <= max_bytes:
                data = file.read(max_bytes + 1)
                if len(data) <= max_bytes:
                    return data
            size = max(status.st_size, max_bytes + 1)
            raise _Unreadable(f"{size / 1e6:,.1f} MB, over the limit of {max_bytes / 1e6:,.1f} MB")
    except OSError as exc:
        raise _Unreadable(f"cannot be read: {exc.strerror or exc}") from exc


def _has_visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] not in "ZC" for character in _distinct(text))


def _distinct(text: str) -> Iterator[str]:
    """Each character once, in order: a long blank file then costs no more than a short one."""
    return iter(dict.fromkeys(text))


_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database"),
)
_TEXT_CONTROLS = "\t\n\v\f\r\x1b\x85"


def decode(data: bytes) -> tuple[str, str]:
    """Bytes -> text and the name of the encoding: by its mark, else strict UTF-8, else cp1252.

    The mark is not part of the text; nothing else is changed, so line ends stay as they are.
    Raises ValueError with the reason when the bytes are no text.
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise ValueError(f"binary, not text: {kind}")
    problem = ""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return _checked(data.decode(encoding), 0.1), encoding
            except UnicodeDecodeError as exc:
                problem = f"starts as {encoding} but is damaged at byte {exc.start}"
    if problem:
        raise ValueError(problem)
    try:
        return _checked(data.decode("utf-8"), 0.1), "utf-8"
    except UnicodeDecodeError as exc:
        if _is_damaged_utf8(data):
            problem = f"damaged UTF-8 at byte {exc.start}: save the file again as UTF-8"
            raise ValueError(problem) from exc
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as exc:
        problem = "binary, or text in another encoding than UTF-8 and Windows-1252"
        raise ValueError(problem) from exc
    # Western text is under 10% accented; other alphabets' old encodings come out as nothing else.
    n_high = sum(character > "\x7f" for character in text)
    if n_high > max(20, 0.3 * len(text)):
        raise ValueError("text in another encoding than UTF-8 and Windows-1252: save it as UTF-8")
    return _checked(text, 0.01), "cp1252"


def _checked(text: str, share: float) -> str:
    """The text, unless more than `share` of it (and more than three) are control characters."""
    n_controls = sum(
        n
        for character, n in Counter(text).items()
        if unicodedata.category(character) == "Cc" and character not in _TEXT_CONTROLS
    )
    if n_controls > max(3, share * len(text)) or 0 < n_controls == len(text):
        raise ValueError(f"binary, not text: {n_controls} control characters")
    return text


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether most of the bytes over 0x7f are proper UTF-8: cp1252 would turn them into "â€™"."""
    text = data.decode("utf-8", errors="replace")
    n_bad = text.count("\ufffd")
    n_good = sum(character > "\x7f" for character in text) - n_bad
    return n_good >= 3 and n_good > 3 * n_bad
