"""The page of one update, and what hangs on it: the whole text, the history, the proof, a citation, the records."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from alerts.wording import visible
from crawlers.archive import ArchiveError, Place, excerpt
from db.compositions import StoredRevision
from db.connect import Store, read
from db.kin import Kin, Named, kin
from db.provenance import Witness, last_answered, witness, witnesses
from db.snapshots import StoredSnapshot, with_payload
from db.sources import declared
from db.tags import decision, is_visible
from db.updates import get, history
from feeds.plain import plain
from model.source import Republish, Source
from model.texts import _
from model.update import Update
from web.entry import Entry, entry
from web.grounds import grounds
from web.past import Step, steps
from web.sheet import Sheet, standing
from web.site import Site, site_of

_FIRST_STEPS = 5
_FIRST_PROOFS = 4
_COMPARISON_ROOM = 3_000

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Record:
    """All that the store says about one update, at one moment. ``answered``: when its source last answered us."""

    update: Update
    history: list[StoredRevision]
    kin: Kin
    rests_on: list[Witness]
    sources: Mapping[str, Source]
    answered: str | None
    seen: bool
    decided: bool | None

    @property
    def source(self) -> Source | None:
        return self.sources.get(self.update.publication.source)

    def sheet(self, root: str, lang: str | None, whole: bool = False) -> Sheet:
        stands = standing(self.update.tags, self.seen, self.decided)
        return Sheet(self.update, self.source, root, stands, lang, whole)


@dataclass(frozen=True, slots=True)
class Relative:
    """Another publication that has to do with this one: as an entry where we hold it, else by the source's number."""

    entry: Entry | None
    number: str


@router.api_route("/u/{name}", methods=["GET", "HEAD"])
def page(request: Request, name: str, lang: str | None = None) -> Response:
    """The update itself. Other spellings of its id lead to the one address that stays."""
    return _answer(request, name, "", lambda site, record: _page(site, record, lang))


@router.api_route("/u/{name}/text", methods=["GET", "HEAD"])
def text(request: Request, name: str, lang: str | None = None) -> Response:
    """The whole text of one language version."""
    return _answer(request, name, "/text", lambda site, record: _text(site, record, lang))


@router.api_route("/u/{name}/history", methods=["GET", "HEAD"])
def all_steps(request: Request, name: str) -> Response:
    """All revisions with all that changed in them."""
    return _answer(request, name, "/history", _history)


@router.api_route("/u/{name}/proof", methods=["GET", "HEAD"])
def all_proofs(request: Request, name: str) -> Response:
    """All archived responses that the update was read from."""
    return _answer(request, name, "/proof", _proof)


@router.api_route("/u/{name}/cite.bib", methods=["GET", "HEAD"])
def bibtex(request: Request, name: str) -> Response:
    """The citation as a file for BibTeX."""
    return _answer(request, name, "/cite.bib", _bibtex)


@router.api_route("/u/{name}/warc/{number}", methods=["GET", "HEAD"])
def warc(request: Request, name: str, number: str) -> Response:
    """The archived record of one response, as a WARC file of its own."""
    return _answer(request, name, f"/warc/{number}", lambda site, record: _warc(site, record, number))


def _answer(request: Request, name: str, rest: str, make: Callable[[Site, Record], Response]) -> Response:
    site, known = site_of(request), _uuid(name)
    if known is None:
        return _unknown(site)
    if known != name:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{site.root}/u/{known}{rest}{query}", 308)
    with site.opened() as db, read(db):
        record = _record(db, f"urn:uuid:{known}")
    return make(site, record) if record else _unknown(site)


def _uuid(name: str) -> str | None:
    """The id in its one spelling: small letters, hyphens, no prefix."""
    bare = re.sub(r"^(urn:)?uuid:", "", name.strip(), flags=re.IGNORECASE)
    written = re.fullmatch(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", bare, re.IGNORECASE)
    return str(UUID(bare)) if written else None


def _record(db: Store, update_id: str) -> Record | None:
    update = get(db, update_id)
    if update is None:
        return None
    return Record(
        update=update,
        history=history(db, update_id),
        kin=kin(db, update.publication),
        rests_on=witnesses(db, update_id),
        sources={source.id: source for source in declared(db)},
        answered=last_answered(db, update.publication.source),
        seen=is_visible(db, update_id),
        decided=decision(db, update_id),
    )


def _page(site: Site, record: Record, lang: str | None) -> Response:
    sheet = record.sheet(site.root, lang)
    proofs = sheet.proofs(record.rests_on, site.archive is not None)
    return site.page(
        "record.html",
        width="wide",
        title=sheet.window_title,
        sheet=sheet,
        grounds=grounds(sheet.tags, sheet.texts, site.root) if sheet.readable else (),
        milestones=sheet.milestones(site.now[:10]),
        clocks=sheet.clocks(record.answered),
        steps=_steps(record, sheet, _COMPARISON_ROOM)[:_FIRST_STEPS],
        steps_total=len(record.history),
        proofs=proofs[:_FIRST_PROOFS],
        proofs_total=len(proofs),
        kin=_relatives(record, site.root),
        citation=sheet.citation(site.head, record.rests_on),
        absolute=site.head.page(f"/u/{sheet.id}"),
    )


def _text(site: Site, record: Record, lang: str | None) -> Response:
    sheet = record.sheet(site.root, lang, whole=True)
    if sheet.text is None:
        sentence = _("There is no text here that we may show. The page of the update leads to the official one.")
        return _message(site, 404, _("No text"), sentence)
    return site.page("record_text.html", title=sheet.window_title, sheet=sheet)


def _history(site: Site, record: Record) -> Response:
    sheet = record.sheet(site.root, None)
    found = _steps(record, sheet, None)
    return site.page("record_history.html", title=sheet.window_title, sheet=sheet, steps=found)


def _proof(site: Site, record: Record) -> Response:
    sheet = record.sheet(site.root, None)
    proofs = sheet.proofs(record.rests_on, site.archive is not None)
    return site.page("record_proof.html", title=sheet.window_title, sheet=sheet, proofs=proofs)


def _bibtex(site: Site, record: Record) -> Response:
    citation = record.sheet(site.root, None).citation(site.head, record.rests_on)
    return PlainTextResponse(
        citation.bibtex, media_type="application/x-bibtex; charset=utf-8", headers=_file(f"{citation.key}.bib")
    )


def _warc(site: Site, record: Record, number: str) -> Response:
    if record.source is None or record.source.may_republish is not Republish.TEXT:
        sentence = _("This source does not let us pass on its texts, so its archived records stay with us.")
        return _message(site, 403, _("Not for download"), sentence)
    publication = record.update.publication
    with site.opened() as db:
        known = re.fullmatch(r"[0-9]{1,15}", number)
        stored = witness(db, publication.id, int(number)) if known else None
        first = with_payload(db, publication.source, stored.snapshot.sha256) if stored else None
    if stored is None:
        return _message(site, 404, _("Not found"), _("This update does not rest on an archived record of this number."))
    try:
        found = _excerpt(site, stored, first)
    except ArchiveError:
        sentence = _("The archive on this server does not hold this record; its SHA-256 is on the page of the update.")
        return _message(site, 404, _("Not in the archive"), sentence)
    name = f"{publication.source}-{publication.id.removeprefix('urn:uuid:')[:8]}-{stored.id}.warc.gz"
    return Response(found, media_type="application/warc", headers=_file(name))


def _excerpt(site: Site, stored: StoredSnapshot, first: StoredSnapshot | None) -> bytes:
    """The record of ``stored``; ``first`` has the same payload in its own record. Raises ArchiveError."""
    if site.archive is None:
        raise ArchiveError("there is no archive")
    origin = Place(first.snapshot.warc, first.snapshot.offset) if first and stored.snapshot.revisit else None
    return excerpt(site.archive, Place(stored.snapshot.warc, stored.snapshot.offset), origin)


def _steps(record: Record, sheet: Sheet, room: int | None) -> tuple[Step, ...]:
    republish = sheet.republish if sheet.readable else Republish.NONE
    return steps(record.history, republish, record.update.tags.lang, room)


def _relatives(record: Record, root: str) -> list[tuple[str, list[Relative]]]:
    """(what they are to this one, who they are) of each sort of kin that there is."""

    def held(update: Update) -> Relative:
        return Relative(entry(update, root, record.sources), "")

    def named(other: Named) -> Relative:
        return held(other.update) if other.update else Relative(None, plain(visible(other.native_id)))

    found = record.kin
    sorts = [
        (_("The same publication at other sources"), [held(update) for update in found.also_at]),
        (_("It corrects"), [named(other) for other in found.corrects]),
        (_("Corrected by"), [held(update) for update in found.corrected_by]),
        (_("The stage before"), [named(other) for other in found.former]),
        (_("The stage after"), [held(update) for update in found.later]),
    ]
    return [(name, relatives) for name, relatives in sorts if relatives]


def _file(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _unknown(site: Site) -> Response:
    sentence = _("No update has this address. Addresses of updates never change: please compare it letter by letter.")
    return _message(site, 404, _("Not found"), sentence)


def _message(site: Site, status: int, title: str, sentence: str) -> Response:
    return site.page("message.html", status, title=title, lines=[sentence])
