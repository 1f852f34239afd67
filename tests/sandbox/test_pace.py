"""A close is quick, and many requests at the same time leave one consistent world."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.stand import Saved, Stand, started


def close(stand: Stand, saved: Saved, pledges: int, *, hands: int) -> float:
    """Holds and captures every pledge; answers the seconds that it took."""

    def settle(number: int) -> None:
        fields = {
            "amount": "1000",
            "currency": "usd",
            "customer": saved.customer,
            "payment_method": saved.method,
            "off_session": "true",
            "confirm": "true",
            "capture_method": "manual",
            "metadata[pledge]": str(number),
        }
        held = stand.api("POST", "payment_intents", fields, Idempotency_Key=f"hold-{number}").json
        stand.api("POST", f"payment_intents/{held['id']}/capture", {}, Idempotency_Key=f"take-{number}")

    before = time.monotonic()
    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(settle, range(pledges)))
    return time.monotonic() - before


def test_thirty_pledges_are_closed_in_a_moment(stand: Stand) -> None:
    took = close(stand, stand.saved(), 30, hands=8)

    # A quiet machine needs half a second.
    assert took < 30.0
    assert stand.sums() == {"authorised": 30_000, "captured": 30_000, "fees": 30 * 59}


@pytest.mark.slow
def test_a_thousand_pledges_are_closed_in_seconds(receiver: Any) -> None:
    receiver.url = ""
    stand = started(receiver)
    try:
        took = close(stand, stand.saved(), 1000, hands=16)

        # Two thousand requests; a quiet machine needs about five seconds.
        assert took < 300.0
        told = stand.oracle()
        assert told["charged_twice"] == [] and told["sums"]["usd"]["captured"] == 1_000_000
    finally:
        stand.sandbox.stop()


def test_too_many_requests_in_a_second_are_refused(stand: Stand) -> None:
    stand.control("POST", "pace", per_second=3)

    statuses = [stand.api("GET", "customers").status for _ in range(30)]
    other = stand.api("GET", "charges").status

    told = stand.control("GET", "pace")
    assert (statuses[:3], other) == ([200] * 3, 200)
    assert statuses.count(429) == told["refused"] > 0
    assert told["highest"]["customers.list"] <= 3
    stand.control("POST", "pace", per_second=0)
    assert stand.api("GET", "customers").status == 200


def test_one_hold_is_captured_once_by_twenty_at_once(stand: Stand) -> None:
    intent = stand.charge(stand.saved(), capture_method="manual").id

    with ThreadPoolExecutor(20) as pool:
        take = lambda _: stand.api("POST", f"payment_intents/{intent}/capture", {}).status  # noqa: E731
        statuses = list(pool.map(take, range(20)))

    assert (statuses.count(200), statuses.count(400)) == (1, 19)
    assert stand.sums()["captured"] == 1000


def test_capture_and_cancel_at_once_end_in_one_of_both(stand: Stand) -> None:
    saved = stand.saved()
    intents = [stand.charge(saved, capture_method="manual").id for _ in range(10)]
    paths = [f"payment_intents/{intent}/{verb}" for intent in intents for verb in ("capture", "cancel")]

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda path: stand.api("POST", path, {}).status, paths))

    assert (statuses.count(200), statuses.count(400)) == (10, 10)
    sums = stand.sums()
    assert sums.get("captured", 0) + sums.get("released", 0) == 10_000
