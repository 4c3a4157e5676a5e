"""The dates that matter: when it was published, when it takes effect, until when something must be done."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from extractors.evidence import Reading
from extractors.finder import Finder
from extractors.folding import Folded
from extractors.wordlists import word_list
from extractors.written_dates import WrittenDate, written_dates
from model.codes import DateType, Facet
from model.publication import Dated
from model.tags import Evidence

_BEFORE = 120
_AFTER = 30
_LINE = 45
# Languages whose words about a date follow it: 2025年4月1日施行, 2025년 1월 1일 시행, 1.1.2025 alkaen.
_FOLLOWING = {"ja", "ko", "zh", "fi", "hi", "tr", "hu", "en"}
_SENTENCE = re.compile(r"(?<!\d)[.;。!?]\s|[\n。|;]")
# A date that belongs to the number of an older act: Lei 13.467 de 13 de julho de 2017.
_NUMBERED = re.compile(
    r"\b(?:lei|ley|loi|legge|decret[oa]?|décret|decreto-lei|portaria|act|order|gesetz|no|nº|n°|nr)\b[\s.]*[\dIVX][\w./-]*,?"
    r"\s*(?:de|del|du|vom|of|av|van|z dnia|ze dne|dated)?\s*$",
    re.I,
)
_MOST = 40_000
# Words that put a date into a sentence, and a place name that puts it into a dateline.
_WITHIN = re.compile(
    r"\b(?:on|in|am|le|el|em|il|op|den|the|since|of|vom|bis|until|od|do|dne|dnia|az|per|by|til)$", re.I
)
_PLACE = re.compile(r"\w{3,},$")


@dataclass(frozen=True, slots=True)
class _Cue:
    type: str
    distance: int


@cache
def _finder(lang: str) -> Finder:
    return Finder([entry for entry in word_list("dates") if entry.lang in (lang, "en")])


def found_dates(reading: Reading, lang: str, makers: Collection[str]) -> list[tuple[Dated, Evidence]]:
    """Dates with their evidence, by type. A type that the source gives is not read from the text."""
    found = _said(reading)
    given = {dated.type for dated, _ in found}
    for title in (True, False):
        original = (reading.title if title else reading.body).original
        if not title and reading.where_body == "source":
            continue
        for type_, written in _typed(original, lang, title=title, month_first="US" in makers):
            if type_ in given or any(dated.type is type_ and dated.date == written.date for dated, _ in found):
                continue
            if type_ is DateType.PUBLISHED and any(dated.type is type_ for dated, _ in found):
                continue
            words = original[written.start : written.end]
            rule = f"dates/{type_}:{lang}"
            why = reading.quote(Facet.DATE, type_, rule, written.start, written.end, title=title)
            found.append((Dated(type_, written.date, words), why))
    return sorted(found, key=lambda pair: (list(DateType).index(pair[0].type), pair[0].date))


def _said(reading: Reading) -> list[tuple[Dated, Evidence]]:
    publication = reading.publication
    said = list(publication.dates)
    if publication.published and not any(dated.type is DateType.PUBLISHED for dated in said):
        said.append(Dated(DateType.PUBLISHED, publication.published[:10], publication.published))
    return [
        (dated, Evidence(Facet.DATE, dated.type, "source:dates", dated.words, 0, 0, "source"))
        for dated in dict.fromkeys(said)
    ]


def _typed(text: str, lang: str, *, title: bool, month_first: bool) -> list[tuple[DateType, WrittenDate]]:
    """The dates of a title or text that are of one of the three types, those with a word beside them first."""
    dates = written_dates(text[:_MOST], lang, month_first=month_first)
    if len(text) > 2 * _MOST:
        dates += [_moved(one, len(text) - _MOST) for one in written_dates(text[-_MOST:], lang, month_first=month_first)]
    cued: list[tuple[DateType, WrittenDate]] = []
    alone: list[tuple[DateType, WrittenDate]] = []
    for written in dates:
        type_ = _cue(text, written, lang)
        if type_ in ("effective", "deadline", "published"):
            cued.append((DateType(type_), written))
        elif type_ is None and (title or _is_dateline(text, written)):
            alone.append((DateType.PUBLISHED, written))
    return [*cued, *alone]


def _moved(written: WrittenDate, by: int) -> WrittenDate:
    return WrittenDate(written.start + by, written.end + by, written.date)


def _cue(text: str, written: WrittenDate, lang: str) -> str | None:
    """The type that the nearest word in the same sentence gives, ``other`` for dates of other things."""
    before = _last_words(text[max(0, written.start - _BEFORE) : written.start])
    if _NUMBERED.search(before):
        return "other"
    after = _SENTENCE.split(text[written.end : written.end + _AFTER])[0]
    near: list[tuple[int, str]] = [(len(before) - end, code) for end, code in _cues(before, lang, ends=True)]
    if lang in _FOLLOWING:
        wanted = None if lang != "en" else "effective"
        near += [(start, code) for start, code in _cues(after, lang, ends=False) if wanted is None]
    return min(near)[1] if near else None


def _last_words(before: str) -> str:
    """The sentence up to the date; where the date stands alone in its line or cell, the one before it as well."""
    parts = _SENTENCE.split(before)
    while len(parts) > 1 and not parts[-1].strip(" :-"):
        parts.pop()
    return parts[-1]


def _cues(words: str, lang: str, *, ends: bool) -> list[tuple[int, str]]:
    if not words.strip():
        return []
    folded = Folded(words)
    places = []
    for one in _finder(lang).find(folded):
        start, end = folded.span(one.start, one.end)
        places.append((end if ends else start, one.entry.code))
    return places


def _is_dateline(text: str, written: WrittenDate) -> bool:
    """A date alone on its line, or at the beginning of one, near the top: not one within a sentence."""
    if written.start > 600:
        return False
    line_start = text.rfind("\n", 0, written.start) + 1
    before = text[line_start : written.start].strip()
    if _WITHIN.search(before):
        return False
    # "Ottawa, May 28, 2021"; "13 March 2026 - The ministry"; a few words of a header before it.
    return len(before) <= _LINE and (_PLACE.search(before) is not None or len(before) <= _LINE // 2)
