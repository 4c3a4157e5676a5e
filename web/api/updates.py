"""Updates: as a list, one by one, with their history, and found by a search."""

import uuid
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from db.changes import last_change
from db.compositions import StoredRevision
from db.connect import Store
from db.feed_lists import moment_of
from db.search import Hit, Results, search
from db.snapshots import by_id
from db.sources import declared
from db.tags import is_visible
from db.updates import get, history
from model.source import Republish
from model.update import Update
from web.api import models
from web.api.answers import answer, encode, encoded, reading
from web.api.asked import Filtered, Nothing, Page, Searched
from web.api.memory import Memory
from web.api.openapi import ERRORS, NOT_FOUND, links_to
from web.api.shown import update_object
from web.site import site_of

ROOM = 500_000
"""Characters of text after which a page ends: some acts alone have more."""

router = APIRouter(prefix="/api/v1", responses=ERRORS, tags=["updates"])
Id = Annotated[str, Path(description="The id of an update: a UUID, with or without `urn:uuid:`.",
                         examples=["urn:uuid:8706bcc8-3d04-529b-b6a4-81bfbd7ea8b8"])]  # fmt: skip


@router.get("/updates", response_model=models.Updates, operation_id="updates", openapi_extra=links_to("update"))
def updates(request: Request, asked: Annotated[Filtered, Query()]) -> Response:
    """What readers see, by day of publication, newest first: all, or what the filters leave."""

    def made(db: Store, allowed: Mapping[str, Republish]) -> dict[str, Any]:
        found = search(db, asked.query, limit=asked.limit, before=asked.before, shown=allowed, room=ROOM)
        return _page(found, [_update(db, hit.update, allowed) for hit in found.hits])

    return _remembered(request, asked, made)


@router.get("/search", response_model=models.Results, operation_id="search",
            openapi_extra=links_to("update", "$response.body#/items/0/update/id"))  # fmt: skip
def searched(request: Request, asked: Annotated[Searched, Query()]) -> Response:
    """What answers a query, newest first, with the passages that hit."""

    def made(db: Store, allowed: Mapping[str, Republish]) -> dict[str, Any]:
        found = search(db, asked.q, limit=asked.limit, before=asked.before, shown=allowed, room=ROOM)
        return _page(found, [_hit(db, hit, allowed) for hit in found.hits])

    return _remembered(request, asked, made)


@router.get("/updates/{id}", response_model=models.Update, operation_id="update", responses=NOT_FOUND,
            openapi_extra=links_to("revisions", "$response.body#/id"))  # fmt: skip
def update(request: Request, id: Id, asked: Annotated[Nothing, Query()]) -> Response:  # noqa: ARG001 - has none
    """One update, also one that is not shown (`listed` is then false)."""
    with reading(request) as db:
        found = _found(db, id)
        value = _update(db, found, _allowed(db))
    base, bare = site_of(request).head.base_url, found.publication.id.removeprefix("urn:uuid:")
    links = {"alternate": f"{base}/u/{bare}", "version-history": f"{base}/api/v1/updates/{bare}/revisions"}
    return answer(request, value, modified=found.updated_at, links=links)


@router.get("/updates/{id}/revisions", response_model=models.Revisions, operation_id="revisions", responses=NOT_FOUND)
def revisions(request: Request, id: Id, asked: Annotated[Nothing, Query()]) -> Response:  # noqa: ARG001 - has none
    """What the source changed, and when; oldest first."""
    with reading(request) as db:
        publication = _found(db, id).publication
        allowed = _allowed(db).get(publication.source, Republish.NONE)
        items = [_revision(db, revision, allowed) for revision in history(db, publication.id)]
    return answer(request, {"total": len(items), "next": None, "items": items})


def _remembered(
    request: Request, asked: Page, make: Callable[[Store, Mapping[str, Republish]], dict[str, Any]]
) -> Response:
    """A list, from memory where neither an update nor what a source allows has changed since it was made."""
    memory: Memory = request.app.state.memory
    with reading(request) as db:
        allowed, last = _allowed(db), last_change(db)
        body = memory.answer(
            f"{request.url.path} {asked.model_dump_json()}",
            (last, moment_of(db, last), allowed),
            lambda: encode(make(db, allowed)),
        )
    return encoded(request, body)


def _found(db: Store, text: str) -> Update:
    """The update of this id. Raises HTTPException where there is none."""
    try:
        found = get(db, uuid.UUID(text).urn)
    except ValueError:
        found = None
    if found is None:
        raise HTTPException(404, "There is no update of this id.")
    return found


def _allowed(db: Store) -> dict[str, Republish]:
    """How much of its words each source lets us give out; one that has not said it is not among them."""
    return {source.id: source.may_republish for source in declared(db)}


def _page(found: Results, items: list[dict[str, Any]]) -> dict[str, Any]:
    after = None if found.next is None else f"{found.next:x}"
    return {"total": found.total, "next": after, "read_as": found.read_as, "items": items}


def _update(db: Store, found: Update, allowed: Mapping[str, Republish]) -> dict[str, Any]:
    publication = found.publication
    much = allowed.get(publication.source, Republish.NONE)
    return update_object(found, much, listed=is_visible(db, publication.id))


def _hit(db: Store, hit: Hit, allowed: Mapping[str, Republish]) -> dict[str, Any]:
    others = [other.publication for other in hit.also_at]
    return {
        "update": _update(db, hit.update, allowed),
        "passages": [{"text": found.text, "marks": [list(mark) for mark in found.marks]} for found in hit.passages],
        "where": hit.where,
        "lang": hit.lang,
        "also_at": [{"id": one.id, "source": one.source, "title": one.title, "url": one.url} for one in others],
    }


def _revision(db: Store, revision: StoredRevision, allowed: Republish) -> dict[str, Any]:
    kept = by_id(db, revision.snapshot)
    diff = revision.diff if allowed is Republish.TEXT else {}
    return {
        "number": revision.number,
        "at": revision.at,
        "seen_at": revision.seen_at,
        "note": None if allowed is Republish.NONE else revision.note,
        "fields": list(revision.fields),
        "diff": [
            {"lang": lang, "stretches": [{"op": s.op, "words": s.words, "count": s.count} for s in stretches]}
            for lang, stretches in diff.items()
        ],
        "snapshot": kept and {"sha256": kept.snapshot.sha256, "fetched_at": kept.snapshot.fetched_at},
    }
