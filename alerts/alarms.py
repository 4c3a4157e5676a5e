"""What a person must look after: a pure function of how everything stands, and the reading of how it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.runs import digest_due
from alerts.wording import day_words, short
from db.alarms import Alarm, refresh_alarms
from db.clock import moment
from db.connect import Store
from db.outbox import failed_count, failing_since
from db.runs import Trouble, last_started, troubles
from db.sender import Pause, sender_pause
from db.sources import SourceState, source_states
from db.tasks import TaskOutcome, TaskState, task_states
from model.codes import Outcome
from model.texts import _, ngettext

ANSWERED = (Outcome.NEW, Outcome.UNCHANGED, Outcome.PARTIAL)
"""The outcomes of a visit that read something of what it came for."""

UNREACHED_PATIENCE = timedelta(hours=24)
"""Networks and servers fail for a night; whoever refuses us or has changed will not come round by itself."""

VISITS_PATIENCE = 3
DIGEST_PATIENCE = timedelta(hours=1)
MAIL_PATIENCE = timedelta(hours=6)
BACKUP_PATIENCE = timedelta(hours=36)
CLOCK_PATIENCE = timedelta(hours=1)
LEAST_DISK = 10**9
_MOST_FAILURES = 3
_REASON = 300


@dataclass(frozen=True, slots=True)
class Standing:
    """How everything stands. ``digest_due`` is the moment of a digest that is due and not made, ``failing_since`` since
    when the mail server puts a mail off, ``disk_free`` in bytes, ``latest`` the last time that the store knows of."""

    states: Sequence[SourceState]
    troubles: Mapping[str, Trouble]
    tasks: Mapping[str, TaskState]
    pause: Pause | None
    digest_due: datetime | None
    failed_mails: int
    failing_since: str | None
    disk_free: int
    latest: str | None


def standing(db: Store, zone: ZoneInfo, disk_free: int, now: str) -> Standing:
    """How everything stands by what the store says."""
    tasks = task_states(db)
    times = [last_started(db), *(task.started_at for task in tasks.values())]
    return Standing(
        states=source_states(db, now),
        troubles=troubles(db, ANSWERED),
        tasks=tasks,
        pause=sender_pause(db),
        digest_due=digest_due(db, zone, now),
        failed_mails=failed_count(db),
        failing_since=failing_since(db),
        disk_free=disk_free,
        latest=max(filter(None, times), default=None),
    )


def look(db: Store, zone: ZoneInfo, disk_free: int, now: str) -> tuple[list[str], list[str]]:
    """Open and close alarms by how everything stands; the keys of those opened and closed."""
    return refresh_alarms(db, alarms(moment(now), standing(db, zone, disk_free, now)), now)


def alarms(now: datetime, stands: Standing) -> list[Alarm]:
    """What is broken at ``now`` (UTC) beyond the patience that each kind of fault deserves."""
    found = [*_of_sources(now, stands), *_of_mail(now, stands), *_of_tasks(now, stands.tasks)]
    if stands.disk_free < LEAST_DISK:
        found.append(Alarm(
            "disk",
            _("The disk of the data folder has less than 1 GB left."),
            _("Make room, or move the data folder to a larger disk: with a full disk nothing new is stored."),
        ))  # fmt: skip
    if stands.latest and moment(stands.latest) - now > CLOCK_PATIENCE:
        found.append(Alarm(
            "clock",
            _("The clock of this machine was put back: something was done on {day}, which is still to come.").format(
                day=day_words(stands.latest)),
            _("Set the clock and let it be kept by NTP. Until it has caught up, visits and digests may come late."),
        ))  # fmt: skip
    return found


def _of_sources(now: datetime, stands: Standing) -> Iterator[Alarm]:
    for state in stands.states:
        trouble = stands.troubles.get(state.source)
        if trouble and _is_beyond_patience(now, trouble):
            yield _failing(state, trouble)
        elif trouble is None and _is_silent(state):
            yield _silent(state)


def _is_beyond_patience(now: datetime, trouble: Trouble) -> bool:
    if trouble.outcome is Outcome.FAILED:
        return now - moment(trouble.since) > UNREACHED_PATIENCE
    return trouble.count >= VISITS_PATIENCE


def _failing(state: SourceState, trouble: Trouble) -> Alarm:
    name, id_, day = short(state.declared.name, 80), state.source, day_words(trouble.since)
    reason = short(trouble.reason, _REASON)
    if trouble.outcome is Outcome.BLOCKED:
        what = _("{name} ({id}) does not let us in: {reason}")
        remedy = _("Ask the publisher to admit our user agent, or whether there is another way to its data: {homepage}")
    elif trouble.outcome is Outcome.SUSPICIOUS:
        what = _("What {name} ({id}) answers looks wrong: {reason}")
        remedy = _("Compare with its site, {homepage}. Where the site has changed, its reader in crawlers/spiders must "
                   "be adapted: tell whoever maintains this installation.")  # fmt: skip
    else:
        what = _("{name} ({id}) could not be reached: {reason}")
        remedy = _("Open {homepage} in a browser. Where it answers there, see to the network of this machine, then "
                   "run `vigilex crawl {id}`; else the publisher has a fault: nothing to do but wait.")  # fmt: skip
    told = {"name": name, "id": id_, "reason": reason, "day": day, "homepage": state.declared.homepage}
    return Alarm(f"source {id_}", what.format(**told), remedy.format(**told))


def _is_silent(state: SourceState) -> bool:
    """Whether its last answer, whenever that was, came too long after its last news."""
    if state.last_new is None or state.last_answered is None:
        return False
    return moment(state.last_answered) - moment(state.last_new) > state.declared.silence_after


def _silent(state: SourceState) -> Alarm:
    days = state.declared.silence_after // timedelta(days=1)
    what = ngettext(
        "{name} ({id}) answers, but had nothing new since {day}; up to {days} day is normal.",
        "{name} ({id}) answers, but had nothing new since {day}; up to {days} days are normal.",
        days,
    )
    told = {"name": short(state.declared.name, 80), "id": state.source, "days": days}
    remedy = _("Look whether its site has news that are missing here: {homepage}. If so, its reader must be adapted.")
    return Alarm(
        f"silent {state.source}",
        what.format(day=day_words(state.last_new or ""), **told),
        remedy.format(homepage=state.declared.homepage),
    )


def _of_mail(now: datetime, stands: Standing) -> Iterator[Alarm]:
    if stands.pause:
        yield Alarm(
            "sender",
            _("No mail goes out since {day}: {reason}").format(
                day=day_words(stands.pause.since), reason=short(stands.pause.reason, _REASON)),
            _("Mend it with whoever runs the mail server, then run `vigilex digest resume`. This is said on the pages "
              "and in the log alone for as long as it lasts."),
        )  # fmt: skip
    elif stands.failing_since and now - moment(stands.failing_since) > MAIL_PATIENCE:
        yield Alarm(
            "mail server",
            _("The mail server puts mails off since {day}.").format(day=day_words(stands.failing_since)),
            _("Ask whoever runs it, and see the settings under [smtp]. After 48 hours what is in the mails comes with "
              "the next digest instead."),
        )  # fmt: skip
    makes = stands.tasks.get("digests")
    if stands.digest_due and now - stands.digest_due > DIGEST_PATIENCE and (makes is None or makes.outcome):
        yield Alarm(
            "digest",
            _("The digests that were due on {day} are not made.").format(
                day=day_words(stands.digest_due.astimezone(UTC).isoformat())),
            _("See the log for the task “digests”, then run `vigilex digest run due`."),
        )  # fmt: skip
    if stands.failed_mails:
        form = ngettext("{count} mail could not be made.", "{count} mails could not be made.", stands.failed_mails)
        yield Alarm(
            "failed mails",
            form.format(count=stands.failed_mails),
            _("`vigilex digest run weekly` names them with the reason. What they hold comes with the next mail."),
        )


def _of_tasks(now: datetime, tasks: Mapping[str, TaskState]) -> Iterator[Alarm]:
    for task in tasks.values():
        said = short(task.said or "", _REASON)
        if task.name == "backup":
            if task.failures or now - moment(task.done_at or task.due_at) > BACKUP_PATIENCE:
                yield Alarm(
                    "backup",
                    _("There is no backup since {day}. {said}").format(
                        day=day_words(task.done_at or task.due_at), said=said),
                    _("Run `vigilex backup`: it says what is wrong."),
                )  # fmt: skip
        elif task.outcome is TaskOutcome.STUCK:
            yield Alarm(
                f"task {task.name}",
                _("The task “{name}” got stuck and was ended.").format(name=task.name),
                _("It is begun anew by itself. Where that lasts, see the log around its last start."),
            )
        elif task.failures >= _MOST_FAILURES:
            yield Alarm(
                f"task {task.name}",
                _("The task “{name}” fails again and again: {said}").format(name=task.name, said=said),
                _("See the log; run `vigilex doctor` and `vigilex check`."),
            )
