"""The headline: readable without the official language, with the source's own word for the stage."""

from feeds.headline import headline, jurisdiction_name
from model.codes import Facet, Kind, Stage
from model.tags import Evidence, Tags


def tags(stage: Stage, *said: str) -> Tags:
    evidence = tuple(Evidence(Facet.STAGE, str(stage), "source:stage", words, 0, 0, "source") for words in said)
    return Tags(
        relevant=True, review=False, score=1.0, lang="en", jurisdictions=("CA",), concerns=("CN",),
        topics=("import-ban",), sectors=("cotton",), kind=Kind.BILL, stage=stage, dates=(), instruments=(),
        evidence=evidence,
    )  # fmt: skip


def test_it_names_whose_rule_it_is_what_it_is_and_what_it_is_about() -> None:
    assert headline(tags(Stage.NONE)) == "Canada · bill · import ban · cotton · concerns China"


def test_stages_of_one_bill_are_told_apart_by_the_words_of_the_source() -> None:
    assert "· passed (Third reading) ·" in headline(tags(Stage.PASSED, "Third reading"))
    assert "· passed ·" in headline(tags(Stage.PASSED, "Passed"))
    assert "· passed ·" in headline(tags(Stage.PASSED, "passed_by_both_chambers"))
    assert "· passed ·" in headline(tags(Stage.PASSED, "A whole sentence about what happened to this bill"))


def test_a_part_of_a_country_has_one_name() -> None:
    assert jurisdiction_name("GB-WLS") == "Wales (United Kingdom)"
    assert jurisdiction_name("ES-CT") == "Catalunya (Spain)"
    assert jurisdiction_name("US-CA") == "California (United States)"
