"""`make bench`: a close of a thousand saved cards against the pace that is set. Nothing here asserts a time.

`PLEDGES=200` measures fewer. Stripe is the sandbox, which refuses what is faster than its own pace, as Stripe does.
"""

import os
from collections.abc import Callable

import pytest
from pytest_django import Settings

from campaigns.models import Campaign, CloseRun, Pledge
from campaigns.totals import totals
from tests.saved_cards import an_all_or_nothing_campaign, promise, sums, the_close
from tests.stripe_sandbox import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
PLEDGES = int(os.environ.get("PLEDGES", "1000"))
PACE, STRIPES_PACE = 100, 125


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[object], None]:
    def printed(row: object) -> None:
        with capsys.disabled():
            print(f"\n{row}", end="")

    return printed


def seconds_of(run: CloseRun, step: str, following: str) -> float:
    """A step is written down with the moment at which it began; it took until the next one's."""
    began = dict(run.steps.values_list("name", "done_at"))
    return float((began[following] - began[step]).total_seconds())


def test_a_thousand_cards_are_charged_at_the_pace_that_is_set(
    sandbox: Sandbox, settings: Settings, show: Callable[[object], None]
) -> None:
    """close_1k: holds, then payments, each as a share of the pace; what Stripe refused; what was lost or done twice."""
    campaign = an_all_or_nothing_campaign(goal=PLEDGES * 500)
    for number in range(PLEDGES):
        promise(campaign, name=f"Person{number}")
    settings.STRIPE_PACE = PACE
    sandbox.control("POST", "pace", per_second=str(STRIPES_PACE))

    assert the_close() == [campaign.slug]

    told = sandbox.control("GET", "pace")
    run = CloseRun.objects.get(campaign=campaign)
    for name, step, following in (("holds", "authorise", "verdict"), ("payments", "capture", "settle")):
        took = seconds_of(run, step, following)
        row = f"{'close_1k':<18} {PLEDGES / took / PACE:>8.2f} x the pace that is set, {PACE} a second"
        show(f"{row:<71} ({name}: {PLEDGES} in {took:.1f} s)")
    paid = Pledge.objects.filter(campaign=campaign, state=Pledge.State.PAID).count()
    twice = sums(sandbox, "captured") // 500 - paid
    share = told["refused"] / (2 * PLEDGES + told["refused"])
    show(f"{'':<18} 429: {share:.2%}; lost: {PLEDGES - paid}; twice: {twice}; at most {told['highest']} a second")
    assert (paid, twice, totals(campaign).raised) == (PLEDGES, 0, PLEDGES * 500)
    assert Campaign.objects.get(pk=campaign.pk).stage == "funded"
