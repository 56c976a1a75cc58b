"""articles.csv: what the folder's owner says about the articles, which goes before the text.

One optional file in the folder, UTF-8, with the header file,title,outlet,published,url. An empty
cell says nothing. Knows no articles: which files exist is for articles.py.
"""

import csv
import io
import os
import stat
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vectorstore.errors import ArticlesError

CATALOGUE = "articles.csv"
_COLUMNS = ("file", "title", "outlet", "published", "url")
_MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One row; `line` is where it stands in articles.csv, from 1."""

    line: int
    title: str | None
    outlet: str | None
    published: date | None
    url: str | None


NO_ENTRY = Entry(0, None, None, None, None)


def read_catalogue(folder: Path) -> dict[str, Entry]:
    """The rows of articles.csv by file; {} when there is none.

    Raises ArticlesError naming file and line for a row that does not fit.
    """
    path = folder / CATALOGUE
    text = _text(path)
    if text is None:
        return {}
    entries: dict[str, Entry] = {}
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for row in rows:
            cells = [" ".join(cell.split()) for cell in row]
            if header is None:
                header = _header(path, cells)
            elif any(cells):
                file, entry = _entry(path, line, header, cells)
                if file in entries:
                    raise _wrong(path, line, f"{file} stands on line {entries[file].line} already")
                entries[file] = entry
            line = rows.line_num + 1
    except csv.Error as exc:
        raise _wrong(path, line, f"not CSV: {exc}") from exc
    return entries


def _text(path: Path) -> str | None:
    try:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ArticlesError(f"{path}: not a plain file; expected a table")
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as exc:
        message = f"{path}: cannot be read ({exc.strerror}); mend or remove it"
        raise ArticlesError(message) from exc
    if len(data) > _MAX_BYTES:
        raise ArticlesError(f"{path}: over {_MAX_BYTES // 1_000_000} MB; expected a table of files")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise _wrong(path, line, "not UTF-8; save the table as UTF-8") from exc


def _header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.lower() for cell in cells]
    if "file" not in header or not set(header) <= set(_COLUMNS) or len(set(header)) < len(header):
        expected = ",".join(_COLUMNS)
        raise _wrong(path, 1, f"the header is {','.join(cells)!r}; expected {expected}")
    return header


def _entry(path: Path, line: int, header: list[str], cells: list[str]) -> tuple[str, Entry]:
    if len(cells) != len(header):
        raise _wrong(path, line, f"{len(cells)} cells; expected {len(header)} as in the header")
    row = dict(zip(header, cells, strict=True))
    file = row["file"].replace("\\", "/").removeprefix("./")
    if not file:
        raise _wrong(path, line, "no file name; expected a path relative to the folder")
    published = None
    if stated := row.get("published"):
        try:
            published = date.fromisoformat(stated)
        except ValueError as exc:
            raise _wrong(path, line, f"published is {stated!r}; expected YYYY-MM-DD") from exc
    url = row.get("url") or None
    if url and not url.lower().startswith(("http://", "https://")):
        raise _wrong(path, line, f"url is {url!r}; expected http:// or https://")
    return file, Entry(line, row.get("title") or None, row.get("outlet") or None, published, url)


def _wrong(path: Path, line: int, problem: str) -> ArticlesError:
    return ArticlesError(f"{path}, line {line}: {problem}")
