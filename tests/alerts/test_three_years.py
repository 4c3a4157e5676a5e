"""Three simulated years of weeks: whatever clocks and schedulers do, every match is delivered once."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from alerts.runs import make_due
from db.connect import Store
from db.updates import decide
from model.subscription import Cadence
from tests.alerts.making import PRESS, delivered, item, mails, save, subscribe

START = datetime(2025, 1, 1, tzinfo=UTC)
DOWN = (
    datetime(2026, 3, 29, 4, tzinfo=UTC),
    timedelta(hours=26),
)  # over a Monday morning, the day after the clocks went
BACK = (datetime(2026, 12, 28, 6, 30, tzinfo=UTC), timedelta(hours=2))  # just after the run of week 53
WEEKS = 157


def stamp(time: datetime) -> str:
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def clock(time: datetime) -> datetime:
    """What the machine's clock says: put back two hours at one moment, and set right a day later."""
    since, shift = BACK
    return time - shift if since <= time < since + timedelta(days=1) else time


def wakings(chance: random.Random) -> list[tuple[datetime, str]]:
    """What happens when: updates that arrive, an editor who approves, and two schedulers that wake."""
    found: list[tuple[datetime, str]] = [(BACK[0] - timedelta(minutes=20), "wake"), (BACK[0], "wake")]
    for week in range(WEEKS):
        monday = START + timedelta(days=5, weeks=week)
        found += [(monday + timedelta(hours=chance.uniform(0, 168)), "update") for _ in range(2)]
        found.append((monday + timedelta(hours=chance.uniform(0, 168)), "approve"))
        found += [(monday + timedelta(hours=hours), "wake") for hours in (5, 6.01, 7, 30, 54, 78, 126, 150)]
    return sorted((time, what) for time, what in found if not DOWN[0] <= time < DOWN[0] + DOWN[1] or what != "wake")


def test_three_years_of_weeks_deliver_every_match_once(db: Store) -> None:
    people = {"ana": Cadence.WEEKLY, "ben": Cadence.DAILY, "eve": Cadence.IMMEDIATE}
    for name, cadence in people.items():
        subscribe(db, "", cadence, f"{name}@example.org", stamp(START))
    expected: list[str] = []
    unapproved: list[str] = []
    for i, (time, what) in enumerate(wakings(random.Random(7))):
        now = stamp(clock(time))
        if what == "wake":
            for _ in range(2):  # two schedulers
                make_due(db, PRESS, now)
        elif what == "approve" and unapproved:
            update_id = db.execute("SELECT id FROM updates WHERE native_id = ?", [unapproved.pop()]).fetchone()[0]
            decide(db, update_id, True, "an editor", now)
        elif what == "update":
            text = "labour" if i % 3 else "cotton"
            expected.append(str(i))
            unapproved += [] if i % 3 else [str(i)]
            save(db, now, item(str(i), text, published=now[:10]), sha256=f"{i:064d}")
    for name in unapproved:
        expected.remove(name)
    make_due(db, PRESS, stamp(START + timedelta(weeks=WEEKS, days=12)))
    assert len(expected) > 2 * WEEKS * 0.9
    assert Counter(delivered(db)) == Counter((f"{name}@example.org", one) for name in people for one in expected)
    runs = db.execute("SELECT date FROM digest_runs WHERE cadence = 'weekly' ORDER BY date").fetchall()
    mondays = [datetime.fromisoformat(day) for (day,) in runs]
    assert all(day.weekday() == 0 for day in mondays)
    assert {later - day for day, later in pairwise(mondays)} <= {timedelta(7), timedelta(14)}
    assert "2026-12-28" in {day for (day,) in runs}
    assert len(mails(db)) == len({(mail["to"], tuple(mail["items"])) for mail in mails(db)})
