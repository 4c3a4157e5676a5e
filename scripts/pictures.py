"""Takes the pictures of docs/pictures anew from the demo: ``python -m scripts.pictures FOLDER``."""

import sys
import tempfile
from datetime import datetime
from pathlib import Path

from scripts.demo import NOW, make_demo
from tests.browser.addresses import page_of
from tests.browser.serving import NO_CHROMIUM, chromium, find_chromium, serving

_PHONE, _DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 900}
_PAGES = {
    "front": "/",
    "search": "/search?q=%22forced+labour%22+concerns%3ACN",
    "jurisdiction": "/j/CA",
    "sources": "/sources",
}


def main(folder: Path) -> int:
    program = find_chromium()
    if program is None:
        print(f"pictures: {NO_CHROMIUM}", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        store = Path(made) / "demo"
        make_demo(store)
        with serving(store, datetime.fromisoformat(NOW)) as site, chromium(program) as browser:
            for name, path in (_PAGES | {"update": page_of(store, "concerns:CN")}).items():
                for suffix, size in (("", _DESK), ("-phone", _PHONE)):
                    page = browser.new_page(viewport=size)
                    answer = page.goto(site.url + path)
                    if answer is None or not answer.ok:
                        print(f"pictures: the site has no page {path}", file=sys.stderr)
                        return 1
                    page.screenshot(path=folder / f"{name}{suffix}.png")
                    page.close()
    print(f"The pictures are in {folder}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
