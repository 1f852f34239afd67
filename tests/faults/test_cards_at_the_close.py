"""A whole close with the cards that there are: most are good, some are stolen, empty or old, some banks ask back."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.confirm_hold import confirm_hold
from campaigns.models import Attempt, Campaign, CloseRun, OutboxMessage, Pledge
from tests.faults.agreement import assert_every_invariant_holds, assert_the_books_are_those_of_stripe
from tests.faults.crash.harness import work_until_it_is_quiet
from tests.faults.test_holds_hold import BACK, nobody_paid_twice
from tests.saved_cards import ALWAYS_ASKS, an_all_or_nothing_campaign, decline, match, promise, sums
from tests.stripe_sandbox import Sandbox
from tests.world import now

pytestmark = pytest.mark.django_db
#: Of a hundred: seven declines that pass, six that do not, three old cards, nine banks that ask back, five in vain.
SOFT, HARD, OLD, ASKED, SILENT = range(0, 7), range(7, 13), range(13, 16), range(16, 25), range(25, 30)


def a_hundred_promises(sandbox: Sandbox, campaign: Campaign) -> None:
    """Of two dollars each, a hundred of them; and a match of at most fifty dollars."""
    for number in range(100):
        asks = number in ASKED or number in SILENT
        pledge = promise(campaign, 200, f"Giver{number}", **({"card": ALWAYS_ASKS} if asks else {}))
        if number in SOFT:
            decline(sandbox, pledge, "insufficient_funds")
        elif number in HARD:
            decline(sandbox, pledge, "stolen_card", times=99)
        elif number in OLD:
            decline(sandbox, pledge, "expired_card", times=99)
    match(campaign, 5_000)


@pytest.mark.parametrize(("goal", "outcome"), [(22_200, "funded"), (22_201, "unfunded")])
def test_of_a_hundred_cards_those_that_hold_are_charged_once_or_none_is(
    sandbox: Sandbox, settings: Settings, goal: int, outcome: str
) -> None:
    """86 cards hold in the end, 172 dollars, and the match adds 50: a goal of one cent more is missed."""
    settings.STRIPE_PACE = 400
    campaign = an_all_or_nothing_campaign(goal=goal, currency="USD", coin=200, advance_percent=0)
    a_hundred_promises(sandbox, campaign)
    later = now() + timedelta(minutes=6)

    close_due_campaigns(at=later)
    for pledge in Pledge.objects.filter(name__in=[f"Giver{number}" for number in ASKED]):
        confirm_hold(pledge, at=later, return_url=BACK)
        sandbox.control("POST", f"payment_intents/{pledge.payment_intent_id}/authenticate", outcome="pass")
    ended = work_until_it_is_quiet(later + timedelta(hours=1))

    run = CloseRun.objects.get()
    failed = Pledge.objects.filter(state="failed")
    assert run.outcome == outcome and run.raised_at_close == run.report["authorised"] == 86 * 200 + 5_000
    assert failed.count() == run.report["failed"] == 14 and nobody_paid_twice(sandbox)
    assert set(failed.values_list("failure", flat=True)) == {"stolen_card", "expired_card", "authentication_required"}
    assert Pledge.objects.filter(state="paid" if outcome == "funded" else "released").count() == 87
    assert sums(sandbox, "captured", "usd") == (22_200 if outcome == "funded" else 0)
    assert sums(sandbox, "released", "usd") == (0 if outcome == "funded" else 22_200)
    # Whoever was refused heard it once; a bank that asked back was told of three times at most.
    assert OutboxMessage.objects.filter(template="card_failed").count() == 14
    assert OutboxMessage.objects.filter(template="card_declined").count() == len(SOFT)
    assert not Attempt.objects.filter(state__in=Attempt.OPEN).exists()
    assert_the_books_are_those_of_stripe(sandbox)
    assert_every_invariant_holds(at=ended, strictly=True)
