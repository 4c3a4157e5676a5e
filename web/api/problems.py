"""Errors as problem details (RFC 9457). None repeats what was typed, names a folder or shows a traceback."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from db.connect import DatabaseError, StoreError

MEDIA_TYPE = "application/problem+json"

# An address or a name longer than this tells nobody more.
_LONGEST_INSTANCE = 500
_LONGEST_NAME = 80
_NOTHING = "There is nothing at this address. /api/v1 lists what there is."


def problem(
    path: str,
    status: int,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a request for ``path`` that failed; ``detail`` is a sentence for the person who reads the log.

    The type is ``about:blank``, so that the title is the phrase of the status (RFC 9457, 4.2.1).
    """
    values: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": quote(path[:_LONGEST_INSTANCE], safe="/:", errors="replace"),
    }
    if errors:
        values["errors"] = list(errors)
    body = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, {"cache-control": "no-store", **(headers or {})}, MEDIA_TYPE)


def register(app: FastAPI) -> None:
    """Make every error of ``app`` a problem."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(StoreError, _no_store)
    app.add_exception_handler(DatabaseError, _no_store)
    app.add_exception_handler(Exception, _failed)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = _NOTHING if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    return problem(request.url.path, error.status_code, detail)


def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [_misread_parameter(found) for found in error.errors()]
    return problem(request.url.path, 422, "A parameter is missing, unknown or of the wrong kind.", errors=errors)


def _misread_parameter(found: Mapping[str, Any]) -> dict[str, str]:
    """Where and why; the value itself is the sender's and stays there."""
    place, *names = found["loc"]
    name = ".".join(map(str, names))
    return {"in": str(place), "name": name[:_LONGEST_NAME], "detail": str(found["msg"])}


def _no_store(request: Request, error: Exception) -> Response:  # noqa: ARG001 - its text names folders of the machine
    said = "The data cannot be reached just now. Please try again in a minute."
    return problem(request.url.path, 503, said, headers={"retry-after": "60"})


def _failed(request: Request, error: Exception) -> Response:  # noqa: ARG001 - it is logged by the server
    return problem(request.url.path, 500, "Something went wrong on our side. Please try again later.")
