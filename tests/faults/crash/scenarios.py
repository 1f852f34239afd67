"""What the processes of the crash matrix work on: how it begins, where they may die, and what must be true at its end.

A scenario builds its world with `size` pledges. To add one, write its two functions and a line in SCENARIOS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.models import Attempt, Bundle, Campaign, CloseRun, JournalEntry, Payout, Pledge, Transition
from tests.campaigns.test_bundles import a_bundle
from tests.faults.test_holds_hold import nobody_paid_twice
from tests.payees import a_balance, a_funded_campaign, an_account
from tests.saved_cards import an_all_or_nothing_campaign, decline, match, promise, sums
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, books, give, now, set_out

REFUNDING = ("refund.planned", "refund.after_call", "refund.answer_written")
SETTLING = ("settle.before_books", "settle.booked", "settle.committed")
CLOSING = (
    *("close.begun", "close.leased", "close.step_done", "close.step_written", "close.frozen_page"),
    *("close.drained_pledge", "verdict.before_commit", "verdict.committed", "publish.before_commit"),
)
CALLING = ("charge.before_call", "charge.after_call")
WRITING = ("charge.planned", "charge.attempt_written", "charge.pledge_written")
PAYING_OUT = ("payout.planned", "payout.after_call", "payout.answer_written")
#: How often these are passed depends on when Stripe tells its fees, so the last passing may be an earlier one.
DEPENDS_ON_STRIPE = (*SETTLING, "close.leased")


@dataclass(frozen=True)
class Scenario:
    """`places` are names in campaigns/failpoints.py."""

    name: str
    build: Callable[[Sandbox, int], Campaign]
    ends: Callable[[Sandbox, Campaign], None]
    places: tuple[str, ...]


def a_cancelled_campaign(sandbox: Sandbox, size: int) -> Campaign:
    """Everybody has paid, and everybody's refund is planned."""
    campaign = an_open_campaign(goal=500 * size, ceiling=None, advance_percent=0, deadline=now() + timedelta(days=30))
    for number in range(size):
        give(sandbox, campaign, name=f"Given{number}", cover_fee=number % 3 == 0)
    cancel_campaign(campaign, at=now(), by="alice", reason="the data is gone")
    return campaign


def everybody_has_it_back_once(sandbox: Sandbox, campaign: Campaign) -> None:
    pledges = Pledge.objects.filter(campaign=campaign)
    assert {pledge.state for pledge in pledges} == {Pledge.State.REFUNDED}
    successes = Attempt.objects.filter(kind="refund", state=Attempt.State.SUCCEEDED, pledge__campaign=campaign)
    assert successes.count() == pledges.count() == len({one.pledge_id for one in successes})
    assert len(sandbox.oracle()["refunds"]) == pledges.count()
    assert not books(campaign).keys() & {"campaign-held", "campaign-payable", "refunds", "processor-fees"}


def a_campaign_at_its_deadline(sandbox: Sandbox, size: int) -> Campaign:
    """A third has paid; a third has paid, and we have not heard of it; a third stands before Stripe's page."""
    campaign = an_open_campaign(goal=500, ceiling=None, advance_percent=0, deadline=now() + timedelta(hours=2))
    for number in range(size):
        if number % 3 == 0:
            give(sandbox, campaign, name=f"Given{number}")
            continue
        pledge = set_out(campaign, name=f"Under{number}")
        if number % 3 == 1:
            sandbox.pay(pledge.session_id)
    return at_its_deadline(campaign)


def at_its_deadline(campaign: Campaign) -> Campaign:
    """However long it took to build it."""
    Campaign.objects.filter(pk=campaign.pk).update(deadline=now())
    return campaign


def it_was_closed_once_with_all_that_was_paid(sandbox: Sandbox, campaign: Campaign) -> None:
    campaign.refresh_from_db()
    paid = Pledge.objects.filter(campaign=campaign, state=Pledge.State.PAID)
    run = CloseRun.objects.get(campaign=campaign)
    assert campaign.stage == "funded" and list(run.steps.values_list("name", flat=True)) == list(
        dict.fromkeys(run.steps.values_list("name", flat=True))
    )
    assert run.raised_at_close == sandbox.oracle()["totals"]["jpy"]["charged"] == 500 * paid.count()
    assert list(Transition.objects.filter(campaign=campaign).values_list("after", flat=True)) == ["closing", "funded"]
    assert JournalEntry.objects.filter(campaign=campaign, kind="settle").count() == 1
    assert campaign.updates.count() == 1
    assert not Pledge.objects.filter(campaign=campaign, state__in=Pledge.UNDER_WAY).exists()


def a_campaign_with_saved_cards(sandbox: Sandbox, size: int, goal: int) -> Campaign:
    """All-or-nothing: every tenth card is stolen by now, and the first one matches what three others give."""
    campaign = an_all_or_nothing_campaign(goal=goal, deadline=now() + timedelta(hours=2), advance_percent=0)
    match(campaign, 1_500)
    for number in range(1, size):
        pledge = promise(campaign, name=f"Giver{number}", covered_fee=20 if number % 3 == 0 else 0)
        if number % 10 == 5:
            decline(sandbox, pledge, "stolen_card", times=99)
    return at_its_deadline(campaign)


def a_campaign_that_reaches_its_goal(sandbox: Sandbox, size: int) -> Campaign:
    """With its match: without it some coins were missing."""
    return a_campaign_with_saved_cards(sandbox, size, 500 * (size - 1 - size // 10) + 1_000)


def a_campaign_that_misses_its_goal(sandbox: Sandbox, size: int) -> Campaign:
    """By one coin."""
    return a_campaign_with_saved_cards(sandbox, size, 500 * (size - 1 - size // 10) + 2_000)


def every_card_was_charged_once(sandbox: Sandbox, campaign: Campaign) -> None:
    held = _what_became_of_cards(sandbox, campaign, "funded", "paid")
    _each_call_succeeded_once(campaign, "capture", held)
    run = CloseRun.objects.get(campaign=campaign)
    assert run.raised_at_close == sum(pledge.amount for pledge in held) == -books(campaign)["campaign-payable"]
    assert sums(sandbox, "captured") == sums(sandbox, "authorised") == sum(pledge.total for pledge in held)
    assert JournalEntry.objects.filter(campaign=campaign, kind="settle").count() == 1


def every_card_was_let_go_once(sandbox: Sandbox, campaign: Campaign) -> None:
    held = _what_became_of_cards(sandbox, campaign, "unfunded", "released")
    _each_call_succeeded_once(campaign, "release", held)
    assert sums(sandbox, "released") == sums(sandbox, "authorised") == sum(pledge.total for pledge in held)
    assert sums(sandbox, "captured") == 0 and not JournalEntry.objects.filter(campaign=campaign).exists()


def _what_became_of_cards(sandbox: Sandbox, campaign: Campaign, stage: str, end: str) -> list[Pledge]:
    """Every pledge of which a card was held, when all of them came to their end, with one success for each call."""
    campaign.refresh_from_db()
    held = list(Pledge.objects.filter(campaign=campaign, authorised_at__isnull=False))
    size = Pledge.objects.filter(campaign=campaign).count()
    found = (campaign.stage, {pledge.state for pledge in held})
    assert found == (stage, {end}), found
    stolen = Pledge.objects.filter(campaign=campaign, state="failed", failure="stolen_card")
    assert stolen.count() == size - len(held) == len(range(5, size, 10))
    assert nobody_paid_twice(sandbox) and campaign.updates.count() == 1
    _each_call_succeeded_once(campaign, "authorise", held)
    assert not Attempt.objects.filter(pledge__campaign=campaign, state__in=Attempt.OPEN).exists()
    return held


def _each_call_succeeded_once(campaign: Campaign, kind: str, pledges: list[Pledge]) -> None:
    made = Attempt.objects.filter(pledge__campaign=campaign, kind=kind, state=Attempt.State.SUCCEEDED)
    assert sorted(made.values_list("pledge", flat=True)) == sorted(pledge.pk for pledge in pledges)


def campaigns_with_something_for_their_trainer(sandbox: Sandbox, size: int) -> Campaign:
    """A tenth as many campaigns as pledges, three at least; their trainer has an account at Stripe."""
    campaigns = [a_funded_campaign(sandbox, f"funded-{number}") for number in range(max(3, size // 10))]
    an_account(sandbox)
    a_balance(sandbox, 10_000 * len(campaigns))
    return campaigns[0]


def every_trainer_was_paid_once(sandbox: Sandbox, campaign: Campaign) -> None:
    payouts = Payout.objects.all()
    sent = [one for one in sandbox.oracle()["movements"] if one["kind"] == "transferred"]
    assert {payout.state for payout in payouts} == {Payout.State.SENT}
    assert payouts.count() == Campaign.objects.count() == len(sent) == len({payout.transfer_id for payout in payouts})
    assert sum(one["amount"] for one in sent) == sum(payout.amount for payout in payouts)


def payments_for_several_campaigns(sandbox: Sandbox, size: int) -> Campaign:
    """A third as many payments as coins. All are paid, and we have heard of none."""
    terms = {"ceiling": None, "advance_percent": 0}
    campaigns = [an_open_campaign(slug, title=slug, **terms) for slug in ("one", "two", "three")]
    for number in range(size // 3):
        bundle = a_bundle(campaigns, 500, 700, 300, cover_fee=number % 2 == 0, nonce=f"form-{number}")
        sandbox.pay(bundle.session_id)
    return campaigns[0]


def every_coin_is_in_its_ledger_once(sandbox: Sandbox, campaign: Campaign) -> None:
    bundles = Bundle.objects.count()
    assert set(Pledge.objects.values_list("state", flat=True)) == {Pledge.State.PAID}
    for one in Campaign.objects.all():
        kinds = list(JournalEntry.objects.filter(campaign=one).values_list("kind", flat=True))
        assert (kinds.count("charge"), kinds.count("fee")) == (bundles, bundles)


SCENARIOS = (
    Scenario(
        "a cancelled campaign gives everything back",
        a_cancelled_campaign,
        everybody_has_it_back_once,
        REFUNDING,
    ),
    Scenario(
        "a campaign closes at its deadline",
        a_campaign_at_its_deadline,
        it_was_closed_once_with_all_that_was_paid,
        (*CLOSING, *SETTLING),
    ),
    Scenario(
        "all-or-nothing is funded",
        a_campaign_that_reaches_its_goal,
        every_card_was_charged_once,
        (*CALLING, *WRITING, "close.step_written", "verdict.committed"),
    ),
    Scenario(
        "all-or-nothing is not funded",
        a_campaign_that_misses_its_goal,
        every_card_was_let_go_once,
        (*CALLING, *WRITING, "close.step_written"),
    ),
    Scenario(
        "a trainer is paid",
        campaigns_with_something_for_their_trainer,
        every_trainer_was_paid_once,
        PAYING_OUT,
    ),
    Scenario(
        "one payment is for several campaigns",
        payments_for_several_campaigns,
        every_coin_is_in_its_ledger_once,
        ("settle.coin_booked", *SETTLING),
    ),
)
