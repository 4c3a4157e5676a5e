"""The pages of one listing, one after the other: noticed when they repeat themselves or never end. Pure."""

from dataclasses import dataclass, field

from crawlers.reading import Reading

MOST_PAGES = 100


@dataclass(slots=True)
class Trail:
    """What a chain of pages, each asked for by the one before, has shown so far."""

    pages: int = 0
    digests: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    def step(self, reading: Reading, digest: str) -> str | None:
        """Note one more page; what is wrong with the chain, or None."""
        # With the part: pages of changes name the same act again and again, each with a further piece of it.
        ids = {f"{publication.native_id} {publication.part_key}" for publication in reading.publications}
        repeated = digest in self.digests or (bool(ids) and ids <= self.ids)
        self.pages += 1
        self.digests.add(digest)
        self.ids |= ids
        if repeated:
            return f"its page {self.pages} repeats what earlier pages held"
        if self.pages >= MOST_PAGES and reading.asks:
            return f"its pages do not end after {MOST_PAGES}"
        return None
