"""One's own page, reached by a signed link: change, pause, export, leave, erase; and the way out of every mail."""

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import PlainTextResponse, Response

from alerts.housekeeping import erase_person
from alerts.tokens import BadToken, OldToken, Purpose, read_token
from db.connect import Store
from db.people import exported, leave, pause, person, resume
from db.subscriptions import change, end_subscription, pause_subscription, subscription, subscriptions_of
from model.subscription import Cadence, PersonState
from model.texts import _
from web.site import Site, site_of
from web.subscribing import granted
from web.wanted import problem_with, wanted

router = APIRouter()
Field = Annotated[str, Form(max_length=2_000)]
Action = Literal["change", "pause", "resume", "end", "pause-all", "resume-all", "leave", "erase"]


@router.api_route("/manage", methods=["GET", "HEAD"])
def settings(request: Request, token: str = "") -> Response:
    """All subscriptions of the person whose link this is."""
    site = site_of(request)
    grant = granted(site, Purpose.MANAGE, token)
    if isinstance(grant, Response):
        return grant
    with site.opened() as db:
        return _settings(site, db, int(grant.subject), token)


@router.post("/manage")
def changed(
    request: Request,
    action: Annotated[Action, Form()],
    token: Field = "",
    number: Annotated[int, Form(ge=0, lt=2**63)] = 0,
    q: Field = "",
    name: Field = "",
    cadence: Field = "",
    sure: Field = "",
) -> Response:
    """One of the buttons of that page."""
    site = site_of(request)
    grant = granted(site, Purpose.MANAGE, token)
    if isinstance(grant, Response):
        return grant
    owner = int(grant.subject)
    with site.opened() as db:
        if person(db, owner) is None:
            return _nobody(site)
        if action == "erase":
            return _erase(site, db, owner, token, sure)
        if action in ("pause-all", "resume-all", "leave"):
            return _settings(site, db, owner, token, done=_all(site, db, owner, action))
        found = subscription(db, number)
        if found is None or found.person != owner or found.ended_at:
            return _settings(site, db, owner, token, problem=_("This subscription has ended already."))
        if action == "change":
            return _change(site, db, owner, token, number, q, name, cadence)
        return _settings(site, db, owner, token, done=_one(site, db, number, action))


@router.api_route("/manage/export", methods=["GET", "HEAD"])
def export(request: Request, token: str = "") -> Response:
    """All that we know of the person, as a JSON file."""
    site = site_of(request)
    grant = granted(site, Purpose.MANAGE, token)
    if isinstance(grant, Response):
        return grant
    with site.opened() as db:
        known = exported(db, int(grant.subject))
    if known is None:
        return _nobody(site)
    text = json.dumps(known, ensure_ascii=False, indent=2) + "\n"
    headers = {"content-disposition": 'attachment; filename="vigilex-my-data.json"'}
    return Response(text, media_type="application/json", headers=headers)


@router.api_route("/unsubscribe", methods=["GET", "HEAD"])
def way_out(request: Request, token: str = "") -> Response:
    """What the link in a mail shows; only its button leaves."""
    site = site_of(request)
    grant = granted(site, Purpose.LEAVE, token)
    if isinstance(grant, Response):
        return grant
    with site.opened() as db:
        known = person(db, int(grant.subject))
    if known is None or known.state is PersonState.LEFT:
        return _left(site)
    return site.page("leave.html", title=_("Leave: no more mails"), token=token)


@router.post("/unsubscribe")
def left(request: Request, token: str = "", button: Field = "") -> Response:
    """Ends all mails at once: the button of the page above, or a mail program's one click (RFC 8058).

    Without a cookie, without a redirect, and the same however often.
    """
    site = site_of(request)
    try:
        grant = read_token(site.key, Purpose.LEAVE, token, site.clock())
    except (BadToken, OldToken) as error:
        refused = granted(site, Purpose.LEAVE, token) if button else None
        said = _("Nothing was done: {why}.").format(why=error) + "\n"
        return refused if isinstance(refused, Response) else PlainTextResponse(said, 400)
    with site.opened() as db:
        leave(db, int(grant.subject), site.now)
    return _left(site) if button else PlainTextResponse(_("You get no more mails from us.") + "\n")


def _settings(site: Site, db: Store, owner: int, token: str, *, done: str = "", problem: str = "") -> Response:
    known = person(db, owner)
    if known is None:
        return _nobody(site)
    return site.page(
        "manage.html", 422 if problem else 200, title=_("Your updates by mail"), person=known, token=token, done=done,
        problem=problem, subscriptions=subscriptions_of(db, owner), cadences=list(Cadence),
    )  # fmt: skip


def _all(site: Site, db: Store, owner: int, action: str) -> str:
    if action == "pause-all":
        pause(db, owner)
        return _("All mails are paused. What matches meanwhile is kept for you.")
    if action == "resume-all":
        resume(db, owner)
        return _("You get mails again; what came meanwhile is in the next one.")
    leave(db, owner, site.now)
    return _("You have left: no more mails. Your address is erased in 28 days, or now with the button below.")


def _one(site: Site, db: Store, number: int, action: str) -> str:
    if action == "end":
        end_subscription(db, number, site.now)
        return _("The subscription has ended.")
    pause_subscription(db, number, action == "pause")
    return _("The subscription is paused.") if action == "pause" else _("The subscription goes on.")


def _change(site: Site, db: Store, owner: int, token: str, number: int, q: str, name: str, cadence: str) -> Response:
    asking = wanted(q, name, cadence)
    if problem := problem_with(asking.query):
        return _settings(site, db, owner, token, problem=problem)
    change(db, number, name=asking.name, query=asking.query, cadence=asking.cadence)
    saved = _("“{name}” is saved; we read the search as: {read_as}")
    done = saved.format(name=asking.name, read_as=asking.read_as or _("every update"))
    return _settings(site, db, owner, token, done=done)


def _erase(site: Site, db: Store, owner: int, token: str, sure: str) -> Response:
    if not sure:
        return _settings(
            site, db, owner, token, problem=_("Please tick the box to say that you are sure; nothing was erased.")
        )
    # Left first: of an erased person only the keyed hash stays, so that no import brings the address back.
    leave(db, owner, site.now)
    erase_person(db, site.mail_folder, owner)
    return site.page("message.html", title=_("Erased"), lines=[
        _("Your address, your searches and the mails that we kept are erased. A code that cannot be turned back into "
          "your address stays, so that nobody can write to you from here by mistake."),
        _("Backups are gone after 14 days.")])  # fmt: skip


def _left(site: Site) -> Response:
    return site.page("message.html", title=_("You get no more mails"), lines=[
        _("All your subscriptions have ended. Your address is erased in 28 days."),
        _("If that was a mistake, subscribe again at any time.")], again=True)  # fmt: skip


def _nobody(site: Site) -> Response:
    return site.page("message.html", 410, title=_("Nothing is left here"), lines=[
        _("This link belonged to somebody whose data were erased.")], again=True)  # fmt: skip
