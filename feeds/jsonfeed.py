"""JSON Feed 1.1 (jsonfeed.org/version/1.1), with the tags' reasons and both clocks under ``_vigilex``."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from feeds.catalogue import Format
from feeds.frame import Frame
from feeds.item import Item
from feeds.plain import plain

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(frame: Frame, updated: datetime, items: Sequence[bytes]) -> bytes:
    """A JSON Feed of these items. ``_vigilex.updated`` says what Atom's ``updated`` says."""
    head: dict[str, Any] = {
        "version": VERSION,
        "title": plain(frame.feed.title),
        "home_page_url": frame.page,
        "feed_url": frame.address(Format.JSON),
        "description": frame.about,
        "language": "en",
        "authors": [{"name": frame.author}],
        "_vigilex": {"id": frame.id, "updated": _time(updated), "archived": frame.archived},
    }
    if older := frame.next_address(Format.JSON):
        head["next_url"] = older
    written = json.dumps(head, ensure_ascii=False).encode()
    return written[:-1] + b', "items": [\n' + b",\n".join(items) + b"\n]}\n"


def json_item(item: Item) -> bytes:
    """One item of a JSON Feed."""
    values: dict[str, Any] = {
        "id": item.id,
        "url": item.page,
        "title": item.title,
        "summary": item.headline,
        "content_html": item.content,
        "date_published": _time(item.published),
        "date_modified": _time(item.updated),
        "tags": [f"{facet}:{code}" for facet, code in item.categories],
        "_vigilex": _extension(item),
    }
    if item.official:
        values["external_url"] = item.official
    if item.lang:
        values["language"] = item.lang
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "ignore")


def _extension(item: Item) -> dict[str, Any]:
    update = item.update
    publication = update.publication
    return {
        "source": publication.source,
        "native_id": plain(publication.native_id),
        "published": publication.published,
        "first_seen": update.first_seen,
        "listed_at": update.listed_at,
        "categories": [{"facet": facet, "code": code} for facet, code in item.categories],
        "evidence": [{**asdict(found), "words": plain(found.words)} for found in item.reasons],
    }


def _time(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")
