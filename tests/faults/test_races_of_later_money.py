"""Two at the same instant, where saved cards are charged and trainers are paid. Every race has its control."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from campaigns import charging
from campaigns.actions import close_campaign as closing
from campaigns.actions import plan_payouts as planning
from campaigns.actions import withdraw_pledge as withdrawing
from campaigns.actions.charge_pledges import charge_pledges
from campaigns.actions.confirm_hold import NotConfirmable, confirm_hold
from campaigns.actions.plan_payouts import plan_payouts
from campaigns.actions.retry_soft_declines import hold_parameters
from campaigns.actions.tell_of_promise import tell_of_promise
from campaigns.actions.withdraw_pledge import WithdrawRefused
from campaigns.charging import Job
from campaigns.models import Attempt, Campaign, CloseRun, Payout, Pledge
from tests.at_once import at_once, raised_at_once
from tests.faults.agreement import assert_every_invariant_holds, assert_the_books_are_those_of_stripe
from tests.faults.crash.harness import work_until_it_is_quiet
from tests.faults.test_holds_hold import BACK
from tests.faults.test_races import MOST_TRIES, TRIES, hold_nothing, pausing, share_nothing, without_constraint
from tests.payees import a_funded_campaign
from tests.saved_cards import an_all_or_nothing_campaign, decline, promise, sums
from tests.stripe_sandbox import Sandbox
from tests.world import now

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(minutes=6)


def planned_by_two_clocks(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, slug: str) -> list[Exception]:
    a_funded_campaign(sandbox, slug)
    monkeypatch.setattr(planning, "_amount", pausing(planning._amount))
    raised = raised_at_once(*[lambda: plan_payouts(at=now())] * 2)
    monkeypatch.undo()
    return raised


def test_a_part_that_two_clocks_plan_at_once_is_one_payout(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    raised = [error for n in range(TRIES) for error in planned_by_two_clocks(sandbox, monkeypatch, f"c{n}")]

    assert raised == [] and Payout.objects.count() == TRIES
    assert_every_invariant_holds(at=now())


def test_without_the_lock_of_the_campaign_only_a_unique_key_is_left(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: both decide to pay the same part, and one of them meets an error."""

    def without_lock(slug: str) -> list[Exception]:
        monkeypatch.setattr(planning, "hold_campaign", hold_nothing)
        return planned_by_two_clocks(sandbox, monkeypatch, slug)

    raised = (error for number in range(MOST_TRIES) for error in without_lock(f"c{number}"))
    assert any(isinstance(error, IntegrityError) for error in raised)


def a_close_that_is_due(slug: str, people: int = 12) -> CloseRun:
    campaign = an_all_or_nothing_campaign(slug, advance_percent=0)
    for number in range(people):
        promise(campaign, 200, f"{slug}-{number}")
    run = closing.begin_close(campaign.pk, at=now() + LATER)
    assert run is not None
    return run


def holds_by_two_closers(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, slug: str) -> int:
    """How many more holds than cards there are after two closers who know of no lease."""
    run = a_close_that_is_due(slug)
    before = sums(sandbox, "authorised")
    monkeypatch.setattr(closing, "LEASE", timedelta(seconds=-1))
    for module in ("close_campaign", "charge_pledges"):
        monkeypatch.setattr(f"campaigns.actions.{module}.keep_lease", lambda run, at: True)
    at_once(*[lambda: closing.close_campaign(run.pk, at=now() + LATER)] * 2)
    monkeypatch.undo()
    return (sums(sandbox, "authorised") - before) // 200 - 12


def test_of_two_closers_of_saved_cards_each_card_is_asked_once(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even without the lease: an attempt is claimed by one of them, and its key is the same for both."""
    found = [holds_by_two_closers(sandbox, monkeypatch, f"c{number}") for number in range(3)]
    ended = work_until_it_is_quiet(now() + LATER + timedelta(minutes=2))

    assert found == [0] * 3
    assert set(Pledge.objects.values_list("state", flat=True)) == {"paid"}
    assert_the_books_are_those_of_stripe(sandbox)
    assert_every_invariant_holds(at=ended, strictly=True)


def claim_everything(
    kind: str, pledges: QuerySet[Pledge], parameters: Callable[[Pledge], dict[str, Any]], *, most: int, at: datetime
) -> list[Job]:
    """What `charging.claim` would be if rows were not locked and nobody looked what others have claimed."""
    asked = Attempt.objects.filter(kind=kind, reason=str(id(pledges))).values("pledge")
    new = []
    for pledge in pledges.exclude(pk__in=asked).select_related("campaign").order_by("pk")[:most]:
        attempt = charging.an_attempt(kind, pledge, parameters(pledge), sequence=uuid.uuid4().int % 30_000, at=at)
        attempt.reason, attempt.tries, attempt.sent_at = str(id(pledges)), 1, at
        new.append(attempt)
    Attempt.objects.bulk_create(new)
    return [Job(attempt) for attempt in new]


def test_without_claiming_rows_two_closers_hold_a_card_twice(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: holders see twice their promise reserved on their cards."""
    monkeypatch.setattr("campaigns.charging.claim", claim_everything)
    with without_constraint("campaigns_attempt", "each_attempt_has_its_own_number"), monkeypatch.context() as patch:
        found = holds_by_two_closers(sandbox, patch, "c")

    assert found > 0


def withdrawn_after_the_close_began(monkeypatch: pytest.MonkeyPatch, slug: str) -> bool:
    """Whether a promise was taken back though the close had begun; both may be true of no campaign."""
    campaign = an_all_or_nothing_campaign(slug)
    pledge = promise(campaign, name=slug)
    began: list[bool] = []
    write = tell_of_promise

    def late(pledge: Pledge, *given: Any, **named: Any) -> object:
        # In the transaction that takes it back: the close of another connection is seen once it is committed.
        pausing(lambda: None)()
        began.append(CloseRun.objects.filter(campaign=campaign).exists())
        return write(pledge, *given, **named)

    monkeypatch.setattr(withdrawing, "tell_of_promise", late)
    raised = raised_at_once(
        lambda: withdrawing.withdraw_pledge(pledge, at=now()),
        lambda: closing.begin_close(campaign.pk, at=now() + LATER),
        besides=(WithdrawRefused,),
    )
    monkeypatch.undo()
    assert raised == []
    return any(began)


def test_a_promise_is_taken_back_before_the_close_begins_or_not_at_all(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [withdrawn_after_the_close_began(monkeypatch, f"c{number}") for number in range(TRIES)]

    assert not any(found) and CloseRun.objects.count() == TRIES


def test_without_the_shared_lock_a_promise_is_taken_back_from_a_close(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    def without_lock(slug: str) -> bool:
        monkeypatch.setattr(withdrawing, "share_campaign", share_nothing)
        return withdrawn_after_the_close_began(monkeypatch, slug)

    assert any(without_lock(f"c{number}") for number in range(MOST_TRIES))


def holds_of_a_holder_and_a_sweep(
    sandbox: Sandbox, slug: str, parameters: Callable[[Pledge], dict[str, Any]] = hold_parameters
) -> int:
    """How many holds there are on a card that was refused once, when its holder confirms while it is asked again."""
    run = a_close_that_is_due(slug, people=0)
    pledge = promise(Campaign.objects.get(slug=slug), name=slug)
    decline(sandbox, pledge, "insufficient_funds")
    before = sums(sandbox, "authorised")
    closing.close_campaign(run.pk, at=now() + LATER)
    ends_at = now() + timedelta(days=3)
    Pledge.objects.filter(pk=pledge.pk).update(confirm_until=ends_at)
    Attempt.objects.filter(pledge=pledge, kind="authorise", state="planned").update(next_at=now())
    run = CloseRun.objects.select_related("campaign").get(pk=run.pk)
    saved = Pledge.objects.filter(pk=pledge.pk)

    def ask_again() -> None:
        given: dict[str, Any] = {"parameters": parameters, "refused": lambda *_: None, "at": now() + LATER}
        charge_pledges(run, Attempt.Kind.AUTHORISE, saved, **given)

    raised = raised_at_once(
        lambda: confirm_hold(saved.get(), at=now(), return_url=BACK), ask_again, besides=(NotConfirmable,)
    )
    assert raised == []
    saved = Pledge.objects.filter(pk=pledge.pk, state="saved").exclude(payment_intent_id="")
    for waiting in saved:
        sandbox.control("POST", f"payment_intents/{waiting.payment_intent_id}/authenticate", outcome="pass")
    return (sums(sandbox, "authorised") - before) // 500


def test_a_holder_who_confirms_at_the_instant_at_which_the_card_is_asked_again_has_one_hold(sandbox: Sandbox) -> None:
    found = [holds_of_a_holder_and_a_sweep(sandbox, f"c{number}") for number in range(TRIES)]

    assert found == [1] * TRIES


def test_with_a_payment_for_each_try_a_holder_would_have_two_holds(sandbox: Sandbox) -> None:
    """The control: the sweep asks for a new payment instead of for the one that the holder confirms."""

    def anew(pledge: Pledge) -> dict[str, Any]:
        pledge.payment_intent_id = ""
        return hold_parameters(pledge)

    assert any(holds_of_a_holder_and_a_sweep(sandbox, f"c{number}", anew) == 2 for number in range(MOST_TRIES))
