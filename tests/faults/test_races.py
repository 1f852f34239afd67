"""Two at the same instant. Every race comes with its control: without its guard it must go wrong, or it shows nothing.

A race is made likely by a pause at the worst place, after something was read and before it is acted upon.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.actions import cancel_campaign as cancelling
from campaigns.actions import close_campaign as closing
from campaigns.actions import close_steps, give_back_unfunded, refund_pledge, settle_pledge
from campaigns.actions.merge_facts import merge_facts
from campaigns.actions.plan_refund import plan_refund
from campaigns.lifecycle import NotPossibleNow, Stage, is_due
from campaigns.models import Attempt, Campaign, CloseRun, Pledge, Transition
from campaigns.totals import totals
from tests.at_once import at_once, raised_at_once
from tests.faults.agreement import assert_every_invariant_holds, assert_the_books_are_those_of_stripe
from tests.faults.crash.harness import work_until_it_is_quiet
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now, set_out

pytestmark = pytest.mark.django_db(transaction=True)
TRIES = 5
# A control ends when it has seen what it looks for, which two that are just missed by each other do not show.
MOST_TRIES = 40
PAUSE = 0.15


def pausing(call: Callable[..., Any], seconds: float = PAUSE) -> Callable[..., Any]:
    """The same call, and a moment in which others may do something before its caller goes on."""

    def slow(*given: Any, **named: Any) -> Any:
        answer = call(*given, **named)
        time.sleep(seconds)
        return answer

    return slow


def hold_nothing(pk: int) -> Campaign:
    """The campaign, and no lock."""
    return Campaign.objects.get(pk=pk)


def share_nothing(pk: int) -> str:
    return str(Campaign.objects.values_list("stage", flat=True).get(pk=pk))


def move_without_looking(campaign: Campaign, stage: Stage, *, at: Any, by: str = "", reason: str = "") -> None:
    """What `move_campaign` would be without its guarded UPDATE."""
    version = campaign.transitions.count() + 1
    Campaign.objects.filter(pk=campaign.pk).update(stage=stage, stage_version=version, changed_at=at)
    Transition.objects.create(campaign=campaign, version=version, before=campaign.stage, after=stage, at=at)
    campaign.stage, campaign.stage_version = stage, version


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    """A table as if nobody had thought of a unique key; put back, once its rows are gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def verdicts_of_two_closers(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, slug: str) -> int:
    """How many of two closers at once came to the verdict."""
    campaign = an_open_campaign(slug, goal=500, ceiling=None, deadline=now() + timedelta(minutes=1))
    give(sandbox, campaign, name=slug)
    at = now() + timedelta(minutes=2)
    run = closing.begin_close(campaign.pk, at=at)
    assert run is not None
    came: list[str] = []

    def noticed(run: CloseRun, at: Any) -> Any:
        came.append(run.campaign.slug)
        time.sleep(PAUSE)
        return close_steps.verdict(run, at)

    steps = tuple((name, noticed if name == "verdict" else step) for name, step in closing.STEPS)
    monkeypatch.setattr(closing, "STEPS", steps)
    at_once(*[lambda: closing.close_campaign(run.pk, at=at)] * 2)
    monkeypatch.undo()
    assert Transition.objects.filter(campaign=campaign, after="funded").count() == 1
    return len(came)


def test_of_two_closers_one_works_and_the_other_leaves(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [verdicts_of_two_closers(sandbox, monkeypatch, f"c{number}") for number in range(TRIES)]

    assert found == [1] * TRIES
    assert_every_invariant_holds(at=now())


def test_without_the_lease_two_closers_do_the_same_work(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control. Even then the steps' own locks leave one outcome, which `verdicts_of_two_closers` looks at."""

    def without_lease(slug: str) -> int:
        monkeypatch.setattr(closing, "LEASE", timedelta(seconds=-1))
        monkeypatch.setattr(closing, "keep_lease", lambda run, at: True)
        return verdicts_of_two_closers(sandbox, monkeypatch, slug)

    assert any(without_lease(f"c{number}") == 2 for number in range(MOST_TRIES))


def begins_of_two(monkeypatch: pytest.MonkeyPatch, slug: str) -> list[Exception]:
    campaign = an_open_campaign(slug, deadline=now() + timedelta(minutes=1))
    at = now() + timedelta(minutes=2)
    monkeypatch.setattr(closing, "is_due", pausing(is_due))
    raised = raised_at_once(*[lambda: closing.begin_close(campaign.pk, at=at)] * 2)
    monkeypatch.undo()
    return raised


def test_of_two_who_begin_a_close_the_second_finds_nothing_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    raised = [error for number in range(TRIES) for error in begins_of_two(monkeypatch, f"c{number}")]

    assert raised == []
    assert CloseRun.objects.count() == Transition.objects.count() == TRIES


def test_without_lock_and_guard_two_begin_the_same_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: only unique keys are left, and they answer with an error."""

    def without_both(slug: str) -> list[Exception]:
        monkeypatch.setattr(closing, "hold_campaign", hold_nothing)
        monkeypatch.setattr(closing, "move_campaign", move_without_looking)
        return begins_of_two(monkeypatch, slug)

    raised = (error for number in range(MOST_TRIES) for error in without_both(f"c{number}"))
    assert any(isinstance(error, IntegrityError) for error in raised)


def pledges_of_one_form(campaign: Campaign, form: str) -> int:
    at_once(*[lambda: set_out(campaign, form_nonce=form)] * 8)
    return Pledge.objects.filter(campaign=campaign, form_nonce__startswith=form).count()


def test_a_form_sent_by_eight_at_once_is_one_pledge(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()

    assert [pledges_of_one_form(campaign, f"form-{number}") for number in range(TRIES)] == [1] * TRIES


def test_without_the_unique_key_one_form_is_many_pledges(sandbox: Sandbox) -> None:
    """The control."""
    with without_constraint("campaigns_pledge", "one_form_makes_one_pledge"):
        campaign = an_open_campaign()
        assert any(pledges_of_one_form(campaign, f"form-{number}") > 1 for number in range(MOST_TRIES))


def missed_by_the_verdict(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, slug: str) -> int:
    """What a payment brought that is in the books as if in time, and is not in what the verdict counted."""
    campaign = an_open_campaign(slug, goal=500, ceiling=None, deadline=now() + timedelta(minutes=1))
    give(sandbox, campaign, name=f"{slug}a")
    late = set_out(campaign, name=f"{slug}b")
    sandbox.pay(late.session_id)
    at = now() + timedelta(minutes=2)
    run = closing.begin_close(campaign.pk, at=at)
    assert run is not None
    monkeypatch.setattr(settle_pledge, "merge_facts", pausing(merge_facts))
    monkeypatch.setattr(close_steps, "totals", pausing(totals, PAUSE / 3))
    at_once(lambda: settle_pledge.settle_pledge(late.pk, at=at), lambda: close_steps.verdict(run, at))
    monkeypatch.undo()
    run.refresh_from_db()
    late.refresh_from_db()
    return totals(campaign).raised - (late.amount if late.came_late else 0) - (run.raised_at_close or 0)


def test_a_payment_at_the_instant_of_the_verdict_is_counted_or_late(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [missed_by_the_verdict(sandbox, monkeypatch, f"c{number}") for number in range(TRIES)]

    assert found == [0] * TRIES


def test_without_the_shared_lock_a_payment_slips_past_the_verdict(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is neither counted nor on its way back."""

    def without_lock(slug: str) -> int:
        monkeypatch.setattr(settle_pledge, "share_campaign", share_nothing)
        return missed_by_the_verdict(sandbox, monkeypatch, slug)

    assert any(without_lock(f"c{number}") == 500 for number in range(MOST_TRIES))


def coins_reach_the_ceiling(sandbox: Sandbox, slug: str) -> None:
    """Three coins for a ceiling of two are told of at once, while two sweeps look whether it is reached."""
    campaign = an_open_campaign(slug, goal=1_000, ceiling=1_000)
    pledges = [set_out(campaign, name=f"{name}{slug}") for name in "ABC"]
    for pledge in pledges:
        sandbox.pay(pledge.session_id)
    at = now()
    settles = [partial(settle_pledge.settle_pledge, pledge.pk, at=at) for pledge in pledges]

    at_once(*settles, *[lambda: closing.close_due_campaigns(at=at)] * 2)
    work_until_it_is_quiet(at + timedelta(minutes=2))

    campaign.refresh_from_db()
    assert campaign.stage == "funded"
    # What came before the verdict counts, above the ceiling too; what came after it went back.
    late = Pledge.objects.filter(campaign=campaign, came_late=True)
    assert CloseRun.objects.get(campaign=campaign).raised_at_close == 1_500 - 500 * late.count()
    assert {pledge.state for pledge in late} <= {Pledge.State.REFUNDED}
    assert list(campaign.transitions.values_list("after", flat=True)) == ["closing", "funded"]
    assert campaign.updates.count() == 1


def test_two_payments_at_the_instant_of_the_ceiling_both_count_and_close_it_once(sandbox: Sandbox) -> None:
    """The controls of its guards are those of beginning a close, and of the verdict."""
    for number in range(TRIES):
        coins_reach_the_ceiling(sandbox, f"c{number}")

    assert_the_books_are_those_of_stripe(sandbox)
    assert_every_invariant_holds(at=now(), strictly=True)


def planned_by_two(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, campaign: Campaign, name: str) -> int:
    """How much two who press the same button at once plan to give back of five hundred."""
    pledge = give(sandbox, campaign, name=name)
    monkeypatch.setattr(refund_pledge, "plan_refund", pausing(plan_refund))
    takes_back = partial(refund_pledge.take_back, pledge, at=now())
    # Whoever comes so late that all of it is back already is told that nothing is paid.
    raised = raised_at_once(takes_back, takes_back, besides=(refund_pledge.TakeBackRefused,))
    monkeypatch.undo()
    assert raised == []
    return sum(one.amount or 0 for one in Attempt.objects.filter(pledge=pledge, kind="refund"))


def test_two_who_give_back_the_same_coin_give_it_back_once(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = an_open_campaign(ceiling=None)

    found = [planned_by_two(sandbox, monkeypatch, campaign, f"Giver{number}") for number in range(TRIES)]

    assert found == [500] * TRIES
    assert_the_books_are_those_of_stripe(sandbox)


def test_without_the_lock_of_the_row_two_refunds_are_planned(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: Stripe refuses the second of them, but our books have planned twice what was paid."""
    with without_constraint("campaigns_attempt", "each_attempt_has_its_own_number"):
        campaign = an_open_campaign(ceiling=None)

        def without_lock(name: str) -> int:
            monkeypatch.setattr(Pledge.objects, "select_for_update", lambda **_: Pledge.objects.all(), raising=False)
            return planned_by_two(sandbox, monkeypatch, campaign, name)

        assert any(without_lock(f"Giver{number}") == 1_000 for number in range(MOST_TRIES))


def ends_of(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, slug: str) -> tuple[list[str], list[Exception]]:
    """The stages that a campaign went through which was cancelled and closed at once, and what went wrong."""
    campaign = an_open_campaign(slug, goal=500, ceiling=None, deadline=now() + timedelta(minutes=1))
    give(sandbox, campaign, name=slug)
    at = now() + timedelta(minutes=2)
    monkeypatch.setattr(closing, "is_due", pausing(is_due))
    raised = raised_at_once(
        lambda: cancelling.cancel_campaign(Campaign.objects.get(pk=campaign.pk), at=at, by="alice", reason="gone"),
        lambda: closing.begin_close(campaign.pk, at=at),
    )
    monkeypatch.undo()
    return list(campaign.transitions.values_list("after", flat=True)), raised


def test_a_campaign_is_cancelled_or_closed_and_never_both(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [ends_of(sandbox, monkeypatch, f"c{number}") for number in range(TRIES)]

    assert {tuple(stages) for stages, _ in found} <= {("cancelled",), ("closing",)}
    assert all(isinstance(error, NotPossibleNow) for _, raised in found for error in raised)
    work_until_it_is_quiet(now() + timedelta(minutes=4))
    assert set(Campaign.objects.values_list("stage", flat=True)) <= {"cancelled", "funded"}
    assert_the_books_are_those_of_stripe(sandbox)
    assert_every_invariant_holds(at=now(), strictly=True)


def test_without_lock_and_guard_a_campaign_is_cancelled_and_closing(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: both go on, and only the unique key of the history stops one of them, by an error."""

    def without_both(slug: str) -> tuple[list[str], list[Exception]]:
        for module in (closing, cancelling):
            monkeypatch.setattr(module, "hold_campaign", hold_nothing)
        for module in (closing, give_back_unfunded):
            monkeypatch.setattr(module, "move_campaign", move_without_looking)
        return ends_of(sandbox, monkeypatch, slug)

    found = (without_both(f"c{number}") for number in range(MOST_TRIES))
    assert any(
        len(stages) > 1 or any(isinstance(error, IntegrityError) for error in raised) for stages, raised in found
    )


def test_a_pause_of_the_race_is_long_enough_to_be_one() -> None:
    """The control of the races themselves: two that hold nothing are inside at the same time."""

    def seen_inside() -> list[int]:
        inside: list[int] = []
        seen: list[int] = []

        def work() -> None:
            inside.append(1)
            pausing(lambda: None)()
            seen.append(len(inside))

        with transaction.atomic():
            at_once(work, work)
        return seen

    assert any(seen_inside() == [2, 2] for _ in range(MOST_TRIES))
