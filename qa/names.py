"""Names as news writes them: the capitalised words of a text, and when two names are one.

"President Vladimir Putin" is "Putin", "Hmeymim" is "Hemeimeem", "U.N." is "United Nations". General
rules of English and of transliteration; it knows no list of persons or places.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from qa.english import DIRECTIONS, INSTITUTIONS, LINKS, PEOPLES, TITLE_MODIFIERS, TITLES

_PARTICLE = re.compile(r"^(?:al|el|ad|as|an|ash|ul)[-\u2010\u2011](?=\w)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:['\u2019]s|(?<=s)['\u2019])$")
_WORD = re.compile(r"[^\W_]+(?:[.'\u2019\u2010\u2011&-][^\W_]+)*(?:(?<=\b[A-Z])\.)?")


def words(text: str) -> list[str]:
    """The words of a text, with inner apostrophes, dots and hyphens, in order."""
    return _WORD.findall(text)


def plain(word: str) -> str:
    """A word without case, accents, possessive, inner dots and Arabic article: "al-Assad's"."""
    word = _PARTICLE.sub("", _POSSESSIVE.sub("", word)).replace(".", "")
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))


def is_capitalised(word: str) -> bool:
    """Whether a word carries a capital: "Putin", "al-Assad", "iPhone", "S-400", not "12th"."""
    return any(c.isupper() for c in word)


def same_word(a: str, b: str) -> bool:
    """Whether two plain words of names are one: equal, transliterated, or country and people."""
    return a == b or transliterates(a, b) or is_people_of(a, b) or is_people_of(b, a)


def transliterates(a: str, b: str) -> bool:
    """Whether two plain names of five letters or more are spellings of one.

    The consonants must be the same, the first and last sound too, and the vowels may differ only
    where transliterations do (e and i, o and u, a and e), in one place, or two in a long name.
    """
    if min(len(a), len(b)) < 5 or not (a.isalpha() and b.isalpha()):
        return False
    if a == b:
        return True
    sound_a, sound_b = _sound(a), _sound(b)
    if sound_a == sound_b:
        return True
    skeleton = _VOWELS.sub("", sound_a)
    if len(skeleton) < 3 or skeleton != _VOWELS.sub("", sound_b):
        return False
    if (sound_a[-1] in "aeiou" or sound_b[-1] in "aeiou") and sound_a[-1] != sound_b[-1]:
        return False
    allowed = 1 if min(len(sound_a), len(sound_b)) <= 6 else 2
    return _vowel_distance(sound_a, sound_b, allowed) <= allowed


_VOWELS = re.compile("[aeiou]")
_NEAR = {frozenset("ei"), frozenset("ou"), frozenset("ae")}


def _sound(word: str) -> str:
    """A spelling nearer to the sound: "ee" and "y" are i, "oo" and "ou" u, doubles single."""
    word = re.sub("ou|oo|ow(?=[^aeiouy])", "u", re.sub("ee|ei|ey|iy|ij|yy|y", "i", word))
    word = re.sub("ck|q|c(?![eihy])", "k", re.sub("ph", "f", word))
    return re.sub(r"(.)\1+", r"\1", word)


def _vowel_distance(a: str, b: str, allowed: int) -> float:
    """Vowels put in, left out or changed for a near one; more than allowed for anything else."""
    far = allowed + 1.0
    # Slightly over 1, so that leaving out one vowel and putting in another is no change of two.
    indel = 1.1 if allowed > 1 else 1.0
    row = [j * indel if _VOWELS.sub("", b[:j]) == "" else far for j in range(len(b) + 1)]
    for x in a:
        last, row = row, [row[0] + (indel if x in "aeiou" else far)]
        for j, y in enumerate(b, start=1):
            both = x in "aeiou" and y in "aeiou"
            change = 0 if x == y else 1 if both and frozenset((x, y)) in _NEAR else far
            if both and change == far and min(len(a), len(b)) >= 8:
                change = 1
            row.append(
                min(
                    last[j - 1] + change,
                    last[j] + (indel if x in "aeiou" else far),
                    row[j - 1] + (indel if y in "aeiou" else far),
                )
            )
    return row[-1]


def is_people_of(people: str, country: str) -> bool:
    """Whether one plain word is the people or adjective of the other: "russian" of "russia"."""
    people = people.removesuffix("s") if len(people) > 5 and people not in PEOPLES else people
    if PEOPLES.get(people) == country:
        return True
    n = 0
    while n < min(len(people), len(country)) and people[n] == country[n]:
        n += 1
    if n < 4 or people == country:
        return False
    if not re.search(r"(?:ian|ean|an|n|ish|ese|ite|i|ic)$", people) or not people[n:]:
        return people.endswith("an") and country == people + "y"
    rest = country[n:]
    return (
        len(people) - n <= 4
        and re.fullmatch(r"|a|e|y|o|os|ia|ain|any|en|land|us", rest) is not None
    )


def initials(name_words: Sequence[str]) -> set[str]:
    """What a name of several words is shortened to: {"un"}, {"isis", "isias"}, in lower case."""
    if len(name_words) < 2:
        return set()
    strong = [word for word in name_words if plain(word) not in LINKS]
    return {"".join(plain(w)[:1] for w in ws) for ws in (name_words, strong) if len(ws) > 1}


def core(name: str) -> list[str]:
    """The plain words of a name, without titles before it, initials and what follows a comma."""
    head = name.split(",")[0] if re.match(r"[^,]+,\s+(?:an?|the|who|which)\b", name) else name
    found = words(head)
    while len(found) > 1 and not is_capitalised(found[0]):
        found.pop(0)
    kept = [plain(word) for word in found if not re.fullmatch(r"[A-Z]\.?", word)] or [
        plain(word) for word in found
    ]
    n = _title_length(kept)
    kept = kept[n:]
    return kept[1:] if len(kept) > 1 and kept[0] == "the" else kept


def _title_length(kept: Sequence[str]) -> int:
    """How many words at the beginning are a title; 0 when what follows is an institution."""
    n = last_title = 0
    while n < len(kept) - 1 and (kept[n] in TITLES or kept[n] in TITLE_MODIFIERS):
        n += 1
        if kept[n - 1] in TITLES:
            last_title = n
    rest = kept[last_title:]
    return 0 if rest and (rest[-1] in INSTITUTIONS or rest[0] in LINKS) else last_title


def same_name(a: str, b: str) -> bool:
    """Whether two names are one: titles dropped, the shorter one's words in the longer one.

    "Korea" is not "South Korea", "England" not "Bank of England", "Washington" not "Washington
    Institute". An initialism is its name.
    """
    one, other = core(a), core(b)
    if not one or not other:
        return False
    if len(one) > len(other):
        one, other = other, one
    if len(one) == 1 and len(other) > 1 and one[0] in initials(other):
        return True
    if len(one) == len(other):
        return all(same_word(x, y) for x, y in zip(one, other, strict=True))
    places = []
    for word in one:
        place = next((i for i, theirs in enumerate(other) if same_word(word, theirs)), None)
        if place is None:
            return False
        places.append(place)
    extra = {word for i, word in enumerate(other) if i not in places}
    if extra & DIRECTIONS or extra & (LINKS - {"the"}):
        return False
    if len(other) - 1 in places:
        return same_word(one[-1], other[-1])
    return len(one) == 1 and places == [0] and not extra & INSTITUTIONS
