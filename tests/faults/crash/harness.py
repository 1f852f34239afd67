"""Processes that die by SIGKILL at a named place, and others that come after them.

A child is forked from the test's process, with its settings and with connections of its own, and does what the clock
does until nothing is left to do. `FAILPOINT_FILE` tells it where to die (campaigns/failpoints.py).

Leases are compared with the time that is passed in. A child that was killed leaves its leases behind, so every child
lives later than the one before it (`LATER`), as the next sweep of a real clock would.
"""

import json
import logging
import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.db import connections
from django.db.models import Q

from campaigns import failpoints, stripe_gateway, stripe_inbox
from campaigns.actions.close_campaign import LEASE, close_due_campaigns
from campaigns.actions.expire_bundles import expire_bundles
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.fetch_missed_events import fetch_missed_events
from campaigns.actions.forget_cards import forget_cards
from campaigns.actions.give_back_unfunded import give_back_unfunded, give_back_what_is_owed
from campaigns.actions.hear_of_dispute import look_after_disputes
from campaigns.actions.pay_out import pay_out
from campaigns.actions.plan_payouts import plan_payouts
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.reverse_payout import reverse_payouts
from campaigns.models import Attempt, Bundle, CloseRun, Payout, Pledge, StripeEvent

LATER = 2 * LEASE
ROUND = timedelta(minutes=2)
LONG_ROUND = timedelta(hours=2)
FEW_ROUNDS, QUICK_ROUNDS, MOST_ROUNDS = 3, 40, 200
SECONDS = 1_800.0 if os.environ.get("FAULTS_FULL") else 300.0


class NotQuiet(Exception):
    """Something is left to do, and goes on being left."""


#: What the clock does that moves money or may move it, in its order. Each is called with `at`. Stripe's list of events
#: is read after them.
SWEEPS: tuple[Callable[..., object], ...] = (
    close_due_campaigns,
    stripe_inbox.handle_due,
    carry_out_refunds,
    expire_pledges,
    expire_bundles,
    forget_cards,
    give_back_unfunded,
    give_back_what_is_owed,
    look_after_disputes,
    plan_payouts,
    pay_out,
    reverse_payouts,
)


@dataclass
class Days:
    """The time of the children: it only goes on."""

    at: datetime

    def pass_on(self) -> datetime:
        self.at += LATER
        return self.at


def dies_at(place: str, passing: int, days: Days, *, file: Path) -> bool:
    """Let a child work that dies at the given passing of a place; whether it came there at all.

    It dies by SIGKILL or ends in peace, because there was nothing more to do: anything else is an error.
    """
    hit = file.with_suffix(".hit")
    hit.unlink(missing_ok=True)
    file.write_text(f"{place} {passing}")
    settings.FAILPOINT_FILE = str(file)
    try:
        ended = forked(_working_from(days.pass_on()))
    finally:
        settings.FAILPOINT_FILE = ""
        file.unlink(missing_ok=True)
    if os.WIFSIGNALED(ended):
        assert os.WTERMSIG(ended) == signal.SIGKILL and hit.exists(), f"{place}: signal {os.WTERMSIG(ended)}"
        return True
    assert os.waitstatus_to_exitcode(ended) == 0, f"{place}: the child failed, see its words above"
    return False


def passings(days: Days, *, file: Path) -> dict[str, int]:
    """How often a child that nothing kills passes each place before there is nothing to do."""

    def works_and_tells(at: datetime) -> None:
        work_until_it_is_quiet(at)
        file.write_text(json.dumps(failpoints.passed()))

    settings.FAILPOINT_FILE = str(file.with_suffix(".none"))
    at = days.pass_on()
    try:
        ended = forked(lambda: works_and_tells(at))
    finally:
        settings.FAILPOINT_FILE = ""
    assert os.WIFEXITED(ended) and os.waitstatus_to_exitcode(ended) == 0, "the child failed, see its words above"
    found: dict[str, int] = json.loads(file.read_text())
    return found


def finishes(days: Days) -> None:
    """Let a child work that nothing kills, until there is nothing to do."""
    ended = forked(_working_from(days.pass_on()))
    assert os.WIFEXITED(ended) and os.waitstatus_to_exitcode(ended) == 0, "the child failed, see its words above"


def work_until_it_is_quiet(at: datetime) -> datetime:
    """Every sweep again and again, two minutes apart, until nothing is left; the time at which that was.

    Where nothing is due for longer, the clock goes on to the next time at which something is.
    """
    brought = 1
    for number in range(MOST_ROUNDS):
        for sweep in SWEEPS:
            sweep(at=at)
        # A list of all events of a thousand pledges is long: it is read again while it brings something, and last.
        looks = number < FEW_ROUNDS or brought > 0 or not left_to_do(at)
        brought = fetch_missed_events(at=at) if looks else 0
        if not left_to_do(at):
            return at
        # A close that waits for cards looks at some pledges every five minutes, for four days.
        at = max(at + (ROUND if number < QUICK_ROUNDS else LONG_ROUND), _next_is_due(at))
    raise NotQuiet(", ".join(left_to_do(at)))


def left_to_do(at: datetime) -> list[str]:
    """What the clock would still work on by itself."""
    waiting = {
        "closes": CloseRun.objects.filter(finished_at__isnull=True).count(),
        # Of a page that was learnt of in another way nobody asks any more.
        "calls": Attempt.objects.filter(state__in=Attempt.OPEN, next_at__isnull=False)
        .exclude(Q(kind=Attempt.Kind.CHECKOUT) & ~Q(pledge__state=Pledge.State.CREATED))
        .count(),
        "pledges": Pledge.objects.filter(check_at__isnull=False).count(),
        "pledges under way": Pledge.objects.filter(state__in=Pledge.UNDER_WAY).count(),
        "bundles": Bundle.objects.filter(check_at__isnull=False).count(),
        "payouts": Payout.objects.filter(state=Payout.State.PLANNED).count(),
        "events": StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED).count(),
    }
    return [f"{count} {what} at {at}" for what, count in waiting.items() if count]


def _next_is_due(at: datetime) -> datetime:
    """The earliest time that a row names, and not one that has passed: then something is due at once."""
    times = (
        Attempt.objects.filter(state__in=Attempt.OPEN).values_list("next_at", flat=True),
        Pledge.objects.values_list("check_at", flat=True),
        Bundle.objects.values_list("check_at", flat=True),
        Payout.objects.filter(state=Payout.State.PLANNED).values_list("next_at", flat=True),
        StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED).values_list("next_at", flat=True),
        CloseRun.objects.filter(finished_at__isnull=True, holds_end_at__gt=at).values_list("holds_end_at", flat=True),
    )
    return min((time for found in times for time in found if time is not None), default=at)


def forked(work: Callable[[], object]) -> int:
    """How a child ended that did some work, as os.waitpid tells it. Our own connections are closed before."""
    connections.close_all()
    with warnings.catch_warnings():
        # The one other thread is pytest's watchdog, which is not Python and holds no lock of ours.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _live(work)
    return _end_of(child)


def _working_from(at: datetime) -> Callable[[], object]:
    return lambda: work_until_it_is_quiet(at)


def _live(work: Callable[[], object]) -> NoReturn:
    """The life of a child. It never goes back into pytest, and runs nobody's atexit."""
    code = 1
    try:
        # Sockets and counters of the parent are not this process's own.
        connections.close_all()
        stripe_gateway.client.cache_clear()
        failpoints.forget()
        if not os.environ.get("FAULTS_LOUD"):
            logging.disable(logging.ERROR)
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _end_of(child: int) -> int:
    """Wait for a child, not for ever."""
    give_up = time.monotonic() + SECONDS
    while time.monotonic() < give_up:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError(f"the child {child} did not end within {SECONDS:.0f} seconds")
