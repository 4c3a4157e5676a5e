"""The update as everyone sees it: search, extract, feeds and the API print the same object."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from model.publication import Dated, Publication, Version
from model.tags import Evidence, Tags


@dataclass(frozen=True, slots=True)
class Update:
    """One update: what the source said, what we derived, and our own clocks.

    ``first_seen``, ``listed_at`` and ``updated_at`` are RFC 3339 times with Z: when we first had it, when readers
    could first see it, when what they see last changed. ``listed_at`` is None while nobody can see it; all are None
    for an update that is not stored (``extract``).
    """

    publication: Publication
    tags: Tags
    first_seen: str | None = None
    listed_at: str | None = None
    updated_at: str | None = None


def update_to_dict(update: Update) -> dict[str, Any]:
    """The update as the JSON object of the contract; ``partial`` is there only when true."""
    publication, tags = update.publication, update.tags
    values: dict[str, Any] = {
        "id": publication.id,
        "source": publication.source,
        "native_id": publication.native_id,
        "url": publication.url,
        "title": publication.title,
        "lang": publication.lang or tags.lang,
        "text": publication.text,
        "published": publication.published,
        "first_seen": update.first_seen,
        **tags_to_dict(tags),
        "identifiers": identifiers_to_dict(publication.identifiers),
        "versions": [version_to_dict(version, tags.lang) for version in publication.versions],
    }
    if publication.partial:
        values["partial"] = True
    return values


def tags_to_dict(tags: Tags) -> dict[str, Any]:
    """The codes of all facets, the dates and the evidence."""
    return {
        "jurisdictions": list(tags.jurisdictions),
        "concerns": list(tags.concerns),
        "topics": list(tags.topics),
        "sectors": list(tags.sectors),
        "kind": tags.kind,
        "stage": tags.stage,
        "dates": [_fields(dated) for dated in tags.dates],
        "instruments": list(tags.instruments),
        "evidence": [_fields(evidence) for evidence in tags.evidence],
    }


def _fields(record: Dated | Evidence) -> dict[str, Any]:
    """As ``asdict``, which copies deeply and takes more time than all the rest of an answer of the API."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def identifiers_to_dict(identifiers: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {scheme: list(found) for scheme, found in sorted(identifiers.items()) if found}


def version_to_dict(version: Version, found_lang: str) -> dict[str, Any]:
    return {"lang": version.lang or found_lang, "title": version.title, "text": version.text, "url": version.url}
