"""Who writes: what every mail and page says about the organisation behind it, and the addresses of its links."""

import ipaddress
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import quote, urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The sender. ``base_url`` is the site's address without a slash at its end; ``mail_from`` a mailbox that is read.

    Links are made from ``base_url`` alone, never from what a request says about its host.
    """

    base_url: str
    organisation: str
    postal_address: str
    contact: str
    privacy_url: str
    mail_from: str

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def is_local(self) -> bool:
        """Whether the site is reached from its own machine alone, so that no web server stands in front of it."""
        return self.host == "localhost" or self.host.endswith(".localhost") or _is_loopback(self.host)

    @property
    def name(self) -> str:
        """The name over mails and pages."""
        return self.organisation or "Vigilex"

    @property
    def sender(self) -> str:
        """The mailbox in From, which also gets what comes back."""
        return parseaddr(self.mail_from)[1] or f"vigilex@{self.host}"

    def page(self, path: str, **parameters: str) -> str:
        """The absolute address of a page of ours."""
        return f"{self.base_url}{quote(path)}" + (f"?{urlencode(parameters)}" if parameters else "")


def not_ready(head: Letterhead) -> str | None:
    """Why mail must not go out to people yet, in one sentence; None where it may.

    Links in a mail must lead the reader safely to us, and the reader must know who writes.
    """
    if head.is_local or urlsplit(head.base_url).scheme != "https":
        return f"No mail is sent while base_url is {head.base_url}: set it to the https address that readers can reach."
    missing = [
        name
        for name, value in (("postal_address", head.postal_address), ("contact", head.contact))
        if not value.strip()
    ]
    if missing:
        names = " and ".join(f"organisation.{name}" for name in missing)
        return f"No mail is sent while {names} is not set: readers must know who writes."
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
