"""The matcher: follows what happened to updates, and notes which subscriptions each of them answers.

It reads ``changes`` behind a cursor of its own. Matches, what it remembers and the cursor are kept in one transaction,
so that it can be killed anywhere and two may run at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from alerts.reasons import Texts, reason_words
from alerts.revision import facts_from_text, facts_of, facts_to_text, what_changed
from db.changes import Change, changes_after
from db.clock import is_quiet
from db.compositions import StoredRevision, revisions_of
from db.connect import Store, write
from db.cursors import cursor, set_cursor
from db.editions import Edition, Shown, approved_at, edition, listing, put_edition, shown_for, words_of
from db.matches import NewMatch, add_matches, matched, told
from db.query import parse
from db.search import needed_words, visible_answers
from db.subscriptions import searches_for
from db.updates import get
from model.subscription import Cadence
from model.update import Update

CURSOR = "matcher"
_PAGE = 20  # changes a transaction, so that no other writer waits long
_parsed = lru_cache(maxsize=20_000)(parse)
_BY_THE_SOURCE = frozenset({"new", "completed", "revised"})


@dataclass(frozen=True, slots=True)
class Matched:
    """Counts: changes that were read, matches that were made."""

    changes: int = 0
    matches: int = 0


@dataclass(frozen=True, slots=True)
class _News:
    """What a page of changes means for one entry: its present edition, and whether it may alert at once.

    ``change`` is what a revision changed; then it is news also for those who were told before.
    """

    edition: Edition
    urgent: bool
    change: str | None = None


def match_changes(db: Store, now: str) -> Matched:
    """Match all changes that have not been matched."""
    done = Matched()
    while (page := _match_page(db, now)).changes:
        done = Matched(done.changes + page.changes, done.matches + page.matches)
    return done


def _match_page(db: Store, now: str) -> Matched:
    with write(db):
        page = list(islice(changes_after(db, cursor(db, CURSOR)), _PAGE))
        if not page:
            return Matched()
        count = sum(add_matches(db, _matches(db, shown, changes), now) for shown, changes in _concerned(db, page))
        set_cursor(db, CURSOR, page[-1].seq)
        return Matched(len(page), count)


def _concerned(db: Store, page: Sequence[Change]) -> list[tuple[Shown, list[Change]]]:
    """The entries that readers see of what changed, each with all changes of its group."""
    found: dict[str, tuple[Shown, list[Change]]] = {}
    for change in page:
        for shown in shown_for(db, change.update_id):
            found.setdefault(shown.id, (shown, []))[1].append(change)
    return list(found.values())


def _matches(db: Store, shown: Shown, changes: Sequence[Change]) -> Iterator[NewMatch]:
    """The matches of one entry, in its present edition, with subscriptions to which that edition is news."""
    update = get(db, shown.id)
    if update is None:
        return
    news = _news(db, update, changes)
    put_edition(db, news.edition)
    number, seq = news.edition.number, news.edition.seq
    if number == 1 and listing(db, shown.id)[1]:
        return  # back-fill
    known = matched(db, shown.id, number) if news.change else told(db, shown.members)
    texts: Texts | None = None
    words = words_of(db, shown.keys)
    for subscription in searches_for(db, words, seq):
        asked = _parsed(subscription.query)
        if subscription.id in known or not needed_words(asked) <= words:
            continue  # the engine is asked only where it may say yes
        if visible_answers(db, asked, shown.keys):
            texts = texts or Texts([found for member in shown.members if (found := get(db, member))])
            why, last = reason_words(asked, texts), changes[-1].seq
            urgent = news.urgent and subscription.cadence is Cadence.IMMEDIATE
            yield NewMatch(subscription.id, shown.id, number, last, why, news.change, urgent)


def _news(db: Store, update: Update, changes: Sequence[Change]) -> _News:
    """Compare an entry with what is remembered of it."""
    update_id = update.publication.id
    own = [change for change in changes if change.update_id == update_id]
    before, history = edition(db, update_id), revisions_of(db, update_id)
    by_the_source = any(change.what in _BY_THE_SOURCE for change in own)
    now = Edition(update_id, 1, 0, history[-1].number if history else 0, facts_to_text(facts_of(update)))
    if before is None:
        seq = _listed_by(db, update_id, changes)
        return _News(replace(now, seq=seq), by_the_source or _approved(db, update_id, own))
    revised = [change for change in own if change.what == "revised"]
    if revised and (said := _worth_telling(before, update, history)):
        now = replace(now, number=before.number + 1, seq=revised[-1].seq)
        return _News(now, urgent=True, change=said)
    return _News(replace(now, number=before.number, seq=before.seq), by_the_source)


def _listed_by(db: Store, update_id: str, changes: Sequence[Change]) -> int:
    """The change by which readers first saw an update; where clocks do not tell, the last one."""
    listed_at, _ = listing(db, update_id)
    return next((change.seq for change in changes if change.at == listed_at), changes[-1].seq)


def _approved(db: Store, update_id: str, own: Sequence[Change]) -> bool:
    """Whether an editor's decision brought it to light: that may alert at once, a better word list may not."""
    at = approved_at(db, update_id)
    return at is not None and any(change.what == "listed" and change.at == at for change in own)


def _worth_telling(before: Edition, update: Update, history: Sequence[StoredRevision]) -> str | None:
    """What changed beyond trifles since ``before``; nothing where the source did it long ago."""
    since = [entry for entry in history if entry.number > before.revision] or list(history[-1:])
    if since and all(is_quiet(entry.at, entry.seen_at) for entry in since):
        return None
    texts = [stretches for entry in since for stretches in entry.diff.values()]
    return what_changed(facts_from_text(before.facts), facts_of(update), texts)
