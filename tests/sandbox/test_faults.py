"""Misbehaviour on command, and that Stripe's package survives it as in the wild."""

import time

import pytest
import requests
import stripe

from tests.sandbox.stand import KEY, Stand, eventually, fetch


def test_a_dropped_answer_comes_after_the_work(stand: Stand) -> None:
    intent = stand.paid()["payment_intent"]
    stand.control("POST", "faults", op="refunds.create", kind="drop_after_commit")

    with pytest.raises(stripe.APIConnectionError):
        stand.client().v1.refunds.create(params={"payment_intent": intent}, options={"idempotency_key": "one"})
    again = stand.client().v1.refunds.create(params={"payment_intent": intent}, options={"idempotency_key": "one"})

    assert again.amount == 500
    assert [refund.id for refund in stand.client().v1.refunds.list().data] == [again.id]


def test_the_package_retries_a_dropped_answer_under_one_key(stand: Stand) -> None:
    intent = stand.paid()["payment_intent"]
    stand.control("POST", "faults", op="refunds.create", kind="drop_after_commit", times=2)

    refund = stand.client(retries=2).v1.refunds.create(params={"payment_intent": intent, "amount": 200})

    assert stand.oracle()["totals"]["jpy"]["refunded"] == refund.amount == 200


def test_a_reset_comes_before_the_work(stand: Stand) -> None:
    intent = stand.paid()["payment_intent"]
    stand.control("POST", "faults", op="*", kind="reset")

    with pytest.raises(stripe.APIConnectionError):
        stand.client().v1.refunds.create(params={"payment_intent": intent})

    assert stand.client().v1.refunds.list().data == []


def test_a_reset_is_a_reset_on_the_wire(stand: Stand) -> None:
    stand.control("POST", "faults", kind="reset")

    with pytest.raises(requests.ConnectionError, match="reset"):
        requests.get(f"{stand.url}/v1/customers", headers={"Authorization": f"Bearer {KEY}"}, timeout=60)


def test_a_delayed_answer_outlasts_a_short_timeout_and_the_work_is_done(stand: Stand) -> None:
    intent = stand.paid()["payment_intent"]
    stand.control("POST", "faults", op="refunds.create", kind="delay", seconds=0.6)
    before = time.monotonic()

    with pytest.raises(stripe.APIConnectionError):
        stand.client(timeout=0.2).v1.refunds.create(params={"payment_intent": intent})

    eventually(lambda: stand.client().v1.refunds.list().data)
    assert time.monotonic() - before >= 0.6


def test_too_many_requests_is_not_remembered(stand: Stand) -> None:
    stand.control("POST", "faults", op="customers.create", kind="status_429")

    with pytest.raises(stripe.RateLimitError) as refused:
        stand.client().v1.customers.create(options={"idempotency_key": "one"})

    assert refused.value.http_status == 429
    assert stand.client().v1.customers.create(options={"idempotency_key": "one"}).id


def test_an_error_of_the_server_does_nothing(stand: Stand) -> None:
    stand.control("POST", "faults", op="checkout.sessions.create", kind="status_500", times=2)

    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            stand.open_session()
        assert failed.value.http_status == 500

    assert stand.client().v1.checkout.sessions.list().data == []
    assert stand.open_session().status == "open"


def test_a_fault_waits_for_its_operation(stand: Stand) -> None:
    stand.control("POST", "faults", op="refunds.create", kind="status_500", times=3)

    stand.open_session()

    [fault] = stand.control("GET", "faults")["faults"]
    assert (fault["op"], fault["times"]) == ("refunds.create", 3)
    assert stand.control("DELETE", "faults") == {"faults": []}
    assert stand.control("GET", "faults") == {"faults": []}


def test_a_fault_can_be_sent_as_json(stand: Stand) -> None:
    body = b'{"op": "customers.list", "kind": "status_500", "times": 1}'

    fetch("POST", f"{stand.url}/_control/faults", headers={"Content-Type": "application/json"}, body=body)

    assert stand.api("GET", "customers").status == 500


@pytest.mark.parametrize(
    "fields", [{}, {"kind": "fire"}, {"kind": "delay", "seconds": "-1"}, {"kind": "delay", "times": "x"}]
)
def test_a_fault_that_makes_no_sense_is_refused(stand: Stand, fields: dict[str, str]) -> None:
    assert stand.try_control("POST", "faults", **fields).status == 400


def test_events_are_duplicated(stand: Stand) -> None:
    stand.control("POST", "faults", kind="duplicate_events", op="checkout.session.completed")

    stand.paid()

    eventually(lambda: len(stand.receiver.arrived) == 6)
    twice = [event["id"] for event in stand.receiver.events() if event["type"] == "checkout.session.completed"]
    assert len(twice) == 2 and len(set(twice)) == 1


def test_events_are_turned_around(stand: Stand) -> None:
    # Several threads post, so that on a busy machine neighbours may still change places, and seldom others as well.
    assert any(are_turned_around(stand) for _ in range(5))


def are_turned_around(stand: Stand) -> bool:
    stand.receiver.arrived.clear()
    stand.control("POST", "faults", kind="reorder_events", times=4)
    stand.paid()
    eventually(lambda: len(stand.receiver.arrived) == 5)
    told = [kind for kind in stand.receiver.types() if kind != "charge.updated"]
    assert len(told) == 4
    return told.index("checkout.session.completed") < told.index("charge.succeeded") and (
        told.index("payment_intent.succeeded") < told.index("payment_intent.created")
    )


def test_events_that_wait_for_others_that_never_come_are_let_go(stand: Stand) -> None:
    stand.control("POST", "faults", kind="reorder_events", times=9, seconds=0.3)
    before = time.monotonic()

    stand.client().v1.checkout.sessions.expire(stand.open_session().id)

    eventually(lambda: stand.receiver.types() == ["checkout.session.expired"])
    assert time.monotonic() - before >= 0.3


def test_events_are_withheld_until_they_are_released(stand: Stand) -> None:
    stand.control("POST", "faults", kind="withhold_events", times=100)
    stand.paid()
    eventually(lambda: len(stand.control("GET", "events")["events"]) == 5)
    time.sleep(0.2)
    assert stand.receiver.arrived == []

    released = stand.control("POST", "deliveries/release")

    assert released == {"released": 5}
    eventually(lambda: len(stand.receiver.arrived) == 5)
