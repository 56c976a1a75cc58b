"""The names of well-known news outlets, as they write themselves.

A list: it lets "(CNN)" or "View CBS News In" be read as a name; and what names of papers that no
list has look like. What counts as the outlet of an article is decided in metadata.py.
"""

import re

_AGENCIES = """
AFP = Agence France-Presse = Agence France Presse
Associated Press = AP
Bloomberg = Bloomberg News
dpa = Deutsche Presse-Agentur
Press Association = PA Media
Reuters = Thomson Reuters
TASS = Itar-Tass
UPI = United Press International
Xinhua = Xinhua News Agency
"""
_OUTLETS = """
Al Jazeera = Al Jazeera English = Aljazeera
BBC News = BBC = BBC Sport
CBS News = CBSN = CBSNews
CNN = CNN Business = CNN Politics = CNN Travel = CNN Sport = CNN International
Fox News = FoxNews = Fox News Channel
HuffPost = Huffington Post
HotAir = Hot Air
Los Angeles Times = LA Times
NPR = National Public Radio
The Guardian = Guardian
The Moscow Times = Moscow Times
The New Yorker = New Yorker
The New York Times = New York Times = NYTimes
The Telegraph = Daily Telegraph
TIME = TIME Magazine
USA TODAY = USATODAY = USA TODAY Sports = USA TODAY Network
Voice of America = VOA = VOA News
The Wall Street Journal = Wall Street Journal = WSJ
The Washington Post = Washington Post = WaPo
The Atlantic; The Economist; The Hill; The Independent; The Intercept; The Irish Times; The Nation
The News Journal; The Observer; The Sun; The Times; The Verge; The Week; The Republic; The Star
ABC News; Al Arabiya; Arizona Republic; Ars Technica; Asia Times; Axios; Bangkok Post; Breitbart
Boston Globe; Business Insider; BuzzFeed News; CBC News; CNBC; Chicago Sun-Times; Chicago Tribune
Christian Science Monitor; Cincinnati Enquirer; Courier Journal; Daily Beast; Daily Caller
Daily Mail; Daily Mirror; Dallas Morning News; Denver Post; Der Spiegel; Des Moines Register
Detroit Free Press; Detroit News; Deutsche Welle; El País; Entertainment Weekly; Euronews
Evening Standard; Financial Times; Forbes; Foreign Affairs; Foreign Policy; Fox Business; France 24
Global News; Globe and Mail; Haaretz; Hindustan Times; Houston Chronicle; IndyStar
Irish Independent; Japan Times; Jerusalem Post; Kyiv Independent; Kyiv Post; Le Monde; MSNBC
MarketWatch; Miami Herald; Middle East Eye; Milwaukee Journal Sentinel; Mother Jones; NBC News
National Geographic; National Post; National Review; New Republic; New Scientist; New York Post
Newsday; Newsweek; Nikkei Asia; PBS NewsHour; Philadelphia Inquirer; Politico; ProPublica
RT; Radio Free Europe/Radio Liberty; Rolling Stone; Russia Direct; Russia Today
San Francisco Chronicle; Scientific American; Seattle Times; Sky News; South China Morning Post
Sports Illustrated; Sputnik; Star Tribune; Straits Times; Sydney Morning Herald; TechCrunch
Tampa Bay Times; Tennessean; Times of India; Times of Israel; Toronto Star; Vanity Fair; Vice News
Vox; Washington Examiner; Washington Times; Wikinews; Yahoo News; ZDNet
"""
"""The name we show = other ways of writing it. "The" goes before any, unless it is written here:
then the name without it is a word like any other ("hill", "sun")."""


def _by_writing(table: str) -> dict[str, str]:
    entries = [entry.split("=") for line in table.splitlines() for entry in line.split(";")]
    return {writing.strip(): names[0].strip() for names in entries for writing in names if names[0]}


AGENCIES = frozenset(_by_writing(_AGENCIES).values())
"""Wire services: other outlets print their copy, so a page's own name goes before theirs."""

_NAMES = _by_writing(_AGENCIES) | _by_writing(_OUTLETS)
_FOLDED = {writing.casefold(): name for writing, name in _NAMES.items()}

_ANYWHERE = re.compile(
    r"(?<!\w)(?:The )?(?:"
    + "|".join(re.escape(writing) for writing in sorted(_NAMES, key=len, reverse=True))
    + r")(?!\w)"
)


_PAPER = (
    r"(?:Times|Herald|Tribune|Gazette|Chronicle|Courier|Dispatch|Observer|Guardian|Telegraph|Sentinel|"
    r"Beacon|Inquirer|Enquirer|Examiner|Advertiser|Bulletin|Ledger|Messenger|Newspaper|Newswire)"
)
"""What papers alone are called."""
_PAPER_OR_OTHER = (
    r"(?:News|Post|Mail|Express|Mirror|Star|Sun|Register|Review|Globe|Echo|Argus|Mercury|Standard|"
    r"Independent|Advocate|Republic|Wire|Press|Lantern|Magazine|Planet|Journal)"
)
"""What else may be called so: only behind "The", or a time of day or week."""
_LIKE_ONE = re.compile(
    rf"(?:The\s)?(?:[A-Z][\w&'’.-]*\s){{1,2}}{_PAPER}"
    rf"|The\s(?:[A-Z][\w&'’.-]*\s){{0,2}}(?:{_PAPER}|{_PAPER_OR_OTHER})"
    rf"|(?:Daily|Evening|Morning|Sunday|Weekly)\s(?:{_PAPER}|{_PAPER_OR_OTHER})"
)


def outlet_by_its_words(text: str) -> str | None:
    """A name of the kind that outlets have ("The Harbour Herald"), whether known or not.

    Only for places where an outlet is expected: as a name in a story it may be anything.
    """
    name = " ".join(text.split()).strip(" .,:|-–—()").removeprefix("the ")
    return name if len(name) <= 48 and _LIKE_ONE.fullmatch(name) else None


def known_outlet(text: str) -> str | None:
    """The outlet that a piece of text is the name of, in any case; None when it says more."""
    folded = " ".join(text.split()).strip(" .,:|-–—()").casefold().removesuffix(".com")
    return _FOLDED.get(folded) or _FOLDED.get(folded.removeprefix("the "))


def outlet_names(text: str) -> list[str]:
    """Where a line names outlets in their own writing: those words, in order."""
    return _ANYWHERE.findall(text)


def outlets_in(text: str) -> list[str]:
    """The outlets that a line names in their own writing, in order, by the name we show."""
    return [outlet for name in outlet_names(text) if (outlet := known_outlet(name)) is not None]
