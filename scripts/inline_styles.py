"""Writes the styles of alerts/templates/mail.css into the mail templates: ``make styles`` after a change to either.

Mail programs ignore style sheets, and doing this for every mail costs ten times what the rest of the mail costs.
Only the dark colours stay in a sheet: they cannot stand in an attribute.
"""

import re
import sys
from pathlib import Path

import css_inline

TEMPLATES = Path(__file__).resolve().parent.parent / "alerts" / "templates"
NAMES = ("alarms", "digest", "letter")


def inlined(name: str) -> str:
    """The template ``name``.html with every style in the element that it is for."""
    document = (TEMPLATES / f"{name}.html").read_text(encoding="utf-8")
    # What stands before the doctype would be lost by the parser.
    first, document = document.split("\n", 1)
    style = (TEMPLATES / "mail.css").read_text(encoding="utf-8")
    inliner = css_inline.CSSInliner(extra_css=style, inline_style_tags=False, load_remote_stylesheets=False)
    text = inliner.inline(document)
    text = text.replace(' data-css-inline="keep"', "")
    # Inside a style, a blank less is a byte less in every item of every mail.
    text = re.sub(r'style="([^"]*)"', lambda found: f'style="{_short(found[1])}"', text)
    return f"{first}\n{text.rstrip()}\n"


def _short(style: str) -> str:
    return re.sub(r"\s*([:;,])\s*", r"\1", style).strip(";")


if __name__ == "__main__":
    for name in NAMES:
        (TEMPLATES / f"{name}.inlined.html").write_text(inlined(name), encoding="utf-8")
    sys.exit(0)
