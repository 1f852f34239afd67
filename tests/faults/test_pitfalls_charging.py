"""Calls that move money: when they are made, with which key, and what is believed when the answer is odd."""

import ast
from datetime import timedelta
from typing import Any

import pytest
import stripe
from django.db import connection

from campaigns.actions.close_campaign import LEASE, begin_close, close_campaign
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.refund_pledge import carry_out_refunds, take_back
from campaigns.models import Attempt, CloseRun, Pledge
from campaigns.stripe_gateway import payments, webhooks
from tests.faults.agreement import assert_the_books_are_those_of_stripe
from tests.faults.crash.harness import work_until_it_is_quiet
from tests.stripe_sandbox import ROOT, Sandbox
from tests.world import an_open_campaign, give, now, set_out

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_stripe_is_never_asked_inside_a_transaction(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rollback would lose the record of what was taken, and a slow answer would hold every lock."""
    asked: list[bool] = []
    for module in (payments, webhooks):

        def noticed(call: Any, ask: Any = module.ask) -> Any:
            asked.append(connection.in_atomic_block)
            return ask(call)

        monkeypatch.setattr(module, "ask", noticed)
    campaign = an_open_campaign(goal=500, ceiling=None, deadline=now() + timedelta(minutes=30))
    give(sandbox, campaign)
    set_out(campaign, name="Dave")
    take_back(give(sandbox, campaign, name="Erin"), at=now())

    work_until_it_is_quiet(now() + timedelta(minutes=31))

    assert len(asked) > 10 and not any(asked)


@pytest.mark.parametrize(
    "kind", ["lock_timeout", "status_429", "reset", "drop_after_commit", "status_500_after_commit"]
)
def test_an_answer_that_says_nothing_is_no_failure_and_no_second_refund(sandbox: Sandbox, kind: str) -> None:
    pledge = give(sandbox, an_open_campaign())
    sandbox.fault("refunds.create", kind, times=2)

    take_back(pledge, at=now())
    assert Attempt.objects.get(kind="refund").state in (Attempt.State.UNKNOWN, Attempt.State.SUCCEEDED)
    sandbox.heal()
    for minutes in (1, 10):
        carry_out_refunds(at=now() + timedelta(minutes=minutes))
        expire_pledges(at=now() + timedelta(minutes=minutes))

    assert len(sandbox.oracle()["refunds"]) == 1
    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert_the_books_are_those_of_stripe(sandbox)


def test_a_kept_500_is_not_asked_for_ever_but_looked_up_at_once(sandbox: Sandbox) -> None:
    """Stripe replays what it kept under the key, a 500 too: that key does nothing more, so another one is no guess."""
    pledge = give(sandbox, an_open_campaign())
    sandbox.fault("refunds.create", "status_500", times=1)
    take_back(pledge, at=now())
    carry_out_refunds(at=now() + timedelta(minutes=1))

    states = Attempt.objects.filter(kind="refund").order_by("sequence").values_list("state", flat=True)
    assert list(states) == [Attempt.State.FAILED, Attempt.State.SUCCEEDED]
    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert len(sandbox.oracle()["refunds"]) == 1


def test_a_key_is_never_used_for_other_parameters(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())
    sandbox.fault("refunds.create", "drop_after_commit", times=2)
    take_back(pledge, at=now())
    before = Attempt.objects.values("idempotency_key", "parameters", "parameters_hash").get(kind="refund")

    carry_out_refunds(at=now() + timedelta(minutes=1))

    assert Attempt.objects.values("idempotency_key", "parameters", "parameters_hash").get(kind="refund") == before
    keys = [one["idempotency_key"] for one in sandbox.oracle()["movements"] if one["kind"] == "refunded"]
    assert keys == [before["idempotency_key"]]


def test_the_lease_of_the_dead_is_free_after_a_minute_and_not_for_ever() -> None:
    campaign = an_open_campaign(deadline=now() + timedelta(minutes=1))
    at = now() + timedelta(minutes=2)
    run = begin_close(campaign.pk, at=at)
    assert run is not None
    CloseRun.objects.filter(pk=run.pk).update(leased_by="somebody dead", leased_until=at + LEASE)

    assert not close_campaign(run.pk, at=at + LEASE / 2)
    assert close_campaign(run.pk, at=at + LEASE)

    # Whoever has finished has given the lease back.
    assert CloseRun.objects.get().leased_until is None


def test_every_call_has_a_client_of_its_own_and_no_key_lies_about(sandbox: Sandbox) -> None:
    give(sandbox, an_open_campaign())

    assert stripe.api_key is None
    assigned = [
        node
        for file in (ROOT / "campaigns").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "api_key" and isinstance(node.ctx, ast.Store)
    ]
    assert assigned == []
