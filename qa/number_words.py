"""The English words for numbers, magnitudes, fractions and units; nothing but tables."""

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)

SMALL = {word: value for value, word in enumerate(_SMALL_WORDS.split())}
TENS = {word: 10 * value for value, word in enumerate(_TENS_WORDS.split(), start=2)}
ORDINALS = {word: value for value, word in enumerate(_ORDINAL_WORDS.split(), start=1)} | {
    word[:-1] + "ieth": value for word, value in TENS.items()
}
MAGNITUDES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "mn": 10**6,
    "mln": 10**6,
    "bn": 10**9,
    "bln": 10**9,
    "tn": 10**12,
}
SUFFIXES = {"k": 1000, "m": 10**6, "mn": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12}
VAGUE = {
    "tens": 10,
    "dozens": 12,
    "scores": 20,
    "hundreds": 100,
    "thousands": 1000,
    "millions": 10**6,
    "billions": 10**9,
    "trillions": 10**12,
}
FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₽": "ruble", "₹": "rupee"}

_UNIT_WORDS = {
    "%": "% percent pct",
    "dollar": "dollar dollars usd buck bucks",
    "euro": "euro euros eur",
    "pound": "pound pounds gbp lb lbs sterling",
    "yen": "yen jpy",
    "yuan": "yuan renminbi rmb",
    "ruble": "ruble rubles rouble roubles rub",
    "rupee": "rupee rupees",
    "cent": "cent cents",
    "second": "seconds sec secs",
    "minute": "minute minutes min mins",
    "hour": "hour hours hr hrs",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "year years yr yrs",
    "decade": "decade decades",
    "century": "century centuries",
    "km": "km kilometer kilometers kilometre kilometres",
    "metre": "meter meters metre metres",
    "cm": "cm centimeter centimeters centimetre centimetres",
    "mile": "mile miles",
    "foot": "foot feet ft",
    "inch": "inch inches",
    "yard": "yard yards",
    "kg": "kg kilogram kilograms kilo kilos",
    "ton": "ton tons tonne tonnes",
    "acre": "acre acres",
    "hectare": "hectare hectares",
    "litre": "liter liters litre litres",
    "barrel": "barrel barrels",
    "degree": "degree degrees",
    "point": "point points",
}
UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
