import pytest

from extractors.tagger import tag
from model.codes import Kind, Stage
from tests.extractors.making import publication


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Draft regulations on recruiters", "The public consultation closes on 3 May 2027.", Kind.RULEMAKING),
        ("Consultation on the Modern Slavery Bill", "The draft bill would bind retailers.", Kind.CONSULTATION),
        ("Software suppliers", "Ask each of them for a bill of materials, says the handbook.", Kind.GUIDANCE),
        ("Gesetzentwurf gegen Zwangsarbeit", "Das Gesetz tritt am 1. Mai 2028 in Kraft.", Kind.BILL),
        ("What you need to know about the Supply Chain Act", "The Act binds importers.", Kind.LEGISLATION),
        ("Customs stops gloves", "Press release. A withhold release order was issued today.", Kind.ENFORCEMENT),
    ],
)
def test_a_publication_is_what_it_calls_itself_first(title: str, text: str, kind: Kind) -> None:
    assert tag(publication(title, text)).kind is kind


def test_a_draft_rule_with_a_day_to_answer_is_open_for_comments() -> None:
    text = "The ministry would forbid forced labour by regulation. Comments close on 3 May 2027."
    assert tag(publication("Proposed rule on forced labour", text)).stage is Stage.CONSULTATION


def test_an_act_that_only_cites_an_amended_one_amends_nothing() -> None:
    text = "The Tariff Act, as amended, is the ground of this ban on forced labour. It is in force."
    assert tag(publication("Forced Labour Act 2026", text)).stage is Stage.IN_FORCE
