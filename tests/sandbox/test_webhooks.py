"""Events reach the receiver: signed, again and again until it answers 2xx."""

import time

import pytest
import stripe

from tests.sandbox.stand import SECRET, Receiver, Stand, eventually, fetch, started


def test_every_delivery_is_signed_as_stripe_signs(stand: Stand) -> None:
    stand.paid()
    eventually(lambda: len(stand.receiver.arrived) == 5)

    for headers, body in stand.receiver.arrived:
        signature = headers["stripe-signature"]
        assert stripe.WebhookSignature.verify_header(body.decode(), signature, SECRET, 300)
        event = stripe.Webhook.construct_event(body, signature, SECRET)
        assert event.livemode is False and event.api_version == "2026-10-28.endive"
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.WebhookSignature.verify_header(body.decode() + " ", signature, SECRET)
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.WebhookSignature.verify_header(body.decode(), signature, "whsec_another")


def test_the_signature_tells_the_real_time_when_the_sandboxs_clock_is_ahead(stand: Stand) -> None:
    stand.control("POST", "clock", advance=5 * 3600)
    stand.paid()

    headers, _ = eventually(lambda: stand.receiver.arrived)[0]

    signed = int(headers["stripe-signature"].split(",")[0].removeprefix("t="))
    assert abs(signed - time.time()) < 60


def test_a_payment_tells_each_thing_once(stand: Stand) -> None:
    stand.paid()
    eventually(lambda: len(stand.receiver.arrived) == 5)

    assert sorted(stand.receiver.types()) == [
        "charge.succeeded",
        "charge.updated",
        "checkout.session.completed",
        "payment_intent.created",
        "payment_intent.succeeded",
    ]


def test_a_delivery_is_tried_again_until_it_is_taken(stand: Stand) -> None:
    stand.receiver.answers[:] = [500, 302]
    stand.open_session()
    stand.control("POST", "clock", advance=25 * 3600)

    eventually(lambda: len(stand.receiver.arrived) == 3)
    [delivery] = eventually(
        lambda: [d for d in stand.control("GET", "deliveries")["deliveries"] if d["status"] == "delivered"],
    )

    assert (delivery["attempts"], delivery["last_status"]) == (3, 200)
    assert len({event["id"] for event in stand.receiver.events()}) == 1


def test_an_undelivered_event_can_be_found(stand: Stand) -> None:
    stand.receiver.answers[:] = [500] * 1_000
    stand.client().v1.checkout.sessions.expire(stand.open_session().id)
    events = stand.client().v1.events
    eventually(lambda: stand.receiver.arrived)

    pending = events.list(params={"delivery_success": False}).data
    stand.receiver.answers.clear()
    stand.control("POST", "clock", advance=3600)
    eventually(lambda: events.list(params={"delivery_success": True}).data)

    assert [(event.type, event.pending_webhooks) for event in pending] == [("checkout.session.expired", 1)]
    assert [event.pending_webhooks for event in events.list().data] == [0]


def test_a_slow_receiver_does_not_block_payments(stand: Stand) -> None:
    stand.receiver.pause = 30.0
    before = time.monotonic()

    for _ in range(3):
        stand.paid()

    assert time.monotonic() - before < 25.0
    assert len(stand.oracle()["payments"]) == 3


def test_an_event_can_be_sent_again(stand: Stand) -> None:
    ended = stand.client().v1.checkout.sessions.expire(stand.open_session().id)
    eventually(lambda: stand.receiver.arrived)
    [event] = stand.control("GET", "events")["events"]

    stand.control("POST", f"events/{event['id']}/resend", times=3, parallel="true")

    eventually(lambda: len(stand.receiver.arrived) == 4)
    assert {told["data"]["object"]["id"] for told in stand.receiver.events()} == {ended.id}
    assert {told["id"] for told in stand.receiver.events()} == {event["id"]}


def test_nothing_is_sent_without_an_address_and_events_are_kept() -> None:
    nowhere = Receiver()
    nowhere.close()
    nowhere.url = ""
    stand = started(nowhere)
    try:
        stand.paid()

        assert len(eventually(lambda: len(found := stand.control("GET", "events")["events"]) == 5 and found) or []) == 5
        assert stand.control("GET", "deliveries") == {"deliveries": []}
        refused = stand.try_control("POST", f"events/{stand.control('GET', 'events')['events'][0]['id']}/resend")
        assert refused.status == 400
    finally:
        stand.sandbox.stop()


def test_the_controls_refuse_other_sites(stand: Stand) -> None:
    url = f"{stand.url}/_control/health"

    assert fetch("GET", url).status == 200
    assert fetch("GET", url, headers={"Origin": stand.url}).status == 200
    assert fetch("GET", url, headers={"Origin": "https://elsewhere.example"}).status == 403
    assert fetch("GET", url, headers={"Host": "elsewhere.example"}).status == 403
