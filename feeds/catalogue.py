"""Which feeds exist, and what each is called."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import quote

from feeds.headline import jurisdiction_name, words
from feeds.plain import clipped, plain
from model.codes import Sector, Topic
from model.source import Source
from model.texts import _


class Format(StrEnum):
    """The three formats of every feed; the value is the ending of its address."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"

    @property
    def media_type(self) -> str:
        return "application/feed+json" if self is Format.JSON else f"application/{self}+xml"


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed.

    ``name`` is its path below ``/feeds/`` without ending, and part of its identity; ``page`` the site's page of the
    same updates. ``search`` is the query, for the feed of a search.
    """

    name: str
    title: str
    page: str
    jurisdiction: str | None = None
    source: str | None = None
    search: str | None = None

    def path(self, form: Format, number: int | None = None, before: int | None = None) -> str:
        """The address below the site: of the feed itself, of page ``number`` of its history, of older answers."""
        if self.search is not None:
            older = f"&before={before}" if before is not None else ""
            return f"/feeds/search.{form}?q={quote(self.search, safe='')}{older}"
        return f"/feeds/{self.name}.{form}" if number is None else f"/feeds/{self.name}/{number}.{form}"


# A query is anything that somebody typed; in a title it must not look like markup.
_UNMARKED = str.maketrans("<>&", "‹›＆")

ALL = Feed(name="all", title="Vigilex: all updates", page="/search")


def catalogue(jurisdictions: Iterable[str], sources: Iterable[Source]) -> list[Feed]:
    """All feeds: of everything, of each jurisdiction, topic, sector and source, in the order of their codes."""
    known = sorted(sources, key=lambda source: source.id)
    codes = {*jurisdictions, *(source.jurisdiction for source in known)}
    return [
        of_all(),
        *(of_jurisdiction(code) for code in sorted(codes)),
        *(of_topic(code) for code in sorted(Topic)),
        *(of_sector(code) for code in sorted(Sector)),
        *(of_source(source) for source in known),
    ]


def of_all() -> Feed:
    return replace(ALL, title=_("Vigilex: all updates"))


def of_jurisdiction(code: str) -> Feed:
    return Feed(name=f"j/{code}", title=f"Vigilex: {jurisdiction_name(code)}", page=f"/j/{code}", jurisdiction=code)


def of_topic(code: str) -> Feed:
    return Feed(name=f"t/{code}", title=f"Vigilex: {words(code)}", page=f"/t/{code}")


def of_sector(code: str) -> Feed:
    return Feed(name=f"sector/{code}", title=f"Vigilex: {words(code)}", page=f"/sector/{code}")


def of_source(source: Source) -> Feed:
    page = f"/search?q=source:{source.id}"
    return Feed(name=f"source/{source.id}", title=f"Vigilex: {source.name}", page=page, source=source.id)


def of_search(query: str) -> Feed:
    """The feed of a search; it is made when it is asked for, and never a file."""
    asked = " ".join(query.split())
    page = f"/search?q={quote(asked, safe='')}"
    title = f"Vigilex: {clipped(plain(asked).translate(_UNMARKED), 200)}"
    return Feed(name=f"search {asked}", title=title, page=page, search=asked)
