"""Everything at once: paying, taking back, closing, cancelling, sweeping. In the end our books and Stripe's agree."""

import urllib.error
from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.open_checkout import CheckoutUnavailable
from campaigns.actions.refund_pledge import TakeBackRefused, carry_out_refunds, take_back
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import PledgeRefused
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Attempt, Campaign, JournalEntry, OutboxMessage, Pledge, Transition
from campaigns.totals import totals
from tests.at_once import raised_at_once
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, books, give, now, set_out

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (TakeBackRefused, NotPossibleNow, CheckoutUnavailable, PledgeRefused, urllib.error.HTTPError)


def sweep_until_it_is_quiet() -> None:
    for minutes in range(0, 120, 5):
        at = now() + timedelta(minutes=minutes)
        close_due_campaigns(at=at)
        carry_out_refunds(at=at)
        expire_pledges(at=at)


@pytest.mark.parametrize("cancelled", [False, True])
def test_whoever_comes_first_every_coin_is_where_it_belongs(sandbox: Sandbox, cancelled: bool) -> None:
    campaign = an_open_campaign(goal=2_000, ceiling=2_500, deadline=now() + timedelta(minutes=30))
    given = [give(sandbox, campaign, name=f"Given{number}") for number in range(3)]
    paying = [set_out(campaign, name=f"Paying{number}") for number in range(4)]

    def pay(pledge: Pledge) -> Callable[[], object]:
        def work() -> None:
            sandbox.pay(pledge.session_id)
            settle_pledge(pledge.pk, at=now())

        return work

    works: list[Callable[[], object]] = [pay(pledge) for pledge in paying]
    works += [lambda: take_back(given[0], at=now()), lambda: take_back(given[0], at=now())]
    works += [lambda: close_due_campaigns(at=now()), lambda: close_due_campaigns(at=now())]
    works += [lambda: carry_out_refunds(at=now()), lambda: set_out(campaign, 500, "Newcomer")]
    if cancelled:
        works.append(lambda: cancel_campaign(Campaign.objects.get(), at=now(), by="alice", reason="gone"))
    wrong = raised_at_once(*works, besides=REFUSALS)
    sweep_until_it_is_quiet()

    assert wrong == []
    stage = Campaign.objects.get().stage
    assert stage in ("funded", "unfunded", "cancelled")
    _agrees_with_stripe(sandbox, campaign)
    assert Transition.objects.filter(after=stage).count() == 1
    assert not Attempt.objects.filter(kind="refund", state__in=Attempt.OPEN).exists()
    assert not Pledge.objects.filter(state__in=Pledge.UNDER_WAY).exists()


def _agrees_with_stripe(sandbox: Sandbox, campaign: Campaign) -> None:
    oracle = sandbox.oracle()["totals"]["jpy"]
    owed = {name: -balance for name, balance in books(campaign).items() if name.startswith("campaign-")}
    assert totals(campaign).raised == sum(owed.values()) == oracle["charged"] - oracle["refunded"]
    assert len(owed) <= 1, "what is settled is settled whole"
    assert ("campaign-payable" in owed) == (Campaign.objects.get().stage == "funded")
    if Campaign.objects.get().stage == "cancelled":
        assert totals(campaign).raised == 0
    charges = JournalEntry.objects.filter(kind="charge", pledge__came_late=False)
    assert OutboxMessage.objects.filter(template="receipt").count() == charges.count()
