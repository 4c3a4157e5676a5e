"""What passes the store's door is clean: no control characters, no lone surrogates, titles on one line."""

from dataclasses import replace

from extractors.tidy import one_line, tidy
from model.publication import Publication, Version


def clean(publication: Publication) -> Publication:
    """The publication as it may be stored and shown anywhere: in SQLite, XML, JSON and mail."""
    return replace(
        publication,
        native_id=_storable(publication.native_id),
        piece=_storable(publication.piece),
        title=one_line(publication.title),
        url=_link(publication.url),
        text=tidy(publication.text),
        summary=tidy(publication.summary),
        identifiers={
            scheme: tuple(filter(None, map(one_line, values)))
            for scheme, values in sorted(publication.identifiers.items())
        },
        dates=tuple(replace(dated, words=one_line(dated.words)) for dated in publication.dates),
        statements=tuple(replace(said, words=one_line(said.words)) for said in publication.statements),
        notes=tuple(replace(note, text=tidy(note.text)) for note in publication.notes),
        others=tuple(map(_clean_version, publication.others)),
        corrects=tuple(map(_storable, publication.corrects)),
        follows=None if publication.follows is None else _storable(publication.follows),
    )


def _clean_version(version: Version) -> Version:
    return Version(version.lang, one_line(version.title), tidy(version.text), _link(version.url))


def _link(url: str | None) -> str | None:
    return one_line(url) or None


def _storable(text: str) -> str:
    """An id as the source writes it, without what no file can hold."""
    return text.encode("utf-8", "ignore").decode("utf-8").replace("\0", "")
