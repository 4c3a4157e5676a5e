"""Dates as people write them in running text: with names of months in any language, eras, and figures of any script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError

# The year that each era calls 0. A year of Thailand above 2400 is Buddhist, one of Taiwan follows 民國.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民國": 1911, "民国": 1911}
_TAIWAN = _ERAS["民國"]
_BUDDHIST = 543
_YEARS = range(1900, 2100)
# Languages that a text is taken for instead, or that share a page: their months and words are read, too.
KIN = {
    "id": ("ms",),
    "ms": ("id",),
    "no": ("da", "sv"),
    "da": ("no",),
    "sv": ("no",),
    "cs": ("sk",),
    "sk": ("cs",),
    "hr": ("sr", "bs"),
    "sr": ("hr",),
    "bs": ("hr",),
    "uk": ("ru",),
    "pt": ("es",),
    "gl": ("pt", "es"),
    "ca": ("es",),
    "und": ("fr", "de", "es", "pt", "it"),
}
# Where months have other names in the same language: Levant and Maghreb, Austria, Latin serbian.
_COUNTRIES = {"ar": ("ar_LB", "ar_DZ", "ar_MA", "ar_SA"), "de": ("de_AT",), "sr": ("sr_Latn",), "no": ("nb",)}

_HAN = "〇零一二三四五六七八九"
_FIGURES = re.compile(rf"\d|[{_HAN}十元]\s?[年月]")
_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_CJK = re.compile(
    r"(?:(令和|平成|昭和|大正|民國|民国)\s?)?(\d{1,4}|元)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일號号]"
)
_HAN_DATE = re.compile(
    rf"(?:(令和|平成|昭和|大正|民國|民国)\s?)?([{_HAN}十百元]{{1,5}})\s?年\s?([{_HAN}十]{{1,3}})\s?月\s?([{_HAN}十]{{1,3}})\s?日"
)
_KOREAN = re.compile(r"(?<!\d)(\d{4})\.\s(\d{1,2})\.\s(\d{1,2})\b")
# 令和8.4.1, R8.4.1: short in tables; 115.3.18 and 115-03-18 in Taiwan.
_SHORT_ERA = re.compile(r"(?:(令和|平成)|\b([RH]))\s?(\d{1,2}|元)[./](\d{1,2})[./](\d{1,2})(?!\d)")
_TAIWAN_SHORT = re.compile(r"(?<![\d/.-])(1[01]\d)([-/.])(\d{1,2})\2(\d{1,2})(?![\d/]|[-.]\d)")
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4}|\d{2})(?![\d/-]|\.\d)")
# "[FR Doc. 2026-21877 Filed 10-2-26; 8:45 am]": the month first, whoever reads.
_FILED = re.compile(r"(?<=Filed )(\d{1,2})[-–](\d{1,2})[-–](\d{2})(?=[;\]])")
_AFTER_MONTH = re.compile(r"\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}(?!\d)")
_ORDINAL = r"(?:\.?[ºª°]|\.|er|re|st|nd|rd|th|e|ème|:a|:e|-?(?:го|е)|\.?\s?päivänä)?"
_JOIN = r"[\s,.\u00a0]*(?:de la|de l['’]|de|del|of the|of|day of|d['’]|năm|ב|i|bulan|เดือน|dne)?\s*"
_YEAR = r"(?:พ\.?ศ\.?\s*|ค\.?ศ\.?\s*|año |ano |Tahun |year )?"
# What CLDR does not give: common short forms.
_MORE_MONTHS = {
    # The gazette of South Africa bears its date in Afrikaans.
    "en": {"sept": 9, "januarie": 1, "februarie": 2, "maart": 3, "mei": 5, "junie": 6, "julie": 7, "augustus": 8,
           "oktober": 10, "desember": 12},
    "es": {"setiembre": 9, "set": 9},
    "pt": {"março": 3, "marco": 3},
    "fr": {"fevrier": 2, "aout": 8, "decembre": 12},
    "id": {"pebruari": 2, "nopember": 11, "agt": 8, "des": 12},
    "it": {"sett": 9},
    "no": {"sept": 9},
    "lv": {"janvārī": 1, "februārī": 2, "martā": 3, "aprīlī": 4, "maijā": 5, "jūnijā": 6, "jūlijā": 7, "augustā": 8,
           "septembrī": 9, "oktobrī": 10, "novembrī": 11, "decembrī": 12},
    "hi": {"जनवरी": 1, "फरवरी": 2, "जून": 6, "जुलाई": 7, "सितंबर": 9, "अक्तूबर": 10, "नवंबर": 11, "दिसंबर": 12},
    "ar": {"كانون الثاني": 1, "شباط": 2, "اذار": 3, "نيسان": 4, "ايار": 5, "حزيران": 6, "تموز": 7, "اب": 8,
           "ايلول": 9, "تشرين الأول": 10, "تشرين الثاني": 11, "كانون الأول": 12, "ابريل": 4, "اغسطس": 8, "اكتوبر": 10},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A day in a text: ``text[start:end]`` are its words."""

    start: int
    end: int
    date: str


def written_dates(text: str, lang: str, *, month_first: bool = False) -> list[WrittenDate]:
    """All complete dates of ``text`` that exist, by place; none lies inside of another.

    ``month_first`` reads 03/04/2025 as 4 March, as in the United States. A day that does not exist (32.13.2026) is no
    date, nor is one without a year, nor one of the Hijri calendar (its years lie before 1900).
    """
    if not _FIGURES.search(text):
        return []
    found = sorted(
        {*_figures(text, lang, month_first), *_with_months(text, lang)}, key=lambda one: (one.start, -one.end)
    )
    kept: list[WrittenDate] = []
    for written in found:
        if not kept or written.start >= kept[-1].end:
            kept.append(written)
    return kept


def _figures(text: str, lang: str, month_first: bool) -> Iterator[WrittenDate]:
    for match in _ISO.finditer(text):
        yield from _written(match, match[1], match[3], match[4])
    for match in _FILED.finditer(text):
        yield from _written(match, 2000 + int(match[3]), match[1], match[2])
    for match in _NUMERIC.finditer(text):
        yield from _numeric(match, lang, month_first)
    if lang in ("ja", "ko", "zh", "und", "en"):
        yield from _east_asian(text, lang)


def _east_asian(text: str, lang: str) -> Iterator[WrittenDate]:
    for match in _CJK.finditer(text):
        year = 1 if match[2] == "元" else int(match[2])
        yield from _written(match, _western(match[1], year), match[3], match[4])
    for match in _HAN_DATE.finditer(text):
        yield from _written(match, _western(match[1], _han(match[2])), _han(match[3]), _han(match[4]))
    for match in _KOREAN.finditer(text):
        yield from _written(match, match[1], match[2], match[3])
    if lang == "ja":
        for match in _SHORT_ERA.finditer(text):
            era = match[1] or {"R": "令和", "H": "平成"}[match[2]]
            yield from _written(match, _ERAS[era] + (1 if match[3] == "元" else int(match[3])), match[4], match[5])
    if lang == "zh":
        for match in _TAIWAN_SHORT.finditer(text):
            yield from _written(match, _TAIWAN + int(match[1]), match[3], match[4])


def _numeric(match: re.Match[str], lang: str, month_first: bool) -> Iterator[WrittenDate]:
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    swapped = second > 12 or (month_first and match[2] == "/" and first <= 12)
    if len(match[4]) == 2:
        # Two figures of a year only where points leave no doubt (16.07.25), not in fractions and numbers.
        if match[2] != "." or len(match[1]) != 2 or len(match[3]) != 2:
            return
        year += 2500 if lang == "th" else 2000
    yield from _written(match, year, first if swapped else second, second if swapped else first)


def _western(era: str | None, year: int) -> int:
    """A year of an era; one of three figures without an era is of Taiwan, which leaves 民國 out."""
    if era:
        return year + _ERAS[era]
    return year + _TAIWAN if 80 <= year < 200 else year


def _han(number: str) -> int:
    """A number in Chinese figures: 二〇二六, 三十一, 一百一十五, 元 (the first)."""
    if number == "元":
        return 1
    if not set(number) & set("十百"):
        return int("".join(str(max(0, _HAN.index(figure) - 1)) for figure in number))
    total = digit = 0
    for figure in number:
        if figure in "十百":
            total += (digit or 1) * (10 if figure == "十" else 100)
            digit = 0
        else:
            digit = max(0, _HAN.index(figure) - 1)
    return total + digit


def _with_months(text: str, lang: str) -> Iterator[WrittenDate]:
    # Names of months are looked for at every letter: only where figures stand as after one.
    after_month = _AFTER_MONTH.search(text) is not None
    for code in dict.fromkeys((lang, *KIN.get(lang, ()), "en")):
        patterns = _month_patterns(code)
        if not patterns:
            continue
        months, day_first, month_first, year_first = patterns
        for match in day_first.finditer(text):
            year = match[3] or str((2500 if int(match[4]) > 40 else 2000) + int(match[4]))
            yield from _written(match, year, months[_plain(match[2])], match[1])
        for match in month_first.finditer(text) if after_month else ():
            yield from _written(match, match[3], months[_plain(match[1])], match[2])
        for match in year_first.finditer(text):
            month, day = (match[3], match[2]) if code == "lv" else (match[2], match[3])
            yield from _written(match, match[1], months[_plain(month)], day)


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
def _month_patterns(lang: str) -> tuple[dict[str, int], re.Pattern[str], re.Pattern[str], re.Pattern[str]] | None:
    months = _months(lang)
    if not months:
        return None
    names = "|".join(re.escape(name).replace(r"\ ", r"\s") for name in sorted(months, key=lambda one: (-len(one), one)))
    # Thailand shortens its years to two figures: 14 ก.ค. 69.
    short = r"|(\d{2})(?!\d)" if lang == "th" else "|((?!))"
    day_first = rf"(?<![\d.,/])(\d{{1,2}}){_ORDINAL}{_JOIN}({names})\.?{_JOIN}{_YEAR}(?:(\d{{4}})(?!\d){short})"
    month_first = rf"(?<!\w)({names})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)"
    # Hungarian and Lithuanian put the year first; Latvian the day before the month as well.
    day = r"(\d{1,2})"
    month_day = rf"{day}\.\s*({names})" if lang == "lv" else rf"({names})\s?{day}(?!\d)"
    year_first = rf"(?<!\d)(\d{{4}})[.,]?\s*(?:m\.|gada|urteko)?\s*{month_day}"
    return months, re.compile(day_first, re.I), re.compile(month_first, re.I), re.compile(year_first, re.I)


def _plain(name: str) -> str:
    return re.sub(r"\s", " ", name.lower())


def _months(lang: str) -> dict[str, int]:
    names: dict[str, int] = {}
    for code in (*reversed(_COUNTRIES.get(lang, ())), lang):
        try:
            locale = Locale.parse({"no": "nb"}.get(code, code))
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("stand-alone", "format"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    # Figures with 月 or 월 are read as figures.
                    if len(plain := _plain(name).strip(".")) > 1 + plain.isascii() and not plain[0].isdigit():
                        names[plain] = number
    return names | _MORE_MONTHS.get(lang, {})
