"""Faults strike where a test wants them: by operation, path, content and turn; and what a client makes of them."""

import time

import pytest
import stripe

from tests.sandbox.stand import Stand, eventually


def customer(stand: Stand, name: str = "A", key: str = "") -> int:
    headers = {"Idempotency_Key": key} if key else {}
    return stand.api("POST", "customers", {"name": name}, **headers).status


def test_the_third_call_is_struck(stand: Stand) -> None:
    stand.control("POST", "faults", op="customers.create", kind="status_500", nth=3)

    assert [customer(stand) for _ in range(5)] == [200, 200, 500, 200, 200]


def test_two_calls_from_the_second_on_are_struck(stand: Stand) -> None:
    stand.control("POST", "faults", op="customers.create", kind="status_429", nth=2, times=2)

    assert [customer(stand) for _ in range(5)] == [200, 429, 429, 200, 200]


def test_a_method_is_chosen(stand: Stand) -> None:
    stand.control("POST", "faults", kind="status_500", method="post")

    assert stand.api("GET", "customers").status == 200
    assert customer(stand) == 500


def test_a_path_is_chosen(stand: Stand) -> None:
    stand.control("POST", "faults", kind="status_500", path="/v1/payment_intents/*/capture", times=9)

    assert customer(stand) == 200
    assert stand.api("POST", "payment_intents/pi_x/capture", {}).status == 500


def test_a_family_of_operations_is_chosen(stand: Stand) -> None:
    stand.control("POST", "faults", op="customers.*", kind="status_500", times=9)

    assert stand.api("GET", "charges").status == 200
    assert (stand.api("GET", "customers").status, customer(stand)) == (500, 500)


def test_one_pledge_is_chosen(stand: Stand) -> None:
    stand.control("POST", "faults", kind="status_500", contains="pledge-7")

    assert customer(stand, "pledge-6") == 200
    assert customer(stand, "pledge-7") == 500
    assert customer(stand, "pledge-7") == 200


def test_a_failure_after_the_work_is_replayed_and_the_work_was_done(stand: Stand) -> None:
    stand.control("POST", "faults", op="customers.create", kind="status_500_after_commit")

    assert [customer(stand, key="one") for _ in range(2)] == [500, 500]
    assert len(stand.client().v1.customers.list().data) == 1


def test_the_package_does_not_retry_too_many_requests_by_itself(stand: Stand) -> None:
    stand.control("POST", "faults", op="customers.create", kind="status_429")

    with pytest.raises(stripe.RateLimitError):
        stand.client(retries=2).v1.customers.create()


def test_the_package_retries_too_many_requests_when_it_is_told_to(stand: Stand) -> None:
    stand.control("POST", "faults", op="customers.create", kind="status_429", should_retry="true")

    assert stand.client(retries=2).v1.customers.create().id


def test_the_package_gives_up_where_it_is_told_to(stand: Stand) -> None:
    stand.control("POST", "faults", op="customers.create", kind="lock_timeout", should_retry="false")

    with pytest.raises(stripe.RateLimitError) as refused:
        stand.client(retries=2).v1.customers.create()

    assert refused.value.error is not None and refused.value.error.code == "lock_timeout"


def test_a_charge_that_was_dropped_is_not_made_twice(stand: Stand) -> None:
    saved = stand.saved()
    stand.control("POST", "faults", op="payment_intents.create", kind="drop_after_commit")
    with pytest.raises(stripe.APIConnectionError):
        stand.charge(saved, key="charge-7", metadata={"pledge": "7"})

    stand.charge(saved, key="charge-7", metadata={"pledge": "7"})

    assert stand.sums()["captured"] == 1000 and stand.oracle()["charged_twice"] == []


def test_a_delay_holds_one_call_up_and_no_other(stand: Stand) -> None:
    stand.control("POST", "faults", op="customers.list", kind="delay", seconds=1.0)
    before = time.monotonic()

    assert customer(stand) == 200
    still_to_come = stand.control("GET", "faults")["faults"]
    stand.api("GET", "customers")

    assert len(still_to_come) == 1 and stand.control("GET", "faults")["faults"] == []
    assert time.monotonic() - before >= 1.0


def test_the_second_event_of_a_kind_is_withheld(stand: Stand) -> None:
    stand.control("POST", "faults", op="customer.created", kind="withhold_events", nth=2)

    for _ in range(3):
        customer(stand)

    eventually(lambda: len(stand.receiver.arrived) == 2)
    held = [delivery["status"] for delivery in stand.control("GET", "deliveries")["deliveries"]]
    assert held[1] == "withheld"


@pytest.mark.parametrize("fields", [{"should_retry": "perhaps"}, {"nth": "x"}])
def test_a_choice_that_makes_no_sense_is_refused(stand: Stand, fields: dict[str, str]) -> None:
    assert stand.try_control("POST", "faults", kind="status_429", **fields).status == 400
