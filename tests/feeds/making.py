"""A store with sources and updates, and the feeds that it gives, for tests."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from db.connect import Store
from db.runs import finish_run, start_run
from db.sources import sync_sources
from feeds.publish import Published, publish
from model.codes import Facet, Kind, Outcome, Stage
from model.publication import Publication, Statement
from model.source import Confidence, Republish, Source
from model.tags import Evidence, Tags
from tests.db.making import publication, save

BASE = "https://v.example"
LISTED = "2026-10-08T10:00:00Z"
HOSTILE = {
    "nul": "a\0b",
    "script": "<script>alert(1)</script>",
    "cdata": "]]> <![CDATA[ x ]]>",
    "entities": "&amp; &lt;b&gt; &#x3c; AT&T & co",
    "bidi": "\u202eevil\u202c \u2066x",
    "cjk": "強制労働 แรงงานบังคับ العمل القسري",
    "emoji": "👩‍👩‍👧 🚢",
    "long": "x" * 5_000,
    "ampersands": "&lt;" * 1_250,
    "handler": '" onload="alert(1)',
    "link": "javascript:alert(1)",
    "broken": "bro\ufffdken \ufdd0 \U0001ffff \x85",
    "tags": "</title></entry><iframe src=//evil.example>",
    "frame": "<frame> </frame> </channel>",
}  # fmt: skip


def source(name: str = "us_example", republish: Republish = Republish.TEXT, **values: Any) -> Source:
    fields = {
        "name": "Example Gazette", "publisher": "Example Office", "jurisdiction": name[:2].upper(),
        "languages": ("en",), "homepage": "https://example.org", "hosts": ("example.org",),
        "rhythm": timedelta(hours=6),
        "silence_after": timedelta(days=7), "expected": 1, "requests_per_day": 100, "licence": "free",
        "licence_url": "https://example.org/licence", "confidence": Confidence.SEEN, "known_gaps": "No annexes.",
    }  # fmt: skip
    return Source(id=name, may_republish=republish, **(fields | values))


def tagger(found: Publication) -> Tags:
    """All is relevant, unless it says "hidden"; topics and sectors are those that the source states."""
    stated = {facet: tuple(s.code for s in found.statements if s.facet is facet) for facet in Facet}
    relevant = "hidden" not in found.title
    evidence = (
        Evidence(Facet.TOPIC, "forced-labour", "topics/x:en:labour", found.title[:40], 0, 40, "title"),
        Evidence(Facet.KIND, "news", "kinds/x", found.text[:40], 0, 40, "body"),
    )
    return Tags(
        relevant=relevant, review=not relevant, score=0.9, lang=found.lang or "en",
        jurisdictions=stated[Facet.JURISDICTION] or ("US",), concerns=("CN",),
        topics=stated[Facet.TOPIC] or ("forced-labour",), sectors=stated[Facet.SECTOR],
        kind=Kind.NEWS, stage=Stage.NONE, dates=found.dates, instruments=(),
        evidence=evidence,
    )  # fmt: skip


def stated(facet: Facet, *codes: str) -> tuple[Statement, ...]:
    return tuple(Statement(facet, code, code) for code in codes)


def fill(db: Store, *publications: Publication, now: str = LISTED, **values: Any) -> None:
    """The sources declared and visited, and these publications listed at ``now``."""
    sync_sources(db, [source()])
    save(db, *publications, now=now, tagger=tagger, **values)


def numbered(count: int, start: int = 1, **values: Any) -> list[Publication]:
    return [
        publication(str(number), title=f"Notice {number} on labour", **values) for number in range(start, start + count)
    ]


def hostile() -> list[Publication]:
    """One publication for each hostile title, with the same words wherever a source has a say."""
    return [
        publication(
            name, title=title, text=f"{title}\n{title}", summary=title, url=f"https://example.org/a b/{title}",
            statements=stated(Facet.SECTOR, "cotton"), identifiers={"celex": (title,)},
        )
        for name, title in HOSTILE.items()
    ]  # fmt: skip


def visit(db: Store, outcome: Outcome, day: str, name: str = "us_example") -> None:
    start_run(db, name, day, f"{day}T05:00:00Z", "1:x")
    finish_run(db, day, outcome, "because", {}, f"{day}T05:01:00Z", source=name)


def build(db: Store, out: Path, base_url: str = BASE) -> Published:
    return publish(db, out, base_url=base_url, author="Example Network")


def files(out: Path) -> dict[str, bytes]:
    """All published files by their path."""
    found = (path for path in sorted((out / "feeds").rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {f"/{path.relative_to(out)}": path.read_bytes() for path in found}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def feeds_only(found: Iterable[str]) -> list[str]:
    return [path for path in found if not path.endswith(".opml")]
