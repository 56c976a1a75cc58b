"""BM25 over the same chunks as the vectors; the one door to bm25s and the stemmer.

Knows how news text falls into terms: numbers whole ("4,200"), acronyms ("U.S."), names with
hyphens and digits ("S-400", "Su-34"), stems of English words. Does not know what a chunk is:
texts go in, row numbers and scores come out.
"""

import functools
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TOKEN = re.compile(
    r"""
    \d+(?:[.,]\d+)*[^\W\d_]*                     # 4,200   1.5m   20th
  | (?<!\w)(?:[^\W\d_]\.)+[^\W\d_](?!\w)        # U.S.  u.s
  | [^\W_]+(?:['&-][^\W_]+)*                     # Russia's  AT&T  S-400  re-elected
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)*)([^\W\d_]*)")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ENDING = re.compile(r"(?:n't|'(?:s|re|ve|ll|d|m))$|(?<=\d)s$")  # don't  Russia's  F-16s
_FOLD = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "_": " "})

# Function words only: on short chunks every other word may be what the question is about.
_FUNCTION_WORDS = """
a about after all also am an and any are as at be been before being but by ca can could did do does
doing done dont for from had has have he her here hers him his how i if in into is it its just me
more most my of on or our ours own said say says she should so some such than that the their theirs
them then there these they this those to too us very was we were what when where which while who
whom whose why will with wo would you your yours
"""
_STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
_NAMES_IN_CAPITALS = frozenset({"US", "WHO", "IT"})


@functools.lru_cache(maxsize=50_000)
def term_set(text: str) -> frozenset[str]:
    """The distinct terms of a text."""
    return frozenset(tokenize(text))


def tokenize(text: str) -> list[str]:
    """The terms of a text, in order, stemmed; the same for a chunk and for a question.

    What is written in several ways becomes one term: "4,200" and "4200"; "U.S.", "US" and "u.s";
    "S-400" and "S400"; "Erdoğan" and "Erdogan". Compounds also give their parts ("re-elected":
    re-elected, elected), numbers with a unit also the bare number ("$1.5m": 1.5m, 1.5).
    Possessives are stripped. Stop words give nothing, except in capitals as names ("US", "WHO").
    """
    tokens = _TOKEN.findall(_plain(text))
    terms: list[str] = []
    for place, token in enumerate(tokens):
        if token in _NAMES_IN_CAPITALS and not _shouted(tokens, place):
            terms.append(token.casefold())
        else:
            terms += _terms(token)
    return terms


def _plain(text: str) -> str:
    """Compatibility forms and accents folded: "ﬁ" -> "fi", "ğ" -> "g"."""
    text = text.translate(_FOLD)
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@functools.lru_cache(maxsize=1 << 16)
def _terms(token: str) -> tuple[str, ...]:
    """The stems that a token stands for. Cached: 1.2 million words in 1.2 s instead of 4.5."""
    if number := _NUMBER.fullmatch(token):
        bare, unit = number.groups()
        bare = bare.replace(",", "") if _GROUPED.fullmatch(bare) else bare
        terms = [bare] if unit in ("", "s") else [bare + unit.casefold(), bare]  # 1990s is 1990
    elif "." in token:
        terms = [token.replace(".", "").casefold()]
    else:
        terms = list(_word_terms(token.casefold()))
    # A stemmer of its own for each call: they are not safe to share between threads, and cost
    # less than a microsecond.
    import Stemmer

    return tuple(Stemmer.Stemmer("english").stemWords(terms))


def _word_terms(word: str) -> Iterator[str]:
    word = _ENDING.sub("", word)
    if word in _STOP_WORDS:
        return
    parts = word.split("-")
    yield "".join(parts)
    if len(parts) > 1:
        for part in parts:
            if part not in _STOP_WORDS and (len(part) > 2 or part.isdigit()):
                yield part


def _shouted(tokens: Sequence[str], place: int) -> bool:
    """Whether a word in capitals stands among others, as in "WHO IS THE MAYOR"."""
    neighbours = (*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2])
    return any(
        word.isupper() and (len(word) > 4 or word.casefold() in _STOP_WORDS) for word in neighbours
    )


class Lexical:
    """A BM25 index of texts by row number. Safe to search from several threads."""

    def __init__(self, model: Any, n_rows: int) -> None:
        self._model = model  # bm25s.BM25, or None where no text has a term
        self.n_rows = n_rows

    @classmethod
    def build(cls, texts: Sequence[str]) -> "Lexical":
        """Index the texts. None at all, or none with a term, gives an index that finds nothing."""
        vocabulary: dict[str, int] = {}
        rows = [
            [vocabulary.setdefault(term, len(vocabulary)) for term in tokenize(text)]
            for text in texts
        ]
        if not vocabulary:
            return cls(None, len(texts))
        from bm25s import BM25

        model = BM25(k1=1.5, b=0.75, method="lucene")
        model.index((rows, vocabulary), show_progress=False)
        return cls(model, len(texts))

    def save(self, folder: Path) -> None:
        """Write the index into a folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._model is not None:
            self._model.save(folder, show_progress=False)
        meta = {"n_rows": self.n_rows, "empty": self._model is None}
        (folder / "lexical.json").write_text(json.dumps(meta), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Lexical":
        """Open what `save` wrote; the scores are mapped, not read."""
        meta = json.loads((folder / "lexical.json").read_text(encoding="utf-8"))
        if meta["empty"]:
            return cls(None, meta["n_rows"])
        from bm25s import BM25

        return cls(BM25.load(folder, mmap=True, show_progress=False), meta["n_rows"])

    def search(
        self, question: str, k: int, mask: NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """The k best rows with their scores (> 0), best first; equal scores by row.

        mask: shape (n_rows,), True for the rows that may be found. A question of stop words or of
        unknown terms gives [].
        """
        if self._model is None or k < 1:
            return []
        known = [term for term in tokenize(question) if term in self._model.vocab_dict]
        if not known:
            return []
        scores = self._model.get_scores(known)
        if mask is not None:
            scores = np.where(mask, scores, 0.0)
        rows = np.flatnonzero(scores > 0)  # bm25s fills up with rows of score 0
        if len(rows) > 4 * k:
            least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
            rows = rows[scores[rows] >= least]
        best = rows[np.lexsort((rows, -scores[rows]))][:k]
        return [(int(row), float(scores[row])) for row in best]
