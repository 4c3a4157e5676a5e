"""Asking for mails: the form, the confirmation by the owner of the address, and a new link for who has lost it.

Every answer is the same for addresses that we know and for those that we do not.
"""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request
from starlette.responses import Response

from alerts.addresses import NoAddress
from alerts.addresses import address as parse_address
from alerts.keyed import address_hash, message_id
from alerts.mails import Mail
from alerts.tokens import BadToken, Grant, OldToken, Purpose, read_token
from db.connect import Store
from db.outbox import NewMail, freeze
from db.people import person_with
from db.subscriptions import ask, confirm, subscription
from db.suppression import may_be_asked
from model.subscription import Cadence, Person, PersonState
from model.texts import _
from web.site import Site, site_of, visitor_of
from web.wanted import Wanted, problem_with, wanted

router = APIRouter()
Field = Annotated[str, Form(max_length=2_000)]


@router.api_route("/subscribe", methods=["GET", "HEAD"])
def form(request: Request, q: str = "", cadence: str = "weekly", name: str = "") -> Response:
    """The form; ``q`` brings a search along from its page."""
    return _form(site_of(request), wanted(q, name, cadence), "")


@router.post("/subscribe")
def asked(
    request: Request, tasks: BackgroundTasks, address: Field = "", q: Field = "", name: Field = "", cadence: Field = ""
) -> Response:
    """Somebody asks for mails to an address; only its owner can say yes."""
    site = site_of(request)
    asking = wanted(q, name, cadence)
    try:
        typed = parse_address(address)
    except NoAddress as error:
        return _form(site, asking, address, address_problem=str(error))
    with site.opened() as db:
        if problem := problem_with(asking.query):
            return _form(site, asking, address, search_problem=problem)
        if refusal := _too_often(site, request):
            return refusal
        _ask(site, db, typed, asking)
    tasks.add_task(site.deliver)
    return site.page("asked.html", title=_("Please look into your mailbox"), wanted=asking, address=typed)


@router.api_route("/confirm", methods=["GET", "HEAD"])
def confirmation(request: Request, token: str = "") -> Response:
    """What the link in the mail shows; only its button confirms. Mail scanners open every link."""
    site = site_of(request)
    grant = granted(site, Purpose.CONFIRM, token)
    if isinstance(grant, Response):
        return grant
    with site.opened() as db:
        found = subscription(db, int(grant.subject))
    if found is None or found.ended_at:
        return _gone(site)
    return site.page("confirm.html", title=_("Confirm your subscription"), subscription=found, token=token)


@router.post("/confirm")
def confirmed(request: Request, token: Field = "") -> Response:
    """The owner of the address says yes."""
    site = site_of(request)
    grant = granted(site, Purpose.CONFIRM, token)
    if isinstance(grant, Response):
        return grant
    with site.opened() as db:
        found = confirm(db, int(grant.subject), site.now)
    if found is None:
        return _gone(site)
    manage = f"{site.root}/manage?token={site.token(Purpose.MANAGE, found.person)}"
    return site.page("confirmed.html", title=_("You are subscribed"), subscription=found, manage=manage)


@router.api_route("/link", methods=["GET", "HEAD"])
def link_form(request: Request) -> Response:
    """Where who has no working link asks for one."""
    return site_of(request).page("link.html", title=_("Get a new link"), problem="", address="")


@router.post("/link")
def link_asked(request: Request, tasks: BackgroundTasks, address: Field = "") -> Response:
    """Send a link to an address, if it is one that we write to."""
    site = site_of(request)
    try:
        typed = parse_address(address)
    except NoAddress as error:
        return site.page("link.html", 422, title=_("Get a new link"), problem=str(error), address=address)
    if refusal := _too_often(site, request):
        return refusal
    # After the answer, so that it takes the same time for every address.
    tasks.add_task(_send_link, site, typed)
    return site.page("message.html", title=_("Please look into your mailbox"), lines=[
        _("If we write to {address}, a link to its settings is on its way. It can take some minutes.").format(
            address=typed),
        _("If nothing comes, this address has no subscription here.")])  # fmt: skip


def granted(site: Site, purpose: Purpose, text: str) -> Grant | Response:
    """What a link grants, or the page that says why it does not and how to get a new one."""
    try:
        return read_token(site.key, purpose, text, site.clock())
    except OldToken:
        if purpose is Purpose.CONFIRM:
            return _gone(site)
        problem = _("For your safety links end after some time. Nothing else has changed: your subscriptions go on.")
        return site.page("link.html", 410, title=_("This link is too old"), address="", problem=problem)
    except BadToken:
        problem = _("A part of it may have been lost on the way: try to copy the whole address from the mail.")
        return site.page("link.html", 400, title=_("This link does not work"), address="", problem=problem)


def _form(site: Site, asking: Wanted, typed: str, *, address_problem: str = "", search_problem: str = "") -> Response:
    return site.page(
        "subscribe.html", 422 if address_problem or search_problem else 200, title=_("Get updates by mail"),
        wanted=asking, address=typed, address_problem=address_problem, search_problem=search_problem,
        cadences=list(Cadence),
    )  # fmt: skip


def _gone(site: Site) -> Response:
    return site.page("message.html", 410, title=_("This link is too old"), lines=[
        _("A confirmation link works for 7 days, and what was not confirmed by then is forgotten."),
        _("Please subscribe again: it takes a minute.")], again=True)  # fmt: skip


def _too_often(site: Site, request: Request) -> Response | None:
    seconds = site.by_visitor.wait(visitor_of(request), site.clock())
    if not seconds:
        return None
    minutes = -(-seconds // 60)
    said = _("From where you are this form was sent very often. Please try again in {minutes} minutes.")
    lines = [said.format(minutes=minutes)]
    answer = site.page("message.html", 429, title=_("Too many requests"), lines=lines)
    answer.headers["retry-after"] = str(seconds)
    return answer


def _ask(site: Site, db: Store, typed: str, asking: Wanted) -> None:
    """Keep the request and send the question. Silent where the address must not be written to, or was just now."""
    hashed = address_hash(site.key, typed)
    if not may_be_asked(db, hashed) or site.by_address.wait(hashed, site.clock()):
        return
    owner, saved = ask(db, typed, hashed, "en", asking.name, asking.query, asking.cadence, site.now)
    what = f"confirm {saved.id} {site.now[:13]}"
    named = message_id(site.key, owner.id, what, site.head.host)
    _freeze(site, db, owner, what, named, site.mails.confirmation(owner, saved, named, site.clock()))


def _send_link(site: Site, typed: str) -> None:
    hashed = address_hash(site.key, typed)
    with site.opened() as db:
        known = person_with(db, hashed)
        if known is None or known.state is PersonState.PENDING or not may_be_asked(db, hashed):
            return
        if site.by_address.wait(hashed, site.clock()):
            return
        what = f"link {site.now[:13]}"
        named = message_id(site.key, known.id, what, site.head.host)
        _freeze(site, db, known, what, named, site.mails.access(known, named, site.clock()))
    site.deliver()


def _freeze(site: Site, db: Store, owner: Person, what: str, named: str, mail: Mail) -> None:
    freeze(db, NewMail(owner.id, what, "service", named, mail.subject, mail.body), (), site.now)
