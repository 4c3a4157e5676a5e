"""Ways of people through the site, in a real browser: at a desk, without scripts, on a phone."""

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from playwright.sync_api import BrowserContext, expect
from warcio.archiveiterator import ArchiveIterator

from tests.browser.serving import Served

_numbers = count(1)


def test_a_member_finds_canada_follows_import_bans_confirms_reads_the_feed_and_leaves(
    reader: BrowserContext, served: Served
) -> None:
    address = f"member{next(_numbers)}@example.net"
    page = reader.new_page()
    page.goto(served.url)
    page.get_by_role("link", name="Browse").click()
    page.get_by_role("main").get_by_role("link", name="Canada", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Canada")

    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_role("searchbox").fill("jurisdiction:CA topic:import-ban")
    page.get_by_role("searchbox").press("Enter")
    found = page.locator("article.entry").count()
    assert found
    feed = page.get_by_role("main").get_by_role("link", name="Atom").get_attribute("href")
    page.get_by_role("link", name=re.compile("by mail", re.I)).last.click()
    expect(page.get_by_label("Search")).to_have_value("jurisdiction:CA topic:import-ban")
    page.get_by_label("Your mail address").fill(address)
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")

    page.goto(served.link(address))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are subscribed")
    answer = reader.request.get(served.url + str(feed))
    assert answer.ok
    assert answer.text().count("<entry>") == found

    page.get_by_role("link", name="Change, pause or end your subscriptions").click()
    page.get_by_role("button", name="Leave: end all").click()
    expect(page.get_by_role("main")).to_contain_text("You have left")


def test_a_lawyer_searches_opens_cites_and_downloads_the_proof(
    reader: BrowserContext, served: Served, tmp_path: Path
) -> None:
    page = reader.new_page()
    page.goto(served.url + "/search")
    page.get_by_role("searchbox").fill('"forced labour" concerns:CN')
    page.get_by_role("searchbox").press("Enter")
    hit = page.locator("article.entry").first
    expect(hit.locator("mark").first).to_be_visible()
    title = hit.get_by_role("heading").inner_text()
    hit.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("main")).to_contain_text("@misc{")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("WARC")).first.click()
    download.value.save_as(tmp_path / "proof.warc.gz")
    digests = _digests(tmp_path / "proof.warc.gz")
    shown = page.get_by_role("main").inner_text()
    assert any(digest in shown for digest in digests)


def test_the_coverage_page_says_which_source_did_not_answer(reader: BrowserContext, served: Served) -> None:
    page = reader.new_page()
    page.goto(served.url)
    page.get_by_role("link", name="Sources", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    main = page.get_by_role("main").inner_text()
    assert "may be missing" in main


def _digests(path: Path) -> Sequence[str]:
    with path.open("rb") as file:
        found = [record.rec_headers.get_header("WARC-Payload-Digest") for record in ArchiveIterator(file)]
    return [digest.partition(":")[2] for digest in found if digest]
