"""A coin from the form to the ledger, against the sandbox."""

import pytest
from django.core.management import call_command
from django.test import Client

from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.fetch_missed_events import fetch_missed_events
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.open_checkout import CheckoutUnavailable, open_checkout
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import PledgeRefused
from campaigns.models import Attempt, OutboxMessage, Pledge, StripeEvent
from campaigns.totals import totals
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, books, give, journal, now, set_out, tell

pytestmark = pytest.mark.django_db


def test_a_paid_coin_is_in_the_ledger_with_its_fee(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()

    pledge = give(sandbox, campaign, 500)

    assert (pledge.state, pledge.fee) == (Pledge.State.PAID, 18)
    assert books(campaign) == {"stripe-clearing": 482, "campaign-held": -500, "processor-fees": 18}
    assert (totals(campaign).raised, totals(campaign).net, totals(campaign).supporters) == (500, 482, 1)


def test_what_covers_the_fee_is_charged_and_is_no_part_of_what_was_raised(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()

    pledge = give(sandbox, campaign, 500, cover_fee=True)

    assert pledge.total == 519
    assert sandbox.oracle()["totals"]["jpy"]["charged"] == 519
    assert (totals(campaign).raised, totals(campaign).fees) == (500, 0)


def test_nothing_is_raised_before_stripe_says_that_it_was_paid(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()

    pledge = settle_pledge(set_out(campaign).pk, at=now())

    assert pledge.state == Pledge.State.CHECKOUT
    assert totals(campaign).raised == 0 and journal(campaign) == []


def test_a_declined_card_leaves_the_page_open_for_another(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)

    sandbox.pay(pledge.session_id, card="4000000000000002")
    assert settle_pledge(pledge.pk, at=now()).state == Pledge.State.CHECKOUT
    sandbox.pay(pledge.session_id)

    assert settle_pledge(pledge.pk, at=now()).state == Pledge.State.PAID


def test_settling_again_and_again_changes_nothing(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)

    for _ in range(3):
        settle_pledge(pledge.pk, at=now())

    assert journal(campaign) == ["charge", "fee"]
    assert OutboxMessage.objects.filter(template="receipt").count() == 1


def test_a_form_sent_twice_is_one_pledge_with_one_page(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()

    first = set_out(campaign, form_nonce="the-form")
    second = set_out(campaign, form_nonce="the-form")

    assert first.pk == second.pk and first.session_id == second.session_id
    assert Attempt.objects.count() == 1


def test_the_answer_that_was_lost_is_asked_for_again_with_the_same_key(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    sandbox.fault("checkout.sessions.create", "drop_after_commit", times=2)

    with pytest.raises(CheckoutUnavailable):
        set_out(campaign, form_nonce="the-form")
    attempt = Attempt.objects.get()
    assert attempt.state == Attempt.State.UNKNOWN
    pledge = set_out(campaign, form_nonce="the-form")

    assert pledge.state == Pledge.State.CHECKOUT
    assert Attempt.objects.get().idempotency_key == attempt.idempotency_key
    assert sandbox.pay(pledge.session_id)["payment_status"] == "paid"
    assert len(sandbox.oracle()["payments"]) == 1


def test_a_coin_larger_than_what_is_left_is_refused_with_what_is_left(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(ceiling=20_000, goal=20_000)
    give(sandbox, campaign, 19_700)

    with pytest.raises(PledgeRefused) as refusal:
        set_out(campaign, 500)

    assert (refusal.value.reason, refusal.value.room) == ("more-than-left", 300)


def test_a_rest_below_the_least_amount_can_still_be_given(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign, 19_970)

    pledge = give(sandbox, campaign, 50, name="Dave")

    assert pledge.state == Pledge.State.PAID and totals(campaign).raised == 20_020


def test_a_payment_of_another_amount_is_put_aside_and_changes_nothing(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)
    sandbox.pay(pledge.session_id)
    Pledge.objects.filter(pk=pledge.pk).update(amount=400)

    with pytest.raises(DoesNotMatch):
        settle_pledge(pledge.pk, at=now())

    assert journal(campaign) == []


def test_an_event_is_kept_and_handled_once(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)
    sandbox.pay(pledge.session_id)
    done = next(event for event in sandbox.events() if event["type"] == "checkout.session.completed")

    assert [tell(client, done), tell(client, done)] == [200, 200]
    call_command("process_events")

    assert StripeEvent.objects.get().state == StripeEvent.State.HANDLED
    assert Pledge.objects.get().state == Pledge.State.PAID


def test_events_that_no_webhook_brought_are_fetched(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)
    sandbox.pay(pledge.session_id)

    assert fetch_missed_events(at=now()) > 0
    call_command("process_events")

    assert Pledge.objects.get(pk=pledge.pk).state == Pledge.State.PAID
    assert fetch_missed_events(at=now()) == 0


def test_without_any_event_the_sweep_learns_that_a_page_was_paid(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)
    sandbox.pay(pledge.session_id)
    Pledge.objects.filter(pk=pledge.pk).update(check_at=now())

    expire_pledges(at=now())

    assert Pledge.objects.get().state == Pledge.State.PAID


@pytest.mark.parametrize("change", ["secret", "old", "future", "body"])
def test_a_forged_event_is_refused_and_not_kept(client: Client, change: str) -> None:
    event = {"id": "evt_1", "type": "charge.succeeded", "created": 1, "livemode": False, "data": {"object": {}}}
    stamp = {"old": int(now().timestamp()) - 900, "future": int(now().timestamp()) + 86_400}.get(change)

    if change == "body":
        answer = client.post("/stripe/webhook/", data=b"{}", content_type="application/json").status_code
    else:
        answer = tell(client, event, secret="whsec_other" if change == "secret" else "whsec_tests", stamp=stamp)

    assert answer == 400 and StripeEvent.objects.count() == 0


def test_a_live_event_is_refused_where_nothing_is_live(client: Client) -> None:
    event = {"id": "evt_1", "type": "charge.succeeded", "created": 1, "livemode": True, "data": {"object": {}}}

    assert tell(client, event) == 400
    assert StripeEvent.objects.count() == 0


def test_an_event_of_another_app_is_kept_and_ignored(client: Client) -> None:
    event = {
        "id": "evt_1",
        "type": "checkout.session.completed",
        "created": 1,
        "livemode": False,
        "data": {"object": {"id": "cs_x", "metadata": {}}},
    }

    assert tell(client, event) == 200
    call_command("process_events")

    assert StripeEvent.objects.get().state == StripeEvent.State.IGNORED


def test_a_paid_pledge_leads_to_its_thanks_and_not_to_a_second_page(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)

    assert f"/thanks/{pledge.token}/" in open_checkout(pledge, at=now())
