"""Texts for members: all are in the catalogue, and another language is really spoken where one is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from alerts.mails import Mails
from alerts.render import Renderer
from feeds.headline import headline
from model.codes import Kind, Stage, Topic
from model.texts import _, language, ngettext, speaking
from tests.alerts.mailing import HEAD, LINKS, SOURCES, update, usual_digest
from tests.web.test_pages import World

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "model" / "data" / "locale"
Message = str | tuple[str, ...]


class Spanish(NullTranslations):
    """A few words of another language, as a catalogue would give them."""

    WORDS = {  # noqa: RUF012 - a table
        "guidance": "orientación",
        "in force": "en vigor",
        "import ban": "prohibición de importar",
        "{counts} in {places}: {topics}": "{places}, {counts}: {topics}",
        "{count:,} new": "{count:,} nuevas",
        "{count:,} changed": "{count:,} cambiadas",
        "{names} and {last}": "{names} y {last}",
        "history and proof": "historia y prueba",
        "Get a new link": "Pedir otro enlace",
        "Your mail address": "Su dirección de correo",
    }

    def gettext(self, message: str) -> str:
        return self.WORDS.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def info(self) -> dict[str, str]:
        return {"language": "es"}


@pytest.fixture
def spanish() -> Iterator[None]:
    with speaking(Spanish()):
        yield


def used() -> set[Message]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)
    found = extract_from_dir(ROOT, methods, options)
    return {message for place, line, message, comments, context in found}


def held(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("name", ["vigilex.pot", "en/LC_MESSAGES/vigilex.po"])
def test_the_catalogue_holds_every_text_that_is_used_and_no_other(name: str) -> None:
    found = {message.id for message in held(LOCALE / name) if message.id}
    assert found == used(), "make catalogue writes it anew"


def test_texts_of_every_kind_are_among_those_used() -> None:
    assert {
        "import ban", "immediate", "concerns {places}", "Why: {reasons}.", "history and proof", "Get updates by mail",
        "Your mail address", ("{count} word added", "{count} words added"),
    } <= used()  # fmt: skip


def test_english_is_spoken_without_a_catalogue_and_after_another_language() -> None:
    with speaking(Spanish()):
        assert (language(), _("guidance")) == ("es", "orientación")
    assert (language(), _("guidance"), ngettext("{count} word", "{count} words", 2)) == (
        "en",
        "guidance",
        "{count} words",
    )


def test_an_empty_text_is_not_the_head_of_the_catalogue() -> None:
    class Headed(NullTranslations):
        def gettext(self, message: str) -> str:
            return message or "Project-Id-Version: Vigilex"

    with speaking(Headed()):
        assert _("") == ""


@pytest.mark.usefixtures("spanish")
def test_a_headline_of_a_feed_speaks_the_language() -> None:
    tags = replace(update().tags, jurisdictions=("JP",), stage=Stage.IN_FORCE, topics=(Topic.IMPORT_BAN,), sectors=())
    tags = replace(tags, kind=Kind.GUIDANCE, concerns=())
    assert headline(tags) == "Japón · orientación · en vigor · prohibición de importar"


def test_the_mails_of_one_run_each_speak_their_language() -> None:
    renderer = Renderer(HEAD, SOURCES)
    english = renderer.digest(usual_digest(), LINKS)
    with speaking(Spanish()):
        mail = Mails(renderer, b"k" * 32).digest(usual_digest(), "<1@example.org>", datetime(2026, 11, 23, tzinfo=UTC))
        spanish = renderer.digest(usual_digest(), LINKS)
    assert mail.subject == spanish.subject != english.subject
    assert " y " in mail.subject
    assert "nuevas" in mail.subject
    assert "historia y prueba" in spanish.html_document
    assert 'lang="es"' in spanish.html_document
    assert "history and proof" in english.html_document
    assert renderer.digest(usual_digest(), LINKS) == english


def test_a_page_speaks_the_language(tmp_path: Path) -> None:
    client = World(tmp_path).client
    with speaking(Spanish()):
        page = client.get("/link").text
    assert '<html lang="es">' in page
    assert "<h1>Pedir otro enlace</h1>" in page
    assert ">Su dirección de correo<" in page
    assert "Get a new link" in client.get("/link").text


class Bracketed(NullTranslations):
    """A language whose texts can be told from those that nobody translated."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def untranslated(page: str) -> set[str]:
    """The words of a page that are neither translated nor the organisation's nor codes to type."""
    for ours in (HEAD.organisation, HEAD.postal_address, HEAD.contact, HEAD.privacy_url):
        page = page.replace(ours, "")
    page = re.sub(r"<code>.*?</code>|<!--.*?-->|<style.*?</style>", "", page, flags=re.S)
    page = re.sub(r"<[^>]+>", " ", page)
    while (inner := re.sub(r"⟦[^⟦⟧]*⟧", "", page)) != page:
        page = inner
    return set(re.findall(r"[^\W\d_]{2,}", page))


@pytest.mark.parametrize("path", ["/subscribe", "/link", "/confirm?token=x", "/unsubscribe?token=x", "/nothing"])
def test_no_word_of_a_page_passes_by_the_catalogue(path: str, tmp_path: Path) -> None:
    client = World(tmp_path).client
    with speaking(Bracketed()):
        assert untranslated(client.get(path).text) == set()


def test_no_word_of_a_letter_passes_by_the_catalogue() -> None:
    with speaking(Bracketed()):
        letter = Renderer(HEAD, {}).letter(_("One"), [_("Two")], _("Three"), "", [_("Four")])
    assert untranslated(letter.html_document) == set()
    assert untranslated(letter.text_document) == set()
