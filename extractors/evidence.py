"""A text to be tagged, and evidence with the right places in it."""

from collections.abc import Iterable
from functools import cached_property

from extractors.finder import Finder, Finding
from extractors.folding import Folded
from model.codes import Facet
from model.publication import Publication, Statement
from model.tags import Evidence, Where

# Nobody reads further to know what a text is about: a hundred pages of close print.
READ = 250_000
# What is longer is a text that somebody took for a title.
_TITLE = 20_000


# What is found in a publication; one class, because long texts hold a hundred thousand.
Sighting = Finding


class Reading:
    """Title and text of a publication, folded once."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.title = Folded(publication.title[:_TITLE])
        self.body = Folded((publication.text or publication.summary)[:READ])

    @cached_property
    def where_body(self) -> Where:
        """Words of a summary that stands for a missing text are the source's own words about it."""
        return "body" if self.publication.text or not self.publication.summary else "source"

    def sightings(self, finder: Finder, *, head: int | None = None) -> list[Sighting]:
        """What ``finder`` finds in the title and in the text (or its first ``head`` characters)."""
        body = self.body if head is None or len(self.body.text) <= head else self._head(head)
        return [*finder.find(self.title, title=True), *finder.find(body)]

    def _head(self, length: int) -> Folded:
        cut = self.body.text.rfind(" ", 0, length)
        return self.body.until(cut if cut > 0 else length)

    def evidence(self, facet: Facet, code: str, sighting: Sighting, rule: str | None = None) -> Evidence:
        folded = self.title if sighting.title else self.body
        start, end = folded.span(sighting.start, sighting.end)
        return self.quote(facet, code, rule or sighting.entry.rule, start, end, title=sighting.title)

    def quote(self, facet: Facet, code: str, rule: str, start: int, end: int, *, title: bool) -> Evidence:
        """Evidence by offsets in the original title or text."""
        words = (self.title if title else self.body).original[start:end]
        where: Where = "title" if title else self.where_body
        return Evidence(facet, code, rule, words, *((start, end) if where != "source" else (0, 0)), where)

    def opening(self, facet: Facet, code: str, rule: str) -> Evidence:
        """Evidence for what is taken where nothing else is said: the beginning of the title, or of the text."""
        title = bool(self.title.original)
        original = (self.title if title else self.body).original
        return self.quote(facet, code, rule, 0, min(len(original), 80), title=title)


def stated(statement: Statement) -> Evidence:
    return Evidence(statement.facet, statement.code, f"source:{statement.facet}", statement.words, 0, 0, "source")


def outermost(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Without those that lie inside of a longer one (Mexico in New Mexico)."""
    kept: list[Sighting] = []
    for one in sorted(sightings, key=lambda sighting: (not sighting.title, sighting.start, -sighting.end)):
        if kept and kept[-1].title == one.title and one.end <= kept[-1].end and _length(one) < _length(kept[-1]):
            continue
        kept.append(one)
    return kept


def _length(sighting: Sighting) -> int:
    return sighting.end - sighting.start
