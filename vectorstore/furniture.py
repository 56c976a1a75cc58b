"""What in a text is news and what is page furniture: share lines, video captions, navigation.

Goes by the line: its shape, its place in the file and its words. Every rule is meant for pages in
general, and in doubt a line is body: furniture left in costs a little space in the index, body
left out cannot be found. Knows nothing of files, titles or chunks.
"""

import re
from collections.abc import Iterator, Sequence

from vectorstore.navigation import COMMANDS, PLATFORMS, WORD, is_interface
from vectorstore.records import Span

_MAX_LINE = 400
"""Characters; a longer line is a paragraph, whatever is in it."""

_ZERO_WIDTH = "\u200b\ufeff"
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


def body_spans(text: str) -> tuple[Span, ...]:
    """The parts of `text` that are news, in order, disjoint, bare of surrounding white space.

    A span runs over blank lines up to the next line of furniture. A text that is nothing but
    furniture is all body, so only a blank text has none.
    """
    spans: list[Span] = []
    lines = list(_lines(text))
    is_new = True
    for line, is_furniture in zip(lines, _furniture(text, lines), strict=True):
        if is_furniture:
            is_new = True
        elif is_new:
            spans.append(line)
            is_new = False
        else:
            spans[-1] = (spans[-1][0], line[1])
    if not spans and lines:
        return ((lines[0][0], lines[-1][1]),)
    return tuple(spans)


def furniture_lines(text: str, body: Sequence[Span]) -> list[str]:
    """The lines outside the body: they often name the outlet."""
    edges = [0, *(edge for span in body for edge in span), len(text)]
    gaps = (text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    return [line.strip() for gap in gaps for line in gap.splitlines() if line.strip()]


def _lines(text: str) -> Iterator[Span]:
    """Lines with something in them, bare of white space and zero-width marks at their edges."""
    for found in _LINE.finditer(text):
        line = found[0]
        bare = line.strip()
        while bare and (bare[0] in _ZERO_WIDTH or bare[-1] in _ZERO_WIDTH):
            bare = bare.strip(_ZERO_WIDTH).strip()
        if bare:
            start = found.start() + line.index(bare)
            yield start, start + len(bare)


def _furniture(text: str, spans: Sequence[Span]) -> list[bool]:
    """For each line, whether it is furniture."""
    lines = [
        re.sub(r"\s+", " ", text[start:end]).replace("’", "'") if end - start <= _MAX_LINE else ""
        for start, end in spans
    ]
    found = [
        bool(line)
        and (
            is_interface(line)
            or _is_legal(line)
            or (number > 0 and _is_promotion(line, number / len(lines)))
            or _is_video_caption(line, lines[max(0, number - 1)], lines[number + 1 : number + 2])
            or _is_repeated(text, number, spans)
        )
        for number, line in enumerate(lines)
    ]
    _add_share_bars(lines, found)
    _add_foot(lines, found)
    _add_link_lists(lines, found)
    return found


def _add_share_bars(lines: Sequence[str], found: list[bool]) -> None:
    """Marks one-word lines ("Facebook", "Email") beside each other or beside other furniture.

    Alone, between paragraphs, such a word is a heading of the article.
    """
    words = [line.strip(" .:|").casefold() for line in lines]
    is_single = [word in COMMANDS or word in PLATFORMS for word in words]
    number = 0
    while number < len(lines):
        after = number
        while after < len(lines) and (is_single[after] or found[after]):
            after += 1
        run = range(number, after)
        n_commands = sum(found[i] or words[i] in COMMANDS for i in run)
        if len(run) > 1 and n_commands and any(is_single[i] for i in run):
            for i in run:
                found[i] = True
        number = after + 1


def _add_foot(lines: Sequence[str], found: list[bool]) -> None:
    """Marks navigation right above the furniture at the foot, where an unknown outlet is in it.

    "Daily Planet App Open" above "Chrome Safari Continue": capitals throughout and a command.
    """
    number = len(lines) - 1
    while number > 0 and found[number]:
        number -= 1
        words = WORD.findall(lines[number])
        is_link = 1 < len(words) <= 6 and lines[number][-1].isalnum()
        if is_link and all(word[0].isupper() for word in words):
            found[number] |= any(word.casefold() in COMMANDS for word in words)


# --- running times ----------------------------------------------------------------------------

_RUNNING_TIME = re.compile(r"(?P<title>.{8,150}?)\s+[(\[|]?\s*(?P<minutes>\d{1,2}):[0-5]\d[)\]]?")
_LONE_TIME = re.compile(r"(?:video\s*)?(?:\d{1,2}:)?\d{1,2}:\d\d(?:\s*[-–—]\s*source:.*)?", re.I)
_SOURCE_TIME = re.compile(r"(?:now playing\b.*|.*\bsource: ?\w[\w ]{0,30}$)", re.I)
_CLOCK = re.compile(
    r"""(?:\b(?:at|from|until|till|to|by|before|after|around|about|since|is|was|in|[ap]\.?m\.?
    |kick-?off|starts?|begins?|opens?|gmt|bst|est|edt|[ecmp]t|cet
    |(?:mon|tues|wednes|thurs|fri|satur|sun)days?)|[\d,:;–—-])$""",
    re.I | re.X,
)
_VIDEO = re.compile(r"\b(?:video|watch|play(?:ing)?|clip|listen)\b", re.I)


def _is_video_caption(line: str, before: str, after: Sequence[str]) -> bool:
    """A title with a running time behind it ("... begin to withdraw 02:33"), not a time of day.

    Two such lines together are a table (results, departures, programmes), and stay.
    """
    if len(line) > 160 or (not line[-1].isdigit() and line[-1] not in ")]"):
        return False
    found = _RUNNING_TIME.fullmatch(line)
    if found is None:
        return False
    if _VIDEO.search(line):
        return line[-1] in ")]" or not _CLOCK.search(found["title"])
    title = found["title"].removesuffix("...").removesuffix("…").strip()
    is_title = len(title.split()) >= 3 and not re.search(r"[.!?]$|[.!?] [A-Z]|\d:\d\d", title)
    is_table = any(
        other != line and _RUNNING_TIME.fullmatch(other) for other in (before, *after) if other
    )
    return (
        is_title
        and not is_table
        and found["minutes"][0] == "0"
        and not _CLOCK.search(title)
        and len(found["minutes"]) == 2
    )


# --- promotion, credits, law ------------------------------------------------------------------

_CROSS_REFERENCE = re.compile(
    r"""[^\w"'(]{0,4}(?:
    (?:also\ read|read\ also|also\ see|see\ also|also\ on|read\ more|see\ more|more\ on\ this
      |read\ next|don't\ miss|must[- ]read|icymi|in\ case\ you\ missed\ it|further\ reading
      |related(?:\ (?:articles?|stor(?:y|ies)|content|coverage|links?|posts?|videos?|reading))?
      |recommended(?:\ (?:reading|stor(?:y|ies)|videos?))?|you\ (?:may|might)\ (?:also\ )?like
      |(?:read|watch|listen|see)\ (?:it\ )?(?:here|now|live)|more\ (?:news|stories|coverage)
      |more\ from\ [^:.]{2,40}
    )\s*[:|»>]
    |(?-i:MORE|READ|WATCH|LISTEN|PHOTOS|VIDEO|GALLERY|RELATED|OPINION)\s*:
    |(?-i:More|Read|Related)\s*:
    |(?-i:READ\ MORE|READ\ NEXT|ALSO\ READ|READ\ ALSO|SEE\ ALSO)\b
    )""",
    re.I | re.X,
)
_SIGN_UP = re.compile(
    r"""(?<![/.\w])(?:(?:sign|signing)[- ]up|subscribe)\b.{0,120}
        \b(?:newsletters?|inbox|alerts?|e-?mails?|here|now|today|free|text\ messages)\b
    |\bget\b.{0,100}\b(?:newsletters?|in\ your\ inbox|to\ your\ inbox|in\ your\ texts)\b
    |\b(?:delivered|sent)\ (?:\w+\ ){0,3}to\ your\ (?:inbox|e-?mail|phone)
    |\bsupport\ (?:local|quality|our)\ journalism\b|\bdownload\ our\ .{0,30}\bapp\b
    |\bnewsletter\ ?\?$|\bjoin\ the\ conversation\b|\bvip\ member""",
    re.I | re.X,
)
_IMPERATIVE = re.compile(
    r"""[^\w"']*(?:(?:[\w' &-]{2,30}:\s*|[^.?!]{2,60}\?\s*:?\s*))?[^\w"']*(?:you\ can\ (?:also\ )?)?
    (?:sign[- ]up|subscribe|register|get|join|download|like|follow|click|tap|to\ get|for\ more|want
    |support|stay|would\ you\ like|thank\ you\ for)\b""",
    re.I | re.X,
)
_FOLLOW = re.compile(
    r"""[^\w"']{0,4}(?:follow|like\ us|join\ us|find\ us|connect\ with\ us|tweet)\b.{0,160}?
    (?:(?<!\w)@\w|
        \bon\ (?:twitter|x|facebook|instagram|threads|tiktok|linkedin|youtube|whatsapp)\b)""",
    re.I | re.X,
)
_CONTACT = re.compile(
    r"""(?:(?:have|got)\ a\ (?:news\ )?tip.{0,30}\?\ )?
    (?:contact|reach|e-?mail|call|follow)\b.{0,140}?
    (?:\bfollow\ (?:him|her|them|me|us|@)|\bon\ (?:twitter|facebook|instagram|x)\b|(?<!\w)@\w+
    |\breporter\b.{0,80}@)""",
    re.I | re.X,
)
_TRENDING = re.compile(
    r"(?:trending (?:on|in|at|now)|most (?:read|viewed|watched|shared)|more from)\b.{0,50}",
    re.I,
)
_CREDIT = re.compile(
    r"""\(?(?:(?:photo(?:graph)?|image|picture|video|illustration|graphic)s?
        (?:\ credits?|\ courtesy(?:\ of)?|\ by)?\ ?[:/|]
        |(?:photo(?:graph)?|image|picture|illustration)s?\ (?:by|courtesy\ of)\b
        |image\ source,|credits?\ ?[:/|])\ ?(?P<name>[^.!?:]{2,60})\.?\)?
    |\(?(?:AP|AFP|EPA|Reuters|AP\ Photo|Getty(?:\ Images)?)\ ?(?:Photo\ ?)?/\ ?
        [\w .'/-]{2,50}\)?
    |\(?(?:[\w'-]+|\w\.)(?:\ (?:[\w'-]+|\w\.)){0,2}(?:/|\ via\ )
        (?:AP|AFP|EPA|Reuters|Getty|Shutterstock|Alamy)
        (?:\ (?:Photo|Images|Stock\ Photo|file))?\)?""",
    re.X | re.I,
)
_LEGAL = re.compile(
    r"""\W{0,3}(?:copyright\b.{0,12}(?:©|\(c\)|\b(?:19|20)\d\d\b)|©|\(c\)\ ?(?:19|20)\d\d)
    |(?:we|this\ (?:web)?site|our\ (?:web)?site|we\ and\ our\ partners)\ uses?\ cookies\b
    |by\ (?:clicking|continuing|signing\ up|using|subscribing|submitting)\b.{0,160}
        \b(?:agree|accept|consent|acknowledge)\b
    |(?:\d\.\ )?(?:how\ relevant\ is\ this\ ad
        |did\ you\ encounter\ any\ technical|video\ player\ was)""",
    re.I | re.X,
)
_LEGAL_ANYWHERE = {
    "reserved": re.compile(r"\ball rights reserved\W*$", re.I),
    "may not be": re.compile(
        r"\bmay not be (?:published|reproduced|republished)\b.{0,60}"
        r"\b(?:broadcast|rewritten|permission)",
        re.I,
    ),
    "commission": re.compile(
        r"\b(?:may|might) (?:earn|receive|get) (?:\w+ ){0,6}(?:affiliate )?commission\b", re.I
    ),
}
"""By a word that must be there: searching every line for all of them took a third of the time."""


def _is_legal(line: str) -> bool:
    """Copyright, cookies, terms, affiliate links and questions about advertisements."""
    return _LEGAL.match(line) is not None or any(
        word in line and pattern.search(line) is not None
        for word, pattern in _LEGAL_ANYWHERE.items()
    )


def _is_promotion(line: str, place: float) -> bool:
    """Sign-up, cross-reference, credit and contact lines; `place` runs from 0 to 1 at the end."""
    n_sentences = len(re.findall(r"[.!?]\s+[A-Z]", line)) + 1
    if _CROSS_REFERENCE.match(line):
        is_headline = line[-1] not in ".:;" or line.endswith("U.S.")
        return is_headline and n_sentences == 1 and len(line) <= 220 and len(line.split()) > 3
    if _IMPERATIVE.match(line) and _SIGN_UP.search(line):
        return n_sentences <= 4
    if _FOLLOW.match(line) and n_sentences <= 2:
        return True
    if place > 0.7 and _CONTACT.match(line):
        return True
    if _TRENDING.fullmatch(line) and len(line.split()) <= 8:
        return True
    credit = _CREDIT.fullmatch(line)
    return credit is not None and _is_name(credit["name"] or "")


def _is_name(text: str) -> bool:
    """Names and the small words between them; a caption has other small words in it."""
    return len(text.split()) <= 8 and all(
        not word[0].islower()
        or word in {"and", "of", "for", "the", "via", "by", "de", "von", "file"}
        for word in WORD.findall(text)
    )


def _is_repeated(text: str, number: int, spans: Sequence[Span]) -> bool:
    """A line that the next repeats and continues: a picture's description, then its caption."""
    if number + 1 >= len(spans):
        return False
    (start, end), (next_start, next_end) = spans[number], spans[number + 1]
    length = end - start
    return (
        40 <= length < min(_MAX_LINE, next_end - next_start)
        and text[start:end] == text[next_start : next_start + length]
        and not text[next_start + length].isalnum()
    )


def _add_link_lists(lines: Sequence[str], found: list[bool]) -> None:
    """Marks headlines from "Trending on ..." to the end of the file, where nothing else follows."""
    for number in range(max(0, len(lines) - 21), len(lines)):
        rest = lines[number + 1 :]
        if not (found[number] and _TRENDING.match(lines[number]) and 2 * number >= len(lines)):
            continue
        if all(0 < len(other) <= 160 and other[-1] != "." for other in rest):
            found[number:] = [True] * (len(lines) - number)
            return
