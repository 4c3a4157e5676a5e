import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.tagger import may_matter, tag
from model.codes import DateType, Facet, Kind, Sector, Stage, Topic
from model.publication import Dated, Publication, Statement
from model.tags import Tags
from tests.extractors.making import publication

ORDER = publication(
    "CBP issues a withhold release order on gloves from Malaysia",
    "WASHINGTON, March 3, 2026 - U.S. Customs and Border Protection issued a withhold release order against rubber "
    "gloves of a Malaysian company, because it found indicators of forced labor, among them debt bondage.",
)
LAW = Statement(Facet.KIND, "legislation", "Act")
SAMPLES = [
    ORDER,
    publication(
        "Gesetz über unternehmerische Sorgfaltspflichten", "Das Lieferkettengesetz tritt am 1. Januar 2027 in Kraft."
    ),
    publication(
        "強制労働製品の輸入禁止に関する法律案", "政府は2026年3月5日、強制労働による製品の輸入を禁止する法案を提出した。"
    ),
    publication("بيان", "حذرت وزارة العمل من جرائم الاتجار بالأشخاص والعمل القسري بتاريخ ١٢ مارس ٢٠٢٦"),
    publication("พระราชบัญญัติ", "ป้องกันและปราบปรามการค้ามนุษย์ ราชกิจจานุเบกษา ๒๘ เมษายน ๒๕๖๘"),
    publication("Budget of the fire brigade", "The council discussed the price of hoses on 3 May 2026."),
]


def assert_evidence_fits(source: Publication, tags: Tags) -> None:
    for one in tags.evidence:
        whole = {"title": source.title, "body": source.text}.get(one.where)
        if whole is not None:
            assert whole[one.start : one.end] == one.words
        else:
            assert (one.start, one.end) == (0, 0)


def assert_codes_are_of_the_taxonomy(tags: Tags) -> None:
    assert set(tags.topics) <= set(Topic)
    assert set(tags.sectors) <= set(Sector)
    assert tags.kind in Kind
    assert tags.stage in Stage
    assert 0 <= tags.score <= 1


def test_an_order_against_goods_is_tagged_in_all_its_facets() -> None:
    tags = tag(ORDER)
    assert tags.relevant
    assert tags.lang == "en"
    assert tags.jurisdictions == ("US",)
    assert tags.concerns == ("MY",)
    assert set(tags.topics) >= {"forced-labour", "import-ban"}
    assert tags.sectors == ("rubber",)
    assert (tags.kind, tags.stage) == (Kind.ENFORCEMENT, Stage.IN_FORCE)
    assert [(one.type, one.date) for one in tags.dates] == [(DateType.PUBLISHED, "2026-03-03")]
    assert "us-tariff-act-307" in tags.instruments


@pytest.mark.parametrize("source", SAMPLES)
def test_every_tag_shows_the_words_that_gave_it(source: Publication) -> None:
    tags = tag(source)
    assert_evidence_fits(source, tags)
    shown = {(one.facet, one.code) for one in tags.evidence}
    wanted: list[tuple[Facet, str]] = [(Facet.KIND, tags.kind), (Facet.STAGE, tags.stage), (Facet.LANGUAGE, tags.lang)]
    wanted += [(Facet.RELEVANCE, "yes" if tags.relevant else "no")]
    wanted += [(Facet.JURISDICTION, code) for code in tags.jurisdictions]
    wanted += [(Facet.CONCERN, code) for code in tags.concerns]
    wanted += [(Facet.TOPIC, code) for code in tags.topics]
    wanted += [(Facet.SECTOR, code) for code in tags.sectors]
    wanted += [(Facet.DATE, one.type) for one in tags.dates]
    wanted += [(Facet.INSTRUMENT, code) for code in tags.instruments]
    assert set(wanted) <= shown


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Forced sale of a property", "The court ordered a forced sale. The servitude de passage remains on the land."),
        ("Customer due diligence", "Banks carry out customer due diligence against money laundering."),
        ("Labour force survey", "The labour force grew by 2 percent; employment rose."),
        (
            "New exhibition on the transatlantic slave trade",
            "The museum shows slavery and emancipation on the plantation.",
        ),
        ("Lutte contre le blanchiment", "L'obligation de vigilance vise la clientèle et le bénéficiaire effectif."),
        ("소송 안내", "임금체불 확정판결 후 강제집행 절차를 고용노동부가 안내합니다."),
        (
            "Our modern slavery statement 2025",
            "We are committed to human rights. Our suppliers sign our supplier code of conduct.",
        ),
    ],
)
def test_false_friends_are_not_relevant_and_have_no_topics(title: str, text: str) -> None:
    tags = tag(publication(title, text))
    assert not tags.relevant
    assert (tags.topics, tags.concerns, tags.sectors) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Un règlement sur les produits issus du travail forcé a été publié.", "import-ban"),
        ("Verbot von in Zwangsarbeit hergestellten Produkten im Binnenmarkt.", "forced-labour"),
        ("O grupo móvel resgatou pessoas em condições análogas à de escravo.", "forced-labour"),
        ("Ustawa o przeciwdziałaniu pracy przymusowej i handlowi ludźmi.", "human-trafficking"),
        ("Lov om menneskehandelsoffer og tvangsarbeid.", "human-trafficking"),
        ("Laki ihmiskaupan uhrien auttamisesta ja pakkotyön kieltämisestä.", "human-trafficking"),
        ("禁止進口強迫勞動產品，並要求企業盡職調查。", "forced-labour"),
        ("국회는 강제노동을 금지하는 법률안을 발의했다.", "forced-labour"),
        ("รัฐบาลออกมาตรการป้องกันแรงงานบังคับในเรือประมง", "forced-labour"),
        ("सरकार ने बंधुआ मजदूरी और बाल श्रम पर रिपोर्ट जारी की।", "child-labour"),
        ("Kerajaan memperkenalkan akta baharu mengenai buruh paksa.", "forced-labour"),
        ("وللعمل القسري في سلاسل التوريد عقوبات جديدة", "forced-labour"),
    ],
)
def test_the_subject_is_found_as_the_speakers_of_a_language_write_it(text: str, topic: str) -> None:
    tags = tag(publication(text=text))
    assert tags.relevant
    assert topic in tags.topics


def test_what_the_source_says_outranks_the_text() -> None:
    said = (
        Statement(Facet.KIND, "rulemaking", "Proposed Rule"),
        Statement(Facet.STAGE, "consultation", "Comments open"),
        Statement(Facet.JURISDICTION, "NZ", "New Zealand Gazette"),
    )
    tags = tag(publication(ORDER.title, ORDER.text, statements=said, lang="mi", published="2026-03-09T10:00:00Z"))
    assert (tags.kind, tags.stage, tags.jurisdictions, tags.lang) == (
        Kind.RULEMAKING,
        Stage.CONSULTATION,
        ("NZ",),
        "mi",
    )
    assert tags.dates == (Dated(DateType.PUBLISHED, "2026-03-09", "2026-03-09T10:00:00Z"),)


def test_the_title_outranks_the_body() -> None:
    text = "The report mentions guidance and consultation."
    assert tag(publication("Report on child labour", text)).kind is Kind.REPORT
    assert tag(publication("Guidance on child labour", text)).kind is Kind.GUIDANCE


def test_a_law_that_applies_later_is_adopted_and_not_yet_in_force() -> None:
    law = "Law on forced labour. It applies to all companies as of 1 January 2028: applies from 1 January 2028."
    assert tag(publication("Law", law, statements=(LAW,), published="2026-03-01")).stage is Stage.ADOPTED
    assert tag(publication("Law", law, statements=(LAW,), published="2028-03-01")).stage is Stage.IN_FORCE


def test_one_mention_in_a_very_long_text_is_not_its_subject() -> None:
    filler = "The municipality maintains roads, bridges and lamps. " * 1500
    assert not tag(publication("Municipal Code", f"{filler}Forced labour is prohibited. {filler}")).relevant


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Guidance on forced labour published by the Government of Georgia", "GE"),
        ("New Mexico: forced labour report of the U.S. Department of Labor", "US"),
        ("Forced labour: California Attorney General explains the duty", "US-CA"),
        ("Commission européenne : règlement sur le travail forcé", "EU"),
    ],
)
def test_the_rule_maker_is_found_by_its_bodies(title: str, code: str) -> None:
    assert tag(publication(title)).jurisdictions == (code,)


def test_us_as_a_pronoun_is_no_country() -> None:
    assert "US" not in tag(publication("Tell us about forced labour", "Write to us and let us know.")).jurisdictions


def test_a_short_alias_alone_links_no_instrument() -> None:
    assert tag(publication("The FLR explained", "The FLR concerns forced labour in flower farms.")).instruments == ()


def test_an_identifier_links_its_instrument() -> None:
    cited = publication("Notice", "Regulation (EU) 2024/3015 concerns products made with forced labour.")
    known = publication("Notice", identifiers={"celex": ("32024R3015",)})
    assert "eu-forced-labour-regulation" in tag(cited).instruments
    assert tag(known).instruments == ("eu-forced-labour-regulation",)


@pytest.mark.parametrize(
    "title", ["Uyghur Forced Labor Prevention Act", "人身取引対策", "Zwangsarbeiterlager", "trata de personas"]
)
def test_titles_on_the_subject_may_matter_in_any_language(title: str) -> None:
    assert may_matter(title)


@pytest.mark.parametrize("title", ["", "Fire brigade budget", "Straßenbau in Bayern"])
def test_other_titles_do_not_matter(title: str) -> None:
    assert not may_matter(title)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01\x02 forced\x00 labour \ud83d\ude00",
        "<p>Forced&nbsp;labour</p><script>var x = 1;</script>",
        "MinistÃ¨re du Travail â€” travail forcÃ©",
        "in force on 32.13.2026 and 99/99/9999, 平成99年99月99日, พ.ศ. ๙๙๙๙",
        "İİİİ forced labour İ",
        "e\u0301" * 50 + " forced  \u00ad labour",
        "|" * 1000,
    ],
)
def test_odd_text_is_tagged_without_exception(text: str) -> None:
    source = publication(text, text)
    tags = tag(source)
    assert_evidence_fits(source, tags)
    assert_codes_are_of_the_taxonomy(tags)
    assert not tags.dates


def test_five_megabytes_are_tagged_in_seconds() -> None:
    tags = tag(publication("Forced labour", f"forced labour {'in supply chains and on farms ' * 40}" * 4_200))
    assert tags.relevant


PIECES = [
    "forced labour", "travail forcé", "強制労働", "แรงงานบังคับ", "العمل القسري", "on 3 March 2026", "2026年4月1日",
    "  ", "\n", "\x00", "\u00ad", "e\u0301", "İ", "U.S. Customs and Border Protection", "enters into force on", "-",
    "UFLPA", "China", "Georgia", "Regulation (EU) 2024/3015", "cotton", "bill", "<b>", "🙂", "ﷺ",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=25), st.booleans())
def test_evidence_stands_where_it_says_in_any_text(pieces: list[str], spaced: bool) -> None:
    text = (" " if spaced else "").join(pieces)
    source = publication(text[:60], text)
    tags = tag(source)
    assert_evidence_fits(source, tags)
    assert_codes_are_of_the_taxonomy(tags)


def test_another_process_gives_the_same_tags() -> None:
    imports = "from tests.extractors.test_tagger import SAMPLES; from extractors.tagger import tag"
    code = f"{imports}; print([*map(tag, SAMPLES)])"
    seeded = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=seeded).stdout
    assert told.decode() == f"{[*map(tag, SAMPLES)]}\n"
