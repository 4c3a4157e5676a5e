"""The API as an application of its own, beside the pages: its errors are problems, its schema holds nothing else."""

from functools import cache, partial

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp

from web.api import changes, openapi, problems, reference, updates
from web.api.asked import each_once
from web.api.gate import Gate
from web.api.memory import Memory
from web.site import Site


def create_api(site: Site) -> ASGIApp:
    """What answers every request below ``/api``."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.site = site
    app.state.memory = Memory()
    for router in (reference.router, updates.router, changes.router):
        app.include_router(router, dependencies=[Depends(each_once)])
    app.state.openapi = cache(partial(openapi.document, app.routes, site.root))
    problems.register(app)
    return Gate(app, site)
