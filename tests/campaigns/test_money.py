"""Amounts as people type them, and as they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import money
from campaigns.money import AmountNotUnderstood, Money


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("500", "JPY", 500),
        ("500", "JPY", 500),
        ("1,000", "JPY", 1_000),
        ("1,000円", "JPY", 1_000),
        ("¥2,500", "JPY", 2_500),
        ("¥ 500", "JPY", 500),
        ("3", "USD", 300),
        ("3.5", "USD", 350),
        ("$3.00", "USD", 300),
        ("US$12.34", "USD", 1_234),
        ("1,234.50", "USD", 123_450),
    ],
)
def test_what_people_type_is_understood(typed: str, currency: str, minor: int) -> None:
    assert money.parse(typed, currency) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "1e3",
        "NaN",
        "1_000",
        "500.5",
        "-500",
        "+500",
        "٥٠٠",
        "五百",
        "0x10",
        "5" * 5_000,
        "500\x00",
        "1/2",
        "∞",
    ],
)
def test_what_is_no_amount_of_yen_is_refused(typed: str) -> None:
    with pytest.raises(AmountNotUnderstood):
        money.parse(typed, "JPY")


@pytest.mark.parametrize(
    ("typed", "currency", "reason"),
    [
        ("49", "JPY", "too-small"),
        ("0", "JPY", "too-small"),
        ("1000001", "JPY", "too-large"),
        ("0.49", "USD", "too-small"),
        ("1.234", "USD", "shape"),
        ("3,50", "USD", "shape"),
        ("3 50", "USD", "shape"),
        ("500円", "USD", "shape"),
        ("US$500", "JPY", "shape"),
    ],
)
def test_the_reason_says_what_is_wrong(typed: str, currency: str, reason: str) -> None:
    with pytest.raises(AmountNotUnderstood) as refusal:
        money.parse(typed, currency)

    assert refusal.value.reason == reason


@given(st.integers(50, 1_000_000), st.sampled_from(["JPY", "USD"]))
def test_what_a_form_shows_again_means_the_same(minor: int, currency: str) -> None:
    assert money.parse(money.plain(minor, currency), currency) == minor
    assert money.parse(money.figure(minor, currency), currency) == minor


@given(st.integers(50, 900_000), st.sampled_from(["JPY", "USD"]))
def test_covering_the_fee_leaves_what_was_meant_and_no_unit_more_than_needed(minor: int, currency: str) -> None:
    extra = money.fee_to_cover(minor, currency)

    assert minor + extra - money.estimated_fee(minor + extra, currency) >= minor
    assert minor + extra - 1 - money.estimated_fee(minor + extra - 1, currency) < minor


def test_a_hundred_percent_is_only_shown_when_it_is_reached() -> None:
    assert [money.percent(raised, 20_000) for raised in (0, 19_999, 20_000, 24_500)] == [0, 99, 100, 122]
    assert money.percent(500, 0) == 0


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        Money(1, "JPY") + Money(1, "USD")


def test_an_amount_in_a_sentence_follows_the_language() -> None:
    assert money.in_words(24_500, "JPY", "ja") == "24,500円"
    assert money.in_words(24_500, "JPY", "en") == "¥24,500"
    assert money.in_words(300, "USD", "ja") == "US$3.00"
