"""Boletín Oficial del Estado: the daily issues, their documents, and Spain's consolidated law.

https://www.boe.es/datosabiertos/documentos/APIsumarioBOE.pdf and APIconsolidada.pdf describe the answers, which come
as JSON or as XML of the same structure; texts come as XML only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from crawlers.bases import fields
from crawlers.bases.gazette import Leaf, days, leaves, with_attributes
from crawlers.bases.record import Record, merge
from crawlers.bases.source import SourceSpider
from crawlers.reading import Ask, Problem, Reading, Shape
from extractors.clean import one_line, xml_text
from extractors.document import Document, as_list
from model.codes import DateType, Facet, Kind, Stage
from model.payload import PayloadError
from model.publication import Dated, Part, Publication, Statement
from model.source import Confidence, Republish, Source

_ID = "es_boe"
_HOST = "https://www.boe.es"
_API = f"{_HOST}/datosabiertos/api"
_ZONE = "Europe/Madrid"
_JSON = {"Accept": "application/json"}
_XML = {"Accept": "application/xml"}
_LEVELS = {"diario", "seccion", "departamento", "epigrafe"}
_NATIVE = re.compile(r"[A-Z]{2,6}-[A-Za-z]-\d{4}-\d+")
_IN_ADDRESS = re.compile(r"(?:/id/|[?&]id=)([A-Z]{2,6}-[A-Za-z]-\d{4}-\d+)")
_INLINE = {"a", "abbr", "b", "em", "i", "img", "small", "span", "strong", "sub", "sup", "u"}
_CELLS = {"td", "th"}
_LABELS = {"dt"}

# Ranks (rangos) that make law, at the head of a title or as the document's own rank.
_LAWS = re.compile(
    r"constitución|ley|real decreto|decreto|orden|circular|instrucción|reglamento|reforma|estatuto", re.IGNORECASE
)
_TREATIES = re.compile(r"tratado|acuerdos? internacional|protocolo|canje de notas|instrumento de", re.IGNORECASE)
_JUDGED = re.compile(r"\b(?:sentencia|auto)\b", re.IGNORECASE)
_CORRECTION = re.compile(r"\s*corrección de (?:errores|erratas)(?: del?| a la?)?(?: la)?\s+", re.IGNORECASE)
_RANK = re.compile(r"[^\d,(]+")
# Appointments and competitions, edicts of courts, tenders and notices: news, whatever rank they bear.
_NOTICES = ("2", "4", "5")
_COMMUNITIES = {
    "andalucía": "ES-AN", "aragón": "ES-AR", "principado de asturias": "ES-AS", "canarias": "ES-CN",
    "cantabria": "ES-CB", "castilla y león": "ES-CL", "comunidad de castilla y león": "ES-CL",
    "castilla-la mancha": "ES-CM", "cataluña": "ES-CT", "ciudad de ceuta": "ES-CE", "extremadura": "ES-EX",
    "galicia": "ES-GA", "illes balears": "ES-IB", "islas baleares": "ES-IB", "rioja": "ES-RI", "la rioja": "ES-RI",
    "comunidad de madrid": "ES-MD", "ciudad de melilla": "ES-ML", "región de murcia": "ES-MC",
    "comunidad foral de navarra": "ES-NC", "país vasco": "ES-PV", "comunitat valenciana": "ES-VC",
    "comunidad valenciana": "ES-VC",
}  # fmt: skip


def _statements(department: str, rank: str, title: str, section: tuple[str, str], epigraph: str) -> Iterator[Statement]:
    """Whose rule it is and what kind.

    ``section`` is the part of the issue by code and name (``1``, ``I. Disposiciones generales``); ``rank`` and
    ``epigraph`` are ``""`` where the payload does not give them.
    """
    whose = re.sub(r"^comunidad autónoma (?:de las|de la|de los|del|de) ", "", department.lower())
    if place := _COMMUNITIES.get(whose):
        yield Statement(Facet.JURISDICTION, place, department)
    kind, words = _kind(rank or _title_rank(title), section, epigraph)
    if kind:
        yield Statement(Facet.KIND, kind, words)


def _title_rank(title: str) -> str:
    """The first words of a title, which are its rank; a correction has the kind of what it corrects."""
    found = _RANK.match(_CORRECTION.sub("", title))
    return found[0].strip(" /-") if found else ""


def _kind(rank: str, section: tuple[str, str], epigraph: str) -> tuple[Kind | None, str]:
    """The kind with the words that say it; resolutions and agreements outside section I say none."""
    code, name = section
    if code.startswith(_NOTICES):
        return Kind.NEWS, name or code
    for pattern, said, kind in (
        (_TREATIES, epigraph, Kind.POLICY),
        (_JUDGED, rank, Kind.JUDGMENT),
        (_TREATIES, rank, Kind.POLICY),
        (_LAWS, rank, Kind.LEGISLATION),
    ):
        if pattern.match(said) or (pattern is _JUDGED and pattern.search(said)):
            return kind, said
    return (Kind.LEGISLATION, name or code) if code == "1" else (None, "")


def _identifiers(native: str, eli: str = "") -> dict[str, tuple[str, ...]]:
    return {"boe": (native,), **({"eli": (eli,)} if eli else {})}


def _native(said: str, field: str = "identificador") -> str:
    if not _NATIVE.fullmatch(said):
        raise PayloadError(f"{field}: not a number of the BOE: {said or 'missing'}")
    return said


def _in_address(url: str | None) -> str | None:
    found = _IN_ADDRESS.search(url or "")
    return found[1] if found else None


# --- What an answer holds


def _data(document: Document) -> Any:
    """The ``data`` of an answer in either form, None where the payload is no answer of the API."""
    if document.format == "json":
        answer = document.json
        return answer.get("data") or {} if isinstance(answer, Mapping) and "status" in answer else None
    if document.format == "xml" and document.xml.tag == "response":
        data = document.xml.find("data")
        return {} if data is None else with_attributes(data) or {}
    return None


def _status(document: Document) -> tuple[str, str]:
    """The code and the words of an answer's status."""
    if document.format == "json":
        status = document.json["status"]
        found = Record(status if isinstance(status, Mapping) else {})
        return found.text("code"), found.text("text")
    return one_line(document.xml.findtext("status/code")), one_line(document.xml.findtext("status/text"))


def _is_refusal(document: Document) -> bool:
    return _data(document) is not None and _status(document)[0] != "200"


def _read_refusal(document: Document) -> Reading:
    """A day without issue (Sundays, some holidays) is a 404, in XML even where JSON was asked for."""
    code, words = _status(document)
    if code != "404":
        raise PayloadError(f"status: {code} {words}")
    if "/legislacion-consolidada" in (document.url or ""):
        return Reading(nothing=f"no such act: {words}")
    return Reading(nothing="no issue on this day")


# --- Issues


def _issue(document: Document) -> Mapping[str, Any] | None:
    """The table of contents of a day: of the API, or the older ``xml.php?id=BOE-S-…`` with its root ``sumario``."""
    if document.format == "xml" and document.xml.tag == "sumario":
        found = with_attributes(document.xml)
    else:
        data = _data(document)
        found = data.get("sumario") if isinstance(data, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _is_issue(document: Document) -> bool:
    return _issue(document) is not None


def _read_issue(document: Document) -> Reading:
    issue = _issue(document) or {}
    day = _issue_day(issue)
    rows = list(leaves(issue, _LEVELS, "item"))
    if not rows:
        raise PayloadError("sumario: it holds no item")
    return replace(merge(_read_leaf(leaf, day) for leaf in rows), listed=len(rows))


def _issue_day(issue: Mapping[str, Any]) -> str:
    metadata = Record(issue).record("metadatos") if "metadatos" in issue else Record(issue).record("meta")
    said = metadata.text("fecha_publicacion") or metadata.text("fecha")
    european = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", said)
    day = fields.day(f"{european[3]}{european[2]}{european[1]}" if european else said, "fecha_publicacion")
    if not day:
        raise PayloadError("fecha_publicacion: missing")
    return day


def _read_leaf(leaf: Leaf, day: str) -> Reading:
    """One item of an issue; one that cannot be read is a problem and costs only itself."""
    item = Record(leaf.item)
    try:
        return _read_item(item, {level: Record(heading) for level, heading in leaf.headings.items()}, day)
    except PayloadError as error:
        return Reading(problems=(Problem(str(leaf.item.get("identificador")), "item", str(error)),))


def _read_item(item: Record, headings: Mapping[str, Record], day: str) -> Reading:
    native = _native(item.text("identificador") or item.text("id"))
    title = item.required("titulo")
    department, epigraph = _name(headings, "departamento"), _name(headings, "epigrafe")
    section = headings.get("seccion", Record({}))
    part = section.text("codigo") or section.text("num"), section.text("nombre")
    publication = Publication(
        source=_ID,
        native_id=native,
        title=title,
        url=_absolute(item.text("url_html") or item.text("urlHtm")) or f"{_HOST}/diario_boe/txt.php?id={native}",
        part=Part.HIT,
        lang="es",
        summary=" · ".join(said for said in (part[1], department, epigraph) if said),
        published=day,
        identifiers=_identifiers(native),
        statements=tuple(_statements(department, "", title, part, epigraph)),
    )
    url = _absolute(item.text("url_xml") or item.text("urlXml")) or f"{_HOST}/diario_boe/xml.php?id={native}"
    about = f"{title}\n{epigraph}" if epigraph else title
    return Reading((publication,), (Ask(url, mark=(native, day), about=about),))


def _name(headings: Mapping[str, Record], level: str) -> str:
    return headings[level].text("nombre") if level in headings else ""


def _absolute(url: str) -> str:
    """Raises PayloadError for what is no address."""
    try:
        return urljoin(_HOST, url).replace("http://www.boe.es", _HOST) if url else ""
    except ValueError as error:
        raise PayloadError(f"url: {url!r} is no address") from error


# --- Documents of an issue


def _is_document(document: Document) -> bool:
    return document.format == "xml" and document.xml.tag == "documento"


def _read_document(document: Document) -> Reading:
    root = document.xml
    found = root.find("metadatos")
    if found is None:
        raise PayloadError(f"metadatos: missing {one_line(root.findtext('error'))}".strip())
    values = {"fecha_actualizacion": root.get("fecha_actualizacion"), **_plain_fields(found)}
    metadata = Record(values, str(values.get("identificador")))
    text = xml_text(root.find("texto"), inline=_INLINE, cells=_CELLS, labels=_LABELS)
    publication = replace(
        _act(metadata),
        part=Part.RECORD,
        url=f"{_HOST}/diario_boe/txt.php?id={metadata.text('identificador')}",
        text=text,
        summary="; ".join(_subjects(root)),
        corrects=tuple(_corrected(root)),
    )
    if not text:
        metadata.note("texto", "the document has no words")
    return Reading((publication,), problems=tuple(metadata.problems))


def _plain_fields(element: etree._Element) -> dict[str, Any]:
    """Fields whose attributes do not matter: ``<rango codigo="1300">Ley</rango>`` is ``Ley``."""
    return {str(child.tag): (child.text or "").strip() for child in element if isinstance(child.tag, str)}


def _subjects(root: etree._Element) -> Iterator[str]:
    for subject in root.iterfind("analisis/materias/materia"):
        if said := one_line(subject.text):
            yield said


def _corrected(root: etree._Element) -> Iterator[str]:
    """The documents whose errors this one corrects (``CORRIGE errores``, ``CORRECCIÓN de errores``)."""
    for earlier in root.iterfind("analisis/referencias/anteriores/anterior"):
        relation, native = one_line(earlier.findtext("palabra")), earlier.get("referencia") or ""
        if _NATIVE.fullmatch(native) and re.match(r"CORR(?:IGE|ECCI)", relation, re.IGNORECASE):
            yield native


# --- Consolidated law


def _rows(document: Document) -> list[Any]:
    """The acts of an answer: of a list, of ``metadatos``, of a whole act in JSON or XML."""
    data = _data(document)
    if isinstance(data, Mapping):
        data = data.get("item") or data.get("metadatos") or data
    return [row for row in as_list(data) if isinstance(row, Mapping)]


def _is_list(document: Document) -> bool:
    return bool(_rows(document)) and all("identificador" in row or "metadatos" in row for row in _rows(document))


def _read_list(document: Document) -> Reading:
    """Acts by their metadata: a list, ``metadatos`` of one act, or a whole act with analysis and text in XML."""
    rows = _rows(document)
    alone = len(rows) == 1 and ("estatus_derogacion" in rows[0] or "/id/" in (document.url or ""))
    read = merge(_read_row(row, alone) for row in rows)
    if document.format == "xml" and document.xml.find("data/texto/bloque/version") is not None:
        return _whole_act(document, read)
    return read if alone else replace(read, listed=len(rows))


def _whole_act(document: Document, metadata: Reading) -> Reading:
    """The metadata of an act with its text, which bears the act's own title and needs no further request."""
    text = _read_texto(document)
    named = {publication.native_id: publication.title for publication in metadata.publications}
    titled = (replace(each, title=named.get(each.native_id, each.title)) for each in text.publications)
    return replace(metadata, publications=(*metadata.publications, *titled), asks=())


def _read_row(row: Mapping[str, Any], alone: bool) -> Reading:
    """One act; one that cannot be read is a problem and costs only itself."""
    inner = row.get("metadatos")
    values = inner if isinstance(inner, Mapping) else row
    record = Record({name: _words_of(value) for name, value in values.items()}, str(values.get("identificador")))
    try:
        publication = replace(_act(record), piece="metadatos" if alone else "consolidada")
        changed = record.text("fecha_actualizacion")
    except PayloadError as error:
        return Reading(problems=(Problem(record.label, "data", str(error)),))
    native = publication.native_id
    url = f"{_API}/legislacion-consolidada/id/{native}/texto"
    ask = Ask(url, headers=_XML, mark=(f"texto {native}", changed), about=publication.title)
    return Reading((publication,), (ask,), tuple(record.problems))


def _words_of(value: Any) -> Any:
    """``{"codigo": "1300", "texto": "Ley"}`` is ``Ley``."""
    return value.get("texto") if isinstance(value, Mapping) else value


def _act(record: Record) -> Publication:
    """An act or document by its metadata, which documents of an issue and consolidated acts share."""
    native, title = _native(record.text("identificador")), record.required("titulo")
    department, rank = record.text("departamento"), record.text("rango")
    section = record.text("seccion") + record.text("subseccion"), ""
    effective = record.text("fecha_vigencia")
    day = record.day("fecha_vigencia")
    stated = list(_statements(department, rank, title, section, ""))
    if any(said.code == Kind.LEGISLATION for said in stated):
        stated.append(Statement(Facet.STAGE, *_stage(record, day)))
    return Publication(
        source=_ID,
        native_id=native,
        title=title,
        url=record.text("url_html_consolidada") or f"{_HOST}/buscar/act.php?id={native}",
        part=Part.HIT,
        lang="es",
        published=record.day("fecha_publicacion"),
        identifiers=_identifiers(native, record.text("url_eli")),
        dates=(Dated(DateType.EFFECTIVE, day, f"fecha_vigencia {effective}"),) if day else (),
        statements=tuple(stated),
    )


def _stage(record: Record, effective: str | None) -> tuple[Stage, str]:
    """Where the act stood when its record was last changed."""
    for field in ("estatus_derogacion", "estatus_anulacion", "judicialmente_anulada", "vigencia_agotada"):
        said = record.text(field)
        if said == "S":
            return Stage.REPEALED, f"{field} {said}"
        if said not in ("", "N"):
            record.note(field, f"neither S nor N: {said}")
    changed = record.moment("fecha_actualizacion") or ""
    if effective and effective <= changed[:10]:
        return Stage.IN_FORCE, f"fecha_vigencia {effective}"
    return Stage.ADOPTED, record.text("rango") or record.text("titulo")


# --- Parts of a consolidated act


def _part_key(document: Document) -> str:
    """Which part of an act an answer holds: ``analisis``, ``texto``, ``bloque`` or ``indice``; ``""`` for none."""
    if document.format == "xml":
        data = document.xml.find("data") if document.xml.tag == "response" else None
        return "" if data is None else _xml_part(data)
    rows = _rows(document)
    keys = set(rows[0]) if len(rows) == 1 else set()
    if keys and keys <= {"materias", "notas", "referencias", "analisis"}:
        return "analisis"
    return "indice" if keys == {"bloque"} else ""


def _xml_part(data: etree._Element) -> str:
    """An index has the blocks' titles and addresses where a text has their versions."""
    names = {str(child.tag) for child in data if isinstance(child.tag, str)}
    if len(names) != 1 or not names <= set(_PARTS):
        return ""
    name = names.pop()
    has_words = name == "analisis" or data.find(".//version") is not None
    return name if has_words or data.find(".//bloque/titulo") is None else "indice"


def _is_part(document: Document) -> bool:
    return _data(document) is not None and bool(_part_key(document))


def _read_part(document: Document) -> Reading:
    return _PARTS[_part_key(document)](document)


def _piece(native: str, piece: str, title: str, text: str) -> Publication:
    return Publication(
        source=_ID,
        native_id=native,
        title=title or native,
        url=f"{_HOST}/buscar/act.php?id={native}",
        part=Part.PIECE,
        piece=piece,
        lang="es",
        text=text,
        identifiers=_identifiers(native),
    )


def _read_analisis(document: Document) -> Reading:
    """Subjects, notes and references. It does not say of which act: only the address does."""
    native = _in_address(document.url)
    if not native:
        return Reading(nothing="an analysis does not name its act: its address is needed")
    data = _data(document)
    body = as_list(data.get("analisis", data) if isinstance(data, Mapping) else data)
    lines = list(dict.fromkeys(line for entry in body for line in _analysis_lines(entry)))
    if not lines:
        return Reading(nothing="the analysis of this act is empty")
    return Reading((_piece(native, "analisis", "", "\n".join(lines)),))


def _analysis_lines(entry: Any) -> Iterator[str]:
    """A line for each subject, note and reference: ``DEROGA BOE-A-2009-18358, en la forma indicada, …``."""
    if isinstance(entry, Mapping) and "relacion" in entry:
        words = (_words_of(entry["relacion"]), entry.get("id_norma"), entry.get("texto"))
        yield one_line(" ".join(str(said) for said in words if said)).replace(" ,", ",").replace(" :", ":")
    elif isinstance(entry, Mapping):
        for name, value in entry.items():
            if name != "codigo":
                yield from _analysis_lines(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from _analysis_lines(value)
    elif said := one_line(str(entry or "")):
        yield said


def _read_bloque(document: Document) -> Reading:
    """One block (an article, a preamble) in its latest version."""
    block = document.xml.find("data/bloque")
    if block is None:
        raise PayloadError("bloque: missing")
    versions = block.findall("version")
    if not versions:
        raise PayloadError("version: the block has none")
    last = versions[-1]
    native, key = _act_of_block(document, versions), block.get("id") or ""
    if not key:
        raise PayloadError("id: the block has none")
    effective = fields.day(last.get("fecha_vigencia") or "", "fecha_vigencia")
    words = f"fecha_vigencia {last.get('fecha_vigencia')}"
    first = versions[0]
    own = first.get("id_norma") == native
    publication = replace(
        _piece(native, key, one_line(block.get("titulo")), _block_text(last)),
        published=fields.day(first.get("fecha_publicacion") or "", "fecha_publicacion") if own else None,
        dates=(Dated(DateType.EFFECTIVE, effective, words),) if effective else (),
    )
    return Reading((publication,))


def _act_of_block(document: Document, versions: list[etree._Element]) -> str:
    """The act in the address; without one, the act that gave the block its first version.

    ``id_norma`` names the act from which a version comes: in later versions, and in the first one of an inserted
    article, that is the amending act.
    """
    return _in_address(document.url) or _native(versions[0].get("id_norma") or "", "id_norma")


def _block_text(version: etree._Element) -> str:
    """The words of a block without the editors' notes about its changes, which stand in a quotation at its end."""
    kept = [child for child in version if not (child.tag == "blockquote" and _is_note(child))]
    return "\n".join(said for child in kept if (said := xml_text(child, inline=_INLINE, cells=_CELLS)))


def _is_note(quotation: etree._Element) -> bool:
    return any("nota" in (line.get("class") or "") for line in quotation.iter("p"))


def _read_texto(document: Document) -> Reading:
    """The whole consolidated text without the editors' note before it, each block in its latest version."""
    found = (block for block in document.xml.iterfind("data/texto/bloque") if block.find("version") is not None)
    blocks = [block for block in found if block.get("tipo") != "nota_inicial"]
    if not blocks:
        raise PayloadError("texto: it holds no block")
    native = _act_of_block(document, blocks[0].findall("version"))
    lines = [said for block in blocks if (said := _block_text(block.findall("version")[-1]))]
    piece = _piece(native, "", _text_title(blocks), "\n".join(lines))
    return Reading((replace(piece, part=Part.CONSOLIDATED),))


def _text_title(blocks: list[etree._Element]) -> str:
    """The heading of the act, printed in its first block of that type."""
    for block in blocks[:4]:
        if block.get("tipo") == "encabezado" or block.get("id") in ("ti", "tit"):
            return _block_text(block.findall("version")[-1]).split("\n")[0] or one_line(block.get("titulo"))
    return ""


def _read_indice(document: Document) -> Reading:
    """The table of blocks; their addresses name the act."""
    if document.format == "xml":
        entries = [with_attributes(block) for block in document.xml.iter("bloque")]
    else:
        entries = as_list(_rows(document)[0]["bloque"])
    records = [Record(entry) for entry in entries if isinstance(entry, Mapping)]
    native = _in_address(document.url) or next(
        (found for each in records if (found := _in_address(each.text("url")))), ""
    )
    if not native:
        raise PayloadError("url: the index does not name its act, nor does the address")
    titles = [said for each in records if (said := each.text("titulo"))]
    if not titles:
        raise PayloadError("bloque: the index holds no title")
    return Reading((_piece(native, "indice", "", "\n".join(titles)),))


_PARTS = {"analisis": _read_analisis, "bloque": _read_bloque, "texto": _read_texto, "indice": _read_indice}


def _is_empty(document: Document) -> bool:
    return _data(document) in ({}, [], "") and _status(document)[0] == "200"


def _read_empty(document: Document) -> Reading:
    del document
    return Reading(nothing="no act answers the question", listed=0)


class EsBoeSpider(SourceSpider):
    """The official gazette of Spain."""

    name = _ID
    source = Source(
        id=_ID,
        name="Boletín Oficial del Estado",
        publisher="Agencia Estatal Boletín Oficial del Estado",
        jurisdiction="ES",
        languages=("es",),
        homepage=_HOST,
        hosts=("www.boe.es",),
        rhythm=timedelta(hours=12),
        silence_after=timedelta(days=4),
        expected=1,
        requests_per_day=300,
        licence="Reuse with the source named (Resolución de 27 de junio de 2024)",
        licence_url="https://www.boe.es/informacion/aviso_legal/index.php",
        may_republish=Republish.TEXT,
        confidence=Confidence.SEEN,
        timezone=_ZONE,
        known_gaps="Co-official languages and annexes that are pictures are not read.",
    )
    parser_version = 1
    shapes = (
        Shape("refusal", _is_refusal, _read_refusal),
        Shape("issue", _is_issue, _read_issue),
        Shape("document", _is_document, _read_document),
        Shape("part of an act", _is_part, _read_part),
        Shape("acts", _is_list, _read_list),
        Shape("no act", _is_empty, _read_empty),
    )

    @classmethod
    def asks(cls, now: datetime, since: date) -> Iterable[Ask]:
        """The issue of each day, in Spain's own days."""
        for day in days(now, since, _ZONE):
            yield Ask(f"{_API}/boe/sumario/{day:%Y%m%d}", headers=_JSON)
