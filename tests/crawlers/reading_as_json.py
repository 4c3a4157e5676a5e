"""A reading as JSON that a person can check: what is empty is left out."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from crawlers.bases.source import SourceSpider
from crawlers.reading import Reading
from model.payload import Payload, PayloadError


def payload_of(file: Path) -> Payload:
    """The saved file as a payload; its address, where the parser needs one, stands beside it in ``<file>.url``."""
    address = file.with_name(f"{file.name}.url")
    url = address.read_text(encoding="utf-8").strip() if address.exists() else None
    return Payload(body=file.read_bytes(), url=url, name=file.name)


def read_as_json(spider: type[SourceSpider], payload: Payload) -> dict[str, Any]:
    """The reading of ``payload``, or ``{"error": message}`` where the spider refuses it."""
    try:
        return reading_as_json(spider.read(payload))
    except PayloadError as error:
        return {"error": str(error)}


def reading_as_json(reading: Reading) -> dict[str, Any]:
    values: dict[str, Any] = _without_empty(asdict(reading))
    if reading.listed is not None:
        values["listed"] = reading.listed
    return values


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        pruned = {name: _without_empty(each) for name, each in value.items()}
        return {name: each for name, each in pruned.items() if each not in (None, "", [], {}, False)}
    if isinstance(value, list | tuple):
        return [_without_empty(each) for each in value]
    return value
