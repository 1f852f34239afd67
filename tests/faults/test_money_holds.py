"""The books, attacked: money that comes too late, goes back at a bad moment, or comes back again."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from campaigns.actions import close_steps
from campaigns.actions.close_campaign import STEPS, begin_close, close_due_campaigns
from campaigns.actions.go_ahead_with_less import go_ahead_with_less
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.refund_pledge import carry_out_refund, carry_out_refunds, take_back
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.tell_followers import tell_followers
from campaigns.models import Attempt, Campaign, CloseRun, OutboxMessage, Pledge
from campaigns.stripe_gateway import client as stripe_client
from campaigns.stripe_gateway import payment
from campaigns.totals import totals
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, books, give, now, set_out

pytestmark = pytest.mark.django_db


def a_late_payment(sandbox: Sandbox, campaign: Campaign) -> Pledge:
    """Paid on a page that we took for expired, and not heard of before the close was decided."""
    late = set_out(campaign, name="Late")
    sandbox.pay(late.session_id)
    Pledge.objects.filter(pk=late.pk).update(state=Pledge.State.EXPIRED)
    return late


def fail_refund(sandbox: Sandbox, pledge: Pledge) -> None:
    """The last refund of a pledge bounces at Stripe, and we hear of it."""
    refund = max(payment(pledge.payment_intent_id).refunds, key=lambda one: one.created)
    sandbox.control("POST", f"refunds/{refund.id}/fail")
    settle_pledge(pledge.pk, at=now())


def test_what_comes_too_late_goes_back_out_of_itself_and_not_out_of_what_the_trainer_gets(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=500)
    late = a_late_payment(sandbox, campaign)
    give(sandbox, campaign)
    close_due_campaigns(at=now())

    settle_pledge(late.pk, at=now())
    carry_out_refunds(at=now())

    expected = {"stripe-clearing": 464, "campaign-payable": -500, "processor-fees": 18, "platform": 18}
    assert books(campaign) == expected


def test_who_paid_too_late_is_not_thanked_however_often_the_payment_is_told(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=500)
    late = a_late_payment(sandbox, campaign)
    give(sandbox, campaign)
    close_due_campaigns(at=now())

    for _ in range(3):
        settle_pledge(late.pk, at=now())
    tell_followers(at=now())

    assert set(OutboxMessage.objects.values_list("template", "recipient")) == {
        ("receipt", "carol@example.com"),
        ("update", "carol@example.com"),
    }


def test_a_second_verdict_finds_the_first_and_leaves_it_alone(sandbox: Sandbox) -> None:
    """Two holders of a lease: the first was slow, and decided; then a payment came too late; then the second asks."""
    campaign = an_open_campaign(goal=1_000, ceiling=None, deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    late = a_late_payment(sandbox, campaign)
    run = begin_close(campaign.pk, at=now() + timedelta(minutes=6))
    assert run is not None
    second = CloseRun.objects.get(pk=run.pk)
    close_steps.verdict(run, now())
    settle_pledge(late.pk, at=now())

    assert close_steps.verdict(second, now()) == {"raised": 500, "outcome": "unfunded"}

    assert CloseRun.objects.get().outcome == "unfunded" and CloseRun.objects.get().raised_at_close == 500


def test_what_went_back_between_verdict_and_settling_is_not_owed_to_the_trainer(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=1_000)
    give(sandbox, campaign)
    pledge = give(sandbox, campaign, name="Dave")
    run = begin_close(campaign.pk, at=now())
    assert run is not None
    for _, step in STEPS[:3]:
        step(run, now())

    stripe_client().v1.refunds.create(params={"payment_intent": pledge.payment_intent_id})
    settle_pledge(pledge.pk, at=now())
    for _, step in STEPS[3:]:
        step(run, now())

    assert {name: sum for name, sum in books(campaign).items() if name.startswith("campaign")} == {
        "campaign-payable": -500
    }


def test_a_refund_that_bounces_after_the_close_ends_where_the_rest_of_the_money_is(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=1_000, deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    back = take_back(give(sandbox, campaign, name="Dave"), at=now())
    close_due_campaigns(at=now() + timedelta(minutes=6))

    fail_refund(sandbox, back)

    assert {name: sum for name, sum in books(campaign).items() if name.startswith("campaign")} == {
        "campaign-payable": -1_000
    }


def test_the_platform_does_not_bear_the_fee_of_a_coin_that_stayed_after_all(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    back = take_back(give(sandbox, campaign), at=now())

    fail_refund(sandbox, back)

    assert books(campaign) == {"stripe-clearing": 482, "campaign-held": -500, "processor-fees": 18}
    carry_out_refund(plan_refund(Pledge.objects.get(), amount=500, reason="asked", at=now()), at=now())
    assert books(campaign) == {"stripe-clearing": -18, "platform": 18}


def test_parts_that_went_back_and_bounced_leave_no_yen_behind(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign, 500, cover_fee=True)
    for _ in range(3):
        carry_out_refund(plan_refund(Pledge.objects.get(), amount=100, reason="asked", at=now()), at=now())

    first = Attempt.objects.get(kind="refund", sequence=1)
    sandbox.control("POST", f"refunds/{first.stripe_id}/fail")
    settle_pledge(pledge.pk, at=now())
    carry_out_refund(plan_refund(Pledge.objects.get(), amount=319, reason="asked", at=now()), at=now())

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert (totals(campaign).raised, books(campaign)) == (0, {"stripe-clearing": -19, "platform": 19})


def test_going_ahead_with_less_makes_payable_what_was_raised(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    close_due_campaigns(at=now() + timedelta(minutes=6))
    campaign.refresh_from_db()

    go_ahead_with_less(campaign, at=now() + timedelta(days=1), by=a_person("Bob"))

    assert books(campaign) == {"stripe-clearing": 482, "campaign-payable": -500, "processor-fees": 18}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["campaigns_posting", "campaigns_journalentry CASCADE"])
def test_the_ledger_is_not_emptied_either(sandbox: Sandbox, table: str) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign)

    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL genseki.ledger_may_be_emptied = 'no'")
        cursor.execute(f"TRUNCATE {table}")

    assert books(campaign)["campaign-held"] == -500
