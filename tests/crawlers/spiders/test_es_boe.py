import json
from datetime import UTC, date, datetime

from crawlers.spiders.es_boe import EsBoeSpider
from model.payload import Payload


def test_each_day_has_its_issue_and_midnight_is_that_of_madrid() -> None:
    asks = list(EsBoeSpider.asks(datetime(2026, 11, 16, 23, 30, tzinfo=UTC), date(2026, 11, 16)))
    assert [ask.url[-8:] for ask in asks] == ["20261116", "20261117"]
    assert all(ask.headers == {"Accept": "application/json"} for ask in asks)


def test_nothing_is_asked_of_days_to_come() -> None:
    assert list(EsBoeSpider.asks(datetime(2026, 11, 16, tzinfo=UTC), date(2026, 11, 20))) == []


def test_an_item_with_an_odd_address_costs_only_itself() -> None:
    items = [
        {"identificador": f"BOE-A-2026-{n}", "titulo": f"Ley {n}/2026", "url_html": url, "url_xml": url}
        for n, url in ((1, "http://[x"), (2, "https://www.boe.es/diario_boe/txt.php?id=BOE-A-2026-2"))
    ]
    department = {"nombre": "JEFATURA DEL ESTADO", "epigrafe": {"nombre": "Trabajo", "item": items}}
    issue = {
        "metadatos": {"publicacion": "BOE", "fecha_publicacion": "20261112"},
        "diario": {"seccion": {"codigo": "1", "nombre": "I. Disposiciones generales", "departamento": department}},
    }
    body = json.dumps({"status": {"code": "200"}, "data": {"sumario": issue}}).encode()
    reading = EsBoeSpider.read(Payload(body))
    assert [publication.native_id for publication in reading.publications] == ["BOE-A-2026-2"]
    assert [problem.record for problem in reading.problems] == ["BOE-A-2026-1"]
