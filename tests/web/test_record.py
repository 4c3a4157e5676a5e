"""The page of an update: all that is known of it, its proof for download, and nothing that is not ours to show."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from warcio.archiveiterator import ArchiveIterator

from alerts.mails import Mails
from alerts.render import Renderer
from crawlers.answers import Answer
from crawlers.archive import Archive, Place
from db.connect import Store, open_existing
from db.snapshots import with_payload
from db.sources import sync_sources
from db.store import open_store
from db.updates import decide
from model.codes import DateType, Facet, Kind, Stage
from model.identity import update_id
from model.publication import Dated, Note, Part, Publication, Version
from model.source import Republish
from model.tags import Evidence, Tags
from tests.alerts.mailing import HEAD
from tests.db.making import publication, save
from tests.feeds.making import HOSTILE, source
from web.app import create_app
from web.site import Site

TEXT = "On forced labour.\nGoods made with forced labour stay out from 1 January 2027."
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def tagger(found: Publication) -> Tags:
    """Every "forced labour" in title and text gives the topic; what speaks of "museum" is not about our subject."""
    evidence = [
        Evidence(Facet.TOPIC, "forced-labour", "topics/forced-labour:en:forced labour", hit[0], *hit.span(), where)
        for text, where in ((found.title, "title"), (found.text, "body"))
        for hit in re.finditer("forced labour", text)
    ]  # fmt: skip
    evidence += [
        Evidence(
            Facet.TOPIC, "import-ban", "topics/import-ban:en:made with forced labo(u)r", hit[0], *hit.span(), "body"
        )
        for hit in re.finditer("made with forced", found.text)
    ]
    evidence += [
        Evidence(Facet.DATE, dated.type, "dates/effective:en", dated.words, found.text.find(dated.words),
                 found.text.find(dated.words) + len(dated.words), "body")
        for dated in found.dates
    ]  # fmt: skip
    evidence.append(Evidence(Facet.KIND, "rulemaking", "source:kind", "Proposed Rule", 0, 0, "source"))
    doubt, other = "perhaps" in found.title, "museum" in found.title
    return Tags(
        relevant=not doubt and not other, review=doubt, score=0.1 if other else 0.4 if doubt else 0.9,
        lang=found.lang or "en", jurisdictions=("US",), concerns=("CN",),
        topics=() if doubt or other else ("forced-labour", "import-ban"), sectors=("cotton",), kind=Kind.RULEMAKING,
        stage=Stage.PROPOSED, dates=found.dates, instruments=("us-uflpa",), evidence=tuple(evidence),
    )  # fmt: skip


@dataclass
class World:
    """A site over a small store with its archive."""

    folder: Path
    root: str = ""
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        open_store(self.folder).close()
        head = replace(HEAD, base_url=HEAD.base_url + self.root)
        site = Site(
            head=head, key=b"k" * 32, mails=Mails(Renderer(head, {}), b"k" * 32),
            store=lambda: open_existing(self.folder), clock=lambda: NOW, deliver=lambda: None,
            mail_folder=self.folder / "mail", archive=self.folder / "archive",
        )  # fmt: skip
        self.client = TestClient(
            create_app(site), base_url="https://elsewhere.invalid", raise_server_exceptions=False,
            follow_redirects=False,
        )  # fmt: skip

    @property
    def store(self) -> Store:
        return open_store(self.folder)

    def hold(self, *publications: Publication, republish: Republish = Republish.TEXT, **more: object) -> None:
        db = self.store
        sync_sources(db, [source(republish=republish), source("ca_other")])
        save(db, *publications, tagger=tagger, **more)
        db.close()

    def archived(self, one: Publication, body: bytes, run: str) -> int:
        """Hold ``one`` as read from a compressed answer that is in the archive; the number of its snapshot."""
        db, archive = self.store, Archive(self.folder / "archive", one.source, run)
        digest = sha256(body).hexdigest()
        known = with_payload(db, one.source, digest)
        place = archive.add(
            Answer(
                "https://example.org/list", 200, (("Content-Encoding", "gzip"),), gzip.compress(body, mtime=0), body
            ),
            f"2026-10-0{run}T10:00:00Z",
            Place(known.snapshot.warc, known.snapshot.offset) if known else None,
        )
        sync_sources(db, [source()])
        saved = save(db, one, tagger=tagger, sha256=digest, length=len(body), warc=place.warc, offset=place.offset,
                     revisit=place.revisit, run=run, source=one.source)  # fmt: skip
        db.close()
        return saved.snapshot_id

    def get(self, rest: str = "", native_id: str = "1") -> Response:
        return self.client.get(f"/u/{uuid(native_id)}{rest}")


def uuid(native_id: str = "1", source_id: str = "us_example") -> str:
    return update_id(source_id, native_id).removeprefix("urn:uuid:")


def act(native_id: str = "1", **values: object) -> Publication:
    return publication(native_id, **({"title": "Rule against forced labour", "text": TEXT} | values))


def words(page: Response) -> str:
    """The text of a page as a reader sees it."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    return " ".join("".join(tree.find("body").itertext()).split())


def valid(page: Response) -> Response:
    """The page, which must be valid, with each id once and no link into nothing."""
    assert page.status_code == 200
    html5lib.HTMLParser(strict=True).parse(page.text)
    ids = re.findall(r'\sid="([^"]*)"', page.text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= set(ids)
    levels = [int(level) for level in re.findall(r"<h([1-6])", page.text)]
    assert levels[0] == 1 == levels.count(1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    return page


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_page_names_title_source_tags_and_clocks(world: World) -> None:
    world.hold(act(identifiers={"eli": ("http://example.org/eli/1",), "docket": ("EX-1", "EX-2")}))
    page = valid(world.get())
    assert re.search(r'<h1 lang="en" dir="ltr">Rule against <mark id="t1">forced labour</mark></h1>', page.text)
    assert (
        '<a class="button" href="https://example.org/1" rel="external noopener">Official text at Example Gazette'
        in page.text
    )
    for href in ("/j/US", "/t/forced-labour", "/sector/cotton", "/search?q=kind%3Arulemaking", "/i/us-uflpa",
                 "/search?q=concerns%3ACN", "/sources#us_example", "http://example.org/eli/1"):  # fmt: skip
        assert f'href="{href}"' in page.text
    said = words(page)
    assert "Published 7 October 2026 the date that the source gives" in said
    assert "First seen here 8 October 2026, 10:00 UTC" in said
    assert "Listed here 8 October 2026, 10:00 UTC" in said
    assert "Docket EX-1, EX-2" in said
    assert "“Proposed Rule” the source says so" in said
    assert '<meta name="robots"' not in page.text
    assert f'type="application/json" href="/api/v1/updates/{uuid()}"' in page.text
    assert f'<link rel="canonical" href="https://vigilex.example.org/u/{uuid()}">' in page.text


def test_a_title_that_nobody_can_see_is_told_by_our_headline(world: World) -> None:
    title = "\u202e\u2066\u200f"
    world.hold(act(title=title))
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", valid(world.get()).text)
    assert heading is not None
    assert heading[1].startswith("United States")


def test_the_words_that_gave_a_tag_are_marked_and_linked(world: World) -> None:
    world.hold(act())
    page = valid(world.get())
    assert 'On <mark id="m1">forced labour</mark>.' in page.text
    assert 'Goods <mark id="m2">made with forced labour</mark> stay out' in page.text, "overlapping words are one mark"
    assert re.search(r'<a href="#m1">“<q lang="en" dir="ltr">forced labour</q>”</a>', page.text)
    assert re.search(r'<a href="#m2">“<q lang="en" dir="ltr">made with forced</q>”</a>', page.text)
    assert "in the text, 2 times: our English word list on forced labour" in words(page)


def test_dates_ahead_stand_out_and_say_how_far(world: World) -> None:
    dates = (Dated(DateType.EFFECTIVE, "2027-01-01", "1 January 2027"), Dated(DateType.DEADLINE, "2026-11", "of"),
             Dated(DateType.DEADLINE, "2026-01-05", "On"))  # fmt: skip
    world.hold(act(dates=dates))
    page = valid(world.get())
    assert '<strong>Takes effect: <time datetime="2027-01-01">1 January 2027</time></strong> (in 39 days)' in page.text
    assert '<strong>Deadline: <time datetime="2026-11">November 2026</time></strong>' in page.text
    assert '<li>Deadline: <time datetime="2026-01-05">' in page.text


def test_a_long_text_is_cut_with_its_true_length_and_goes_on_elsewhere(world: World) -> None:
    world.hold(act(text="A line of words.\n" * 1_600 + "At last forced labour."))
    page = valid(world.get())
    assert len(page.content) + len(world.client.get("/static/site.css").content) <= 100_000
    total = len("A line of words.\n" * 1_600 + "At last forced labour.")
    assert f"The whole text, {total:,} characters, on a page of its own" in words(page)
    assert f'href="/u/{uuid()}/text?lang=en#m1"' in page.text
    assert "further down in the text" in words(page)
    whole = valid(world.get("/text?lang=en"))
    assert 'At last <mark id="m1">forced labour</mark>.' in whole.text
    assert whole.text.count("A line of words.") == 1_600


def test_even_a_text_of_wide_characters_and_many_marks_keeps_the_page_small(world: World) -> None:
    world.hold(act(text="強制労働の forced labour 製品。\n" * 4_000))
    page = valid(world.get())
    assert len(page.content) + len(world.client.get("/static/site.css").content) <= 100_000


@pytest.mark.parametrize(
    ("republish", "shown", "hidden"),
    [
        (
            Republish.NONE,
            ["does not let us show its words beyond the title"],
            ["stay out", "In short", "made with", "diff"],
        ),
        (Republish.SUMMARY, ["In short", "lets us show its summary", "made with"], ["stay out"]),
        (Republish.TEXT, ["In short", "stay out"], ["does not let us"]),
    ],
)
def test_only_what_the_source_lets_us_show_is_shown(
    world: World, republish: Republish, shown: list[str], hidden: list[str]
) -> None:
    world.hold(act(summary="In short."), republish=republish)
    put_off = (Note("2026-10-20", "Date put off."),)
    world.hold(act(summary="In short.", text=TEXT + " More.", notes=put_off), republish=republish)
    page = valid(world.get())
    assert all(one in words(page) for one in shown)
    assert not any(one in page.text for one in hidden)
    assert "Changed: text" in words(page)
    assert ("Date put off." in words(world.get("/history"))) == (republish is not Republish.NONE)
    assert (world.get("/text").status_code == 200) == (republish is Republish.TEXT)
    valid(world.get("/history"))
    assert ("<ins>" in world.get("/history").text) == (republish is Republish.TEXT)
    assert world.get("/warc/1").status_code == (404 if republish is Republish.TEXT else 403)
    assert ("/warc/" in page.text) == (republish is Republish.TEXT)


def test_the_reader_s_language_comes_first_and_the_others_are_links(world: World) -> None:
    arabic = Version("ar", "قاعدة", "نص عن العمل", "https://example.org/ar")
    world.hold(act(lang="fr", title="Règle sur forced labour", others=(Version("en", "The rule", "", None), arabic)))
    page = valid(world.get())
    assert '<h1 lang="en" dir="ltr">The rule</h1>' in page.text
    assert f'<a href="/u/{uuid()}?lang=en" aria-current="page">English</a>' in page.text
    assert f'href="/u/{uuid()}?lang=fr#t1"' in page.text, "the words stand in the French title"
    assert "We have no text in this language, but one in another: French" in words(page)
    other = valid(world.get("?lang=ar"))
    assert '<h1 lang="ar" dir="rtl">قاعدة</h1>' in other.text
    assert '<div class="words" lang="ar" dir="rtl">' in other.text
    assert 'href="https://example.org/ar"' in other.text
    own = valid(world.get("?lang=fr"))
    assert 'id="m1"' in own.text


@pytest.mark.parametrize("lang", ["xx", "", "<script>", "en" * 500, "%00"])
def test_a_language_that_is_not_there_shows_another(world: World, lang: str) -> None:
    world.hold(act())
    page = valid(world.get(f"?lang={lang}"))
    assert ("There is no version in the language asked for" in page.text) == bool(lang)
    assert world.get(f"/text?lang={lang}").status_code == 200


def test_the_history_tells_what_the_source_changed_word_by_word(world: World) -> None:
    world.hold(act())
    world.hold(
        act(text=TEXT.replace("January", "July"), notes=(Note("2026-10-20", "Date put off."),)),
        now="2026-10-21T00:00:00Z",
    )
    page = valid(world.get())
    assert '<del><span class="hidden" lang="en">removed: </span>January</del>' in page.text
    assert '<ins><span class="hidden" lang="en">added: </span>July</ins>' in page.text
    said = words(page)
    assert said.index("20 October 2026") < said.index("first version that we have")
    assert "Date put off." in said
    assert "Changed: text, the source's own history." in said
    assert "In the text (English): words removed 1, added 1." in said


def test_a_long_history_says_its_number_and_is_whole_on_its_own_page(world: World) -> None:
    for number in range(8):
        world.hold(act(text=f"{TEXT} Change {number}."))
    page = valid(world.get())
    assert "These are the last 5 of 8 entries" in words(page)
    whole = valid(world.get("/history"))
    assert whole.text.count("<li id=") == 8
    assert "first version that we have" in whole.text


def test_an_update_that_never_changed_says_so(world: World) -> None:
    world.hold(act())
    assert "Nothing has changed since we first saw it." in world.get().text


def test_a_withdrawal_is_said_before_all_else(world: World) -> None:
    world.hold(act(withdrawn=True))
    page = valid(world.get())
    assert page.text.index("Withdrawn by the source.") < page.text.index("Official text at")


def test_kin_are_linked_both_ways(world: World) -> None:
    world.hold(
        act("1"),
        act("2", follows="1", title="Second reading"),
        act("3", corrects=("1", "gone <b>"), title="Corrigendum"),
    )
    same = {"identifiers": {"celex": ("32024R3015",)}}
    world.hold(act("4", **same))
    world.hold(act("5", source="ca_other", **same))
    first, later, correction = (valid(world.get(native_id=name)) for name in "123")
    assert re.search(rf"The stage after.*/u/{uuid('2')}.*Second reading", first.text, re.S)
    assert re.search(rf"Corrected by.*/u/{uuid('3')}", first.text, re.S)
    assert re.search(rf"The stage before.*/u/{uuid('1')}", later.text, re.S)
    assert re.search(rf"It corrects.*/u/{uuid('1')}.*gone &lt;b&gt;", correction.text, re.S)
    assert "not among the updates here" in correction.text
    fourth, fifth = valid(world.get(native_id="4")), valid(world.client.get(f"/u/{uuid('5', 'ca_other')}"))
    assert f"/u/{uuid('5', 'ca_other')}" in fourth.text
    assert f"/u/{uuid('4')}" in fifth.text
    assert "The same publication at other sources" in fifth.text


def test_what_waits_for_the_secretariat_says_so_and_is_kept_from_search_engines(world: World) -> None:
    world.hold(act(title="perhaps a rule"))
    page = valid(world.get())
    assert "It waits for the secretariat" in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert "on a scale from 0 to 1" in page.text
    assert "Listed here not yet" in words(page)


def test_what_is_not_about_the_subject_keeps_title_link_and_proof(world: World) -> None:
    world.hold(act(title="A museum"))
    page = valid(world.get())
    assert "The program found that this is not about our subject" in page.text
    assert "forced labour" not in page.text.partition("<main")[2]
    assert "SHA-256" in page.text
    assert "https://example.org/1" in page.text
    assert '<meta name="robots" content="noindex">' in page.text


def test_what_an_editor_declined_shows_no_words(world: World) -> None:
    world.hold(act())
    decide(db := world.store, f"urn:uuid:{uuid()}", False, "editor", "2026-10-09T00:00:00Z")
    db.close()
    page = valid(world.get())
    assert "The secretariat found that this is not about our subject" in page.text
    assert "stay out" not in page.text
    assert world.get("/text").status_code == 404


def test_a_record_can_be_downloaded_and_is_what_the_page_says(world: World) -> None:
    body = b'{"text": "On forced labour."}'
    number = world.archived(act(), body, "1")
    page = valid(world.get())
    digest = sha256(body).hexdigest()
    assert f"<code>{digest}</code>" in page.text
    assert f'href="/u/{uuid()}/warc/{number}"' in page.text
    answer = world.get(f"/warc/{number}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/warc")
    assert answer.headers["content-disposition"] == (f'attachment; filename="us_example-{uuid()[:8]}-{number}.warc.gz"')
    info, record = ((one.rec_type, one.rec_headers, one.content_stream().read(), one.digest_checker.passed)
                    for one in ArchiveIterator(BytesIO(answer.content), check_digests=True))  # fmt: skip
    assert (info[0], record[0]) == ("warcinfo", "response")
    assert sha256(record[2]).hexdigest() == digest
    assert record[1].get_header("WARC-Target-URI") == "https://example.org/list"
    assert record[3] is not False


def test_a_revisit_comes_with_the_record_that_it_stands_for(world: World) -> None:
    body = b'{"text": "On forced labour."}'
    world.archived(act(), body, "1")
    number = world.archived(act("2"), body, "2")
    answer = world.get(f"/warc/{number}", native_id="2")
    records = [(one.rec_type, one.content_stream().read()) for one in ArchiveIterator(BytesIO(answer.content))]
    assert [kind for kind, _ in records] == ["warcinfo", "response", "warcinfo", "revisit"]
    assert records[1][1] == body


@pytest.mark.parametrize("number", ["2", "999", "0", "x", "-1", "1.5", "9" * 40, "%C2%B9"])
def test_a_record_of_another_update_is_not_handed_out(world: World, number: str) -> None:
    world.archived(act(), b"one", "1")
    assert world.archived(act("2"), b"two", "2") == 2
    answer = world.get(f"/warc/{number}")
    assert answer.status_code == 404
    assert "does not rest on an archived record" in answer.text


def test_a_file_that_is_gone_is_said_in_a_sentence(world: World) -> None:
    number = world.archived(act(), b"one", "1")
    next((world.folder / "archive").rglob("*.warc.gz")).unlink()
    answer = world.get(f"/warc/{number}")
    assert answer.status_code == 404
    assert "The archive on this server does not hold this record" in answer.text
    assert str(world.folder) not in answer.text


def test_many_archived_responses_are_cut_with_their_number(world: World) -> None:
    for number in range(6):
        world.hold(act(part=Part.PIECE, piece=f"a{number}", text=f"Article {number} on forced labour."))
    page = valid(world.get())
    assert "These are 4 of 6 archived responses" in words(page)
    assert valid(world.get("/proof")).text.count("<code>") == 6
    assert "A piece of the text (a0)" in world.get("/proof").text


def test_it_can_be_cited_in_words_and_in_bibtex(world: World) -> None:
    world.hold(act(title="Rule & order_1 on forced labour"), sha256="cd" * 32)
    page = valid(world.get())
    assert "“Rule & order_1 on forced labour”. Example Office, 7 October 2026. https://example.org/1." in words(page)
    assert f"Recorded by Example Network on 8 October 2026, https://vigilex.example.org/u/{uuid()};" in words(page)
    file = world.get("/cite.bib")
    assert file.headers["content-type"] == "application/x-bibtex; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="us_example-[0-9a-f]{8}-[0-9a-f]{4}\.bib"', file.headers["content-disposition"]
    )
    assert r"title = {{Rule \& order\_1 on forced labour}}," in file.text
    assert file.text in unescape(page.text)


@pytest.mark.parametrize(
    "spelling",
    [uuid().upper(), uuid().replace("-", ""), f"urn:uuid:{uuid()}", f"URN:UUID:{uuid().upper()}", f"uuid:{uuid()}"],
)
def test_other_spellings_of_an_id_lead_to_the_one_address(tmp_path: Path, spelling: str) -> None:
    world = World(tmp_path, "/law")
    world.hold(act())
    for rest in ("", "/text?lang=en", "/history", "/cite.bib", "/warc/1"):
        answer = world.client.get(f"/u/{spelling}{rest}")
        assert (answer.status_code, answer.headers["location"]) == (308, f"/law/u/{uuid()}{rest}")


@pytest.mark.parametrize("name", ["x", uuid("none"), "1" * 32, f"{uuid()}0", "%00", "%C3%A9", f"{uuid()}%0d%0aX: y"])
def test_an_address_of_no_update_is_a_page_that_says_so(world: World, name: str) -> None:
    for rest in ("", "/text", "/history", "/proof", "/cite.bib", "/warc/1"):
        answer = world.client.get(f"/u/{name}{rest}")
        assert answer.status_code in (404, 308)
        if answer.status_code == 308:
            assert world.client.get(answer.headers["location"]).status_code == 404
    assert world.client.get("/u/").status_code == 404


def test_head_answers_like_get(world: World) -> None:
    number = world.archived(act(), b"one", "1")
    for rest in ("", "/text", "/history", "/proof", "/cite.bib", f"/warc/{number}"):
        answer = world.client.head(f"/u/{uuid()}{rest}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == world.get(rest).headers["content-type"]


def test_links_carry_the_path_of_the_site(tmp_path: Path) -> None:
    world = World(tmp_path, "/law")
    world.hold(act(others=(Version("fr", "Règle", "", None),)))
    page = valid(world.get())
    assert not [href for href in re.findall(r'href="(/[^"]*)"', page.text) if not href.startswith("/law/")]


def hostile() -> Iterator[Publication]:
    for name, evil in HOSTILE.items():
        yield publication(
            name, title=f"{evil} forced labour", text=f"{evil} forced labour {evil}\n{evil}", summary=evil, url=evil,
            identifiers={"eli": (evil,), "docket": (evil,)}, notes=(Note("2026-10-01", evil),), follows=evil,
            corrects=(evil,), others=(Version("fr", evil, evil, evil),), lang="en",
            dates=(Dated(DateType.EFFECTIVE, "2027-01-01", evil),),
        )  # fmt: skip


def test_whatever_a_source_sends_stays_text(world: World) -> None:
    world.hold(*hostile())
    world.hold(*(replace(one, text=f"{one.title} {one.text}") for one in hostile()))
    for name, evil in HOSTILE.items():
        for rest in ("", "?lang=fr", "/text", "/history", "/proof"):
            page = world.get(rest, native_id=name)
            assert page.status_code == 200
            assert not re.search(r"<(script|iframe|frame|title>.*<title)\b", page.text)
            assert not re.search(r"<[^>]+\son\w+=[^>]*>", re.sub(r'"[^"]*"', '""', page.text))
            assert "javascript:" not in "".join(re.findall(r'href="[^"]*"', page.text))
        valid(world.get(native_id=name))
        if name in ("script", "handler", "tags", "entities", "link"):
            assert evil in words(world.get(native_id=name))
        assert world.get("/cite.bib", native_id=name).status_code == 200
