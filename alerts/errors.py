"""What can go wrong with a mail on its way. Raised by the function that sends, understood by the outbox."""


class SendError(Exception):
    """Raised where a mail was not taken. The message is the server's answer, in one line, without an address."""


class AddressDead(SendError):
    """Raised for 5.1.x at RCPT: there is no such address. It is not written to again."""


class SenderPause(SendError):
    """Raised for 5.7.x anywhere and for any 5xx at connect, AUTH, MAIL or DATA: the server refuses us, not an address.

    Sending stops until the secretariat lets it go on; nobody is suppressed.
    """


class TemporarySendError(SendError):
    """Raised for 4xx, for a connection that breaks before the final answer, and for timeouts: tried again later."""


class AddressNotNow(TemporarySendError):
    """Raised where the server does not take mail for this one address now; it may well take mail for others."""
