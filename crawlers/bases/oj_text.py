"""Texts of Union law as CELLAR serves them in XHTML and HTML: acts of the Official Journal, consolidated texts,
Commission documents, judgments.

Class names changed over the years (``doc-ti`` became ``oj-doc-ti``); what they mean did not. The number of a text is
taken from the text itself: the line ``ELI: …`` of acts since October 2023, the reference line of consolidated texts,
the title, ``COM(2022) 453 final``, the case number; from the address only where it prints none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from crawlers.bases import celex
from crawlers.bases.fields import printed_day
from extractors.clean import html_text, one_line
from extractors.document import Document
from model.payload import PayloadError

_TITLE_CLASSES = ("oj-doc-ti", "doc-ti", "title-doc-first", "title-doc-last")
_SHAPES = (
    "p.reference, p.oj-doc-ti, p.doc-ti, div.eli-container, p.title-doc-first, p.Typedudocument, p.Typedudocument_cp, "
    "p.coj-normal, p.coj-doc-ti, p.coj-sum-title-1, p.sum-title-1, p.C19Centre, p.C01PointnumeroteAltN, "
    "p.C01PointAltN, div.contentWrapper, #TexteOnly, txt_te"
)
# The arrows that tell which amending act a passage of a consolidated text comes from, and boilerplate around texts.
_NOT_TEXT = "p.arrow, p.modref, p.disclaimer, p.reference, p.oj-hd-ti, p.hd-ti, #banner"
_ARROWS = re.compile(r"[►▼]\s?[A-Z]\d*\b|◄")
_LONE_LABEL = re.compile(r"^([‘“„«]?(?:\(?\w{1,5}\)|\d{1,3}[a-z]?\.)|[—–•-])\n(?=\S)", re.M)
_RULES = re.compile(r"^[—–_+ ]{2,}$\n?", re.M)
_REFERENCE = re.compile(r"^(0\d{4}[A-Z]{1,2}\d{4}(?:\(\d{2}\))*)\s+—\s+([A-Z]{2})\s+—\s+(\d{2})\.(\d{2})\.(\d{4})")
_ELI_LINE = re.compile(r"^ELI:\s*(https?://data\.europa\.eu/eli/(\w+)/(\d{4})/(\d+)(?:/oj)?)\s*$", re.M)
_CORRIGENDUM = re.compile(r"\s*(?:corrigend|rectificat|berichtigung|corrección de errores|rettifica)", re.I)
_COMMISSION = re.compile(r"^(COM|JOIN|SWD|SEC)\((\d{4})\)\s*(\d+)\b", re.M)
_PROCEDURE = re.compile(r"\b\d{4}/\d{4}\s*\((?:COD|NLE|CNS|APP|AVC|SYN|CNB)\)")
_CASE = re.compile(r"\b(?:Case|Joined Cases|Affaire|Affaires jointes)\s+([CTF])[-\u2010\u2011\u2013](\d+)/(\d{2})\b")
_BODIES = r"(?:EU|EC|EEC|UE|CE|CEE|CFSP|PESC|GASP|JHA|JAI|Euratom)"
# How an act's own number follows the word for its kind. Decisions before 2015 bear it in brackets behind their title.
_NUMBERED = tuple(
    re.compile(rf"\s*{pattern}")
    for pattern in (
        rf"\(\s*{_BODIES}(?:,\s*Euratom)?\s*\)\s*[Nn]\s?[o°ºr]?\.?\s*(?P<number>\d{{1,4}})/(?P<year>\d{{2,4}})\b",
        rf"\({_BODIES}(?:,\s*Euratom)?\)\s*(?P<year>\d{{4}})/(?P<number>\d{{1,5}})\b",
        rf"[Nn]\s?[o°ºr]?\.?\s*(?P<number>\d{{1,4}})/(?P<year>\d{{2,4}})/{_BODIES}\b",
        rf"(?P<year>\d{{4}}|\d{{2}})/(?P<number>\d{{1,4}})/{_BODIES}\b",
    )
)
_BEHIND = re.compile(rf"\((?P<year>\d{{4}}|\d{{2}})/(?P<number>\d{{1,4}})/{_BODIES}\)$")
_DESCRIPTORS = (
    ("F", re.compile(r"FRAMEWORK DECISION|DÉCISION-CADRE|DECISIÓN MARCO|RAHMENBESCHLUSS|DECISIONE QUADRO", re.I)),
    ("R", re.compile(r"REGULATION|RÈGLEMENT|REGLAMENTO|VERORDNUNG|REGOLAMENTO|REGULAMENTO", re.I)),
    ("L", re.compile(r"DIRECTIVE|DIRECTIVA|RICHTLINIE|DIRETTIVA|DIRETIVA", re.I)),
    ("D", re.compile(r"DECISION|DÉCISION|DECISIÓN|BESCHLUSS|DECISIONE|DECISÃO", re.I)),
    ("H", re.compile(r"RECOMMENDATION|RECOMMANDATION|RECOMENDACIÓN|EMPFEHLUNG|RACCOMANDAZIONE", re.I)),
)
_ELI_TYPES = {"reg": "R", "dir": "L", "dec": "D", "reco": "H"}
_SERIES = {"COM": "DC", "JOIN": "JC", "SWD": "SC", "SEC": "SC"}
_JUDGED = (("J", r"JUDGMENT|ARRÊT"), ("O", r"ORDER|ORDONNANCE"), ("C", r"OPINION OF|CONCLUSIONS"))


@dataclass(frozen=True, slots=True)
class Text:
    """A text as printed. ``consolidated`` is the reference line of a consolidated text, None for any other."""

    number: str
    lang: str | None
    title: str
    words: str
    published: str | None
    eli: str | None
    consolidated: str | None
    consolidated_on: str | None


def is_text(document: Document) -> bool:
    return document.format == "html" and document.html.select_one(_SHAPES) is not None


def read_text(document: Document) -> Text:
    """The text with its number. Raises PayloadError where it is cut, empty or of no known number."""
    if not re.search(r"</html\s*>\s*$", document.text[-400:], re.I):
        raise PayloadError("</html>: missing, the text is cut")
    page = document.html
    reference = _reference(page)
    printed = html_text(page.body)
    head, title = _heading(printed), _title(page)
    eli = _ELI_LINE.search(printed)
    number = _number(reference, eli, head, title, page) or celex.in_address(document.url)
    if not number:
        raise PayloadError("title: it names no act that we know, nor does the address")
    words = _words(page)
    if not words or not title:
        raise PayloadError(f"{'body' if title else 'title'}: no words")
    return Text(
        number=number,
        lang=_lang(page, reference, document.url),
        title=title,
        words=words,
        published=_published(page),
        eli=eli[1] if eli else None,
        consolidated=reference[0] if reference else None,
        consolidated_on=f"{reference[5]}-{reference[4]}-{reference[3]}" if reference else None,
    )


def _reference(page: BeautifulSoup) -> re.Match[str] | None:
    line = page.select_one("p.reference")
    return _REFERENCE.match(one_line(line.get_text())) if line else None


def _heading(printed: str) -> str:
    """The first lines of the text, where documents print their references."""
    return "\n".join(printed.split("\n", 40)[:40])


# --- Title


def _title(page: BeautifulSoup) -> str:
    """The lines of the title, without arrows; annexes bear the same class further down and are left out.

    Pages of EUR-Lex from before 2014 print it between the number and the text, or begin the text with it.
    """
    frame = page.select_one("div.eli-main-title")
    lines = list(_title_lines(frame)) if frame else list(_leading(page))
    if not lines:
        selector = "p.Statut, p.Typedudocument, p.Typedudocument_cp, p.Titreobjet, p.Titreobjet_cp"
        lines = list(dict.fromkeys(_line(each) for each in page.select(selector)))
    if not lines and (named := page.select_one("h1 + p > strong")):
        lines = [_line(named)]
    text = page.select_one("#TexteOnly") or page.body
    return one_line(" ".join(line for line in lines if line)) or _first_lines(html_text(text))


def _first_lines(printed: str) -> str:
    """What stands for a title in texts that mark none: a judgment down to its case, an old act's first line."""
    lines = [line for line in _heading(printed).split("\n") if not celex.PRINTED.fullmatch(line)]
    case = next((number for number, line in enumerate(lines[:8], 1) if _CASE.search(line)), 1)
    return " ".join(lines[:case])


def _title_lines(frame: Tag) -> Iterator[str]:
    for line in frame.find_all("p"):
        if not {"modref", "arrow"} & set(_classes(line)):
            yield _line(line)


def _leading(page: BeautifulSoup) -> Iterator[str]:
    """The paragraphs of a title class from the first one to the first other paragraph with words."""
    begun = False
    for line in page.find_all("p"):
        is_title = bool(set(_TITLE_CLASSES) & set(_classes(line)))
        if begun and not is_title and _line(line):
            return
        if is_title:
            begun = True
            yield _line(line)


def _classes(element: Tag) -> list[str]:
    return list(element.get("class") or [])


def _line(element: Tag) -> str:
    return one_line(_ARROWS.sub(" ", html_text(element)))


# --- Number


def _number(
    reference: re.Match[str] | None, eli: re.Match[str] | None, head: str, title: str, page: BeautifulSoup
) -> str | None:
    if reference:
        return reference[1]
    if _CORRIGENDUM.match(title):
        # It prints the number of the act that it corrects, not its own.
        return None
    if eli and (descriptor := _ELI_TYPES.get(eli[2].split("_")[0])):
        return f"3{eli[3]}{descriptor}{int(eli[4]):04}"
    # A document of the Commission or a judgment may name an act in its title: that number is not its own.
    return _from_heading(page) or _from_commission(head) or _from_case(head) or _from_title(title) or _printed(page)


def _from_title(title: str) -> str | None:
    """``REGULATION (EU) 2019/2088 OF …``, older ``(EC) No 593/2008``, ``2011/36/EU`` and ``… (2012/137/EU)``.

    A number that stands elsewhere in the title is that of another act, which this one amends or implements.
    """
    kinds = [(match.start(), match.end(), code) for code, words in _DESCRIPTORS if (match := words.search(title))]
    if not kinds or title.lower().startswith("proposal for"):
        return None
    _, end, kind = min(kinds)
    beside = (match for pattern in _NUMBERED if (match := pattern.match(title, end)))
    own = next(beside, None) or _BEHIND.search(title)
    if not own:
        return None
    year = int(own["year"])
    return f"3{year if year > 99 else 1900 + year}{kind}{int(own['number']):04}"


def _from_commission(head: str) -> str | None:
    """A document of the Commission; with the number of a legislative procedure beside it, it is a proposal."""
    found = _COMMISSION.search(head)
    if not found:
        return None
    proposal = found[1] == "COM" and _PROCEDURE.search(head)
    return f"5{found[2]}{'PC' if proposal else _SERIES[found[1]]}{int(found[3]):04}"


def _from_case(head: str) -> str | None:
    found = _CASE.search(head)
    kind = next((code for code, words in _JUDGED if re.search(words, head)), None)
    if not found or not kind:
        return None
    year = int(found[3])
    return f"6{(1900 if year > 50 else 2000) + year}{found[1]}{kind}{int(found[2]):04}"


def _from_heading(page: BeautifulSoup) -> str | None:
    """The number that old pages of EUR-Lex bear as their heading; that of a case was another then (61979J0044)."""
    named = (one_line(heading.get_text()) for heading in page.select("h1"))
    return next((name for name in named if celex.is_celex(name) and not name.startswith("6")), None)


def _printed(page: BeautifulSoup) -> str | None:
    """The first number in the page's title or heading."""
    found = celex.PRINTED.search(" ".join(element.get_text() for element in page.select("title, h1")))
    return found[0] if found else None


# --- What else a text prints


def _lang(page: BeautifulSoup, reference: re.Match[str] | None, url: str | None) -> str | None:
    if reference:
        return celex.language(reference[2])
    printed = page.select_one("p.oj-hd-lg, p.hd-lg")
    root = page.find("html")
    declared = str(root.get("lang") or root.get("xml:lang") or "") if isinstance(root, Tag) else ""
    in_address = re.search(r"/resource/celex/[^/]+\.([A-Z]{3})\b", url or "")
    for code in (one_line(printed.get_text()) if printed else "", declared, in_address[1] if in_address else ""):
        if code and (lang := celex.language(code)):
            return lang
    return None


def _published(page: BeautifulSoup) -> str | None:
    """The day of the Official Journal: in the head of an act, behind the title of a consolidated or an old text."""
    line = page.select_one("p.oj-hd-date, p.hd-date, p.title-doc-oj-reference, h1 + p > em")
    return printed_day(line.get_text().replace("/", "."), "date") if line else None


def _words(page: BeautifulSoup) -> str:
    """The body without arrows and boilerplate; a number in a column of its own is put before its paragraph."""
    kept = BeautifulSoup(str(page.body or ""), "lxml")
    for element in kept.select(_NOT_TEXT):
        element.decompose()
    for cell in kept.find_all(["td", "th"]):
        inner = cell.find_all(True, recursive=False)
        if len(inner) == 1 and inner[0].name == "p":
            inner[0].unwrap()
    lines = (one_line(line) for line in _ARROWS.sub(" ", html_text(kept)).split("\n"))
    text = "\n".join(line for line in lines if line)
    return _LONE_LABEL.sub(r"\1 ", _RULES.sub("", text))
