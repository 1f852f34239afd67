"""Events handled once more: by hand, all of them, the poisonous ones, and two thousand at once after an outage."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.test import Client
from pytest_django import Settings

from campaigns import stripe_inbox
from campaigns.actions.refund_pledge import take_back
from campaigns.models import Alarm, Attempt, Campaign, JournalEntry, OutboxMessage, Pledge, Posting, StripeEvent
from tests.stripe_sandbox import SECRET, Sandbox
from tests.world import a_person, an_open_campaign, give, now, set_out, tell

pytestmark = pytest.mark.django_db
State = StripeEvent.State


def process(**options: object) -> str:
    out = StringIO()
    call_command("process_events", stdout=out, **options)
    return out.getvalue()


def hear_everything(sandbox: Sandbox, client: Client) -> None:
    sandbox.deliver_all(lambda event: tell(client, event))
    for _ in range(10):
        stripe_inbox.handle_due(at=now() + timedelta(minutes=5))


def everything() -> dict[str, list[object]]:
    """All that money could move through, without the times at which somebody looked."""

    def rows(found: QuerySet[Any], *fields: str) -> list[object]:
        return list(found.order_by("pk").values_list(*fields))

    return {
        "entries": rows(JournalEntry.objects.all(), "kind", "external_ref", "number", "chained"),
        "postings": rows(Posting.objects.all(), "entry", "account", "amount"),
        "pledges": rows(Pledge.objects.all(), "state", "charge_id", "fee", "refunded", "paid_at"),
        "attempts": rows(Attempt.objects.all(), "kind", "state", "stripe_id"),
        "mails": rows(OutboxMessage.objects.all(), "key"),
        "campaigns": rows(Campaign.objects.all(), "stage", "stage_version"),
        "alarms": rows(Alarm.objects.all(), "key", "closed_at"),
    }


def an_event(number: int, kind: str = "charge.succeeded", **thing: object) -> dict[str, object]:
    base = {"id": f"evt_{number}", "type": kind, "created": 1_700_000_000 + number, "livemode": False}
    return {**base, "data": {"object": {"id": f"ch_{number}", **thing}}}


def test_to_handle_all_events_again_changes_nothing(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    take_back(give(sandbox, campaign, name="Erin"), at=now())
    give(sandbox, campaign, cover_fee=True)
    sandbox.pay(set_out(campaign, name="Dave").session_id, card="4000000000000002")
    hear_everything(sandbox, client)
    before = everything()

    said = process(since=now() - timedelta(days=1))

    assert everything() == before
    assert f"{StripeEvent.objects.filter(state=State.HANDLED).count()} handled" in said
    assert not StripeEvent.objects.filter(state=State.RECEIVED).exists()


def test_named_events_are_handled_again_and_each_is_told_of(client: Client) -> None:
    for number in (1, 2, 3):
        tell(client, an_event(number))
    process()

    said = process(replay=["evt_1", "evt_3"])

    assert "evt_1 charge.succeeded: ignored" in said and "evt_3" in said and "evt_2" not in said


def test_an_event_that_never_came_cannot_be_handled_again() -> None:
    with pytest.raises(CommandError, match="no event evt_gone"):
        process(replay=["evt_gone"])


def test_what_was_given_up_is_taken_up_again_once_the_cause_is_gone(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)
    sandbox.pay(pledge.session_id)
    Campaign.objects.filter(pk=campaign.pk).update(slug="other")
    event = next(one for one in sandbox.events() if one["type"] == "payment_intent.succeeded")
    tell(client, event)
    stripe_inbox.handle(event["id"], at=now())
    assert StripeEvent.objects.get().state == State.QUARANTINED
    assert Alarm.objects.get(closed_at__isnull=True).key == f"event:{event['id']}"
    Campaign.objects.filter(pk=campaign.pk).update(slug="bra")

    said = process(failed=True)

    assert f"{event['id']} payment_intent.succeeded: handled" in said
    assert Pledge.objects.get().state == Pledge.State.PAID
    assert not Alarm.objects.filter(closed_at__isnull=True).exists()


def test_what_fails_again_stays_for_people_and_says_why(client: Client) -> None:
    event = an_event(1)
    del event["data"]
    tell(client, event)
    for hours in range(14):
        stripe_inbox.handle_due(at=now() + timedelta(hours=hours))
    assert StripeEvent.objects.get().state == State.FAILED

    said = process(failed=True)

    assert "evt_1 charge.succeeded: received KeyError" in said
    assert StripeEvent.objects.get().tries == 1


def test_two_thousand_events_after_an_outage_are_drained_past_the_poisonous_ones(client: Client) -> None:
    a_person("Sue", is_staff=True)
    at = now()
    rows = []
    for number in range(2_000):
        poison = number % 100 == 0
        event = an_event(number, "charge.updated", metadata={})
        payload = "{}" if poison else json.dumps(event)
        rows.append(
            StripeEvent(
                id=f"evt_{number}",
                type="charge.updated",
                livemode=False,
                created=at,
                payload=payload,
                received_at=at,
                next_at=at,
            )
        )
    StripeEvent.objects.bulk_create(rows)

    sweeps = 0
    while StripeEvent.objects.filter(state=State.RECEIVED, tries=0).exists():
        stripe_inbox.handle_due(at=at + timedelta(seconds=sweeps))
        sweeps += 1
        assert sweeps < 40
    for hours in range(14):
        stripe_inbox.handle_due(at=at + timedelta(hours=hours))

    assert StripeEvent.objects.filter(state=State.IGNORED).count() == 1_980
    assert StripeEvent.objects.filter(state=State.FAILED).count() == 20
    assert Alarm.objects.filter(kind="event").count() == 20


def test_while_the_secret_changes_both_are_taken_and_then_only_the_new_one(client: Client, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
    both = [tell(client, an_event(1), secret=SECRET), tell(client, an_event(2), secret="whsec_new")]

    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new"]

    assert both == [200, 200]
    assert [tell(client, an_event(3), secret=SECRET), tell(client, an_event(4), secret="whsec_new")] == [400, 200]


def test_an_event_of_the_other_mode_is_refused_and_told_of(client: Client) -> None:
    assert tell(client, {**an_event(1), "livemode": True}) == 400

    assert not StripeEvent.objects.exists()
    assert Alarm.objects.get().kind == "wrong-mode"


def test_an_event_dated_far_in_the_future_is_refused_even_with_our_secret(client: Client) -> None:
    stamp = int(now().timestamp()) + 3_600

    assert tell(client, an_event(1), stamp=stamp) == 400
    assert not StripeEvent.objects.exists()


def test_an_event_of_a_newer_version_or_without_its_fields_stops_nobody(client: Client) -> None:
    newer: dict[str, object] = {**an_event(1, "checkout.session.completed"), "api_version": "2031-01-01.later"}
    tell(client, newer)
    tell(client, an_event(2, "radar.something.new"))

    said = process()

    states = dict(StripeEvent.objects.values_list("pk", "state"))
    assert states == {"evt_1": State.IGNORED, "evt_2": State.IGNORED} and "2 handled" in said


def test_an_event_of_another_currency_is_put_aside_with_an_alarm(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)
    sandbox.pay(pledge.session_id)
    Campaign.objects.update(currency="USD")
    Pledge.objects.update(currency="USD")
    event = next(one for one in sandbox.events() if one["type"] == "checkout.session.completed")
    tell(client, event)

    stripe_inbox.handle(event["id"], at=now())

    assert StripeEvent.objects.get().state == State.QUARANTINED
    alarm = Alarm.objects.get()
    assert alarm.kind == "event" and "USD" in alarm.detail["why"]
    assert not JournalEntry.objects.exists()


def test_a_call_of_five_megabytes_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.post("/stripe/webhook/", data=b"x" * 5_000_000, content_type="application/json")

    assert answer.status_code == 413 and not StripeEvent.objects.exists()


def test_a_small_compressed_call_is_not_unpacked(client: Client) -> None:
    answer = client.post(
        "/stripe/webhook/",
        data=b"\x1f\x8b\x08" + b"\x00" * 1_000,
        content_type="application/json",
        headers={"Content-Encoding": "gzip", "Stripe-Signature": "t=1,v1=00"},
    )

    assert answer.status_code == 400
