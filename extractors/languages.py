"""Which language a text is in: by its script where that says it, else by its little words.

Own, because the libraries cost more than the task is worth: lingua holds hundreds of megabytes, langdetect draws
random numbers, fastText and CLD3 bring no wheels for every system that we run on. A few hundred characters of a
publication hold a dozen little words, which is enough; a title of one word falls to its letters.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

UNKNOWN = "und"
_SAMPLE = 1500
_WORDS = re.compile(r"[^\W\d_]+")
# Scripts of one language each; those of several are told apart by letters or words.
_SCRIPTS = (
    ("th", "\u0e01-\u0e5b"), ("ko", "\uac00-\ud7a3\u1100-\u11ff"), ("ja", "\u3041-\u30ff"), ("zh", "\u4e00-\u9fff"),
    ("hi", "\u0900-\u097f"), ("bn", "\u0980-\u09ff"), ("ta", "\u0b80-\u0bff"), ("te", "\u0c00-\u0c7f"),
    ("si", "\u0d80-\u0dff"), ("lo", "\u0e81-\u0edf"), ("my", "\u1000-\u109f"), ("ka", "\u10a0-\u10ff"),
    ("am", "\u1200-\u137f"), ("km", "\u1780-\u17ff"), ("he", "\u0590-\u05ff"), ("hy", "\u0530-\u058f"),
    ("el", "\u0370-\u03ff\u1f00-\u1fff"), ("cyrillic", "\u0400-\u052f"), ("arabic", "\u0600-\u06ff\ufb50-\ufefc"),
)  # fmt: skip
_OF_SCRIPT = re.compile("|".join(f"(?P<{name}>[{letters}])" for name, letters in _SCRIPTS))
_BEYOND_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2e80-\uffdc]")
_FAMILIES = {
    "cyrillic": ("ru", "uk", "bg", "sr", "mk"),
    "arabic": ("ar", "fa", "ur"),
}
_BESIDES_LATIN = {"el", *_FAMILIES["cyrillic"], *_FAMILIES["arabic"]}
# Letters and endings that lean towards a language where little words say nothing, worth a word each.
_LEANINGS = tuple(
    (lang, re.compile(pattern))
    for lang, pattern in (
        ("de", r"ß|ü|ung\b|keit\b|lich\b"), ("fr", r"œ|ê|ç|eux\b|tion\b.*\bd"), ("es", r"ñ|¿|ción\b|iones\b"),
        ("pt", r"ã|õ|ção\b|lh[oa]"), ("it", r"zione\b|gli|ità\b"), ("nl", r"ij|heid\b|ingen\b"), ("sv", r"ä|ö"),
        ("da", r"æ|ø"), ("no", r"æ|ø"), ("no", r"het(?:er|en|ene|enes)?\b|sjon|eid\b"),
        ("da", r"hed(?:er|en|erne|ernes)?\b|\baf\b|ejd|tion"),
        ("pl", r"ł|ż|ś|ą|ę|cz|prz"),
        ("cs", r"ě|ř|ů"), ("sk", r"ľ|ĺ|ŕ|ô"), ("hu", r"ő|ű|gy"), ("ro", r"ț|ș|ă|ţ|ş"), ("tr", r"ı|ğ|ş|lar\b|ler\b"),
        ("vi", r"ơ|ư|đ|ạ|ế|ộ"), ("fi", r"ää|nen\b|ss[aä]\b|yö"), ("et", r"õ|mine\b|ud\b"), ("lv", r"ā|ē|ī|ū|ņ|ļ"),
        ("lt", r"ė|ų|į|ū"), ("hr", r"č|ć|đ|š|ž"), ("sl", r"č|š|ž"), ("en", r"ing\b|tion\b|ment\b|th|w"),
        ("id", r"kan\b|\bpe[mnr]|nya\b"), ("ms", r"kan\b|\bpe[mnr]|nya\b"), ("mt", r"ħ|ż|għ"),
        ("uk", r"і|ї|є|ґ"), ("ru", r"ы|э|ё"), ("bg", r"ъ|щ"), ("sr", r"ђ|ћ|џ|љ|њ|ј"), ("mk", r"ѓ|ќ|ѕ"),
        ("fa", r"پ|چ|ژ|گ"), ("ur", r"ٹ|ڈ|ڑ|ے|ں"),
    )
)  # fmt: skip


def found_language(title: str, text: str) -> str:
    """ISO 639-1 code of the language of most words (``no`` for Norwegian, ``zh`` for both scripts), or ``und``."""
    sample = f"{title}\n{text[:_SAMPLE]}".lower()
    script = None if sample.isascii() else _script(sample)
    if script and script not in _FAMILIES:
        return script
    return _by_words(sample, _FAMILIES.get(script or "", ()))


def _script(sample: str) -> str | None:
    """The script of most letters, None for Latin. Kana among Chinese characters is Japanese."""
    if not _BEYOND_LATIN.search(sample):
        return None
    counts = dict.fromkeys((name for name, _ in _SCRIPTS), 0)
    latin = 0
    # A text has far fewer letters than characters.
    for char, times in Counter(sample).items():
        if found := _OF_SCRIPT.match(char):
            counts[str(found.lastgroup)] += times
        elif char < "\u0250" and char.isalpha():
            latin += times
    if counts["ja"] * 12 > counts["zh"]:
        counts["ja"] += counts["zh"]
    best = max(counts, key=lambda name: counts[name])
    # A Chinese character says as much as two Latin letters.
    weight = 2 if best in ("ja", "zh", "ko") else 1
    return best if counts[best] * weight > latin else None


def _by_words(sample: str, family: tuple[str, ...]) -> str:
    scores: dict[str, int] = defaultdict(int)
    table = _little_words()
    counts = Counter(_WORDS.findall(sample))
    for word in counts.keys() & table.keys():
        times = min(counts[word], 5)
        for lang, worth in table[word]:
            scores[lang] += worth * times
    if not _clear(scores):
        for lang, pattern in _LEANINGS:
            if pattern.search(sample):
                scores[lang] += 40
    allowed = {
        lang: score for lang, score in scores.items() if (lang in family if family else lang not in _BESIDES_LATIN)
    }
    if not allowed:
        return family[0] if family else UNKNOWN
    order = _order()
    return min(allowed, key=lambda lang: (-allowed[lang], order[lang]))


def _clear(scores: Mapping[str, int]) -> bool:
    """Whether one language has many little words and twice as many as any other."""
    first, second = sorted([*scores.values(), 0, 0], reverse=True)[:2]
    return first >= 600 and first >= 2 * second


@cache
def _order() -> dict[str, int]:
    """The languages as their file lists them: of two equally likely ones the first."""
    listed = [line.partition("|")[0].strip() for line in _lines() if "|" in line.partition("#")[0]]
    return {lang: place for place, lang in enumerate(dict.fromkeys([*listed, *(lang for lang, _ in _LEANINGS)]))}


def _lines() -> list[str]:
    return (files("extractors") / "patterns" / "languages.txt").read_text(encoding="utf-8").splitlines()


@cache
def _little_words() -> dict[str, tuple[tuple[str, int], ...]]:
    """Of each word, the languages that have it, worth the more the fewer they are."""
    languages: dict[str, list[str]] = {}
    for line in _lines():
        lang, bar, words = line.partition("#")[0].partition("|")
        for word in dict.fromkeys(words.split()) if bar else ():
            languages.setdefault(word, []).append(lang.strip())
    return {word: tuple((lang, 100 // len(langs)) for lang in langs) for word, langs in languages.items()}
