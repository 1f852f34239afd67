"""Stripe keeps an answer that says nothing under a key. A look decides, and everything settles within a minute."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from campaigns import attempts
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.forget_cards import forget_cards
from campaigns.actions.open_checkout import CheckoutUnavailable, open_checkout
from campaigns.actions.pay_out import pay_out
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.refund_pledge import carry_out_refunds, take_back
from campaigns.actions.reverse_payout import reverse_payouts
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import Giver, start_pledge
from campaigns.models import Attempt, Payout, Pledge
from tests.faults.agreement import assert_the_books_are_those_of_stripe
from tests.faults.test_payouts_hold import a_campaign_to_pay, agrees
from tests.saved_cards import an_all_or_nothing_campaign, decline, promise, states, sums
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = pytest.mark.parametrize("kind", ["status_500", "status_500_after_commit"])
TIMES = pytest.mark.parametrize("times", [1, 4])
EVERY, A_MINUTE = 5, 60
Sweep = Callable[..., object]


def a_minute_of(*sweeps: Sweep, since: datetime) -> None:
    for seconds in range(0, A_MINUTE + 1, EVERY):
        for sweep in sweeps:
            sweep(at=since + timedelta(seconds=seconds))


def after_the_deadline() -> datetime:
    return now() + timedelta(minutes=6)


@KINDS
@TIMES
def test_a_supporter_who_takes_back_need_not_press_again(sandbox: Sandbox, kind: str, times: int) -> None:
    pledge = give(sandbox, an_open_campaign())
    sandbox.fault("refunds.create", kind, times=times)

    take_back(pledge, at=now())
    a_minute_of(carry_out_refunds, since=now())

    assert Pledge.objects.get().state == Pledge.State.REFUNDED and len(sandbox.oracle()["refunds"]) == 1
    keys = Attempt.objects.filter(kind="refund")
    assert keys.count() == (times + 1 if kind == "status_500" else 1)
    assert set(keys.values_list("reason", flat=True)) == {"taken-back"}
    assert_the_books_are_those_of_stripe(sandbox)


def test_a_refund_that_came_to_nothing_is_not_made_when_the_coin_went_back_meanwhile(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())
    sandbox.fault("refunds.create", "status_500")
    plan_refund(pledge, amount=300, reason="by-staff", by="user 7", note="asked", at=now())
    sandbox.control("POST", f"charges/{pledge.payment_intent_id}/refund", amount="400")
    settle_pledge(pledge.pk, at=now())

    a_minute_of(carry_out_refunds, since=now())

    assert Pledge.objects.get().refunded == 400 and len(sandbox.oracle()["refunds"]) == 1


def test_who_asked_for_a_refund_and_why_is_kept_when_it_is_planned_anew(sandbox: Sandbox) -> None:
    sandbox.fault("refunds.create", "status_500")
    plan_refund(give(sandbox, an_open_campaign()), amount=300, reason="by-staff", by="user 7", note="asked", at=now())

    a_minute_of(carry_out_refunds, since=now())

    first, second = Attempt.objects.filter(kind="refund").order_by("sequence")
    assert first.parameters == second.parameters and first.idempotency_key != second.idempotency_key


@KINDS
@TIMES
@pytest.mark.parametrize("op", ["create", "capture"])
def test_a_close_goes_on_at_once(sandbox: Sandbox, op: str, kind: str, times: int) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    promise(campaign, name="Dave")
    sandbox.fault(f"payment_intents.{op}", kind, times=times)

    a_minute_of(close_due_campaigns, since=after_the_deadline())

    assert states(campaign) == {"Carol": "paid", "Dave": "paid"}
    assert sums(sandbox, "authorised") == sums(sandbox, "captured") == 1_000
    assert_the_books_are_those_of_stripe(sandbox)


@KINDS
@TIMES
def test_letting_go_goes_on_at_once(sandbox: Sandbox, kind: str, times: int) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    sandbox.fault("payment_intents.cancel", kind, times=times)

    a_minute_of(close_due_campaigns, since=after_the_deadline())

    assert states(campaign) == {"Carol": "released"} and sums(sandbox, "released") == 500


@pytest.mark.parametrize("kind", ["reset", "drop_after_commit"])
def test_a_hold_whose_calls_break_several_times_is_asked_for_with_the_same_key(sandbox: Sandbox, kind: str) -> None:
    """After some silence Stripe is asked what became of it; when there is nothing, the same key goes on."""
    campaign = an_all_or_nothing_campaign(goal=500)
    promise(campaign)
    sandbox.fault("payment_intents.create", kind, times=4)

    a_minute_of(close_due_campaigns, since=after_the_deadline())

    assert states(campaign) == {"Carol": "paid"} and Attempt.objects.filter(kind="authorise").count() == 1


def test_an_older_refusal_is_not_taken_for_the_answer_to_a_call_that_did_nothing(sandbox: Sandbox) -> None:
    """The payment of a declined card still shows that refusal when it is looked at after the next try."""
    campaign = an_all_or_nothing_campaign(goal=500)
    decline(sandbox, promise(campaign), "insufficient_funds")
    close_due_campaigns(at=after_the_deadline())
    sandbox.control("POST", "clock", advance=str(5 * 3600))
    sandbox.fault("payment_intents.confirm", "status_500")

    a_minute_of(close_due_campaigns, since=after_the_deadline() + timedelta(hours=5))

    assert states(campaign) == {"Carol": "paid"} and sums(sandbox, "authorised") == 500


@KINDS
@TIMES
def test_a_trainer_is_paid_once_and_at_once(sandbox: Sandbox, kind: str, times: int) -> None:
    campaign = a_campaign_to_pay(sandbox)
    sandbox.fault("transfers.create", kind, times=times)

    a_minute_of(pay_out, since=now())

    assert Payout.objects.get().state == "sent" and agrees(sandbox, campaign)
    assert sum(one["kind"] == "transferred" for one in sandbox.oracle()["movements"]) == 1


@KINDS
@TIMES
def test_what_is_got_back_from_a_trainer_comes_once_and_at_once(sandbox: Sandbox, kind: str, times: int) -> None:
    campaign = a_campaign_to_pay(sandbox)
    pay_out(at=now())
    for pledge in Pledge.objects.all():
        plan_refund(pledge, reason="by-staff", at=now())
    carry_out_refunds(at=now())
    sandbox.fault("transfers.reversals.create", kind, times=times)

    a_minute_of(reverse_payouts, since=now())

    assert agrees(sandbox, campaign)
    assert sum(one["kind"] == "reversed" for one in sandbox.oracle()["movements"]) == 1


@KINDS
def test_who_stands_before_a_broken_page_gets_one_page(sandbox: Sandbox, kind: str) -> None:
    campaign = an_open_campaign()
    giver = Giver(email="carol@example.com", language="en")
    pledge = start_pledge(campaign, giver, amount=500, cover_fee=False, form_nonce="form", at=now())
    sandbox.fault("checkout.sessions.create", kind)

    try:
        address = open_checkout(pledge, at=now())
    except CheckoutUnavailable:
        address = open_checkout(pledge, at=now())

    pledge.refresh_from_db()
    assert address == pledge.session_url and pledge.state == "checkout"
    assert Attempt.objects.filter(kind="checkout").count() == (2 if kind == "status_500" else 1)


def test_who_leaves_a_broken_page_leaves_nothing_open(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    giver = Giver(email="carol@example.com", language="en")
    pledge = start_pledge(campaign, giver, amount=500, cover_fee=False, form_nonce="form", at=now())
    sandbox.fault("checkout.sessions.create", "status_500")
    with pytest.raises(CheckoutUnavailable):
        open_checkout(pledge, at=now())

    a_minute_of(expire_pledges, since=now())

    pledge.refresh_from_db()
    assert (pledge.state, pledge.check_at) == ("expired", None)


@KINDS
@TIMES
def test_a_card_is_forgotten_at_once(sandbox: Sandbox, kind: str, times: int) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    close_due_campaigns(at=after_the_deadline())
    sandbox.fault("payment_methods.detach", kind, times=times)

    a_minute_of(forget_cards, since=after_the_deadline())

    (one,) = Attempt.objects.filter(kind="detach")
    assert one.state == "succeeded"


def test_the_first_four_tries_wait_less_than_twenty_seconds_in_all_and_later_ones_an_hour_at_most() -> None:
    sent = now()

    early = [attempts.rest_after(tries, sent, at=sent) for tries in range(4)]
    later = [attempts.rest_after(tries, sent, at=sent + timedelta(hours=2)) for tries in range(60)]

    assert sum(early, timedelta()) < timedelta(seconds=20)
    assert later == sorted(later) and later[-1] == timedelta(hours=1)
