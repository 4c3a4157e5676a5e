"""The mails that we write: digests, and the two letters with a link that somebody asked for. Each as frozen bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from alerts.digest import Digest
from alerts.dkim import Signer
from alerts.message import Letter, WayOut, message
from alerts.render import Links, Rendered, Renderer
from alerts.tokens import Purpose, token
from db.alarms import ToldAlarm
from db.clock import moment
from feeds.headline import words
from model.subscription import Person, Subscription
from model.texts import _


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready for the outbox."""

    subject: str
    body: bytes


class Mails:
    """Writes the mails of one installation: renders, adds the person's links, puts them together and signs."""

    def __init__(self, renderer: Renderer, key: bytes, signer: Signer | None = None) -> None:
        self._renderer = renderer
        self._head = renderer.head
        self._key = key
        self._signer = signer

    def compose(self, digest: Digest, message_id: str, now: str) -> tuple[str, bytes]:
        """Subject and bytes of a digest, as ``alerts.runs`` asks for them; ``now`` is a time of the store."""
        mail = self.digest(digest, message_id, moment(now))
        return mail.subject, mail.body

    def digest(self, digest: Digest, message_id: str, now: datetime) -> Mail:
        """The digest as a mail; ``message_id`` with its brackets."""
        leave = token(self._key, Purpose.LEAVE, str(digest.person.id), now)
        links = Links(self._manage(digest.person, now), self._head.page("/unsubscribe", token=leave))
        way_out = WayOut(links.leave, f"mailto:{self._head.sender}?subject={leave}")
        return self._mail(digest.person.address, self._renderer.digest(digest, links), message_id, now, way_out)

    def confirmation(self, person: Person, subscription: Subscription, message_id: str, now: datetime) -> Mail:
        """Asks the owner of an address whether the subscription is really theirs.

        Nothing that a stranger typed stands in it: else our mail could carry anybody's words to anybody.
        """
        cadence = words(subscription.cadence)
        rendered = self._renderer.letter(
            _("Please confirm: {cadence} updates from {name}").format(cadence=cadence, name=self._head.name),
            [_("Somebody, most likely you, asked for {cadence} updates to this address: what is new in the law on "
               "forced labour and due diligence in supply chains.").format(cadence=cadence)],
            _("See the search and confirm"),
            self._head.page("/confirm", token=token(self._key, Purpose.CONFIRM, str(subscription.id), now)),
            [_("The link opens a page with a button and works for 7 days. If it was not you, do nothing: without your "
               "confirmation nothing more is sent, and the address is forgotten after those 7 days.")],
        )  # fmt: skip
        return self._mail(person.address, rendered, message_id, now)

    def access(self, person: Person, message_id: str, now: datetime) -> Mail:
        """A new link to the person's own page, asked for on the site."""
        rendered = self._renderer.letter(
            _("Your link to change or leave the updates from {name}").format(name=self._head.name),
            [_("Somebody, most likely you, asked for a link to the settings of this address.")],
            _("Open your settings"),
            self._manage(person, now),
            [_("There you can change or pause your subscriptions, export your data, leave, or have everything erased. "
               "The link works for 30 days; whoever has it can do the same, so please do not pass it on. If it was "
               "not you, do nothing: nothing has changed.")],
        )  # fmt: skip
        return self._mail(person.address, rendered, message_id, now)

    def alarms(self, recipient: str, told: Sequence[ToldAlarm], message_id: str, now: datetime) -> Mail:
        """What is broken and what was mended, for the secretariat."""
        return self._mail(recipient, self._renderer.alarms(told), message_id, now)

    def _manage(self, person: Person, now: datetime) -> str:
        return self._head.page("/manage", token=token(self._key, Purpose.MANAGE, str(person.id), now))

    def _mail(
        self, recipient: str, rendered: Rendered, message_id: str, now: datetime, way_out: WayOut | None = None
    ) -> Mail:
        letter = Letter(
            recipient=recipient, subject=rendered.subject, text=rendered.text, html=rendered.html,
            message_id=message_id, date=now.astimezone(UTC).replace(microsecond=0), way_out=way_out,
        )  # fmt: skip
        body = message(letter, self._head)
        return Mail(rendered.subject, self._signer.sign(body) if self._signer else body)
