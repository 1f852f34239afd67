"""All processes together keep one pace towards Stripe, second by second, visitors and all."""

import time
from collections.abc import Callable

import pytest
from pytest_django import Settings

from campaigns import pace
from campaigns.charging import calls
from campaigns.charging.calls import Calls, Job
from campaigns.models import Attempt
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PACE, SECONDS = 40, 3.0


def most_in_a_second(moments: list[float]) -> int:
    moments = sorted(moments)
    return max(sum(start <= one < start + 1 for one in moments) for start in moments)


def many_call(visitors_wait: Callable[[], object]) -> list[float]:
    """When they call: two closes that take ten turns at a time, and eight visitors who come again and again.

    The moment of a close is its turn's own, which a busy machine may let pass: what is late then is another test's.
    """
    made: list[float] = []
    until = time.monotonic() + SECONDS

    def close() -> None:
        while time.monotonic() < until:
            first = time.monotonic() + pace.take_turns(10)
            for place in range(10):
                turn = first + place * pace.gap_seconds()
                time.sleep(max(turn - time.monotonic(), 0))
                made.append(turn)

    def visitor() -> None:
        while time.monotonic() < until:
            visitors_wait()
            made.append(time.monotonic())
            time.sleep(0.2)

    at_once(close, close, *[visitor] * 8)
    return made


def test_no_second_has_more_than_the_pace_and_a_tenth_however_many_call(settings: Settings) -> None:
    settings.STRIPE_PACE = PACE

    # Visitors whom a busy machine has held up all at once come together.
    tries = (many_call(pace.wait_for_a_visitors_turn) for _ in range(5))

    assert any(len(made) > PACE * SECONDS * 0.8 and most_in_a_second(made) <= PACE * 1.1 for made in tries)


def test_visitors_who_did_not_wait_would_be_too_many(settings: Settings) -> None:
    """The control: the same people, without what makes them wait."""
    settings.STRIPE_PACE = PACE

    tries = (many_call(pace.take_turns) for _ in range(5))

    assert any(most_in_a_second(made) > PACE * 1.1 for made in tries)


def test_a_visitor_does_not_wait_while_only_a_close_calls(settings: Settings) -> None:
    settings.STRIPE_PACE = PACE

    def waits() -> float:
        pace.take_turns(2 * PACE)
        began = time.monotonic()
        pace.wait_for_a_visitors_turn()
        waited = time.monotonic() - began
        # One place is kept for visitors twice a second.
        if waited >= 0.3:
            time.sleep(0.6)
        return waited

    assert any(waits() < 0.3 for _ in range(5))


@pytest.mark.parametrize(("least_gap", "is_kept"), [(1 / 50, True), (0.0, False)])
def test_calls_that_are_late_do_not_come_all_at_once(
    monkeypatch: pytest.MonkeyPatch, least_gap: float, is_kept: bool
) -> None:
    """With no gap between them, which is the control, all that was late would be made in one moment."""
    made: list[float] = []
    monkeypatch.setattr(calls, "reach", lambda _: made.append(time.monotonic()))
    jobs = [Job(Attempt(kind="capture", parameters={"intent": "pi_1"}, idempotency_key="key")) for _ in range(120)]

    with Calls(most_at_once=10, least_gap=least_gap) as doing:
        doing.make(jobs, first=time.monotonic() - 2.4, gap=1 / 50)
        for _ in jobs:
            doing.answers.get(timeout=120)

    # Fifty, and what a busy machine lets pass at the wrong moment; or all of them.
    assert (most_in_a_second(made) <= 85) is is_kept
