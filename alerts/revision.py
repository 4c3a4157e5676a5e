"""Which revisions are worth telling, and what changed, in words that a person reads. Pure."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import groupby

from extractors.normalise import normalise
from feeds.headline import words
from model.codes import DateType
from model.difference import Stretch
from model.texts import _, ngettext
from model.update import Update

ALIKE = 0.75
"""Words of one place whose letters agree to this share are one word spelt in two ways (``difflib`` ratio)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of an update. ``dates`` are (type, date) of what takes effect and of what ends."""

    title: str
    stage: str
    dates: tuple[tuple[str, str], ...]
    withdrawn: bool


def facts_of(update: Update) -> Facts:
    dates = {(str(d.type), d.date) for d in update.tags.dates if d.type is not DateType.PUBLISHED}
    publication = update.publication
    return Facts(publication.title, str(update.tags.stage), tuple(sorted(dates)), publication.withdrawn)


def facts_to_text(facts: Facts) -> str:
    return json.dumps(asdict(facts), ensure_ascii=False)


def facts_from_text(text: str) -> Facts:
    values = json.loads(text)
    return Facts(**{**values, "dates": tuple((kind, date) for kind, date in values["dates"])})


def what_changed(before: Facts, after: Facts, texts: Iterable[Sequence[Stretch]]) -> str | None:
    """What a reader should know of a revision, or None where it changed only trifles.

    ``texts`` are the differences of its texts (``model.difference``), one for each language and revision.

    >>> what_changed(Facts("Bill", "proposed", (), False), Facts("Bill", "adopted", (), False), [])
    'stage: proposed, now adopted'
    """
    said = [*_facts_changed(before, after)]
    changed = [counts for stretches in texts if (counts := words_changed(stretches))]
    if changed:
        # Languages change together: the largest difference stands for all.
        said.append(_("text: {counts}").format(counts=_counted(*max(changed, key=sum))))
    return "; ".join(said) or None


def words_changed(stretches: Sequence[Stretch]) -> tuple[int, int] | None:
    """How many words came and went, or None where the difference is a trifle.

    White space, punctuation, case, accents and spelling are no difference. Any other word is: "may" for "shall", one
    "not" or one number can turn a duty around.
    """
    added = removed = 0
    weighty = False
    for changed, run in groupby(stretches, key=lambda stretch: stretch.op != "equal"):
        if changed:
            came, went = _came_and_went(list(run))
            added, removed = added + came[0], removed + went[0]
            weighty = weighty or not _is_spelling(came[1].split(), went[1].split())
    return (added, removed) if weighty else None


def _is_spelling(came: Sequence[str], went: Sequence[str]) -> bool:
    """Whether the words that came are those that went, each spelt the same or nearly so, and none with a digit."""
    return len(came) == len(went) and all(
        one == other or (not _has_digit(one + other) and SequenceMatcher(None, one, other).ratio() >= ALIKE)
        for one, other in zip(came, went, strict=True)
    )


def _came_and_went(run: Sequence[Stretch]) -> tuple[tuple[int, str], tuple[int, str]]:
    """(count, words) of what was inserted and of what was deleted at one place."""
    texts = {op: normalise(" ".join(s.words for s in run if s.op == op)) for op in ("insert", "delete")}
    if texts["insert"] == texts["delete"]:
        return (0, ""), (0, "")
    came, went = (
        (sum(s.count for s in run if s.op == op) if texts[op] else 0, texts[op]) for op in ("insert", "delete")
    )
    return came, went


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _facts_changed(before: Facts, after: Facts) -> Iterator[str]:
    if after.withdrawn and not before.withdrawn:
        yield _("withdrawn by its publisher")
    if after.stage != before.stage:
        yield _("stage: {before}, now {after}").format(before=words(before.stage), after=words(after.stage))
    for kind in (DateType.EFFECTIVE, DateType.DEADLINE):
        yield from _dates_changed(str(kind), before.dates, after.dates)
    if normalise(after.title) != normalise(before.title):
        yield _("title: was “{title}”").format(title=before.title)


def _dates_changed(kind: str, before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Iterator[str]:
    name = {"effective": _("effective date"), "deadline": _("deadline")}[kind]
    gone = ", ".join(date for found, date in before if found == kind and (found, date) not in after)
    come = ", ".join(date for found, date in after if found == kind and (found, date) not in before)
    if gone and come:
        yield _("{name}: {before}, now {after}").format(name=name, before=gone, after=come)
    elif come:
        yield _("new {name}: {dates}").format(name=name, dates=come)
    elif gone:
        yield _("{name} {dates} no longer given").format(name=name, dates=gone)


def _counted(added: int, removed: int) -> str:
    came = ngettext("{count} word added", "{count} words added", added).format(count=added) if added else ""
    went = ngettext("{count} word removed", "{count} words removed", removed).format(count=removed) if removed else ""
    return ", ".join(filter(None, (came, went)))
