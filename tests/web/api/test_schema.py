"""The OpenAPI document is true: it names all there is and nothing else, and answers are as it says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import hypothesis
import pytest
import schemathesis
from pydantic import BaseModel

from tests.db.making import publication
from tests.web.api.making import World
from web.api import models
from web.limits import Allowance
from web.site import Site

ROOT = Path(__file__).resolve().parents[3]
OPERATIONS = {
    "/api/v1", "/api/v1/updates", "/api/v1/updates/{id}", "/api/v1/updates/{id}/revisions", "/api/v1/search",
    "/api/v1/changes", "/api/v1/sources", "/api/v1/sources/{id}", "/api/v1/taxonomy", "/api/v1/instruments",
    "/api/v1/instruments/{id}",
}  # fmt: skip


def test_it_holds_the_api_and_no_page(world: World) -> None:
    document = world.read("/openapi.json")
    assert set(document["paths"]) == OPERATIONS
    assert {method for path in document["paths"].values() for method in path} == {"get"}
    assert document["servers"] == [{"url": "/"}]


def test_every_operation_tells_its_errors_as_problems(world: World) -> None:
    document = world.read("/openapi.json")
    for path, operations in document["paths"].items():
        answers = operations["get"]["responses"]
        expected = {"200", "304", "405", "422", "429", "500", "503"} | ({"404"} if "{id}" in path else set())
        assert expected <= set(answers), path
        for status, answer in answers.items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"]
        assert "content" not in answers["304"]
        assert "Retry-After" in answers["429"]["headers"]


def test_the_guide_names_every_address_parameter_and_change(world: World) -> None:
    guide = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for path, operations in world.read("/openapi.json")["paths"].items():
        assert f"`{path}`" in guide
        for parameter in operations["get"].get("parameters", ()):
            assert f"`{parameter['name']}`" in guide or f"{{{parameter['name']}}}" in guide
    for what in get_args(models.Change.model_fields["what"].annotation):
        assert f"`{what}`" in guide


def test_the_limits_that_it_names_are_those_of_the_site(world: World) -> None:
    default: Callable[[], Allowance] = Site.__dataclass_fields__["by_program"].default_factory  # type: ignore[assignment]
    limits = default()
    said = world.read("/openapi.json")["info"]["description"]
    assert f"{limits.most:,} requests at once and as many again spread\n  over each minute" in said
    assert f"{limits.most:,} requests at once" in (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert limits.span.total_seconds() == 60


def names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def undescribed(model: type[BaseModel], value: Any) -> set[str]:
    """The fields of ``value`` that ``model`` does not describe, at any depth."""
    found = {f"{model.__name__}.{name}" for name in value.keys() - names(model)}
    for name, field in model.model_fields.items():
        inner = next((t for t in (field.annotation, *get_args(field.annotation)) if _is_model(t)), None)
        values = value.get(name) if isinstance(value.get(name), list) else [value.get(name)]
        found |= {one for item in values if inner and isinstance(item, dict) for one in undescribed(inner, item)}
    return found


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("", models.Index), ("/updates", models.Updates), ("/search?q=labour", models.Results),
        (f"/updates/{publication('1').id}/revisions", models.Revisions), ("/changes", models.Changes),
        ("/sources", models.Sources), ("/taxonomy", models.Taxonomy), ("/instruments", models.Instruments),
        ("/nothing", models.Problem),
    ],
)  # fmt: skip
def test_every_field_that_is_sent_is_described(world: World, path: str, model: type[BaseModel]) -> None:
    world.add(publication("1", text="Forced labour."))
    world.add(publication("1", text="Forced labour, again."), run="run-2", now="2026-10-09T10:00:05Z")
    value = world.get(path).json()
    model.model_validate(value)
    assert undescribed(model, value) == set()


@pytest.mark.parametrize("mode", schemathesis.GenerationMode)
@pytest.mark.parametrize("filled", [True, False])
def test_a_machine_that_tries_everything_finds_no_fault(
    world: World, filled: bool, mode: schemathesis.GenerationMode
) -> None:
    if filled:
        world.add(publication("1", text="Forced labour."), publication("2", title="hidden"))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", world.app)
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.query or mode.is_positive:  # any text is an id
            tried(operation.as_strategy(generation_mode=mode))


def tried(cases: Any) -> None:
    """Send some of ``cases`` and hold each answer to the document."""

    @hypothesis.settings(max_examples=6, deadline=None, database=None, derandomize=True,
                         suppress_health_check=list(hypothesis.HealthCheck))  # fmt: skip
    @hypothesis.given(case=cases)
    def every_case_is_answered(case: Any) -> None:
        case.call_and_validate()

    every_case_is_answered()
