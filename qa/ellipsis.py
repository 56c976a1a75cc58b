"""What a follow-up leaves out, or exchanges: "And why?", "Which ones?", "What about Spain?".

Both are answered from the form of the question before: its question phrase, its auxiliary, its
subject. None where the form does not fit; the caller then carries over the topic instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from qa.dates import days
from qa.english import ATTRIBUTES, AUXILIARIES, COUNTRIES, DETERMINERS, PREPOSITIONS, QUESTION_WORDS
from qa.entities import Entity, Word, entities, is_small, split_words
from qa.forms import QUESTION_PHRASE, Form, taken_apart
from qa.names import is_capitalised
from qa.pointing import Turn
from qa.verbs import base_form, is_also_noun, is_verb

_TAIL = re.compile(
    r"[\s,]+(?:exactly|in particular|specifically|precisely|then|though|so far|else|again|please|"
    r"(?:do|does|did) (?:you|they) (?:know|say))[\s?.!]*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:what|how)\s+about\s+(?P<x>.+)$", re.IGNORECASE)
_ABOUT_AND = re.compile(
    r"^(?:what|how)\s+about\s+(?P<x>[^,?]+)[,?:]\s*(?P<q>(?:how|who|when|where|why|what|which|did|"
    r"do|does|is|are|was|were|has|have|will|can)\b.+)$",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^(?:what\s+about\s+)?according\s+to\s+(?P<a>.+)$"
    r"|^(?:in|from)\s+(?P<b>.+?)(?:['’]s?)\s+(?:view|opinion|words|account|version|report|article|"
    r"eyes|telling|coverage)$"
    r"|^how\s+(?:does|did|do)\s+(?P<c>.+?)\s+(?:put|see|describe|report|tell)\s+(?:it|that|this)$"
    r"|^what\s+(?:does|did|do)\s+(?P<d>.+?)\s+say(?:\s+(?:about|on|to)\s+(?:it|that|this))?$",
    re.IGNORECASE,
)
_ASKS_WHY = re.compile(r"^\W*(?:why|how (?!many|much)|what (?:happened|caused|was|is))\b", re.I)
_ELSE = re.compile(r"^(?P<wh>who|what|where|when|why(?=\s+not))\s+(?P<word>else|not)$", re.I)
_ACCORDING = re.compile(r"according\s+to\s+(?:the\s+)?([^,?]+?)(?=\s*(?:[,?]|$))", re.IGNORECASE)
_THE_ONE = re.compile(r"^the\s+(?P<which>[\w’'-]+)\s+ones?$", re.IGNORECASE)
_ITS = re.compile(
    r"^(?:its|his|her|their)\s+(?P<noun>(?:[\w’'-]+\s+)?(?P<head>[\w’'-]+))$", re.IGNORECASE
)
_OF = re.compile(
    rf"^what\s+(?:is|was|are|were)\s+the\s+(?:[\w-]+\s+)?(?:{'|'.join(sorted(ATTRIBUTES))})\s+of\s+"
    r"(?P<owner>(?!it\b|death\b)[^?,]+?)\s*(?:,\s*according\b.*)?\??$",
    re.IGNORECASE,
)
_OBJECTS = frozenset(("him", "her", "it", "them", "us", "me", "you"))
_AGAIN = re.compile(r"^(?:really|are\s+you\s+sure|is\s+that\s+(?:so|true|right))$", re.IGNORECASE)


def exchange(core: str, last: Turn, led: bool, outlets: Collection[str] = ()) -> str | None:
    """The last question with one thing exchanged: "What about Spain?", "And in 2019?".

    led: "and" or the like stood before; without it only a very short phrase is an exchange, for
    a longer one may be key words of a new question.
    """
    bare = _TAIL.sub("", core.rstrip(" ?.!")).rstrip(" ?.!,")
    both = _ABOUT_AND.match(core)
    if both:
        return _asked_of(both["q"], both["x"])
    source = _SOURCE.match(bare)
    if source and len(bare.split()) <= 10:
        name = next(group for group in source.groups() if group)
        told = _ACCORDING.search(last.question) or _ASKS_WHY.match(last.question)
        says = source["d"] and not told and not _is_outlet(name, outlets)
        if name.lower() not in ("he", "she", "they", "it", "this", "that") and not says:
            return _with_source(last.question, name)
    about = _ABOUT.match(bare)
    phrase = about["x"] if about else bare
    if not about and not _is_fragment(phrase, led):
        return None
    if not phrase or len(phrase.split()) > 10:
        return None
    its = _ITS.match(phrase)
    if its and its["head"].lower() in ATTRIBUTES:
        of = _OF.search(last.question)
        return f"What is the {its['noun']} of {of['owner']}?" if of else f"What is {phrase}?"
    return _exchange(phrase, last.question, outlets)


def expand(core: str, last: Turn) -> str | None:
    """The last question with a new question phrase: "When?", "To whom?", "Which missiles?"."""
    bare = _TAIL.sub("", core.rstrip(" ?.!")).rstrip(" ?.!,")
    if _ABOUT.match(bare):
        return None
    if _AGAIN.match(bare):
        return last.question
    match = QUESTION_PHRASE.match(bare)
    if match is None or (match["prep"] and match["prep"].lower() not in PREPOSITIONS):
        return None
    if (
        re.match(r"who\s+[a-z]+(?:ed|s)\b", bare, re.I)
        or has_verb(match["rest"])
        or len(match["rest"].split()) > 4
    ):
        return None
    short = _ELSE.match(core.rstrip(" ?.!"))
    asked = short["wh"] if short else bare
    whole = _reask(taken_apart(asked), taken_apart(last.question.rstrip(" ?.!")), last)
    return _not_or_else(whole, short["wh"], short["word"].lower()) if whole and short else whole


def _not_or_else(question: str, wh: str, word: str) -> str:
    """ "Who sang?" -> "Who else sang?"; "Why did he go?" -> "Why didn't he go?"."""
    if word == "else" and question.lower().startswith(f"{wh.lower()} "):
        return f"{wh} else{question[len(wh) :]}"
    aux = [*question.split(), "", ""][1]
    may_deny = aux.lower() in AUXILIARIES - {"am", "may", "shall"} and aux[-2:] not in ("'t", "’t")
    if wh.lower() != "why" or not may_deny:
        return question  # "By whom was it done?"
    denied = {"can": "can't", "will": "won't"}.get(aux.lower(), f"{aux}n't")
    return question.replace(f" {aux}", f" {denied}", 1)


def _is_fragment(phrase: str, led: bool) -> bool:
    """Whether a phrase asks nothing by itself: no question word, no verb."""
    words = split_words(phrase)
    if not words or words[0].low in QUESTION_WORDS | AUXILIARIES or len(words) > 7:
        return False
    opens = words[0].low in PREPOSITIONS or words[0].low in DETERMINERS
    if not led and not opens and len(words) > 2:
        return False
    if len(words) > 1 and words[0].low in PREPOSITIONS and words[1].low in QUESTION_WORDS:
        return False
    if words[0].low in ("list", "name", "give", "tell", "show", "explain", "describe", "summarize"):
        return False
    return not has_verb(phrase)


def has_verb(phrase: str) -> bool:
    """Whether a phrase holds a verb, as far as its words show."""
    words = split_words(phrase)
    if _acts(words):
        return True
    for i, word in enumerate(words):
        if word.low in AUXILIARIES or word.text.lower() in AUXILIARIES:
            return True
        if is_capitalised(word.text) and i > 0:
            continue
        if i == 0 and is_also_noun(word.low) and len(words) > 1 and is_small(words[1]):
            return words[1].low not in ("of", "for", "in")
        if is_verb(word.low) and not (i and words[i - 1].low in DETERMINERS):
            return True
    return _has_object(words)


def _acts(words: Sequence[Word]) -> bool:
    """Whether "who" or "what" is followed by what may be a verb and its object: "Who owns X"."""
    if len(words) < 3 or words[0].low not in ("who", "what") or words[2].low in PREPOSITIONS:
        return False
    verb = words[1].low
    return not is_capitalised(words[1].text) and (
        verb.endswith("ed")
        or (verb.endswith("s") and (words[0].low == "who" or is_also_noun(verb)))
    )


def _has_object(words: Sequence[Word]) -> bool:
    """Whether the first word, though no known verb, acts on the next: "coached them"."""
    if len(words) < 2 or is_small(words[0]) or is_capitalised(words[0].text):
        return False
    return words[1].text.lower() in _OBJECTS or words[1].low in DETERMINERS


def _asked_of(question: str, thing: str) -> str:
    """ "What about the UK, how many died there?" -> "How many died in the UK?"."""
    place = entities(f"in {thing}")
    if re.search(r"\bthere\b", question, re.IGNORECASE) and place:
        return re.sub(r"\bthere\b", f"in {thing}", question, count=1, flags=re.IGNORECASE)
    for pronoun in ("they", "them", "it", "he", "she", "him"):
        if re.search(rf"\b{pronoun}\b", question, re.IGNORECASE):
            return re.sub(rf"\b{pronoun}\b", thing, question, count=1, flags=re.IGNORECASE)
    return f"{question.rstrip(' ?')} ({thing})"


def _with_source(question: str, source: str) -> str:
    source = source.strip()
    if _ACCORDING.search(question):
        return _ACCORDING.sub(lambda _: f"according to {source}", question, count=1)
    says = re.search(
        r"\b(do|does|did)\s+(.+?)\s+(say|report|claim|write|describe|mention)\b", question, re.I
    )
    if says and all(is_capitalised(word) or word == "the" for word in says[2].split()):
        return question[: says.start(2)] + source + question[says.end(2) :]
    return f"{question.rstrip(' ?.!')}, according to {source}?"


def _is_outlet(name: str, outlets: Collection[str]) -> bool:
    known = {outlet.casefold().removeprefix("the ").removesuffix(" news") for outlet in outlets}
    return name.casefold().removeprefix("the ").removesuffix(" news") in known


def _exchange(phrase: str, question: str, outlets: Collection[str]) -> str | None:
    if _is_outlet(phrase, outlets):
        return _with_source(question, phrase)
    one = _THE_ONE.match(phrase)
    if one:
        return _other_one(one["which"], question)
    dated = days(phrase, years=True)
    if dated:
        return _other_date(phrase, question)
    words = split_words(phrase)
    named = is_capitalised(words[-1].text)
    if _ACCORDING.search(question) and named and words[0].low not in PREPOSITIONS:
        return _with_source(question, phrase)
    prep = words[0].low if words[0].low in PREPOSITIONS and len(words) > 1 else ""
    thing = phrase[words[1].start :] if prep else phrase
    found = list(entities(question))
    target = _counterpart(thing, prep, named, found, question)
    if target is None:
        return f"{question.rstrip(' ?.!')} {phrase}?" if prep else None
    start, end = target.span
    owner = re.match(r".*?['’]s?\s+(?=\w)", target.text)
    if owner and re.search(r"['’]s?$", thing):  # "the women's" for "the men's final"
        end = start + owner.end() - 1
    if target.asked:
        thing = re.sub(r"^(?:the|a|an)\s+", "", thing)
    return question[:start] + thing + question[end:]


def _counterpart(
    thing: str, prep: str, named: bool, found: list[Entity], question: str
) -> Entity | None:
    """The thing of the question that stands where the new one belongs."""
    same_prep = [entity for entity in found if prep and entity.before == prep]
    if prep:
        alike = [
            e for e in same_prep if e.name == named or (not named and not is_capitalised(e.head))
        ]
        return alike[-1] if alike else None
    new = entities(f"about {thing}")
    kind, head = (new[0].kind, new[0].head) if new else ("thing", "")
    if named:
        names = [entity for entity in found if entity.name]
        shape = (thing.isupper(), len(thing.split()))
        return max(
            names,
            key=lambda e: (
                _is_country(e.text) == _is_country(thing),
                (e.text.isupper(), len(e.text.split())) == shape,
                e.kind == kind,
                -e.span[0],
            ),
            default=None,
        )
    same_head = [entity for entity in found if head and entity.head == head]
    determined = [e for e in found if re.match(r"(?:the|an?)\s", e.text, re.I) and not e.asked]
    asked = [entity for entity in found if entity.asked]
    bare = not re.match(r"(?:the|an?)\s", thing, re.IGNORECASE)
    if kind == "person" and not same_head:
        found = [entity for entity in found if entity.kind == "person"]
        determined, asked = [e for e in determined if e in found], []
    elif new and new[0].plural and bare and not same_head:
        alike = [e for e in found if e.plural and not e.name and e.kind == kind]
        return next(
            (e for e in alike if e not in determined and not e.asked), next(iter(alike), None)
        )
    for group in (same_head, asked if bare else determined, determined, asked, found):
        if group:
            return group[0]
    return None


def _is_country(thing: str) -> bool:
    return thing.casefold().removeprefix("the ") in COUNTRIES


def _other_one(which: str, question: str) -> str | None:
    """ "And the French one?": the adjective of the last question's phrase exchanged."""
    words = split_words(question)
    for word in words[1:]:
        adjective = is_capitalised(word.text) == is_capitalised(which)
        ordinal = re.fullmatch(r"first|second|third|fourth|last|other|new|old", word.low)
        if is_capitalised(which) and adjective and re.search(r"(?:n|sh|ch|ese|i|ek)$", word.low):
            return question[: word.start] + which + question[word.end :]
        if not is_capitalised(which) and ordinal:
            return question[: word.start] + which + question[word.end :]
    for entity in entities(question):
        parts = entity.text.split()
        if len(parts) > 1 and parts[0].lower() == "the":
            head = " ".join(parts[1:]) if len(parts) == 2 else " ".join(parts[2:])
            return question[: entity.span[0]] + f"the {which} {head}" + question[entity.span[1] :]
    return None


def _other_date(phrase: str, question: str) -> str:
    old = days(question, years=True)
    if old:
        start, end = old[-1].span
        new = days(phrase, years=True)[0]
        return question[:start] + phrase[slice(*new.span)] + question[end:]
    preposition = "" if split_words(phrase)[0].low in PREPOSITIONS else "in "
    return f"{question.rstrip(' ?.!')} {preposition}{phrase}?"


def _reask(new: Form, old: Form, last: Turn) -> str | None:
    """The old question under the new question phrase."""
    asked = f"{new.wh} {new.noun}".strip()
    adverbial = bool(
        re.search(r"(?:when|where|why|how|long|often|far|soon|late|old|tall|wide)$", new.wh, re.I)
    )
    adverbial = adverbial or (" " in new.wh and new.wh.split()[0].lower() in PREPOSITIONS)
    if not old.wh and not old.aux:
        return f"{asked} {old.rest}?"
    if not old.wh:
        if adverbial:
            return f"{asked} {old.aux} {old.rest}?"
        if re.search(r"(?:many|much)$", new.wh, re.IGNORECASE) and not new.noun:
            return _count(asked, old)
        return None
    if old.subject:
        verb = f"{old.aux} {old.rest}".strip()
        if not adverbial:
            return f"{asked} {verb}?"
        subject = _subject(old, last)
        if old.aux:
            return f"{asked} {old.aux} {subject} {old.rest}?"
        first, _, more = old.rest.partition(" ")
        base = base_form(first) or first
        does = "does" if first == base + "s" or first == base + "es" else "did"
        return f"{asked} {does} {subject} {base} {more}".strip() + "?"
    clause = f"{old.aux} {old.rest}".strip()
    if adverbial:
        return f"{asked} {clause} {old.noun}".strip() + "?"
    if re.fullmatch(r"who", new.wh, re.IGNORECASE) and old.aux in ("was", "were", "is", "are"):
        return f"By whom {clause}?"
    if new.noun or re.fullmatch(r"what|which", new.wh, re.IGNORECASE):
        return f"{asked} {clause}?"
    return None


def _subject(old: Form, last: Turn) -> str:
    """Who or what the old question asked for: the short answer, else its noun."""
    answer = last.answer.rstrip(" .")
    names = [entity for entity in entities(answer) if entity.name]
    if old.noun and re.search(r"(?:many|much)$", old.wh, re.IGNORECASE):
        return old.noun
    if 1 <= len(answer.split()) <= 6 and not has_verb(answer):
        return answer
    if names:
        return names[0].text
    return f"the {old.noun}" if old.noun else "they"


def _count(asked: str, old: Form) -> str | None:
    """ "Were any workers laid off?" - "How many?" -> "How many workers were laid off?"."""
    phrases = [entity for entity in entities(old.rest) if entity.plural]
    if not phrases or phrases[0].span[0] > 5:
        return None
    noun = re.sub(r"^the\s+", "", phrases[0].text)
    return f"{asked} {noun} {old.aux} {old.rest[phrases[0].span[1] :].strip()}?"
