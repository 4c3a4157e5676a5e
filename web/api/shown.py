"""How much of a source's words the API may give out: what the source allows, as in the feeds. Pure."""

from dataclasses import replace
from typing import Any

from model.publication import Publication
from model.source import Republish
from model.tags import Evidence, Tags
from model.update import Update, update_to_dict


def shown(update: Update, allowed: Republish) -> Update:
    """``update`` with as many of the source's words as are ``allowed``; its title, dates and codes are facts and stay.

    In place of a text that may not be given out stands the source's summary, where that may.
    """
    if allowed is Republish.TEXT:
        return update
    keeps = allowed is Republish.SUMMARY
    return replace(update, publication=_publication(update.publication, keeps), tags=_tags(update.tags, keeps))


def update_object(update: Update, allowed: Republish, *, listed: bool) -> dict[str, Any]:
    """The JSON object of the contract; ``shown`` is there where the text is not, ``listed`` only if false."""
    values = update_to_dict(shown(update, allowed))
    if allowed is not Republish.TEXT:
        values["shown"] = str(allowed)
    if not listed:
        values["listed"] = False
    return values


def _publication(publication: Publication, summary: bool) -> Publication:
    said = publication.summary if summary else ""
    others = tuple(replace(version, text="") for version in publication.others)
    return replace(publication, text=said, summary=said, others=others)


def _tags(tags: Tags, words: bool) -> Tags:
    """Words of the body stay with a summary, without the offsets that led into the text."""
    evidence = tuple(_placeless(found) for found in tags.evidence if words or found.where != "body")
    dates = tags.dates if words else tuple(replace(dated, words="") for dated in tags.dates)
    return replace(tags, dates=dates, evidence=evidence)


def _placeless(found: Evidence) -> Evidence:
    return replace(found, start=0, end=0) if found.where == "body" else found
