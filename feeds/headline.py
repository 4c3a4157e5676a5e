"""A headline made of tags, so that a reader understands an update whose official title is in no language of theirs."""

from collections.abc import Mapping
from functools import cache

import pycountry
from babel import Locale

from model.codes import Facet, Kind, Sector, Stage, Topic
from model.tags import Tags
from model.texts import _, language

# A source's own word for a stage is a term; what is longer is a sentence and belongs into the text.
_LONGEST_STAGE = 40


def headline(tags: Tags) -> str:
    """ "Japan · guidance · due diligence · electronics": whose rule, what it is, where it stands, what it is about."""
    parts = [", ".join(jurisdiction_name(code) for code in tags.jurisdictions)]
    # A consultation at the stage of consultation is told once.
    parts += [words(tags.kind), "" if str(tags.stage) in (Stage.NONE, tags.kind) else _stage(tags)]
    parts += [", ".join(words(code) for code in tags.topics), ", ".join(words(code) for code in tags.sectors)]
    if tags.concerns:
        places = ", ".join(jurisdiction_name(code) for code in tags.concerns)
        parts.append(_("concerns {places}").format(places=places))
    return " · ".join(part for part in parts if part)


def _stage(tags: Tags) -> str:
    """Where the rule stands and, where the source says it in words of its own, those: "passed (Third reading)"."""
    stage = words(tags.stage)
    said = next((one.words for one in tags.evidence if one.facet is Facet.STAGE and one.where == "source"), "")
    tells = said and "_" not in said and len(said) <= _LONGEST_STAGE and said.casefold() != stage.casefold()
    return f"{stage} ({said})" if tells else stage


def words(code: Topic | Sector | Kind | Stage | str) -> str:
    """A code as words: ``import-ban`` is "import ban"."""
    return _(str(code).replace("-", " "))


def jurisdiction_name(code: str) -> str:
    """The name of a jurisdiction code: ``DE``, ``US-CA``, ``EU``, ``INT``; an unknown code is its own name."""
    # The codes of our own beside ISO 3166: see the taxonomy.
    if code == "EU":
        return _("European Union")
    if code == "INT":
        return _("International")
    if "-" in code:
        part = _subdivision(code)
        return f"{part} ({jurisdiction_name(code[:2])})" if part else code
    return _territories(language()).get(code, code)


def language_name(code: str) -> str:
    """The name of a language code: ``fr`` is "French"; an unknown code is its own name."""
    return _languages(language()).get(code, code)


@cache
def _subdivision(code: str) -> str:
    """The name of a part of a country as ISO 3166-2 gives it, in a language of that country; empty if unknown."""
    part = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]  # pycountry has no types
    return str(part.name).partition(" [")[0] if part else ""  # behind it stands the name in a further language


@cache
def _territories(spoken: str) -> Mapping[str, str]:
    return {code: str(name) for code, name in Locale.parse(spoken, sep="-").territories.items()}


@cache
def _languages(spoken: str) -> Mapping[str, str]:
    return {code: str(name) for code, name in Locale.parse(spoken, sep="-").languages.items()}
