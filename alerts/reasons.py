"""Why an update came, in words: what of a saved search it answers. Pure."""

from collections.abc import Sequence
from functools import cached_property

from db.query import Query, Term
from extractors.normalise import Word, folded, words
from feeds.headline import jurisdiction_name
from feeds.headline import words as in_words
from model.instruments import instrument
from model.texts import _, ngettext
from model.update import Update

_MOST_WORDS = 6


class Texts:
    """The texts of one publication, read once for all subscriptions that they answer."""

    def __init__(self, updates: Sequence[Update]) -> None:
        self._updates = updates
        self._found: dict[Term, str] = {}

    def words_of(self, term: Term) -> str:
        """The words of the publication that are this term, as they stand there."""
        if term not in self._found:
            found = (paragraph.find(term) for paragraph in self._paragraphs)
            self._found[term] = next(filter(None, found), " ".join(term.words))
        return self._found[term]

    @cached_property
    def _paragraphs(self) -> list["_Paragraph"]:
        publications = [update.publication for update in self._updates]
        titles = [version.title for publication in publications for version in publication.versions]
        texts = [version.text for publication in publications for version in publication.versions]
        all_texts = [*titles, *(publication.summary for publication in publications), *texts]
        return [_Paragraph(line) for text in all_texts for line in text.split("\n") if line]


class _Paragraph:
    """One line of a text; its words are cut only where a term may stand in it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def find(self, term: Term) -> str | None:
        if not all(word in self._folded for word in term.words):
            return None
        size = len(term.words)
        for i in self._places.get(term.words[0], ()) if size > 1 or not term.prefix else range(len(self._words)):
            here = self._words[i : i + size]
            if _are(here, term):
                return self._text[here[0].start : here[-1].end]
        return None

    @cached_property
    def _folded(self) -> str:
        return folded(self._text)

    @cached_property
    def _words(self) -> list[Word]:
        return list(words(self._text))

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for i, word in enumerate(self._words):
            places.setdefault(word.term, []).append(i)
        return places


def _are(here: Sequence[Word], term: Term) -> bool:
    """Whether these words are the term; its last word may be a beginning."""
    found = tuple(word.term for word in here)
    if not term.prefix:
        return found == term.words
    return len(found) == len(term.words) and found[:-1] == term.words[:-1] and found[-1].startswith(term.words[-1])


def reason_words(asked: Query, texts: Texts) -> str:
    """What of the search is answered: ``import ban · Canada · “forced labour”``.

    A search that asks for nothing in particular is told as it was read.
    """
    found = [f"“{texts.words_of(term)}”" for term in asked.wanted[:_MOST_WORDS]]
    if more := len(asked.wanted) - len(found):
        found.append(ngettext("{count} more word", "{count} more words", more).format(count=more))
    said = [*map(_tag_in_words, asked.tags), *found]
    return " · ".join(dict.fromkeys(said)) or asked.read_as or _("every update")


def _tag_in_words(tag: str) -> str:
    name, code = tag.partition(":")[::2]
    if name == "jurisdiction":
        return jurisdiction_name(code.upper())
    if name == "concerns":
        return _("concerns {places}").format(places=jurisdiction_name(code.upper()))
    if name == "instrument" and (found := instrument(code)):
        return found.name
    return in_words(code) if name in ("topic", "sector", "kind", "stage") else f"{name} {code}"
