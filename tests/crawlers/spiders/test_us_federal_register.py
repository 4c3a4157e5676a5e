import json
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.spiders.us_federal_register import UsFederalRegisterSpider, dates_in, docket_ids
from model.codes import Facet
from model.payload import Payload

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_each_search_asks_for_one_quoted_phrase_since_the_given_day() -> None:
    for ask in UsFederalRegisterSpider.asks(NOW, date(2026, 11, 1)):
        address, asked = urlsplit(ask.url), parse_qs(urlsplit(ask.url).query)
        assert address.hostname in UsFederalRegisterSpider.source.hosts
        (phrase,) = asked["conditions[term]"]
        assert phrase.startswith('"')
        assert phrase.endswith('"')
        assert asked["conditions[publication_date][gte]"] == ["2026-11-01"]
        assert asked["order"] == ["newest"]


def test_a_search_asks_for_the_fields_that_make_a_row_complete() -> None:
    for ask in UsFederalRegisterSpider.asks(NOW, date(2026, 11, 1)):
        assert {"action", "dates", "full_text_xml_url"} <= set(parse_qs(urlsplit(ask.url).query)["fields[]"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Comments must be submitted on or before October 29, 2026.", [("deadline", "2026-10-29")]),
        ("Comments due by 5 p.m. Eastern Time on March 3, 2027.", [("deadline", "2027-03-03")]),
        ("Written comments must be received no later than 11:59 p.m., May 5, 2026.", [("deadline", "2026-05-05")]),
        ("The comment period is extended to June 1, 2026.", [("deadline", "2026-06-01")]),
        ("This rule is effective May 4, 2026.", [("effective", "2026-05-04")]),
        ("Effective on May 4, 2026. Comments are taken through July 6, 2026.",
         [("effective", "2026-05-04"), ("deadline", "2026-07-06")]),
        ("The comment period for the notice published August 24, 2026, at 91 FR 54729, is reopened.", []),
        ("The hearing is held on April 1, 2026.", []),
        ("This order was issued on February 31, 2026.", []),
    ],
)  # fmt: skip
def test_the_words_of_dates_tell_last_days_and_first_days(words: str, expected: list[tuple[str, str]]) -> None:
    assert [(dated.type.value, dated.date) for dated in dates_in(words)] == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Docket No. USCG-2026-0041", ("USCG-2026-0041",)),
        ("Docket ID: EPA-HQ-OAR-2026-0012; FRL-1234-01-OAR", ("EPA-HQ-OAR-2026-0012",)),
        ("FAR Case 2026-003, Docket No. FAR-2026-0003, Sequence No. 1", ("FAR-2026-0003",)),
        ("Docket No. RM26-12-000", ("RM26-12-000",)),
        ("Public Notice: 9518", ()),
    ],
)
def test_a_docket_is_its_id_without_the_words_around_it(words: str, expected: tuple[str, ...]) -> None:
    assert docket_ids(words) == expected


@pytest.mark.parametrize(
    ("kind", "action", "expected"),
    [
        ("Rule", "Final rule.", ["legislation", "adopted"]),
        ("Rule", "Interim final rule; request for comments.", ["legislation", "adopted"]),
        ("Rule", "Final rule; delay of effective date.", ["legislation", "postponed"]),
        ("Rule", "Final rule; withdrawal.", ["legislation", "withdrawn"]),
        ("Proposed Rule", "Proposed rescission of a rule.", ["rulemaking", "proposed"]),
        ("Proposed Rule", "Proposed rule; extension of comment period.", ["rulemaking", "consultation"]),
        ("Notice", "Notice of additions to the UFLPA Entity List.", ["enforcement"]),
        ("Notice", "Request for information.", ["consultation", "consultation"]),
        ("Notice", "Notice.", []),
    ],
)
def test_type_and_action_together_say_kind_and_stage(kind: str, action: str, expected: list[str]) -> None:
    document = {"document_number": "2026-1", "title": "A", "type": kind, "action": action, "dates": None}
    (publication,) = UsFederalRegisterSpider.read(Payload(json.dumps(document).encode())).publications
    said = [statement for statement in publication.statements if statement.facet in (Facet.KIND, Facet.STAGE)]
    assert [statement.code for statement in said] == expected
