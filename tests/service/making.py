"""A recorded day of a gazette, for tests of commands."""

import json
from pathlib import Path

BOE_DAY = {
    "status": {"code": "200", "text": "ok"},
    "data": {"sumario": {
        "metadatos": {"publicacion": "BOE", "fecha_publicacion": "20261112"},
        "diario": [{"seccion": {"codigo": "1", "nombre": "I. Disposiciones generales", "departamento": {
            "codigo": "7723", "nombre": "JEFATURA DEL ESTADO", "epigrafe": {"nombre": "Trabajo forzoso", "item": {
                "identificador": "BOE-A-2026-99001", "control": "2026/99001",
                "titulo": "Ley 9/2026, de 11 de noviembre, de lucha contra el trabajo forzoso y la trata de personas.",
                "url_pdf": {"texto": "https://www.boe.es/boe/dias/2026/11/12/pdfs/BOE-A-2026-99001.pdf"},
                "url_html": "https://www.boe.es/diario_boe/txt.php?id=BOE-A-2026-99001",
                "url_xml": "https://www.boe.es/diario_boe/xml.php?id=BOE-A-2026-99001"}}}}}],
    }},
}  # fmt: skip

NOW = ("--now", "2026-11-12T08:00:00Z")


def recorded(folder: Path) -> str:
    """A recorded folder with one day of a gazette, as `crawl --replay` reads it."""
    (folder / "recorded").mkdir(exist_ok=True)
    (folder / "recorded" / "day.json").write_text(json.dumps(BOE_DAY), encoding="utf-8")
    url = "https://www.boe.es/datosabiertos/api/boe/sumario/20261112"
    (folder / "recorded" / "SOURCES.tsv").write_text(f"file\tsource_id\toriginal_url\nday.json\tes_boe\t{url}\n")
    return str(folder / "recorded")
