"""What a parser gives back, and how it says which payloads it reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from extractors.document import Document
from model.publication import Publication


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that a spider would like to be made.

    ``mark`` is (key, value) where a listing tells that nothing changed: the request is left out when the store
    holds the same value for that key of this source, and the value is stored once the answer was saved.
    ``about`` is a title or summary: where it is given, the request is made only if it may be about our subject.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    mark: tuple[str, str] | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One record or value of a payload that could not be read: which one, which field, and what is wrong with it."""

    record: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One payload, read.

    ``listed`` is the number of rows where the payload is a listing, else None: a first listing with fewer than the
    source's ``expected`` rows is suspicious. ``nothing`` says why a payload rightly holds no update ("no issue on
    this day"). ``problems`` make the run partial, never silent.
    """

    publications: tuple[Publication, ...] = ()
    asks: tuple[Ask, ...] = ()
    problems: tuple[Problem, ...] = ()
    listed: int | None = None
    nothing: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of payload of a source.

    ``matches`` recognises it by its content alone (root, keys), never by its address; ``read`` is a pure function
    of the document and raises ``model.payload.PayloadError`` where the payload is broken.
    """

    name: str
    matches: Callable[[Document], bool]
    read: Callable[[Document], Reading]
