"""Lines of a page's interface: made of commands, names of networks and parts of the page.

Knows words and one line at a time; where the line stands is for furniture.py.
"""

import re

from vectorstore.outlets import outlet_names


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMANDS = _words(
    "advertise bookmark browser chrome click close comment continue copy download email expand"
    " firefox follow fullscreen install join log login logout menu mute open pause play print"
    " replay reply safari save search share sign skip subscribe swipe tap tweet view watch"
)
PLATFORMS = _words(
    "facebook flipboard instagram linkedin messenger pinterest reddit snapchat telegram threads"
    " tiktok tumblr twitter whatsapp youtube"
)
_PAGE = _words(
    "account ad ads alerts app apps article articles comments conversation cookies gallery member"
    " members navigation newsletter newsletters notifications page settings site stories story"
    " stream subscriber subscribers video videos vip website"
)
_FILLERS = _words(
    "a all an and as at by for free from full here in it latest link live more my new news next"
    " now of on or our previous premium the this to today top tv up us via with you your"
)
WORD = re.compile(r"[\w@&'.-]*\w")
_EXACT = re.compile(
    r"""advertisements?|skip\ advertisement|supported\ by|paid\ content|sponsored(?:\ content)?
    |(?:article|story)\ continues\ (?:after|below)\b.*|(?:video\ )?ad\ feedback
    |continue\ reading(?:\ the\ main\ story)?|\d+\ min(?:ute)?s?\ read
    |scroll\ (?:down\ )?(?:to\ continue|for\ (?:more|video)).*|keep\ scrolling|back\ to\ top
    |skip\ to\ (?:main\ )?content|up\ next|now\ playing|load\ more|(?:see|view)\ (?:more|all)
    |read\ (?:more|next|(?:the\ )?full\ (?:story|article)|more\ (?:here|about\ this\ story))
    |(?:show|hide|view|toggle)\ captions?|view\ image\ in\ fullscreen|gift(?:\ this)?\ article
    |related(?:\ (?:articles?|stor(?:y|ies)|content|coverage|topics?|links?|posts?|videos?))?
    |(?:more|top|trending|recommended)\ (?:stories|coverage|videos)|recommended\ for\ you
    |more\ on\ this\ story|most\ (?:read|popular|viewed)|trending(?:\ now)?
    |(?:watch|read|see|listen)\ (?:it\ |more\ )?(?:here|now|below|live)|listen\ to\ this\ article.*
    |(?:follow|join|contact|about)\ us|sign\ (?:in|up|out)|log\ (?:in|out)|subscribe(?:\ now)?
    |add\ to\ your\ saved\ stories|comment\ on\ this\ story|about\ sharing
    |click\ here\ (?:to\ (?:get|download|subscribe|sign\ up|view|see)|for\ more)\b.{0,60}
    |(?:accept|reject|manage)\ (?:all|(?:all\ )?cookies|preferences)|your\ privacy\ choices
    |(?:privacy|cookie)\ (?:policy|notice|settings)|terms\ (?:of\ (?:use|service)|and\ conditions)
    |(?:please\ )?enable\ (?:javascript|cookies)\b.*|your\ browser\ does\ not\ support\b.*
    |this\ (?:video|content)\ (?:is\ not\ available|cannot\ be\ (?:played|loaded)).*
    |this\ article\ is\ more\ than\ \d+\ (?:years?|months?)\ old|\d+\ (?:shares?|comments?)""",
    re.I | re.X,
)
_SEPARATOR = re.compile(r"[-_=*~•·♦#|+–—.\s]+")


def is_interface(line: str) -> bool:
    """A line of nothing but the interface's words and an outlet's name: "Watch CBSN Live".

    One command is not enough ("US Open", "Open for business"): it takes two, or an outlet, or a
    part of the page besides.
    """
    bare = line.strip(" .…:>»›→|-–—•*[]()▶►")
    if _SEPARATOR.fullmatch(line) or _EXACT.fullmatch(bare):
        return True
    if line[-1] in ".?;,!" or len(line) > 80:
        return False
    outlet = next(iter(outlet_names(bare)), "")
    rest = bare.replace(outlet, " ", 1) if outlet else bare
    words = [word.casefold() for word in WORD.findall(rest)]
    n_commands = sum(word in COMMANDS or word in PLATFORMS for word in words)
    n_parts = sum(word in _PAGE for word in words) + bool(outlet)
    n_others = sum(word in _FILLERS for word in words)
    is_all_interface = n_commands + n_parts + n_others == len(words) + bool(outlet)
    return is_all_interface and 0 < n_commands < n_commands + n_parts + (n_commands > 1)
