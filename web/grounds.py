"""Why an update has its tags, in words: what was quoted from it, where that stands, and which rule took it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from alerts.wording import short
from feeds.headline import jurisdiction_name, language_name, words
from feeds.plain import plain
from model.codes import Facet, Stage
from model.instruments import instrument
from model.source import Republish
from model.tags import Evidence, Tags
from model.texts import _
from web.marking import Marked, stands

_LONGEST_QUOTE = 160
_FIRST = 3
_MOST = 30


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground for a tag.

    ``quoted`` are the words (empty where none decided), ``where`` and ``rule`` say where they stand and what took them;
    ``link`` leads to their first mark, None where they are not marked. ``count`` tells how often they stand there.
    """

    quoted: str
    where: str
    rule: str
    link: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Ground:
    """One tag: its facet and its code in words, the page of its code, and the reasons; ``left_out`` counts the others,
    whose words are marked all the same."""

    facet: str
    name: str
    page: str
    first: tuple[Reason, ...]
    more: tuple[Reason, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Texts:
    """Title and text that the tags were made from, with their marks, and how much of them may be shown.

    ``title_page`` and ``body_page`` are the addresses of the pages that show them (empty: the page itself), and
    ``whole_page`` of the one that shows also what stands behind ``end`` in the text.
    """

    title: Marked
    body: Marked
    republish: Republish
    title_page: str
    body_page: str
    whole_page: str
    end: int

    def link(self, one: Evidence) -> str | None:
        """The address of the mark in which ``one`` stands."""
        text = self.title if one.where == "title" else self.body
        if one.where == "source" or not telling(one) or not stands(text.text, one):
            return None
        number = text.number(one.start)
        if one.where == "title":
            return f"{self.title_page}#t{number}"
        return f"{self.body_page if one.start < self.end else self.whole_page}#m{number}"

    def quoted(self, one: Evidence) -> str:
        hidden = one.where == "body" and self.republish is Republish.NONE
        return short(plain(one.words), _LONGEST_QUOTE) if telling(one) and not hidden else ""

    def where(self, one: Evidence) -> str:
        if one.where == "body" and self.body.text and one.start >= self.end:
            return _("further down in the text")
        places = {"title": _("in the title"), "body": _("in the text"), "source": _("said by the source")}
        return places[one.where]


def telling(one: Evidence) -> bool:
    """Whether the words decided; some rules only note what the text begins with."""
    noted = ":usual for " in one.rule or one.rule.endswith(("nothing said", "nothing found"))
    return one.facet is not Facet.LANGUAGE and not noted


def grounds(tags: Tags, texts: Texts, root: str) -> tuple[Ground, ...]:
    """All tags of an update, by facet, with the reasons for each."""
    return tuple(
        Ground(facet, name, page, tuple(reasons[:_FIRST]), tuple(reasons[_FIRST:_MOST]), max(len(reasons) - _MOST, 0))
        for of, facet, code, name, page in _tags(tags, root)
        for reasons in [_reasons([one for one in tags.evidence if (one.facet, one.code) == (of, code)], texts)]
    )


def _tags(tags: Tags, root: str) -> Iterator[tuple[Facet, str, str, str, str]]:
    """(facet, its name, code, the code in words, the page of the code) of each tag."""
    if not tags.topics:
        yield Facet.RELEVANCE, _("subject"), "no", _("perhaps about our subject"), f"{root}/about"
    for code in tags.jurisdictions:
        yield Facet.JURISDICTION, _("whose rule"), code, jurisdiction_name(code), f"{root}/j/{quote(code)}"
    for code in tags.concerns:
        yield Facet.CONCERN, _("aimed at"), code, jurisdiction_name(code), _search(root, f"concerns:{code}")
    for code in tags.topics:
        yield Facet.TOPIC, _("topic"), code, words(code), f"{root}/t/{quote(code)}"
    for code in tags.sectors:
        yield Facet.SECTOR, _("sector"), code, words(code), f"{root}/sector/{quote(code)}"
    yield Facet.KIND, _("kind"), tags.kind, words(tags.kind), _search(root, f"kind:{tags.kind}")
    if tags.stage is not Stage.NONE:
        yield Facet.STAGE, _("stage"), tags.stage, words(tags.stage), _search(root, f"stage:{tags.stage}")
    for code in tags.instruments:
        known = instrument(code)
        yield Facet.INSTRUMENT, _("instrument"), code, known.name if known else code, f"{root}/i/{quote(code)}"


def _search(root: str, query: str) -> str:
    return f"{root}/search?q={quote(query, safe='')}"


def _reasons(evidence: Iterable[Evidence], texts: Texts) -> list[Reason]:
    """One for each wording in each place, in the order of the evidence; of several rules that took it the first."""
    by_wording: dict[tuple[str, str], list[Evidence]] = {}
    for one in evidence:
        by_wording.setdefault((texts.where(one), texts.quoted(one).casefold() or one.rule), []).append(one)
    return [_reason(found, texts) for found in by_wording.values()]


def _reason(found: Sequence[Evidence], texts: Texts) -> Reason:
    one = found[0]
    return Reason(
        quoted=texts.quoted(one),
        where=texts.where(one) if telling(one) and one.rule != f"source:{one.facet}" else "",
        rule=_rule(one),
        link=texts.link(one),
        count=len({(each.start, each.end) for each in found}),
    )


def _rule(one: Evidence) -> str:
    """The rule of the program in words; one that is not known here, as it is written."""
    name, _colon, rest = one.rule.partition(":")
    kind, _slash, code = name.partition("/")
    if rest.startswith("usual for "):
        return _("usual for this kind: {kind}").format(kind=words(rest.removeprefix("usual for ")))
    spoken, list_of = language_name(rest.partition(":")[0]), words(code)
    known = {
        "topics": _("our {language} word list on {code}").format(language=spoken, code=list_of),
        "sectors": _("our {language} word list on {code}").format(language=spoken, code=list_of),
        "kinds": _("our {language} words for a publication of this kind").format(language=spoken),
        "stages": _("our {language} words for this stage").format(language=spoken),
        "bodies": _("the name of an official body"),
        "places": _("the name of a place or its people"),
        "instruments": _("a name or number of this instrument"),
        "identifier": _("a number of this instrument that the source gives"),
        "dates": _("a date beside {language} words for what it is").format(language=spoken),
        "source": _("the source says so"),
        "source:host": _("the host of its official address"),
        "source:id": _("whose publications this source carries"),
        "kinds:nothing said": _("taken where nothing else is said"),
        "stages:takes effect later": _("it takes effect after the day of its publication"),
    }
    return known.get(one.rule) or known.get(kind) or one.rule
