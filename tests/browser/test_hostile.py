"""Whatever sources send: no script runs in a browser, nobody else is asked for anything, no page grows too wide."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page

from db.store import open_store
from model.identity import update_id
from tests.browser.serving import Served, serving
from tests.demo_store import NOW
from tests.feeds.making import HOSTILE, fill, hostile

_LISTS = ("/", "/search?q=alert", "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/j/US", "/t/forced-labour",
          "/sector/cotton", "/j/%3Cscript%3E")  # fmt: skip
_SHOWN = ("script", "handler", "link", "tags", "entities", "cjk")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    db = open_store(folder)
    fill(db, *hostile())
    db.close()
    with serving(folder, datetime.fromisoformat(NOW)) as site:
        yield site


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


def test_no_script_runs_and_no_page_grows_too_wide(narrow: Page, attacked: Served) -> None:
    complaints: list[str] = []
    narrow.on("dialog", lambda dialog: (complaints.append(f"{narrow.url}: {dialog.message}"), dialog.dismiss()))
    narrow.on("console", lambda said: complaints.extend(_breaches(said.text)))
    narrow.on("request", lambda asked: complaints.extend([] if asked.url.startswith(attacked.url) else [asked.url]))
    for path in (*_LISTS, *(_page(name) for name in HOSTILE)):
        narrow.goto(attacked.url + path)
        if narrow.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            complaints.append(f"{path} is too wide")
    assert complaints == []


@pytest.mark.parametrize("name", _SHOWN)
def test_the_title_shows_as_it_was_typed(name: str, narrow: Page, attacked: Served) -> None:
    narrow.goto(attacked.url + _page(name))
    assert narrow.locator("h1").inner_text() == HOSTILE[name]


def test_paper_tells_the_official_address_and_no_button_hides_it(narrow: Page, attacked: Served) -> None:
    narrow.goto(attacked.url + _page("script"))
    narrow.emulate_media(media="print")
    official = narrow.get_by_role("link", name="Official text at")
    assert official.is_visible()
    assert "https://example.org/" in official.evaluate("one => getComputedStyle(one, '::after').content")
    assert official.evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"


def test_forced_colours_still_tell_where_one_is(narrow: Page, attacked: Served) -> None:
    narrow.emulate_media(forced_colors="active")
    narrow.goto(attacked.url + "/search")
    colours = narrow.locator("header nav a").evaluate_all(
        "all => all.map(one => [one.hasAttribute('aria-current'), getComputedStyle(one).borderBottomColor])"
    )
    here = {colour for is_here, colour in colours if is_here}
    assert here
    assert here.isdisjoint(colour for is_here, colour in colours if not is_here)


def _page(name: str) -> str:
    return f"/u/{update_id('us_example', name).removeprefix('urn:uuid:')}"


def _breaches(text: str) -> list[str]:
    return [text] if "Content Security Policy" in text else []
