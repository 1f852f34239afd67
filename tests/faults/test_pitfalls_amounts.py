"""Amounts on their way to Stripe and back: whole minor units everywhere, and sums of any size."""

import ast
import json

import pytest
from django.test import Client

from campaigns import ledger, money
from campaigns.models.ledger import Account
from campaigns.totals import totals
from tests.faults.agreement import assert_the_books_are_those_of_stripe
from tests.stripe_sandbox import ROOT, Sandbox
from tests.world import an_open_campaign, give, now

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("currency", sorted(money.CURRENCIES))
@pytest.mark.parametrize("amount", [50, 500, 1_999, 999_999])
def test_what_is_given_is_what_stripe_is_asked_for_to_the_unit(sandbox: Sandbox, currency: str, amount: int) -> None:
    """500 is five hundred yen or five dollars: nothing is multiplied by a hundred, or divided on the way back."""
    campaign = an_open_campaign(currency=currency, goal=1_000_000, ceiling=None)

    pledge = give(sandbox, campaign, amount)

    (payment,) = sandbox.oracle()["payments"]
    assert (payment["amount"], payment["currency"]) == (amount, currency.lower())
    assert pledge.amount == totals(campaign).raised == amount
    assert_the_books_are_those_of_stripe(sandbox)


def test_every_currency_has_no_more_digits_than_stripe_and_we_agree_upon() -> None:
    assert {one.code: one.digits for one in money.CURRENCIES.values()} == {"JPY": 0, "USD": 2}


@pytest.mark.parametrize(("typed", "minor"), [("19.99", 1_999), ("0.57", 57), ("1.15", 115), ("9999.99", 999_999)])
def test_cents_that_floats_would_lose_are_kept(typed: str, minor: int) -> None:
    assert money.parse(typed, "USD") == minor
    assert money.plain(minor, "USD") == typed


def test_no_float_comes_near_an_amount() -> None:
    """Percentages, rates and shares are Decimals or whole numbers: no float is written in what reckons with money."""
    files = [
        ROOT / "campaigns" / "money.py",
        ROOT / "campaigns" / "totals.py",
        *sorted((ROOT / "campaigns" / "ledger").glob("*.py")),
    ]
    found = [
        f"{file.name}:{node.lineno}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]

    assert found == []


def test_sums_beyond_two_and_four_billion_are_whole_everywhere(client: Client) -> None:
    campaign = an_open_campaign(goal=3_000_000_000, ceiling=None)
    large = 2**53 - 1
    ledger.post(
        kind=ledger.Kind.CHARGE,
        external_ref="ch_large",
        campaign=campaign,
        at=now(),
        postings={Account.STRIPE_CLEARING: large, Account.CAMPAIGN_HELD: -large},
    )

    assert totals(campaign).raised == large
    told = json.loads(client.get(f"/api/v1/campaigns/{campaign.slug}").content)
    assert large in _numbers(told) and all(isinstance(one, int) for one in _numbers(told) if one > 2**31)
    assert client.get(f"/en/c/{campaign.slug}/").status_code == 200


def _numbers(told: object) -> list[int]:
    if isinstance(told, dict):
        return [one for value in told.values() for one in _numbers(value)]
    if isinstance(told, list):
        return [one for value in told for one in _numbers(value)]
    return [told] if isinstance(told, int | float) else []  # type: ignore[list-item]


def test_without_a_goal_and_without_a_coin_nothing_is_divided_by_nothing() -> None:
    assert money.percent(0, 0) == money.percent(500, 0) == 0
    assert (money.percent(999, 1_000), money.percent(1_000, 1_000)) == (99, 100)
    sums = totals(an_open_campaign())
    assert (sums.raised, sums.fees, sums.net, sums.supporters, sums.organiser_part) == (0, 0, 0, 0, 0)
