import pytest
from lxml import etree

from extractors.clean import html_text, xml_text
from extractors.tidy import one_line, tidy


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Forced <b>lab</b>our</p><p>Next</p>", "Forced labour\nNext"),
        ("<nav>Menu</nav><script>x()</script><style>p{}</style><p>Words</p>", "Words"),
        ("<p>a<br>b</p>", "a\nb"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<p>&lt;not a tag&gt; &amp; more</p>", "<not a tag> & more"),
        ("<!-- hidden --><p>shown</p>", "shown"),
        ("", ""),
        (None, ""),
    ],
)
def test_markup_becomes_the_words_that_a_person_reads(markup: str | None, text: str) -> None:
    assert html_text(markup) == text


def test_inline_elements_of_xml_stay_in_their_line() -> None:
    tree = etree.fromstring("<a><P>Act <Emphasis>of</Emphasis> 2026</P><Note>no</Note><P>Second</P></a>")
    assert xml_text(tree, inline={"Emphasis"}, skip={"Note"}) == "Act of 2026\nSecond"


def test_a_row_of_a_table_is_a_line_also_where_a_cell_holds_a_paragraph() -> None:
    rows = "<tr><td><p>Work</p></td><td>12</td></tr><tr><td> <p>Pay</p> </td><td><p>a</p><p>b</p></td></tr>"
    assert xml_text(etree.fromstring(f"<table>{rows}</table>"), cells={"td"}) == "Work 12\nPay\na\nb"


def test_tidy_text_has_no_controls_and_no_stray_blanks() -> None:
    assert tidy(" a\x00 \u200b b\r\n\r\n c\xadd e\u0301 ") == "a b\ncd é"
    assert one_line("a\n b ") == "a b"
    assert one_line(None) == ""
