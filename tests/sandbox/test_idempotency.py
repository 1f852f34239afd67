"""Idempotency keys behave as Stripe says they do."""

import threading
from typing import Any

import pytest
import stripe

from tests.sandbox.stand import DELAYS, Stand, eventually

HOUR = 3600


def create(stand: Stand, key: str, **changes: Any) -> stripe.Refund:
    params: Any = {"metadata": {"attempt": "1"}, **changes}
    return stand.client().v1.refunds.create(params=params, options={"idempotency_key": key})


def test_the_same_key_and_parameters_answer_the_same(stand: Stand) -> None:
    intent = stand.paid()["payment_intent"]
    fields = {"payment_intent": intent, "amount": "200"}

    first = stand.api("POST", "refunds", fields, Idempotency_Key="one")
    again = stand.api("POST", "refunds", dict(reversed(fields.items())), Idempotency_Key="one")

    assert first.body == again.body and first.headers.get("Idempotent-Replayed") is None
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"] != again.headers["Request-Id"]
    assert stand.oracle()["totals"]["jpy"]["refunded"] == 200


def test_the_same_key_with_other_parameters_is_refused(stand: Stand) -> None:
    intent = stand.paid()["payment_intent"]
    create(stand, "one", payment_intent=intent, amount=200)

    with pytest.raises(stripe.IdempotencyError) as refused:
        create(stand, "one", payment_intent=intent, amount=201)

    assert refused.value.http_status == 400
    assert stand.oracle()["totals"]["jpy"]["refunded"] == 200


def test_the_same_key_at_another_endpoint_is_refused(stand: Stand) -> None:
    create(stand, "one", payment_intent=stand.paid()["payment_intent"])

    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        stand.client().v1.customers.create(options={"idempotency_key": "one"})


def test_a_request_that_was_refused_may_be_corrected_under_its_key(stand: Stand) -> None:
    intent = stand.paid()["payment_intent"]
    with pytest.raises(stripe.InvalidRequestError):
        create(stand, "one", payment_intent=intent, amount=501)

    corrected = create(stand, "one", payment_intent=intent, amount=500)

    assert corrected.status == "succeeded"


def test_a_declined_card_is_replayed(stand: Stand) -> None:
    fields = {"amount": "500", "currency": "jpy", "confirm": "true", "payment_method": "pm_card_chargeDeclined"}

    first = stand.api("POST", "payment_intents", fields, Idempotency_Key="one")
    again = stand.api("POST", "payment_intents", fields, Idempotency_Key="one")

    assert (first.status, again.status) == (402, 402)
    assert first.body == again.body and again.headers["Idempotent-Replayed"] == "true"
    assert len(stand.client().v1.charges.list().data) == 1


def test_a_failure_of_the_server_is_replayed(stand: Stand) -> None:
    intent = stand.paid()["payment_intent"]
    stand.control("POST", "faults", op="refunds.create", kind="status_500")

    statuses = [
        stand.api("POST", "refunds", {"payment_intent": intent}, Idempotency_Key=key).status
        for key in ("one", "one", "two")
    ]

    assert statuses == [500, 500, 200]
    assert stand.oracle()["totals"]["jpy"]["refunded"] == 500


def test_a_duplicate_is_refused_while_the_first_is_under_way(stand: Stand) -> None:
    found = []
    for seconds in DELAYS:
        found.append(statuses_of_two(stand, seconds))
        if 409 in found[-1]:
            break

    assert found[-1] == [200, 409]
    assert stand.oracle()["totals"]["jpy"]["refunded"] == 500 * len(found)


def statuses_of_two(stand: Stand, seconds: float) -> list[int]:
    """What is answered to the same refund, asked for twice while it takes so long."""
    intent = stand.paid()["payment_intent"]
    stand.control("POST", "faults", op="refunds.create", kind="delay", seconds=seconds)
    statuses: list[int] = []

    def send() -> None:
        key = f"for {seconds}"
        statuses.append(stand.api("POST", "refunds", {"payment_intent": intent}, Idempotency_Key=key).status)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_the_duplicate_says_that_its_key_is_in_use(stand: Stand) -> None:
    refused = next(filter(None, (refusal_of_a_duplicate(stand, seconds) for seconds in DELAYS)), None)

    assert refused is not None and refused.http_status == 409
    assert refused.error is not None and refused.error.code == "idempotency_key_in_use"


def refusal_of_a_duplicate(stand: Stand, seconds: float) -> stripe.APIError | None:
    """None where the first, which takes so long, was over too soon. Either way there is one refund in the end."""
    intent, key = stand.paid()["payment_intent"], f"for {seconds}"
    stand.control("POST", "faults", op="refunds.create", kind="delay", seconds=seconds)
    first = threading.Thread(target=create, args=(stand, key), kwargs={"payment_intent": intent})
    first.start()
    eventually(lambda: not stand.control("GET", "faults")["faults"])
    refused = None
    try:
        create(stand, key, payment_intent=intent)
    except stripe.APIError as error:
        refused = error
    first.join()
    assert create(stand, key, payment_intent=intent).amount == 500
    return refused


def test_a_key_of_more_than_255_characters_is_refused(stand: Stand) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="at most 255"):
        stand.client().v1.customers.create(options={"idempotency_key": "k" * 256})

    assert stand.client().v1.customers.create(options={"idempotency_key": "k" * 255}).id


def test_a_key_is_forgotten_after_a_day(stand: Stand) -> None:
    first = stand.client().v1.customers.create(options={"idempotency_key": "one"})
    stand.control("POST", "clock", advance=23 * HOUR)
    within = stand.client().v1.customers.create(options={"idempotency_key": "one"})
    stand.control("POST", "clock", advance=HOUR)

    after = stand.client().v1.customers.create(options={"idempotency_key": "one"})

    assert first.id == within.id != after.id


def test_a_get_ignores_keys(stand: Stand) -> None:
    before = stand.api("GET", "customers", Idempotency_Key="one")
    stand.client().v1.customers.create()
    after = stand.api("GET", "customers", Idempotency_Key="one")

    assert (len(before.json["data"]), len(after.json["data"])) == (0, 1)
