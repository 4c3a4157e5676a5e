"""What is to be said about a search before it is saved. Pure."""

import re
from collections.abc import Iterator

from db.query import Query, Term, parse
from model.texts import _

_NO_FILTER = re.compile(
    r'"((?:jurisdiction|concerns|topic|sector|kind|stage|source|lang|instrument|published|include):[^"]*)"'
)
_ONE_OF_EACH = ("kind", "stage", "source")


def never_matches(query: str) -> str | None:
    """Why no update can ever answer this search, in one sentence; None where one can."""
    return next(_faults(parse(query)), None)


def _faults(asked: Query) -> Iterator[str]:
    if asked.hopeless:
        yield _("This search holds no word that a text could have.")
    for said in _NO_FILTER.findall(asked.read_as):
        name, value = said.split(":", 1)
        yield _("“{value}” is nothing that {name}: knows, so that “{said}” would be looked for as words.").format(
            value=value, name=name, said=said
        )
    for tag in asked.tags:
        if tag in asked.untags:
            yield _("This search asks for {tag} and against it, which no update can answer.").format(tag=tag)
    for name in _ONE_OF_EACH:
        if len({tag for tag in asked.tags if tag.startswith(f"{name}:")}) > 1:
            yield _("An update has exactly one {name}; this search asks for several at once.").format(name=name)
    for wanted in asked.wanted:
        if any(_holds(wanted, unwanted) for unwanted in asked.unwanted):
            yield _("This search asks for “{words}” and against it, which no text can answer.").format(
                words=" ".join(wanted.words)
            )
    if asked.published and not _has_a_day(asked):
        yield _("No day lies within all the dates that this search asks for.")


def _holds(wanted: Term, unwanted: Term) -> bool:
    """Whether each text with ``wanted`` has ``unwanted`` too."""
    if unwanted.prefix and wanted.prefix and len(unwanted.words) == len(wanted.words):
        return wanted.words[:-1] == unwanted.words[:-1] and wanted.words[-1].startswith(unwanted.words[-1])
    sure = wanted.words[:-1] if wanted.prefix else wanted.words
    size = len(unwanted.words)
    return any(_same(sure[i : i + size], unwanted) for i in range(len(sure) - size + 1))


def _same(words: tuple[str, ...], unwanted: Term) -> bool:
    if not unwanted.prefix:
        return words == unwanted.words
    return words[:-1] == unwanted.words[:-1] and words[-1].startswith(unwanted.words[-1])


def _has_a_day(asked: Query) -> bool:
    first, last = max(days[0] for days in asked.published), min(days[1] for days in asked.published)
    return first <= last and not any(start <= first and last <= end for start, end in asked.unpublished)
