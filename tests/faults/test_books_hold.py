"""One hot campaign: many payments, refunds and the close at once. One chain, no deadlock, and books in order."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.refund_pledge import take_back
from campaigns.actions.run_selfcheck import run_selfcheck
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.verify_ledger import verify_ledger
from tests.at_once import raised_at_once
from tests.faults.test_storm import REFUSALS, sweep_until_it_is_quiet
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now, set_out

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_hot_campaign_has_one_chain_and_books_in_order(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=3_000, ceiling=6_000, deadline=now() + timedelta(minutes=5))
    stay = [give(sandbox, campaign, name=f"Early{number}") for number in range(4)]
    new = [set_out(campaign, name=f"New{number}", wants_updates=True) for number in range(8)]
    for pledge in new:
        sandbox.pay(pledge.session_id)

    def settles(pk: int) -> Callable[[], object]:
        return lambda: settle_pledge(pk, at=now())

    # Every payment is told of twice, as Stripe does it.
    works: list[Callable[[], object]] = [settles(pledge.pk) for pledge in (*new, *new)]
    works += [lambda pledge=pledge: take_back(pledge, at=now()) for pledge in stay[:2]]  # type: ignore[misc]
    works.append(lambda: close_due_campaigns(at=now() + timedelta(minutes=6)))

    wrong = raised_at_once(*works, besides=REFUSALS)

    sweep_until_it_is_quiet()
    run = run_selfcheck(at=now())
    walk = verify_ledger(campaign)
    assert wrong == [] and (run.breaches, run.waiting) == ({}, {})
    assert walk.trouble == "" and walk.number == campaign.journal.count() >= 24
