"""Mail as the settings have it: who writes, through which server, with which signature."""

import secrets
from pathlib import Path

from alerts.dkim import KeyProblem, Signer
from alerts.letterhead import Letterhead, not_ready
from alerts.mails import Mails
from alerts.render import Renderer
from alerts.smtp import Relay, Sender, open_sender
from db.connect import Store
from db.secrets import install_key
from db.sources import declared
from service.errors import Failure
from service.settings import Settings


def letterhead(settings: Settings) -> Letterhead:
    """Who writes, by the settings."""
    organisation = settings.organisation
    return Letterhead(
        base_url=settings.base_url.rstrip("/"),
        organisation=organisation.name,
        postal_address=organisation.postal_address,
        contact=organisation.contact,
        privacy_url=organisation.privacy_url,
        mail_from=settings.smtp.from_,
    )


def mail_folder(data: Path) -> Path:
    """Where mails are written while no server is set."""
    return data / "mail"


def sender(settings: Settings, data: Path) -> Sender:
    """What hands mails over. Raises Failure while mail must not go out: one sentence with the setting."""
    if not settings.smtp.host:
        return open_sender(None, mail_folder(data))
    if reason := not_ready(letterhead(settings)):
        raise Failure(reason)
    return open_sender(relay(settings), mail_folder(data))


def relay(settings: Settings, patience: float = 60.0) -> Relay:
    """The server that takes our mail, by the settings; ``patience`` is the longest wait for an answer in seconds."""
    smtp = settings.smtp
    return Relay(
        host=smtp.host, port=smtp.port, mail_from=letterhead(settings).sender, user=smtp.user, password=smtp.password,
        tls=smtp.tls, patience=patience,
    )  # fmt: skip


def signer(settings: Settings, data: Path) -> Signer | None:
    """What signs our mail, None where no key is set. Raises KeyProblem. A key file's path is meant from ``data``."""
    if not settings.smtp.dkim_key:
        return None
    return Signer(data / settings.smtp.dkim_key, settings.smtp.dkim_selector, letterhead(settings))


def mails(settings: Settings, db: Store, data: Path) -> Mails:
    """What writes the mails, signed where a key is set. Raises Failure for a key that cannot be used."""
    try:
        signs = signer(settings, data)
    except KeyProblem as error:
        raise Failure(str(error)) from None
    sources = {source.id: source for source in declared(db)}
    return Mails(Renderer(letterhead(settings), sources), signing_key(db), signs)


def signing_key(db: Store) -> bytes:
    """The key of this installation, made at the first use."""
    return install_key(db, secrets.token_bytes)
