"""Measured figures as the tables of a Markdown page, put where the page has room for them. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

_DECISIONS = ("relevance", "jurisdictions", "concerns", "topics", "sectors", "dates", "instruments")


def with_figures(page: str, figures: Mapping[str, Any], day: str) -> str:
    """``page`` with the tables of ``figures`` (``figures_to_dict``), measured on ``day``, between its two marks.

    Raises ValueError where the page does not hold both marks, in their order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"it must hold the lines {BEGIN} and {END}")
    tables = "\n".join(_tables(figures, day))
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def _tables(figures: Mapping[str, Any], day: str) -> Iterator[str]:
    languages = figures["languages"]
    spoken = f"{len(languages)} language{'' if len(languages) == 1 else 's'}"
    yield f"Measured on {day} with {figures['records']} documents in {spoken}."
    yield ""
    yield from _table("decision", {name: one for name in _DECISIONS if (one := figures["decisions"].get(name))})
    yield ""
    yield f"Right of what has exactly one value: kind {figures['accuracy']['kind']:.3f}, stage " + (
        f"{figures['accuracy']['stage']:.3f}. Mean over codes (macro F1): topics {figures['macro']['topics']:.3f}, "
        f"sectors {figures['macro']['sectors']:.3f}."
    )
    for name in ("topics", "kind", "stage", "sectors", "jurisdictions"):
        codes = {code.removeprefix(f"{name}/"): one for code, one in figures["codes"].items() if _is_of(code, name)}
        if codes:
            yield from ("", f"### {name.capitalize()} by code", "")
            yield from _table("code", codes)
    yield from ("", "### Relevance by language", "")
    yield from _table("language", languages)


def _is_of(code: str, name: str) -> bool:
    return code.startswith(f"{name}/")


def _table(head: str, rows: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield f"| {head} | precision | recall | F1 | labelled |"
    yield "|---|---|---|---|---|"
    for name, one in rows.items():
        shares = " | ".join(f"{one[share]:.3f}" for share in ("precision", "recall", "f1"))
        yield f"| {name} | {shares} | {int(one['labelled'])} |"
