"""The identity of an update: made of the source and the source's own id, and of nothing that can change."""

import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:vigilex")


def update_id(source_id: str, native_id: str) -> str:
    """``urn:uuid:…`` of the update that ``source_id`` calls ``native_id``.

    >>> update_id("us_federal_register", "2026-13726")
    'urn:uuid:8706bcc8-3d04-529b-b6a4-81bfbd7ea8b8'
    """
    return uuid.uuid5(NAMESPACE, f"{source_id} {native_id}").urn
