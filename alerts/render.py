"""A digest as words: subject, HTML and text, each complete. Nothing is cut without saying how much and where it is.

What many people get (an update) is rendered and encoded once and shared; what is a person's own (links, reasons) is
rendered for each. Styles were written into the templates when they were built (``scripts/inline_styles.py``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from alerts.columns import fold
from alerts.digest import Deadline, Digest, DigestItem, Reason, Section
from alerts.letterhead import Letterhead
from alerts.message import Lines, lines
from alerts.wording import (
    alarms_subject,
    coverage_sentence,
    day_words,
    heading,
    period,
    short,
    silent_sentences,
    subject,
    visible,
)
from db.alarms import ToldAlarm
from feeds.headline import headline, jurisdiction_name, words
from model.codes import DateType
from model.source import Republish, Source
from model.subscription import Subscription
from model.texts import _, language, ngettext
from model.update import Update

HTML_LIMIT = 88_000
"""Bytes of the HTML as it is sent. Gmail clips near 102 kB; we promise at most 90 kB and keep some in hand."""

_RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
_MOST_DEADLINES = 15
_MOST_SEARCHES = 15
_MOST_REASONS = 3
_MOST_ELSEWHERE = 5
_MOST_WHYS = 1_000
_LONGEST_SEARCH = 500
_TITLE, _SUMMARY, _NAME, _WORDS = 300, 280, 80, 200
_PART = re.compile(r"^<!-- part: ([a-z]+) -->\n", re.M)


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses in a person's mail: the page of all settings, and the page to leave by."""

    manage: str
    leave: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words. Each body is a row of pieces; together they are the document."""

    subject: str
    html: tuple[Lines, ...]
    text: tuple[Lines, ...]

    @property
    def html_document(self) -> str:
        return "".join(piece.text for piece in self.html)

    @property
    def text_document(self) -> str:
        return "".join(piece.text for piece in self.text)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The same piece as HTML and as text."""

    html: Lines
    text: Lines

    @property
    def size(self) -> int:
        return len(self.html.encoded)


class Renderer:
    """Renders the mails of one run for one installation, and remembers what they share."""

    def __init__(self, head: Letterhead, sources: Mapping[str, Source]) -> None:
        self.head = head
        self._sources = sources
        self._items: dict[tuple[str | None, ...], _Pair] = {}
        self._whys: dict[tuple[str, tuple[Reason, ...]], _Pair] = {}

    def digest(self, digest: Digest, links: Links) -> Rendered:
        """The digest as a mail. The HTML stays below the limit: the most important items, then counts and links."""
        said = subject(digest)
        common = {"head": self.head, "links": links, **self._searches(digest)}
        end = _pair("digest", "end", gaps=silent_sentences(digest.coverage), **common)
        top = {"subject": said, "heading": heading(digest), "period": period(digest), "total": digest.total,
               "coverage": coverage_sentence(digest.coverage), "failed": bool(digest.coverage.failed),
               **self._deadlines(digest.deadlines), **common}  # fmt: skip
        chosen = [[self._item(item) for item in section.items] for section in digest.sections]
        first = _pair("digest", "top", shown=digest.total, cut=False, **top)
        body = list(self._body(digest, chosen))
        if sum(piece.size for piece in (first, *body, end)) > HTML_LIMIT:
            longest = _pair("digest", "top", shown=digest.total, cut=True, **top)
            chosen = self._dealt(digest, chosen, HTML_LIMIT - longest.size - end.size)
            first = _pair("digest", "top", shown=sum(map(len, chosen)), cut=True, **top)
            body = list(self._body(digest, chosen))
        return _rendered(said, [first, *body, end])

    def letter(self, subject: str, before: Sequence[str], action: str, url: str, after: Sequence[str] = ()) -> Rendered:
        """A short mail with one link: sentences, the link under the words ``action``, further sentences."""
        return _rendered(
            subject,
            [
                _pair(
                    "letter",
                    "letter",
                    subject=subject,
                    before=before,
                    action=action,
                    url=url,
                    after=after,
                    head=self.head,
                )
            ],
        )

    def alarms(self, told: Sequence[ToldAlarm]) -> Rendered:
        """What is broken and what was mended: first what is new, then what lasts, then what is over."""
        said = alarms_subject(told)
        groups = [
            (_("New"), [one for one in told if one.is_new and not one.closed_at]),
            (_("Not mended yet"), [one for one in told if not one.is_new and not one.closed_at]),
            (_("Mended"), [one for one in told if one.closed_at]),
        ]
        shown = [(name, [_alarm(one) for one in group]) for name, group in groups if group]
        return _rendered(said, [_pair("alarms", "alarms", subject=said, groups=shown, head=self.head)])

    def _dealt(self, digest: Digest, items: Sequence[Sequence[_Pair]], room: int) -> list[list[_Pair]]:
        """For each section its first items, as many as ``room`` bytes hold with what is said about the others.

        All sections get their first item before any gets its second, so that no jurisdiction hides another.
        """
        dealt: list[list[_Pair]] = [[] for _ in items]
        room -= self._others(digest, len(items), digest.total).size
        for rank in range(max(map(len, items), default=0)):
            for place, section in enumerate(digest.sections):
                if rank >= len(section.items):
                    continue
                room -= items[place][rank].size
                if rank == 0:
                    room -= self._section(section).size + self._rest(digest, section, len(section.items)).size
                if room < 0:
                    return dealt
                dealt[place].append(items[place][rank])
        return dealt

    def _body(self, digest: Digest, chosen: Sequence[Sequence[_Pair]]) -> Iterable[_Pair]:
        left = [section for section, items in zip(digest.sections, chosen, strict=True) if not items]
        for section, items in zip(digest.sections, chosen, strict=True):
            if items:
                yield self._section(section)
                yield from items
                if len(items) < len(section.items):
                    yield self._rest(digest, section, len(items))
        if left:
            yield self._others(digest, len(left), sum(len(section.items) for section in left))

    def _section(self, section: Section) -> _Pair:
        return _pair("digest", "section", name=_place(section), count=len(section.items))

    def _rest(self, digest: Digest, section: Section, shown: int) -> _Pair:
        return _pair("digest", "rest", shown=shown, count=len(section.items), name=_place(section),
                     url=self._all_of(digest, section))  # fmt: skip

    def _others(self, digest: Digest, places: int, count: int) -> _Pair:
        return _pair("digest", "others", places=places, count=count, url=self._all_of(digest, None))

    def _all_of(self, digest: Digest, section: Section | None) -> str:
        """Where all updates of a section are: within the person's own search where there is but one."""
        code = section.jurisdiction if section else ""
        place = self.head.page(f"/j/{code}") if code else self.head.page("/search")
        if len(digest.subscriptions) != 1:
            return place
        filtered = f" jurisdiction:{code}" if code else ""
        return self._search(digest.subscriptions[0].query + filtered, place)

    def _search(self, query: str, otherwise: str = "") -> str:
        """The page of a search; another one where its address would be so long that programs break it."""
        url = self.head.page("/search", q=query)
        return url if len(url) <= _LONGEST_SEARCH else otherwise or self.head.page("/manage")

    def _item(self, item: DigestItem) -> _Pair:
        """An item: what everybody reads, rendered once, and why this person gets it."""
        update = item.update
        others = tuple(other.publication.native_id for other in item.also_at)
        key = (language(), update.publication.source, update.publication.native_id, update.updated_at, item.change,
               *others)  # fmt: skip
        if key not in self._items:
            self._items[key] = _pair("digest", "item", item=self._words(item))
        return _joined([self._items[key], self._why(item.reasons)])

    def _why(self, reasons: tuple[Reason, ...]) -> _Pair:
        key = (language(), reasons)
        if key not in self._whys:
            if len(self._whys) >= _MOST_WHYS:
                self._whys.clear()
            self._whys[key] = _pair("digest", "why", why=_why(reasons))
        return self._whys[key]

    def _words(self, item: DigestItem) -> dict[str, object]:
        update = item.update
        lang = update.publication.lang or update.tags.lang
        return {
            "title": _title(update),
            "kind": _kind(update),
            "lang": lang,
            "dir": "rtl" if lang in _RIGHT_TO_LEFT else "ltr",
            "change": short(item.change or "", _TITLE),
            "summary": self._summary(update),
            "facts": self._facts(update),
            "also": [{"name": self._source_name(o), "url": self._official(o)} for o in item.also_at[:_MOST_ELSEWHERE]],
            "url": self._official(update),
            "record": self._record(update),
        }

    def _summary(self, update: Update) -> str:
        source = self._sources.get(update.publication.source)
        allowed = source is not None and source.may_republish is not Republish.NONE
        return short(update.publication.summary, _SUMMARY) if allowed else ""

    def _facts(self, update: Update) -> str:
        published = update.publication.published
        facts = [
            _("published {day}").format(day=day_words(published)) if published else _("the source gives no date"),
            self._source_name(update),
        ]
        for type_, form in ((DateType.EFFECTIVE, _("effective {day}")), (DateType.DEADLINE, _("deadline {day}"))):
            days = sorted({dated.date for dated in update.tags.dates if dated.type == type_})
            facts += [form.format(day=day_words(day)) for day in days[:2]]
        first = facts[0]
        return " · ".join([first[0].upper() + first[1:], *facts[1:]])

    def _source_name(self, update: Update) -> str:
        source = self._sources.get(update.publication.source)
        return short(source.name if source else update.publication.source, _NAME)

    def _official(self, update: Update) -> str:
        """The source's own page where it has one on the web, else our record."""
        url = update.publication.url or ""
        usable = url.startswith(("https://", "http://")) and len(url) <= 2_000 and not re.search(r"[\s<>\"]", url)
        return url if usable else self._record(update)

    def _record(self, update: Update) -> str:
        return self.head.page("/u/" + update.publication.id.removeprefix("urn:uuid:"))

    def _deadlines(self, deadlines: Sequence[Deadline]) -> dict[str, object]:
        def shown(deadline: Deadline) -> dict[str, str]:
            update = deadline.update
            lang = update.publication.lang or update.tags.lang
            places = ", ".join(jurisdiction_name(code) for code in update.tags.jurisdictions[:3])
            return {
                "day": day_words(deadline.date),
                "what": places or _("no jurisdiction known"),
                "url": self._record(update),
                "title": short(_title(update), 140),
                "lang": lang,
                "dir": "rtl" if lang in _RIGHT_TO_LEFT else "ltr",
            }

        return {
            "deadlines": [shown(deadline) for deadline in deadlines[:_MOST_DEADLINES]],
            "more_deadlines": max(0, len(deadlines) - _MOST_DEADLINES),
        }

    def _searches(self, digest: Digest) -> dict[str, object]:
        def shown(one: Subscription) -> dict[str, str]:
            cadence = words(one.cadence)
            cadence = _("{cadence}, paused").format(cadence=cadence) if one.paused else cadence
            return {"name": short(one.name or one.query, _NAME), "cadence": cadence, "url": self._search(one.query)}

        return {
            "searches": [shown(one) for one in digest.subscriptions[:_MOST_SEARCHES]],
            "more_searches": max(0, len(digest.subscriptions) - _MOST_SEARCHES),
        }


def _alarm(told: ToldAlarm) -> dict[str, str]:
    if told.closed_at:
        form = _("From {since} to {until}.")
        when = form.format(since=day_words(told.opened_at), until=day_words(told.closed_at))
    else:
        when = _("Since {since}.").format(since=day_words(told.opened_at))
    return {"what": visible(told.what), "when": when, "remedy": "" if told.closed_at else visible(told.remedy)}


def _title(update: Update) -> str:
    return short(update.publication.title, _TITLE) or headline(update.tags)


def _kind(update: Update) -> str:
    """What it is, in the reader's language; the jurisdiction only where it is not alone, for it stands above."""
    tags = update.tags
    said = headline(tags if len(tags.jurisdictions) > 1 else replace(tags, jurisdictions=()))
    said = " · ".join(dict.fromkeys(said.split(" · ")))
    return said[:1].upper() + said[1:]


def _place(section: Section) -> str:
    return jurisdiction_name(section.jurisdiction) if section.jurisdiction else _("No jurisdiction known")


def _why(reasons: Sequence[Reason]) -> str:
    shown = [f"“{short(reason.name, _NAME)}” ({short(reason.words, _WORDS)})" for reason in reasons[:_MOST_REASONS]]
    more = len(reasons) - len(shown)
    return "; ".join(shown) + (_("; and {more} more of your searches").format(more=more) if more else "")


def _rendered(subject: str, pieces: Sequence[_Pair]) -> Rendered:
    return Rendered(visible(subject), tuple(piece.html for piece in pieces), tuple(piece.text for piece in pieces))


def _joined(pieces: Sequence[_Pair]) -> _Pair:
    return _Pair(_together([piece.html for piece in pieces]), _together([piece.text for piece in pieces]))


def _together(pieces: Sequence[Lines]) -> Lines:
    return Lines("".join(piece.text for piece in pieces), b"".join(piece.encoded for piece in pieces))


def _pair(template: str, part: str, /, **values: object) -> _Pair:
    parts = _templates(template)
    return _Pair(lines(parts["html", part].render(values)), lines(parts["text", part].render(values)))


@cache
def _templates(name: str) -> dict[tuple[str, str], Template]:
    """The templates of one mail by (html or text, part)."""
    folder = files("alerts") / "templates"
    found = {}
    for form, suffix in (("html", "inlined.html"), ("text", "txt")):
        environment = Environment(
            autoescape=form == "html", undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=False,
            keep_trailing_newline=True, extensions=["jinja2.ext.i18n"],
        )  # fmt: skip
        environment.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]  # by i18n
        environment.globals["language"] = language
        environment.filters["fold"] = fold
        source = (folder / f"{name}.{suffix}").read_text(encoding="utf-8")
        _before, *pieces = _PART.split(source)
        for part, text in zip(pieces[::2], pieces[1::2], strict=True):
            found[form, part] = environment.from_string(text)
    return found
