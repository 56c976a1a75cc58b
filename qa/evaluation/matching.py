"""When two texts say the same: our containment, and SQuAD's exact match and F1.

Pure functions over strings. Ours folds what typography changes (NFKC, quotation marks and
apostrophes, case, white space) and matches whole words and whole numbers only; SQuAD's is
Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250, as published in evaluate-v2.0.py.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
    }
)
_UNITS = re.compile(
    r"(one|two|three|four|five|six|seven|eight|nine|first|second|third|fourth|fifth|sixth|seventh"
    r"|eighth|ninth)\b"
)
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """NFKC, typographic quotes to ASCII, case folded, white space collapsed.

    Quotes go first: NFKC would turn the spacing acute accent into a space and a combining mark.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_QUOTES)).casefold()
    return " ".join(folded.split())


def contains(text: str, accepted: str) -> bool:
    """Whether the accepted string occurs in the text, both normalised, as whole words.

    "4" is not in "14", "4,200" neither in "14,200" nor in "4,200,000", "five" not in
    "thirty-five", "art" not in "part"; "Assad" is in "al-Assad" and "five" in "five-year". A
    full stop or comma after a number is punctuation unless a digit follows it.
    """
    wanted = normalise(accepted)
    if not wanted:
        return False
    before = after = ""
    if wanted[0].isalnum():
        before = r"(?<!\w)"
    if wanted[0].isdigit():
        before += r"(?<!\d[.,])"
    elif _UNITS.match(wanted):
        before += r"(?<!ty-)"
    if wanted[-1].isalnum():
        after = r"(?!\w)"
    if wanted[-1].isdigit():
        after += r"(?![.,]\d)"
    return re.search(before + re.escape(wanted) + after, normalise(text)) is not None


def contains_any(text: str, accepted: Iterable[str]) -> bool:
    """Whether at least one of the accepted strings occurs in the text."""
    return any(contains(text, one) for one in accepted)


def yes_or_no(text: str) -> str:
    """What the text begins with: "yes" or "no" before punctuation or the end, else "".

    "No, he did not" -> "no"; "No longer needed", "No one died" -> "".
    """
    found = re.match(r"\W*(yes|no)(?=\s*(?:[^\w\s]|$))", normalise(text))
    return found.group(1) if found else ""


def squad_normalise(text: str) -> str:
    """SQuAD's: lower case, then no punctuation, then no articles, then single spaces."""
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact_match(given: str, accepted: Iterable[str]) -> float:
    """SQuAD's EM: 1.0 when the texts are equal after its normalisation, best over `accepted`.

    No accepted answer (the text does not say) is matched by the empty string alone.
    """
    wanted = [squad_normalise(one) for one in _with_tokens(accepted)]
    return float(squad_normalise(given) in wanted)


def token_f1(given: str, accepted: Iterable[str]) -> float:
    """SQuAD's F1 over the bag of words, best over `accepted`; empty matches only empty."""
    return max(_f1(given, one) for one in _with_tokens(accepted))


def _with_tokens(accepted: Iterable[str]) -> list[str]:
    # as published: answers that normalise to nothing are dropped; with none left, [""] stays
    return [one for one in accepted if squad_normalise(one)] or [""]


def _f1(given: str, accepted: str) -> float:
    got, wanted = squad_normalise(given).split(), squad_normalise(accepted).split()
    if not got or not wanted:
        return float(got == wanted)
    same = sum((Counter(got) & Counter(wanted)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(got), same / len(wanted)
    return 2 * precision * recall / (precision + recall)
