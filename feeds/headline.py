"""A headline made of tags, so that a reader understands an update whose official title is in no language of theirs."""

from functools import cache

import pycountry
from babel import Locale

from model.codes import Kind, Sector, Stage, Topic
from model.tags import Tags

# The codes of our own beside ISO 3166: see the taxonomy.
_OURS = {"EU": "European Union", "INT": "International"}


def headline(tags: Tags) -> str:
    """ "Japan · guidance · due diligence · electronics": whose rule, what it is, where it stands, what it is about."""
    parts = [", ".join(jurisdiction_name(code) for code in tags.jurisdictions)]
    parts += [words(tags.kind), "" if tags.stage is Stage.NONE else words(tags.stage)]
    parts += [", ".join(words(code) for code in tags.topics), ", ".join(words(code) for code in tags.sectors)]
    if tags.concerns:
        parts.append("concerns " + ", ".join(jurisdiction_name(code) for code in tags.concerns))
    return " · ".join(part for part in parts if part)


def words(code: Topic | Sector | Kind | Stage | str) -> str:
    """A code as words: ``import-ban`` is "import ban"."""
    return str(code).replace("-", " ")


@cache
def jurisdiction_name(code: str) -> str:
    """The English name of a jurisdiction code: ``DE``, ``US-CA``, ``EU``, ``INT``; an unknown code is its own name."""
    if code in _OURS:
        return _OURS[code]
    if "-" in code:
        part = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]  # pycountry has no types
        return f"{part.name} ({jurisdiction_name(code[:2])})" if part else code
    return str(Locale("en").territories.get(code, code))
