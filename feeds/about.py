"""What a feed says of itself: what is watched, since when, and what is known to be missing.

Nothing here moves while the sources go on answering as they did: a feed must not change at each visit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from db.feeds import Watch
from feeds.catalogue import Feed
from feeds.plain import plain
from model.source import Source
from model.texts import _


@dataclass(frozen=True, slots=True)
class Site:
    """The facts that all feeds share: the site's address without a slash at its end, who publishes it, its sources."""

    base_url: str
    author: str
    sources: Mapping[str, Source]
    watches: Mapping[str, Watch]


def about(feed: Feed, site: Site) -> str:
    """The text of a feed as a whole."""
    watched = [source for source in site.sources.values() if _concerns(feed, source)]
    gaps = [gap for source in watched for gap in _gaps(source, site.watches.get(source.id))]
    lines = [
        _("Changes in the law and policy on forced labour and supply-chain due diligence. Not legal advice."),
        _("Watched: {sources}.").format(sources="; ".join(_watched(source, site) for source in watched))
        if watched
        else _unwatched(feed),
        _("Known gaps: {gaps}").format(gaps=" ".join(gaps)) if gaps else "",
        _("Older entries are in the archive that this feed links to."),
    ]
    return plain(" ".join(line for line in lines if line))


def last_turn(feed: Feed, site: Site) -> str:
    """When a source of this feed last began to answer well, or ceased to; empty where none was visited."""
    watches = (site.watches.get(source.id) for source in site.sources.values() if _concerns(feed, source))
    return max((watch.since for watch in watches if watch), default="")


def _concerns(feed: Feed, source: Source) -> bool:
    if feed.source:
        return source.id == feed.source
    return feed.jurisdiction is None or source.jurisdiction.partition("-")[0] == feed.jurisdiction.partition("-")[0]


def _watched(source: Source, site: Site) -> str:
    watch = site.watches.get(source.id)
    if watch is None:
        return _("{source}, not yet visited").format(source=source.name)
    return _("{source} since {day}").format(source=source.name, day=watch.begun[:10])


def _unwatched(feed: Feed) -> str:
    return "" if feed.source else _("No source of this jurisdiction is watched; entries come from other sources.")


def _gaps(source: Source, watch: Watch | None) -> list[str]:
    """What the source itself is known to lack, and since when it has not answered well."""
    known = f"{source.name}: {source.known_gaps.rstrip('. ')}." if source.known_gaps else ""
    silent = ""
    if watch and not watch.well:
        silent = _("{source}: incomplete since {day}.").format(source=source.name, day=watch.since[:10])
    return [gap for gap in (known, silent) if gap]
