"""The layers of the project: what may import what, and where SQL, spaCy and the database library may stand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# A folder imports only from itself and from those before it.
ORDER = ["model", "extractors", "db", "crawlers", "feeds", "alerts", "web", "service"]
FILES = sorted(path for folder in ORDER for path in (ROOT / folder).rglob("*.py"))
SQL = re.compile(
    r"^\s*(SELECT\b.*\bFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM"
    r"|CREATE\s+(VIRTUAL\s+)?TABLE|PRAGMA\s)",
    re.S,
)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """(imported module, line, whether it stands inside a function) of every import in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(node) for function in ast.walk(tree) if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
              for node in ast.walk(function)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node.lineno, id(node) in inside
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}:{node.lineno} imports relatively"
            yield node.module or "", node.lineno, id(node) in inside


def test_the_folders_of_the_design_are_all_there() -> None:
    assert len(FILES) > 40


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_folder_imports_only_from_those_above_it(path: Path) -> None:
    own = ORDER.index(path.relative_to(ROOT).parts[0])
    wrong = [
        f"{relative(path)}:{line} imports {module}"
        for module, line, _ in imports(path)
        if module.split(".")[0] in ORDER and ORDER.index(module.split(".")[0]) > own
    ]
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_no_import_is_hidden_in_a_function(path: Path) -> None:
    assert not [f"{relative(path)}:{line} imports {module}" for module, line, hidden in imports(path) if hidden]


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_spacy_and_the_database_stay_in_their_folders(path: Path) -> None:
    folder = path.relative_to(ROOT).parts[0]
    for module, line, _ in imports(path):
        library = module.split(".")[0]
        where = f"{relative(path)}:{line}"
        assert library != "spacy" or folder == "extractors", f"{where}: spaCy belongs in extractors/"
        if library in {"sqlite3", "pysqlite3"}:
            assert relative(path) == "db/connect.py", f"{where}: db/connect.py alone opens databases"


@pytest.mark.parametrize("path", [path for path in FILES if path.relative_to(ROOT).parts[0] != "db"], ids=relative)
def test_sql_stands_only_in_db(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        f"{relative(path)}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert not found


def test_the_model_uses_the_standard_library_alone_and_does_no_io() -> None:
    allowed = {
        "bisect", "collections", "contextlib", "contextvars", "dataclasses", "datetime", "difflib", "enum", "functools",
        "gettext", "hashlib", "heapq", "importlib", "itertools", "json", "model", "operator", "re", "typing",
        "unicodedata", "uuid",
    }  # fmt: skip
    used = {module.split(".")[0] for path in (ROOT / "model").rglob("*.py") for module, _, _ in imports(path)}
    assert used <= allowed, f"new in model/: {used - allowed}"


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    registry = r"https?://[^/\s\"']*(?:py" r"pi|python" r"hosted|npm" r"js)"
    forbidden = re.compile(registry + r"|/(?:ro" r"ot|wo" r"rk)/")
    for path in [*FILES, ROOT / "requirements.txt", ROOT / "pyproject.toml", ROOT / "Makefile", ROOT / ".ci/run"]:
        assert not forbidden.search(path.read_text(encoding="utf-8")), relative(path)
