"""Which updates of several sources are one publication: by strong identifiers. Pure."""

import re
from collections.abc import Callable, Mapping

from model.codes import Facet
from model.publication import Publication


def group_keys(publication: Publication) -> frozenset[str]:
    """What this publication shares with its other channels: ``celex:32024R3015``, ``bill:US:119-hr-1234:passed``.

    Dockets, RINs and conventions are shared by many publications and do not join.
    """
    return frozenset(
        key
        for scheme, values in publication.identifiers.items()
        if (make := _KEYS.get(scheme))
        for value in values
        if value.strip() and (key := make(scheme, value.strip(), publication))
    )


def _plain(scheme: str, value: str, _: Publication) -> str:
    return f"{scheme}:{value.upper()}"


def _eli(scheme: str, value: str, _: Publication) -> str:
    """One address whatever its scheme, its case and its last steps.

    Of the EU's those are ``/oj``, the act as published, and a language (``/oj/spa``, ``/spa``).
    """
    bare = re.sub(r"^https?://(www\.)?", "", value.lower()).rstrip("/")
    of_the_eu = _EU_ACT.fullmatch(bare)
    return f"{scheme}:{of_the_eu[1] if of_the_eu else bare.removesuffix('/oj')}"


def _national(scheme: str, value: str, publication: Publication) -> str:
    """Numbers that every country counts anew."""
    return f"{scheme}:{_said(publication, Facet.JURISDICTION) or publication.source[:2].upper()}:{value.upper()}"


def _bill(scheme: str, value: str, publication: Publication) -> str | None:
    """Each stage of a bill is an update of its own; without one a bill number joins nothing."""
    stage = _said(publication, Facet.STAGE)
    return f"{_national(scheme, value, publication)}:{stage}" if stage else None


def _said(publication: Publication, facet: Facet) -> str | None:
    return next((said.code for said in publication.statements if said.facet is facet), None)


_EU_ACT = re.compile(r"(data\.europa\.eu/eli/.*\d)(?:/oj)?(?:/[a-z]{3})?")

_KEYS: Mapping[str, Callable[[str, str, Publication], str | None]] = {
    "celex": _plain,
    "eli": _eli,
    "fr_doc": _plain,
    "boe": _plain,
    "ecli": _plain,
    "bill": _bill,
    "public_law": _national,
    "bgbl": _national,
}
