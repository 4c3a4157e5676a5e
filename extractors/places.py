"""Names of countries, adjectives and bodies: entries for the finder, in the language of a text and in English."""

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
_GENITIVE_S = {"de", "sv", "no", "da"}
_LOCALES = {"no": ("nb",), "zh": ("zh_Hans", "zh_Hant")}


@cache
def place_finder(lang: str) -> Finder:
    """Finds countries (``places/…``) and bodies (``bodies/…``) in a text of ``lang``."""
    langs = (lang, "en")
    lists = [entry for name in ("places", "bodies") for entry in word_list(name) if entry.lang in langs]
    left_out = {(entry.lang, entry.words) for entry in lists if entry.code == "not"}
    names = [entry for each in dict.fromkeys(langs) for entry in country_names(each)]
    kept = [entry for entry in lists if entry.code != "not"]
    return Finder([*kept, *(entry for entry in names if (entry.lang, entry.words) not in left_out)])


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
    if lang == "en":
        for country in pycountry.countries:
            names[country.alpha_2, getattr(country, "common_name", country.name)] = None
    return tuple(
        make_entry(f"places/{code}", code, lang, _declined(name, lang), "sure")
        for code, name in names
        if len(fold(name)) > 1 and "(" not in name
    )


def _declined(name: str, lang: str) -> str:
    if lang in _INFLECTING and len(name) > 4 and " " not in name:
        return (name[:-1] if name[-1] in "aeiouyоаяыия" else name) + "*"
    return f"{name}*" if lang in _GENITIVE_S and len(name) > 5 and " " not in name else name
