"""CELEX numbers: what the Publications Office's own numbering says about a document.

A number is a sector (one character), a year, a descriptor (one or two letters) and a serial number, then perhaps a
suffix: ``32024R3015``, ``52022PC0453``, ``62012FJ0157``, ``32018R1971R(01)``, ``02019R2088-20240109``.
https://eur-lex.europa.eu/content/tools/eur-lex-celex-infographic-A3.pdf
"""

import re
from urllib.parse import quote, unquote

from model.codes import Facet, Kind, Stage
from model.publication import Statement

PRINTED = re.compile(r"(?<![\w/-])[0-9CE]\d{4}[A-Z]{1,2}\d{4}(?:\(\d{2}\))*(?:R\(\d{2}\))?(?:-\d{8})?(?![\w(])")
# The serial number is longer or shorter in treaties (12016E288), notices of the OJ and national measures.
_PARTS = re.compile(r"([0-9CE])(\d{4})([A-Z]{1,2})([0-9A-Z_/]*?)(?:\(\d{2}\))*(R\(\d{2}\))?(-\d{8})?")
_IN_ADDRESS = re.compile(r"/resource/celex/([^/?#\s]+)|[?&]uri=CELEX:([^&#\s]+)", re.I)
RESOURCE = "https://publications.europa.eu/resource"

_KINDS = {
    "1": Kind.LEGISLATION,
    "2": Kind.POLICY,
    "3": Kind.LEGISLATION,
    "4": Kind.LEGISLATION,
    "6": Kind.JUDGMENT,
    "8": Kind.JUDGMENT,
}
# Descriptors that say something else than their sector does; those of sector 5 that say nothing stay without a kind.
_DESCRIBED = {
    "3A": Kind.POLICY, "3C": Kind.POLICY, "3G": Kind.POLICY, "3H": Kind.POLICY, "3M": Kind.ENFORCEMENT,
    "5PC": Kind.BILL, "5AG": Kind.BILL, "5AP": Kind.BILL, "5DC": Kind.POLICY, "5SC": Kind.REPORT, "5IP": Kind.POLICY,
    "5AE": Kind.POLICY, "5IE": Kind.POLICY, "5AC": Kind.POLICY, "5AR": Kind.POLICY, "5IR": Kind.POLICY,
    "5AB": Kind.POLICY, "6CN": Kind.NEWS, "6TN": Kind.NEWS, "6FN": Kind.NEWS,
}  # fmt: skip
_STAGED = {"5PC": Stage.PROPOSED, "5AG": Stage.PASSED, "5AP": Stage.PASSED}
# Resource types that are narrower than the descriptor: https://publications.europa.eu/resource/authority/resource-type
_TYPED = {
    "PROP_": Kind.BILL, "JUDG": Kind.JUDGMENT, "ORDER": Kind.JUDGMENT, "RECO": Kind.POLICY, "RES": Kind.POLICY,
    "COMMUNIC": Kind.POLICY, "REPORT": Kind.REPORT, "SWD": Kind.REPORT, "IMPACT_ASSESS": Kind.REPORT,
    "GUIDELINE": Kind.GUIDANCE,
}  # fmt: skip


def in_address(url: str | None) -> str | None:
    """The CELEX number in an address (``/resource/celex/32024R3015.ENG``), or None."""
    found = _IN_ADDRESS.search(url or "")
    number = unquote(found[1] or found[2]).split(".")[0] if found else ""
    return number if _PARTS.fullmatch(number) else None


def is_celex(text: str) -> bool:
    return bool(_PARTS.fullmatch(text))


def act_of(number: str) -> str:
    """The number of the act that a consolidated text belongs to, else the number itself.

    >>> act_of("02019R2088-20240109")
    '32019R2088'
    """
    return "3" + number[1:].split("-")[0] if number.startswith("0") else number


def corrected_by(number: str) -> tuple[str, ...]:
    """The act that a corrigendum corrects.

    >>> corrected_by("32018R1971R(01)")
    ('32018R1971',)
    """
    return (re.sub(r"R\(\d{2}\)$", "", number),) if re.search(r"R\(\d{2}\)$", number) else ()


def case_number(number: str) -> tuple[str, ...]:
    """The number of the case that a document of sector 6 belongs to.

    >>> case_number("62012FJ0157")
    ('F-157/12',)
    """
    found = _PARTS.fullmatch(number)
    if not found or found[1] != "6" or not found[4].isdigit():
        return ()
    return (f"{found[3][0]}-{int(found[4])}/{found[2][2:]}",)


def address(number: str) -> str:
    return f"{RESOURCE}/celex/{quote(number, safe='')}"


def statements(
    number: str, resource_type: str, *, in_force: bool | None = None, ended: bool = False
) -> list[Statement]:
    """Kind and stage, as the number's sector and descriptor and the resource type tell them.

    ``in_force`` is the source's own word (None where it does not say: then an act has no stage either), ``ended``
    whether an end of validity is given.
    """
    found = _PARTS.fullmatch(number)
    if not found:
        return []
    said = " ".join(word for word in (resource_type, number) if word)
    kind = _typed(resource_type) or _DESCRIBED.get(found[1] + found[3]) or _KINDS.get(found[1])
    stage = Stage.PROPOSED if resource_type.startswith("PROP_") else _STAGED.get(found[1] + found[3])
    if kind is Kind.LEGISLATION and in_force is not None and not found[5]:
        # An act that is not in force either waits for it or has ended.
        stage = Stage.IN_FORCE if in_force else Stage.REPEALED if ended else Stage.ADOPTED
    elif kind in (Kind.JUDGMENT, Kind.REPORT):
        stage = Stage.NONE
    facets = ((Facet.KIND, kind), (Facet.STAGE, stage))
    return [Statement(facet, code, said) for facet, code in facets if code]


def _typed(resource_type: str) -> Kind | None:
    return next((kind for start, kind in _TYPED.items() if resource_type.startswith(start)), None)


# ISO 639-1 codes of the authority list of languages: the official ones and those of neighbours in the Official Journal.
_LANGUAGES = {
    "BUL": "bg", "CES": "cs", "DAN": "da", "DEU": "de", "ELL": "el", "ENG": "en", "EST": "et", "FIN": "fi",
    "FRA": "fr", "GLE": "ga", "HRV": "hr", "HUN": "hu", "ISL": "is", "ITA": "it", "LAV": "lv", "LIT": "lt",
    "MLT": "mt", "NLD": "nl", "NOR": "no", "POL": "pl", "POR": "pt", "RON": "ro", "SLK": "sk", "SLV": "sl",
    "SPA": "es", "SWE": "sv",
}  # fmt: skip
_THREE = {two: three for three, two in _LANGUAGES.items()}


def language(code: str) -> str | None:
    """ISO 639-1 of ``ENG``, ``eng``, ``en`` or ``…/language/ENG``; None for a language that the list does not have."""
    last = code.rsplit("/", 1)[-1].upper()
    two = _LANGUAGES.get(last) or last.lower()
    return two if two in _THREE else None


def three_letters(lang: str) -> str:
    return _THREE[lang]
