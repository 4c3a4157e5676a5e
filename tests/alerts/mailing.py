"""Digests and letters made up for the tests of mails and pages."""

from datetime import timedelta

from alerts.digest import Coverage, Deadline, Digest, DigestItem, Reason, Section
from alerts.letterhead import Letterhead
from alerts.render import Links
from model.codes import DateType, Kind, Stage
from model.publication import Dated, Publication
from model.source import Confidence, Republish, Source
from model.subscription import Cadence, Person, PersonState, Subscription
from model.tags import Tags
from model.update import Update

HEAD = Letterhead(
    base_url="https://vigilex.example.org",
    organisation="Example Network",
    postal_address="1 Example Street, 1200 Geneva, Switzerland",
    contact="secretariat@example.org",
    privacy_url="https://example.org/privacy",
    mail_from="updates@example.org",
)
LINKS = Links(
    "https://vigilex.example.org/manage?token=manage.7.1795996800.abcdefghijklmnopqrstuvwxyz234567",
    "https://vigilex.example.org/unsubscribe?token=leave.7.1795996800.abcdefghijklmnopqrstuvwxyz234567",
)
PERSON = Person(7, "ana@example.net", "en", PersonState.ACTIVE, "2026-10-01T08:00:00Z", "2026-10-01T08:05:00Z")


def source(name: str, title: str, may_republish: Republish = Republish.SUMMARY) -> Source:
    return Source(
        id=name, name=title, publisher=title, jurisdiction="EU", languages=("en",), homepage="https://example.org/",
        hosts=("example.org",), rhythm=timedelta(days=1), silence_after=timedelta(days=9), expected=1,
        requests_per_day=100, licence="open", licence_url="https://example.org/licence", may_republish=may_republish,
        confidence=Confidence.SEEN,
    )  # fmt: skip


SOURCES = {
    "ca_legisinfo": source("ca_legisinfo", "LEGISinfo"),
    "eu_cellar": source("eu_cellar", "EUR-Lex"),
    "us_federal_register": source("us_federal_register", "Federal Register"),
    "closed_source": source("closed_source", "Closed Gazette", Republish.NONE),
}


def update(
    number: int = 1,
    *,
    title: str = "An Act to amend the Customs Tariff (goods from forced labour)",
    origin: str = "ca_legisinfo",
    place: str = "CA",
    lang: str = "en",
    summary: str = "",
    url: str | None = "https://www.example.org/bill",
    kind: Kind = Kind.BILL,
    stage: Stage = Stage.PASSED,
    topics: tuple[str, ...] = ("import-ban",),
    dates: tuple[Dated, ...] = (),
    concerns: tuple[str, ...] = (),
) -> Update:
    publication = Publication(
        source=origin, native_id=f"n-{number}", title=title, url=url, lang=lang, summary=summary,
        published="2026-11-12",
    )  # fmt: skip
    tags = Tags(
        relevant=True, review=False, score=0.9, lang=lang, jurisdictions=(place,) if place else (), concerns=concerns,
        topics=topics, sectors=(), kind=kind, stage=stage, dates=dates, instruments=(), evidence=(),
    )  # fmt: skip
    seen = "2026-11-12T08:00:00Z"
    return Update(publication, tags, seen, seen, seen)


def item(
    number: int = 1, *, change: str | None = None, also_at: tuple[Update, ...] = (), **values: object
) -> DigestItem:
    reason = Reason(1, "Import bans", "import ban · Canada")
    return DigestItem(update(number, **values), (reason,), change, also_at)  # type: ignore[arg-type]


def subscription(number: int = 1, name: str = "Import bans", query: str = "topic:import-ban") -> Subscription:
    day = "2026-10-01T08:00:00Z"
    return Subscription(number, PERSON.id, name, query, 1, Cadence.WEEKLY, day, day)


def digest(
    *sections: Section,
    deadlines: tuple[Deadline, ...] = (),
    coverage: Coverage = Coverage(6),  # noqa: B008 - a frozen value
    subscriptions: tuple[Subscription, ...] = (subscription(),),
    cadence: Cadence = Cadence.WEEKLY,
) -> Digest:
    total = sum(len(section.items) for section in sections)
    return Digest(PERSON, cadence, "2026-11-16T06:00:00Z", "2026-11-23T06:00:00Z", sections, total, deadlines, coverage,
                  subscriptions)  # fmt: skip


def usual_digest() -> Digest:
    """What a week brings: two places, a change, a foreign title, a deadline, a source that failed."""
    canada = Section("CA", (
        item(1, change="stage: proposed, now passed", also_at=(update(9, origin="eu_cellar", url=None),)),
        item(2, title="Notice of consultation on supply chain reporting", kind=Kind.CONSULTATION,
             stage=Stage.CONSULTATION, topics=("disclosure",),
             dates=(Dated(DateType.DEADLINE, "2026-12-18", "by December 18, 2026"),),
             summary="The Minister asks for views on the form of the annual report that importers must publish."),
    ))  # fmt: skip
    europe = Section("EU", (
        item(3, title="Regulamento de Execução (UE) 2026/1234 da Comissão relativo à proibição de produtos", lang="pt",
             origin="eu_cellar", place="EU", kind=Kind.LEGISLATION, stage=Stage.IN_FORCE, concerns=("CN",),
             dates=(Dated(DateType.EFFECTIVE, "2027-01-01", "a partir de 1 de janeiro de 2027"),)),
        item(4, title="قرار بشأن حظر العمل القسري في سلاسل التوريد 2026", lang="ar", origin="eu_cellar", place="EU",
             topics=("forced-labour", "due-diligence"), kind=Kind.POLICY, stage=Stage.ADOPTED),
    ))  # fmt: skip
    near = Deadline("2026-12-18", canada.items[1].update, "by December 18, 2026")
    failed = Coverage(
        6, (("BOE", "no answer since 20 November 2026"),), (("GOV.UK", "nothing new since 2 October 2026"),)
    )
    two = (subscription(), subscription(2, "Europe, everything", "jurisdiction:EU"))
    return digest(canada, europe, deadlines=(near,), coverage=failed, subscriptions=two)


def large_digest(
    count: int = 500, places: int = 12, title: str = "Order {} on goods made with forced labour"
) -> Digest:
    codes = [
        "US",
        "CA",
        "EU",
        "GB",
        "ES",
        "DE",
        "FR",
        "JP",
        "BR",
        "MX",
        "AU",
        "NO",
        *(f"US-{a}" for a in ["AL", "AK", "AZ", "CA", "CO", "CT"]),
    ]
    sections = [
        Section(code, tuple(item(n, title=title.format(n), place=code) for n in range(place, count, places)))
        for place, code in enumerate(codes[:places])
    ]
    return digest(*sections)
