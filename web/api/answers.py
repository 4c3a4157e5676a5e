"""How the API answers: the store as it is at one moment, JSON with a validator, nothing sent that the reader has."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from fastapi import Request
from starlette.responses import Response

from db.connect import Store, read
from web.site import site_of

KEPT = "public, max-age=60"
"""What changes with the visits to the sources: a reader may keep it for a minute."""

FRESH = "no-cache"
"""What a reader follows: kept, but asked for again each time."""


@contextmanager
def reading(request: Request) -> Iterator[Store]:
    """The store in one state for the whole of a request. Raises StoreError and DatabaseError."""
    with site_of(request).opened() as db, read(db):
        yield db


def answer(
    request: Request,
    value: Mapping[str, Any],
    *,
    keep: str = KEPT,
    modified: str | None = None,
    links: Mapping[str, str] | None = None,
) -> Response:
    """``value`` as JSON, or 304 where the reader has it (RFC 9110, 13.2.2).

    ``modified`` is a time as the store writes it, ``links`` are addresses by their relation (RFC 8288).
    """
    return encoded(request, encode(value), keep=keep, modified=modified, links=links)


def encode(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def encoded(
    request: Request,
    body: bytes,
    *,
    keep: str = KEPT,
    modified: str | None = None,
    links: Mapping[str, str] | None = None,
) -> Response:
    """As ``answer``, for what is JSON already."""
    headers = {"etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "cache-control": keep}
    if modified:
        headers["last-modified"] = format_datetime(datetime.fromisoformat(modified), usegmt=True)
    if links:
        headers["link"] = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in links.items())
    if _has_it(request, headers):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")


def _has_it(request: Request, ours: Mapping[str, str]) -> bool:
    """Whether the reader holds this very answer; a validator outranks a time, which counts if it is the one we sent."""
    if (tags := request.headers.get("if-none-match")) is not None:
        return not {tag.strip().removeprefix("W/") for tag in tags.split(",")}.isdisjoint(("*", ours["etag"]))
    since = request.headers.get("if-modified-since")
    return since is not None and since == ours.get("last-modified")
