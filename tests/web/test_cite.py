"""Citations: everything that a reader needs to find it again, and BibTeX that LaTeX can print."""

from dataclasses import replace

from web.cite import Citation, latex

ONE = Citation(
    id="urn:uuid:8706bcc8-3d04-529b-b6a4-81bfbd7ea8b8",
    source="us_example",
    title="Notice on forced labour",
    language="English",
    publisher="Example Office",
    published="2026-10-07",
    official="https://example.org/a_b?x=1&y=50%25",
    recorder="Example Network",
    first_seen="2026-10-08T10:00:00Z",
    page="https://v.example/u/8706bcc8-3d04-529b-b6a4-81bfbd7ea8b8",
    fetched_at="2026-11-01T10:00:00Z",
    sha256="ab" * 32,
)


def test_a_citation_names_who_published_what_when_and_who_recorded_it() -> None:
    assert ONE.text == (
        "“Notice on forced labour”. Example Office, 7 October 2026. https://example.org/a_b?x=1&y=50%25. "
        "Recorded by Example Network on 8 October 2026, https://v.example/u/8706bcc8-3d04-529b-b6a4-81bfbd7ea8b8; "
        f"archived on 1 November 2026 with the SHA-256 {'ab' * 32}."
    )


def test_what_is_not_known_is_said_or_left_out() -> None:
    bare = replace(ONE, published=None, official=None, sha256="", fetched_at="").text
    assert "Example Office, no date given. Recorded by" in bare
    assert "SHA-256" not in bare
    assert "year" not in replace(ONE, published=None).bibtex


def test_bibtex_escapes_words_and_leaves_addresses_alone() -> None:
    entry = replace(ONE, title=r"50% of {A} & B_c #1 ~ ^ \input{x} $m$", publisher="R&D").bibtex
    assert (
        r"title = {{50\% of \textbraceleft{}A\textbraceright{} \& B\_c \#1 \textasciitilde{} \textasciicircum{} "
        r"\textbackslash{}input\textbraceleft{}x\textbraceright{} \$m\$}}," in entry
    )
    assert r"author = {{R\&D}}," in entry
    assert "url = {https://example.org/a_b?x=1&y=50%25}," in entry
    assert "date = {2026-10-07}," in entry
    assert "language = {English}," in entry


def test_the_braces_of_bibtex_stand_in_pairs_whatever_the_title() -> None:
    for title in ("}", "{", "}}@misc{x", "\\", "a\\}"):
        entry = replace(ONE, title=title).bibtex
        assert r"\{" not in entry  # BibTeX would count it
        assert entry.count("{") == entry.count("}")


def test_the_key_is_the_same_whatever_changes_but_the_id() -> None:
    changed = replace(ONE, title="Other", published="2027", fetched_at="2027-01-01T00:00:00Z", sha256="cd" * 32)
    assert changed.key == ONE.key == "us_example-8706bcc8-3d04"
    assert replace(ONE, id="urn:uuid:1706bcc8-3d04-529b-b6a4-81bfbd7ea8b8").key != ONE.key


def test_plain_words_need_no_escape() -> None:
    assert latex("Règlement (UE) 2024/3015, 強制労働") == "Règlement (UE) 2024/3015, 強制労働"
