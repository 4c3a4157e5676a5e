"""Sources, codes and instruments: complete, and nothing of the machine in them."""

import pytest

from db.runs import finish_run, start_run
from model.codes import Kind, Outcome, Sector, Stage, Topic
from model.instruments import instruments
from tests.db.making import publication
from tests.web.api.making import World


def test_the_index_leads_everywhere_and_tells_the_limits(world: World) -> None:
    index = world.read("")
    for address in index["links"].values():
        assert address.startswith("https://vigilex.example.org/api/v1/")
        path = address.removeprefix("https://vigilex.example.org/api/v1")
        assert world.get(path, **({"q": "x"} if path == "/search" else {})).status_code == 200
    assert index["limits"]["requests"] == world.most


def test_a_source_tells_its_state_and_no_folder_of_the_machine(world: World) -> None:
    with world.store() as db:
        start_run(db, "us_example", "run-1", "2026-10-08T10:00:00Z", "1:x")
        finish_run(db, "run-1", Outcome.FAILED, "No room in /srv/data", {}, "2026-10-08T10:01:00Z")
    (source,) = world.read("/sources")["items"]
    assert (source["id"], source["outcome"], source["may_republish"]) == ("us_example", "failed", "text")
    assert world.read("/sources/us_example") == source
    assert "/srv" not in str(source)


def test_every_code_has_its_words(world: World) -> None:
    world.add(publication("1"))
    facets = {facet["facet"]: facet for facet in world.read("/taxonomy")["items"]}
    for name, codes in {"topic": Topic, "sector": Sector, "kind": Kind, "stage": Stage}.items():
        assert [code["code"] for code in facets[name]["codes"]] == [str(code) for code in codes]
        assert facets[name]["closed"]
    assert {"code": "import-ban", "label": "import ban"} in facets["topic"]["codes"]
    assert facets["jurisdiction"]["codes"] == [{"code": "US", "label": "United States"}]


def test_the_register_is_whole_and_each_entry_has_an_address(world: World) -> None:
    register = world.read("/instruments")
    assert register["total"] == len(register["items"]) == len(instruments())
    for entry in register["items"][:5]:
        assert world.read(f"/instruments/{entry['id']}") == entry


@pytest.mark.parametrize("path", ["/sources/none", "/instruments/none", "/updates/none", "/updates/none/revisions"])
def test_an_id_that_nobody_has_is_a_problem(world: World, path: str) -> None:
    answer = world.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["instance"] == f"/api/v1{path}"
