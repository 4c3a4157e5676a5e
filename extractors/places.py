"""Names of countries, adjectives and bodies: entries for the finder, in the language of a text and in English."""

import re
import unicodedata
from functools import cache

import pycountry
from babel import Locale, UnknownLocaleError

from extractors.finder import Finder
from extractors.folding import fold
from extractors.wordlists import Entry, make_entry, word_list

# Languages whose names of countries change their endings (Malezja, w Malezji).
_INFLECTING = {
    "pl",
    "cs",
    "sk",
    "hr",
    "sl",
    "sr",
    "lt",
    "lv",
    "et",
    "fi",
    "hu",
    "ru",
    "uk",
    "bg",
    "mk",
    "el",
    "ro",
    "tr",
}
# Countries whose states and provinces make rules, by the form of their bodies' names and the language of ISO 3166-2.
_FEDERAL = {
    ("state", "en"): ("US", "AU", "IN"),
    ("province", "en"): ("CA", "AU", "IN", "GB"),
    ("state", "de"): ("DE", "AT", "CH"),
    ("state", "fr"): ("CH",),
    ("province", "fr"): ("CA",),
    ("state", "it"): ("CH",),
    ("state", "es"): ("ES", "MX", "AR"),
    ("state", "pt"): ("BR",),
    ("state", "id"): ("ID",),
}
# Little words between a body and its country.
_OF = "of|the|de|del|della|do|da|la|le|les|l|du|des|der|van|het|för|av|på"
# States that share their name with a country, a capital or a common word.
_NAMESAKES = {"Georgia", "Washington", "México", "Jura", "Victoria", "Punjab"}
_STATE_TYPES = {"State", "Province", "Territory", "Land", "Canton", "Autonomous community", "Country"}
# Sections of the list of places that hold something else.
_NO_PLACES = {"not", "before", "after", "state", "province"}
# Languages whose capitals are often printed without accents.
_UNACCENTED = {"fr", "es", "pt"}
_GENITIVE_S = {"de", "sv", "no", "da"}
_LOCALES = {"no": ("nb",), "zh": ("zh_Hans", "zh_Hant")}


@cache
def place_finder(lang: str) -> Finder:
    """Finds countries (``places/…``) and bodies (``bodies/…``) in a text of ``lang``."""
    langs = (lang, "en")
    lists = [entry for name in ("places", "bodies") for entry in word_list(name) if entry.lang in langs]
    left_out = {(entry.lang, entry.words) for entry in lists if entry.code == "not"}
    names = [entry for each in dict.fromkeys(langs) for entry in country_names(each)]
    kept = [entry for entry in lists if entry.code not in _NO_PLACES]
    states = [entry for each in dict.fromkeys(langs) for entry in state_bodies(each)]
    return Finder([*kept, *states, *(entry for entry in names if (entry.lang, entry.words) not in left_out)])


@cache
def acting_words(lang: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before and after a country's name, in folded text, when the state acts."""
    return _beside("before", lang), _beside("after", lang)


def _beside(code: str, lang: str) -> re.Pattern[str]:
    words = "|".join(
        _pattern(entry) for entry in word_list("places") if entry.code == code and entry.lang in (lang, "en")
    )
    if code == "before":
        return re.compile(rf"(?:{words})(?:\W{{0,2}}(?:{_OF}) ?)*\W?$")
    return re.compile(rf"\W?(?:s )?(?:\w+ ){{0,2}}?(?:{words})")


def _pattern(entry: Entry) -> str:
    """A term as an expression; it begins and ends where the word does, except in scripts without blanks."""
    body = " ".join(re.escape(word.strip("*")) + (r"\w*" if word.endswith("*") else "") for word in entry.words)
    return body if entry.anywhere else rf"\b{body}\b"


@cache
def state_bodies(lang: str) -> tuple[Entry, ...]:
    """Bodies of states and provinces, after the forms of the word list (``State of ~``, ``~ Legislature``)."""
    return tuple(
        make_entry(f"bodies/{code}", code, lang, form.term.replace("~", name), form.strength)
        for form in word_list("places")
        if form.code in ("state", "province") and form.lang == lang
        for country in _FEDERAL.get((form.code, lang), ())
        for code, name in states_of(country)
    )


@cache
def states_of(country: str) -> list[tuple[str, str]]:
    """Codes of ISO 3166-2 and names of a country's states."""
    types = {"Autonomous community"} if country == "ES" else _STATE_TYPES
    return sorted(
        (state.code, state.name.partition(" [")[0])
        for state in pycountry.subdivisions
        if state.country_code == country
        and state.type in types
        and "," not in state.name
        and state.name not in _NAMESAKES
    )


@cache
def official_hosts() -> dict[str, str]:
    """Jurisdictions of official sites by host."""
    return {entry.term: entry.code for entry in word_list("bodies") if entry.lang == "host"}


@cache
def country_names(lang: str) -> tuple[Entry, ...]:
    """The names of all countries of ISO 3166-1 in one language, from CLDR; in English those of ISO as well."""
    names: dict[tuple[str, str], None] = {}
    for locale in _LOCALES.get(lang, (lang,)):
        try:
            territories = Locale.parse(locale).territories
        except (UnknownLocaleError, ValueError):
            continue
        for country in pycountry.countries:
            if name := territories.get(country.alpha_2):
                names[country.alpha_2, name] = None
                if lang in _UNACCENTED:
                    names[country.alpha_2, without_accents(name)] = None
    if lang == "en":
        for country in pycountry.countries:
            names[country.alpha_2, getattr(country, "common_name", country.name)] = None
    return tuple(
        make_entry(f"places/{code}", code, lang, _declined(name, lang), "sure")
        for code, name in names
        if len(fold(name)) > 1 and "(" not in name
    )


def without_accents(name: str) -> str:
    """A name as gazettes print it in capitals: COTE D'IVOIRE, MEXICO."""
    return "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))


def _declined(name: str, lang: str) -> str:
    if lang in _INFLECTING and len(name) > 4 and " " not in name:
        return (name[:-1] if name[-1] in "aeiouyоаяыия" else name) + "*"
    return f"{name}*" if lang in _GENITIVE_S and len(name) > 5 and " " not in name else name
