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
    smtp = settings.smtp
    if not smtp.host:
        return open_sender(None, mail_folder(data))
    head = letterhead(settings)
    if reason := not_ready(head):
        raise Failure(reason)
    relay = Relay(
        host=smtp.host, port=smtp.port, mail_from=head.sender, user=smtp.user, password=smtp.password, tls=smtp.tls
    )
    return open_sender(relay, mail_folder(data))


def mails(settings: Settings, db: Store, data: Path) -> Mails:
    """What writes the mails, signed where a key is set. Raises Failure for a key that cannot be used.

    A key file's path is meant from the data folder.
    """
    head = letterhead(settings)
    signer = None
    if settings.smtp.dkim_key:
        try:
            signer = Signer(data / settings.smtp.dkim_key, settings.smtp.dkim_selector, head)
        except KeyProblem as error:
            raise Failure(str(error)) from None
    sources = {source.id: source for source in declared(db)}
    return Mails(Renderer(head, sources), signing_key(db), signer)


def signing_key(db: Store) -> bytes:
    """The key of this installation, made at the first use."""
    return install_key(db, secrets.token_bytes)
