"""How the API answers anything: problems, validators, limits, other pages; never a traceback, never a word typed."""

import itertools
import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.db.making import publication
from tests.web.api.making import ID, World

PATHS = ["", "/updates", "/search?q=labour", "/changes", "/sources", "/taxonomy", "/instruments", "/openapi.json"]
TYPED = [
    "\0", "a\0b", "%ED%A0%80", "%FF%FE", "%", "x" * 10_000, "9" * 5_000, "-1", "1e9", "' OR 1=1 --", "<script>",
    "../../etc/passwd", "%2e%2e%2f", "\u202e", "urn:uuid:", "{", "NaN", "null", "٣", "😀", " ", ";",
    "\r\nx: y",
]  # fmt: skip

PLACES = [
    "/updates?q=", "/updates?after=", "/updates?limit=", "/updates?topic=", "/updates?published_to=", "/search?q=",
    "/changes?since=", "/changes?limit=", "/updates?q=a&q=", "/updates/", "/sources/", "/instruments/",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_a_validator_and_who_has_it_gets_304(world: World, path: str) -> None:
    world.add(publication("1"))
    first = world.get(path)
    etag = first.headers["etag"]
    assert etag == world.get(path).headers["etag"]
    assert not etag.startswith("W/")
    for sent in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = world.client.get(f"/api/v1{path}", headers={"if-none-match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    other = world.client.get(f"/api/v1{path}", headers={"if-none-match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_an_update_tells_when_it_last_changed(world: World) -> None:
    world.add(publication("1"))
    path = f"/api/v1/updates/{publication('1').id}"
    said = world.client.get(path).headers["last-modified"]
    assert said == "Thu, 08 Oct 2026 10:00:05 GMT"
    assert world.client.get(path, headers={"if-modified-since": said}).status_code == 304
    outranked = world.client.get(path, headers={"if-modified-since": said, "if-none-match": '"other"'})
    assert outranked.status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_head_is_answered_as_get_without_its_body(world: World, path: str) -> None:
    head, get = world.client.head(f"/api/v1{path}"), world.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert (head.headers["etag"], head.headers["content-length"]) == (get.headers["etag"], str(len(get.content)))


def test_any_page_of_the_web_may_read_and_none_may_do_more(world: World) -> None:
    for path in ("/updates", "/updates/none"):
        assert world.get(path).headers["access-control-allow-origin"] == "*"
    before = world.client.options(
        "/api/v1/updates", headers={"origin": "https://a.example", "access-control-request-method": "GET"}
    )
    assert (before.status_code, before.content) == (204, b"")
    assert before.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in before.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in before.headers
    assert "access-control-allow-origin" not in world.client.get("/subscribe").headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_the_api_only_reads(world: World, method: str) -> None:
    answer = world.client.request(method, "/api/v1/updates", content=b"x" * 50_000)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1/", "/api/v2/updates", "/api/v1/updates/", "/api/v1/nothing"]
)
def test_an_address_where_nothing_is_is_a_problem_and_no_page(world: World, path: str) -> None:
    answer = world.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.headers["cache-control"] == "no-store"


def test_pages_keep_their_own_errors(world: World) -> None:
    assert world.client.get("/nothing").headers["content-type"].startswith("text/html")
    assert world.client.get("/apiary").headers["content-type"].startswith("text/html")


def test_a_parameter_that_cannot_be_used_is_named_and_its_value_is_not_repeated(world: World) -> None:
    answer = world.client.get("/api/v1/updates?limit=<b>&topic=%3Cscript%3E&published_from=2026-02-30&unknown=1")
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["title"]) == (422, 422, "Unprocessable Entity")
    assert problem["type"] == "about:blank"
    assert {error["name"] for error in problem["errors"]} == {"limit", "topic.0", "published_from", "unknown"}
    assert all(error["in"] == "query" and error["detail"] for error in problem["errors"])
    assert "<b>" not in answer.text
    assert "script" not in answer.text


@pytest.mark.parametrize("path", ["/taxonomy", "/sources", f"/updates/{ID}", ""])
def test_a_parameter_that_nobody_knows_is_an_error_everywhere(world: World, path: str) -> None:
    assert world.client.get(f"/api/v1{path}?topik=import-ban").status_code == 422


@pytest.mark.parametrize("twice", ["q=a&q=b", "q=a&limit=1&limit=2", "q=a&after=&after="])
def test_a_second_value_where_one_counts_is_no_silent_loss(world: World, twice: str) -> None:
    for path in ("/updates", "/search"):
        answer = world.client.get(f"/api/v1{path}?{twice}")
        assert answer.status_code == 422
        assert [error["in"] for error in answer.json()["errors"]] == ["query"]
    assert world.client.get("/api/v1/updates?topic=import-ban&topic=forced-labour&source=a_b&source=c_d").is_success


def test_whatever_is_typed_gets_a_plain_answer(world: World) -> None:
    world.add(publication("1"))
    for typed, path in itertools.product(TYPED, PLACES):
        as_sent = typed if typed.startswith("%") and len(typed) > 1 else quote(typed, safe="")
        answer = world.client.get(f"/api/v1{path}{as_sent}")
        assert answer.status_code in (200, 404, 409, 422), (path, typed)
        assert isinstance(json.loads(answer.content), dict)
        assert "Traceback" not in answer.text
        assert "x" not in answer.headers


def test_too_many_requests_are_told_to_wait_and_may_come_again(tmp_path: Path) -> None:
    world = World(tmp_path, most=3)
    answers = [world.get("/sources") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"] for answer in answers] == [
        '"visitor";r=2;t=20', '"visitor";r=1;t=40', '"visitor";r=0;t=60', '"visitor";r=0;t=60',
    ]  # fmt: skip
    assert answers[-1].headers["ratelimit-policy"] == '"visitor";q=3;w=60'
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert answers[-1].headers["retry-after"] == "20"
    assert world.client.get("/subscribe").status_code == 200
    world.now += timedelta(seconds=20)
    assert world.get("/sources").status_code == 200
    assert world.get("/sources").status_code == 429
    world.now -= timedelta(days=1)
    assert world.get("/sources").status_code == 200


def test_a_store_that_cannot_be_opened_is_a_problem_that_names_no_folder(world: World) -> None:
    (world.folder / "vigilex.db").rename(world.folder / "elsewhere.db")
    answer = world.get("/updates")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(world.folder) not in answer.text


def test_a_fault_of_ours_is_a_problem_without_a_traceback(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.api.updates.search", lambda *_, **__: 1 / 0)
    answer = world.get("/updates")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "division" not in answer.text
