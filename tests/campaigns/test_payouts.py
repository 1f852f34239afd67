"""Payouts: an advance when funded, the rest when a clean version is released, each once, and what goes back after."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from campaigns import ledger
from campaigns.actions.bear_shortfall import bear_shortfall
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.go_ahead_with_less import go_ahead_with_less
from campaigns.actions.notice_doubts import notice_doubts
from campaigns.actions.pay_by_hand import NotPayable, pay_by_hand
from campaigns.actions.pay_out import pay_out
from campaigns.actions.plan_payouts import plan_payouts
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.reverse_payout import reverse_payouts
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_doubt import NoReason, do_not_pay, pay_all_the_same
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Alarm, Attempt, Campaign, Dispute, Payout, Pledge, Update
from tests.campaigns.creator.desk import proven
from tests.payees import GOAL, a_balance, a_funded_campaign, an_account, paid_by_hand, release, taint, the_payout
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_licence, a_person, a_version, an_open_campaign, books, give, now

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=2)


def the_clock_goes(hours: float = 0) -> None:
    at = now() + timedelta(hours=hours)
    plan_payouts(at=at)
    pay_out(at=at)


def staff() -> User:
    return a_person("Staff", is_staff=True)


def sent(sandbox: Sandbox) -> int:
    return int(sandbox.oracle()["sums"].get("usd", {}).get("transferred", 0))


def test_half_of_what_is_left_after_fees_is_sent_when_the_goal_is_reached(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    net = GOAL - ledger.payable(campaign).fees

    the_clock_goes()

    payout = the_payout()
    assert (payout.state, payout.amount) == ("sent", net // 2)
    assert payout.transfer_id.startswith("tr_")
    assert sent(sandbox) == books(campaign)["trainer-paid"] == net // 2
    assert breaches(at=now()) == {}


def test_the_rest_is_sent_when_the_clean_version_is_released_and_nothing_stays(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes()

    release(campaign)
    the_clock_goes()
    the_clock_goes(5)

    assert sorted(Payout.objects.values_list("part", "state")) == [("advance", "sent"), ("remainder", "sent")]
    assert ledger.available(campaign) == 0
    assert sent(sandbox) == books(campaign)["trainer-paid"]
    assert breaches(at=now()) == {}


def test_what_is_released_before_the_advance_went_is_one_payment(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)

    release(campaign)
    the_clock_goes()

    assert list(Payout.objects.values_list("part", "state")) == [("remainder", "sent")]
    assert ledger.available(campaign) == 0


def test_a_campaign_that_goes_ahead_with_less_has_its_advance_too(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(deadline=now() + timedelta(seconds=1))
    give(sandbox, campaign)
    close_due_campaigns(at=now() + LATER)
    plan_payouts(at=now())
    assert not Payout.objects.exists()
    campaign.refresh_from_db()

    go_ahead_with_less(campaign, at=now(), by=a_person("Bob"))
    plan_payouts(at=now())

    assert the_payout().amount == ledger.payable(campaign).owed // 2 - 9


def test_nothing_is_planned_while_stripe_has_not_said_its_fees(sandbox: Sandbox) -> None:
    a_funded_campaign(sandbox)
    Pledge.objects.filter(email__startswith="carol").update(fee=None)

    plan_payouts(at=now())

    assert not Payout.objects.exists()


def test_a_payout_waits_for_the_account_and_goes_when_stripe_says_active(sandbox: Sandbox) -> None:
    a_funded_campaign(sandbox)
    a_balance(sandbox)
    the_clock_goes()
    assert the_payout().state == "waiting_account"

    an_account(sandbox, "incomplete")
    the_clock_goes(2)
    assert the_payout().state == "waiting_account"
    an_account(sandbox, "complete")
    the_clock_goes(2)

    assert the_payout().state == "sent"


def test_an_account_that_lost_its_capability_is_noticed_before_the_transfer(sandbox: Sandbox) -> None:
    """P44: the row still says active, and Stripe is asked again just before."""
    a_funded_campaign(sandbox)
    account = an_account(sandbox)
    a_balance(sandbox)
    sandbox.control("POST", f"accounts/{account.account_id}/capability", status="restricted")

    the_clock_goes()

    assert the_payout().state == "waiting_account"
    assert sent(sandbox) == Attempt.objects.filter(kind="transfer").count() == 0


def test_without_balance_it_waits_and_is_sent_later_with_another_key(sandbox: Sandbox) -> None:
    a_funded_campaign(sandbox)
    an_account(sandbox)
    the_clock_goes()
    assert the_payout().state == "waiting_balance"

    a_balance(sandbox)
    the_clock_goes(0.5)
    assert the_payout().state == "waiting_balance"
    the_clock_goes(1.5)

    assert the_payout().state == "sent"
    keys = Attempt.objects.filter(kind="transfer").values_list("idempotency_key", flat=True)
    assert len(set(keys)) == 2


def test_by_hand_it_waits_for_the_staff_and_is_recorded_with_a_receipt(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, **paid_by_hand())
    the_clock_goes()
    payout = the_payout()
    assert payout.state == "waiting_staff"

    with pytest.raises(NotPayable, match="no-receipt"):
        pay_by_hand(payout, receipt=" ", amount=payout.amount, at=now(), by=staff())
    with pytest.raises(NotPayable, match="another-amount"):
        pay_by_hand(payout, receipt="bank 7", amount=payout.amount + 1, at=now(), by=staff())
    pay_by_hand(payout, receipt="bank 7", amount=payout.amount, at=now(), by=staff())
    with pytest.raises(NotPayable, match="paid-already"):
        pay_by_hand(payout, receipt="bank 8", amount=payout.amount, at=now(), by=staff())

    assert (the_payout().state, the_payout().receipt) == ("sent", "bank 7")
    assert books(campaign)["platform"] == -payout.amount
    assert "bank" not in " ".join(campaign.journal.values_list("memo", flat=True))
    assert breaches(at=now()) == {}


def test_a_part_that_was_planned_twice_is_one_row(sandbox: Sandbox) -> None:
    """B15: requested twice."""
    a_funded_campaign(sandbox)

    assert [plan_payouts(at=now()), plan_payouts(at=now())] == [1, 0]

    assert Payout.objects.count() == 1


def a_dispute(pledge: Pledge, status: str = "needs_response") -> Dispute:
    return Dispute.objects.create(
        stripe_id=f"dp_{pledge.pk}",
        pledge=pledge,
        charge_id=pledge.charge_id,
        currency=pledge.currency,
        amount=pledge.total,
        status=status,
        opened_at=now(),
    )


def test_what_is_disputed_is_not_paid_out_and_the_rest_waits_until_it_is_over(sandbox: Sandbox) -> None:
    """B15: during a dispute. The advance is half of what is not disputed; the remainder waits."""
    campaign = a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    dispute = a_dispute(Pledge.objects.filter(email__startswith="carol").get())
    net = ledger.payable(campaign)

    the_clock_goes()
    release(campaign)
    the_clock_goes(2)
    assert list(Payout.objects.values_list("part", "amount")) == [("advance", (net.owed - net.fees - 1_000) // 2)]
    Dispute.objects.filter(pk=dispute.pk).update(status="won")
    the_clock_goes(4)

    assert Payout.objects.filter(state="sent").count() == 2
    assert ledger.available(campaign) == 0


def test_a_dispute_between_planning_and_sending_stops_the_payout(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, advance_percent=100)
    an_account(sandbox)
    a_balance(sandbox)
    plan_payouts(at=now())
    a_dispute(Pledge.objects.filter(email__startswith="carol").get())

    pay_out(at=now())

    assert (the_payout().state, the_payout().error) == ("planned", "disputed")
    assert "trainer-paid" not in books(campaign)


def refund(sandbox: Sandbox, name: str, amount: int | None = None) -> None:
    plan_refund(Pledge.objects.get(email__startswith=name), reason="asked", at=now(), amount=amount)
    carry_out_refunds(at=now())


def test_a_refund_between_planning_and_sending_lowers_the_payout(sandbox: Sandbox) -> None:
    """B15: above what is left."""
    campaign = a_funded_campaign(sandbox, advance_percent=100)
    an_account(sandbox)
    a_balance(sandbox)
    plan_payouts(at=now())
    planned = the_payout().amount

    refund(sandbox, "carol")
    pay_out(at=now())

    assert the_payout().state == "sent"
    assert the_payout().amount < planned
    assert ledger.available(campaign) == 0
    assert breaches(at=now()) == {}


def test_a_payout_of_which_nothing_is_left_fails(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    plan_payouts(at=now())

    refund(sandbox, "carol")
    refund(sandbox, "dave")
    pay_out(at=now())

    assert (the_payout().state, the_payout().error) == ("failed", "nothing-left")
    assert ledger.available(campaign) == 0


def test_a_refund_after_the_payout_is_got_back_from_the_trainer(sandbox: Sandbox) -> None:
    """P45: the account has it still, so nobody loses."""
    campaign = a_funded_campaign(sandbox, advance_percent=100)
    an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes()

    refund(sandbox, "carol")
    missing = ledger.payable(campaign).missing
    reverse_payouts(at=now())
    reverse_payouts(at=now() + LATER)

    assert missing > 900
    assert (the_payout().state, the_payout().reversed) == ("sent", missing)
    assert int(sandbox.oracle()["sums"]["usd"]["reversed"]) == missing
    assert ledger.available(campaign) == 0 and not Alarm.objects.exists()
    assert breaches(at=now()) == {}


def test_what_all_went_back_is_wholly_reversed(sandbox: Sandbox) -> None:
    a_funded_campaign(sandbox, advance_percent=100)
    an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes()

    refund(sandbox, "carol")
    refund(sandbox, "dave")
    reverse_payouts(at=now())

    assert the_payout().state == "reversed"
    assert breaches(at=now()) == {}


def test_what_the_account_has_no_more_is_told_to_people_and_borne_after_a_week(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, advance_percent=100)
    account = an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes()
    sandbox.control("POST", f"accounts/{account.account_id}/payout")

    refund(sandbox, "carol")
    for hours in (0, 1, 30):
        reverse_payouts(at=now() + timedelta(hours=hours))
    assert Alarm.objects.get(closed_at=None).kind == "shortfall"
    assert ledger.available(campaign) < 0
    reverse_payouts(at=now() + timedelta(days=7, hours=7))
    reverse_payouts(at=now() + timedelta(days=7, hours=8))

    assert not Alarm.objects.filter(closed_at=None).exists()
    assert ledger.available(campaign) == 0 and books(campaign)["platform"] > 900
    assert campaign.journal.filter(kind="shortfall").count() == 1
    assert breaches(at=now()) == {}


def test_what_was_paid_by_hand_is_never_pulled_back_and_the_staff_may_decide_at_once(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, advance_percent=100, **paid_by_hand())
    the_clock_goes()
    pay_by_hand(the_payout(), receipt="bank 7", amount=the_payout().amount, at=now(), by=staff())

    refund(sandbox, "carol")
    reverse_payouts(at=now())
    assert Alarm.objects.get().kind == "shortfall"
    assert [bear_shortfall(campaign, at=now(), by="user 1") > 0, bear_shortfall(campaign, at=now(), by="user 1")] == [
        True,
        0,
    ]

    assert not Alarm.objects.filter(closed_at=None).exists()
    assert breaches(at=now()) == {}


def test_a_fact_that_taints_a_released_version_stops_the_rest(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes()
    release(campaign)

    taint(campaign)
    the_clock_goes(1)
    the_clock_goes(3)

    campaign.refresh_from_db()
    assert campaign.doubted_at is not None
    assert not Payout.objects.filter(part="remainder", state="sent").exists()
    assert Alarm.objects.get(closed_at=None).kind == "doubt"
    assert Update.objects.filter(kind="doubted").count() == 1


def test_a_fact_between_planning_and_sending_stops_it_as_well(sandbox: Sandbox) -> None:
    """Judged at that moment: not when it was planned, but when the money goes."""
    campaign = a_funded_campaign(sandbox, advance_percent=0)
    an_account(sandbox)
    a_balance(sandbox)
    release(campaign)
    plan_payouts(at=now())

    taint(campaign)
    pay_out(at=now())

    assert (the_payout("remainder").state, the_payout("remainder").error) == ("waiting_staff", "doubt")
    assert sent(sandbox) == 0


def a_doubted_campaign(sandbox: Sandbox) -> Campaign:
    campaign = a_funded_campaign(sandbox, advance_percent=0)
    an_account(sandbox)
    a_balance(sandbox)
    release(campaign)
    plan_payouts(at=now())
    taint(campaign)
    assert notice_doubts(at=now()) == 1
    campaign.refresh_from_db()
    return campaign


def test_the_staff_may_pay_all_the_same_with_a_reason(sandbox: Sandbox) -> None:
    campaign = a_doubted_campaign(sandbox)
    with pytest.raises(NoReason):
        pay_all_the_same(campaign, reason=" ", at=now(), by=staff())

    pay_all_the_same(campaign, reason="the maker has shown the logs", at=now(), by=staff())
    the_clock_goes(2)

    assert the_payout("remainder").state == "sent"
    assert notice_doubts(at=now()) == 0
    assert Alarm.objects.get().detail["reason"] == "the maker has shown the logs"


def test_the_staff_may_refuse_and_the_money_goes_back_to_the_supporters(sandbox: Sandbox) -> None:
    campaign = a_doubted_campaign(sandbox)
    assert ledger.available(campaign) == 0

    do_not_pay(campaign, reason="it cannot be used", at=now(), by=staff())
    the_clock_goes(2)

    assert (the_payout("remainder").state, the_payout("remainder").error) == ("failed", "refused")
    assert ledger.available(campaign) == sent(sandbox) == 0
    assert Attempt.objects.filter(kind="refund", reason="not-paid-out").count() == 2


def test_a_doubt_that_is_cleared_up_lets_the_money_go(sandbox: Sandbox) -> None:
    campaign = a_doubted_campaign(sandbox)
    assert campaign.clean_version is not None

    campaign.clean_version.parents.filter(parent__slug="bound-base").delete()
    assert notice_doubts(at=now()) == 0
    the_clock_goes(2)

    campaign.refresh_from_db()
    assert campaign.doubted_at is None and the_payout("remainder").state == "sent"
    assert not Alarm.objects.filter(closed_at=None).exists()
    assert [one.data for one in Update.objects.filter(kind="doubted").order_by("pk")] == [{}, {"is_over": True}]
    with pytest.raises(NotPossibleNow):
        do_not_pay(campaign, reason="late", at=now(), by=staff())


def test_a_doubt_while_the_work_goes_on_may_end_in_giving_everything_back(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    plan_payouts(at=now())
    taint(campaign)
    assert notice_doubts(at=now()) == 1

    do_not_pay(campaign, reason="it cannot become clean", at=now(), by=staff())
    carry_out_refunds(at=now())
    notice_doubts(at=now())

    campaign.refresh_from_db()
    assert (campaign.stage, the_payout().state) == ("abandoned", "failed")
    assert set(Pledge.objects.values_list("state", flat=True)) == {"refunded"}
    assert not Alarm.objects.filter(closed_at=None).exists()
    assert breaches(at=now()) == {}


def test_another_fact_after_a_decision_is_another_doubt(sandbox: Sandbox) -> None:
    campaign = a_doubted_campaign(sandbox)
    pay_all_the_same(campaign, reason="it is known", at=now(), by=staff())

    sealed = a_version("sealed-base", a_licence("sealed-licence", "no-redistribution"))
    taint(campaign, sealed)
    the_clock_goes(2)

    assert (the_payout("remainder").state, the_payout("remainder").error) == ("waiting_staff", "doubt")


def test_an_open_alarm_about_the_campaign_holds_its_money(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    raise_alarm(kind="reconcile", key="reconcile:ch_1", at=now(), detail={"campaign": campaign.slug})

    the_clock_goes()
    assert (the_payout().state, the_payout().error) == ("waiting_staff", "alarm")
    close_alarm(key="reconcile:ch_1", at=now(), by="user 1")
    the_clock_goes(2)

    assert the_payout().state == "sent"


def test_the_pages_of_the_staff_show_what_waits_and_take_the_receipt(sandbox: Sandbox, client: Client) -> None:
    campaign = a_funded_campaign(sandbox, **paid_by_hand())
    the_clock_goes()
    payout = the_payout()
    client.force_login(staff())
    proven(client)

    page = client.get("/en/staff/payouts/").content.decode()
    form = {f"{payout.pk}-receipt": "bank 7", f"{payout.pk}-amount": str(payout.amount)}
    twice = [client.post(f"/en/staff/payouts/{payout.pk}/paid/", form, follow=True) for _ in range(2)]

    assert "I have paid US$" in page
    assert "Recorded." in twice[0].content.decode() and "recorded or dropped before" in twice[1].content.decode()
    assert books(campaign)["trainer-paid"] == payout.amount
    client.force_login(a_person("Bob"))
    mine = client.get("/en/me/payouts/").content.decode()
    assert "bank 7" in mine


@pytest.mark.parametrize(
    ("receipt", "amount", "says"),
    [
        (" ", "900", "Say what proves the payment: the bank’s reference."),
        (" ", "899", "Say what proves the payment: the bank’s reference."),
        (201 * "x", "900", "Ensure this value has at most 200 characters (it has 201)."),
        ("bank 7", "899", "The amount has changed meanwhile. Look again before you pay."),
        ("bank 7", "1e2", "The amount has changed meanwhile. Look again before you pay."),
    ],
)
def test_a_payment_that_was_filled_in_wrongly_comes_back_with_what_is_wrong_and_what_was_typed(
    sandbox: Sandbox, client: Client, receipt: str, amount: str, says: str
) -> None:
    a_funded_campaign(sandbox, **paid_by_hand())
    the_clock_goes()
    payout = the_payout()
    # Another campaign's payout stands there too, and its form stays as it was.
    other = Payout.objects.create(
        campaign=an_open_campaign("other"), part="advance", way="by-hand", state="waiting_staff", amount=7,
        currency="JPY", planned_at=now(),
    )  # fmt: skip
    Payout.objects.filter(pk=payout.pk).update(amount=900)
    client.force_login(staff())
    proven(client)

    form = {f"{payout.pk}-receipt": receipt, f"{payout.pk}-amount": amount}
    answer = client.post(f"/en/staff/payouts/{payout.pk}/paid/", form)

    page, field = answer.content.decode(), f"id_{payout.pk}-receipt"
    assert answer.status_code == 422 and "<title>Error: Payouts" in page and page.count(says) == 2
    assert f'name="{payout.pk}-amount" value="900"' in page and f'name="{other.pk}-amount" value="7"' in page
    assert ("The amount has changed meanwhile." in page) == (amount != "900")
    of_the_receipt = receipt != "bank 7"
    assert (f'<a href="#{field}">' in page) == (page.count('aria-invalid="true"') == 1) == of_the_receipt
    assert of_the_receipt or 'value="bank 7"' in page
    payout.refresh_from_db()
    assert payout.state == "waiting_staff"


def test_the_address_of_a_payment_leads_to_what_waits_when_it_is_opened_by_itself(
    sandbox: Sandbox, client: Client
) -> None:
    """The page that came back may be reloaded, or looked at in the other language."""
    a_funded_campaign(sandbox, **paid_by_hand())
    the_clock_goes()
    client.force_login(staff())

    answer = client.get(f"/ja/staff/payouts/{the_payout().pk}/paid/")

    assert (answer.status_code, answer["Location"]) == (302, "/ja/staff/payouts/")


def test_the_page_of_a_doubt_says_why_and_takes_the_decision(sandbox: Sandbox, client: Client) -> None:
    campaign = a_doubted_campaign(sandbox)
    client.force_login(staff())
    proven(client)

    queue = client.get("/en/staff/payouts/").content.decode()
    page = client.get(f"/en/staff/payouts/{campaign.slug}/doubt/").content.decode()
    empty = client.post(f"/en/staff/payouts/{campaign.slug}/doubt/", {"do": "pay", "reason": ""})
    client.post(f"/en/staff/payouts/{campaign.slug}/doubt/", {"do": "pay", "reason": "it is known"})

    assert f"/staff/payouts/{campaign.slug}/doubt/" in queue and "bound base" in page
    assert empty.status_code == 422
    campaign.refresh_from_db()
    assert campaign.doubted_at is None


def test_a_receipt_is_taken_only_from_one_of_the_staff_who_says_the_password_once_more(
    sandbox: Sandbox, client: Client
) -> None:
    a_funded_campaign(sandbox, **paid_by_hand())
    the_clock_goes()
    payout = the_payout()
    client.force_login(staff(), backend="django.contrib.auth.backends.ModelBackend")
    form = {f"{payout.pk}-receipt": "bank 7", f"{payout.pk}-amount": str(payout.amount)}

    asked = client.post(f"/en/staff/payouts/{payout.pk}/paid/", form)
    before = the_payout().state
    client.post(asked["Location"], {"password": PASSWORD})

    assert "reauthenticate" in asked["Location"]
    assert (before, the_payout().state) == ("waiting_staff", "sent")


@pytest.mark.parametrize("path", ["", "1/paid/", "bra/doubt/", "bra/shortfall/"])
def test_the_pages_of_the_staff_are_not_there_for_others(sandbox: Sandbox, client: Client, path: str) -> None:
    a_funded_campaign(sandbox, **paid_by_hand())
    the_clock_goes()
    client.force_login(a_person("Bob"))

    answers = {
        client.get(f"/en/staff/payouts/{path}").status_code,
        client.post(f"/en/staff/payouts/{path}").status_code,
    }

    assert answers <= {404, 405} and 404 in answers


def test_the_campaigns_page_says_what_the_trainer_has_and_how(sandbox: Sandbox, client: Client) -> None:
    campaign = a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes()

    page = client.get(f"/en/c/{campaign.slug}/").content.decode()

    assert "Paid to the trainer" in page and "through Stripe" in page
