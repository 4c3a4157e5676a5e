"""The API described for programs (OpenAPI 3.1), and the answers that every operation may give besides its own."""

import json
from collections.abc import Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from web.api.models import Problem
from web.api.problems import MEDIA_TYPE

SCHEMA = "/openapi.json"
_REF = "#/components/schemas/"
_ABOUT = """\
Official publications on forced labour and supply-chain due diligence, with proof.

* Everything is read with GET; HEAD and conditional requests (`If-None-Match`) are answered, and any page of the web may
  ask. No key is needed.
* One visitor (an IPv4 address, or an IPv6 network of 64 bits) may make 1,200 requests at once and as many again spread
  over each minute. Beyond it the answer is 429 with `Retry-After`; `RateLimit` tells what is left
  (draft-ietf-httpapi-ratelimit-headers-10).
* A list is `{total, next, items}`. Give `next` back as `after` for the following page. Pages hold 100 items at most,
  and fewer where texts are very long.
* An unknown parameter is an error, so that no filter is ignored in silence. Errors are problem details (RFC 9457).
* Fields may be added within version 1; none is removed or changes its meaning.
"""


def _error(description: str, **more: Any) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_REF}Problem"}}}, **more}


_RETRY = {"headers": {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}}}
_ETAG = {"ETag": {"description": "The validator of this answer (strong).", "schema": {"type": "string"}}}

ERRORS: dict[int | str, dict[str, Any]] = {
    200: {"headers": _ETAG},
    304: {"description": "You have it: `If-None-Match` names the present ETag. No body.", "headers": _ETAG},
    405: _error("The API only reads."),
    422: _error("A parameter is missing, unknown or of the wrong kind."),
    429: _error("Too many requests: see the limits.", **_RETRY),
    500: _error("Our fault."),
    503: _error("The data cannot be reached just now.", **_RETRY),
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: _error("There is none of this id.")}
AHEAD: dict[int | str, dict[str, Any]] = {
    409: _error("`since` is beyond the last change: the data went back to an earlier state. Begin again with 0.")
}


def links_to(operation: str, id: str = "$response.body#/items/0/id") -> dict[str, Any]:
    """That the answer holds, at ``id``, an id for another operation (an OpenAPI Link)."""
    link = {"operationId": operation, "parameters": {"id": id}}
    return {"responses": {"200": {"links": {operation: link}}}}


def document(routes: Sequence[BaseRoute], root: str) -> bytes:
    """The OpenAPI document of ``routes`` on a site whose pages stand below the path ``root``, as JSON."""
    values = get_openapi(
        title="Vigilex", version="1", description=_ABOUT, routes=routes, servers=[{"url": root or "/"}],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )  # fmt: skip
    ours = Problem.model_json_schema(ref_template=f"{_REF}{{model}}")
    values["components"]["schemas"] |= ours.pop("$defs") | {"Problem": ours}
    return json.dumps(values, ensure_ascii=False).encode()
