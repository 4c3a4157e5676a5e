"""Which identifiers make updates of two sources one publication."""

import pytest

from model.codes import Facet
from model.group import group_keys
from model.publication import Publication, Statement


def keys(identifiers: dict[str, tuple[str, ...]], *said: Statement, source: str = "us_example") -> frozenset[str]:
    return group_keys(Publication(source, "1", "T", None, identifiers=identifiers, statements=said))


@pytest.mark.parametrize(
    "written",
    [
        "http://data.europa.eu/eli/reg/2024/3015/oj", "https://data.europa.eu/eli/reg/2024/3015",
        "https://DATA.europa.eu/eli/reg/2024/3015/oj/", "http://data.europa.eu/eli/reg/2024/3015/oj/spa",
        "http://data.europa.eu/eli/reg/2024/3015/spa",
    ],
)  # fmt: skip
def test_an_eli_is_one_whatever_its_scheme_and_last_steps(written: str) -> None:
    assert keys({"eli": (written,)}) == {"eli:data.europa.eu/eli/reg/2024/3015"}


def test_numbers_of_one_country_do_not_join_those_of_another() -> None:
    ours = keys({"public_law": ("117-78",)}, Statement(Facet.JURISDICTION, "US", "Congress"))
    assert ours == keys({"public_law": ("117-78",)}) == {"public_law:US:117-78"}
    assert keys({"public_law": ("117-78",)}, source="ph_example").isdisjoint(ours)


def test_a_bill_joins_at_the_same_stage_only() -> None:
    passed, proposed = Statement(Facet.STAGE, "passed", "Passed"), Statement(Facet.STAGE, "proposed", "Read")
    bill = {"bill": ("45-1/C-251",)}
    assert keys(bill, passed).isdisjoint(keys(bill, proposed))
    assert keys(bill, passed) == {"bill:US:45-1/C-251:passed"}
    assert keys(bill) == frozenset()


def test_what_many_publications_share_joins_nothing() -> None:
    assert keys({"docket": ("D-1",), "rin": ("1651-AB",), "ilo": ("C029",), "celex": (" ",)}) == frozenset()


def test_case_of_letters_does_not_matter() -> None:
    assert keys({"celex": ("32024r3015",), "ecli": ("ecli:EU:C:2024:1",)}) == {
        "celex:32024R3015",
        "ecli:ECLI:EU:C:2024:1",
    }
