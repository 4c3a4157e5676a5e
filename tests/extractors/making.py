"""Publications for tests of the tagger."""

from typing import Any

from model.publication import Publication


def publication(title: str = "", text: str = "", **more: Any) -> Publication:
    return Publication(**{"source": "", "native_id": "1", "url": None, "title": title, "text": text} | more)
