"""The sandbox's clock can be moved, and everything that waits for a time goes with it."""

import time
from datetime import UTC, datetime
from functools import partial

import pytest

from tests.sandbox.stand import Stand, eventually

DAY = 24 * 3600
LATER = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_the_clock_goes_forward_and_is_set(stand: Stand) -> None:
    real = int(time.time())

    advanced = stand.control("POST", "clock", advance=3600)
    put = stand.control("POST", "clock", set="2031-05-06T07:08:09Z")
    back = stand.control("POST", "clock", set=real)

    told = stand.control("GET", "clock")
    took = time.time() - real
    assert 0 <= advanced["now"] - real - 3600 <= took + 1
    assert 0 <= put["now"] - LATER.timestamp() <= took + 1
    assert 0 <= back["now"] - real <= told["now"] - real <= took + 1 and told["ahead"] == back["ahead"]


@pytest.mark.parametrize("text", ["tomorrow", "2031-05-06T07:08:09"])
def test_a_time_without_a_zone_is_none(stand: Stand, text: str) -> None:
    assert stand.try_control("POST", "clock", set=text).status == 400


def test_what_is_made_carries_the_sandboxs_time(stand: Stand) -> None:
    stand.control("POST", "clock", set="2031-05-06T07:08:09Z")

    made = stand.client().v1.customers.create()

    assert 0 <= made.created - LATER.timestamp() < 120


def was_tried(stand: Stand, times: int) -> bool:
    """The first delivery, so often at least."""
    return int(stand.control("GET", "deliveries")["deliveries"][0]["attempts"]) >= times


def test_a_delivery_is_tried_again_when_its_time_has_come(stand: Stand) -> None:
    stand.receiver.answers[:] = [500] * 9
    stand.client().v1.customers.create()

    for number in range(1, 10):
        eventually(partial(was_tried, stand, number))
        stand.control("POST", "clock", advance=300)

    # The tenth would come by itself after two minutes.
    eventually(lambda: len(stand.receiver.arrived) == 10, seconds=60.0)
    eventually(lambda: stand.control("GET", "deliveries")["deliveries"][0]["status"] == "delivered")


def test_a_delivery_is_given_up_after_three_days(stand: Stand) -> None:
    stand.receiver.answers[:] = [500] * 100
    stand.client().v1.customers.create()
    eventually(lambda: len(stand.receiver.arrived) >= 2)

    stand.control("POST", "clock", advance=3 * DAY)

    eventually(lambda: stand.control("GET", "deliveries")["deliveries"][0]["status"] == "failed")


def test_a_setup_session_expires_with_the_clock(stand: Stand) -> None:
    session = stand.open_setup()

    stand.control("POST", "clock", advance=DAY + 60)

    eventually(lambda: "checkout.session.expired" in stand.kinds())
    assert stand.client().v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert "setup_intent.canceled" in stand.kinds()
