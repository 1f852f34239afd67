"""Two who decide at the same moment where a campaign's money goes: one of them does, and it goes there once."""

from datetime import timedelta

import pytest

from campaigns import ledger
from campaigns.actions.abandon_campaign import abandon_what_is_overdue, release_until
from campaigns.actions.extend_release import extend_release
from campaigns.actions.give_back_what_is_left import give_back_what_abandoned_campaigns_owe
from campaigns.actions.pay_out import pay_out
from campaigns.actions.plan_payouts import plan_payouts
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.reconcile import reconcile
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_money_left import give_back_what_came_later, pay_what_came_later
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Pledge, Update
from campaigns.stripe_gateway import payment
from tests.at_once import at_once, raised_at_once
from tests.faults.test_payouts_hold import a_campaign_to_pay, heal
from tests.payees import release
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, books, now

pytestmark = pytest.mark.django_db(transaction=True)


def agree() -> bool:
    run = reconcile(at=now() + timedelta(hours=1))
    return run.ok and breaches(at=now() + timedelta(days=3)) == {}


def test_money_that_came_in_later_goes_one_way_though_two_of_the_staff_decide_at_once(sandbox: Sandbox) -> None:
    campaign = a_campaign_to_pay(sandbox)
    carol, sam = Pledge.objects.get(email__startswith="carol"), a_person("Sam", is_staff=True)
    plan_refund(carol, reason="by-staff", at=now(), amount=400)
    carry_out_refunds(at=now())
    release(campaign)
    for _ in range(2):
        plan_payouts(at=now())
        pay_out(at=now())
    (refund,) = payment(carol.payment_intent_id).refunds
    sandbox.control("POST", f"refunds/{refund.id}/fail")
    settle_pledge(carol.pk, at=now())
    assert ledger.available(campaign) == 400

    raised = raised_at_once(
        lambda: pay_what_came_later(campaign, at=now(), by=sam),
        lambda: give_back_what_came_later(campaign, at=now(), by=sam),
    )

    assert [type(one) for one in raised] == [NotPossibleNow]


def test_more_time_and_the_clock_at_the_same_moment_end_in_one_of_the_two(sandbox: Sandbox) -> None:
    campaign = a_campaign_to_pay(sandbox)
    until = release_until(campaign)
    assert until is not None
    bob = a_person("Bob")

    raised = raised_at_once(
        lambda: extend_release(campaign, until=until + timedelta(days=9), reason="nearly", at=until, by=bob),
        lambda: abandon_what_is_overdue(at=until),
    )

    campaign.refresh_from_db()
    kinds = set(Update.objects.filter(kind__in=("amended", "abandoned")).values_list("kind", flat=True))
    assert (campaign.stage, kinds, [type(one) for one in raised]) in (
        ("abandoned", {"abandoned"}, [NotPossibleNow]),
        ("funded", {"amended"}, []),
    )


def test_giving_up_while_a_payout_is_sent_counts_it_once(sandbox: Sandbox) -> None:
    campaign = a_campaign_to_pay(sandbox)
    until = release_until(campaign)
    assert until is not None

    at_once(lambda: pay_out(at=now()), lambda: abandon_what_is_overdue(at=until))
    heal(sandbox, 2)
    for days in (0, 1, 2):
        give_back_what_abandoned_campaigns_owe(at=now() + timedelta(days=days))
        carry_out_refunds(at=now() + timedelta(days=days))

    campaign.refresh_from_db()
    assert campaign.stage == "abandoned" and ledger.available(campaign) == 0
    assert sandbox.oracle()["sums"]["usd"].get("transferred", 0) == books(campaign).get("trainer-paid", 0)
    assert agree()
