"""The nouns of the store: what an article is, and what a chunk of it is.

Knows only the standard library. Offsets are characters (code points) of `Article.text`, end
exclusive, so `article.text[start:end]` is always the quoted text.
"""

from dataclasses import dataclass
from datetime import date

Span = tuple[int, int]
"""(start, end) in characters of an article's text, end exclusive."""


@dataclass(frozen=True, slots=True)
class Article:
    """One file under the articles folder.

    article_id: path relative to the folder, with `/`.
    sha256: hex digest of the file's bytes.
    encoding: how the bytes were decoded ("utf-8", "utf-8-sig", "utf-16", "cp1252").
    text: the decoded file, untouched (line ends included; a byte order mark is not text).
    body: ordered, disjoint spans of `text` that are news, i.e. not page furniture.
    """

    article_id: str
    sha256: str
    encoding: str
    text: str
    title: str
    outlet: str | None
    published: date | None
    url: str | None
    body: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A contiguous span of one article, as indexed: `article.text[start:end] == text`.

    sentences: spans in the *article's* characters, each within [start, end), in order.
    """

    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]

    @property
    def chunk_id(self) -> str:
        """Stable within one version of the article: `article_id#start-end`."""
        return f"{self.article_id}#{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was found but not read, and why, in words for the user."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder of articles holds: the readable articles by id, and the files passed over."""

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did, counted in articles (chunks in `n_chunks`, vectors in `n_embedded`)."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    deleted: tuple[str, ...]
    n_unchanged: int
    n_chunks: int
    n_embedded: int
    skipped: tuple[Skipped, ...]
    generation: str
    seconds: float
