"""Jurisdiction codes as people type them, and what belongs to what. Pure."""

import pycountry

from db.query import parse

EU_MEMBERS = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
"""The member states of the European Union since 2020-02-01."""

# Ours beside ISO 3166 (see the taxonomy), and Kosovo under the code that the EU's own statistics give it.
_OURS = frozenset({"EU", "INT", "XK"})


def canonical(typed: str) -> str | None:
    """The code that is meant, in the spelling of the query language: ``de`` is DE, ``uk`` GB; None for no place."""
    asked = parse(f"jurisdiction:{typed}")
    if len(asked.pieces) != 1 or not asked.tags:
        return None
    code = asked.tags[0].partition(":")[2].upper()
    return code if _exists(code) else None


def country(code: str) -> str:
    """The country of a part of one (``US-CA``: US); any other code is its own."""
    return code.partition("-")[0]


def _exists(code: str) -> bool:
    if code in _OURS:
        return True
    if "-" in code:
        return pycountry.subdivisions.get(code=code) is not None  # type: ignore[no-untyped-call]  # no types there
    return bool(code) and pycountry.countries.get(alpha_2=code) is not None
