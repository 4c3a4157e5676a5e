"""Who is behind this and how it works: the page about the service, and the page of the codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from db.backup import KEPT
from db.feeds import jurisdictions
from db.outbox import BODY_DAYS
from db.people import ERASED_AFTER_DAYS, PENDING_DAYS
from db.sources import declared
from feeds.headline import jurisdiction_name, words
from feeds.plain import address
from model.codes import Facet, Sector
from model.instruments import instruments
from model.measured import measured
from model.source import Source
from model.texts import _
from web.meanings import date_types, facets, kinds, sectors, stages, topics
from web.site import site_of
from web.standing import republish_words

_Code = TypeVar("_Code", bound=str)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Code:
    """A code in the list of its facet; ``page`` is the path of its page, where it has one."""

    id: str
    code: str
    words: str
    meaning: str
    page: str | None = None


@dataclass(frozen=True, slots=True)
class FacetPart:
    """A facet: feeds point to it by ``id``."""

    id: str
    title: str
    meaning: str
    filter: str | None
    codes: tuple[Code, ...]


@router.api_route("/about", methods=["GET", "HEAD"])
def about(request: Request) -> Response:
    """What a reader may rely on, and what not."""
    site = site_of(request)
    with site.opened() as db:
        sources = declared(db)
    return site.page(
        "about.html", title=_("About this service"), here="/about", measured=measured(), decisions=_decisions(),
        licences=_licences(sources), user_agent=site.user_agent, instruments=len(instruments()), sources=len(sources),
        days={"pending": PENDING_DAYS, "erased": ERASED_AFTER_DAYS, "bodies": BODY_DAYS, "backups": KEPT.days},
        today=site.now[:10],
    )  # fmt: skip


@router.api_route("/taxonomy", methods=["GET", "HEAD"])
def taxonomy(request: Request) -> Response:
    """All codes of the tags; the categories of our feeds point here, to the id of their facet."""
    site = site_of(request)
    with site.opened() as db:
        parts = _facets(jurisdictions(db))
    return site.page("taxonomy.html", title=_("The codes of the tags"), here="/about", facets=parts)


def _decisions() -> Mapping[str, str]:
    """What each measured decision is called, in the order of the page."""
    return {
        "relevance": _("about our subject or not"),
        "jurisdictions": _("jurisdiction"),
        "topics": _("topic"),
        "sectors": _("sector"),
        "concerns": _("concerns which country"),
        "dates": _("dates of the rule"),
        "instruments": _("instruments of the register"),
    }


def _licences(sources: Sequence[Source]) -> list[tuple[Source, str | None, str]]:
    """(source, address of its licence, what we show of it), by name."""
    ordered = sorted(sources, key=lambda source: source.name.casefold())
    return [(source, address(source.licence_url), republish_words(source.may_republish)) for source in ordered]


def _facets(places: Sequence[str]) -> list[FacetPart]:
    meaning = facets()
    parts: list[tuple[Facet, str, str | None, Sequence[Code]]] = [
        (Facet.RELEVANCE, _("Relevance"), "include:all", ()),
        (Facet.JURISDICTION, _("Jurisdictions"), "jurisdiction:CA", _places(places)),
        (Facet.CONCERN, _("Countries concerned"), "concerns:CN", ()),
        (Facet.TOPIC, _("Topics"), "topic:import-ban", _codes(Facet.TOPIC, topics(), "t")),
        (Facet.SECTOR, _("Sectors"), "sector:cotton", _codes(Facet.SECTOR, _all_sectors(), "sector")),
        (Facet.KIND, _("Kinds"), "kind:bill", _codes(Facet.KIND, kinds())),
        (Facet.STAGE, _("Stages"), "stage:in-force", _codes(Facet.STAGE, stages())),
        (Facet.DATE, _("Dates"), None, _codes(Facet.DATE, date_types())),
        (Facet.INSTRUMENT, _("Instruments"), "instrument:eu-csddd", ()),
        (Facet.LANGUAGE, _("Languages"), "lang:fr", ()),
    ]
    return [FacetPart(str(facet), title, meaning[facet], asked, tuple(codes)) for facet, title, asked, codes in parts]


def _all_sectors() -> dict[str, str]:
    said = sectors()
    return {str(code): said.get(code, "") for code in Sector}


def _codes(facet: Facet, meanings: Mapping[_Code, str], folder: str = "") -> list[Code]:
    return [
        Code(f"{facet}-{code}", str(code), words(code), meaning, f"/{folder}/{code}" if folder else None)
        for code, meaning in meanings.items()
    ]


def _places(codes: Sequence[str]) -> list[Code]:
    return [Code(f"{Facet.JURISDICTION}-{code}", code, jurisdiction_name(code), "", f"/j/{code}") for code in codes]
