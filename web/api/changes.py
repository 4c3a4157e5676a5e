"""The changes, for programs that keep a copy: each goes on from its own place, misses nothing, gets nothing twice."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from db.changes import last_change
from db.following import Step, steps_after
from web.api import models
from web.api.answers import FRESH, answer, reading
from web.api.asked import Followed
from web.api.openapi import AHEAD, ERRORS, links_to

router = APIRouter(prefix="/api/v1", responses=ERRORS, tags=["changes"])


@router.get("/changes", response_model=models.Changes, operation_id="changes", responses=AHEAD,
            openapi_extra=links_to("update"))  # fmt: skip
def changes(request: Request, asked: Annotated[Followed, Query()]) -> Response:
    """What happened to updates behind `since`, in the order in which it happened.

    Keep `next` and ask again with it, at once while `more` is true. Ask for each update named: it may have changed
    again since. `gone` means that readers are not shown it any more.
    """
    with reading(request) as db:
        last = last_change(db)
        if asked.since > last:
            raise HTTPException(
                409,
                f"There is no such change yet: the last one is {last}. If you followed this site before, its data went "
                "back to an earlier state: begin again with since=0.",
            )
        found = steps_after(db, asked.since, asked.limit)
    items = [_change(step) for step in found.steps]
    return answer(request, {"next": found.next, "more": found.more, "items": items}, keep=FRESH)


def _change(step: Step) -> dict[str, Any]:
    values = asdict(step)
    return {"seq": values.pop("seq"), "id": values.pop("update_id"), **values}
