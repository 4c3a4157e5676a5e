"""What the page of an update says: plain values for its templates. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import quote

from alerts.letterhead import Letterhead
from alerts.wording import day_words, moment_words, short, visible
from db.provenance import Witness
from feeds.headline import headline, jurisdiction_name, language_name, words
from feeds.plain import address, direction, language, plain
from model.codes import DateType, Facet
from model.instruments import When, when
from model.publication import Dated, Part, Version
from model.source import Republish, Source
from model.tags import Evidence, Tags
from model.texts import _, ngettext
from model.update import Update
from web.cite import Citation
from web.entry import page_of, readers_version
from web.grounds import Texts, telling
from web.marking import Line, Marked, Piece, end_within, marked

TEXT_ROOM = 24_000
"""Bytes of a text that the page itself shows; a first visit stays within 100 kB."""
_LONGEST_WINDOW_TITLE = 150
_LONGEST_QUOTE = 200
_MOST_NUMBERS = 20


class Standing(StrEnum):
    """Whether readers see an update in lists, and if not, why."""

    LISTED = "listed"
    WAITING = "waiting"
    DECLINED = "declined"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Tab:
    """One language version: its code in the address, its name, and whether it is the one shown."""

    code: str
    name: str
    lang: str | None
    shown: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """One time and what it means; ``time`` is empty where there is none."""

    name: str
    time: str
    said: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date of the rule itself, with the words that it was read from; ``left`` says how far ahead it is."""

    name: str
    date: str
    quoted: str
    link: str | None
    ahead: bool
    left: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number by which the publication is known, and its address where it is one."""

    value: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """One archived response: what it brought, what was asked, what came, and where its record can be had."""

    parts: str
    asked: str
    url: str | None
    fetched_at: str
    status: int
    content_type: str
    length: int
    sha256: str
    present: bool
    file: str | None


@dataclass(frozen=True, slots=True)
class Text:
    """Words of the source in one language: its lines, whether they go on, and how many characters it has in all."""

    lines: tuple[Line, ...]
    lang: str | None
    dir: str
    cut: bool
    total: int


def standing(tags: Tags, seen: bool, decided: bool | None) -> Standing:
    """How an update stands: ``seen`` by readers, ``decided`` by an editor (None: by nobody)."""
    if seen:
        return Standing.LISTED
    if decided is False:
        return Standing.DECLINED
    return Standing.WAITING if tags.review else Standing.UNRELATED


class Sheet:
    """One update, in the language version that is asked for (None or unknown: the reader's, else the primary one).

    ``root`` is the path prefix of the site, ``whole`` whether the text is shown to its end. What the source does not
    let us show is not in here.
    """

    def __init__(
        self,
        update: Update,
        source: Source | None,
        root: str,
        standing: Standing,
        asked: str | None,
        whole: bool = False,
    ) -> None:
        self._update, self._source, self._root = update, source, root
        self.standing = standing
        self.publication, self.tags = update.publication, update.tags
        self.id = self.publication.id.removeprefix("urn:uuid:")
        self.page = page_of(root, self.publication.id)
        self.republish = source.may_republish if source else Republish.NONE
        self._primary = self.publication.versions[0]
        self._version = self._chosen(asked)
        self._is_primary = self._version == self._primary
        self.code = self._code(self._version)
        self.unknown = asked if asked and self.code != asked else None
        self.lang, self.dir = _written(self.code)
        self.own_lang, self.own_dir = _written(self._code(self._primary))
        self.official = address(self._version.url or self.publication.url)
        self.headline = plain(visible(headline(self.tags)))
        self._whole = whole
        self._texts = self._marked()

    @property
    def listed(self) -> bool:
        return self.standing is Standing.LISTED

    @property
    def readable(self) -> bool:
        """Whether words and tags are shown: not where it was found to be about something else."""
        return self.standing in (Standing.LISTED, Standing.WAITING)

    @property
    def title(self) -> Line:
        """The official title, in pieces."""
        marks = self._texts.title if self._is_primary and self.readable else Marked(self._version.title)
        pieces = tuple(
            Piece(plain(_turned(piece.text)), piece.mark, piece.first) for line in marks.lines() for piece in line
        )
        return pieces if any(piece.text.strip() for piece in pieces) else (Piece(self.headline),)

    @property
    def full_title(self) -> str:
        return plain(visible(self._version.title)) or self.headline

    @property
    def window_title(self) -> str:
        return short(self.full_title, _LONGEST_WINDOW_TITLE)

    @property
    def source_name(self) -> str:
        return self._source.name if self._source else self.publication.source

    @property
    def source(self) -> Source | None:
        return self._source

    @property
    def licence_url(self) -> str | None:
        return address(self._source.licence_url) if self._source else None

    @property
    def trail(self) -> list[tuple[str, str]]:
        """(name, address): whose rule, then publications of this kind there."""
        place = self.tags.jurisdictions[0] if self.tags.jurisdictions else None
        kind = f"kind:{self.tags.kind}"
        if place is None:
            return [(words(self.tags.kind), f"{self._root}/search?q={kind}")]
        return [
            (jurisdiction_name(place), f"{self._root}/j/{place}"),
            (words(self.tags.kind), f"{self._root}/search?q=jurisdiction:{place}+{kind}"),
        ]

    @property
    def tabs(self) -> list[Tab]:
        codes: dict[str, Version] = {}
        for version in self.publication.versions:
            codes.setdefault(self._code(version), version)
        return [
            Tab(code, language_name(code), language(code), version == self._version) for code, version in codes.items()
        ]

    @property
    def texts(self) -> Texts:
        """What the tags were made from."""
        return self._texts

    @property
    def summary(self) -> Text | None:
        """The source's own summary, in its primary language."""
        text = self.publication.summary
        if not text or not self.readable or self.republish is Republish.NONE or self._begins_with(text):
            return None
        return self._text(Marked(text), self._primary, end_within(text, TEXT_ROOM // 4))

    @property
    def text(self) -> Text | None:
        """The text of the version shown, where there is one that may be shown."""
        if not self._version.text or not self._shows_text:
            return None
        own = self._texts.body if self._is_primary else Marked(self._version.text)
        return self._text(own, self._version, self._end(self._version))

    @property
    def text_elsewhere(self) -> Tab | None:
        """Another language version that has a text, where the one shown has none."""
        has = {self._code(version) for version in self.publication.versions if version.text}
        return next((tab for tab in self.tabs if tab.code in has and not tab.shown), None) if self._shows_text else None

    def milestones(self, today: str) -> list[Milestone]:
        """The dates of the rule itself in their order, seen from ``today`` (``YYYY-MM-DD``)."""
        dates = self.tags.dates if self.readable else ()
        told = sorted((dated for dated in dates if dated.type is not DateType.PUBLISHED), key=lambda dated: dated.date)
        return [self._milestone(dated, today) for dated in told]

    def clocks(self, answered: str | None) -> list[Clock]:
        """Each time that we know of it, by whose clock it is; ``answered`` is when the source last answered us."""
        update = self._update
        return [
            _clock(_("Published"), self.publication.published, _("the date that the source gives")),
            _clock(_("First seen here"), update.first_seen, _("when we first fetched it")),
            _clock(_("Listed here"), update.listed_at, _("since when readers find it in lists, feeds and mails")),
            _clock(_("Last changed"), update.updated_at, _("when its words at the source or our tags last changed")),
            _clock(_("Last checked"), answered, _("when the source last answered a visit of ours")),
        ]

    @property
    def numbers(self) -> list[tuple[str, list[Number], int]]:
        """(name of the scheme, numbers, how many further ones the source gives), with the source's own id first."""
        given = [("", (self.publication.native_id,)), *sorted(self.publication.identifiers.items())]
        return [
            (_scheme(scheme), [_number(value) for value in values[:_MOST_NUMBERS]], max(0, len(values) - _MOST_NUMBERS))
            for scheme, values in given
        ]

    def citation(self, head: Letterhead, rests_on: Sequence[Witness]) -> Citation:
        """How to cite it; the archived payload is the newest of those that it rests on."""
        newest = rests_on[0].stored.snapshot if rests_on else None
        lang = self.lang
        return Citation(
            id=self.publication.id,
            source=self.publication.source,
            title=self.full_title,
            language=language_name(lang) if lang else "",
            publisher=self._source.publisher if self._source else self.publication.source,
            published=self.publication.published,
            official=self.official,
            recorder=head.name,
            first_seen=self._update.first_seen or "",
            page=head.page(f"/u/{self.id}"),
            fetched_at=newest.fetched_at if newest else "",
            sha256=newest.sha256 if newest else "",
        )

    def proofs(self, rests_on: Sequence[Witness], with_files: bool) -> list[Proof]:
        """The archived responses; their records can be had where the source lets us show its text."""
        files = with_files and self.republish is Republish.TEXT
        return [self._proof(one, files) for one in rests_on]

    @property
    def _shows_text(self) -> bool:
        return self.republish is Republish.TEXT and self.readable

    def _chosen(self, asked: str | None) -> Version:
        own = (version for version in self.publication.versions if self._code(version) == asked)
        return next(own, None) or readers_version(self.publication)

    def _code(self, version: Version) -> str:
        return version.lang or self.tags.lang

    def _end(self, version: Version) -> int:
        return len(version.text) if self._whole else end_within(version.text, TEXT_ROOM)

    def _marked(self) -> Texts:
        told = [one for one in self.tags.evidence if telling(one)]
        lang = quote(self._code(self._primary))
        body = self._primary.text if self._shows_text else ""
        return Texts(
            title=marked(self._primary.title, [one for one in told if one.where == "title"]),
            body=marked(body, [one for one in told if one.where == "body"]),
            republish=self.republish,
            title_page="" if self._is_primary and not self._whole else f"{self.page}?lang={lang}",
            body_page="" if self._is_primary else f"{self.page}?lang={lang}",
            whole_page=f"{self.page}/text?lang={lang}",
            end=self._end(self._primary),
        )

    def _text(self, words_: Marked, version: Version, end: int) -> Text:
        lang, written = _written(self._code(version))
        lines = tuple(
            tuple(Piece(plain(piece.text), piece.mark, piece.first) for piece in line) for line in words_.lines(end)
        )
        return Text(lines, lang, written, end < len(words_.text), len(words_.text))

    def _begins_with(self, summary: str) -> bool:
        """Whether the text that is shown begins with the summary anyhow, as the text of a bill does."""
        start = self._version.text[: len(summary) + 200] if self._shows_text else ""
        return " ".join(summary.split()) in " ".join(start.split())

    def _milestone(self, dated: Dated, today: str) -> Milestone:
        past = when(dated.date, today) is When.PAST
        effective = _("Took effect") if past else _("Takes effect")
        quotable = self.republish is not Republish.NONE and dated.words != dated.date
        why = self._evidence(dated)
        return Milestone(
            name=effective if dated.type is DateType.EFFECTIVE else _("Deadline"),
            date=dated.date,
            quoted=short(plain(dated.words), _LONGEST_QUOTE) if quotable else "",
            link=self._texts.link(why) if why else None,
            ahead=not past,
            left="" if past else _days_left(dated.date, today),
        )

    def _evidence(self, dated: Dated) -> Evidence | None:
        asked = (Facet.DATE, dated.type, dated.words)
        return next((one for one in self.tags.evidence if (one.facet, one.code, one.words) == asked), None)

    def _proof(self, one: Witness, with_file: bool) -> Proof:
        snapshot = one.stored.snapshot
        return Proof(
            parts=", ".join(_part(key) for key in one.parts),
            asked=plain(visible(snapshot.url.removeprefix("file:"))),
            url=address(snapshot.url),
            fetched_at=snapshot.fetched_at,
            status=snapshot.status,
            content_type=plain(visible(snapshot.content_type or "")),
            length=snapshot.length,
            sha256=snapshot.sha256,
            present=one.present,
            file=f"{self.page}/warc/{one.stored.id}" if with_file else None,
        )


def _written(code: str) -> tuple[str | None, str]:
    lang = language(code)
    return lang, direction(lang) or "ltr"


def _turned(text: str) -> str:
    """A piece of a title without characters that would turn our own words around it; its blanks stay."""
    inner = visible(text)
    return f"{' ' if text[:1].isspace() else ''}{inner}{' ' if inner and text[-1:].isspace() else ''}"


def _days_left(day: str, today: str) -> str:
    if len(day) != len("2026-11-22"):
        return ""
    days = (date.fromisoformat(day) - date.fromisoformat(today)).days
    return ngettext("in {count:,} day", "in {count:,} days", days).format(count=days) if days else _("today")


def _clock(name: str, time: str | None, meaning: str) -> Clock:
    if not time:
        return Clock(name, "", _("no date given") if name == _("Published") else _("not yet"), meaning)
    return Clock(name, time, moment_words(time) if "T" in time else day_words(time), meaning)


def _number(value: str) -> Number:
    return Number(plain(visible(value)), address(value))


def _scheme(scheme: str) -> str:
    """A scheme of identifiers as lawyers write it."""
    known = {
        "": _("number at the source"), "celex": "CELEX", "eli": "ELI", "ecli": "ECLI", "rin": "RIN", "isbn": "ISBN",
        "boe": "BOE", "bgbl": "BGBl.", "ilo": "ILO", "com": "COM", "fr_doc": _("Federal Register document"),
        "public_law": _("public law"), "oj": _("Official Journal"), "docket": _("docket"), "bill": _("bill"),
    }  # fmt: skip
    return known.get(scheme) or words(scheme.replace("_", " "))


def _part(key: str) -> str:
    """A part key as readers may understand it: ``text:fr`` is "the text (fr)"."""
    part, _colon, piece = key.partition(":")
    names = dict(_part_names())
    name = names.get(part, part)
    return f"{name} ({plain(visible(piece))})" if piece else name


def _part_names() -> Iterator[tuple[str, str]]:
    yield Part.RECORD, _("the record of the publication")
    yield Part.TEXT, _("the text")
    yield Part.CONSOLIDATED, _("the consolidated text")
    yield Part.HIT, _("a line in a list")
    yield Part.PIECE, _("a piece of the text")
