"""Dates as people write them in running text: with names of months in any language, eras, and the words beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError

# The year that each era calls 0. A year of Thailand above 2400 is Buddhist, one of Taiwan follows 民國.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民國": 1911, "民国": 1911}
_BUDDHIST = 543
_YEARS = range(1900, 2100)

_FIGURES = re.compile(r"\d")
_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_CJK = re.compile(
    r"(?:(令和|平成|昭和|大正|民國|民国)\s?)?(\d{1,4}|元)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]"
)
_KOREAN = re.compile(r"(?<!\d)(\d{4})\.\s(\d{1,2})\.\s(\d{1,2})\b")
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-]|\.\d)")
_ORDINAL = r"(?:\.|º|ª|°|er|st|nd|rd|th|e)?"
_JOIN = r"[\s,.]*(?:de|del|of|d['’]|of the|năm)?\s*"
# What CLDR does not give for English: the common short form of September.
_MORE_MONTHS = {"sept": 9}


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A day in a text: ``text[start:end]`` are its words."""

    start: int
    end: int
    date: str


def written_dates(text: str, lang: str, *, month_first: bool = False) -> list[WrittenDate]:
    """All complete dates of ``text`` that exist, by place.

    ``month_first`` reads 03/04/2025 as 4 March, as in the United States. A day that does not exist (32.13.2026) is no
    date, nor is one without a year.
    """
    found: dict[int, WrittenDate] = {}
    if not _FIGURES.search(text):
        return []
    for written in (*_figures(text, month_first), *_with_months(text, lang)):
        if written.start not in found:
            found[written.start] = written
    return [found[start] for start in sorted(found)]


def _figures(text: str, month_first: bool) -> Iterator[WrittenDate]:
    for match in _ISO.finditer(text):
        yield from _written(match, match[1], match[3], match[4])
    for match in _CJK.finditer(text):
        year = 1 if match[2] == "元" else int(match[2])
        yield from _written(match, _western(match[1], year), match[3], match[4])
    for match in _KOREAN.finditer(text):
        yield from _written(match, match[1], match[2], match[3])
    for match in _NUMERIC.finditer(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        swapped = second > 12 or (month_first and match[2] == "/" and first <= 12)
        if len(match[4]) == 2:
            # Two figures of a year only where points leave no doubt (16.07.25), not in fractions and numbers.
            if match[2] != "." or len(match[1]) != 2 or len(match[3]) != 2:
                continue
            year += 2000
        yield from _written(match, year, first if swapped else second, second if swapped else first)


def _western(era: str | None, year: int) -> int:
    """A year of an era; one of three figures without an era is of Taiwan, which leaves 民國 out."""
    if era:
        return year + _ERAS[era]
    return year + _ERAS["民國"] if 80 <= year < 200 else year


def _with_months(text: str, lang: str) -> Iterator[WrittenDate]:
    for code in dict.fromkeys((lang, "en")):
        months, day_first, month_first = _month_patterns(code)
        if not months:
            continue
        for match in day_first.finditer(text):
            yield from _written(match, match[3], months[match[2].lower()], match[1])
        for match in month_first.finditer(text):
            yield from _written(match, match[3], months[match[1].lower()], match[2])


def _written(match: re.Match[str], year: int | str, month: int | str, day: int | str) -> Iterator[WrittenDate]:
    number = int(year)
    number -= _BUDDHIST if 2400 < number < 2700 else 0
    if number not in _YEARS:
        return
    try:
        yield WrittenDate(match.start(), match.end(), date(number, int(month), int(day)).isoformat())
    except ValueError:
        return


@cache
def _month_patterns(lang: str) -> tuple[dict[str, int], re.Pattern[str], re.Pattern[str]]:
    months = _months(lang)
    names = "|".join(re.escape(name) for name in sorted(months, key=lambda name: (-len(name), name))) or "(?!)"
    day_first = re.compile(
        rf"(?<!\d)(\d{{1,2}}){_ORDINAL}{_JOIN}({names})\.?{_JOIN}(?:พ\.?ศ\.?\s*)?(\d{{4}})(?!\d)", re.I
    )
    month_first = re.compile(rf"(?<!\w)({names})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)", re.I)
    return months, day_first, month_first


def _months(lang: str) -> dict[str, int]:
    try:
        locale = Locale.parse({"no": "nb"}.get(lang, lang))
    except (UnknownLocaleError, ValueError):
        return {}
    names: dict[str, int] = {}
    for context in ("stand-alone", "format"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                # Figures with 月 or 월 are read as figures.
                if len(plain := name.lower().strip(".")) > 2 and not plain[0].isdigit():
                    names[plain] = number
    return names | (_MORE_MONTHS if lang == "en" else {})
