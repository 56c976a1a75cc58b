"""Text -> sentence spans, in characters of that text; the one door to nupunkt.

Knows line ends, abbreviations and quotation marks; knows nothing of articles or tokens. nupunkt's
`sent_spans` finds the boundaries (`sent_spans_adaptive` is four times slower and runs headings and
one-word sentences into their neighbours) and this room repairs what news text does to it:
sentences glued without a space, a closing quotation mark left to the next sentence, military
titles, hard-wrapped lines, scripts whose full stop is not ".".
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from vectorstore.paragraphs import paragraphs, stripped
from vectorstore.records import Span

MAX_SENTENCE = 1_500
"""Characters. Text without a full stop is cut at clauses, so that it can still be cited."""

_WINDOW = 2_000
"""Characters handed to nupunkt at once: its time is quadratic in '."."."' (measured: 1,000,000
characters in one piece took minutes)."""

_FULL_STOP = re.compile(r"[.!?…。！？｡؟۔।॥։።]")
_WHITE = re.compile(r"\s")
_CLOSERS = "\"”’»')]"
_OPENERS = "\"“‘«'([¿¡"
_LIST_NUMBER = re.compile(r"\(?\d{1,3}[.)]")
_INITIALS = re.compile(r"""["“‘(]?(?:[A-Z]\.)+""")
_FIRM = re.compile(r"(?:Inc|Corp|Ltd|Va)\b")  # "Yahoo! Inc.", "W. Va."
_CLOSING_RUN = re.compile(r"""[”’»)\]"']+""")

_GLUE = re.compile(r"""(?<![.!?])[.!?]++["”’»')\]]*+(?=["“‘«(]?[^\W\d_])""")
"""A full stop with a letter straight after it. Possessive, so a million dots stay linear."""
_SPACED = re.compile(
    r"""(?P<word>(?<!\w)(?:[^\W\d_]{3,24}|as|at|be|by|do|go|he|in|is|it|me|of|on|so|to|up|us|we))
    [.!?]["”’»')\]]*\s+
    (?=(?P<quote>["“‘«(]*)(?P<next>[^\W\d_]+))""",
    re.X,
)
"""A full stop after a word that is no initial, and a word after it. nupunkt takes "wheel.",
"month." and "reports." for abbreviations (638 such in 125,703 sentences of 2,009 articles)."""
_OTHER_STOPS = re.compile(r"""[。！？｡]++[」』”’）)\]]*+|[؟۔।॥։።]++["”»)]*+(?=\s)""")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    "adm amb asst atty brig capt cmdr col cpl cpt det dr fr gen gov hon insp jr lt ltc maj messrs"
    " mlle mme mr mrs ms msgr mt pfc pres prof pvt rep reps rev secy sen sens sgt sr st ste supt"
    " vs"
)
_BEFORE_A_NUMBER = _words(
    "jan feb mar apr jun jul aug sep sept oct nov dec no nos art sec fig pp vol ch para"
)
_LOWER_ABBREVIATIONS = _words(
    "approx assn ave avg bldg blvd bros def dept dist div ext feat gal hwy incl intl lbs max min"
    " misc nee orig tel temp univ viz"
)
_NOT_A_SENTENCE = _words(
    "ai app co com edu exe fm gov htm html inc io jpg js md net org pdf php png py tv uk us"
)
"""After "Booking." these end a name, not a sentence."""
_STARTERS = _words(
    "a after all an and as at both but by for from he her his how however i if in it its last"
    " many more most mr no now officials on one our she since so some still that the their then"
    " there these they this those to two under until we what when where while who why with"
    " yet you"
)
_ABBREVIATIONS = _TITLES | _BEFORE_A_NUMBER | _LOWER_ABBREVIATIONS | {"corp", "inc", "ltd"}
_COUNTRIES = ("U.S.", "U.N.", "U.K.", "E.U.")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """The sentences of `text[start:end]`, in order, as spans of `text`.

    Spans are disjoint and bare of surrounding white space, and every character that is not white
    space is in one of them. None is longer than MAX_SENTENCE. A blank line or a short line without
    a full stop ends a sentence; the line end of a wrapped paragraph does not.
    """
    spans: list[Span] = []
    for block_start, block_end in paragraphs(text, start, len(text) if end is None else end):
        if block_end - block_start <= MAX_SENTENCE and not _FULL_STOP.search(
            text, block_start, block_end
        ):
            spans.append((block_start, block_end))  # a heading, a list entry
            continue
        cuts = [block_start, *_cuts(text, block_start, block_end), block_end]
        block = [
            span
            for left, right in pairwise(cuts)
            if (span := stripped(text, left, right)) is not None
        ]
        for left, right in _joined(text, block):
            spans.extend(cut_long(text, (left, right), MAX_SENTENCE))
    return tuple(spans)


def cut_long(text: str, span: Span, limit: int) -> list[Span]:
    """A span in pieces of at most `limit` characters, cut after a clause, else at a space.

    A run without either is cut anywhere, though never before a combining mark or inside a joined
    emoji.
    """
    start, end = span
    pieces: list[Span] = []
    while end - start > limit:
        earliest, latest = start + max(1, limit * 3 // 5), start + limit
        cut = latest
        while cut > earliest and not (text[cut - 2] in ",;:–—" and text[cut - 1].isspace()):
            cut -= 1
        if cut == earliest:
            cut = latest
            while cut > start and not text[cut - 1].isspace() and not text[cut].isspace():
                cut -= 1
        if cut == start:
            cut = latest
            while cut > max(start + 1, latest - 16) and _sticks(text, cut):
                cut -= 1
        if (piece := stripped(text, start, cut)) is not None:
            pieces.append(piece)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if (piece := stripped(text, start, end)) is not None:
        pieces.append(piece)
    return pieces


def _sticks(text: str, cut: int) -> bool:
    """Whether a cut here would part a combining mark or a joined emoji from its base."""
    after = text[cut]
    return (
        unicodedata.combining(after) != 0
        or after in "\u200d\ufe0e\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or text[cut - 1] == "\u200d"
    )


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Where sentences begin inside one paragraph, its own start left out."""
    cuts: list[int] = []
    n_quotes, counted = 0, start
    found = {
        *_nupunkt_cuts(text, start, end),
        *_glued_cuts(text, start, end),
        *_spaced_cuts(text, start, end),
    }
    for cut in sorted(found):
        n_quotes += text.count('"', counted, cut)
        counted = cut
        moved = _past_closing_quotes(text, cut, end, n_quotes)
        if moved < end and moved > start and not _goes_on(text, start, moved, end):
            cuts.append(moved)
    return sorted(set(cuts))


def _nupunkt_cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Sentence starts as nupunkt sees them, a window at a time."""
    from nupunkt import sent_spans

    while start < end:
        window_end = min(end, start + _WINDOW)
        starts: list[int] = []
        if _WHITE.search(text, start, window_end):
            starts = [left for left, _ in sent_spans(text[start:window_end])][1:]
        yield from (start + left for left in starts)
        if window_end == end:
            return
        # The last sentence may be cut by the window: begin again at its start.
        start = start + starts[-1] if starts else window_end


def _glued_cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Sentence starts that nupunkt cannot see, because no space stands before them."""
    for found in _OTHER_STOPS.finditer(text, start, end):
        yield found.end()
    n_quotes, counted = 0, start
    for found in _GLUE.finditer(text, start, end):
        if text[found.end()].islower() or not _is_glued(text, found.start(), found.end()):
            continue
        cut = found.end()
        n_quotes += text.count('"', counted, found.start())
        counted = found.start()
        if n_quotes % 2 == 0 and (quote := text.find('"', found.start(), cut)) >= 0:
            cut = quote  # an even number before it: this mark opens the next sentence
        yield cut


def _spaced_cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Sentence starts that nupunkt misses because the word before them looks short for one."""
    for found in _SPACED.finditer(text, start, end):
        word, next_word = found["word"], found["next"]
        if not next_word[0].isupper() or word.lower() in _ABBREVIATIONS:
            continue
        is_name = not word.islower()  # "Forest Park. His", but not "Brig. Gen." or "Warner Bros."
        if not is_name or (len(word) > 3 and (found["quote"] or next_word.lower() in _STARTERS)):
            yield found.end()


def _is_glued(text: str, stop: int, after: int) -> bool:
    """Whether the full stop at `stop`, with a letter at `after`, ends a sentence."""
    before = text[max(0, stop - 60) : stop].rsplit(maxsplit=1)[-1:] or [""]
    following = text[after : after + 60].lstrip(_OPENERS)
    run = before[0] + text[stop:after] + (following.split(maxsplit=1) or [""])[0]
    if "@" in run or "://" in run or "www." in run or "\\" in run:
        return False
    word = re.split(r"[^\w]", before[0].rstrip(_CLOSERS + "%"))[-1]
    next_word = (re.match(r"[^\W\d_]+", following) or [""])[0]
    if word.lower() in _TITLES | _BEFORE_A_NUMBER or next_word.lower() in _NOT_A_SENTENCE:
        return False
    if not next_word[:1].isupper():
        is_caseless = next_word[:1].lower() == next_word[:1].upper()
        return is_caseless and len(next_word) > 1 and len(word) > 1 and word == word.upper()
    if len(next_word) == 1 and following[1:2] not in (" ", "\xa0", "'", "’", ","):
        return False
    if ("." in before[0] and len(word) == 1) or (word.isupper() and len(word) < 3):
        return next_word.lower() in _STARTERS  # "U.S.The", but not "U.S.Navy" or "J.K.Rowling"
    if word.isdigit():
        return len(word) > 1 or text[stop] in "?!" or before[0].endswith("%")
    is_word = len(word) > 1 or (before[0][-1:] in _CLOSERS and before[0] != "")
    return is_word and (len(next_word) > 1 or next_word in "IA")


def _past_closing_quotes(text: str, cut: int, end: int, n_quotes: int) -> int:
    """Moves a boundary behind the quotation marks that close the sentence before it.

    Only marks that touch the full stop; a straight one closes when an odd number stand before it.
    """
    if cut >= end or not (run := _CLOSING_RUN.match(text, cut, end)):
        return cut
    marks = run[0]
    if text[cut - 1].isspace():  # "Why?' ” Though": closes in spite of the space before it
        return run.end() if marks[0] in "”»" and text[run.end() : run.end() + 1].isspace() else cut
    if marks[0] == '"' and n_quotes % 2 == 0:
        return cut
    return cut + len(marks)


def _goes_on(text: str, start: int, cut: int, end: int) -> bool:
    """Whether the boundary is none: an abbreviation, a list number, a reporting clause."""
    left = text[max(start, cut - 60) : cut].rstrip()
    right = text[cut : cut + 60].lstrip()
    if not left or not right:
        return False
    first = right.lstrip(_OPENERS + _CLOSERS + " ")[:1]
    if first.islower() or _INITIALS.fullmatch(left) is not None:
        return True
    if left.endswith(_COUNTRIES):
        next_word = (re.match(r"\w+", right.lstrip(_OPENERS)) or [""])[0]
        return next_word.lower() not in _STARTERS  # "the U.N. General Assembly"
    last = left.rsplit(maxsplit=1)[-1].lstrip(_OPENERS)
    word = last.rstrip(".").lower()
    if last.endswith(".") and (
        word in _TITLES - {"jr", "sr"} or (word in _BEFORE_A_NUMBER and first.isdigit())
    ):
        return True
    is_list_number = cut - start <= 60 and _LIST_NUMBER.fullmatch(left) is not None
    return is_list_number or _FIRM.match(right) is not None


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """Gives stray marks, with no letter or digit of their own, to the sentence beside them."""
    joined: list[Span] = []
    pending: int | None = None
    for left, right in spans:
        if not any(map(str.isalnum, text[left:right])):
            if joined:
                joined[-1] = (joined[-1][0], right)
            elif pending is None:
                pending = left
            continue
        joined.append((left if pending is None else pending, right))
        pending = None
    if pending is not None:
        joined.append((pending, spans[-1][1]))
    return joined
