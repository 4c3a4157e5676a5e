"""Pages of a long list. Pure."""

from dataclasses import dataclass

_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Paging:
    """Page ``number`` of ``last`` (both from 1) of a list of ``total`` entries, ``size`` a page."""

    number: int
    total: int
    size: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many entries stand on the pages before."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        """The place of the last entry of this page, from 1."""
        return min(self.offset + self.size, self.total)


def paging(typed: str, total: int, size: int) -> Paging | None:
    """The page that was asked for; nothing asked for is the first. None where there is no such page."""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS else 0
    asked = Paging(number if typed else 1, total, size)
    return asked if 1 <= asked.number <= asked.last else None
