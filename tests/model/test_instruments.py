from model.codes import Sector, Stage, Topic
from model.instruments import instruments


def test_every_instrument_of_the_register_has_codes_of_the_taxonomy() -> None:
    assert len(instruments()) > 100
    for one in instruments():
        assert set(one.topics) <= set(Topic)
        assert set(one.sectors) <= set(Sector)
        assert one.stage in set(Stage)


def test_links_between_instruments_lead_somewhere() -> None:
    known = {one.id for one in instruments()}
    assert len(known) == len(instruments())
    for one in instruments():
        assert {*one.amends, *one.amended_by, *one.implements, *one.related} <= known
