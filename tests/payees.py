"""Trainers who are paid, and campaigns that have something for them."""

from datetime import date, timedelta
from typing import Any

from campaigns.actions.add_version import ParentLine
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.learn_payee_account import learn_payee_account
from campaigns.actions.open_payee_account import open_payee_account
from campaigns.actions.release_clean_version import MadeVersion, release_clean_version
from campaigns.models import Campaign, PayeeAccount, Payout
from lineage.models import Licence, Version
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, give, now

GOAL = 2_000


def a_funded_campaign(sandbox: Sandbox, slug: str = "bra", **terms: Any) -> Campaign:
    """Two supporters gave 10 dollars each, and it closed at its goal of 20. Bob is paid through Stripe."""
    given = {"currency": "USD", "goal": GOAL, "ceiling": GOAL, "coin": 1_000, "payee_country": "US"}
    campaign = an_open_campaign(slug, **{"payout_way": "connect", **given, **terms})
    for name in ("Carol", "Dave"):
        give(sandbox, campaign, 1_000, name)
    close_due_campaigns(at=now())
    campaign.refresh_from_db()
    assert campaign.stage == "funded"
    return campaign


def paid_by_hand() -> dict[str, str]:
    return {"payee_country": "JP", "payout_way": "by-hand"}


def an_account(sandbox: Sandbox, outcome: str = "complete") -> PayeeAccount:
    """Bob opens his account and goes through Stripe's page."""
    open_payee_account(a_person("Bob"), language="en", at=now())
    account = PayeeAccount.objects.get()
    sandbox.control("POST", f"accounts/{account.account_id}/onboard", outcome=outcome)
    return learn_payee_account(account, at=now())


def a_balance(sandbox: Sandbox, amount: int = 10_000) -> None:
    """Stripe has so many cents available at once, and needs not wait two days for the coins."""
    sandbox.control("POST", "balance", amount=str(amount), currency="usd")


def release(campaign: Campaign) -> Campaign:
    """Bob has made what was planned."""
    made = MadeVersion(
        sha256="a" * 64,
        published_on=now().date() - timedelta(days=1),
        licence=Licence.objects.get(slug="free-licence"),
        parents=[ParentLine(Version.objects.get(slug="free-base"), "finetune", date(2024, 1, 1))],
    )
    release_clean_version(campaign, made, at=now(), by=a_person("Bob"))
    campaign.refresh_from_db()
    return campaign


def taint(campaign: Campaign, by: Version | None = None) -> None:
    """It becomes known that the version stands on another base too: the bound one, unless said otherwise."""
    from_where = by or Version.objects.get(slug="bound-base")
    assert campaign.clean_version is not None
    campaign.clean_version.parents.create(parent=from_where, method="finetune", obtained_on=date(2023, 1, 1))


def the_payout(part: str = "advance") -> Payout:
    return Payout.objects.get(part=part)
