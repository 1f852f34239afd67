"""The two machines, on real PostgreSQL. FAULTS_FULL=1 plays a thousand games of each; usually it is a handful."""

import dataclasses
import os
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from campaigns import stripe_gateway
from campaigns.actions import close_steps
from campaigns.actions.capture_pledges import capture_pledges
from campaigns.ledger import payments
from campaigns.lifecycle import Kind
from tests.faults.machines.campaign_machine import CampaignMachine
from tests.faults.machines.later_money import GOOD
from tests.faults.machines.ledger_machine import LedgerMachine
from tests.stripe_sandbox import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
FULL = bool(os.environ.get("FAULTS_FULL"))


#: A failing game is not made shorter in the ordinary run, which would take many minutes; `make faults-full` does that.
PHASES = tuple(Phase) if FULL else (Phase.explicit, Phase.reuse, Phase.generate)


def play(
    machine: type[RuleBasedStateMachine], *, games: int, steps: int = 25, phases: Sequence[Phase] = PHASES
) -> None:
    """The same games in every ordinary run, so that a change is judged by itself; others each time at full size."""
    rules = settings(
        max_examples=int(os.environ.get("FAULTS_GAMES", "0")) or (1_000 if FULL else games),
        stateful_step_count=steps,
        deadline=None,
        derandomize=not FULL,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=rules)


def test_whatever_is_told_of_payments_the_ledger_says_what_the_model_says() -> None:
    play(LedgerMachine, games=12)


def test_whatever_people_and_machines_do_our_books_end_as_stripes(sandbox: Sandbox) -> None:
    CampaignMachine.sandbox = sandbox

    play(CampaignMachine, games=20)


def test_the_ledgers_machine_sees_a_yen_that_goes_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: parts of what was covered are reckoned wrongly by one."""
    share = payments.share_of_campaign
    monkeypatch.setattr(payments, "share_of_campaign", lambda pledge, back: max(share(pledge, back) - 2, 0))

    with pytest.raises(AssertionError):
        play(LedgerMachine, games=100, phases=[Phase.generate])


def test_the_campaigns_machine_sees_a_refund_that_nobody_heard_of(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control, one game move by move: we look at a payment, and overlook what was given back of it."""
    look = stripe_gateway.payment
    monkeypatch.setattr(stripe_gateway, "payment", lambda intent: dataclasses.replace(look(intent), refunds=()))
    CampaignMachine.sandbox = sandbox
    game = CampaignMachine()
    game.begin(goal=500, ceiling=None)
    game.somebody_sets_out(amount=500, who=0, cover=False)
    game.somebody_pays(which=0, card="4242424242424242")
    game.somebody_comes_back_to_the_thanks(which=0)
    game.somebody_refunds_at_the_dashboard(which=0, amount="")

    with pytest.raises(AssertionError):
        game.teardown()


def test_the_campaigns_machine_sees_who_is_charged_for_a_campaign_that_failed(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another control: an all-or-nothing campaign that misses its goal captures what it holds."""
    monkeypatch.setattr(close_steps, "release_pledges", capture_pledges)
    CampaignMachine.sandbox = sandbox
    game = CampaignMachine()
    game.begin(goal=4_000, ceiling=None, kind=Kind.ALL_OR_NOTHING)
    game.somebody_saves_a_card(amount=700, who=0, card=GOOD)
    game.somebody_comes_back_to_the_thanks(which=0)

    with pytest.raises(AssertionError):
        game.teardown()
