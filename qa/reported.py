"""A question without the phrases that name its sources, for retrieval and reading.

"According to CBS, how many ..." -> "How many ..."; "Does CNN say it was hit?" -> "Was it hit?".
Knows how news is attributed; that a name is an outlet's is routing.py's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from qa.english import AUXILIARIES, DETERMINERS, PREPOSITIONS, QUESTION_WORDS
from qa.entities import entities
from qa.verbs import base_form, is_verb
from qa.yesno import NEGATION
from vectorstore.records import Span

SAY = (
    r"(?:say|report|write|claim|state|mention|describe|explain|tell|quote|cite|argue|note|suggest|"
    r"estimate|spell|consider|call(?!\s+(?:off|for|on|up|out|in)\b)|portray|depict|characteri[sz]e|confirm)"
)
SAYS = (
    r"(?:says?|said|reports?|reported|writes?|wrote|claims?|claimed|states|stated|mentions?|"
    r"mentioned|describes?|described|explains?|explained|quotes|quoted|cites|cited|argues?|argued|"
    r"notes|noted|gives|gave|puts|published|estimates?|estimated)"
)
PIECE = (
    r"(?:articles?|reports?|stor(?:y|ies)|pieces?|coverage|accounts?|reporting|version|analysis|"
    r"editorials?|columns?|texts?|website|site)"
)
AND = re.compile(
    r"\s*(?:,|,?\s+(?:and|or|&|than|versus|vs\.?))\s+(?:the\s+|to\s+)?$", re.IGNORECASE
)


def without_sources(question: str, spans: list[Span]) -> str:
    """The question without the phrases that name its sources; as it is when little would remain."""
    text = question
    for start, end in sorted(_joined(question, spans), reverse=True):
        for change in _changes(text[start:end]):
            cut = change[0].sub(change[1], text, count=1)
            if cut != text:
                text = cut
                break
    text = re.sub(r"\s+([,.?!])", r"\1", " ".join(text.split())).strip(" ,;:")
    if not _still_asks(question, text):
        return question
    if question.rstrip().endswith("?") and not text.endswith("?"):
        text += "?"
    return text[0].upper() + text[1:]


def _still_asks(question: str, text: str) -> bool:
    """Whether what is left is a question of the same form, with a verb of its own."""
    words = re.findall(r"\w+", text.lower())
    first = re.findall(r"\w+", question.lower())[:1]
    hangs = (
        words[-1:]
        and words[-1] in PREPOSITIONS
        and not question.lower().rstrip(" ?").endswith(words[-1])
    )
    if len(words) < 2 or hangs or words[0] == "and" or (words[0] == "what" and len(words) == 2):
        return False
    asks = words[0] in QUESTION_WORDS
    if first and first[0] in AUXILIARIES and words[0] not in AUXILIARIES and not asks:
        return False
    # What is said is a clause, and has a verb: "what does CNN say the mission cost".
    verb = base_form if re.search(r"\bsay\b", question.lower()) else is_verb
    return not asks or any(w in AUXILIARIES or verb(w) or w.endswith("ed") for w in words[1:])


def _joined(question: str, spans: list[Span]) -> list[Span]:
    """Spans joined by "and" as one."""
    joined: list[Span] = []
    for span in sorted(set(spans)):
        if joined and AND.fullmatch(question[joined[-1][1] : span[0]]):
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


_PREPOSITIONS = "|".join(sorted(PREPOSITIONS))
_ASKED = r"\b(?:do|does|did)\s+{own}\s+(?:say|report|claim|write|state)\b"
_CITED = r"(?:reported|written|published|said|described|mentioned|stated|given)\s+(?:by|in|on)"
_DESCRIBED = {"call": "called", "describe": "described", "spell": "spelt", "explain": "explained"}
_STATES = r"(?:say|report|write|claim|state|mention|note|argue|suggest|confirm)"
"""What may be followed by a clause."""
_NO_NAME = re.compile(
    r"\b(?:who|what|which|where|when|why|how|that|before|after|as|while|\w+self|\w+selves|"
    r"\w{3,}est|most|least|worst|best|one\s+of)\b|^(?:an?)\s|[\"“]",
    re.IGNORECASE,
)
"""Not in what is simply described or called: "call the worst storm", "describe what happened"."""
_NO_SUBJECT = QUESTION_WORDS | {"that", "or", "if", "than", "being", "been", "doing", "having"}
_LINKING = PREPOSITIONS | {"if", "when", "while", "because", "although", "though", "unless"}


def _described(match: re.Match[str]) -> str:
    """ "How does CNN describe the storm" -> "How is the storm described"."""
    if _NO_NAME.search(match["what"]):
        return match[0]
    told = entities(match["what"])
    verb = "are" if told and told[-1].plural else "is"
    return f"{match['wh']} {verb} {match['what']} {_DESCRIBED[match['verb'].lower()]}"


def _asked_outright(match: re.Match[str]) -> str:
    """ "Does CNN say that it was hit" -> "Was it hit"; as it is where no verb is known for sure."""
    words: list[str] = match["clause"].split()
    low = [word.lower().strip(",;") for word in words]
    if low[0] in QUESTION_WORDS:
        return str(match["clause"])
    if low[0] in _LINKING | {"that"} or NEGATION.search(match["clause"]):
        return match[0]
    for i in range(1, len(words)):
        before, after = words[:i], words[i + 1 :]
        if low[i] in _NO_SUBJECT or before[-1].endswith(","):
            break  # "the man who ...", "prices rose or ..."
        if low[i] in AUXILIARIES:
            return " ".join([words[i], *before, *after])
        follows = low[i + 1] if i + 1 < len(words) else ""
        if low[i - 1] in DETERMINERS or follows in AUXILIARIES or not is_verb(words[i]):
            continue  # "the wounded", "the set designs are"
        base = base_form(words[i])
        if base is None or base == low[i] or "or" in low or AUXILIARIES & set(low[i + 1 :]):
            break  # "officials believe it was ..."
        lead = "does" if low[i].endswith("s") else "did"
        return " ".join([lead, *before, base, *after])
    return match[0]


_CHANGES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"^\W*{own}\s*(?:on\s+([^:?]{3,60}))?:\s*", ""),
    (rf"\s*[,;]\s+{SAYS}\s+{{own}}\s*(?=\W*$)", ""),
    (
        rf"^\W*(?:do|does|did)\s+{{own}}\s+(?:also\s+|ever\s+)?{_STATES}\s+(?:that\s+|whether\s+|if\s+)?"
        r"(?P<clause>\w[^?]*\w)",
        _asked_outright,
    ),
    *(
        (
            rf"^(?P<wh>\W*{wh})\s+(?:do|does|did)\s+{{own}}\s+(?P<verb>{verbs})\s+(?P<what>\w[^?,;]*\w)",
            _described,
        )
        for wh, verbs in (("how", "describe|spell|explain"), ("what", "call"))
    ),
    (rf"\bwhat\s+{_ASKED}\s+(?:about|on|of|regarding)\b", "What is said about"),
    *(
        (
            rf"^(\W*(?:what|which|how\s+many|how\s+much)\s+(?:\w+\s+){{0,4}}{noun})\s+"
            rf"(?:do|does|did)\s+{{own}}\s+(?:give|{SAY})(?=\s+(?:for|of|as|in|about|to|from|at)\b)",
            rf"\1 {verb} given",
        )
        for noun, verb in ((r"\w+[^\Ws]s", "are"), (r"\w*[^\Ws]", "is"))
    ),
    (rf"\s*{_ASKED}(?:\s+that\b)?(?=\s+\w)(?!\s+(?:{_PREPOSITIONS}|when|why|how)\b)", ""),
    (rf"\s*,?\s*\bas\s+{{own}}\s+{SAYS}\b\s*,?", " "),
    (
        rf"(?:^|,?\s*)(?:and\s+)?\b(?:according\s+to|as\s+{_CITED}|per|in|from|on)\s+{{own}}\s*,?",
        " ",
    ),
    (r"^\W*{own}\s+(?:says?|said|reports?|reported|writes|wrote)\s+(?:that\s+)?", ""),
)


def _changes(name: str) -> Iterator[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]:
    """What to look for around a source's name, and what stays of it; the first that fits."""
    lead = r"(?:the\s+|an?\s+)?(?:file\s+|article\s+|piece\s+)?[\"“‘']?"
    own = (
        rf"{lead}{re.escape(name)}(?:['’]s\b|['’”\"])?"
        rf"(?:\s+(?:own\s+|recent\s+|latest\s+)?{PIECE}\b)?"
    )
    for pattern, stays in _CHANGES:
        yield re.compile(pattern.replace("{own}", own), re.IGNORECASE), stays
