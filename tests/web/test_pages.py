"""The pages: asking twice, the same answer for everybody, links that show, buttons that act, secrets kept."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from alerts.keyed import address_hash
from alerts.mails import Mails
from alerts.render import Renderer
from alerts.tokens import Purpose, token
from db.connect import Store, open_existing, write
from db.people import PersonState, person_with
from db.store import open_store
from db.subscriptions import subscriptions_of
from db.suppression import suppress, suppressed
from tests.alerts.mailing import HEAD
from web.app import create_app
from web.limits import RateLimit, visitor
from web.site import Site

KEY = b"k" * 32
ADDRESS = "ana@example.net"
SEARCH = {"address": ADDRESS, "q": "topic:import-ban", "name": "Import bans", "cadence": "weekly"}


@dataclass
class World:
    """One site over an empty store, with a clock that the test moves."""

    folder: Path
    now: datetime = datetime(2026, 11, 23, 6, tzinfo=UTC)
    deliveries: int = 0
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        open_store(self.folder).close()
        site = Site(
            head=HEAD, key=KEY, mails=Mails(Renderer(HEAD, {}), KEY), store=lambda: open_existing(self.folder),
            clock=lambda: self.now, deliver=self._deliver, mail_folder=self.folder / "mail",
            by_visitor=RateLimit(6, timedelta(minutes=10)),
        )  # fmt: skip
        self.client = TestClient(
            create_app(site), base_url="https://elsewhere.invalid", raise_server_exceptions=False,
            follow_redirects=False, headers={"sec-fetch-site": "same-origin"},
        )  # fmt: skip

    def _deliver(self) -> None:
        self.deliveries += 1

    def store(self) -> Store:
        return open_existing(self.folder)

    def mails(self) -> list[EmailMessage]:
        """The mails of the outbox, in the order in which they were written."""
        rows = self.store().execute("SELECT body FROM mail_bodies ORDER BY mail").fetchall()
        found = [message_from_bytes(body, policy=default) for (body,) in rows]
        return [mail for mail in found if isinstance(mail, EmailMessage)]

    def link(self) -> str:
        """The address in the last mail, as its reader would copy it: path and query."""
        body = self.mails()[-1].get_body(("plain",))
        assert body is not None
        (found,) = re.findall(r"https://vigilex\.example\.org(/\S+)", body.get_content())
        return str(found)

    def subscribed(self, **changes: str) -> int:
        """Somebody has subscribed and confirmed: the number of the person."""
        self.client.post("/subscribe", data=SEARCH | changes)
        answer = press(self.client, self.client.get(self.link()))
        assert "You are subscribed" in answer.text
        found = person_with(self.store(), address_hash(KEY, changes.get("address", ADDRESS)))
        assert found is not None
        return found.id

    def manage(self, number: int) -> str:
        return f"/manage?token={token(KEY, Purpose.MANAGE, str(number), self.now)}"

    def leave(self, number: int) -> str:
        return f"/unsubscribe?token={token(KEY, Purpose.LEAVE, str(number), self.now)}"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


class Forms(HTMLParser):
    """The forms of a page as (action, fields), with the value of each button apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert values["method"] == "post"
            self.forms.append((values["action"], {}, []))
        elif tag == "input" and self.forms and (values.get("type") not in ("radio", "checkbox") or "checked" in values):
            self.forms[-1][1][values["name"]] = values.get("value", "")
        elif tag == "button" and "value" in values:
            self.forms[-1][2].append(values["value"])
            self.forms[-1][1][values["name"]] = values["value"]


def press(client: TestClient, page: Response, button: str | None = None, **changes: str) -> Response:
    """Sends the form with this button (the first form where None) as a browser would."""
    forms = Forms(page.text).forms
    action, fields, _ = next(form for form in forms if button is None or button in form[2])
    return client.post(action, data=fields | changes)


def test_asking_twice_then_mails(world: World) -> None:
    asked = world.client.post("/subscribe", data=SEARCH)
    assert asked.status_code == 200
    assert "Please look into your mailbox" in asked.text
    assert world.deliveries == 1
    (mail,) = world.mails()
    assert mail["To"] == ADDRESS
    assert mail["List-Unsubscribe"] is None
    page = world.client.get(world.link())
    assert page.status_code == 200
    assert "topic:import-ban" in page.text
    known = person_with(world.store(), address_hash(KEY, ADDRESS))
    assert known is not None
    assert known.state is PersonState.PENDING, "a link that is only opened confirms nothing"
    assert "You are subscribed" in press(world.client, page).text
    (saved,) = subscriptions_of(world.store(), known.id)
    assert (saved.query, saved.name, saved.cadence) == ("topic:import-ban", "Import bans", "weekly")


def test_the_mail_carries_nothing_that_a_stranger_typed(world: World) -> None:
    world.client.post("/subscribe", data=SEARCH | {"q": "buy cheap example.com", "name": "http://spam.example"})
    assert b"spam" not in world.mails()[0].as_bytes()
    assert b"cheap" not in world.mails()[0].as_bytes()


def test_known_unknown_and_dead_addresses_get_the_same_answer(world: World) -> None:
    world.subscribed()
    with write(db := world.store()):
        suppress(db, address_hash(KEY, "dead@example.net"), "dead", "2026-11-01T00:00:00Z")
    before = len(world.mails())
    answers = []
    for address in (ADDRESS, "new@example.net", "dead@example.net"):
        for path, data in (("/subscribe", SEARCH | {"address": address}), ("/link", {"address": address})):
            world.now += timedelta(hours=1)
            answers.append((path, world.client.post(path, data=data), address))
    for path in ("/subscribe", "/link"):
        texts = {
            (answer.status_code, answer.text.replace(address, "ADDRESS"))
            for of, answer, address in answers
            if of == path
        }
        assert len(texts) == 1
    assert [mail["To"] for mail in world.mails()[before:]] == [ADDRESS, ADDRESS, "new@example.net"]


@pytest.mark.parametrize("address", ["", "ana", "ana@example", "a@b.org, c@d.org", "a@b.org\r\nBcc: c@d.org"])
def test_an_address_that_is_none_is_said_and_nothing_is_kept(world: World, address: str) -> None:
    answer = world.client.post("/subscribe", data=SEARCH | {"address": address})
    assert answer.status_code == 422
    assert "This is no mail address" in answer.text
    assert "topic:import-ban" in answer.text, "what was typed is still there"
    assert world.store().execute("SELECT count(*) FROM people").fetchone() == (0,)


@pytest.mark.parametrize("query", ["§", "cotton -cotton", "kind:bill kind:news", "topic:imports", "x" * 501])
def test_a_search_that_can_never_match_is_said_before_it_is_saved(world: World, query: str) -> None:
    answer = world.client.post("/subscribe", data=SEARCH | {"q": query})
    assert answer.status_code == 422
    assert 'class="problem"' in answer.text
    assert world.mails() == []


def test_what_was_not_confirmed_in_seven_days_is_over(world: World) -> None:
    world.client.post("/subscribe", data=SEARCH)
    page = world.client.get(world.link())
    world.now += timedelta(days=7, minutes=1)
    for answer in (world.client.get(world.link()), press(world.client, page)):
        assert answer.status_code == 410
        assert "7 days" in answer.text
    assert world.store().execute("SELECT count(*) FROM subscriptions WHERE confirmed_at IS NOT NULL").fetchone() == (0,)


@pytest.mark.parametrize("path", ["/confirm", "/manage", "/manage/export", "/unsubscribe"])
@pytest.mark.parametrize("bad", ["", "x", "manage.1.1795996800.abcdefghijklmnopqrstuvwxyz234567", "\x00", "a" * 5_000])
def test_a_tampered_link_gets_a_clear_page_with_a_way_to_a_new_one(world: World, path: str, bad: str) -> None:
    world.subscribed()
    answer = world.client.get(path, params={"token": bad})
    assert answer.status_code == 400
    assert "This link does not work" in answer.text
    assert 'action="/link"' in answer.text


def test_a_link_for_one_thing_is_worth_nothing_for_another(world: World) -> None:
    number = world.subscribed()
    leaving = world.leave(number).partition("=")[2]
    assert world.client.get("/manage", params={"token": leaving}).status_code == 400
    managing = world.manage(number).partition("=")[2]
    assert world.client.post("/unsubscribe", params={"token": managing}).status_code == 400


def test_an_old_link_leads_to_a_new_one(world: World) -> None:
    number = world.subscribed()
    old = world.manage(number)
    world.now += timedelta(days=31)
    page = world.client.get(old)
    assert page.status_code == 410
    assert "press" not in page.text
    assert press(world.client, page, address=ADDRESS).status_code == 200
    assert world.client.get(world.link()).status_code == 200
    assert world.link().startswith("/manage?token=")


def test_one_changes_pauses_and_ends_what_is_ones_own(world: World) -> None:
    number = world.subscribed()
    page = world.client.get(world.manage(number))
    assert ADDRESS in page.text
    changed = press(world.client, page, "change", q="topic:trade", name="Trade", cadence="daily")
    (saved,) = subscriptions_of(world.store(), number)
    assert (saved.query, saved.name, saved.cadence) == ("topic:trade", "Trade", "daily")
    assert "Trade" in changed.text
    assert press(world.client, changed, "change", q="§").status_code == 422
    paused = press(world.client, changed, "pause")
    assert subscriptions_of(world.store(), number)[0].paused
    resumed = press(world.client, paused, "resume")
    assert not subscriptions_of(world.store(), number)[0].paused
    all_paused = press(world.client, resumed, "pause-all")
    assert state(world) is PersonState.PAUSED
    going_on = press(world.client, all_paused, "resume-all")
    assert state(world) is PersonState.ACTIVE
    press(world.client, going_on, "end")
    assert subscriptions_of(world.store(), number) == ()
    assert state(world) is PersonState.LEFT


def state(world: World, address: str = ADDRESS) -> PersonState | None:
    found = person_with(world.store(), address_hash(KEY, address))
    return found.state if found else None


def test_nobody_changes_what_belongs_to_another(world: World) -> None:
    number, other = world.subscribed(), world.subscribed(address="bo@example.net")
    (theirs,) = subscriptions_of(world.store(), other)
    data = {"token": world.manage(number).partition("=")[2], "number": str(theirs.id), "action": "end"}
    assert world.client.post("/manage", data=data).status_code == 422
    assert subscriptions_of(world.store(), other) == (theirs,)


@pytest.mark.parametrize(
    "data", [{}, {"action": "destroy"}, {"action": "end", "number": "9" * 40}, {"action": "end", "number": "x"}]
)
def test_a_form_that_is_none_of_ours_changes_nothing(world: World, data: dict[str, str]) -> None:
    number = world.subscribed()
    answer = world.client.post("/manage", data=data | {"token": world.manage(number).partition("=")[2]})
    assert answer.status_code == 422
    assert len(subscriptions_of(world.store(), number)) == 1


def test_my_data_come_as_a_file(world: World) -> None:
    number = world.subscribed()
    answer = world.client.get(world.manage(number).replace("/manage", "/manage/export"))
    assert "attachment" in answer.headers["content-disposition"]
    known = json.loads(answer.text)
    assert known["person"]["address"] == ADDRESS
    assert known["subscriptions"][0]["query"] == "topic:import-ban"


def test_erasing_needs_a_tick_and_then_leaves_but_the_keyed_hash(world: World) -> None:
    number = world.subscribed()
    page = world.client.get(world.manage(number))
    assert press(world.client, page, "erase").status_code == 422
    assert state(world) is PersonState.ACTIVE
    assert "Erased" in press(world.client, page, "erase", sure="yes").text
    assert state(world) is None
    assert suppressed(world.store(), address_hash(KEY, ADDRESS)) == "left"
    assert world.client.get(world.manage(number)).status_code == 410
    assert world.client.get(world.manage(number).replace("/manage", "/manage/export")).status_code == 410


@pytest.mark.parametrize("how", [{"data": {"List-Unsubscribe": "One-Click"}},
                                 {"files": {"List-Unsubscribe": (None, "One-Click")}}])  # fmt: skip
def test_one_click_leaves_without_cookie_redirect_or_our_own_origin(world: World, how: dict[str, object]) -> None:
    number = world.subscribed()
    headers = {"sec-fetch-site": "cross-site", "origin": "https://mail.example.com"}
    for _ in range(2):
        answer = world.client.post(world.leave(number), headers=headers, **how)  # type: ignore[arg-type]
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        assert "set-cookie" not in answer.headers
        assert state(world) is PersonState.LEFT


def test_opening_the_way_out_shows_a_button_and_only_the_button_leaves(world: World) -> None:
    number = world.subscribed()
    for method in ("GET", "HEAD"):
        assert world.client.request(method, world.leave(number)).status_code == 200
    assert state(world) is PersonState.ACTIVE
    page = world.client.get(world.leave(number))
    assert "You get no more mails" in press(world.client, page, "leave").text
    assert state(world) is PersonState.LEFT


def test_a_scanner_that_opens_every_link_changes_nothing(world: World) -> None:
    number = world.subscribed()
    before = everything(world)
    for path in (world.manage(number), world.leave(number), world.link(), "/subscribe?q=x", "/link",
                 world.manage(number).replace("/manage", "/manage/export")):  # fmt: skip
        for method in ("GET", "HEAD"):
            assert world.client.request(method, path).status_code < 500
    assert everything(world) == before


def everything(world: World) -> list[object]:
    tables = ("people", "subscriptions", "mails", "suppression", "matches", "secrets")
    return [world.store().execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables]


def test_too_many_requests_are_told_when_to_come_back(world: World) -> None:
    for number in range(6):
        assert world.client.post("/subscribe", data=SEARCH | {"address": f"p{number}@example.net"}).status_code == 200
        assert world.client.post("/subscribe", data=SEARCH | {"address": "no address"}).status_code == 422
        assert world.client.post("/link", data={"address": "no address"}).status_code == 422
    answer = world.client.post("/subscribe", data=SEARCH | {"address": "p7@example.net"})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "600"
    assert len(world.mails()) == 6
    world.now += timedelta(seconds=601)
    assert world.client.post("/subscribe", data=SEARCH | {"address": "p7@example.net"}).status_code == 200


def test_one_address_gets_few_questions_however_often_it_is_typed(world: World) -> None:
    for number in range(12):
        world.now += timedelta(minutes=4)
        assert world.client.post("/subscribe", data=SEARCH | {"q": f"word{number}"}).status_code == 200
    assert len(world.mails()) <= 6


def test_visitors_are_told_apart_by_address_or_home_network() -> None:
    assert visitor("192.0.2.7") != visitor("192.0.2.8")
    assert visitor("2001:db8::1") == visitor("2001:db8::ffff")
    assert visitor("2001:db8::1") != visitor("2001:db8:1::1")
    assert visitor(None) == visitor("testclient")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "https://vigilex.example.org"}, 403),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://vigilex.example.org"}, 200),
        ({}, 200),
    ],
)
def test_forms_of_other_sites_are_refused(world: World, headers: dict[str, str], status: int) -> None:
    del world.client.headers["sec-fetch-site"]
    assert world.client.post("/subscribe", data=SEARCH, headers=headers).status_code == status
    assert len(world.mails()) == (status == 200)


def test_our_own_forms_are_told_by_their_origin_where_the_browser_says_no_more(world: World) -> None:
    # Fetch, "append a request Origin header": this policy hides the origin of a form, as on sites without TLS.
    assert world.client.get("/subscribe").headers["referrer-policy"] not in ("no-referrer", "")


def test_every_answer_tells_the_browser_to_keep_links_secret(world: World) -> None:
    number = world.subscribed()
    answers = [world.client.get(path) for path in ("/subscribe", world.manage(number), world.leave(number), "/nothing",
                                                   "/manage", "/docs", "/openapi.json", "/redoc")]  # fmt: skip
    answers += [world.client.post("/subscribe", content=b"x" * 30_000), world.client.request("DELETE", "/subscribe")]
    for answer in answers:
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "set-cookie" not in answer.headers
    assert [answer.status_code for answer in answers[3:]] == [404, 400, 404, 404, 404, 413, 405]


def test_pages_load_nothing_from_elsewhere_and_run_nothing(world: World) -> None:
    number = world.subscribed()
    for path in ("/subscribe", world.manage(number), world.leave(number), "/link"):
        html = world.client.get(path).text
        assert not re.search(
            r"<(script|iframe|img|style)\b|\son[a-z]+=|\sstyle=|(src|href)=\"(https?:)?//(?!example\.org/privacy)", html
        )
    style = world.client.get("/static/site.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text
    assert world.client.get("/static/site.css", headers={"if-none-match": style.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("evil", ['"><script>x</script>', "{{ 7*7 }}", "</title><script>", "' onfocus=x autofocus='"])
def test_what_people_type_stays_text(world: World, evil: str) -> None:
    number = world.subscribed(name=evil, q=f"cotton {evil}")
    pages = [world.client.get("/subscribe", params={"q": evil, "name": evil}), world.client.get(world.manage(number)),
             world.client.post("/subscribe", data=SEARCH | {"address": evil, "q": evil, "name": evil})]  # fmt: skip
    for page in pages:
        assert "<script" not in page.text
        assert not re.search(r"<[^>]+\sonfocus=x[^>]*>", re.sub(r'"[^"]*"', '""', page.text))


def test_links_in_mails_come_from_the_settings_never_from_the_request(world: World) -> None:
    world.client.post("/subscribe", data=SEARCH, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    assert b"evil.example" not in world.mails()[0].as_bytes()
    assert b"https://vigilex.example.org/confirm" in world.mails()[0].as_bytes()


def test_a_store_that_cannot_be_reached_is_said_on_a_page(world: World) -> None:
    (world.folder / "vigilex.db").rename(world.folder / "away.db")
    answer = world.client.post("/subscribe", data=SEARCH)
    assert answer.status_code == 503
    assert str(world.folder) not in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"


def test_a_fault_of_ours_is_said_on_a_page_without_its_details(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.subscribing.ask", lambda *_: 1 / 0)
    answer = world.client.post("/subscribe", data=SEARCH)
    assert answer.status_code == 500
    assert "on our side" in answer.text
    assert "ZeroDivision" not in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_no_address_reaches_a_log(world: World, logged: pytest.LogCaptureFixture) -> None:
    ours = [name for name in logging.root.manager.loggerDict if not name.startswith("httpx")]
    assert ours
    number = world.subscribed()
    world.client.post("/link", data={"address": ADDRESS})
    world.client.post(world.leave(number))
    said = " ".join(
        record.getMessage() for record in logged.records if not record.name.startswith(("httpx", "httpcore"))
    )
    assert ADDRESS not in said
    assert "token=" not in said
