"""Verbs of English, common in news, and the base form of a word that may be one.

A list and its regular inflections, no parser: it tells "end" from "the end" only as far as
`is_verb` and `is_also_noun` go, and whoever asks must look at the neighbours.
"""

from __future__ import annotations

_BASES = """
accept accuse achieve act add address admit adopt advance advise affect afford agree aim allow
announce answer apologise apologize appeal appear apply appoint approach approve argue arise
arrange arrest arrive ask assess assist attack attempt attend attract avoid award back ban be
bear beat become begin behave believe belong bet bid bind bite blame block blow boast bomb book
boost born borrow boycott break breed brief bring broadcast broker build burn burst bury buy
calculate call campaign cancel capture care carry cast catch cause celebrate challenge change
charge chase cheat check choose cite claim clash clean clear climb close collapse collect
combine come comment commit compare compete complain complete concede concern conclude condemn
conduct confess confirm connect consider consist contact contain continue contribute control
convict convince cook cooperate cope cost count cover crack crash create criticise criticize
cross cry cure cut damage deal debate decide declare decline decrease defeat defend define delay
deliver demand demolish deny depart depend deploy describe deserve design destroy detain detect
determine develop die differ dig disagree disappear discover discuss dismiss display distribute
divide do donate double doubt draft drag draw dress drink drive drop earn eat elect eliminate
emerge employ enable encourage end endorse enforce enjoy ensure enter erupt escape establish
estimate evacuate evict evolve examine exceed exclude execute exist expand expect expel expire
explain explode export express extend face fail fall favor favour fear feature feed feel fight
file fill find fine finish fire fit fix flee float flood fly focus follow forbid force forecast
forget forgive form found free freeze fuel fund gain gather generate get give go govern grab
grant grow guarantee guard guess guide halt hand hang happen harm hate have head hear help hide
hire hit hold honor honour hope host hunt hurt identify ignore imagine impact impose impress
improve include increase indicate infect inform inherit injure insist inspect install intend
interview introduce invade invent invest investigate invite involve issue jail join judge jump
justify keep kick kidnap kill kiss knock know lack land last laugh launch lay lead leak learn
leave lend let lie lift like limit link listen live load locate lock look lose love lower
maintain make manage manufacture march mark marry match matter mean measure meet mention merge
miss monitor move murder name need negotiate nominate note notice obtain occupy occur offer open
operate oppose order organise organize oust overcome overtake owe own paint participate pass pay
perform permit persuade pick place plan plant play plead please pledge plot point pose possess
postpone pour power practise praise predict prefer prepare present preserve press prevent print
proceed process produce prohibit promise promote propose prosecute protect protest prove provide
publish pull pump punish purchase push put qualify question quit quote race raid raise range
rank reach react read realise realize rebuild recall receive recognise recognize recommend
record recover recruit reduce refer reflect refuse regain regard regret reject relate release
rely remain remember remove rename renew rent repair repeat replace reply report represent
request require rescue resign resist resolve respond rest restore restrict result resume retain
retire retreat return reveal reverse review ride ring rise risk roll row rule run rush sack sail
sanction save say score search see seek seem seize select sell send sentence separate serve set
settle shake shape share shed shift shine ship shoot show shrink shut sign sing sink sit sleep
slow smoke smuggle solve speak spend split spread stage stand start starve state stay steal step
stick stop store strengthen stretch strike struggle study submit succeed sue suffer suggest
supply support suppose surge surprise surrender surround survive suspect suspend suspend swear
sweep swim switch take talk target taste tax teach tear tell tend test thank think threaten
throw top total touch track trade train transfer transform travel treat trigger try turn uncover
understand unveil urge use value vanish veto view violate visit vote vow wait wake walk want
warn wash waste watch wear weigh welcome widen win wish withdraw withhold witness wonder work
worry worsen wound wreck write
"""
_IRREGULAR = """
am:be is:be are:be was:be were:be been:be being:be has:have had:have does:do did:do done:do
goes:go went:go gone:go said:say made:make took:take taken:take came:come saw:see seen:see
got:get gotten:get gave:give given:give knew:know known:know thought:think told:tell
became:become left:leave felt:feel brought:bring began:begin begun:begin kept:keep held:hold
wrote:write written:write stood:stand heard:hear meant:mean met:meet ran:run paid:pay sat:sit
spoke:speak spoken:speak led:lead grew:grow grown:grow lost:lose fell:fall fallen:fall sent:send
built:build understood:understand drew:draw drawn:draw broke:break broken:break spent:spend
rose:rise risen:rise drove:drive driven:drive bought:buy wore:wear worn:wear chose:choose
chosen:choose won:win sold:sell fought:fight taught:teach caught:catch flew:fly flown:fly
fled:flee hid:hide hidden:hide shot:shoot struck:strike stricken:strike swam:swim swum:swim
sang:sing sung:sing sank:sink sunk:sink stole:steal stolen:steal threw:throw thrown:throw
withdrew:withdraw withdrawn:withdraw forgot:forget forgotten:forget froze:freeze frozen:freeze
hung:hang laid:lay lain:lie lent:lend rode:ride ridden:ride rang:ring rung:ring shook:shake
shaken:shake showed:show shown:show shrank:shrink slept:sleep stuck:stick swore:swear
sworn:swear swept:sweep tore:tear torn:tear woke:wake woken:wake dealt:deal dug:dig ate:eat
eaten:eat fed:feed found:find bore:bear borne:bear beaten:beat bound:bind bitten:bite blew:blow
blown:blow bred:breed overcame:overcome overtook:overtake sought:seek forgave:forgive
forgiven:forgive forbade:forbid forbidden:forbid rebuilt:rebuild arose:arise arisen:arise
quit:quit split:split lit:light lay:lie
"""
_ALSO_NOUNS = """
act address advance aim answer appeal approach arrest attack attempt award back ban bet bid bite
block blow bomb book boost boycott break broadcast broker call campaign care cause challenge
change charge chase check claim clash clear close collapse comment concern conduct contact
control cost count cover crash cross cry cure cut damage deal debate decline decrease defeat
delay demand display double doubt draft drag dress drink drive drop end escape estimate export
express face fall favor favour fear feature fight file fine finish fire fit flood fly focus
force forecast form free fuel fund gain grant guarantee guard guide halt hand harm head help hit
hold honor honour hope host hunt hurt impact increase interview issue jail judge jump kick kiss
lack land last laugh launch lead leak leave lie lift limit link load lock look love march mark
match matter measure mention miss monitor move murder name need note notice offer open order own
paint pass pay permit pick place plan plant play pledge plot point pose power praise present
press print process produce promise protest pull pump purchase push question quote race raid
raise range rank read record recruit regard regret release rent repair reply report request
rescue rest result retreat return reverse review ride ring rise risk roll row rule run rush sack
sail sanction save score search sentence set shake shape share shift ship show sign sleep slow
smoke split spread stage stand start state stay step stop store stretch strike struggle study
supply support surge surprise suspect sweep swim switch talk target taste tax test thank top
total touch track trade train transfer travel treat trigger try turn use value veto view visit
vote vow wait walk wash waste watch welcome win wish witness wonder work worry wound wreck found
like lower born bear
"""

_BASE = frozenset(_BASES.split())
_NOUNS = frozenset(_ALSO_NOUNS.split())
_PAST = {pair.split(":")[0]: pair.split(":")[1] for pair in _IRREGULAR.split()}
_DOUBLING = frozenset("bdgklmnprt")


def base_form(word: str) -> str | None:
    """The base form of a word that may be a verb ("passed" -> "pass"), or None."""
    word = word.lower()
    if word in _PAST:
        return _PAST[word]
    if word in _BASE:
        return word
    for ending in ("ing", "ied", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word[: -len(ending)]
            forms = [stem + "y"] if ending in ("ied", "ies") else [stem, stem + "e"]
            if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] in _DOUBLING:
                forms.append(stem[:-1])
            for form in forms:
                if form in _BASE:
                    return form
    if word.startswith("re") and len(word) > 5:
        again = base_form(word[2:])
        return None if again is None else "re" + again
    return None


def is_verb(word: str) -> bool:
    """Whether a word is a verb and hardly anything else: "resigned", "withdraw", "said"."""
    base = base_form(word)
    if base is None:
        return False
    if word.lower() != base and (word.lower() in _PAST or word.lower().endswith("ed")):
        return True
    return base not in _NOUNS and not word.lower().endswith("ing")


def is_also_noun(word: str) -> bool:
    """Whether a word may be a verb but as well a noun or adjective: "strike", "reports"."""
    return base_form(word) is not None and not is_verb(word)
