"""The sentences of a digest: its subject, its period, what was watched. Every number is the true one."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from alerts.digest import Coverage, Digest, DigestItem
from db.alarms import ToldAlarm
from extractors.tidy import one_line
from feeds.headline import headline, jurisdiction_name, words
from model.subscription import Cadence
from model.texts import _, ngettext

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
# Marks that turn the direction of what follows: one in a title would turn our own words around it.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MOST_FAILED = 8


def visible(text: str) -> str:
    """Words from elsewhere on one line, without characters that nobody sees or that turn the text around."""
    return _TURNING.sub("", one_line(text))


def short(text: str, most: int) -> str:
    """At most ``most`` characters of ``text``, cut at a word and marked with an ellipsis."""
    text = visible(text)
    if len(text) <= most:
        return text
    cut = text[:most]
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut).rstrip(" ,;:") + " …"


def day_words(day: str) -> str:
    """ "12 November 2026", "November 2026" or "2026" for a date or a time of the store."""
    year, month, number = (*day[:10].split("-"), "", "")[:3]
    name = _MONTHS[int(month) - 1] if month else ""
    return " ".join(part for part in (number.lstrip("0"), name, year) if part)


def moment_words(time: str) -> str:
    """ "12 November 2026, 07:30 UTC" for a time of the store."""
    return f"{day_words(time)}, {time[11:16]} UTC"


def listing(names: Sequence[str], most: int) -> str:
    """ "Canada", "Canada and the EU", "Canada, the EU and 3 more"."""
    shown = list(names[:most])
    if more := len(names) - len(shown):
        return _("{names} and {more} more").format(names=", ".join(shown), more=more)
    if len(shown) < 2:
        return "".join(shown)
    return _("{names} and {last}").format(names=", ".join(shown[:-1]), last=shown[-1])


def subject(digest: Digest) -> str:
    """ "3 new in Canada and the EU: import ban, due diligence": how many, where, and what about most."""
    if not digest.total:
        searches = len(digest.subscriptions)
        said = ngettext(
            "Quiet since {day}: nothing new for your search",
            "Quiet since {day}: nothing new for your {searches:,} searches",
            searches,
        )
        return said.format(day=day_words(digest.since), searches=searches)
    places = listing([_place(section.jurisdiction) for section in digest.sections], 2)
    items = _by_rank(digest)
    if digest.total == 1:
        said = headline(items[0].update.tags).partition(" · ")[2] if items[0].update.tags.jurisdictions else ""
        form = _("Changed in {places}: {what}") if items[0].change else _("New in {places}: {what}")
        return form.format(places=places, what=said or headline(items[0].update.tags))
    changed = sum(item.change is not None for item in items)
    new = digest.total - changed
    counts = [ngettext("{count:,} new", "{count:,} new", new).format(count=new)] if new else []
    counts += [ngettext("{count:,} changed", "{count:,} changed", changed).format(count=changed)] if changed else []
    topics = Counter(words(code) for item in items for code in item.update.tags.topics or (item.update.tags.kind,))
    said = ", ".join(topic for topic, count in topics.most_common(3))
    form = _("{counts} in {places}: {topics} and more") if len(topics) > 3 else _("{counts} in {places}: {topics}")
    return form.format(counts=listing(counts, 2), places=places, topics=said)


def heading(digest: Digest) -> str:
    """The first line of the mail itself: the subject's words."""
    return subject(digest)


def period(digest: Digest) -> str:
    """For which days and which searches the digest is."""
    since, until, searches = day_words(digest.since), day_words(digest.until), len(digest.subscriptions)
    if not digest.total:
        form = ngettext(
            "From {since} to {until} nothing came up for your search.",
            "From {since} to {until} nothing came up for your {searches:,} searches.",
            searches,
        )
        why = _("This note comes once in a while, so that you can tell silence from a fault.")
        return f"{form.format(since=since, until=until, searches=searches)} {why}"
    if digest.cadence is Cadence.IMMEDIATE or since == until:
        form = ngettext(
            "Found up to {until} for your search.", "Found up to {until} for your {searches:,} searches.", searches
        )
        return form.format(until=until, searches=searches)
    if since[-4:] == until[-4:]:
        since = since[:-5]
    form = ngettext(
        "From {since} to {until}, for your search.",
        "From {since} to {until}, for your {searches:,} searches.",
        searches,
    )
    return form.format(since=since, until=until, searches=searches)


def coverage_sentence(coverage: Coverage) -> str:
    """ "We checked 6 sources; 1 failed: EUR-Lex (no answer since 20 November 2026)."""
    if not coverage.checked:
        return _("No source was checked in this time.")
    checked = ngettext("We checked {count:,} source", "We checked {count:,} sources", coverage.checked)
    checked = checked.format(count=coverage.checked)
    if not coverage.failed:
        return _("{checked}; all answered.").format(checked=checked)
    more = len(coverage.failed) - _MOST_FAILED
    rest = _("; and {more} more, all on the site's page of sources").format(more=more) if more > 0 else ""
    failed = ngettext("{count} failed: {named}", "{count} failed: {named}", len(coverage.failed))
    failed = failed.format(count=len(coverage.failed), named=_named(coverage.failed)) + rest
    return f"{checked}; {failed}. {_('What they published may be missing here.')}"


def silent_sentences(coverage: Coverage) -> list[str]:
    """Sources that answer, but had nothing new for longer than they usually do."""
    if not coverage.quiet:
        return []
    more = len(coverage.quiet) - _MOST_FAILED
    named = _named(coverage.quiet) + (_("; and {more} more").format(more=more) if more > 0 else "")
    return [_("Quiet for longer than usual: {named}.").format(named=named)]


def alarms_subject(told: Sequence[ToldAlarm]) -> str:
    """ "Vigilex: 2 things need attention", or that all is well again."""
    count = sum(one.closed_at is None for one in told)
    if not count:
        return _("Vigilex: all is well again")
    form = ngettext("Vigilex: {count} thing needs attention", "Vigilex: {count} things need attention", count)
    return form.format(count=count)


def _named(sources: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{visible(name)} ({visible(reason).rstrip('.')})" for name, reason in sources[:_MOST_FAILED])


def _place(code: str) -> str:
    """A jurisdiction as it stands after "in"."""
    named = {"EU": _("the EU"), "US": _("the US"), "GB": _("the UK"), "INT": _("international bodies")}
    return named.get(code) or jurisdiction_name(code) or _("unknown places")


def _by_rank(digest: Digest) -> list[DigestItem]:
    """All items, the first of every section before the second of any."""
    ranks = zip_longest(*(section.items for section in digest.sections))
    return [item for rank in ranks for item in rank if item is not None]
