"""Disputes and fraud warnings: what the bank takes, gives again and keeps, in any order that we hear of it."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from campaigns import ledger, stripe_inbox
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.hear_of_dispute import hear_of_dispute, look_after_disputes
from campaigns.actions.heed_fraud_warning import heed_fraud_warning
from campaigns.actions.open_bundle_checkout import open_bundle_checkout
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.refund_pledge import carry_out_refunds, take_back
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_bundle import Coin, start_bundle
from campaigns.actions.start_pledge import Giver
from campaigns.models import Alarm, Attempt, Campaign, Dispute, FraudWarning, OutboxMessage, Payout, Pledge
from campaigns.stripe_gateway import DisputeMovement
from campaigns.stripe_gateway import client as stripe_client
from campaigns.totals import totals
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, books, give, journal, now, tell

pytestmark = pytest.mark.django_db


def disputed(sandbox: Sandbox, pledge: Pledge, **also: str) -> str:
    return str(sandbox.control("POST", f"charges/{pledge.charge_id}/dispute", **also)["id"])


def decide(sandbox: Sandbox, dispute: str, outcome: str, **also: str) -> None:
    sandbox.control("POST", f"disputes/{dispute}/close", outcome=outcome, **also)


def a_closed_campaign(sandbox: Sandbox) -> tuple[Campaign, Pledge, Pledge]:
    """Carol and Dave gave 500 each to a goal of 1,000, and it is funded."""
    campaign = an_open_campaign(goal=1_000, ceiling=1_000)
    carol, dave = give(sandbox, campaign), give(sandbox, campaign, name="Dave")
    close_due_campaigns(at=now())
    campaign.refresh_from_db()
    assert campaign.stage == "funded"
    return campaign, carol, dave


def the_books_are_in_order() -> bool:
    return breaches(at=now()) == {}


def test_an_open_dispute_freezes_the_coin_and_the_platform_bears_the_fee(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    before = ledger.available(campaign)

    hear_of_dispute(disputed(sandbox, carol), at=now())

    row = Dispute.objects.get()
    assert (row.status, row.amount, row.withdrawn, row.lost) == ("needs_response", 500, 500, 0)
    assert books(campaign)["disputes"] == 500 and books(campaign)["platform"] == row.fee > 0
    assert ledger.frozen(campaign) == 500 and ledger.available(campaign) == before - 500
    assert totals(campaign).raised == 1_000
    assert the_books_are_in_order()


def test_a_lost_dispute_takes_the_coin_from_the_campaign_and_its_fee_from_the_platform(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    dispute = disputed(sandbox, carol)
    hear_of_dispute(dispute, at=now())
    fee = Dispute.objects.get().fee

    decide(sandbox, dispute, "lost")
    hear_of_dispute(dispute, at=now())

    carol.refresh_from_db()
    assert (carol.state, carol.refunded) == (Pledge.State.REFUNDED, 500)
    assert (totals(campaign).raised, totals(campaign).supporters) == (500, 1)
    # The dispute's fee and the eighteen yen that Stripe took for the coin are the platform's loss.
    assert books(campaign) == {
        "stripe-clearing": 500 - 2 * 18 - fee,
        "campaign-payable": -500,
        "processor-fees": 18,
        "platform": fee + 18,
    }
    assert ledger.frozen(campaign) == 0 and Dispute.objects.get().closed_at is not None
    assert the_books_are_in_order()


def test_a_dispute_that_is_won_leaves_everything_as_it_was_but_the_fee(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    before = books(campaign)
    dispute = disputed(sandbox, carol)
    hear_of_dispute(dispute, at=now())

    decide(sandbox, dispute, "won")
    hear_of_dispute(dispute, at=now())

    fee = Dispute.objects.get().fee
    assert books(campaign) == {**before, "stripe-clearing": before["stripe-clearing"] - fee, "platform": fee}
    assert Pledge.objects.get(pk=carol.pk).state == Pledge.State.PAID
    assert the_books_are_in_order()


def test_a_fee_that_stripe_gives_back_is_the_platforms_again(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    before = books(campaign)
    dispute = disputed(sandbox, carol)
    hear_of_dispute(dispute, at=now())

    decide(sandbox, dispute, "won", return_fee="true")
    hear_of_dispute(dispute, at=now())

    assert books(campaign) == before
    assert the_books_are_in_order()


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_of_which_we_hear_when_it_is_over_ends_the_same(sandbox: Sandbox, outcome: str) -> None:
    campaign, carol, dave = a_closed_campaign(sandbox)
    early, late = disputed(sandbox, carol), disputed(sandbox, dave)
    hear_of_dispute(early, at=now())
    for dispute in (early, late):
        decide(sandbox, dispute, outcome)

    for _again in range(2):
        hear_of_dispute(late, at=now())
        hear_of_dispute(early, at=now())

    ends = Dispute.objects.values_list("status", "withdrawn", "lost")
    assert set(ends) == {(outcome, 0, 0) if outcome == "won" else (outcome, 500, 500)}
    assert journal(campaign).count("dispute") == 2 and journal(campaign).count(f"dispute-{outcome}") == 2
    assert the_books_are_in_order()


def test_a_partial_dispute_takes_its_part(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    dispute = disputed(sandbox, carol, amount="200")
    decide(sandbox, dispute, "lost")

    hear_of_dispute(dispute, at=now())

    carol.refresh_from_db()
    assert (carol.state, carol.refunded, totals(campaign).raised) == (Pledge.State.PAID, 200, 800)
    assert the_books_are_in_order()


def test_of_a_covered_fee_a_lost_dispute_takes_its_share(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    carol = give(sandbox, campaign, cover_fee=True)
    dispute = disputed(sandbox, carol)
    decide(sandbox, dispute, "lost")

    hear_of_dispute(dispute, at=now())

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert "campaign-held" not in books(campaign) and "processor-fees" not in books(campaign)
    assert the_books_are_in_order()


def test_what_was_given_back_already_is_not_lost_a_second_time(sandbox: Sandbox) -> None:
    """The bank takes all of the charge, of which a part had gone back at Stripe's dashboard: that is nobody's coin."""
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    sandbox.control("POST", f"charges/{carol.charge_id}/refund", amount="200")
    dispute = disputed(sandbox, carol, amount="500")
    decide(sandbox, dispute, "lost")

    hear_of_dispute(dispute, at=now())

    fee = Dispute.objects.get().fee
    assert Pledge.objects.get().refunded == 500 and totals(campaign).raised == 0
    assert books(campaign) == {"stripe-clearing": -18 - fee - 200, "platform": 18 + fee + 200}
    assert the_books_are_in_order()


def test_a_refund_that_is_heard_of_after_a_dispute_was_lost_is_the_platforms_loss(sandbox: Sandbox) -> None:
    """The same told the other way round: the books do not stop, and nothing goes out of the campaign twice."""
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    taken = DisputeMovement("txn_1", -500, 0, "JPY", now())
    ledger.post_dispute(carol, "du_1", [taken], status="lost", at=now())

    refund = sandbox.control("POST", f"charges/{carol.charge_id}/refund", amount="200")
    settle_pledge(carol.pk, at=now())

    assert (Pledge.objects.get().refunded, totals(campaign).raised, books(campaign)["platform"]) == (500, 0, 218)
    sandbox.control("POST", f"refunds/{refund['id']}/fail")
    settle_pledge(carol.pk, at=now())
    assert (Pledge.objects.get().refunded, books(campaign)["platform"]) == (500, 18)


def test_an_inquiry_moves_no_money_but_is_shown_to_the_staff_and_ends_by_itself(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    before = books(campaign)
    inquiry = disputed(sandbox, carol, inquiry="true")
    hear_of_dispute(inquiry, at=now())
    assert books(campaign) == before and ledger.frozen(campaign) == 500
    assert not ledger.forbids_refund(carol)
    assert Alarm.objects.get(key=f"dispute:{inquiry}").detail["evidence_due_at"]

    decide(sandbox, inquiry, "warning_closed")
    hear_of_dispute(inquiry, at=now())

    assert books(campaign) == before and ledger.frozen(campaign) == 0
    assert Alarm.objects.get(key=f"dispute:{inquiry}").closed_at is not None
    assert the_books_are_in_order()


def test_an_inquiry_that_becomes_a_dispute_is_one_dispute(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    inquiry = disputed(sandbox, carol, inquiry="true")
    hear_of_dispute(inquiry, at=now())

    sandbox.control("POST", f"disputes/{inquiry}/escalate")
    hear_of_dispute(inquiry, at=now())

    assert Dispute.objects.get().withdrawn == 500 and books(campaign)["disputes"] == 500
    assert the_books_are_in_order()


def test_a_lost_dispute_that_is_won_after_all_gives_the_coin_back_to_the_campaign(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    before = books(campaign)
    taken = DisputeMovement("txn_1", -500, 0, "JPY", now())
    again = DisputeMovement("txn_2", 500, 0, "JPY", now() + timedelta(seconds=1))

    steps = [("lost", [taken]), ("appeal_under_review", [taken]), ("won", [taken]), ("won", [taken, again])]
    ends = [ledger.post_dispute(carol, "du_1", moved, status=status, at=now()) for status, moved in steps]

    assert ends == [(500, 500), (500, 500), (500, 0), (0, 0)]
    assert books(campaign) == before and totals(campaign).raised == 1_000
    assert ledger.post_dispute(carol, "du_1", [taken, again], status="lost", at=now()) == (0, 0)


def test_two_disputes_of_one_payment_lose_no_more_than_was_paid(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)

    for number in ("1", "2"):
        taken = DisputeMovement(f"txn_{number}", -300, 0, "JPY", now())
        ledger.post_dispute(carol, f"du_{number}", [taken], status="lost", at=now())

    assert ledger.given_back(carol) == 500 and totals(campaign).raised == 0
    assert books(campaign) == {"stripe-clearing": 500 - 18 - 600, "platform": 118}


def test_a_word_that_nobody_knows_is_kept_and_taken_for_one_that_is_not_over(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    dispute = disputed(sandbox, carol)
    hear_of_dispute(dispute, at=now())
    Dispute.objects.update(status="pondered_by_the_moon")

    assert ledger.frozen(campaign) == 500 and ledger.forbids_refund(carol)
    assert ledger.post_dispute(carol, "du_9", [], status="pondered_by_the_moon", at=now()) == (0, 0)


def test_a_refund_waits_while_a_dispute_is_open_and_is_made_when_it_is_won(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    dispute = disputed(sandbox, carol)
    hear_of_dispute(dispute, at=now())

    take_back(carol, at=now())
    carry_out_refunds(at=now() + timedelta(hours=2))
    assert Attempt.objects.get(kind="refund").state == Attempt.State.PLANNED
    decide(sandbox, dispute, "won")
    hear_of_dispute(dispute, at=now())
    carry_out_refunds(at=now() + timedelta(hours=4))

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert sandbox.oracle()["totals"]["jpy"]["refunded"] == 500
    assert the_books_are_in_order()


def test_a_refund_that_stripe_refused_for_a_dispute_is_planned_anew_when_that_is_won(sandbox: Sandbox) -> None:
    """The bank was faster than its news: we asked before we had heard of the dispute."""
    carol = give(sandbox, an_open_campaign())
    dispute = disputed(sandbox, carol)
    take_back(carol, at=now())
    assert Attempt.objects.get(kind="refund").state == Attempt.State.FAILED

    hear_of_dispute(dispute, at=now())
    assert Attempt.objects.filter(kind="refund").count() == 1
    decide(sandbox, dispute, "won")
    for _again in range(2):
        hear_of_dispute(dispute, at=now())
    carry_out_refunds(at=now())

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert Attempt.objects.filter(kind="refund").count() == 2


def test_a_refund_that_waited_for_a_dispute_is_given_up_when_the_bank_gave_the_coin_back(sandbox: Sandbox) -> None:
    carol = give(sandbox, an_open_campaign())
    dispute = disputed(sandbox, carol)
    hear_of_dispute(dispute, at=now())
    plan_refund(carol, reason="asked", at=now())

    decide(sandbox, dispute, "lost")
    hear_of_dispute(dispute, at=now())
    carry_out_refunds(at=now() + timedelta(hours=2))

    assert Attempt.objects.get(kind="refund").state == Attempt.State.FAILED
    assert sandbox.oracle()["totals"]["jpy"]["refunded"] == 0
    assert the_books_are_in_order()


def test_a_dispute_after_the_payout_is_flagged_and_never_hidden(sandbox: Sandbox) -> None:
    campaign, carol, _ = a_closed_campaign(sandbox)
    payout = Payout.objects.create(
        campaign=campaign,
        part="advance",
        way="by-hand",
        state="sent",
        currency="JPY",
        amount=900,
        planned_at=now(),
        receipt="no. 1",
    )
    ledger.post_payout(payout, at=now())
    dispute = disputed(sandbox, carol)
    hear_of_dispute(dispute, at=now())
    flagged = Alarm.objects.get(key=f"below-nothing:{campaign.slug}", closed_at=None)

    decide(sandbox, dispute, "lost")
    hear_of_dispute(dispute, at=now())

    assert flagged.detail["available"] == 964 - 900 - 500
    # What the platform bears of the fee is the campaign's gain: it is short by eighteen yen less.
    assert ledger.available(campaign) == 482 - 900
    assert Alarm.objects.get(kind="below-nothing").detail["available"] == 482 - 900


def test_the_events_of_a_dispute_lead_here_in_any_order_and_number(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    dispute = disputed(sandbox, carol)
    decide(sandbox, dispute, "lost")
    told = [event for event in sandbox.events() if event["type"].startswith("charge.dispute.")]

    for event in [*reversed(told), *told]:
        assert tell(client, event) == 200
    stripe_inbox.handle_due(at=now() + timedelta(seconds=5))

    assert len(told) == 3
    assert Dispute.objects.get().status == "lost" and totals(campaign).raised == 0
    assert the_books_are_in_order()


def test_a_dispute_of_which_no_event_told_the_end_is_noticed_by_the_sweep(sandbox: Sandbox) -> None:
    carol = give(sandbox, an_open_campaign())
    dispute = disputed(sandbox, carol)
    hear_of_dispute(dispute, at=now())
    decide(sandbox, dispute, "lost")

    assert look_after_disputes(at=now()) == 0
    assert look_after_disputes(at=now() + timedelta(days=1)) == 1

    assert Dispute.objects.get().status == "lost" and Dispute.objects.get().check_at is None


def test_a_dispute_of_somebody_elses_payment_is_none_of_ours(sandbox: Sandbox) -> None:
    a_payment: Any = {"amount": 700, "currency": "jpy", "payment_method": "pm_card_visa", "confirm": True}
    intent = stripe_client().v1.payment_intents.create(params=a_payment)
    charge = str(intent.latest_charge)
    dispute = sandbox.control("POST", f"charges/{charge}/dispute")["id"]

    assert hear_of_dispute(dispute, at=now()) is False

    assert not Dispute.objects.exists()


def test_a_disputed_coin_that_is_lost_leaves_the_wall_and_one_that_is_open_does_not(
    sandbox: Sandbox, client: Client
) -> None:
    campaign = an_open_campaign()
    lost, open_one = give(sandbox, campaign, name="Mallory"), give(sandbox, campaign, name="Trent")
    quiet = give(sandbox, campaign, name="Peggy", anonymous=True, message="from the quiet one")
    for pledge in (lost, quiet):
        decide(sandbox, dispute := disputed(sandbox, pledge), "lost")
        hear_of_dispute(dispute, at=now())
    hear_of_dispute(disputed(sandbox, open_one), at=now())

    page = client.get("/en/c/bra/supporters/").content.decode()

    assert "Trent" in page
    assert "Mallory" not in page and "from the quiet one" not in page


def test_a_fraud_warning_before_the_close_gives_the_coin_back_before_it_is_disputed(
    sandbox: Sandbox, client: Client
) -> None:
    carol = give(sandbox, an_open_campaign())
    warn(sandbox, carol)

    hear_all(sandbox, client, "radar.")
    carry_out_refunds(at=now() + timedelta(seconds=10))

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert FraudWarning.objects.get().done == "refunded"
    assert Attempt.objects.get(kind="refund").reason == "fraud-warning"
    assert OutboxMessage.objects.get(template="refund_made").context["reason"] == "fraud-warning"


def test_a_fraud_warning_after_the_close_is_left_to_the_staff(sandbox: Sandbox, client: Client) -> None:
    _, carol, _ = a_closed_campaign(sandbox)
    warn(sandbox, carol)

    for _again in range(2):
        hear_all(sandbox, client, "radar.")

    assert FraudWarning.objects.get().done == "left-to-staff"
    assert not Attempt.objects.filter(kind="refund").exists()
    assert Alarm.objects.get(kind="fraud-warning").detail["campaign"] == "bra"


def test_a_fraud_warning_of_a_disputed_or_refunded_coin_changes_nothing(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    back, taken = give(sandbox, campaign), give(sandbox, campaign, name="Dave")
    take_back(back, at=now())
    hear_of_dispute(disputed(sandbox, taken), at=now())
    for pledge in (back, taken):
        warn(sandbox, pledge)

    hear_all(sandbox, client, "radar.")

    assert {one.pledge_id: one.done for one in FraudWarning.objects.all()} == {
        back.pk: "gone-already",
        taken.pk: "disputed",
    }
    assert Attempt.objects.filter(kind="refund").count() == 1


def test_a_fraud_warning_of_several_coins_in_one_payment_gives_all_of_them_back(sandbox: Sandbox) -> None:
    pledges = a_paid_bundle(sandbox)
    warning = sandbox.control("POST", f"charges/{pledges[0].charge_id}/early_fraud_warning")

    heed_fraud_warning(warning["id"], at=now())
    carry_out_refunds(at=now())

    assert {one.state for one in Pledge.objects.all()} == {Pledge.State.REFUNDED}
    assert FraudWarning.objects.filter(done="refunded").count() == len(pledges)


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_of_several_coins_in_one_payment_is_each_coins_part(sandbox: Sandbox, outcome: str) -> None:
    pledges = a_paid_bundle(sandbox)
    dispute = disputed(sandbox, pledges[0], amount="777")
    hear_of_dispute(dispute, at=now())
    assert sum(books(one.campaign)["disputes"] for one in pledges) == 777

    decide(sandbox, dispute, outcome)
    hear_of_dispute(dispute, at=now())

    assert sum(Dispute.objects.values_list("amount", flat=True)) == 777
    assert sum(one.refunded for one in Pledge.objects.all()) == (777 if outcome == "lost" else 0)
    assert the_books_are_in_order()


def a_paid_bundle(sandbox: Sandbox) -> list[Pledge]:
    """Carol gives 500 to one campaign and 700 to another, in one payment."""
    coins = [Coin(an_open_campaign("bra"), 500), Coin(an_open_campaign("ket"), 700)]
    giver = Giver(email="carol@example.com", language="en", name="Carol")
    bundle = start_bundle(coins, giver, cover_fee=False, form_nonce="form", at=now())
    open_bundle_checkout(bundle, at=now())
    bundle.refresh_from_db()
    sandbox.pay(bundle.session_id)
    settle_bundle(bundle.pk, at=now())
    return list(Pledge.objects.filter(bundle=bundle).select_related("campaign").order_by("pk"))


def warn(sandbox: Sandbox, pledge: Pledge) -> None:
    sandbox.control("POST", f"charges/{pledge.charge_id}/early_fraud_warning")


def hear_all(sandbox: Sandbox, client: Client, kind: str) -> None:
    for event in sandbox.events():
        if event["type"].startswith(kind):
            assert tell(client, event) == 200
    stripe_inbox.handle_due(at=now() + timedelta(seconds=5))


def test_a_close_after_a_lost_dispute_is_computed_again_from_the_public_ledger(
    sandbox: Sandbox, client: Client
) -> None:
    campaign = an_open_campaign(goal=1_000, ceiling=2_000)
    coins = [give(sandbox, campaign, name=name) for name in ("Carol", "Dave", "Erin")]
    dispute = disputed(sandbox, coins[0])
    decide(sandbox, dispute, "lost")
    hear_of_dispute(dispute, at=now())
    Campaign.objects.update(deadline=now())
    close_due_campaigns(at=now() + timedelta(seconds=1))

    told = client.get("/c/bra/ledger.jsonl").getvalue()
    script = Path(__file__).resolve().parents[2] / "docs" / "recompute_close.py"
    computed = subprocess.run([sys.executable, "-I", str(script), "-"], input=told, capture_output=True, check=False)

    campaign.refresh_from_db()
    assert (campaign.stage, campaign.close_run.raised_at_close) == ("funded", 1_000)
    assert computed.returncode == 0, computed.stderr
    assert b"raised: 1000" in computed.stdout and b"refunded: 500" in computed.stdout
