"""Payouts, attacked: what a trainer shall have is sent once, and never more than the campaign has."""

import threading
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from campaigns import attempts, failpoints, ledger, stripe_gateway, stripe_inbox
from campaigns.actions import pay_by_hand as by_hand
from campaigns.actions import pay_out as paying
from campaigns.actions.pay_by_hand import pay_by_hand
from campaigns.actions.pay_out import pay_out
from campaigns.actions.plan_payouts import plan_payouts
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.reverse_payout import reverse_payouts
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_payout import TransferDiffers, settle_payout
from campaigns.models import Attempt, Campaign, Payout, Pledge
from tests.at_once import at_once, elsewhere, raised_at_once
from tests.payees import a_balance, a_funded_campaign, an_account, paid_by_hand, the_payout
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, books, now, tell

pytestmark = pytest.mark.django_db(transaction=True)
A_DAY = timedelta(days=1, hours=1)


class Dies(Exception):
    """The process ends here."""


def a_campaign_to_pay(sandbox: Sandbox, percent: int = 50) -> Campaign:
    campaign = a_funded_campaign(sandbox, advance_percent=percent)
    an_account(sandbox)
    a_balance(sandbox)
    plan_payouts(at=now())
    return campaign


def transfers(sandbox: Sandbox) -> int:
    return sum(one["kind"] == "transferred" for one in sandbox.oracle()["movements"])


def agrees(sandbox: Sandbox, campaign: Campaign) -> bool:
    """Our books, the sandbox's own account and every invariant."""
    sums = sandbox.oracle()["sums"]["usd"]
    at_stripe = int(sums.get("transferred", 0)) - int(sums.get("reversed", 0))
    return breaches(at=now()) == {} and books(campaign).get("trainer-paid", 0) == at_stripe


def heal(sandbox: Sandbox, hours: float = 1) -> None:
    sandbox.heal()
    pay_out(at=now() + timedelta(hours=hours))


def test_two_who_pay_at_once_send_one_transfer(sandbox: Sandbox) -> None:
    """P43, B15."""
    campaign = a_campaign_to_pay(sandbox)

    at_once(*[lambda: pay_out(at=now())] * 4)
    heal(sandbox)

    assert transfers(sandbox) == 1 and the_payout().state == "sent"
    assert agrees(sandbox, campaign)


def test_without_the_attempt_of_the_first_the_second_would_pay_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the race: what would happen if nobody looked for a call under way."""
    a_campaign_to_pay(sandbox)
    both_have_looked = threading.Barrier(2)

    def plan_blindly(pk: int, account: object, *, at: datetime) -> Attempt:
        payout = Payout.objects.select_related("campaign").get(pk=pk)
        payout.account_id = payout.campaign.trainer.payee_account.account_id  # type: ignore[union-attr]
        number = both_have_looked.wait(timeout=60)
        return payout.attempts.create(
            kind="transfer",
            sequence=number + 1,
            idempotency_key=f"blind-{number}",
            parameters=paying._parameters(payout),
            planned_at=at,
        )

    monkeypatch.setattr(paying, "_plan", plan_blindly)
    at_once(*[lambda: pay_out(at=now())] * 2)

    assert transfers(sandbox) == 2


@pytest.mark.parametrize("fault", ["drop_after_commit", "status_500_after_commit", "reset", "status_500", "status_429"])
def test_an_answer_that_is_lost_is_asked_for_again_with_the_same_key(sandbox: Sandbox, fault: str) -> None:
    campaign = a_campaign_to_pay(sandbox)
    sandbox.fault("transfers.create", fault, times=2)

    pay_out(at=now())
    # An answer that Stripe keeps under the key ends the call: a look shows at once that the transfer was made.
    assert (the_payout().state == "sent") == (fault == "status_500_after_commit")
    sandbox.heal()
    for hours in (1, 25, 27):
        heal(sandbox, hours)

    assert transfers(sandbox) == 1 and the_payout().state == "sent"
    assert agrees(sandbox, campaign)


@pytest.mark.parametrize("was_made", [True, False])
def test_a_transfer_that_is_unknown_for_a_day_is_looked_up_and_made_once(sandbox: Sandbox, was_made: bool) -> None:
    campaign = a_campaign_to_pay(sandbox)
    sandbox.fault("transfers.create", "drop_after_commit" if was_made else "reset", times=2)
    pay_out(at=now())
    sandbox.heal()
    sandbox.control("POST", "clock", advance=str(2 * 86_400))

    heal(sandbox, 25)
    heal(sandbox, 25)
    heal(sandbox, 27)

    assert transfers(sandbox) == 1 and the_payout().state == "sent"
    assert Attempt.objects.filter(kind="transfer").count() == (1 if was_made else 2)
    assert agrees(sandbox, campaign)


@pytest.mark.parametrize("place", ["payout.planned", "payout.after_call", "payout.answer_written"])
def test_whoever_dies_on_the_way_is_followed_by_somebody_who_sends_nothing_twice(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """P43: the transfer was made and the database did not hear of it."""
    campaign = a_campaign_to_pay(sandbox)

    def die(name: str) -> None:
        if name == place:
            raise Dies

    monkeypatch.setattr(failpoints, "reach", die)
    pay_out(at=now())
    assert the_payout().state == "planned" and "trainer-paid" not in books(campaign)
    monkeypatch.undo()
    heal(sandbox)

    assert transfers(sandbox) == 1 and the_payout().state == "sent"
    assert agrees(sandbox, campaign)


def test_a_payout_and_a_refund_at_once_never_leave_the_campaign_short(sandbox: Sandbox) -> None:
    campaign = a_campaign_to_pay(sandbox, percent=100)
    pledge = Pledge.objects.get(email__startswith="carol")

    def refund() -> None:
        plan_refund(pledge, reason="asked", at=now())
        carry_out_refunds(at=now())

    at_once(refund, lambda: pay_out(at=now()))
    heal(sandbox, 2)
    reverse_payouts(at=now())

    assert ledger.available(campaign) == 0
    assert agrees(sandbox, campaign)


def test_of_two_staff_who_record_the_same_payment_one_does(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, **paid_by_hand())
    plan_payouts(at=now())
    payout, person = the_payout(), a_person("Staff", is_staff=True)

    def record() -> None:
        pay_by_hand(payout, receipt="bank 7", amount=payout.amount, at=now(), by=person)

    raised = raised_at_once(record, record, record)

    assert [str(error) for error in raised] == ["paid-already", "paid-already"]
    assert books(campaign)["trainer-paid"] == payout.amount
    assert breaches(at=now()) == {}


def test_without_holding_the_campaign_both_staff_would_believe_they_did(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the ledger still has it once, since an entry is unique."""
    campaign = a_funded_campaign(sandbox, **paid_by_hand())
    plan_payouts(at=now())
    payout, person = the_payout(), a_person("Staff", is_staff=True)
    both_have_looked = threading.Barrier(2)

    class Unheld:
        @staticmethod
        def get(pk: int) -> Payout:
            found = Payout.objects.get(pk=pk)
            both_have_looked.wait(timeout=60)
            return found

    monkeypatch.setattr(by_hand, "hold_campaign", lambda pk: Campaign.objects.get(pk=pk))
    monkeypatch.setattr(Payout.objects, "select_for_update", lambda: Unheld)

    def record() -> None:
        pay_by_hand(payout, receipt="bank 7", amount=payout.amount, at=now(), by=person)

    at_once(record, record)

    assert books(campaign)["trainer-paid"] == payout.amount


@pytest.mark.parametrize("fault", ["drop_after_commit", "reset"])
@pytest.mark.parametrize("later", [timedelta(hours=1), A_DAY], ids=["within the key's life", "after it"])
def test_what_comes_back_comes_back_once_though_the_answer_is_lost(
    sandbox: Sandbox, fault: str, later: timedelta
) -> None:
    campaign = a_campaign_to_pay(sandbox, percent=100)
    pay_out(at=now())
    plan_refund(Pledge.objects.get(email__startswith="carol"), reason="asked", at=now())
    carry_out_refunds(at=now())
    missing = ledger.payable(campaign).missing
    sandbox.fault("transfers.reversals.create", fault, times=2)
    reverse_payouts(at=now())
    sandbox.heal()

    for step in range(4):
        reverse_payouts(at=now() + later + step * A_DAY)

    assert the_payout().reversed == missing > 0
    assert agrees(sandbox, campaign)


def test_what_somebody_takes_back_at_the_dashboard_is_heard_of(
    sandbox: Sandbox, client: Client, settings: Settings
) -> None:
    campaign = a_campaign_to_pay(sandbox)
    pay_out(at=now())
    stripe_gateway.reverse_transfer({"transfer": the_payout().transfer_id, "amount": 300}, key="at-the-dashboard")

    events = [event for event in sandbox.events() if event["type"].startswith("transfer.")]
    assert {tell(client, event) for event in events * 2} == {200}
    stripe_inbox.handle_due(at=now())

    assert the_payout().reversed == 300
    assert agrees(sandbox, campaign)


def test_a_transfer_of_another_amount_is_not_taken_for_ours(sandbox: Sandbox) -> None:
    campaign = a_campaign_to_pay(sandbox)
    pay_out(at=now())
    payout = the_payout()
    Payout.objects.filter(pk=payout.pk).update(amount=payout.amount + 1)

    with pytest.raises(TransferDiffers):
        settle_payout(payout.pk, payout.transfer_id, at=now())

    assert books(campaign)["trainer-paid"] == payout.amount


def test_an_attempt_is_written_before_its_call(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    a_campaign_to_pay(sandbox)
    seen: list[tuple[str, int]] = []

    def look(attempt: Attempt, call: object, *, at: object) -> None:
        state = elsewhere(lambda: Attempt.objects.get(pk=attempt.pk).state)
        seen.append((state, transfers(sandbox)))
        raise Dies

    monkeypatch.setattr(attempts, "carry_out", look)
    pay_out(at=now())

    assert seen == [("planned", 0)]
