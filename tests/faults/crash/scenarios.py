"""What the processes of the crash matrix work on: how it begins, where they may die, and what must be true at its end.

A scenario builds its world with `size` pledges. To add one, write its two functions and a line in SCENARIOS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.models import Attempt, Campaign, CloseRun, JournalEntry, Pledge, Transition
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, books, give, now, set_out

REFUNDING = ("refund.planned", "refund.after_call", "refund.answer_written")
SETTLING = ("settle.before_books", "settle.booked", "settle.committed")
CLOSING = (
    *("close.begun", "close.leased", "close.step_done", "close.step_written", "close.frozen_page"),
    *("close.drained_pledge", "verdict.before_commit", "verdict.committed", "publish.before_commit"),
)

#: Passed in the code, and not died at yet: each waits for a scenario of its own.
STILL_TO_DIE_AT = frozenset(
    {
        *("charge.planned", "charge.before_call", "charge.after_call"),
        *("charge.attempt_written", "charge.pledge_written"),
        *("payout.planned", "payout.after_call", "payout.answer_written", "settle.coin_booked"),
    }
)


@dataclass(frozen=True)
class Scenario:
    """`places` are names in campaigns/failpoints.py. `passings` says how often each is passed without a crash."""

    name: str
    build: Callable[[Sandbox, int], Campaign]
    ends: Callable[[Sandbox, Campaign], None]
    places: tuple[str, ...]
    passings: Callable[[str, int], int]

    def passings_to_try(self, place: str, size: int) -> list[int]:
        """First, middle and last."""
        last = max(self.passings(place, size), 1)
        return sorted({1, (last + 1) // 2, last})


def a_cancelled_campaign(sandbox: Sandbox, size: int) -> Campaign:
    """Everybody has paid, and everybody's refund is planned."""
    campaign = an_open_campaign(goal=500 * size, ceiling=None, deadline=now() + timedelta(days=30))
    for number in range(size):
        give(sandbox, campaign, name=f"Given{number}", cover_fee=number % 3 == 0)
    cancel_campaign(campaign, at=now(), by="alice", reason="the data is gone")
    return campaign


def everybody_has_it_back_once(sandbox: Sandbox, campaign: Campaign) -> None:
    pledges = Pledge.objects.filter(campaign=campaign)
    assert {pledge.state for pledge in pledges} == {Pledge.State.REFUNDED}
    successes = Attempt.objects.filter(kind="refund", state=Attempt.State.SUCCEEDED, pledge__campaign=campaign)
    assert successes.count() == pledges.count() == len({one.pledge_id for one in successes})
    assert len(sandbox.oracle()["refunds"]) == pledges.count()
    assert not books(campaign).keys() & {"campaign-held", "campaign-payable", "refunds", "processor-fees"}


def a_campaign_at_its_deadline(sandbox: Sandbox, size: int) -> Campaign:
    """A third has paid; a third has paid, and we have not heard of it; a third stands before Stripe's page."""
    campaign = an_open_campaign(goal=500, ceiling=None, deadline=now() + timedelta(seconds=90))
    for number in range(size):
        if number % 3 == 0:
            give(sandbox, campaign, name=f"Given{number}")
            continue
        pledge = set_out(campaign, name=f"Under{number}")
        if number % 3 == 1:
            sandbox.pay(pledge.session_id)
    return campaign


def it_was_closed_once_with_all_that_was_paid(sandbox: Sandbox, campaign: Campaign) -> None:
    campaign.refresh_from_db()
    paid = Pledge.objects.filter(campaign=campaign, state=Pledge.State.PAID)
    run = CloseRun.objects.get(campaign=campaign)
    assert campaign.stage == "funded" and list(run.steps.values_list("name", flat=True)) == list(
        dict.fromkeys(run.steps.values_list("name", flat=True))
    )
    assert run.raised_at_close == sandbox.oracle()["totals"]["jpy"]["charged"] == 500 * paid.count()
    assert list(Transition.objects.filter(campaign=campaign).values_list("after", flat=True)) == ["closing", "funded"]
    assert JournalEntry.objects.filter(campaign=campaign, kind="settle").count() == 1
    assert campaign.updates.count() == 1
    assert not Pledge.objects.filter(campaign=campaign, state__in=Pledge.UNDER_WAY).exists()


def _of_a_close(place: str, size: int) -> int:
    if place == "close.frozen_page":
        return 2 * size // 3
    if place in ("close.drained_pledge", *SETTLING):
        return size // 3
    return 5 if place in ("close.step_done", "close.step_written") else 1


SCENARIOS = (
    Scenario(
        "a cancelled campaign gives everything back",
        a_cancelled_campaign,
        everybody_has_it_back_once,
        (*REFUNDING, *SETTLING),
        lambda place, size: size,
    ),
    Scenario(
        "a campaign closes at its deadline",
        a_campaign_at_its_deadline,
        it_was_closed_once_with_all_that_was_paid,
        (*CLOSING, *SETTLING),
        _of_a_close,
    ),
)
