"""The documentation is true: what it must name is named, and what it names exists."""

import re
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from crawlers.registry import spiders
from model.codes import DateType, Kind, Outcome, Sector, Stage, Topic
from service.cli import COMMANDS
from service.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TAXONOMY = (ROOT / "docs" / "taxonomy.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SHAPES = (ROOT / "crawlers" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`vigilex {command}" in README


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    assert set(re.findall(r"vigilex ([a-z]+)", README)) - {"crawl", *COMMANDS} == set()


@pytest.mark.parametrize("source", sorted(spiders()))
def test_every_source_is_in_the_readme_and_among_the_shapes(source: str) -> None:
    assert f"`{source}`" in README
    assert source in SHAPES


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_explained(outcome: Outcome) -> None:
    assert f"`{outcome}`" in README


@pytest.mark.parametrize("code", [*Topic, *Sector, *Kind, *Stage, *DateType])
def test_every_code_is_in_the_taxonomy(code: str) -> None:
    assert f"`{code}`" in TAXONOMY


def names(cls: type[Any], prefix: str = "") -> list[str]:
    hints = get_type_hints(cls)
    found = []
    for field in fields(cls):
        inner = hints[field.name]
        found += names(inner, f"{field.name}.") if is_dataclass(inner) else [prefix + field.name.rstrip("_")]  # type: ignore[arg-type]
    return found


def test_the_example_settings_are_complete_and_accepted(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", README, re.S)
    table = tomllib.loads(example)
    shown = {f"{table_name}.{name}" for table_name, inner in table.items() if isinstance(inner, dict) for name in inner}
    shown |= {name for name, value in table.items() if not isinstance(value, dict)} | {"keys"} & set(table)
    assert shown == set(names(Settings))
    (tmp_path / "vigilex.toml").write_text(example)
    assert load_settings(tmp_path, tmp_path, {}).crawl.delay == 1.0


@pytest.mark.parametrize("setting", names(Settings))
def test_every_setting_is_explained_to_operators(setting: str) -> None:
    assert f"| `{setting}` |" in OPERATIONS


def test_operators_are_told_no_command_that_does_not_exist() -> None:
    named = re.findall(r"`vigilex ([a-z]+)( [a-z]+)?|bin/vigilex ([a-z]+)|exec vigilex vigilex ([a-z]+)", OPERATIONS)
    assert {word for found in named for word in (found[0], found[2], found[3]) if word} <= set(COMMANDS)


def test_every_alarm_is_explained_to_operators() -> None:
    source = (ROOT / "alerts" / "alarms.py").read_text(encoding="utf-8")
    keys = re.findall(r'Alarm\(\s*f?"(.+?)"', source)
    assert len(keys) > 5
    for key in keys:
        assert f"| `{re.sub(' {.*}', '', key)}" in OPERATIONS, key


def test_every_metric_is_explained_to_operators() -> None:
    metrics = re.findall(r'Gauge\(\s*"(\w+)"', (ROOT / "web" / "health.py").read_text(encoding="utf-8"))
    assert len(metrics) > 5
    assert [metric for metric in metrics if f"`{metric}`" not in OPERATIONS] == []


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "crawlers/README.md",
        "feeds/README.md",
        "alerts/README.md",
        "docs/api.md",
        "docs/taxonomy.md",
        "docs/register.md",
        "docs/operations.md",
    ],
)
def test_every_link_inside_the_project_leads_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{page} links to {target}"


@pytest.mark.parametrize("target", ["test", "run", "check", "lint", "types", "styles", "catalogue", "lock", "clean"])
def test_make_knows_what_the_documentation_asks_of_it(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
