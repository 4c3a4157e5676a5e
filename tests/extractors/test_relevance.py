"""What a text is about: own statements, senders, long texts, words of other languages."""

import pytest

from extractors.tagger import tag
from tests.extractors.making import publication


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Marsh Tiles plc: slavery and human trafficking statement",
            "This statement was approved by the board. Forced labour and child labour are banned in our supply chains.",
        ),
        (
            "Grundsatzerklärung der Gießerei Hollweg SE",
            "Beschlossen vom Vorstand. Wir dulden weder Kinderarbeit noch Menschenhandel. Das LkSG verlangt es.",
        ),
        (
            "Vår redegjørelse etter åpenhetsloven",
            "Redegjørelsen gjelder butikkene. Våre leverandører forbyr barnearbeid og tvangsarbeid.",
        ),
        (
            "英国現代奴隷法に基づく声明",
            "当社は強制労働と人身取引を禁じる。本声明は取締役会で承認された。代表取締役社長",
        ),
    ],
)
def test_a_companys_own_statement_is_no_rule_whatever_it_names(title: str, text: str) -> None:
    assert not tag(publication(title, text)).relevant


def test_a_public_bodys_own_statement_counts() -> None:
    text = "We are committed to ending modern slavery in our supply chains. Our suppliers sign our code of conduct."
    assert not tag(publication("Modern slavery statement 2026", text)).relevant
    assert tag(publication("Ashford Borough Council modern slavery statement 2026", text)).relevant


ARTICLE = "Article 12. Forced labour is prohibited. Servitude, debt bondage and trafficking in persons are offences. "
OTHER = "The register of vessels is kept by the harbour master, who collects the dues and publishes the tariff. " * 60


def test_one_article_of_a_code_is_not_its_subject_however_many_words_it_has() -> None:
    assert not tag(publication("Merchant Shipping Code", OTHER + ARTICLE + OTHER)).relevant


def test_an_act_that_speaks_of_it_throughout_is_about_it() -> None:
    text = (ARTICLE + OTHER[:700]) * 40
    assert tag(publication("Act No. 12 of 2026", text)).relevant


def test_a_topic_named_once_in_a_long_text_is_none_of_its_topics() -> None:
    text = "An Act against trafficking in persons. " + (ARTICLE + OTHER[:900]) * 40 + "Public procurement is as before."
    topics = tag(publication("Trafficking in Persons Act 2026", text)).topics
    assert "human-trafficking" in topics
    assert "procurement" not in topics


def test_words_of_one_language_mean_nothing_in_another() -> None:
    text = "The court told the owner that forced labour, or the threat of it, had been proved in the kilns."
    assert tag(publication("Judgment on forced labour in the kilns", text)).topics == ("forced-labour",)


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("美国将更多中国企业列入UFLPA实体清单", "import-ban"),
        ("EU 이사회, CSDDD발효 일정 확정", "due-diligence"),
        ("歐盟延後EUDR施行", "deforestation"),
    ],
)
def test_short_forms_are_found_where_no_blank_stands_beside_them(title: str, topic: str) -> None:
    tags = tag(publication(title))
    assert tags.relevant
    assert topic in tags.topics


@pytest.mark.parametrize(
    "title",
    [
        "Se trata de personas mayores: nueva ley de dependencia",
        "Tratta ferroviaria chiusa fino a novembre",
        "Plan de vigilance 2027 : pharmacovigilance des médicaments",
        "Software supply chain due diligence: guidance on malware",
        "Gulf labour market data: task force named",
    ],
)
def test_words_that_look_like_the_subject_are_not_the_subject(title: str) -> None:
    assert not tag(publication(title)).relevant


def test_more_said_never_lowers_the_score() -> None:
    texts = ["Servitude.", "Servitude. Forced labour.", "Servitude. Forced labour. Human trafficking."]
    scores = [tag(publication(text=text)).score for text in texts]
    assert scores == sorted(scores)
    assert scores[0] < 0.5 < scores[1]
