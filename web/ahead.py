"""Dates that lie ahead: what updates say and what the register of laws knows, each marked by where it is from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alerts.wording import short
from db.connect import Store
from db.deadlines import Ahead, dates_ahead
from db.query import Query, parse
from db.updates import get
from feeds.headline import jurisdiction_name
from model.codes import DateType
from model.instruments import Instrument, KeyDate, When, instruments, when
from model.source import Source
from model.texts import _
from web.entry import entry
from web.register import milestone_words

Found = Ahead | tuple[KeyDate, Instrument]
"""A date of an update, or a milestone of an instrument of the register."""

_LONGEST_TITLE = 160


@dataclass(frozen=True, slots=True)
class Coming:
    """One date ahead, for a template: ``origin`` says who told it, ``page`` is ours of the update or instrument.

    ``lang`` and ``dir`` are of the title.
    """

    date: str
    what: str
    places: str
    title: str
    lang: str | None
    dir: str
    page: str
    origin: str


def coming(db: Store, query: str, first: date, last: date | None = None) -> list[Found]:
    """All dates ahead of what answers ``query``, the next first: of updates, and of the register's instruments."""
    asked = parse(query)
    known = (one for one in instruments() if answers(one, asked))
    near = [(key, one) for one in known for key in one.key_dates if _is_near(key.date, first, last)]
    return sorted([*dates_ahead(db, query, first, last), *near], key=_order)


def answers(instrument: Instrument, asked: Query) -> bool:
    """Whether an instrument of the register has all the codes that a search asks for; a search for words finds none."""
    known = {
        f"jurisdiction:{instrument.jurisdiction}".lower(),
        *(f"topic:{code}" for code in instrument.topics),
        *(f"sector:{code}" for code in instrument.sectors),
    }
    only_codes = not (asked.wanted or asked.unwanted or asked.published or asked.unpublished or asked.hopeless)
    return only_codes and known.issuperset(asked.tags) and known.isdisjoint(asked.untags)


def told(db: Store, found: Sequence[Found], root: str, sources: Mapping[str, Source]) -> list[Coming]:
    """These dates in words."""
    return [line for one in found if (line := _told(db, one, root, sources))]


def _told(db: Store, one: Found, root: str, sources: Mapping[str, Source]) -> Coming | None:
    if isinstance(one, tuple):
        key, law = one
        what = milestone_words(key.type)
        what = f"{what} ({key.note})" if key.note else what
        page, place = f"{root}/i/{law.id}", jurisdiction_name(law.jurisdiction)
        return Coming(key.date, what, place, law.name, "en", "ltr", page, _("register of laws"))
    update = get(db, one.update_id)
    if update is None:
        return None
    shown = entry(update, root, sources)
    title = short(shown.title, _LONGEST_TITLE)
    places = ", ".join(map(jurisdiction_name, update.tags.jurisdictions[:3]))
    what = _("deadline") if one.type is DateType.DEADLINE else _("takes effect")
    return Coming(one.date, what, places, title, shown.lang, shown.dir, shown.page, shown.source)


def _is_near(day: str, first: date, last: date | None) -> bool:
    """As the store's question has it: see ``db.deadlines``."""
    if when(day, first.isoformat()) is When.PAST:
        return False
    return last is None or (day <= last.isoformat() and len(day) > len("2026"))


def _order(one: Found) -> tuple[str, str]:
    if isinstance(one, tuple):
        return one[0].date, one[1].id
    return one.date, one.update_id
