"""How to cite an update: in words, and as an entry of BibTeX. Pure."""

import re
from dataclasses import dataclass

from alerts.wording import day_words
from model.texts import _

_LATEX = {
    "\\": r"\textbackslash{}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    # BibTeX counts a brace behind a backslash too: one alone would break the whole file.
    "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
}  # fmt: skip
_SPECIAL = re.compile(r"[\\{}$&#%_~^]")


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation says.

    ``title`` is the official one in ``language`` (its English name, or empty). ``published`` is the source's date,
    ``first_seen`` and ``fetched_at`` are times of ours; ``official`` and ``page`` are absolute addresses.
    ``sha256`` is of the archived payload that was fetched last; empty where there is none.
    """

    id: str
    source: str
    title: str
    language: str
    publisher: str
    published: str | None
    official: str | None
    recorder: str
    first_seen: str
    page: str
    fetched_at: str
    sha256: str

    @property
    def key(self) -> str:
        """The key in BibTeX: the same as long as the update has its id."""
        return f"{self.source}-{self.id.removeprefix('urn:uuid:')[:13]}"

    @property
    def behind_title(self) -> str:
        """All that follows the title, in sentences."""
        published = day_words(self.published) if self.published else _("no date given")
        said = [f"{self.publisher}, {published}.", f"{self.official}." if self.official else "", f"{self._recorded}."]
        return " ".join(part for part in said if part)

    @property
    def _recorded(self) -> str:
        recorded = _("Recorded by {name} on {day}, {page}").format(
            name=self.recorder, day=day_words(self.first_seen), page=self.page
        )
        if not self.sha256:
            return recorded
        archived = _("archived on {day} with the SHA-256 {sha256}").format(
            day=day_words(self.fetched_at), sha256=self.sha256
        )
        return f"{recorded}; {archived}"

    @property
    def text(self) -> str:
        """The citation on one line."""
        return f"“{self.title}”. {self.behind_title}"

    @property
    def bibtex(self) -> str:
        """An entry of type misc; text is escaped for LaTeX, addresses stand as they are."""
        archived = f"; archived {self.fetched_at}, SHA-256 {self.sha256}" if self.sha256 else ""
        note = f"Recorded by {self.recorder} on {self.first_seen[:10]}, urn:uuid:{self.page.rpartition('/')[2]}"
        fields = {
            "author": f"{{{latex(self.publisher)}}}",
            "title": f"{{{latex(self.title)}}}",
            **_dates(self.published),
            "language": latex(self.language),
            "url": self.official or self.page,
            "urldate": self.fetched_at[:10],
            "howpublished": rf"\url{{{self.page}}}",
            "note": latex(note + archived),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.key},", *lines, "}", ""])


def latex(text: str) -> str:
    """``text`` so that LaTeX prints it as it stands, and BibTeX finds its braces in pairs."""
    return _SPECIAL.sub(lambda found: _LATEX[found[0]], text)


def _dates(published: str | None) -> dict[str, str]:
    """``year`` for BibTeX, ``date`` for those who know it."""
    return {"year": published[:4], "date": published[:10]} if published else {}
