"""Which feeds exist, and what each is called."""

from collections.abc import Iterable
from dataclasses import dataclass

from feeds.headline import jurisdiction_name


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed. ``name`` is its path below ``/feeds/`` without ending; ``page`` the site's page of the same updates."""

    name: str
    title: str
    page: str
    jurisdiction: str | None = None

    def subtitle(self, shown: int, total: int) -> str:
        about = "Changes in the law and policy on forced labour and supply-chain due diligence. Not legal advice."
        return about if shown == total else f"{about} The newest {shown} of {total}; all are on the page of this feed."


ALL = Feed(name="all", title="Vigilex: all updates", page="/search")


def catalogue(jurisdictions: Iterable[str]) -> list[Feed]:
    """The feed of everything and one for each jurisdiction, in the order of their codes."""
    return [ALL, *(of_jurisdiction(code) for code in sorted(jurisdictions))]


def of_jurisdiction(code: str) -> Feed:
    return Feed(name=f"j/{code}", title=f"Vigilex: {jurisdiction_name(code)}", page=f"/j/{code}", jurisdiction=code)
