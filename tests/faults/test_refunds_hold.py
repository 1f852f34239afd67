"""Refunds, attacked: every coin that shall go back goes back, and goes back once."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from campaigns import stripe_gateway, tasks
from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.give_back_unfunded import MOST_PLANS, give_back_unfunded, give_back_what_is_owed
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.refund_pledge import carry_out_refunds, take_back
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Attempt, Campaign, Pledge
from campaigns.stripe_gateway import client as stripe_client
from campaigns.stripe_gateway import payment
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, books, give, now, set_out

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1, hours=1)


def given_back_at_stripe(sandbox: Sandbox) -> int:
    return int(sandbox.oracle()["totals"]["jpy"]["refunded"])


def test_a_cancelled_campaign_gives_back_the_rest_where_a_part_is_on_its_way(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    plan_refund(give(sandbox, campaign), amount=200, reason="asked", at=now())

    cancel_campaign(campaign, at=now(), by="alice", reason="the data is gone")
    carry_out_refunds(at=now())

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert given_back_at_stripe(sandbox) == 500


def test_a_campaign_is_cancelled_however_long_the_reason_is(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign)

    cancel_campaign(campaign, at=now(), by="alice", reason="The data is gone. " * 40)

    assert Attempt.objects.filter(kind="refund").count() == 1


@pytest.mark.parametrize("stage", ["draft", "review"])
def test_what_never_opened_is_not_cancelled_into_the_open(client: Client, stage: str) -> None:
    campaign = an_open_campaign(stage=stage)

    with pytest.raises(NotPossibleNow):
        cancel_campaign(campaign, at=now(), by="alice", reason="no")

    assert client.get("/api/v1/campaigns").json()["items"] == []


def test_a_second_part_is_its_own_refund_and_not_the_first_one_again(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())

    for amount in (100, 250):
        plan_refund(pledge, amount=amount, reason="asked", at=now())
    carry_out_refunds(at=now())

    assert Pledge.objects.get().refunded == 350


@pytest.mark.parametrize("was_made", [True, False])
def test_a_refund_that_is_unknown_for_a_day_is_looked_up_at_stripe_and_made_once(
    sandbox: Sandbox, was_made: bool
) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)
    sandbox.fault("refunds.create", "drop_after_commit" if was_made else "reset", times=2)
    take_back(pledge, at=now())
    sandbox.control("POST", "clock", advance=str(2 * 86_400))

    carry_out_refunds(at=now() + A_DAY)
    first = Attempt.objects.filter(kind="refund").earliest("sequence")
    assert first.state == (Attempt.State.SUCCEEDED if was_made else Attempt.State.FAILED)
    carry_out_refunds(at=now() + A_DAY)

    assert Attempt.objects.filter(kind="refund").count() == (1 if was_made else 2)
    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert given_back_at_stripe(sandbox) == 500


def test_a_wrong_api_key_does_not_make_a_refund_fail_for_good(sandbox: Sandbox, settings: Settings) -> None:
    pledge = give(sandbox, an_open_campaign())
    right, settings.STRIPE_SECRET_KEY = settings.STRIPE_SECRET_KEY, "not-a-key"
    stripe_gateway.client.cache_clear()
    take_back(pledge, at=now())

    settings.STRIPE_SECRET_KEY = right
    stripe_gateway.client.cache_clear()
    carry_out_refunds(at=now() + timedelta(minutes=1))

    assert Pledge.objects.get().state == Pledge.State.REFUNDED


def test_what_a_cancelled_campaign_owes_is_tried_again_after_stripe_refused(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign)
    cancel_campaign(campaign, at=now(), by="alice", reason="the data is gone")
    Attempt.objects.filter(kind="refund").update(state=Attempt.State.FAILED, answered_at=now(), next_at=None)

    assert give_back_what_is_owed(at=now() + timedelta(hours=1)) == 0
    assert give_back_what_is_owed(at=now() + A_DAY) == 1
    assert give_back_what_is_owed(at=now() + A_DAY) == 0
    carry_out_refunds(at=now() + A_DAY)

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert given_back_at_stripe(sandbox) == 500


def test_a_refund_that_always_bounces_is_left_to_people_after_some_days(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)
    cancel_campaign(campaign, at=now(), by="alice", reason="the data is gone")

    for day in range(MOST_PLANS + 2):
        carry_out_refunds(at=now() + day * A_DAY)
        for refund in payment(pledge.payment_intent_id).refunds:
            if refund.status == "succeeded":
                sandbox.control("POST", f"refunds/{refund.id}/fail")
        settle_pledge(pledge.pk, at=now())
        give_back_what_is_owed(at=now() + (day + 1) * A_DAY)

    assert Attempt.objects.filter(kind="refund").count() == MOST_PLANS
    assert books(campaign) == {"stripe-clearing": 482, "campaign-held": -500, "processor-fees": 18}


def test_the_clock_gives_back_what_is_owed(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign)
    cancel_campaign(campaign, at=now(), by="alice", reason="the data is gone")
    yesterday = now() - A_DAY
    Attempt.objects.filter(kind="refund").update(state=Attempt.State.FAILED, answered_at=yesterday, next_at=None)

    tasks.give_back()
    tasks.refunds()

    assert Pledge.objects.get().state == Pledge.State.REFUNDED


def test_a_refund_that_does_not_match_does_not_stop_the_others(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    odd, even = give(sandbox, campaign, name="Odd"), give(sandbox, campaign, name="Even")
    for pledge in (odd, even):
        plan_refund(pledge, reason="asked", at=now())
    Pledge.objects.filter(pk=odd.pk).update(amount=501)

    assert carry_out_refunds(at=now()) == 2

    assert Pledge.objects.get(pk=even.pk).state == Pledge.State.REFUNDED


def test_a_silent_stripe_is_asked_for_one_refund_and_not_for_all_of_them(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    for name in ("A", "B", "C"):
        plan_refund(give(sandbox, campaign, name=name), reason="asked", at=now())
    sandbox.fault("refunds.create", "reset", times=100)

    assert carry_out_refunds(at=now()) == 0

    assert Attempt.objects.filter(kind="refund", tries__gt=0).count() == 1


def test_a_key_that_stripe_knows_for_something_else_is_no_refusal(sandbox: Sandbox) -> None:
    """The first call may have given the money back already, so nothing is known of this one."""
    pledge = give(sandbox, an_open_campaign())
    sandbox.fault("refunds.create", "drop_after_commit", times=2)
    take_back(pledge, at=now())
    attempt = Attempt.objects.get(kind="refund")
    Attempt.objects.filter(pk=attempt.pk).update(parameters={**attempt.parameters, "amount": 499})

    carry_out_refunds(at=now() + timedelta(minutes=1))

    assert Attempt.objects.get(kind="refund").state == Attempt.State.UNKNOWN


def test_an_open_campaign_owes_nothing_back_by_itself(sandbox: Sandbox) -> None:
    give(sandbox, an_open_campaign())

    assert give_back_what_is_owed(at=now() + A_DAY) == 0

    assert not Attempt.objects.filter(kind="refund").exists()


def test_a_refund_made_by_hand_is_learnt_when_ours_is_refused(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())
    stripe_client().v1.refunds.create(params={"payment_intent": pledge.payment_intent_id})

    take_back(pledge, at=now())

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert given_back_at_stripe(sandbox) == 500


def test_a_refund_whose_news_was_lost_is_noticed_by_the_sweep(sandbox: Sandbox) -> None:
    """Stripe answers the refund and then falls silent, before we have asked how the payment stands."""
    pledge = give(sandbox, an_open_campaign())
    sandbox.fault("payment_intents.retrieve", "status_429", times=5)
    assert take_back(pledge, at=now()).state == Pledge.State.PAID
    sandbox.heal()

    expire_pledges(at=now() + timedelta(minutes=1))

    assert Pledge.objects.get().state == Pledge.State.REFUNDED


def test_the_page_of_a_cancelled_campaign_is_closed_before_anybody_pays_there(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)

    cancel_campaign(campaign, at=now(), by="alice", reason="the data is gone")
    expire_pledges(at=now())

    assert Pledge.objects.get().state == Pledge.State.EXPIRED
    assert stripe_gateway.checkout(pledge.session_id).status == "expired"


@pytest.mark.django_db(transaction=True)
def test_a_campaign_that_cannot_be_given_back_does_not_keep_the_others_waiting(sandbox: Sandbox) -> None:
    ended = {"stage": "unfunded", "closed_at": now() - timedelta(days=20)}
    an_open_campaign("a-broken", **ended)
    an_open_campaign("b-whole", **ended)
    Campaign.objects.filter(slug="a-broken").update(stage_version=3)
    Campaign.objects.get(slug="a-broken").transitions.create(version=4, before="x", after="y", at=now())

    assert give_back_unfunded(at=now()) == 1

    assert Campaign.objects.get(slug="b-whole").stage == "cancelled"
