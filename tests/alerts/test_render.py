"""Digests as words: complete in HTML and as text, true counts, small enough, and safe whatever a title holds."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from alerts.columns import WIDTH, columns, fold
from alerts.digest import Coverage, Deadline, Reason, Section
from alerts.message import lines
from alerts.render import Rendered, Renderer
from alerts.wording import subject
from model.subscription import Cadence
from tests.alerts.mailing import HEAD, LINKS, SOURCES, digest, item, large_digest, subscription, update, usual_digest

ROOT = Path(__file__).resolve().parents[2]


def rendered(*arguments: object, **values: object) -> Rendered:
    found = arguments[0] if arguments else digest(**values)  # type: ignore[arg-type]
    return Renderer(HEAD, SOURCES).digest(found, LINKS)  # type: ignore[arg-type]


class Words(HTMLParser):
    """The words that a reader of the HTML sees, and the addresses of its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.text = " ".join(" ".join(self.pieces).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def as_text(mail: Rendered) -> str:
    return " ".join(mail.text_document.split())


def test_both_forms_tell_the_same_complete_story() -> None:
    mail = rendered(usual_digest())
    html, text = Words(mail.html_document), as_text(mail)
    for words in (
        "From 16 November to 23 November 2026, for your 2 searches.",
        "We checked 6 sources; 1 failed: BOE (no answer since 20 November 2026).",
        "What they published may be missing here.",
        "Quiet for longer than usual: GOV.UK (nothing new since 2 October 2026).",
        "18 December 2026 Canada:",
        "An Act to amend the Customs Tariff (goods from forced labour)",
        "Changed: stage: proposed, now passed",
        "The Minister asks for views on the form of the annual report that importers must publish.",
        "Published 12 November 2026 · EUR-Lex · effective 1 January 2027",
        "Legislation · in force · import ban · concerns China",
        "Why: “Import bans” (import ban · Canada)",
        "قرار بشأن حظر العمل القسري في سلاسل التوريد 2026",
        "1 Example Street, 1200 Geneva, Switzerland",
        "secretariat@example.org",
        "this is not legal advice",
    ):
        assert words in html.text, words
        assert words in text, words
    for link in (LINKS.manage, LINKS.leave):
        assert html.links.count(link) == mail.text_document.count(link) == 2, "above and below"
    assert set(re.findall(r"https?://\S+", mail.text_document)) == set(html.links)
    assert "at EUR-Lex" in html.text
    assert "at EUR-Lex" in text


def test_the_subject_has_substance() -> None:
    assert (
        subject(usual_digest())
        == "3 new and 1 changed in Canada and the EU: import ban, disclosure, forced labour and more"
    )
    many = digest(*(Section(code, (item(n, place=code),)) for n, code in enumerate(["CA", "EU", "US", "GB"])))
    assert subject(many) == "4 new in Canada, the EU and 2 more: import ban"
    assert subject(digest(Section("CA", (item(),)))) == "New in Canada: bill · passed · import ban"
    assert subject(digest(Section("", (item(place=""),)))).startswith("New in unknown places: bill")
    assert len(subject(large_digest())) <= 120


def test_a_quiet_digest_says_since_when_and_that_we_looked() -> None:
    quiet = rendered(replace(digest(), since="2026-10-26T06:00:00Z"))
    assert quiet.subject == "Quiet since 26 October 2026: nothing new for your search"
    assert "We checked 6 sources; all answered." in as_text(quiet)
    assert "silence from a fault" in Words(quiet.html_document).text


@pytest.mark.parametrize(
    "title",
    [
        "Order {} on goods",
        "Order {} " + "long words " * 30,
        "強制労働に関する通知 {} " + "労" * 200,
        "<&>\"' {} " + "&" * 250,
        "قرار {} " + "ش" * 250,
    ],
)
@pytest.mark.parametrize("places", [1, 18])
def test_500_items_stay_below_90_kilobytes_with_true_counts_and_links(title: str, places: int) -> None:
    mail = rendered(large_digest(500, places, title))
    assert sum(len(piece.encoded) for piece in mail.html) <= 90_000
    assert len(mail.html_document.encode()) <= 90_000
    html, text = Words(mail.html_document).text, as_text(mail)
    shown = len(re.findall("Why:", html))
    assert 20 <= shown < 500
    assert shown == text.count("Why:")
    for words in (html, text):
        assert f"Of these 500, the {shown} most important are in this mail" in words
        parts = [(int(a), int(b)) for a, b in re.findall(r"(\d+) of (\d+) from [^.]+ are above", words)]
        assert sum(above for above, _ in parts) == shown
        assert sum(count for _, count in parts) == 500
    assert "/search?q=topic%3Aimport-ban" in mail.text_document


def test_no_jurisdiction_hides_another_and_those_left_out_are_counted() -> None:
    codes = [f"{a}{b}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJ"]
    crowd = digest(*(Section(code, (item(n, place=code, title="x" * 200),)) for n, code in enumerate(codes)))
    mail = rendered(crowd)
    assert sum(len(piece.encoded) for piece in mail.html) <= 90_000
    shown = as_text(mail).count("Why:")
    assert f"{260 - shown} further updates from {260 - shown} more jurisdictions are on the site" in as_text(mail)
    unequal = digest(Section("CA", tuple(item(n) for n in range(400))), Section("EU", (item(999, place="EU"),)))
    assert "EUROPEAN UNION (1)" in rendered(unequal).text_document


def test_every_list_that_is_cut_says_so() -> None:
    near = tuple(Deadline("2026-12-18", update(n), "") for n in range(40))
    searches = tuple(subscription(n, f"Search {n}", "topic:import-ban " * 100) for n in range(40))
    failed = Coverage(60, tuple((f"Source {n}", "no answer") for n in range(30)))
    reasons = tuple(Reason(n, f"Search {n}", "words") for n in range(9))
    crowded = digest(
        Section("CA", (replace(item(), reasons=reasons),)), deadlines=near, subscriptions=searches, coverage=failed
    )
    mail = rendered(crowded)
    assert sum(len(piece.encoded) for piece in mail.html) <= 90_000
    for words in (as_text(mail), Words(mail.html_document).text):
        assert "and 25 more later in these 60 days" in words
        assert "and 25 more" in words
        assert "30 failed" in words
        assert "and 22 more, all on the site" in words
        assert "and 6 more of your searches" in words


HOSTILE = [
    "<script>alert(1)</script>",
    "</a><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% if %}",
    "\u202eevil\u202c",
    "a\x00b\x1bc",
    "\"'><b>",
    "line\nbreak\r\nBcc: x@example.org",
    "]]> --> <!-- part: top -->",
    "&amp;&#60;",
    "👩‍👩‍👧 強制労働 ﷽",
    "",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_can_break_out_of_a_mail(title: str) -> None:
    usual = Words(rendered(digest(Section("CA", (item(title="Plain", summary="Plain"),)))).html_document)
    hostile = item(title=title, summary=title, change=title, url="javascript:alert(1)")
    hostile = replace(hostile, reasons=(Reason(1, title, title),))
    mail = rendered(digest(Section("CA", (hostile,)), subscriptions=(subscription(1, title, title),),
                           coverage=Coverage(1, ((title, title),))))  # fmt: skip
    found = Words(mail.html_document)
    assert {tag for tag, _ in found.tags} <= {tag for tag, _ in usual.tags}
    assert not [attribute for _, attributes in found.tags for attribute in attributes if attribute.startswith("on")]
    assert all(link.startswith("https://") for link in found.links)
    assert not re.search(
        "[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", mail.html_document + mail.text_document + mail.subject
    )
    assert "49" not in found.text
    assert "\n" not in mail.subject


def test_a_foreign_title_says_its_language_and_direction() -> None:
    tags = Words(rendered(usual_digest()).html_document).tags
    assert ("ar", "rtl") in {(of.get("lang"), of.get("dir")) for tag, of in tags if tag == "a"}
    assert ("pt", "ltr") in {(of.get("lang"), of.get("dir")) for tag, of in tags if tag == "a"}
    assert next(of for tag, of in tags if tag == "html")["lang"] == "en"


def test_words_of_a_source_that_allows_none_are_not_repeated() -> None:
    closed = item(origin="closed_source", summary="All rights reserved words.")
    assert "reserved" not in rendered(digest(Section("CA", (closed,)))).html_document


def test_the_text_fits_in_72_columns_and_breaks_no_address() -> None:
    for found in (usual_digest(), large_digest(60, 3, "強制労働に関する通知 {} " + "労働" * 40)):
        mail = rendered(found)
        for line in mail.text_document.split("\n"):
            assert columns(line) <= WIDTH or line.strip().startswith("https://"), line
        assert all(line.strip().count(" ") == 0 for line in mail.text_document.split("\n") if "https://" in line)


def test_folding_keeps_every_word() -> None:
    words = "one two " * 40 + "https://example.org/" + "x" * 100 + " 強制労働" * 30 + " end"
    folded = fold(words, "  ")
    assert folded.split() == words.split()
    assert "".join(fold("ไทย" * 60).split("\n")) == "ไทย" * 60


def test_a_mail_needs_no_image_no_script_and_nothing_from_elsewhere() -> None:
    html = rendered(usual_digest()).html_document
    assert not re.search(r"<(img|script|link|iframe|form|object)\b|url\(|@import|@font-face", html)
    assert "prefers-color-scheme: dark" in html
    assert 'name="color-scheme"' in html


def test_what_people_share_is_rendered_once_and_reads_the_same() -> None:
    renderer = Renderer(HEAD, SOURCES)
    first = renderer.digest(usual_digest(), LINKS)
    again = renderer.digest(usual_digest(), LINKS)
    alone = rendered(usual_digest())
    assert first == again == alone
    assert b"".join(piece.encoded for piece in first.html) == lines(first.html_document).encoded


def test_a_change_is_not_hidden_by_what_was_rendered_before() -> None:
    renderer = Renderer(HEAD, SOURCES)
    renderer.digest(digest(Section("CA", (item(),))), LINKS)
    assert (
        "Changed: withdrawn" in renderer.digest(digest(Section("CA", (item(change="withdrawn"),))), LINKS).html_document
    )


def test_an_immediate_mail_names_no_week() -> None:
    mail = rendered(digest(Section("CA", (item(),)), cadence=Cadence.IMMEDIATE))
    assert "Found up to 23 November 2026 for your search." in as_text(mail)


def test_the_inlined_templates_are_those_that_the_authored_ones_give() -> None:
    pytest.importorskip("css_inline", reason="css-inline is a tool of developers")
    from scripts.inline_styles import NAMES, TEMPLATES, inlined

    for name in NAMES:
        assert (TEMPLATES / f"{name}.inlined.html").read_text(encoding="utf-8") == inlined(name), "run make styles"
