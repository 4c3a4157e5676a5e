"""Signed links: good for one purpose, for their time, and for nobody who changes a letter."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.tokens import LIFETIME, BadToken, OldToken, Purpose, read_token, token

KEY = b"k" * 32
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
GOOD = token(KEY, Purpose.MANAGE, "7", NOW)


def test_a_token_says_whose_it_is_and_since_when() -> None:
    grant = read_token(KEY, Purpose.MANAGE, f" {GOOD}\n", NOW + timedelta(days=1))
    assert (grant.subject, grant.issued) == ("7", NOW)


@pytest.mark.parametrize("place", range(len(GOOD)))
def test_no_letter_of_a_token_can_be_changed(place: int) -> None:
    other = "b" if GOOD[place] == "a" else "a"
    with pytest.raises(BadToken):
        read_token(KEY, Purpose.MANAGE, GOOD[:place] + other + GOOD[place + 1 :], NOW)


@pytest.mark.parametrize("wanted", [Purpose.CONFIRM, Purpose.LEAVE])
def test_a_token_of_one_purpose_is_worth_nothing_for_another(wanted: Purpose) -> None:
    with pytest.raises(BadToken):
        read_token(KEY, wanted, GOOD, NOW)


def test_a_token_of_another_installation_is_refused() -> None:
    with pytest.raises(BadToken):
        read_token(b"other" * 7, Purpose.MANAGE, GOOD, NOW)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_dies_with_its_time_and_still_says_whose_it_was(purpose: Purpose) -> None:
    text = token(KEY, purpose, "7", NOW)
    assert read_token(KEY, purpose, text, NOW + LIFETIME[purpose]).subject == "7"
    with pytest.raises(OldToken) as error:
        read_token(KEY, purpose, text, NOW + LIFETIME[purpose] + timedelta(seconds=1))
    assert error.value.subject == "7"


def test_a_token_from_the_future_is_none_of_ours() -> None:
    with pytest.raises(BadToken):
        read_token(KEY, Purpose.MANAGE, GOOD, NOW - timedelta(days=2))


def test_a_token_ends_with_a_letter_or_digit_so_that_mail_programs_keep_it_whole() -> None:
    assert GOOD[-1].isalnum()
    assert GOOD.replace(".", "").isalnum()


@given(st.text(max_size=120))
def test_no_text_can_do_more_than_be_refused(text: str) -> None:
    with pytest.raises(BadToken):
        read_token(KEY, Purpose.MANAGE, text, NOW)
