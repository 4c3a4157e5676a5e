"""What the updates speak of: sources, codes, instruments; and the index of the API with its own description."""

from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from db.connect import Store
from db.feeds import jurisdictions
from db.sources import SourceState, source_states
from feeds.headline import jurisdiction_name, words
from model.codes import DateType, Facet, Kind, Sector, Stage, Topic
from model.instruments import Instrument, instruments
from web.api import models
from web.api.answers import answer, encode, encoded, reading
from web.api.asked import LONGEST_QUERY, MOST_CHANGES, MOST_UPDATES, Nothing
from web.api.openapi import ERRORS, NOT_FOUND, SCHEMA, links_to
from web.site import site_of

router = APIRouter(prefix="/api/v1", responses=ERRORS, tags=["reference"])
NoParameters = Annotated[Nothing, Query()]
_DECLARED = (
    "name", "publisher", "jurisdiction", "languages", "homepage", "rhythm", "silence_after", "licence", "licence_url",
    "may_republish", "confidence", "timezone", "known_gaps",
)  # fmt: skip


@router.get("", response_model=models.Index, operation_id="index")
def index(request: Request, asked: NoParameters) -> Response:  # noqa: ARG001 - has none
    """Where everything is, and how much one visitor may ask."""
    site = site_of(request)
    address = f"{site.head.base_url}/api/v1"
    names = ("updates", "search", "changes", "sources", "taxonomy", "instruments")
    return answer(request, {
        "version": "1",
        "about": "Official publications on forced labour and supply-chain due diligence. Reading is free. The official "
                 "texts are at their sources; this is no legal advice.",
        "links": {name: f"{address}/{name}" for name in names} | {"openapi": f"{address}{SCHEMA}"},
        "limits": {
            "requests": site.by_program.most, "seconds": int(site.by_program.span.total_seconds()),
            "updates_per_page": MOST_UPDATES, "changes_per_page": MOST_CHANGES, "longest_query": LONGEST_QUERY,
        },
    })  # fmt: skip


@router.get(SCHEMA, include_in_schema=False)
def schema(request: Request) -> Response:
    """The API described for programs (OpenAPI 3.1)."""
    return encoded(request, request.app.state.openapi())


@router.get("/sources", response_model=models.Sources, operation_id="sources", openapi_extra=links_to("source"))
def sources(request: Request, asked: NoParameters) -> Response:  # noqa: ARG001 - has none
    """All sources and how each stands."""
    items = [_source(state) for state in _states(request)]
    return answer(request, _whole(items))


@router.get("/sources/{id}", response_model=models.Source, operation_id="source", responses=NOT_FOUND)
def source(
    request: Request,
    id: Annotated[str, Path(description="The id of a source.", examples=["us_federal_register"])],
    asked: NoParameters,  # noqa: ARG001 - has none
) -> Response:
    """One source."""
    found = next((state for state in _states(request) if state.source == id), None)
    if found is None:
        raise HTTPException(404, "There is no source of this id: /api/v1/sources lists them.")
    return answer(request, _source(found))


@router.get("/taxonomy", response_model=models.Taxonomy, operation_id="taxonomy")
def taxonomy(request: Request, asked: NoParameters) -> Response:  # noqa: ARG001 - has none
    """The codes of all facets with their words. A code never changes its meaning."""
    with reading(request) as db:
        items = _facets(db)
    return answer(request, _whole(items))


@router.get("/instruments", response_model=models.Instruments, operation_id="instruments",
            openapi_extra=links_to("instrument"))  # fmt: skip
def register(request: Request, asked: NoParameters) -> Response:  # noqa: ARG001 - has none
    """The whole register of laws, bills, lists and conventions."""
    return encoded(request, _register())


@router.get("/instruments/{id}", response_model=models.Instrument, operation_id="instrument", responses=NOT_FOUND)
def instrument(
    request: Request,
    id: Annotated[str, Path(description="The id of an instrument.", examples=["us-uflpa"])],
    asked: NoParameters,  # noqa: ARG001 - has none
) -> Response:
    """One instrument."""
    found = _instruments().get(id)
    if found is None:
        raise HTTPException(404, "There is no instrument of this id: /api/v1/instruments lists them.")
    return answer(request, asdict(found))


@cache
def _instruments() -> dict[str, Instrument]:
    return {one.id: one for one in instruments()}


@cache
def _register() -> bytes:
    return encode(_whole([asdict(one) for one in instruments()]))


def _whole(items: list[dict[str, Any]]) -> dict[str, Any]:
    """A list that has one page."""
    return {"total": len(items), "next": None, "items": items}


def _states(request: Request) -> list[SourceState]:
    with reading(request) as db:
        return source_states(db, site_of(request).now)


def _source(state: SourceState) -> dict[str, Any]:
    """What the source declares, and how it stands. The reason of an outcome is for operators: it may name folders."""
    values = state.to_dict()
    declared = {name: values["declared"][name] for name in _DECLARED}
    state_now = {name: values[name] for name in ("outcome", "last_answered", "last_new")}
    return {"id": state.source, **declared, **state_now}


def _facets(db: Store) -> list[dict[str, Any]]:
    places = [{"code": code, "label": jurisdiction_name(code)} for code in jurisdictions(db)]
    return [
        _facet(Facet.JURISDICTION, "jurisdictions", "jurisdiction", places, closed=False),
        _facet(Facet.CONCERN, "concerns", "concerns", [], closed=False),
        _facet(Facet.TOPIC, "topics", "topic", _labels(Topic)),
        _facet(Facet.SECTOR, "sectors", "sector", _labels(Sector)),
        _facet(Facet.KIND, "kind", "kind", _labels(Kind)),
        _facet(Facet.STAGE, "stage", "stage", _labels(Stage)),
        _facet(Facet.DATE, "dates", None, _labels(DateType)),
        _facet(Facet.INSTRUMENT, "instruments", None, [{"code": i.id, "label": i.name} for i in instruments()]),
    ]


def _facet(
    facet: Facet, field: str, parameter: str | None, codes: list[dict[str, str]], *, closed: bool = True
) -> dict[str, Any]:
    return {"facet": facet, "field": field, "filter": parameter, "closed": closed, "codes": codes}


def _labels(codes: Iterable[str]) -> list[dict[str, str]]:
    return [{"code": str(code), "label": words(code)} for code in codes]
