"""The history of an update as a page tells it: newest first, each change in words and as a comparison. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.compositions import StoredRevision
from feeds.headline import language_name, words
from feeds.plain import direction, language, plain
from model.difference import Stretch
from model.source import Republish
from model.texts import _


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed in the text of one language: the first ``stretches`` of it, and how many further ones there are.

    ``added`` and ``removed`` count words of the whole change.
    """

    name: str
    lang: str | None
    dir: str
    stretches: tuple[Stretch, ...]
    left_out: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the history.

    ``at`` is the source's time, None where it gave none; ``seen_at`` is ours. ``fields`` are what changed, in words.
    ``hidden`` is true where a comparison is held but may not be shown.
    """

    number: int
    at: str | None
    seen_at: str
    note: str
    fields: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    hidden: bool


def steps(history: Sequence[StoredRevision], republish: Republish, lang: str, room: int | None) -> tuple[Step, ...]:
    """``history`` (oldest first) as steps, newest first.

    ``lang`` is the language of a text that does not say; ``room`` is how many characters of each comparison are shown.
    """
    return tuple(_step(one, republish, lang, room) for one in reversed(history))


def _step(one: StoredRevision, republish: Republish, lang: str, room: int | None) -> Step:
    may = republish is Republish.TEXT
    return Step(
        number=one.number,
        at=one.at if one.note is not None or one.at != one.seen_at else None,
        seen_at=one.seen_at,
        note=plain(one.note or "") if republish is not Republish.NONE else "",
        fields=tuple(_field(name) for name in one.fields),
        comparisons=tuple(_comparison(of or lang, found, room) for of, found in one.diff.items()) if may else (),
        hidden=bool(one.diff) and not may,
    )


def _comparison(lang: str, found: Sequence[Stretch], room: int | None) -> Comparison:
    shown = _first(found, room)
    counts: Mapping[str, int] = {
        op: sum(stretch.count for stretch in found if stretch.op == op) for op in ("insert", "delete")
    }
    return Comparison(
        name=language_name(lang),
        lang=language(lang),
        dir=direction(lang) or "ltr",
        stretches=tuple(Stretch(stretch.op, plain(stretch.words), stretch.count) for stretch in shown),
        left_out=len(found) - len(shown),
        added=counts["insert"],
        removed=counts["delete"],
    )


def _first(found: Sequence[Stretch], room: int | None) -> Sequence[Stretch]:
    """The first stretches that have room, and always one change."""
    left, changes = room, 0
    for at, stretch in enumerate(found):
        if left is not None and changes and len(stretch.words) > left:
            return found[:at]
        left = None if left is None else left - len(stretch.words)
        changes += stretch.op != "equal"
    return found


def _field(name: str) -> str:
    """A field of a publication as readers call it."""
    known = {
        "title": _("title"), "text": _("text"), "summary": _("summary"), "url": _("address"), "lang": _("language"),
        "published": _("date of publication"), "identifiers": _("numbers"), "dates": _("dates"),
        "statements": _("what the source says of its type and stage"), "notes": _("the source's own history"),
        "others": _("other languages"), "corrects": _("what it corrects"), "follows": _("what it follows"),
        "withdrawn": _("withdrawal"), "part": _("how much of it the source gives"),
        "piece": _("how much of it the source gives"),
    }  # fmt: skip
    return known.get(name) or words(name.replace("_", " "))
