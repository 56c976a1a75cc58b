"""Words of English that the rules go by: titles, institutions, links. Nothing but tables.

All of it is the language's, none of it a topic's: no person, place or outlet has a line here.
"""

from __future__ import annotations


def _names(names: str) -> frozenset[str]:
    return frozenset(name.strip() for name in names.split(","))


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _set(
    "mr mrs ms miss mx dr prof professor sir dame lord lady president premier minister "
    "secretary chancellor king queen prince princess emperor pope cardinal archbishop bishop "
    "rev reverend father sister imam sheikh sheik ayatollah sen senator rep representative "
    "congressman congresswoman mp governor gov mayor judge justice attorney general gen capt "
    "captain maj major col colonel lt lieutenant sgt sergeant cpl corporal adm admiral cmdr "
    "commander marshal ambassador envoy coach manager director chairman chairwoman chair ceo "
    "spokesman spokeswoman spokesperson leader chief analyst author actor actress singer "
    "striker officer detective inspector superintendent commissioner"
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
    "agreement accord summit conference city county province state region district island "
    "islands river lake sea ocean gulf bay mountain mountains valley coast desert journal "
    "herald tribune guardian telegraph gazette church cathedral front militia brigade"
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
    "midnight today yesterday tomorrow local time gmt utc est edt pst bst cet am pm a.m p.m "
    "date first second half spring summer autumn fall winter beginning end start middle and or "
    "through"
)
"""Words that may stand around a date without making it a statement."""
SAYING = _set(
    "said says say saying told tells announced announces added adds claimed claims argued "
    "argues warned warns confirmed confirms denied denies insisted insists stated states "
    "reported reports wrote writes explained explains noted notes declared declares vowed vows "
    "urged urges asked asks replied ordered orders called calls believes believed thinks "
    "thought wants wanted has had will would is was did does plans planned agreed agrees "
    "refused refuses won lost beat signed met"
)
"""Verbs that mostly follow a person or body: before them the first word of a sentence is a name."""
COMMON_OPENERS = _set(
    "a an the this that these those it its he she they we you i his her their our your my there "
    "here what which who whom whose when where why how if as at by for from in into of on onto "
    "to with without within while since until till after before during because although though "
    "unless but and or nor so yet not no none neither either both all any some many much more "
    "most few fewer several each every other others another such same one two three four five "
    "six seven eight nine ten first second third last next then now today yesterday tomorrow "
    "later earlier meanwhile however moreover instead also still even only just about around "
    "over under between among against despite according thus therefore hence once again further "
    "finally nearly almost officials people police critics analysts experts residents witnesses "
    "authorities investigators scientists researchers doctors lawyers prosecutors activists "
    "protesters rebels troops soldiers lawmakers reporters journalists supporters opponents "
    "observers everyone everybody nobody someone somebody anyone nothing something everything "
    "part parts negotiations talks fighting government parliament"
)
"""Words that open a sentence without being a name, even before a verb of saying."""
AUXILIARIES = _set(
    "doing is are was were am be been being has have had do does did will would can could shall "
    "should may might must isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't "
    "didn't won't wouldn't can't couldn't shouldn't isn’t aren’t wasn’t weren’t hasn’t haven’t "
    "hadn’t don’t doesn’t didn’t won’t wouldn’t can’t couldn’t shouldn’t"
)
QUESTION_WORDS = _set("who whom whose what which when where why how")
PREPOSITIONS = _set(
    "about above across after against along alongside among amid around as at before behind "
    "below beneath beside between beyond by despite down during except for from in inside into "
    "like near of off on onto out outside over past per since through throughout till to toward "
    "towards under until up upon via with within without"
)
DETERMINERS = _set(
    "the a an this that these those my your his her its our their some any no each every either "
    "neither another other both all many much few several most more fewer such what which whose"
)
PRONOUNS = _set(
    "i you he she it we they me him her us them mine yours hers ours theirs his its their "
    "myself himself herself itself themselves one ones someone somebody anyone anybody everyone "
    "everybody nobody something anything everything nothing there here others"
)
SMALL_WORDS = _set(
    "and or but nor so yet if because although though while whereas than then now not never "
    "ever also still already just only even too very quite rather really actually exactly "
    "currently recently finally yesterday today tomorrow soon later earlier again ago away back "
    "together instead else however therefore ok okay well please yes no online due"
)
"""Conjunctions and adverbs that are never part of a noun phrase."""
MALE = _set(
    "mr sir lord king prince emperor pope father dad husband son brother uncle nephew "
    "grandfather boy man gentleman actor spokesman chairman businessman congressman policeman "
    "fireman salesman monk priest bishop cardinal imam duke earl baron widower boyfriend groom "
    "ex-husband stepfather"
)
FEMALE = _set(
    "mrs ms miss dame lady queen princess empress mother mum mom wife daughter sister aunt "
    "niece grandmother girl woman actress spokeswoman chairwoman businesswoman congresswoman "
    "policewoman nun duchess countess baroness widow girlfriend bride ex-wife stepmother "
    "heroine waitress"
)
PERSON_NOUNS = _set(
    "person partner ex-partner spouse child baby teenager adult parent cousin twin friend "
    "neighbour neighbor colleague boss head chief guard guest hero victim suspect witness "
    "patient student pupil teacher professor graduate scientist researcher engineer astronaut "
    "doctor nurse surgeon dentist lawyer attorney judge prosecutor detective officer soldier "
    "general captain pilot sailor driver rider cyclist runner swimmer boxer player striker "
    "goalkeeper midfielder defender forward coach manager referee champion athlete golfer "
    "singer musician composer conductor artist painter sculptor author writer novelist poet "
    "journalist reporter correspondent editor columnist photographer director producer comedian "
    "star celebrity politician president premier minister secretary chancellor mayor governor "
    "senator lawmaker mp ambassador envoy diplomat spokesperson leader rebel activist "
    "campaigner founder co-founder owner entrepreneur banker economist analyst expert historian "
    "executive ceo chairperson employee worker farmer fisherman chef cook waiter builder "
    "architect designer inventor explorer climber refugee migrant prisoner inmate killer "
    "murderer gunman attacker bomber hacker thief robber dealer winner loser candidate nominee "
    "successor predecessor resident tourist passenger survivor mathematician physicist chemist "
    "biologist astronomer whistleblower informant interpreter librarian master skipper commander "
    "commissioner superintendent inspector keeper creator dancer presenter broadcaster skier "
    "sprinter wrestler gymnast fighter adviser advisor aide deputy delegate negotiator mediator "
    "drummer rapper curator rector pastor vicar rabbi guide trainer translator tenant "
    "landlord clerk carpenter baker butcher plumber electrician mechanic warden ranger "
    "shepherd herder porter umpire organiser organizer principal headmaster headmistress dean "
    "treasurer auditor broker trader seller buyer vendor tailor weaver potter gardener "
    "watchman caretaker cleaner courier postman paramedic medic midwife veterinarian grower "
    "miner diver monk abbot foreman lodger pensioner orphan heir heiress bishop bride groom "
    "registrar coroner magistrate solicitor barrister juror defendant plaintiff"
)
GROUP_NOUNS = _set(
    "people police team club family couple government army navy company firm party group "
    "committee council parliament board band crew media press public staff union gang militia "
    "jury court bank agency ministry department university school hospital airline museum "
    "church league federation twins pair children men women troops forces"
)
"""Singular in form, yet often "they"."""
PLURAL_NOUNS = _set("people police men women children media troops forces twins cattle")
UNITS = _set(
    "seconds minutes hours days weeks months years decades centuries metres meters kilometres "
    "kilometers km miles feet inches yards acres hectares grams kilos kilograms kg pounds "
    "tons tonnes litres liters gallons barrels degrees per cent percent points dollars euros "
    "cents pence yen yuan rupees roubles rubles pesos francs lira liras lari kronor kroner "
    "times goals votes seats hundreds thousands millions billions"
)
"""What is counted and measured in: rarely what "they" means."""
ATTRIBUTES = _set(
    "age altitude area author budget capacity capital cause colour color cost currency depth "
    "design diameter distance duration height job length location mass motive name nationality "
    "origin owner population price profession purpose range role salary size source speed target "
    "temperature title value volume wealth weight width worth"
)
"""What something has one of: "and its price?" asks for that, not the same of another thing."""
COUNTRIES = _names(
    "afghanistan, albania, algeria, angola, argentina, armenia, australia, austria, "
    "azerbaijan, bahrain, bangladesh, belarus, belgium, belize, benin, bhutan, bolivia, "
    "bosnia, botswana, brazil, britain, bulgaria, burkina faso, burundi, cambodia, cameroon, "
    "canada, chad, chile, china, colombia, congo, costa rica, croatia, cuba, cyprus, czech "
    "republic, denmark, ecuador, egypt, el salvador, england, eritrea, estonia, ethiopia, "
    "fiji, finland, france, gabon, gambia, georgia, germany, ghana, greece, greenland, "
    "guatemala, guinea, guyana, haiti, honduras, hong kong, hungary, iceland, india, "
    "indonesia, iran, iraq, ireland, israel, italy, ivory coast, jamaica, japan, jordan, "
    "kazakhstan, kenya, kosovo, kuwait, kyrgyzstan, laos, latvia, lebanon, lesotho, liberia, "
    "libya, liechtenstein, lithuania, luxembourg, macedonia, madagascar, malawi, malaysia, "
    "maldives, mali, malta, mauritania, mauritius, mexico, moldova, monaco, mongolia, "
    "montenegro, morocco, mozambique, myanmar, namibia, nepal, netherlands, new zealand, "
    "nicaragua, niger, nigeria, north korea, norway, oman, pakistan, palestine, panama, "
    "paraguay, peru, philippines, poland, portugal, qatar, romania, russia, rwanda, saudi "
    "arabia, scotland, senegal, serbia, sierra leone, singapore, slovakia, slovenia, somalia, "
    "south africa, south korea, south sudan, spain, sri lanka, sudan, suriname, sweden, "
    "switzerland, syria, taiwan, tajikistan, tanzania, thailand, togo, tunisia, turkey, "
    "turkmenistan, uganda, ukraine, united arab emirates, united kingdom, united states, "
    "uruguay, uzbekistan, vatican, venezuela, vietnam, wales, yemen, zambia, zimbabwe, "
    "europe, asia, africa, america, north america, south america, latin america, antarctica, "
    "uk, us, usa, eu, u.s., u.k."
)
"""Countries and continents, in lower case: they are never "he" or "she"."""
HUMAN_VERBS = _set(
    "say tell think believe hope want ask warn promise claim describe deny accuse blame predict "
    "admit know feel expect wish vow marry write resign die live study retire apologise "
    "apologize complain argue insist explain reply respond react speak talk call play score "
    "graduate earn win"
)
"""What mostly persons do: a single name before one is a person's."""
EVENTS = _set(
    "meeting summit conference trial match game final race festival concert party ceremony "
    "rally protest wedding funeral debate hearing exhibition tournament championship show talks "
    "vote"
)
"""Occasions that "there" may mean."""
