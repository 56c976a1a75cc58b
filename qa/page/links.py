"""The address of a passage, as the citation chips carry it: `#src-START-END-SHA-FILE`.

It names the article, its version and the characters, and nothing of the session, so that a chip
in a saved conversation still opens its passage after a restart.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

SHA_DIGITS = 16
"""Hex digits of the SHA-256 in a link: 64 bits tell the versions of one file apart."""

_LINK = re.compile(rf"#?src-(\d{{1,9}})-(\d{{1,9}})-([0-9a-f]{{{SHA_DIGITS}}})-(\S{{1,3000}})")


@dataclass(frozen=True, slots=True)
class Link:
    """Characters [start, end) of the article `file` whose SHA-256 begins with `sha`."""

    file: str
    sha: str
    start: int
    end: int

    @property
    def href(self) -> str:
        """The fragment that a chip carries; safe inside a quoted attribute."""
        name = quote(self.file, safe="", errors="surrogatepass")
        return f"#src-{self.start}-{self.end}-{self.sha}-{name}"


def to_passage(file: str, sha256: str, start: int, end: int) -> Link:
    """The link to characters [start, end) of a file."""
    return Link(file, sha256[:SHA_DIGITS], start, end)


def parse(href: str) -> Link | None:
    """The link that a chip carried, or None when it is none of ours."""
    found = _LINK.fullmatch(href)
    if not found:
        return None
    start, end = int(found[1]), int(found[2])
    if start > end:
        return None
    return Link(unquote(found[4], errors="surrogatepass"), found[3], start, end)
