"""Reasons, in the words of the update."""

import pytest

from alerts.reasons import Texts, reason_words
from db.query import parse
from model.publication import Version
from model.update import Update
from tests.alerts.making import item, tagger

PUBLICATION = item(
    "1", "First line.\nIt is about Zwangs-Arbeit, C-190/24 and 強制労働に関する法律.", title="Über Labour",
    others=(Version("fr", "Travail forcé", "au marché", None),),
)  # fmt: skip
TEXTS = Texts([Update(PUBLICATION, tagger(PUBLICATION))])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("LABOUR", "“Labour”"),
        ("uber", "“Über”"),
        ('"zwangs arbeit"', "“Zwangs-Arbeit”"),
        ("c-190/24", "“C-190/24”"),
        ("強制労働", "“強制労働”"),
        ("強", "“強制”"),
        ('"travail force"', "“Travail forcé”"),
        ("marche -cotton", "“marché”"),
        ("nowhere", "“nowhere”"),
        ("topic:import-ban jurisdiction:US-CA concerns:CN kind:bill",
         "import ban · California (United States) · concerns China · bill"),
        ("source:eu_cellar lang:de", "source eu_cellar · lang de"),
        ("instrument:ca-s211", "Fighting Against Forced Labour and Child Labour in Supply Chains Act"),
        ("labour LABOUR", "“Labour”"),
        ("k l m n o p q r", "“k” · “l” · “m” · “n” · “o” · “p” · 2 more words"),
        ("-cotton published:2026", "-cotton published:2026"),
        ("", "every update"),
    ],
)  # fmt: skip
def test_a_reason_names_what_was_asked_as_it_stands_in_the_update(query: str, said: str) -> None:
    assert reason_words(parse(query), TEXTS) == said
