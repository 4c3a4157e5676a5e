"""From a person's matches to their digest: each publication once, with all reasons, in order."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from alerts.coverage import coverage
from alerts.digest import Deadline, Digest, DigestItem, Reason
from alerts.ordering import in_sections
from alerts.reasons import Texts, reason_words
from db.clock import moment
from db.connect import Store
from db.digests import listed_since, updates_with_deadlines
from db.editions import shown_for
from db.matches import Match
from db.query import Query, parse
from db.search import search, visible_answers
from db.sources import source_states
from db.subscriptions import subscriptions_of
from db.updates import get
from model.codes import DateType
from model.subscription import Cadence, Person, Subscription
from model.update import Update

DEADLINE_DAYS = 60


class Gatherer:
    """Gathers the digests of one run: what many people get is read once."""

    def __init__(self, db: Store, now: str, zone: ZoneInfo) -> None:
        self._db, self._now = db, now
        self._today = moment(now).astimezone(zone).date()
        self._coverage = coverage(source_states(db, now), now)
        self._near = updates_with_deadlines(db, self._today, self._today + timedelta(days=DEADLINE_DAYS))
        self._answers: dict[str, set[int]] = {}
        self._updates: dict[str, Update] = {}
        self._heads: dict[str, tuple[str, ...]] = {}

    def gathered(self, person: Person, cadence: Cadence, since: str, matches: Sequence[Match]) -> Digest:
        """The digest of these matches; of none, the note that all is quiet."""
        subscriptions = subscriptions_of(self._db, person.id)
        return self._digest(person, cadence, since, self._items(matches), subscriptions)

    def preview(self, person: Person, subscription: Subscription, since: str) -> Digest:
        """The digest that a search would have brought which nobody has saved: of what was listed after ``since``."""
        listed, asked = listed_since(self._db, since), parse(subscription.query)
        answers = visible_answers(self._db, asked, listed.values())
        entries = dict.fromkeys(self._members(number)[0] for number, key in listed.items() if key in answers)
        return self._of_search(person, subscription, since, [entry for entry in entries if entry in listed])

    def sample(self, person: Person, subscription: Subscription, since: str, most: int) -> Digest:
        """A digest of the newest updates that a search finds, as if all were new: how one would look."""
        found = search(self._db, subscription.query, limit=most)
        entries = [hit.update.publication.id for hit in found.hits if hit.update.listed_at]
        return self._of_search(person, subscription, since, entries)

    def _of_search(self, person: Person, subscription: Subscription, since: str, entries: Iterable[str]) -> Digest:
        asked = parse(subscription.query)
        items = [self._previewed(entry, asked, subscription) for entry in entries]
        return self._digest(person, subscription.cadence, since, items, (subscription,))

    def _previewed(self, entry: str, asked: Query, subscription: Subscription) -> DigestItem:
        others = self._others(entry)
        words = reason_words(asked, Texts([self._update(entry), *others]))
        return DigestItem(self._update(entry), (Reason(subscription.id, subscription.name, words),), None, others)

    def _digest(
        self,
        person: Person,
        cadence: Cadence,
        since: str,
        items: Sequence[DigestItem],
        subscriptions: tuple[Subscription, ...],
    ) -> Digest:
        sections = in_sections(items, self._today)
        deadlines = self._deadlines(one.query for one in subscriptions if not one.paused)
        return Digest(person, cadence, since, self._now, sections, len(items), deadlines, self._coverage, subscriptions)

    def _items(self, matches: Sequence[Match]) -> list[DigestItem]:
        by_entry: dict[str, list[Match]] = {}
        for match in matches:
            by_entry.setdefault(self._members(match.update_id)[0], []).append(match)
        return [self._item(entry, found) for entry, found in by_entry.items()]

    def _item(self, entry: str, matches: Sequence[Match]) -> DigestItem:
        reasons = dict.fromkeys(Reason(match.subscription, match.name, match.words) for match in matches)
        # Who has not heard of it before reads the update as it is now: to them nothing has changed.
        changes = dict.fromkeys(match.change for match in matches)
        change = None if None in changes else "; ".join(filter(None, changes))
        return DigestItem(self._update(entry), tuple(reasons), change, self._others(entry))

    def _others(self, entry: str) -> tuple[Update, ...]:
        return tuple(self._update(member) for member in self._members(entry) if member != entry)

    def _deadlines(self, queries: Iterable[str]) -> tuple[Deadline, ...]:
        """The deadlines near of all that the searches find, whether it was sent or not."""
        keys = set().union(*(self._near_answers(query) for query in queries))
        entries = dict.fromkeys(self._members(number)[0] for number, key in self._near.items() if key in keys)
        first, last = self._today, self._today + timedelta(days=DEADLINE_DAYS)
        found = [deadline for entry in entries for deadline in _deadlines_of(self._update(entry), first, last)]
        return tuple(sorted(found, key=lambda deadline: (deadline.date, deadline.update.publication.id)))

    def _near_answers(self, query: str) -> set[int]:
        if query not in self._answers:
            self._answers[query] = visible_answers(self._db, parse(query), self._near.values())
        return self._answers[query]

    def _members(self, update_id: str) -> tuple[str, ...]:
        """The entry that readers see an update in, and what stands behind it; the entry first."""
        if update_id not in self._heads:
            entries = shown_for(self._db, update_id)
            own = next((e for e in entries if update_id in e.members), None)
            self._heads[update_id] = (own.id, *(m for m in own.members if m != own.id)) if own else (update_id,)
        return self._heads[update_id]

    def _update(self, update_id: str) -> Update:
        if update_id not in self._updates:
            found = get(self._db, update_id)
            if found is None:
                raise LookupError(f"{update_id} was matched but is not in the store")
            self._updates[update_id] = found
        return self._updates[update_id]


def _deadlines_of(update: Update, first: date, last: date) -> list[Deadline]:
    near = {
        dated.date: dated.words
        for dated in update.tags.dates
        if dated.type is DateType.DEADLINE and first.isoformat() <= dated.date <= last.isoformat()
    }
    return [Deadline(day, update, words) for day, words in near.items()]
