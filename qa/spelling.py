"""What a misspelt word was meant to be, by how the articles spell it."""

import difflib
import re
from collections.abc import Sequence

from qa.network import load_tokenizer

MIN_LETTERS = 4
ALIKE = 0.8
"""Least ratio of matching letters, as difflib counts them."""


def likely(word: str, texts: Sequence[str]) -> str:
    """The word of the texts that a misspelt one is most like, as they write it; "" without one.

    A word that the reader's tokenizer holds whole is none: who asks for a mayor means no major.
    """
    if len(word) < MIN_LETTERS or load_tokenizer().token_to_id(word.casefold()) is not None:
        return ""
    spelt: dict[str, str] = {}
    for text in texts:
        for known in re.findall(rf"[^\W\d_]{{{MIN_LETTERS},}}", text):
            first = spelt.setdefault(known.casefold(), known)
            if first.isupper() and not known.isupper():
                spelt[known.casefold()] = known  # not as a headline in capitals has it
    close = difflib.get_close_matches(word.casefold(), spelt, 1, cutoff=ALIKE)
    return spelt[close[0]] if close else ""
