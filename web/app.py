"""The application: FastAPI without its documentation pages, which would load scripts from elsewhere."""

import hashlib
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from db.connect import DatabaseError, StoreError
from model.texts import _
from web import (
    about,
    browsing,
    coverage,
    feedlist,
    front,
    health,
    managing,
    record,
    register,
    searching,
    subscribing,
    syndication,
)
from web.api.app import create_api
from web.guard import Guard
from web.site import Site, site_of


def create_app(site: Site) -> Guard:
    """The pages for ``site``, guarded: also those that say that something went wrong."""
    # Redirects of slashes would be made from Host; our links are made from base_url.
    app = FastAPI(title="Vigilex", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.site = site
    app.state.newsstand = syndication.Newsstand(site)
    app.include_router(front.router)
    app.include_router(browsing.router)
    app.include_router(subscribing.router)
    app.include_router(managing.router)
    app.include_router(register.router)
    app.include_router(coverage.router)
    app.include_router(about.router)
    app.include_router(feedlist.router)
    app.include_router(record.router)
    app.include_router(syndication.router)
    app.include_router(searching.router)
    app.include_router(health.router)
    app.add_api_route("/static/site.css", _style, methods=["GET", "HEAD"])
    app.add_api_route("/robots.txt", _robots, methods=["GET", "HEAD"])
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(StoreError, _no_store)
    app.add_exception_handler(DatabaseError, _no_store)
    app.add_exception_handler(Exception, _failed)
    return Guard(app, create_api(site), site.head.base_url)


def _style(request: Request) -> Response:
    text = (files("web") / "static" / "site.css").read_bytes()
    etag = f'"{hashlib.sha256(text).hexdigest()[:16]}"'
    headers = {"cache-control": "public, max-age=3600", "etag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="text/css", headers=headers)


def _robots() -> Response:
    """Nothing here is for search engines: pages of links with tokens."""
    return PlainTextResponse("User-agent: *\nDisallow: /confirm\nDisallow: /manage\nDisallow: /unsubscribe\n"
                             "Disallow: /healthz\nDisallow: /metrics\n")  # fmt: skip


def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    sentences = {404: _("There is no such page here."), 405: _("This page cannot be used that way.")}
    title = _("Not found") if status == 404 else _("Not possible")
    answer = _message(request, status, title, sentences.get(status, _("That did not work.")))
    answer.headers.update(headers)
    return answer


def _misread(request: Request, error: Exception) -> Response:  # noqa: ARG001 - its text repeats what was typed
    return _message(request, 422, _("Not understood"), _("Something in this form is missing or of the wrong kind."))


def _no_store(request: Request, error: Exception) -> Response:  # noqa: ARG001 - its text names folders of the machine
    return _message(
        request, 503, _("Not now"), _("The site cannot reach its data just now. Please try again in some minutes.")
    )


def _failed(request: Request, error: Exception) -> Response:  # noqa: ARG001 - it is logged by the server
    return _message(
        request, 500, _("Our fault"), _("Something went wrong on our side. Nothing was sent; please try again later.")
    )


def _message(request: Request, status: int, title: str, sentence: str) -> Response:
    return site_of(request).page("message.html", status, title=title, lines=[sentence])
