"""The close of a campaign that charges nobody before it: holds, one verdict, then payments or nothing at all."""

from datetime import timedelta

import pytest

from campaigns.actions.close_campaign import begin_close, close_campaign
from campaigns.actions.run_selfcheck import run_selfcheck
from campaigns.models import Attempt, Campaign, CloseRun, OutboxMessage, Pledge, Update
from campaigns.stripe_gateway import client as stripe_client
from tests.saved_cards import (
    CANNOT_BE_CHARGED,
    an_all_or_nothing_campaign,
    decline,
    match,
    promise,
    states,
    sums,
    the_close,
)
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, books, give, journal, now

pytestmark = pytest.mark.django_db


def mails(template: str) -> list[str]:
    """Who gets mails of this kind."""
    return sorted(OutboxMessage.objects.filter(template=template).values_list("recipient", flat=True))


def test_when_the_cards_hold_the_goal_everybody_is_charged_once(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    promise(campaign, name="Dave", covered_fee=19)

    assert the_close() == ["bra"]

    campaign.refresh_from_db()
    assert campaign.stage == "funded" and set(states(campaign).values()) == {"paid"}
    assert (sums(sandbox, "authorised"), sums(sandbox, "captured")) == (1_019, 1_019)
    assert books(campaign)["campaign-payable"] == -1_000
    assert mails("receipt") == ["carol@example.com", "dave@example.com"]


def test_when_they_hold_less_everything_is_let_go_and_nobody_pays(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)

    assert the_close() == ["bra"]

    campaign.refresh_from_db()
    assert campaign.stage == "unfunded" and states(campaign) == {"Carol": "released"}
    assert (sums(sandbox, "authorised"), sums(sandbox, "released"), sums(sandbox, "captured")) == (500, 500, 0)
    assert journal(campaign) == [] and books(campaign) == {}
    assert mails("released") == ["carol@example.com"] and mails("receipt") == []


def test_the_report_says_what_was_promised_what_was_held_and_what_failed(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign, 1_000)
    decline(sandbox, promise(campaign, 300, "Dave"), "stolen_card", times=9)

    the_close()

    report = CloseRun.objects.get().report
    assert report["outcome"] == "funded" and report["raised"] == report["authorised"] == 1_000
    assert (report["promised"], report["failed"], report["failed_sum"]) == (1_300, 1, 300)
    assert report["captured"] == {"number": 1, "sum": 1_000} and report["not_captured"] == {"number": 0, "sum": 0}
    assert Update.objects.get().data["authorised"] == 1_000
    assert states(campaign) == {"Carol": "paid", "Dave": "failed"} and mails("card_failed") == ["dave@example.com"]


def test_a_campaign_without_any_promise_is_unfunded(sandbox: Sandbox) -> None:
    an_all_or_nothing_campaign()

    assert the_close() == ["bra"]

    assert Campaign.objects.get().stage == "unfunded"


def test_a_soft_decline_is_asked_again_four_hours_later_and_the_others_wait(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    decline(sandbox, promise(campaign, name="Dave"), "insufficient_funds")

    assert the_close() == [] and states(campaign) == {"Carol": "authorised", "Dave": "saved"}
    assert the_close(hours=3.9) == []
    assert Attempt.objects.filter(kind="authorise", tries__gt=0).count() == 2
    assert the_close(hours=4.1) == ["bra"]

    assert set(states(campaign).values()) == {"paid"} and mails("card_declined") == ["dave@example.com"]
    assert sums(sandbox, "authorised") == 1_000
    keys = list(Attempt.objects.filter(pledge__name="Dave", kind="authorise").values_list("idempotency_key", flat=True))
    assert len(set(keys)) == 2


def test_a_card_that_always_declines_has_failed_after_sixty_hours(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign, card=CANNOT_BE_CHARGED)

    tries = [the_close(hours=hours) for hours in (0, 4.1, 24.1, 60.1)]

    assert tries == [[], [], [], ["bra"]]
    assert states(campaign) == {"Carol": "failed"} and Campaign.objects.get().stage == "unfunded"
    assert Pledge.objects.get().failure and mails("card_failed") == ["carol@example.com"]
    assert sums(sandbox, "authorised") == 0


@pytest.mark.parametrize("code", ["expired_card", "lost_card", "stolen_card"])
def test_what_no_second_try_changes_fails_at_once(sandbox: Sandbox, code: str) -> None:
    campaign = an_all_or_nothing_campaign()
    decline(sandbox, promise(campaign), code, times=9)

    assert the_close() == ["bra"]

    assert states(campaign) == {"Carol": "failed"} and Pledge.objects.get().failure == code


def test_a_card_that_is_not_there_any_more_fails_at_once(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    pledge = promise(campaign)
    sandbox.control("POST", f"payment_methods/{pledge.payment_method_id}/detach")

    assert the_close() == ["bra"]

    assert states(campaign) == {"Carol": "failed"}


def test_another_card_that_was_saved_meanwhile_is_asked_at_once(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    pledge = promise(campaign, card=CANNOT_BE_CHARGED)
    the_close()
    card = stripe_client().v1.payment_methods.attach("pm_card_visa", params={"customer": pledge.customer_id})
    Pledge.objects.filter(pk=pledge.pk).update(payment_method_id=card.id)

    assert the_close(hours=1) == ["bra"]

    assert states(campaign) == {"Carol": "paid"}


def test_a_match_doubles_what_the_cards_hold_and_is_asked_last(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=1_400)
    first = match(campaign, 600)
    second = match(campaign, 1_000, "Niaj")
    promise(campaign, 700)
    decline(sandbox, promise(campaign, 400, "Dave"), "stolen_card", times=9)

    assert the_close() == ["bra"]

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.amount, second.amount) == (600, 100)
    assert set(states(campaign).items()) == {
        ("Mallory", "paid"), ("Niaj", "paid"), ("Carol", "paid"), ("Dave", "failed"),
    }  # fmt: skip
    report = CloseRun.objects.get().report
    assert (report["raised"], report["matched"], report["outcome"]) == (1_400, 700, "funded")
    assert report["promised"] == 2_200, "as its page said at the deadline: 1,100 of people, and as much of the matches"


def test_a_match_that_comes_to_less_than_stripe_takes_is_let_go(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    match(campaign, 500)
    match(campaign, 1_000, "Niaj")
    promise(campaign, 520)

    the_close()

    assert states(campaign) == {"Mallory": "paid", "Niaj": "released", "Carol": "paid"}
    assert sums(sandbox, "captured") == 1_020


def test_a_match_of_an_unfunded_campaign_is_let_go_like_all(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=5_000)
    match(campaign, 1_000)
    promise(campaign)

    the_close()

    assert set(states(campaign).values()) == {"released"} and sums(sandbox, "captured") == 0


@pytest.mark.parametrize(("goal", "outcome"), [(1_000, "funded"), (3_000, "unfunded")])
def test_where_one_keeps_what_is_raised_a_match_is_charged_whatever_the_outcome(
    sandbox: Sandbox, goal: int, outcome: str
) -> None:
    campaign = an_open_campaign(goal=goal, ceiling=None, deadline=now() + timedelta(minutes=5))
    give(sandbox, campaign)
    match(campaign, 800)

    assert the_close() == ["bra"]

    campaign.refresh_from_db()
    assert campaign.stage == outcome and states(campaign) == {"Carol": "paid", "Mallory": "paid"}
    assert CloseRun.objects.get().raised_at_close == 1_000
    held = books(campaign)
    assert held["campaign-payable" if outcome == "funded" else "campaign-held"] == -1_000


def test_a_hold_that_the_bank_has_ended_is_no_payment_and_the_campaign_stays_funded(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    gone = promise(campaign, name="Dave")
    at = now() + timedelta(minutes=6)
    run = begin_close(campaign.pk, at=at)
    assert run is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("campaigns.actions.close_steps.capture_pledges", lambda *_: None)
        assert not close_campaign(run.pk, at=at)
    gone.refresh_from_db()
    stripe_client().v1.payment_intents.cancel(gone.payment_intent_id)
    assert close_campaign(run.pk, at=at)

    assert Campaign.objects.get().stage == "funded" and states(campaign) == {"Carol": "paid", "Dave": "failed"}
    report = CloseRun.objects.get().report
    assert report["raised"] == 1_000 and report["not_captured"] == {"number": 1, "sum": 500}
    assert mails("card_failed") == ["dave@example.com"]


@pytest.mark.django_db(transaction=True)
def test_after_both_outcomes_every_invariant_holds(sandbox: Sandbox) -> None:
    good = an_all_or_nothing_campaign()
    promise(good, 1_000)
    match(good, 200)
    promise(an_all_or_nothing_campaign("other"), name="Dave")

    the_close()

    run = run_selfcheck(at=now() + timedelta(minutes=7))
    assert run.breaches == {}
