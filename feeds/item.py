"""One entry of a feed before it is written in any format: what is said of an update, made once for all feeds."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db.compositions import StoredRevision
from db.feeds import Listed
from feeds.headline import headline, words
from feeds.plain import address, clipped, direction, language, plain
from model.codes import Facet, Stage
from model.source import Republish, Source
from model.tags import Evidence
from model.texts import _
from model.update import Update

SCHEME = "/taxonomy#"
# A title longer than this is cut with an ellipsis, so that no feed can grow beyond all readers.
_LONGEST_TITLE = 6_000
_LINKED_TITLE = 500
_QUOTED = 200
_LATEST_CORRECTIONS = 5
_SHOWN_FACETS = (Facet.JURISDICTION, Facet.TOPIC, Facet.SECTOR, Facet.KIND, Facet.STAGE, Facet.CONCERN)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: plain values; ``content`` is HTML that holds no other markup than ours.

    ``published`` is the time of listing and never moves; ``updated`` is of the last change that readers see.
    """

    id: str
    page: str
    official: str | None
    title: str
    lang: str | None
    headline: str
    content: str
    published: datetime
    updated: datetime
    categories: tuple[tuple[str, str], ...]
    reasons: tuple[Evidence, ...]
    update: Update


def item(listed: Listed, *, base_url: str, sources: Mapping[str, Source], room: int) -> Item:
    """The entry of an update; ``room`` is how many characters of its source's text it may carry.

    A source that is not in ``sources`` has not said what may be shown: none of its text is.
    """
    update = listed.update
    publication, tags = update.publication, update.tags
    source = sources.get(publication.source)
    republish = source.may_republish if source else Republish.NONE
    reasons = _reasons(tags.evidence, republish)
    return Item(
        id=publication.id,
        page=f"{base_url}/u/{publication.id.removeprefix('urn:uuid:')}",
        official=address(publication.url),
        title=clipped(plain(publication.title), _LONGEST_TITLE) or headline(tags),
        lang=language(publication.lang or tags.lang),
        headline=headline(tags),
        content="".join(_paragraphs(listed, source, republish, reasons, room)),
        published=_time(update.listed_at or ""),
        updated=_updated(listed),
        categories=_categories(update),
        reasons=reasons,
        update=update,
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _updated(listed: Listed) -> datetime:
    """When readers last saw a change.

    Updates of one visit share a second, and validators ask for times that differ within a feed: the fraction of the
    second is the update's number.
    """
    update = listed.update
    latest = max(update.listed_at or "", update.updated_at or "")
    return _time(latest).replace(microsecond=0) + timedelta(microseconds=listed.seq % 1_000_000)


def _categories(update: Update) -> tuple[tuple[str, str], ...]:
    """(facet, code) of all tags."""
    tags = update.tags
    facets = (
        ("jurisdiction", tags.jurisdictions), ("concern", tags.concerns), ("topic", tags.topics),
        ("sector", tags.sectors), ("kind", (tags.kind,)), ("stage", () if tags.stage is Stage.NONE else (tags.stage,)),
        ("instrument", tags.instruments),
    )  # fmt: skip
    return tuple((facet, plain(str(code))) for facet, codes in facets for code in codes)


def _reasons(evidence: Sequence[Evidence], republish: Republish) -> tuple[Evidence, ...]:
    """Why each tag was given: once for each rule. Words of a text that may not be shown stay out."""
    first: dict[tuple[str, str, str], Evidence] = {}
    for found in evidence:
        if found.where != "body" or republish is not Republish.NONE:
            first.setdefault((found.facet, found.code, found.rule), found)
    return tuple(first.values())


def _paragraphs(
    listed: Listed, source: Source | None, republish: Republish, reasons: Sequence[Evidence], room: int
) -> list[str]:
    update = listed.update
    publication = update.publication
    lang = language(publication.lang or update.tags.lang)
    lines = [_paragraph(headline(update.tags)), _official(update, lang)]
    if republish is not Republish.NONE:
        lines += [_paragraph(line, lang) for line in _excerpt(update, republish, room)]
    lines += [_paragraph(line) for line in (_dates(update, republish), _why(reasons)) if line]
    lines += [_paragraph(line) for line in _corrections(listed.history, republish)]
    lines += [
        _linked(_("Also at"), address(other.publication.url), other.publication.source) for other in listed.also_at
    ]
    return [*lines, _paragraph(_provenance(update, source))]


def _paragraph(text: str, lang: str | None = None) -> str:
    return f"<p{_attributes(lang)}>{html.escape(plain(text))}</p>"


def _attributes(lang: str | None) -> str:
    written = direction(lang)
    return (f' lang="{lang}"' if lang else "") + (f' dir="{written}"' if written else "")


def _official(update: Update, lang: str | None) -> str:
    title = clipped(plain(update.publication.title), _LINKED_TITLE)
    url = address(update.publication.url)
    if not title or not url:
        return _paragraph(title, lang) if title else ""
    return f'<p{_attributes(lang)}><a href="{html.escape(url)}">{html.escape(title)}</a></p>'


def _linked(before: str, url: str | None, label: str) -> str:
    if url is None:
        return _paragraph(f"{before}: {label}")
    return f'<p>{html.escape(before)}: <a href="{html.escape(url)}">{html.escape(plain(label))}</a></p>'


def _excerpt(update: Update, republish: Republish, room: int) -> list[str]:
    publication = update.publication
    text = plain(publication.text if republish is Republish.TEXT and publication.text else publication.summary)
    if len(text) <= room:
        return text.split("\n") if text else []
    cut = text[:room].rsplit(None, 1)[0] if room else ""
    kept = cut.split("\n") if cut else []
    said = _("[The first {shown:,} of {total:,} characters; the rest is at the source.]")
    return [*kept, said.format(shown=len(cut), total=len(text))]


def _dates(update: Update, republish: Republish) -> str:
    told = [dated for dated in update.tags.dates if dated.type != "published"]
    quote = republish is not Republish.NONE
    return " ".join(
        f"{words(dated.type).capitalize()}: {dated.date}"
        + (f" (“{clipped(dated.words, _QUOTED)}”)." if quote and dated.words else ".")
        for dated in told
    )


def _why(reasons: Sequence[Evidence]) -> str:
    """The tags with the words that gave them; each tag once, the rest is in the extension and on the page."""
    places = {"title": _("title"), "body": _("body"), "source": _("source")}
    first: dict[tuple[str, str], str] = {}
    for found in reasons:
        if found.facet in _SHOWN_FACETS:
            words_ = f" (“{clipped(found.words, _QUOTED)}”, {places[found.where]})" if found.words else ""
            first.setdefault((found.facet, found.code), f"{words(found.facet)} {words(found.code)}{words_}")
    return _("Why: {reasons}.").format(reasons="; ".join(first.values())) if first else ""


def _corrections(history: Sequence[StoredRevision], republish: Republish) -> list[str]:
    """What the source changed after the first version, newest first; a cut says how many there are."""
    changes = [revision for revision in history[1:] if revision.fields or revision.note]
    shown = [_correction(revision, republish) for revision in reversed(changes[-_LATEST_CORRECTIONS:])]
    if len(changes) > len(shown):
        said = _("[The latest {shown} of {total} changes; all are on the page of this update.]")
        shown.append(said.format(shown=len(shown), total=len(changes)))
    return shown


def _correction(revision: StoredRevision, republish: Republish) -> str:
    changed = ""
    if revision.fields:
        changed = _("Changed by the source: {fields}.").format(fields=", ".join(map(words, revision.fields)))
    note = clipped(revision.note, _QUOTED * 5) if revision.note and republish is not Republish.NONE else ""
    return " ".join(part for part in (f"{revision.at[:10]}:", changed, note) if part)


def _provenance(update: Update, source: Source | None) -> str:
    publication = update.publication
    said = _("The source gives no date.")
    if publication.published:
        said = _("Published by the source: {day}.").format(day=publication.published)
    name = f"{source.name} ({source.publisher})" if source else publication.source
    ours = _("First seen here: {seen}. Listed here: {listed}.").format(seen=update.first_seen, listed=update.listed_at)
    return " ".join([_("Source: {name}.").format(name=name), said, ours])
