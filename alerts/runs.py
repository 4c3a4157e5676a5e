"""Making mails: digest runs and immediate alerts, from matches to frozen rows of the outbox. Sending is ``outbox``'s.

Each step is one transaction that either happened or not; whoever starts again finds what is done and goes on. Two that
run at once make each mail once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.digest import Digest
from alerts.due import due_day, immediate_due, moment_of
from alerts.gathering import Gatherer
from alerts.keyed import message_id
from alerts.matcher import CURSOR, match_changes
from db.changes import last_change
from db.clock import moment
from db.connect import Store
from db.cursors import cursor
from db.digests import DigestRun, begin_run, finish_digest_run, last_run, unfinished_runs
from db.matches import Match, people_waiting, waiting
from db.outbox import Failed, NewMail, Purpose, failed, freeze, is_made, last_mail_at, note_failure
from db.people import people, person
from db.subscriptions import first_confirmed_at, subscriptions_of
from model.subscription import Cadence, Person, PersonState

SILENT_WEEKS = 4
"""After so many weeks without a mail a person gets a short note that all is quiet and watched."""

_DIGESTS: tuple[Purpose, ...] = ("immediate", "daily", "weekly")
_PURPOSES: dict[Cadence, Purpose] = {
    Cadence.IMMEDIATE: "immediate",
    Cadence.DAILY: "daily",
    Cadence.WEEKLY: "weekly",
}


@dataclass(frozen=True, slots=True)
class Press:
    """What turns digests into mails. ``key`` is the installation's, ``host`` the domain of Message-IDs.

    ``compose(digest, message_id, now)`` gives the subject and the whole message; the same for the same arguments.
    """

    key: bytes
    host: str
    zone: ZoneInfo
    compose: Callable[[Digest, str, str], tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Made:
    """What one run made: mails with news, short notes that all is quiet, and whose mail could not be made."""

    key: str
    mails: int = 0
    notes: int = 0
    failed: tuple[Failed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Order:
    """A mail to be made: for whom, in which run, of which matches (none: the note that all is quiet)."""

    reader: Person
    cadence: Cadence
    key: str
    since: str
    matches: Sequence[Match]


def make_due(db: Store, press: Press, now: str) -> list[Made]:
    """All that is due at ``now``: matches, immediate alerts, and the daily and weekly runs, begun or to be begun."""
    match_changes(db, now)
    made = [make_immediate(db, press, now)]
    made += [_make(db, run, press, now) for run in unfinished_runs(db)]
    for cadence in (Cadence.DAILY, Cadence.WEEKLY):
        if day := day_to_run(db, cadence, press.zone, now):
            made.append(make_run(db, cadence, day, press, now))
    return made


def day_to_run(db: Store, cadence: Cadence, zone: ZoneInfo, now: str) -> date | None:
    """The day whose run is due by what the store says, or None."""
    last, first = last_run(db, cadence), first_confirmed_at(db)
    return due_day(moment(now), zone, cadence, last.day if last else None, moment(first) if first else None)


def digest_due(db: Store, zone: ZoneInfo, now: str) -> datetime | None:
    """The moment (UTC) of the oldest digest run that is due and not made to its end; None where there is none."""
    days = [run.day for run in unfinished_runs(db)]
    days += [day for cadence in (Cadence.DAILY, Cadence.WEEKLY) if (day := day_to_run(db, cadence, zone, now))]
    return moment_of(min(days), zone) if days else None


def alerts_due(db: Store, now: str) -> bool:
    """Whether changes wait to be matched, or somebody may have an immediate mail now."""
    cut = cursor(db, CURSOR)
    if cut < last_change(db):
        return True
    times = (last_mail_at(db, number, ["immediate"]) for number in people_waiting(db, Cadence.IMMEDIATE, cut))
    return any(immediate_due(moment(now), moment(last_at) if last_at else None) for last_at in times)


def make_run(db: Store, cadence: Cadence, day: date, press: Press, now: str) -> Made:
    """Make the digests of one day. Made already: those whose mail failed are tried again, the others stay."""
    match_changes(db, now)
    run = begin_run(db, cadence, day, cursor(db, CURSOR), now)
    if run.finished_at and not failed(db, run.key):
        return Made(run.key)
    return _make(db, run, press, now)


def make_immediate(db: Store, press: Press, now: str) -> Made:
    """An immediate mail for each person who has alerts waiting and got none within five minutes."""
    cut, count, errors = cursor(db, CURSOR), 0, []
    gatherer: Gatherer | None = None
    for number in people_waiting(db, Cadence.IMMEDIATE, cut):
        last_at, reader = last_mail_at(db, number, ["immediate"]), person(db, number)
        if reader is None or not immediate_due(moment(now), moment(last_at) if last_at else None):
            continue
        gatherer = gatherer or Gatherer(db, now, press.zone)
        matches = waiting(db, number, Cadence.IMMEDIATE, cut)
        if matches:
            since = last_at or reader.confirmed_at or now
            order = _Order(reader, Cadence.IMMEDIATE, f"immediate {matches[0].id}", since, matches)
            error = _freeze(db, press, gatherer, order, now)
            count += error is None
            errors += [Failed(number, order.key, error)] if error else []
    return Made("immediate", count, failed=tuple(errors))


def _make(db: Store, run: DigestRun, press: Press, now: str) -> Made:
    """Everybody's mail of a run, one by one, and the mark that it is made."""
    gatherer = Gatherer(db, now, press.zone)
    count = notes = 0
    for order in _orders(db, run, press.zone):
        if _freeze(db, press, gatherer, order, now) is None:
            count += bool(order.matches)
            notes += not order.matches
    finish_digest_run(db, run, now)
    return Made(run.key, count, notes, tuple(failed(db, run.key)))


def _orders(db: Store, run: DigestRun, zone: ZoneInfo) -> Iterator[_Order]:
    """The mails of this run that have not been made."""
    before = last_run(db, run.cadence, run.day)
    have_news = people_waiting(db, run.cadence, run.cut)
    for reader in people(db, PersonState.ACTIVE):
        if is_made(db, reader.id, run.key):
            continue
        since = max(before.started_at if before else "", reader.confirmed_at or "") or run.started_at
        if reader.id in have_news:
            matches = waiting(db, reader.id, run.cadence, run.cut)
            if matches:
                yield _Order(reader, run.cadence, run.key, since, matches)
        elif (silent_since := _silent_since(db, reader, run, zone)) is not None:
            yield _Order(reader, run.cadence, run.key, silent_since, ())


def _silent_since(db: Store, reader: Person, run: DigestRun, zone: ZoneInfo) -> str | None:
    """The time of the last mail to a person, where that is four weeks ago and this run is theirs; else None."""
    last = last_mail_at(db, reader.id, _DIGESTS) or reader.confirmed_at
    if last is None or run.day - moment(last).astimezone(zone).date() < timedelta(weeks=SILENT_WEEKS):
        return None
    of_run = {Cadence.DAILY: (Cadence.DAILY, Cadence.IMMEDIATE), Cadence.WEEKLY: (Cadence.WEEKLY,)}[run.cadence]
    theirs = any(one.cadence in of_run and not one.paused for one in subscriptions_of(db, reader.id))
    return last if theirs else None


def _freeze(db: Store, press: Press, gatherer: Gatherer, order: _Order, now: str) -> str | None:
    """Make one mail and put it into the outbox; None, or what is wrong with it.

    Where another process was faster with the mail or with one of its matches nothing is put: what is left waits for
    the next mail.
    """
    reader, key, purpose = order.reader, order.key, _PURPOSES[order.cadence]
    name = message_id(press.key, reader.id, key, press.host)
    try:
        digest = gatherer.gathered(reader, order.cadence, order.since, order.matches)
        subject, body = press.compose(digest, name, now)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one person's mail, the others get theirs
        said = f"{type(error).__name__}: {error}"
        note_failure(db, reader.id, key, purpose, name, said, now)
        return said
    freeze(db, NewMail(reader.id, key, purpose, name, subject, body), [match.id for match in order.matches], now)
    return None
