"""How a source stands, in words for people who must know what may be missing. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from alerts.coverage import silence
from alerts.wording import day_words, visible
from db.runs import Run, Trouble
from db.sources import SourceState
from model.codes import Outcome
from model.source import Confidence, Republish
from model.texts import _, ngettext


class Standing(StrEnum):
    """What a reader may expect of a source at the moment."""

    WELL = "well"
    QUIET = "quiet"
    TROUBLE = "trouble"
    UNVISITED = "unvisited"


@dataclass(frozen=True, slots=True)
class Watched:
    """A source, its last visit (None: never visited), its troubles since the last good one (None: there are none)."""

    state: SourceState
    run: Run | None
    trouble: Trouble | None


def standing(watched: Watched, now: str) -> Standing:
    """How a source stands at ``now``."""
    if watched.trouble:
        return Standing.TROUBLE
    if watched.state.last_answered is None:
        return Standing.UNVISITED
    return Standing.QUIET if silence(watched.state, now) else Standing.WELL


def label(found: Standing) -> str:
    return {
        Standing.WELL: _("answers well"),
        Standing.QUIET: _("answers, but quiet for longer than usual"),
        Standing.TROUBLE: _("something is missing"),
        Standing.UNVISITED: _("not visited yet"),
    }[found]


def sentences(watched: Watched, now: str, is_alive: Callable[[str], bool]) -> list[str]:
    """What became of the last visit, and what that means for what is missing here."""
    return list(_sentences(watched, now, is_alive))


def _sentences(watched: Watched, now: str, is_alive: Callable[[str], bool]) -> Iterator[str]:
    if watched.run is None:
        yield _("Not visited yet: what it publishes is missing here.")
        return
    yield visit(watched.run, is_alive)
    if trouble := watched.trouble:
        if watched.run.outcome in (None, Outcome.SKIPPED):
            yield _("The visit before: {what}").format(what=outcome_words(trouble.outcome, trouble.reason))
        yield _missing(watched.state, trouble)
    elif silence(watched.state, now):
        usual = up_to(watched.state.declared.silence_after)
        said = _("Nothing new since {since}, which is longer than usual ({usual}).")
        yield said.format(since=day_words(watched.state.last_new or ""), usual=usual)


def _missing(state: SourceState, trouble: Trouble) -> str:
    since = day_words(trouble.since)
    if state.last_answered is None:
        said = _("We have not been able to read it since we began on {since}: what it publishes is missing here.")
    elif trouble.outcome is Outcome.PARTIAL:
        said = _("We could not read all of it since {since}: some of what it published since may be missing here.")
    else:
        said = _("We could not read it since {since}: what it published since may be missing here.")
    return said.format(since=since)


def visit(run: Run, is_alive: Callable[[str], bool]) -> str:
    """How one visit ended, in one sentence; ``is_alive`` tells of its process while it has no end."""
    if run.outcome is None:
        if is_alive(run.holder):
            return _("It is being read just now.")
        return _("The visit broke off; the next one continues.")
    return outcome_words(run.outcome, run.reason or "")


def outcome_label(outcome: Outcome | None) -> str:
    """An outcome in a word; None while there is none."""
    if outcome is None:
        return _("no end yet")
    return {
        Outcome.NEW: _("new"),
        Outcome.UNCHANGED: _("unchanged"),
        Outcome.PARTIAL: _("partial"),
        Outcome.BLOCKED: _("blocked"),
        Outcome.SUSPICIOUS: _("suspicious"),
        Outcome.FAILED: _("failed"),
        Outcome.SKIPPED: _("skipped"),
    }[outcome]


def outcome_words(outcome: Outcome, reason: str) -> str:
    """An outcome and its reason as a sentence."""
    said = {
        Outcome.NEW: _("Read, with something new: {reason}."),
        Outcome.UNCHANGED: _("Read; nothing was new."),
        Outcome.PARTIAL: _("Read only in part: {reason}."),
        Outcome.BLOCKED: _("It kept our program out, and we do not go round that: {reason}."),
        Outcome.SUSPICIOUS: _("It answered, but not as it should, so we do not take it for “nothing new”: {reason}."),
        Outcome.FAILED: _("It could not be read: {reason}."),
        Outcome.SKIPPED: _("Not asked this time: {reason}."),
    }[outcome]
    return said.format(reason=visible(reason).rstrip(". ") or _("no reason was noted"))


def counted(run: Run) -> str:
    """The counts of a visit that its sentence does not tell: "7 answers, 5 not changed since, 2 problems"."""
    counts = run.counts
    said = {
        "answers": ngettext("{count:,} answer", "{count:,} answers", counts.get("answers", 0)),
        "not_modified": _("{count:,} not changed since"),
        "new": ngettext("{count:,} new", "{count:,} new", counts.get("new", 0)),
        "completed": _("{count:,} completed"),
        "revised": _("{count:,} revised"),
        "problems": ngettext("{count:,} problem", "{count:,} problems", counts.get("problems", 0)),
    }
    told = {"new", "completed", "revised"} if run.outcome is Outcome.NEW else set()
    shown = {name: form for name, form in said.items() if name not in told and counts.get(name)}
    return ", ".join(form.format(count=counts[name]) for name, form in shown.items())


def every(rhythm: timedelta) -> str:
    """ "every 6 hours", "once a day", "every 7 days"."""
    hours = round(rhythm / timedelta(hours=1))
    if hours < 24:
        return ngettext("every hour", "every {count} hours", max(hours, 1)).format(count=max(hours, 1))
    days = round(hours / 24)
    return ngettext("once a day", "every {count} days", days).format(count=days)


def up_to(silence_after: timedelta) -> str:
    """ "up to 14 days"."""
    days = max(round(silence_after / timedelta(days=1)), 1)
    return ngettext("up to {count} day", "up to {count} days", days).format(count=days)


def confidence_words(confidence: Confidence) -> str:
    """How surely we know where a source publishes and in which form."""
    return {
        Confidence.SEEN: _("we have seen its true answers"),
        Confidence.DOCUMENTED: _("known from the publisher's own documentation; no true answer seen yet"),
        Confidence.CALLED: _("others have written down that it answers; not seen by us"),
        Confidence.CODE_ONLY: _("known from other people's programs only"),
        Confidence.MEMORY: _("from memory; not confirmed yet"),
    }[confidence]


def republish_words(republish: Republish) -> str:
    """How much of a source's words our pages show."""
    return {
        Republish.NONE: _("title, tags and the link only; its text may not be repeated"),
        Republish.SUMMARY: _("title and summary; its text may not be repeated"),
        Republish.TEXT: _("title, summary and text"),
    }[republish]
