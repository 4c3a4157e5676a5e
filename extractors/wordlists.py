"""The word lists of ``patterns/``, read. Their form is told in ``patterns/README.md``."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product

from extractors.folding import fold


class WordListError(ValueError):
    """Raised when a word list breaks its form; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Names of cue groups: one of ``near`` must stand near the term, none of ``far`` may; one of ``along`` must
    stand anywhere in the text, none of ``without`` may."""

    near: tuple[str, ...] = ()
    far: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One term. ``words`` are its folded words, a ``*`` at either end of a word standing for any letters.

    ``capitals`` is set for a short form that counts only as it is written (WRO, LkSG).
    """

    list: str
    code: str
    lang: str
    term: str
    words: tuple[str, ...]
    strength: str
    conditions: Conditions = Conditions()
    capitals: str = ""

    @property
    def rule(self) -> str:
        return f"{self.list}:{self.lang}:{self.term}"

    @property
    def starred(self) -> bool:
        """Whether a word of the term may have any beginning or ending."""
        return any("*" in word for word in self.words)

    @property
    def literal(self) -> str:
        """The longest piece of the term that stands in any text it matches."""
        return max(re.split(r"\*", " ".join(self.words)), key=len)

    @property
    def anywhere(self) -> bool:
        """Whether the term is matched inside of words: scripts without blanks, or with attached particles.

        Short forms in their lists are, too: Chinese and Korean write letters to both sides of *UFLPA*.
        """
        short = bool(self.capitals) and self.lang in _WITHOUT_BLANKS
        return short or not _ALPHABETIC.match(self.words[0].strip("*"))


_WITHOUT_BLANKS = ("ja", "ko", "th", "zh")
STRENGTHS = ("sure", "likely", "hint", "tag")
_ALPHABETIC = re.compile(r"[\W\da-z\u00c0-\u052f\u1e00-\u1fff]")
_CONDITION = {"near": "near", "not near": "far", "with": "along", "without": "without"}
_SECTION = re.compile(r"\[([\w-]+)\]")
_OPTIONAL = re.compile(r"\(([^()]*)\)")
_ROOT = files("extractors") / "patterns"


@cache
def word_list(name: str) -> tuple[Entry, ...]:
    """All entries of one list: ``topics`` and ``sectors`` hold a file or a section for each code."""
    folder = _ROOT / name
    if folder.is_dir():
        pages = sorted((page for page in folder.iterdir() if page.name.endswith(".txt")), key=lambda page: page.name)
        return tuple(entry for page in pages for entry in _read(page, name, page.name.removesuffix(".txt")))
    return tuple(_read(_ROOT / f"{name}.txt", name, ""))


def _read(page: Traversable, name: str, code: str) -> list[Entry]:
    entries: list[Entry] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        line = line.partition("#")[0].strip()
        if found := _SECTION.fullmatch(line):
            code = found[1]
        elif line:
            try:
                entries += _entries(line, name, code)
            except ValueError as error:
                raise WordListError(f"{page.name}, line {number}: {error}") from error
    return entries


def _entries(line: str, name: str, code: str) -> list[Entry]:
    columns = [column.strip() for column in line.split("|")]
    if len(columns) not in (3, 4) or not code:
        raise ValueError("a line is: language | strength | term; term; … | conditions (below a [code])")
    lang, strength, terms = columns[:3]
    if strength not in STRENGTHS:
        raise ValueError(f"{strength!r} is no strength ({', '.join(STRENGTHS)})")
    conditions = _conditions(columns[3]) if len(columns) == 4 else Conditions()
    return [
        make_entry(f"{name}/{code}", code, lang, term, strength, conditions)
        for written in terms.split(";")
        if written.strip()
        for term in spelled_out(written.strip())
    ]


def make_entry(
    name: str, code: str, lang: str, term: str, strength: str, conditions: Conditions = Conditions()
) -> Entry:
    """An entry with its folded words. Raises ValueError for a term without a letter."""
    words = tuple(fold(term.replace("*", "\u2217")).replace("\u2217", "*").split())
    if not "".join(words).strip("*"):
        raise ValueError(f"{term!r} has no letters")
    short = len(term) <= 8 and sum(char.isupper() for char in term) >= 2 and " " not in term
    return Entry(name, code, lang, term, words, strength, conditions, term if short else "")


def spelled_out(term: str) -> list[str]:
    """All spellings of a term with optional letters: ``labo(u)r`` is labor and labour."""
    parts = _OPTIONAL.split(term)
    choices = [("", part) if at % 2 else (part,) for at, part in enumerate(parts)]
    return sorted({" ".join("".join(choice).split()) for choice in product(*choices)})


def _conditions(column: str) -> Conditions:
    found: dict[str, tuple[str, ...]] = {}
    for part in column.split(";"):
        name, colon, groups = part.partition(":")
        if name.strip() not in _CONDITION or not colon:
            raise ValueError(f"{part.strip()!r} is no condition ({', '.join(_CONDITION)})")
        found[_CONDITION[name.strip()]] = tuple(group.strip() for group in groups.split(","))
    return Conditions(**found)
