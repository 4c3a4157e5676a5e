"""The JSON objects of the API, as its OpenAPI document describes them; a test holds the answers to them.

Fields may be added within version 1; none is removed or changes its meaning.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.codes import DateType, Facet, Kind, Outcome, Sector, Stage, Topic
from model.source import Confidence, Republish

Total = Annotated[int, Field(ge=0, description="How many there are in all.")]
Cursor = Annotated[str | None, Field(description="The `after` of the following page; null on the last one.")]
ReadAs = Annotated[str, Field(description="The query as it was read; compare it with what was meant.")]
Moment = Annotated[str, Field(description="RFC 3339 in UTC, with Z.", examples=["2026-11-20T08:00:00Z"])]
Day = Annotated[str, Field(description="`YYYY-MM-DD`; `YYYY-MM` or `YYYY` where the day is unknown.")]
UpdateId = Annotated[str, Field(description="`urn:uuid:…`; survives every change of address, title or tags.")]


class Version(BaseModel):
    """One language version of a publication."""

    lang: str
    title: str
    text: str
    url: str | None


class Dated(BaseModel):
    """A date of the rule, with the words it was read from."""

    type: DateType
    date: Day
    words: str


class Evidence(BaseModel):
    """Why a code was given: the words, the rule, and where they stand (offsets in characters, not bytes)."""

    facet: Facet
    code: str
    rule: str
    words: str
    start: Annotated[int, Field(ge=0, description="In title or text; 0, as `end`, where the place is not here.")]
    end: Annotated[int, Field(ge=0)]
    where: Literal["title", "body", "source"]


_EVIDENCE = {
    "facet": "topic", "code": "import-ban", "rule": "topics/import-ban:en:import ban", "words": "import ban",
    "start": 10, "end": 20, "where": "title",
}  # fmt: skip
_UPDATE: dict[str, Any] = {
    "id": "urn:uuid:8706bcc8-3d04-529b-b6a4-81bfbd7ea8b8", "source": "us_federal_register", "native_id": "2026-13726",
    "url": "https://www.federalregister.gov/d/2026-13726", "title": "Notice of import ban on certain goods",
    "lang": "en", "text": "The agency gives notice …", "published": "2026-11-20",
    "first_seen": "2026-11-20T08:00:05Z", "jurisdictions": ["US"], "concerns": ["CN"], "topics": ["import-ban"],
    "sectors": ["cotton"], "kind": "enforcement", "stage": "none",
    "dates": [{"type": "effective", "date": "2026-12-01", "words": "takes effect on December 1, 2026"}],
    "instruments": ["us-uflpa"], "evidence": [_EVIDENCE], "identifiers": {"fr_doc": ["2026-13726"]},
    "versions": [{
        "lang": "en", "title": "Notice of import ban on certain goods", "text": "The agency gives notice …",
        "url": "https://www.federalregister.gov/d/2026-13726",
    }],
}  # fmt: skip


class Update(BaseModel):
    """One publication of a source: the same object as `vigilex search --json` and `vigilex extract` print."""

    model_config = ConfigDict(json_schema_extra={"examples": [_UPDATE]})

    id: UpdateId
    source: str
    native_id: Annotated[str, Field(description="The source's own id.")]
    url: Annotated[str | None, Field(description="The official address.")]
    title: Annotated[str, Field(description="The official title, in `lang`.")]
    lang: str
    text: Annotated[str, Field(description="Plain text; see `shown`.")]
    published: Annotated[str | None, Field(description="The source's date or time; null where it gives none.")]
    first_seen: Annotated[str, Field(description="When we first had it.")]
    jurisdictions: Annotated[list[str], Field(description="Whose rule it is: ISO 3166-1, ISO 3166-2, EU, INT.")]
    concerns: Annotated[list[str], Field(description="Which other countries it is aimed at.")]
    topics: list[Topic]
    sectors: list[Sector]
    kind: Kind
    stage: Stage
    dates: list[Dated]
    instruments: Annotated[list[str], Field(description="Entries of the register: see /api/v1/instruments.")]
    evidence: list[Evidence]
    identifiers: Annotated[dict[str, list[str]], Field(description="By scheme: celex, eli, fr_doc, docket, bill, …")]
    versions: Annotated[list[Version], Field(description="All languages, the primary one first.")]
    partial: Annotated[bool, Field(description="There, and true, while we hold less than the publication.")] = False
    shown: Annotated[
        Republish,
        Field(description="There where the source's text may not be given out: `text` is then its summary, or empty."),
    ] = Republish.TEXT
    listed: Annotated[
        bool,
        Field(description="There, and false, where readers are not shown it: not about our subject, or in review."),
    ] = True


class Updates(BaseModel):
    """A page of updates, newest first. A page with very long texts ends before `limit`; `next` goes on."""

    total: Total
    next: Cursor
    read_as: ReadAs
    items: list[Update]


class Passage(BaseModel):
    """A piece of a text; `marks` are the hits in it as pairs of offsets (start, end) in characters."""

    text: str
    marks: list[Annotated[list[int], Field(min_length=2, max_length=2)]]


class Elsewhere(BaseModel):
    """The same publication at another source."""

    id: UpdateId
    source: str
    title: str
    url: str | None


class Hit(BaseModel):
    """An update that answers a query, and where: `passages` are of text, summary or title, in the language `lang`."""

    update: Update
    passages: list[Passage]
    where: Literal["text", "summary", "title"]
    lang: str | None
    also_at: list[Elsewhere]


class Results(BaseModel):
    """A page of hits, newest first, one entry a publication."""

    total: Total
    next: Cursor
    read_as: ReadAs
    items: list[Hit]


class Stretch(BaseModel):
    """A run of words that stayed, came or went. `words` may be shortened (…); `count` is the true number."""

    op: Literal["equal", "insert", "delete"]
    words: str
    count: int


class Difference(BaseModel):
    """What changed in the text of one language; null where the source does not say which."""

    lang: str | None
    stretches: list[Stretch]


class Proof(BaseModel):
    """The archived response that a revision was read from."""

    sha256: str
    fetched_at: Moment


class Revision(BaseModel):
    """One state of an update, by the source."""

    number: int
    at: Annotated[str, Field(description="The source's time where it gives one, else ours.")]
    seen_at: Moment
    note: Annotated[str | None, Field(description="What the source says of it.")]
    fields: Annotated[list[str], Field(description="What the source changed.")]
    diff: Annotated[list[Difference], Field(description="Empty where the source's text may not be given out.")]
    snapshot: Proof | None


class Revisions(BaseModel):
    """The history of an update, oldest first; the last one is the present state."""

    total: Total
    next: None
    items: list[Revision]


class Change(BaseModel):
    """Something that happened to an update. Ask for the update again; for `gone`, drop it."""

    seq: Annotated[int, Field(ge=1)]
    id: UpdateId
    what: Literal["new", "completed", "revised", "reparsed", "retagged", "listed", "grouped", "gone"]
    revision: Annotated[int | None, Field(description="The revision that was present then.")]
    at: Moment


class Changes(BaseModel):
    """What happened behind `since`, in order."""

    next: Annotated[int, Field(ge=0, description="The `since` of the next request, now or later.")]
    more: Annotated[bool, Field(description="Whether further changes are there already.")]
    items: list[Change]


class Source(BaseModel):
    """An official publication channel and how it stands. Times are null where it never happened."""

    id: str
    name: str
    publisher: str
    jurisdiction: str
    languages: list[str]
    homepage: str
    rhythm: Annotated[float, Field(description="Seconds between our visits.")]
    silence_after: Annotated[float, Field(description="Seconds without news that are normal.")]
    licence: str
    licence_url: str
    may_republish: Republish
    confidence: Annotated[Confidence, Field(description="How surely we know its address and format.")]
    timezone: str
    known_gaps: str
    outcome: Annotated[
        Outcome | None, Field(description="How the last visit ended; null before the first or during one.")
    ]
    last_answered: Moment | None
    last_new: Moment | None


class Sources(BaseModel):
    """All sources, by id."""

    total: Total
    next: None
    items: list[Source]


class Code(BaseModel):
    """One code and its English words."""

    code: str
    label: str


class FacetCodes(BaseModel):
    """One facet: the field of an update that holds its codes, the parameter that filters by it, and its codes.

    Where it is not `closed`, the codes are those present now, or too many to be listed (ISO 3166).
    """

    facet: Facet
    field: str
    filter: str | None
    closed: bool
    codes: list[Code]


class Taxonomy(BaseModel):
    """All facets. A code never changes its meaning."""

    total: Total
    next: None
    items: list[FacetCodes]


class KeyDate(BaseModel):
    """A milestone of an instrument."""

    date: Day
    type: str
    note: str


class Instrument(BaseModel):
    """A law, bill, list or convention of the register, with how surely each fact is known."""

    id: str
    name: str
    native_name: dict[str, str]
    aliases: dict[str, list[str]]
    jurisdiction: str
    concerns: list[str]
    identifiers: dict[str, str]
    official_url: str
    kind: str
    stage: str
    topics: list[str]
    sectors: Annotated[list[str], Field(description="Empty: all.")]
    summary: str
    who_is_covered: str
    authority: str | None
    penalties: str | None
    key_dates: list[KeyDate]
    amends: list[str]
    amended_by: list[str]
    implements: list[str]
    related: list[str]
    sme_note: str | None
    sources: Annotated[list[str], Field(description="Where the facts were read.")]
    verified: Annotated[str, Field(description="By how many sources the facts stand.")]
    unverified: Annotated[list[str], Field(description="What must not be trusted yet.")]
    as_of: Annotated[str, Field(description="The day of this knowledge.")]


class Instruments(BaseModel):
    """The whole register."""

    total: Total
    next: None
    items: list[Instrument]


class Limits(BaseModel):
    """What one visitor may ask."""

    requests: Annotated[int, Field(description="So many at once, and as many again spread over `seconds`.")]
    seconds: int
    updates_per_page: int
    changes_per_page: int
    longest_query: Annotated[int, Field(description="Characters.")]


class Index(BaseModel):
    """Where everything is."""

    version: str
    about: str
    links: dict[str, str]
    limits: Limits


class Fault(BaseModel):
    """One parameter that could not be used."""

    in_: Annotated[str, Field(alias="in")]
    name: str
    detail: str


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] = []
