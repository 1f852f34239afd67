"""Our books held against Stripe's: every difference is found, told of, and what we missed is taken in."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from campaigns import stripe_gateway
from campaigns.actions.hear_of_dispute import hear_of_dispute
from campaigns.actions.open_bundle_checkout import open_bundle_checkout
from campaigns.actions.pay_out import pay_out
from campaigns.actions.plan_payouts import plan_payouts
from campaigns.actions.reconcile import EVER, reconcile, reconcile_when_due
from campaigns.actions.refund_pledge import take_back
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.start_bundle import Coin, start_bundle
from campaigns.actions.start_pledge import Giver
from campaigns.clock import ticks
from campaigns.models import Alarm, Campaign, JournalEntry, OutboxMessage, Pledge, ReconcileRun, StripeEvent
from campaigns.stripe_gateway import client as stripe_client
from tests.payees import a_balance, a_funded_campaign, an_account, the_payout
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, books, give, journal, now, set_out

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = ("campaigns_posting", "campaigns_journalentry", "campaigns_pledge", "campaigns_ledgerhead")


def later(**span: int) -> datetime:
    """Long enough after for everything to have arrived."""
    return now() + timedelta(**(span or {"hours": 1}))


def differing(run: ReconcileRun) -> list[str]:
    return sorted(str(one["id"]) for one in run.differences)


def restore_what_was_before(*statements: str) -> None:
    """As somebody who puts yesterday's tables back, past every trigger."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


def a_story(sandbox: Sandbox) -> Campaign:
    """Three coins, one with its fee covered, one of them taken back, and a card that was refused."""
    campaign = an_open_campaign()
    take_back(give(sandbox, campaign, name="Erin"), at=now())
    give(sandbox, campaign)
    give(sandbox, campaign, name="Dave", cover_fee=True)
    sandbox.pay(set_out(campaign, name="Mallory").session_id, card="4000000000000002")
    return campaign


def test_books_that_agree_are_found_to_agree_and_the_page_says_so(sandbox: Sandbox, client: Client) -> None:
    a_story(sandbox)

    run = reconcile(at=later())

    assert run.ok and run.compared == 4 and run.differences == []
    assert "our books and Stripe’s say the same" in client.get("/en/transparency/").text


def test_a_payment_that_we_never_heard_of_is_a_difference_with_an_alarm(sandbox: Sandbox) -> None:
    a_person("Sue", is_staff=True)
    pledge = set_out(an_open_campaign())
    intent = sandbox.pay(pledge.session_id)["payment_intent"]
    charge = stripe_client().v1.payment_intents.retrieve(intent).latest_charge

    run = reconcile(at=later())

    assert differing(run) == [charge] and run.differences[0]["names"] == str(pledge.pk)
    assert Alarm.objects.get().key == f"reconcile:{charge}"
    assert OutboxMessage.objects.filter(template="alarm").count() == 1


def test_what_happened_a_moment_ago_may_be_on_its_way_and_alarms_nobody(sandbox: Sandbox) -> None:
    sandbox.pay(set_out(an_open_campaign()).session_id)

    assert reconcile(at=now()).ok
    assert not Alarm.objects.exists()


def test_to_fix_it_takes_in_what_was_missed_by_the_ordinary_way_and_closes_the_alarm(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    back = give(sandbox, campaign, name="Erin")
    stripe_client().v1.refunds.create({"payment_intent": back.payment_intent_id})
    sandbox.pay(set_out(campaign).session_id)
    assert len(reconcile(at=later()).differences) == 2

    run = reconcile(at=later(), fix=True)

    assert run.ok
    assert sorted(Pledge.objects.values_list("state", flat=True)) == ["paid", "refunded"]
    assert not Alarm.objects.filter(closed_at__isnull=True).exists()
    assert OutboxMessage.objects.filter(template="receipt").count() == 2
    assert breaches(at=now()) == {}


def test_after_yesterdays_backup_was_restored_the_books_are_made_equal_again(sandbox: Sandbox) -> None:
    campaign = a_story(sandbox)
    whole, balances = journal(campaign), books(campaign)
    restore_what_was_before(
        "DELETE FROM campaigns_posting",
        "DELETE FROM campaigns_journalentry",
        "DELETE FROM campaigns_ledgerhead",
        "UPDATE campaigns_pledge SET state = 'checkout', charge_id = '', payment_intent_id = '', paid_at = NULL, "
        "fee = NULL, refunded = 0, check_at = NULL",
        "DELETE FROM campaigns_outboxmessage",
    )
    assert len(reconcile(at=later()).differences) >= 3

    run = reconcile(at=later(), fix=True)

    assert run.ok and books(campaign) == balances
    assert sorted(journal(campaign)) == sorted(whole)
    assert breaches(at=now()) == {}


def test_an_entry_that_stripe_knows_nothing_of_is_a_difference_and_is_not_touched(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())
    sandbox.forget()

    run = reconcile(at=later(), fix=True)

    assert differing(run) == [pledge.charge_id]
    assert JournalEntry.objects.count() == 2


def test_an_amount_that_differs_by_one_yen_is_found(sandbox: Sandbox) -> None:
    give(sandbox, an_open_campaign())
    restore_what_was_before("UPDATE campaigns_posting SET amount = amount + sign(amount) WHERE abs(amount) = 500")

    [found] = reconcile(at=later()).differences

    assert found["in_ledger"] == int(str(found["at_stripe"])) + 1


def test_what_moves_between_stripe_and_the_platforms_bank_is_no_campaigns_money(sandbox: Sandbox) -> None:
    give(sandbox, an_open_campaign())
    sandbox.control("POST", "balance", amount="10000", currency="jpy")

    run = reconcile(at=later())

    assert run.ok, run.differences


def test_a_balance_that_no_movement_explains_is_a_difference(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    give(sandbox, an_open_campaign())
    told = stripe_gateway.balance()
    # Stripe cannot be made to miscount, so what it says is changed on its way to us.
    monkeypatch.setattr(stripe_gateway, "balance", lambda: {"JPY": told["JPY"] - 7})

    run = reconcile(at=later())

    assert differing(run) == ["balance:JPY"] and run.differences[0]["at_stripe"] == told["JPY"] - 7


def test_coins_for_several_campaigns_in_one_payment_are_one_line(sandbox: Sandbox) -> None:
    coins = [Coin(an_open_campaign("one"), 500), Coin(an_open_campaign("other"), 700)]
    giver = Giver(email="carol@example.com", language="en")
    bundle = start_bundle(coins, giver, cover_fee=False, form_nonce="b", at=now())
    open_bundle_checkout(bundle, at=now())
    bundle.refresh_from_db()
    sandbox.pay(bundle.session_id)
    found = reconcile(at=later())

    fixed = reconcile(at=later(), fix=True)
    again = reconcile(at=later(), since=later(days=-1))

    assert [one["kind"] for one in found.differences] == ["charge"]
    assert fixed.ok and again.ok
    assert Pledge.objects.filter(state=Pledge.State.PAID).count() == 2


def test_a_payment_of_another_shop_on_the_account_is_none_of_ours(sandbox: Sandbox) -> None:
    give(sandbox, an_open_campaign())
    price = {"currency": "jpy", "unit_amount": 900, "product_data": {"name": "a mug"}}
    asked: Any = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "http://127.0.0.1/",
    }
    sandbox.pay(stripe_client().v1.checkout.sessions.create(asked).id)

    run = reconcile(at=later())

    assert run.ok and run.compared == 2


def test_a_window_looks_at_whole_payments_that_reach_further_back(sandbox: Sandbox) -> None:
    campaign = a_story(sandbox)
    sandbox.control("POST", "clock", advance=str(40 * 86_400))
    late = Pledge.objects.get(email="dave@example.com")
    stripe_client().v1.refunds.create({"payment_intent": late.payment_intent_id, "amount": 100})

    missing = reconcile(at=later(days=41), since=later(days=10))
    fixed = reconcile(at=later(days=41), since=later(days=10), fix=True)

    assert len(missing.differences) == 1 and fixed.ok
    assert journal(campaign).count("refund") == 2


def test_a_dispute_and_its_fee_are_compared_too(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())
    sandbox.control("POST", f"charges/{pledge.charge_id}/dispute")
    found = reconcile(at=later())

    fixed = reconcile(at=later(), fix=True)

    assert len(found.differences) == 1 and found.differences[0]["kind"] == "adjustment"
    assert fixed.ok, fixed.differences


def test_what_a_trainer_got_and_what_came_back_of_it_is_compared_too(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    plan_payouts(at=now())
    pay_out(at=now())
    agreed = reconcile(at=later())
    payout = the_payout()
    stripe_client().v1.transfers.reversals.create(payout.transfer_id, {"amount": 7})
    found = reconcile(at=later())

    fixed = reconcile(at=later(), fix=True)

    assert agreed.ok, agreed.differences
    assert [one["at_stripe"] for one in found.differences] == [7]
    assert fixed.ok and books(campaign)["trainer-paid"] == payout.amount - 7


def test_a_payout_that_stripe_knows_nothing_of_is_a_difference(sandbox: Sandbox) -> None:
    a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    plan_payouts(at=now())
    pay_out(at=now())
    sandbox.forget()

    assert the_payout().transfer_id in differing(reconcile(at=later()))


def test_a_transfer_whose_news_was_lost_is_taken_in(sandbox: Sandbox) -> None:
    a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    plan_payouts(at=now())
    sandbox.fault("transfers.create", "drop_after_commit", times=10)
    pay_out(at=now())
    sandbox.heal()
    found = reconcile(at=later())

    fixed = reconcile(at=later(), fix=True)

    assert [one["kind"] for one in found.differences] == ["transfer"]
    assert fixed.ok and the_payout().state == "sent"


def test_a_dispute_that_was_won_weeks_later_is_looked_at_whole(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())
    dispute = sandbox.control("POST", f"charges/{pledge.charge_id}/dispute")["id"]
    hear_of_dispute(dispute, at=now())
    sandbox.control("POST", "clock", advance=str(40 * 86_400))
    sandbox.control("POST", f"disputes/{dispute}/close", outcome="won")

    found = reconcile(at=later(days=41), since=later(days=10))
    fixed = reconcile(at=later(days=41), since=later(days=10), fix=True)

    assert differing(found) == [dispute]
    assert fixed.ok, fixed.differences


def test_a_hold_for_a_campaign_whose_close_is_over_is_found(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(stage="cancelled", changed_at=now())
    asked: Any = {
        "amount": 500,
        "currency": "jpy",
        "confirm": True,
        "capture_method": "manual",
        "payment_method": "pm_card_visa",
        "metadata": {"genseki_campaign": campaign.slug},
        "return_url": "http://127.0.0.1/",
    }
    held = stripe_client().v1.payment_intents.create(asked)

    assert differing(reconcile(at=later())) == [f"hold:{held.id}"]


def test_the_command_says_what_differs_and_ends_with_one(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())
    out = StringIO()
    call_command("reconcile", stdout=out)
    restore_what_was_before("UPDATE campaigns_posting SET amount = amount + sign(amount) WHERE abs(amount) = 500")

    with time_machine.travel(later()), pytest.raises(CommandError) as failed:
        call_command("reconcile", stdout=out, since=7)

    assert failed.value.returncode == 1
    first, second = out.getvalue().split("no difference")
    assert "DIFFERS" not in first and f"DIFFERS {pledge.charge_id} (charge): " in second


def test_a_silent_stripe_is_no_difference_and_no_run(sandbox: Sandbox) -> None:
    give(sandbox, an_open_campaign())
    sandbox.fault("*", "reset", times=100)

    with pytest.raises(CommandError) as failed:
        call_command("reconcile", stdout=StringIO())

    assert failed.value.returncode == 2
    assert not ReconcileRun.objects.exists() and not Alarm.objects.exists()


def test_the_clock_compares_once_a_day_at_a_quiet_hour(sandbox: Sandbox) -> None:
    assert [one.every for one in ticks() if one.task == "reconcile"] == [3600]
    night = datetime(2031, 5, 6, 18, tzinfo=UTC)
    ran = [at for hours in range(72) if reconcile_when_due(at=(at := night + timedelta(hours=hours)))]

    assert [at - night for at in ran] == [timedelta(hours=hours) for hours in (0, 24, 48)]
    assert set(ReconcileRun.objects.values_list("since", flat=True)) == {EVER}


def test_events_that_were_withheld_and_lost_are_no_loss(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    for number in range(5):
        sandbox.pay(set_out(campaign, name=f"Giver{number}").session_id)
    StripeEvent.objects.all().delete()
    Pledge.objects.update(check_at=None)

    assert reconcile(at=later(), fix=True).ok
    assert Pledge.objects.filter(state=Pledge.State.PAID).count() == 5
