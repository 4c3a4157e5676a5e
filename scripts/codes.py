"""Brings codes into the catalogue of texts: members read them as words, but no call of gettext names each of them."""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO


def extract(
    source: BinaryIO,
    keywords: Mapping[str, object],  # noqa: ARG001 - no calls are looked for
    comment_tags: Collection[str],  # noqa: ARG001 - no comments either
    options: Mapping[str, str],
) -> Iterator[tuple[int, None, str, list[str]]]:
    """An extraction method of Babel: codes and names of fields of the classes that the option ``classes`` names."""
    wanted = options["classes"].split()
    for node in ast.parse(source.read()).body:
        if isinstance(node, ast.ClassDef) and node.name in wanted:
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
                    yield line.lineno, None, str(line.value.value).replace("-", " "), []
                elif isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    yield line.lineno, None, line.target.id, []
