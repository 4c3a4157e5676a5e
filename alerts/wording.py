"""The sentences of a digest: its subject, its period, what was watched. English; every number is the true one."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from alerts.digest import Coverage, Digest, DigestItem
from extractors.tidy import one_line
from feeds.headline import headline, jurisdiction_name, words
from model.subscription import Cadence

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_IN_A_SENTENCE = {"EU": "the EU", "US": "the US", "GB": "the UK", "INT": "international bodies", "": "unknown places"}
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


def listing(names: Sequence[str], most: int) -> str:
    """ "Canada", "Canada and the EU", "Canada, the EU and 3 more"."""
    shown = list(names[:most])
    if more := len(names) - len(shown):
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def plural(count: int, word: str) -> str:
    """ "1 source", "2 sources", "2 searches"."""
    ending = "" if count == 1 else "es" if word.endswith("ch") else "s"
    return f"{count:,} {word}{ending}"


def subject(digest: Digest) -> str:
    """ "3 new in Canada and the EU: import ban, due diligence": how many, where, and what about most."""
    if not digest.total:
        return f"Quiet since {day_words(digest.since)}: nothing new for your {_searches(digest)}"
    places = listing([_place(section.jurisdiction) for section in digest.sections], 2)
    items = _by_rank(digest)
    if digest.total == 1:
        said = headline(items[0].update.tags).partition(" · ")[2] if items[0].update.tags.jurisdictions else ""
        return f"{'Changed' if items[0].change else 'New'} in {places}: {said or headline(items[0].update.tags)}"
    changed = sum(item.change is not None for item in items)
    counts = [f"{count:,} {word}" for count, word in ((digest.total - changed, "new"), (changed, "changed")) if count]
    topics = Counter(words(code) for item in items for code in item.update.tags.topics or (item.update.tags.kind,))
    said = ", ".join(topic for topic, _ in topics.most_common(3))
    return f"{' and '.join(counts)} in {places}: {said}{' and more' if len(topics) > 3 else ''}"


def heading(digest: Digest) -> str:
    """The first line of the mail itself: the subject's words."""
    return subject(digest)


def period(digest: Digest) -> str:
    """For which days and which searches the digest is."""
    since, until = day_words(digest.since), day_words(digest.until)
    if not digest.total:
        return (
            f"From {since} to {until} nothing came up for your {_searches(digest)}. This note comes once in a while, "
            "so that you can tell silence from a fault."
        )
    if digest.cadence is Cadence.IMMEDIATE or since == until:
        return f"Found up to {until} for your {_searches(digest)}."
    if since[-4:] == until[-4:]:
        since = since[:-5]
    return f"From {since} to {until}, for your {_searches(digest)}."


def coverage_sentence(coverage: Coverage) -> str:
    """ "We checked 6 sources; 1 failed: EUR-Lex (no answer since 20 November 2026)."""
    checked = f"We checked {plural(coverage.checked, 'source')}"
    if not coverage.failed:
        return f"{checked}; all answered." if coverage.checked else "No source was checked in this time."
    named = "; ".join(
        f"{visible(name)} ({visible(reason).rstrip('.')})" for name, reason in coverage.failed[:_MOST_FAILED]
    )
    more = len(coverage.failed) - _MOST_FAILED
    rest = f"; and {more} more, all on the site's page of sources" if more > 0 else ""
    return f"{checked}; {len(coverage.failed)} failed: {named}{rest}. What they published may be missing here."


def silent_sentences(coverage: Coverage) -> list[str]:
    """Sources that answer, but had nothing new for longer than they usually do."""
    if not coverage.quiet:
        return []
    named = "; ".join(
        f"{visible(name)} ({visible(reason).rstrip('.')})" for name, reason in coverage.quiet[:_MOST_FAILED]
    )
    more = len(coverage.quiet) - _MOST_FAILED
    return [f"Quiet for longer than usual: {named}{f'; and {more} more' if more > 0 else ''}."]


def _named(sources: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{visible(name)} ({visible(reason).rstrip('.')})" for name, reason in sources[:_MOST_FAILED])


def _searches(digest: Digest) -> str:
    count = len(digest.subscriptions)
    return "search" if count == 1 else plural(count, "search")


def _place(code: str) -> str:
    return _IN_A_SENTENCE.get(code) or jurisdiction_name(code)


def _by_rank(digest: Digest) -> list[DigestItem]:
    """All items, the first of every section before the second of any."""
    ranks = zip_longest(*(section.items for section in digest.sections))
    return [item for rank in ranks for item in rank if item is not None]
