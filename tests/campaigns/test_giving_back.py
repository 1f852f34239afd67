"""Money that goes back: taken back, too late, failed, of a campaign that did not reach its goal."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.give_back_unfunded import give_back_unfunded
from campaigns.actions.plan_refund import NothingToGiveBack, plan_refund
from campaigns.actions.refund_pledge import TakeBackRefused, carry_out_refund, carry_out_refunds, take_back
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.models import Attempt, Campaign, OutboxMessage, Pledge, Update
from campaigns.stripe_gateway import RefundFact, payment
from campaigns.totals import totals
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, books, give, journal, now, set_out

pytestmark = pytest.mark.django_db


def test_a_pledge_taken_back_is_refunded_whole_and_the_platform_bears_the_fee(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)

    pledge = take_back(pledge, at=now())

    assert (pledge.state, pledge.refunded) == (Pledge.State.REFUNDED, 500)
    assert books(campaign) == {"stripe-clearing": -18, "platform": 18}
    assert (totals(campaign).raised, totals(campaign).supporters, totals(campaign).fees) == (0, 0, 0)
    assert sandbox.oracle()["totals"]["jpy"]["refunded"] == 500


def test_taking_back_twice_gives_back_once(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)
    take_back(pledge, at=now())

    with pytest.raises(TakeBackRefused):
        take_back(pledge, at=now())

    assert sandbox.oracle()["totals"]["jpy"]["refunded"] == 500


def test_a_refund_whose_answer_was_lost_is_made_once(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)
    sandbox.fault("refunds.create", "drop_after_commit", times=2)

    assert take_back(pledge, at=now()).state == Pledge.State.PAID
    assert Attempt.objects.get(kind="refund").state == Attempt.State.UNKNOWN
    carry_out_refunds(at=now() + timedelta(minutes=1))

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert sandbox.oracle()["totals"]["jpy"]["refunded"] == 500


def test_two_refunds_are_never_more_than_what_was_paid(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)
    carry_out_refund(plan_refund(pledge, amount=200, reason="asked", at=now()), at=now())
    pledge.refresh_from_db()

    with pytest.raises(NothingToGiveBack):
        plan_refund(pledge, amount=400, reason="asked", at=now())

    assert (pledge.state, pledge.refunded, totals(campaign).raised) == (Pledge.State.PAID, 200, 300)


def test_parts_of_a_covered_fee_add_up_to_the_last_yen(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign, 500, cover_fee=True)

    for amount in (173, 173, 173):
        pledge.refresh_from_db()
        carry_out_refund(plan_refund(pledge, amount=amount, reason="asked", at=now()), at=now())

    pledge.refresh_from_db()
    assert pledge.state == Pledge.State.REFUNDED
    assert books(campaign) == {"stripe-clearing": -19, "platform": 19}


def test_a_refund_that_fails_later_puts_everything_back(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = take_back(give(sandbox, campaign), at=now())
    (refund,) = payment(pledge.payment_intent_id).refunds
    assert isinstance(refund, RefundFact)

    sandbox.control("POST", f"refunds/{refund.id}/fail")
    pledge = settle_pledge(pledge.pk, at=now())

    assert (pledge.state, pledge.refunded, totals(campaign).raised) == (Pledge.State.PAID, 0, 500)
    assert journal(campaign)[-2:] == ["refund-failed", "fee-borne"]


def test_nobody_is_thanked_for_what_was_given_back_before_we_heard_of_it(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)
    intent = sandbox.pay(pledge.session_id)["payment_intent"]
    Pledge.objects.filter(pk=pledge.pk).update(
        payment_intent_id=intent, charge_id="ch_known", state="paid", paid_at=now()
    )
    pledge.refresh_from_db()
    attempt = plan_refund(pledge, amount=500, reason="asked", at=now())
    Pledge.objects.filter(pk=pledge.pk).update(charge_id="", state="checkout", paid_at=None)

    carry_out_refund(attempt, at=now())

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert not OutboxMessage.objects.filter(template="receipt").exists()


def test_a_cancelled_campaign_gives_everything_back(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    for name in ("Carol", "Dave", "Erin"):
        give(sandbox, campaign, name=name)

    cancel_campaign(campaign, at=now(), by="alice", reason="the data is gone")
    carry_out_refunds(at=now())

    assert {pledge.state for pledge in Pledge.objects.all()} == {Pledge.State.REFUNDED}
    assert totals(campaign).raised == 0
    assert Update.objects.get(campaign=campaign).kind == "cancelled"


def test_below_the_goal_everybody_gets_it_back_after_fourteen_days_of_silence(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(deadline=now() + timedelta(seconds=60))
    give(sandbox, campaign)
    close_due_campaigns(at=now() + timedelta(minutes=2))

    assert give_back_unfunded(at=now() + timedelta(days=13)) == 0
    assert give_back_unfunded(at=now() + timedelta(days=15)) == 1
    carry_out_refunds(at=now() + timedelta(days=15))

    assert Campaign.objects.get().stage == "cancelled"
    assert Pledge.objects.get().state == Pledge.State.REFUNDED


def test_what_is_paid_after_the_close_was_decided_goes_back(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=500)
    late = set_out(campaign, name="Late")
    give(sandbox, campaign)
    sandbox.pay(late.session_id)
    Pledge.objects.filter(pk=late.pk).update(state=Pledge.State.EXPIRED)
    close_due_campaigns(at=now())
    assert Campaign.objects.get().stage == "funded"

    settle_pledge(late.pk, at=now())
    carry_out_refunds(at=now())

    late.refresh_from_db()
    assert late.state == Pledge.State.REFUNDED
    assert totals(campaign).raised == 500
    assert Attempt.objects.get(kind="refund").reason == "too-late"


def test_the_staff_cancel_a_campaign_by_a_command(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign)

    call_command("cancel_campaign", "bra", reason="the data is gone")
    carry_out_refunds(at=now())

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    with pytest.raises(CommandError, match="does not go from"):
        call_command("cancel_campaign", "bra", reason="again")
    with pytest.raises(CommandError, match="There is no campaign"):
        call_command("cancel_campaign", "nothing", reason="again")
