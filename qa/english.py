"""Words of English that the rules go by: titles, institutions, links. Nothing but tables.

All of it is the language's, none of it a topic's: no person, place or outlet has a line here.
"""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _set(
    "mr mrs ms miss mx dr prof professor sir dame lord lady president premier minister secretary "
    "chancellor king queen prince princess emperor pope cardinal archbishop bishop rev reverend "
    "father sister imam sheikh sheik ayatollah sen senator rep representative congressman "
    "congresswoman mp governor gov mayor judge justice attorney general gen capt captain maj major "
    "col colonel lt lieutenant sgt sergeant cpl corporal adm admiral cmdr commander marshal "
    "ambassador envoy coach manager director chairman chairwoman chair ceo spokesman spokeswoman "
    "spokesperson leader chief analyst author actor actress singer striker officer detective "
    "inspector superintendent commissioner"
)
"""Words before a person's name that are not part of it."""

TITLE_MODIFIERS = _set(
    "prime vice foreign defense defence finance interior health education trade economy energy "
    "deputy acting former ex late first chief press state attorney home then current new "
    "secretary executive managing editor staff navy army police"
)
INSTITUTIONS = _set(
    "ministry department institute university college school academy post times party council "
    "assembly parliament bank court agency bureau office commission committee union house group "
    "company corp corporation inc ltd motors electric force forces army navy guard team club "
    "association federation network news service services center centre airport base hospital "
    "police hall square street avenue road museum stadium park bridge tower fund foundation "
    "organization organisation league cup games championship prize award treaty act law bill "
    "agreement accord summit conference city county province state region district island islands "
    "river lake sea ocean gulf bay mountain mountains valley coast desert journal herald tribune "
    "guardian telegraph gazette church cathedral front army militia brigade"
)
DIRECTIONS = _set(
    "north south east west northern southern eastern western northeast northwest southeast "
    "southwest new old upper lower central greater equatorial inner outer"
)
LINKS = _set("of and the for in on at de la le du da do del della von van der den y")
# Country and people where no common beginning gives it away.
PEOPLES = {
    "french": "france",
    "dutch": "netherlands",
    "spanish": "spain",
    "greek": "greece",
    "danish": "denmark",
    "welsh": "wales",
    "swiss": "switzerland",
    "polish": "poland",
    "turkish": "turkey",
    "irish": "ireland",
    "scottish": "scotland",
    "english": "england",
    "thai": "thailand",
    "czech": "czechia",
    "filipino": "philippines",
    "norwegian": "norway",
    "afghan": "afghanistan",
    "finnish": "finland",
    "swedish": "sweden",
}
ARTICLES = _set("the a an")
TIME_WORDS = _set(
    "on in at since until till by during from to before after around about early late mid last "
    "this next past that same day days week month year morning afternoon evening night noon "
    "midnight today yesterday tomorrow local time gmt utc est edt pst bst cet am pm a.m p.m date "
    "first second half spring summer autumn fall winter beginning end start middle and or through"
)
"""Words that may stand around a date without making it a statement."""
SAYING = _set(
    "said says say saying told tells announced announces added adds claimed claims argued argues "
    "warned warns confirmed confirms denied denies insisted insists stated states reported reports "
    "wrote writes explained explains noted notes declared declares vowed vows urged urges asked "
    "asks replied ordered orders called calls believes believed thinks thought wants wanted has "
    "had will would is was did does plans planned agreed agrees refused refuses won lost beat "
    "signed met"
)
"""Verbs that mostly follow a person or body: before them the first word of a sentence is a name."""
COMMON_OPENERS = _set(
    "a an the this that these those it its he she they we you i his her their our your my there "
    "here what which who whom whose when where why how if as at by for from in into of on onto to "
    "with without within while since until till after before during because although though unless "
    "but and or nor so yet not no none neither either both all any some many much more most few "
    "fewer several each every other others another such same one two three four five six seven "
    "eight nine ten first second third last next then now today yesterday tomorrow later earlier "
    "meanwhile however moreover instead also still even only just about around over under between "
    "among against despite according thus therefore hence once again earlier further finally "
    "nearly almost officials people police critics analysts experts residents witnesses "
    "authorities investigators scientists researchers doctors lawyers prosecutors "
    "activists protesters rebels troops soldiers lawmakers reporters journalists "
    "supporters opponents observers everyone everybody nobody someone somebody anyone nothing "
    "something everything part parts negotiations talks fighting government parliament"
)
"""Words that open a sentence without being a name, even before a verb of saying."""
