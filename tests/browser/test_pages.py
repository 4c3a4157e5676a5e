"""What holds for every page, in a real browser: for eyes, keyboards and screen readers, in light and dark, wide and
narrow, and without a request to anybody else."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from service.commands.web import site_of
from service.settings import load_settings
from tests.browser.addresses import NOT_THERE, addresses
from tests.browser.serving import Served
from tests.demo_store import NOW
from web.app import create_app

FIRST_VISIT = 100_000

# What colours and room decide is looked at in both ways of looking, the rest in one.
_ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_SIGHT = {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]}
_LOOKS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "wide and light": ({"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}, _ALL),
    "narrow and dark": ({"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}, _SIGHT),
}


@pytest.mark.parametrize("look", _LOOKS)
def test_every_page_is_light_open_to_everybody_and_asks_nobody_else(
    look: str, browser: Browser, served: Served, demo_store: Path
) -> None:
    seen, rules = _LOOKS[look]
    context = browser.new_context(**seen)
    page, sizes, complaints = context.new_page(), dict[str, int](), list[str]()
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("request", lambda request: complaints.extend(_elsewhere(request.url, served.url)))
    page.on("response", lambda answer: sizes.update({answer.url: int(answer.headers.get("content-length", 0))}))
    for path in addresses(demo_store):
        page.goto(served.url + path)
        complaints += [f"{path}: {said}" for said in (*_violations(page, rules), *_too_wide(page))]
    context.close()
    assert complaints == []
    style = sizes.pop(f"{served.url}/static/site.css")
    assert {url: size for url, size in sizes.items() if not 0 < size <= FIRST_VISIT - style} == {}


def test_every_page_is_strictly_valid_html(demo_store: Path) -> None:
    site = site_of(load_settings(demo_store, demo_store, {}), demo_store, lambda: datetime.fromisoformat(NOW))
    client = TestClient(create_app(site))
    for path in addresses(demo_store):
        answer = client.get(path)
        assert answer.status_code == (404 if path in NOT_THERE else 200), path
        html5lib.HTMLParser(strict=True).parse(answer.text)


def test_the_keyboard_reaches_everything_in_the_order_of_reading(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    page.goto(served.url + "/search")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    seen = set()
    while not page.evaluate("document.activeElement.closest('footer') !== null"):
        here = page.evaluate("document.activeElement.outerHTML.slice(0, 300)")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", here
        assert here not in seen
        seen.add(here)
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
    assert len(seen) > 20
    page.close()


def _elsewhere(url: str, ours: str) -> list[str]:
    return [] if url.startswith((ours + "/", "data:", "blob:")) else [f"asked {url}"]


def _violations(page: Page, rules: Mapping[str, Any]) -> list[str]:
    options = {"runOnly": rules, "resultTypes": ["violations"]}  # what is right need not be told
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def _too_wide(page: Page) -> list[str]:
    width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"{width} px wide where there are {room}"] if width > room else []
