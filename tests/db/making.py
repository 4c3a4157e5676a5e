"""Small publications, responses and a tagger, for tests of the store."""

from typing import Any

from db.connect import Store
from db.updates import Saved, save_reading
from model.codes import Facet, Kind, Stage
from model.publication import Publication
from model.snapshot import Snapshot
from model.tags import Evidence, Tags

NOW = "2026-10-08T10:00:05Z"
FETCHED = "2026-10-08T10:00:00Z"


def publication(native_id: str = "1", **values: Any) -> Publication:
    fields = {
        "source": "us_example",
        "title": "Notice on forced labour",
        "url": f"https://example.org/{native_id}",
        "published": "2026-10-07",
        "lang": "en",
    }
    return Publication(native_id=native_id, **(fields | values))


def snapshot(url: str = "https://example.org/list", **values: Any) -> Snapshot:
    fields = {
        "run": "run-1", "source": "us_example", "fetched_at": FETCHED, "status": 200, "content_type": "text/html",
        "sha256": "ab" * 32, "length": 10, "warc": "run-1.warc.gz", "offset": 0, "revisit": False, "parser_version": 1,
    }  # fmt: skip
    return Snapshot(url=url, **(fields | values))


def tagger(found: Publication) -> Tags:
    """Relevant where "labour" or 労働 stands, to be reviewed where "perhaps" does; the kind is "news" always."""
    words = " ".join([found.title, found.summary, *(version.text for version in found.versions)])
    relevant, review = "labour" in words or "労働" in words, "perhaps" in words
    codes = [said.code for said in found.statements if said.facet is Facet.JURISDICTION]
    return Tags(
        relevant=relevant, review=review and not relevant, score=0.9 if relevant else 0.5 if review else 0.1,
        lang=found.lang or "en", jurisdictions=tuple(codes or ["US"]), concerns=(),
        topics=("forced-labour",) if relevant else (), sectors=(), kind=Kind.NEWS, stage=Stage.NONE, dates=found.dates,
        instruments=(), evidence=(Evidence(Facet.KIND, "news", "test", "Notice", 0, 6, "title"),),
    )  # fmt: skip


def save(db: Store, *publications: Publication, **values: Any) -> Saved:
    """Save publications as one response; ``values`` go to the snapshot, to ``now`` and to ``save_reading``."""
    now, by = values.pop("now", NOW), values.pop("tagger", tagger)
    marks, keep = values.pop("marks", ()), values.pop("keep_validators", True)
    taken = snapshot(**values)
    return save_reading(db, taken, publications, marks=marks, keep_validators=keep, tagger=by, now=now, run=taken.run)


def rows(db: Store, table: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()]


def what_changed(db: Store) -> list[str]:
    return [row[0] for row in db.execute("SELECT what FROM changes ORDER BY seq").fetchall()]
