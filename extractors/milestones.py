"""The dates that matter: when it was published, when it takes effect, until when something must be done.

One day can be both published and effective. A publication has one day on which it was published: the one that is told
most plainly is taken, from a label (*Published on*) down to the day on which the act was signed.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cache

from extractors.evidence import Reading
from extractors.finder import Finder
from extractors.folding import Folded
from extractors.wordlists import word_list
from extractors.written_dates import KIN, WrittenDate, written_dates
from model.codes import DateType, Facet
from model.publication import Dated
from model.tags import Evidence

_BEFORE = 120
_AFTER = 45
# Commencement and signatures stand at the beginning or at the end of long texts.
_MOST = 20_000
_HEAD, _NEAR_HEAD = 600, 2500
_TAIL, _NEAR_TAIL = 300, 1500
# How far a word may stand before its date: "Published" beside it, a gazette's name before its number and day.
_CLOSE, _GAZETTE = 40, 60
# Languages whose words about a date follow it: 2025年4月1日施行, 2025년 1월 1일 시행, 1.1.2025 alkaen.
_FOLLOWING = {"ja", "ko", "zh", "fi", "hi", "tr", "hu"}
_SENTENCE = re.compile(r"(?<!\d)(?<!\b[nN][ro])[.;。!?]\s|[\n。|;]")
# What parts the cells of a header or footer.
_CELL = re.compile(r"[\n|•·›»\t\u3000]|\s[–—/-]\s|\s{2,}|(?<=\w\w\w[.。])\s")
# A date that belongs to the number of an act: Lei 13.467 de 13 de julho de 2017.
_NUMBERED = re.compile(
    r"\b(?:lei|ley|loi|legge|decret[oa]?|décret|decreto-lei|decreto legislativo|arrêté|portaria|act|order|gesetz|no|nº"
    r"|n°"
    r"|nr|number|núm|nomor|số|číslo)\b[\s.]*[\dIVX][\w./-]*,?"
    r"\s*(?:de|del|du|vom|of|av|van|z dnia|ze dne|dated|tanggal|ngày)?(?:\s+\w+day)?\s*$",
    re.I,
)
# Words that put a date into a sentence, and a place name that puts it into a dateline.
_WITHIN = re.compile(
    r"\b(?:on|in|at|this|am|le|el|em|il|al|ad|op|den|the|since|of|to|from|and|until|vom|bis|od|do|dne|dnia|az|per|by|til|fra|från"
    r"|vanaf|ab|du|del|de|au|à|a|ngày|pada|tanggal|dated|med|der|für|para|per|for)$",
    re.I,
)
_PLACE = re.compile(r"[^\W\d_]{3,}(?:\s\([^)]*\))?[,.،]$")
_PLACE_WITH = re.compile(
    r"^[^\W\d_][\w'’.-]*(?: [\w'’.()-]+){0,3}, ?(?:le|el|em|il|a|den|am|dnia|dne|ngày|the)$|^\w+ den$|^by$", re.I
)
# The second of two days: 1 y 2 de diciembre.
_PAIR = re.compile(r"\d\.?\s?(?:y|e|et|und|and|og|och|en|i|a|ja|és|și|&|-|–|/)$", re.I)
_RANGE = re.compile(
    r"^[^\w\n]{0,3}(?:[–—~〜～-]|to|until|till|through|and|"
    r"bis|au|al|hasta|a|até|tot(?: en met)?|til|till|do|至|到|부터|から)"
    r"[^\w\n]{0,3}(?:\w{2,9},? |\w\w )?$",
    re.I,
)
_SPACE = re.compile(r"[\W_]*")
# What may stand between a doubtful word and its date: nothing, an article, a weekday.
_BESIDE = re.compile(r"[\W_]*[^\W\d_]{0,13}(?:-[^\W\d_]+)?[\W_]*")
_LABELLED = re.compile(r":\s*(?:\w{2,9},? )?$")
# In languages whose words follow the date, what stands between two dates belongs to the first up to a comma.
_FIRST_CLAUSE = re.compile(r"^[^,,、;;\n]{0,20}[,,、;;\n]")


class _Rank(IntEnum):
    """How plainly a day is told to be the one of publication."""

    LABEL = 0
    TODAY = 1
    GAZETTE = 2
    DATELINE = 3
    UPDATED = 4
    FOOTER = 5
    SENTENCE = 6
    TITLE = 7
    ISSUED = 8
    ISSUED_INSIDE = 9


@dataclass(frozen=True, slots=True)
class _Claim:
    """A date that may be of a type: the lower the rank, the plainer. Rank 0 of the other two types is a sure word."""

    type: DateType
    written: WrittenDate
    rank: int
    title: bool


@dataclass(frozen=True, slots=True)
class _Cue:
    """A word near a date, ``gap`` characters off; ``beside`` it but for a weekday; ``opens`` its cell."""

    code: str
    sure: bool
    gap: int
    length: int
    beside: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """A date where it stands: ``before`` it the rest of its sentence, ``after`` it too, neither beyond another date.

    ``begins`` is set for the beginning of a period.
    """

    text: str
    written: WrittenDate
    before: str
    after: str
    lang: str
    title: bool
    begins: bool

    @property
    def to_end(self) -> int:
        return len(self.text) - self.written.end

    def within(self, head: int, tail: int) -> bool:
        return self.written.start < head or self.to_end < tail


@cache
def _finder(lang: str) -> Finder:
    langs = {lang, "en", *KIN.get(lang, ())}
    return Finder([entry for entry in word_list("dates") if entry.lang in langs])


def found_dates(reading: Reading, lang: str, makers: Collection[str]) -> list[tuple[Dated, Evidence]]:
    """Dates with their evidence, by type. A type that the source gives is not read from the text."""
    found = _said(reading)
    given = {dated.type for dated, _ in found}
    published = next((dated.date for dated, _ in found if dated.type is DateType.PUBLISHED), None)
    for claim in _chosen(_claims(reading, lang, "US" in makers or "PH" in makers), published):
        if claim.type in given:
            continue
        written = claim.written
        why = reading.quote(
            Facet.DATE, claim.type, f"dates/{claim.type}:{lang}", written.start, written.end, title=claim.title
        )
        found.append((Dated(claim.type, written.date, why.words), why))
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


def _claims(reading: Reading, lang: str, month_first: bool) -> list[_Claim]:
    """All that the title and the text tell. A summary that stands for the text tells nothing: its dates are given."""
    claims = _read(reading.title.original, lang, title=True, month_first=month_first)
    if reading.where_body != "source":
        claims += _read(reading.body.original, lang, title=False, month_first=month_first)
    return claims


def _chosen(claims: Sequence[_Claim], published: str | None) -> Iterator[_Claim]:
    """One day of publication; of the other types all that have a sure word, else the first that has a weak one."""
    own = min(
        (claim for claim in claims if claim.type is DateType.PUBLISHED),
        key=_plainness,
        default=None,
    )
    if own:
        yield own
        published = published or own.written.date
    for type_ in (DateType.EFFECTIVE, DateType.DEADLINE):
        told = [claim for claim in claims if claim.type is type_]
        sure = [claim for claim in told if not claim.rank and _sensible(claim, published, years=3)]
        weak = [claim for claim in told if claim.rank and _sensible(claim, published, years=0)]
        yield from {claim.written.date: claim for claim in reversed((sure or weak[:1])[:3])}.values()


def _plainness(claim: _Claim) -> tuple[int, int, bool, int]:
    """Sorts the day of publication first; of several steps of an act (presented, signed) the last."""
    steps = claim.rank >= _Rank.ISSUED
    last = -date.fromisoformat(claim.written.date).toordinal() if steps else 0
    return claim.rank, last, claim.title, claim.written.start


def _sensible(claim: _Claim, published: str | None, *, years: int) -> bool:
    """Whether a rule may begin or a term end then: long before the publication it is another rule's date."""
    if published is None:
        return True
    earliest = date.fromisoformat(published[:10]) - timedelta(days=365 * years + 31)
    return claim.written.date >= earliest.isoformat()


def _read(text: str, lang: str, *, title: bool, month_first: bool) -> list[_Claim]:
    dates = written_dates(text[:_MOST], lang, month_first=month_first)
    if len(text) > 2 * _MOST:
        dates += [_moved(one, len(text) - _MOST) for one in written_dates(text[-_MOST:], lang, month_first=month_first)]
    claims: list[_Claim] = []
    for at, written in enumerate(dates):
        place = _place(text, dates, at, lang, title)
        claims += [_Claim(type_, written, rank, title) for type_, rank in _roles(place)]
    return claims


def _moved(written: WrittenDate, by: int) -> WrittenDate:
    return WrittenDate(written.start + by, written.end + by, written.date)


def _place(text: str, dates: Sequence[WrittenDate], at: int, lang: str, title: bool) -> _Place:
    written = dates[at]
    first = max(0, written.start - _BEFORE)
    before = text[first : written.start]
    if at and dates[at - 1].end > first:
        gap = text[dates[at - 1].end : written.start]
        # The end of a period belongs to the words before its beginning.
        if _RANGE.match(gap):
            gap = text[max(0, dates[at - 1].start - _BEFORE) : dates[at - 1].start]
        elif lang in _FOLLOWING:
            gap = _FIRST_CLAUSE.sub("", gap)
        before = gap
    following = dates[at + 1].start if at + 1 < len(dates) else len(text)
    after = text[written.end : min(written.end + _AFTER, following)]
    begins = at + 1 < len(dates) and _RANGE.match(text[written.end : following]) is not None
    return _Place(text, written, _last_words(before), _SENTENCE.split(after)[0], lang, title, begins)


def _last_words(before: str) -> str:
    """The sentence up to the date; where the date stands alone in its line or cell, the one before it as well."""
    parts = _SENTENCE.split(before)
    while len(parts) > 1 and not parts[-1].strip(" :-"):
        parts.pop()
    return parts[-1]


def _roles(place: _Place) -> Iterator[tuple[DateType, int]]:
    """The types of one date with their ranks."""
    cues = _cues(place.before, place.lang, ends=True)
    cue = _deciding(place, cues)
    upcoming = cue is not None and cue.code in ("effective", "deadline")
    if (rank := _own_day(place, cues)) is not None and not (upcoming and rank > _Rank.GAZETTE):
        yield DateType.PUBLISHED, rank
    if cue and cue.code == "deadline" and place.begins:
        yield DateType.PUBLISHED, _Rank.ISSUED
    elif cue and cue.code in ("effective", "deadline"):
        yield DateType(cue.code), 0 if cue.sure else 1


def _own_day(place: _Place, cues: Sequence[_Cue]) -> int | None:
    """How plainly the date is that of the publication; None if it is not."""
    if any(cue.code == "today" and cue.beside for cue in cues):
        return _Rank.TODAY
    if place.title:
        return _own_day_of_title(place, cues)
    if _is_gazette(place, cues):
        return _Rank.GAZETTE
    telling = [cue for cue in cues if cue.sure and cue.code not in ("asked", "gazette")]
    nearest = min(telling, key=lambda cue: (cue.gap, -cue.length), default=None)
    labelled = nearest is not None and (nearest.opens or _LABELLED.search(place.before) is not None)
    if nearest and labelled and nearest.code == "published" and place.within(_NEAR_HEAD, _NEAR_TAIL):
        return _Rank.LABEL
    if nearest is None or nearest.gap > _CLOSE:
        said = place.lang in _FOLLOWING and any(cue.gap <= 1 and cue.code != "published" for cue in _following(place))
        if not said and not _NUMBERED.search(place.before) and (rank := _dateline(place)) is not None:
            return rank
        if nearest is not None and (nearest.code != "issued" or place.written.start > _HEAD):
            return None
    if nearest is None:
        after = _following(place)[:1] if place.lang in _FOLLOWING else []
        return _told(place, after[0]) if after else None
    return _told(place, nearest)


def _told(place: _Place, cue: _Cue) -> int | None:
    """The rank of a date in a sentence that says of it what ``cue`` says."""
    near_head = place.within(_NEAR_HEAD, _NEAR_TAIL)
    if cue.code == "updated" and near_head:
        return _Rank.DATELINE if place.written.start < _HEAD else _Rank.UPDATED
    if cue.code == "published" and place.within(_NEAR_HEAD, _TAIL):
        return _Rank.SENTENCE
    if cue.code in ("published", "issued"):
        # Annexes and explanations may follow a signature.
        return _Rank.ISSUED if near_head else _Rank.ISSUED_INSIDE if cue.beside else None
    return None


def _own_day_of_title(place: _Place, cues: Sequence[_Cue]) -> int | None:
    """The date of an act that its own title begins with, or one with no word that says otherwise."""
    codes = {cue.code for cue in cues if cue.sure}
    if codes & {"effective", "deadline"} or any(cue.beside and not cue.sure for cue in cues):
        return None
    opens = place.written.start < _HEAD // 10 and _NUMBERED.search(place.before) is not None
    return _Rank.TITLE if opens or not (codes & {"other"} or _NUMBERED.search(place.before)) else None


def _is_gazette(place: _Place, cues: Sequence[_Cue]) -> bool:
    """Whether the date follows a gazette's name at the head of a page, and no act's name in between."""
    if place.written.start > _HEAD:
        return False
    near = [cue for cue in cues if cue.code in ("gazette", "other", "effective", "deadline") and cue.gap <= _GAZETTE]
    return bool(near) and min(near, key=lambda cue: (cue.gap, -cue.length)).code == "gazette"


def _dateline(place: _Place) -> int | None:
    """A date alone in its cell, or at the beginning of one, at the head or foot of a page: not in a sentence."""
    text, written = place.text, place.written
    line_start = text.rfind("\n", 0, written.start) + 1
    before = _CELL.split(text[max(line_start, written.start - _BEFORE) : written.start])[-1].strip()
    after = _CELL.split(text[written.end : written.end + 80])[0].strip(" ,.:-–—")
    if _PAIR.search(before):
        return None
    short = len(before) <= 22 or len(before.split()) <= 4 or _PLACE.search(before) is not None
    if (
        len(before) > 45
        or not short
        or before.endswith(":")
        or (_WITHIN.search(before) and not _PLACE_WITH.search(before))
    ):
        return None
    if written.start <= _HEAD:
        return _Rank.DATELINE
    alone = len(after) <= 20 and (place.lang != "zh" or not after)
    return _Rank.FOOTER if place.to_end <= _TAIL and alone else None


def _deciding(place: _Place, before: Sequence[_Cue]) -> _Cue | None:
    """The nearest word in the same sentence; a weak one only where nothing sure stands."""
    if _NUMBERED.search(place.before):
        return None
    typed = [cue for cue in before if cue.code in ("effective", "deadline", "published", "other", "updated", "issued")]
    nearest = min(typed, key=lambda cue: (cue.gap, -cue.length, not cue.sure), default=None)
    sure = [cue for cue in typed if cue.sure]
    following = _following(place)
    asked = any(cue.code == "asked" for cue in (*before, *following))
    following = [cue for cue in following if cue.code in ("effective", "deadline", "other")]
    if place.lang in _FOLLOWING:
        sure = [*sure, *(cue for cue in following if cue.sure)]
        typed = [*typed, *following]
    elif len(place.before.strip()) > 2 and (nearest is None or not nearest.sure):
        sure = [*sure, *(cue for cue in following if cue.sure and cue.code == "effective")]
    weak = [cue for cue in typed if not cue.sure and (cue.code != "deadline" or asked) and cue.beside]
    ranked = sorted(sure, key=lambda cue: (cue.gap, -cue.length))
    # A word of doubtful sense beside the date yields to a sure one of its kind, and of the others to those beside it.
    if ranked and (not weak or ranked[0].beside or ranked[0].code in ("effective", "deadline")):
        return ranked[0]
    return min(weak, key=lambda cue: (cue.gap, -cue.length), default=None)


def _following(place: _Place) -> list[_Cue]:
    return sorted(_cues(place.after, place.lang, ends=False), key=lambda cue: (cue.gap, -cue.length))


def _cues(words: str, lang: str, *, ends: bool) -> list[_Cue]:
    """The words of the list that stand in ``words``, with their distance from its end or beginning."""
    if not words.strip():
        return []
    folded = Folded(words)
    cues = []
    for one in _finder(lang).find(folded):
        start, end = folded.span(one.start, one.end)
        between = words[end:] if ends else words[:start]
        opens = ends and not _CELL.split(words[:start])[-1].strip(" :([")
        beside = _BESIDE.fullmatch(between) is not None
        gap = len(_SPACE.sub("", between, count=1))
        cues.append(_Cue(one.entry.code, one.entry.strength == "sure", gap, end - start, beside, opens))
    return cues
