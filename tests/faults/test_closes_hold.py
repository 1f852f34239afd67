"""The close, attacked: what must not hold it up for ever, and what must not decide it."""

from datetime import timedelta

import pytest
from django.db import connection

from campaigns.actions import close_steps
from campaigns.actions.close_campaign import begin_close, close_due_campaigns
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.open_checkout import CheckoutUnavailable, open_checkout
from campaigns.actions.refund_pledge import carry_out_refunds, take_back
from campaigns.actions.start_pledge import Giver, start_pledge
from campaigns.models import Campaign, CloseRun, Pledge
from campaigns.stripe_gateway import client as stripe_client
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now, set_out

pytestmark = pytest.mark.django_db
DAYS = 3


def a_page_whose_answer_was_lost(sandbox: Sandbox, campaign: Campaign) -> str:
    """Stripe made the page, and we never heard of it; its id."""
    sandbox.fault("checkout.sessions.create", "drop_after_commit", times=2)
    with pytest.raises(CheckoutUnavailable):
        set_out(campaign, name="Lost")
    return str(stripe_client().v1.checkout.sessions.list().data[0].id)


def days_pass(sandbox: Sandbox) -> None:
    sandbox.control("POST", "clock", advance=str(DAYS * 86_400))


def a_started_pledge(campaign: Campaign) -> Pledge:
    giver = Giver(email="carol@example.com", language="en")
    return start_pledge(campaign, giver, amount=500, cover_fee=False, form_nonce="the-form", at=now())


def test_a_page_whose_answer_was_lost_days_ago_does_not_hold_up_the_close(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(deadline=now() + timedelta(days=1))
    a_page_whose_answer_was_lost(sandbox, campaign)
    days_pass(sandbox)

    close_due_campaigns(at=now() + timedelta(days=DAYS))

    assert Campaign.objects.get().stage == "unfunded"
    assert Pledge.objects.get().state == Pledge.State.EXPIRED
    assert len(stripe_client().v1.checkout.sessions.list().data) == 1


def test_a_page_whose_answer_was_lost_counts_if_it_was_paid_all_the_same(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=None, deadline=now() + timedelta(days=1))
    sandbox.pay(a_page_whose_answer_was_lost(sandbox, campaign))
    days_pass(sandbox)

    close_due_campaigns(at=now() + timedelta(days=DAYS))

    assert Pledge.objects.get().state == Pledge.State.PAID
    assert Campaign.objects.get().stage == "funded"


def test_an_answer_that_was_lost_is_learnt_within_minutes_and_not_only_at_the_close(sandbox: Sandbox) -> None:
    session = a_page_whose_answer_was_lost(sandbox, an_open_campaign())

    expire_pledges(at=now() + timedelta(minutes=10))

    assert (Pledge.objects.get().state, Pledge.objects.get().session_id) == (Pledge.State.CHECKOUT, session)


def test_a_payment_that_does_not_match_is_left_to_people_and_does_not_hold_up_the_close(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=None, deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    odd = set_out(campaign, name="Odd")
    sandbox.pay(odd.session_id)
    Pledge.objects.filter(pk=odd.pk).update(amount=400)

    close_due_campaigns(at=now() + timedelta(minutes=6))

    assert Campaign.objects.get().stage == "funded"
    assert CloseRun.objects.get().report["raised"] == 500


def test_a_page_that_stripe_does_not_know_holds_up_the_close_for_an_hour_at_most(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=None, deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    Pledge.objects.filter(pk=set_out(campaign, name="Odd").pk).update(session_id="cs_test_gone")

    close_due_campaigns(at=now() + timedelta(minutes=6))
    assert Campaign.objects.get().stage == "closing"
    close_due_campaigns(at=now() + timedelta(hours=2))

    assert Campaign.objects.get().stage == "funded"


def test_a_pledge_that_always_stops_the_drain_holds_up_the_close_for_an_hour_at_most(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=None, deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    broken, thief = set_out(campaign, name="Broken"), set_out(campaign, name="Thief")
    stolen = sandbox.pay(broken.session_id)["payment_intent"]
    Pledge.objects.filter(pk=thief.pk).update(payment_intent_id=stolen, session_id="", state=Pledge.State.EXPIRED)

    assert close_due_campaigns(at=now() + timedelta(minutes=6)) == []
    assert close_due_campaigns(at=now() + timedelta(hours=2)) == ["bra"]


def test_a_coin_on_its_way_back_is_awaited_and_does_not_count_for_the_verdict(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=1_000, ceiling=None, deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    pledge = give(sandbox, campaign, name="Dave")
    sandbox.fault("refunds.create", "status_429", times=2)
    take_back(pledge, at=now())

    later = now() + timedelta(minutes=6)
    close_due_campaigns(at=later)
    carry_out_refunds(at=later + timedelta(minutes=1))
    close_due_campaigns(at=later + timedelta(minutes=2))

    assert Campaign.objects.get().stage == "unfunded"
    assert CloseRun.objects.get().raised_at_close == 500


def test_a_coin_that_cannot_go_back_for_an_hour_holds_nothing_up_and_counts_nowhere(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=1_000, ceiling=None, deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    pledge = give(sandbox, campaign, name="Dave")
    sandbox.fault("refunds.create", "status_429", times=1_000)
    take_back(pledge, at=now())

    assert close_due_campaigns(at=now() + timedelta(minutes=6)) == []
    assert close_due_campaigns(at=now() + timedelta(hours=3)) == ["bra"]

    assert (CloseRun.objects.get().outcome, CloseRun.objects.get().raised_at_close) == ("unfunded", 500)


def test_a_coin_on_its_way_back_does_not_reach_the_ceiling(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=1_000, ceiling=1_000)
    pledge = give(sandbox, campaign)
    sandbox.fault("refunds.create", "status_429", times=2)
    take_back(pledge, at=now())
    give(sandbox, campaign, name="Dave")

    close_due_campaigns(at=now())

    assert Campaign.objects.get().stage == "open"


def test_a_page_that_came_after_the_freeze_is_expired_as_well(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(deadline=now() + timedelta(minutes=5))
    later = now() + timedelta(minutes=6)
    pledge = set_out(campaign)
    Pledge.objects.filter(pk=pledge.pk).update(state=Pledge.State.CREATED)
    run = begin_close(campaign.pk, at=later)
    assert run is not None and close_steps.freeze(run, later) is not None
    Pledge.objects.filter(pk=pledge.pk).update(state=Pledge.State.CHECKOUT)

    assert close_steps.drain(run, later) is not None

    assert Pledge.objects.get().state == Pledge.State.EXPIRED


@pytest.mark.parametrize("change", ["deadline", "paused"])
def test_no_page_is_made_after_the_deadline_or_during_a_pause_though_the_form_came_before(
    sandbox: Sandbox, change: str
) -> None:
    campaign = an_open_campaign(deadline=now() + timedelta(minutes=5))
    pledge = a_started_pledge(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(giving_paused=change == "paused")

    with pytest.raises(CheckoutUnavailable):
        open_checkout(pledge, at=now() + timedelta(minutes=6 if change == "deadline" else 0))

    assert stripe_client().v1.checkout.sessions.list().data == []


@pytest.mark.django_db(transaction=True)
def test_a_campaign_that_cannot_be_held_does_not_keep_the_others_open(sandbox: Sandbox) -> None:
    stuck = an_open_campaign("a-stuck", deadline=now() + timedelta(minutes=5))
    an_open_campaign("b-free", deadline=now() + timedelta(minutes=5))
    other = connection.copy()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")

    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM campaigns_campaign WHERE id = %s FOR UPDATE", [stuck.pk])
        decided = close_due_campaigns(at=now() + timedelta(minutes=6))
    finally:
        other.close()
        connection.close()

    assert decided == ["b-free"]
