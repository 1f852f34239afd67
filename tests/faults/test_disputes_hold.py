"""Disputes and refunds, attacked: news lost, doubled, shuffled and late; the books and the bank end with the same."""

import random
from datetime import timedelta

import pytest
from django.test import Client

from campaigns import ledger, stripe_inbox
from campaigns.actions.fetch_missed_events import fetch_missed_events
from campaigns.actions.hear_of_dispute import hear_of_dispute, look_after_disputes
from campaigns.actions.refund_pledge import carry_out_refunds, take_back
from campaigns.actions.run_selfcheck import breaches
from campaigns.models import Attempt, Dispute, Pledge, StripeEvent
from campaigns.stripe_gateway import StripeSilent
from campaigns.totals import totals
from tests.at_once import at_once
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, books, give, journal, now, tell

pytestmark = pytest.mark.django_db


def disputed(sandbox: Sandbox, pledge: Pledge, **also: str) -> str:
    return str(sandbox.control("POST", f"charges/{pledge.charge_id}/dispute", **also)["id"])


def decide(sandbox: Sandbox, dispute: str, outcome: str) -> None:
    sandbox.control("POST", f"disputes/{dispute}/close", outcome=outcome)


def test_any_order_and_number_of_all_events_ends_the_same(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    coins = {name: give(sandbox, campaign, name=name) for name in ("Won", "Lost", "Open", "Back")}
    for name in ("Won", "Lost"):
        decide(sandbox, disputed(sandbox, coins[name]), name.lower())
    disputed(sandbox, coins["Open"])
    sandbox.control("POST", f"charges/{coins['Back'].charge_id}/refund", amount="200")
    events = [event for event in sandbox.events() if not event["type"].startswith("checkout.")] * 2
    random.Random(4).shuffle(events)

    for event in events:
        assert tell(client, event) == 200
        stripe_inbox.handle(event["id"], at=now())

    ends = dict(Dispute.objects.values_list("pledge__name", "status"))
    assert ends == {"Won": "won", "Lost": "lost", "Open": "needs_response"}
    assert totals(campaign).raised == 4 * 500 - 500 - 200
    assert books(campaign)["disputes"] == ledger.frozen(campaign) == 500
    assert breaches(at=now()) == {}
    assert not StripeEvent.objects.exclude(state__in=["handled", "ignored"]).exists()


def test_what_no_webhook_brought_is_fetched(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    decide(sandbox, disputed(sandbox, give(sandbox, campaign)), "lost")

    fetch_missed_events(at=now())
    stripe_inbox.handle_due(at=now() + timedelta(seconds=1))

    assert Dispute.objects.get().status == "lost" and totals(campaign).raised == 0


def test_a_silent_stripe_leaves_nothing_half_posted(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    dispute = disputed(sandbox, carol)
    before = journal(campaign)
    for op in ("disputes.retrieve", "payment_intents.retrieve"):
        sandbox.fault(op, "reset", times=2)
        with pytest.raises(StripeSilent):
            hear_of_dispute(dispute, at=now(), pledge=carol.pk)
        assert journal(campaign) == before and not Dispute.objects.exists()
        sandbox.heal()

    hear_of_dispute(dispute, at=now())

    assert books(campaign)["disputes"] == 500


def test_the_sweep_goes_on_after_one_dispute_that_cannot_be_looked_at(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    odd, even = (disputed(sandbox, give(sandbox, campaign, name=name)) for name in ("Odd", "Even"))
    for dispute in (odd, even):
        hear_of_dispute(dispute, at=now())
        decide(sandbox, dispute, "lost")
    Pledge.objects.filter(name="Odd").update(amount=501)

    assert look_after_disputes(at=now() + timedelta(days=1)) == 2

    assert dict(Dispute.objects.values_list("pledge__name", "status"))["Even"] == "lost"
    assert look_after_disputes(at=now() + timedelta(days=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_one_dispute_heard_of_by_many_at_once_is_posted_once(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    dispute = disputed(sandbox, carol)
    decide(sandbox, dispute, "lost")

    at_once(*[lambda: hear_of_dispute(dispute, at=now())] * 4)

    assert (Dispute.objects.count(), journal(campaign).count("dispute-lost")) == (1, 1)
    assert totals(campaign).raised == 0 and breaches(at=now()) == {}


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_refund_and_a_dispute_that_cross_each_other_give_back_once(sandbox: Sandbox, outcome: str) -> None:
    """The answer of our refund is lost, and meanwhile the supporter has gone to the bank."""
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    sandbox.fault("refunds.create", "reset", times=2)
    take_back(carol, at=now())
    assert Attempt.objects.get(kind="refund").state == Attempt.State.UNKNOWN
    dispute = disputed(sandbox, carol)

    carry_out_refunds(at=now() + timedelta(minutes=1))
    hear_of_dispute(dispute, at=now())
    decide(sandbox, dispute, outcome)
    hear_of_dispute(dispute, at=now())
    carry_out_refunds(at=now() + timedelta(minutes=2))

    back = sandbox.oracle()["totals"]["jpy"]["refunded"]
    assert back == (500 if outcome == "won" else 0)
    assert Pledge.objects.get().state == Pledge.State.REFUNDED and totals(campaign).raised == 0
    assert breaches(at=now()) == {}
