"""The base of every spider: a source declared, its shapes, and one way from a response to what it holds."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar, Protocol

import scrapy

from crawlers.reading import Ask, Reading, Shape
from extractors.document import Document
from model.codes import Facet
from model.payload import Payload, PayloadError
from model.publication import Statement
from model.source import Source


class Visitor(Protocol):
    """The run that a spider serves: it makes the requests, takes the answers and keeps what they hold."""

    def first_requests(self) -> Iterable[scrapy.Request]: ...

    def close(self, reason: str) -> None: ...


class SourceSpider(scrapy.Spider):
    """A source as a form.

    1. ``source`` declares it; ``name`` is its id and the name of its file.
    2. ``asks`` says what to ask first.
    3. ``shapes`` lists the payloads that the source publishes; the first that matches reads a payload.

    ``parser_version`` is raised with every change of what the shapes read: it clears stored validators.
    ``key_header`` or ``key_param`` says where a source wants its API key, if it wants one.
    """

    source: ClassVar[Source]
    parser_version: ClassVar[int]
    shapes: ClassVar[tuple[Shape, ...]]
    key_header: ClassVar[str | None] = None
    key_param: ClassVar[str | None] = None

    def __init__(self, visit: Visitor, **values: Any) -> None:
        super().__init__(**values)
        self.visit = visit

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for request in self.visit.first_requests():
            yield request

    def closed(self, reason: str) -> None:
        """Called by Scrapy when the crawl of this spider has ended, for whatever reason."""
        self.visit.close(reason)

    @classmethod
    def asks(cls, now: datetime, since: date) -> Iterable[Ask]:
        """The first requests of a visit at ``now`` (UTC) that wants what was published on or after ``since``."""
        raise NotImplementedError

    @classmethod
    def read(cls, payload: Payload) -> Reading:
        """What ``payload`` holds. Raises PayloadError where it is broken or of no known shape."""
        document = Document(payload)
        for shape in cls.shapes:
            if shape.matches(document):
                return cls._signed(shape.read(document))
        raise PayloadError(f"this is no payload that {cls.source.id} is known to publish")

    @classmethod
    def _signed(cls, reading: Reading) -> Reading:
        """Every publication says whose rule it is: the source's own jurisdiction where the payload says no other."""
        whose = Statement(Facet.JURISDICTION, cls.source.jurisdiction, cls.source.publisher)
        return replace(
            reading,
            publications=tuple(
                publication
                if any(said.facet is Facet.JURISDICTION for said in publication.statements)
                else replace(publication, statements=(*publication.statements, whose))
                for publication in reading.publications
            ),
        )
