"""What stands first in a digest: the most important. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from alerts.digest import DigestItem, Section
from model.codes import DateType, Kind, Stage

_NEAR = timedelta(days=30)
_KINDS = (
    Kind.LEGISLATION, Kind.ENFORCEMENT, Kind.JUDGMENT, Kind.RULEMAKING, Kind.BILL, Kind.CONSULTATION, Kind.GUIDANCE,
    Kind.POLICY, Kind.REPORT, Kind.NEWS,
)  # fmt: skip
_STAGES = (
    Stage.IN_FORCE, Stage.ADOPTED, Stage.AMENDED, Stage.POSTPONED, Stage.REPEALED, Stage.PASSED, Stage.WITHDRAWN,
    Stage.CONSULTATION, Stage.PROPOSED, Stage.NONE,
)  # fmt: skip

Rank = tuple[bool, int, int, int, str]


def in_sections(items: Iterable[DigestItem], today: date) -> tuple[Section, ...]:
    """The items by jurisdiction, each once, under the first of its jurisdictions.

    Within a section, and among sections by their first items: those with a deadline near, then by kind, by stage, and
    the newest first.
    """
    by_jurisdiction: dict[str, list[DigestItem]] = {}
    for item in sorted(items, key=lambda item: rank(item, today)):
        by_jurisdiction.setdefault(next(iter(item.update.tags.jurisdictions), ""), []).append(item)
    return tuple(Section(code, tuple(found)) for code, found in by_jurisdiction.items())


def rank(item: DigestItem, today: date) -> Rank:
    """The smaller, the more important."""
    update = item.update
    published = (update.publication.published or update.first_seen or "")[:10]
    return (
        not _deadline_is_near(item, today),
        _KINDS.index(update.tags.kind),
        _STAGES.index(update.tags.stage),
        -_days(published),
        update.publication.id,
    )


def _deadline_is_near(item: DigestItem, today: date) -> bool:
    first, last = today.isoformat(), (today + _NEAR).isoformat()
    return any(d.type is DateType.DEADLINE and first <= d.date <= last for d in item.update.tags.dates)


def _days(day: str) -> int:
    """A number that grows with the date; ``YYYY`` and ``YYYY-MM`` stand before all their days."""
    year, month, number = (int(part) for part in [*filter(None, day.split("-")), "0", "0", "0"][:3])
    return (year * 100 + month) * 100 + number
