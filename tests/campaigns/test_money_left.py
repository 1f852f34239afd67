"""Where money goes that nobody is paid: after a refusal, what comes in later, and where nobody said how to pay."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from campaigns import ledger
from campaigns.actions.abandon_campaign import abandon_campaign
from campaigns.actions.approve_campaign import StaffOnly
from campaigns.actions.bear_shortfall import bear_shortfall
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.give_back_what_is_left import (
    give_back_what_abandoned_campaigns_owe,
    still_due,
    what_is_left,
)
from campaigns.actions.hear_of_dispute import hear_of_dispute
from campaigns.actions.notice_doubts import notice_doubts
from campaigns.actions.notice_money_left import notice_money_left
from campaigns.actions.pay_by_hand import NotPayable, pay_by_hand
from campaigns.actions.pay_out import pay_out
from campaigns.actions.plan_payouts import plan_payouts
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.reconcile import reconcile
from campaigns.actions.refund_by_staff import refund_by_staff
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.reverse_payout import reverse_payouts
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.set_payee import WayRefused, notice_missing_payees, set_payee
from campaigns.actions.settle_doubt import do_not_pay
from campaigns.actions.settle_money_left import pay_what_came_later
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Alarm, Attempt, Campaign, OutboxMessage, Payout, Pledge, Update
from campaigns.stripe_gateway import DisputeMovement, payment
from tests.campaigns.creator.desk import proven
from tests.payees import a_balance, a_funded_campaign, an_account, paid_by_hand, release, taint, the_payout
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_person, an_open_campaign, books, give, now

pytestmark = pytest.mark.django_db
LATER, A_DAY = timedelta(hours=2), timedelta(days=1, hours=1)


def staff() -> User:
    return a_person("Staff", is_staff=True)


def the_clock_goes(hours: float = 0) -> None:
    at = now() + timedelta(hours=hours)
    plan_payouts(at=at)
    pay_out(at=at)


def pledge(name: str) -> Pledge:
    return Pledge.objects.get(email__startswith=name)


def all_agree() -> bool:
    """Our books with Stripe's, and with every rule."""
    run = reconcile(at=now() + LATER)
    return run.ok and breaches(at=now() + timedelta(days=3)) == {}


def a_refused_campaign(sandbox: Sandbox, advance: int) -> Campaign:
    """Released, found to be tainted before the rest was planned, and the staff do not pay the rest."""
    campaign = a_funded_campaign(sandbox, advance_percent=advance)
    an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes()
    release(campaign)
    taint(campaign)
    assert notice_doubts(at=now()) == 1
    campaign.refresh_from_db()
    do_not_pay(campaign, reason="it cannot be used", at=now(), by=staff())
    return campaign


@pytest.mark.parametrize("advance", [0, 50])
def test_what_the_staff_refuse_to_pay_goes_back_in_proportion_and_is_never_planned(
    sandbox: Sandbox, advance: int
) -> None:
    campaign = a_refused_campaign(sandbox, advance)
    planned = sum(amount or 0 for amount in Attempt.objects.filter(kind="refund").values_list("amount", flat=True))

    carry_out_refunds(at=now())
    for hours in (2, 30):
        the_clock_goes(hours)

    assert not Payout.objects.filter(part="remainder").exists()
    assert sum(Pledge.objects.values_list("refunded", flat=True)) == planned > 0
    assert ledger.available(campaign) == what_is_left(campaign) == 0
    told = Update.objects.filter(kind="doubted").order_by("pk").last()
    assert told is not None and told.data == {"decision": "do-not-pay", "left": planned}
    assert OutboxMessage.objects.filter(template="refund_made", context__reason="not-paid-out").count() == 2
    campaign.refresh_from_db()
    assert campaign.stage == "released" and all_agree()


def test_what_bounces_of_a_refused_campaign_is_made_again_and_not_paid_to_the_trainer(sandbox: Sandbox) -> None:
    campaign = a_refused_campaign(sandbox, 50)
    carry_out_refunds(at=now())
    before = dict(Pledge.objects.values_list("email", "refunded"))
    bounce(sandbox, "carol")
    assert ledger.available(campaign) > 0

    for day in (0, 1, 2):
        the_clock_goes(day * 25)
        give_back_what_abandoned_campaigns_owe(at=now() + day * A_DAY)
        carry_out_refunds(at=now() + day * A_DAY)

    assert dict(Pledge.objects.values_list("email", "refunded")) == before
    assert Payout.objects.count() == 1 and all_agree()


def bounce(sandbox: Sandbox, name: str) -> None:
    refunds = payment(pledge(name).payment_intent_id).refunds
    sandbox.control("POST", f"refunds/{refunds[-1].id}/fail")
    settle_pledge(pledge(name).pk, at=now())


def test_a_share_that_was_refused_for_a_dispute_and_planned_anew_is_one_share(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, advance_percent=50)
    an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes()
    abandon_campaign(campaign, at=now(), by="clock", reason="nothing came")
    dispute = sandbox.control("POST", f"charges/{pledge('carol').charge_id}/dispute")["id"]
    carry_out_refunds(at=now())
    share = pledge("dave").refunded
    hear_of_dispute(dispute, at=now())
    sandbox.control("POST", f"disputes/{dispute}/close", outcome="won")
    hear_of_dispute(dispute, at=now())

    for day in (0, 1, 2):
        give_back_what_abandoned_campaigns_owe(at=now() + day * A_DAY)
        carry_out_refunds(at=now() + day * A_DAY)

    assert abs(pledge("carol").refunded - share) <= 1
    assert ledger.available(campaign) == 0 and all_agree()


@pytest.mark.parametrize("how", ["staff", "dashboard"])
def test_a_share_that_bounced_and_that_people_gave_back_is_not_given_back_again(sandbox: Sandbox, how: str) -> None:
    campaign = a_funded_campaign(sandbox, advance_percent=50)
    an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes()
    abandon_campaign(campaign, at=now(), by="clock", reason="nothing came")
    carry_out_refunds(at=now())
    share = pledge("carol").refunded
    bounce(sandbox, "carol")

    if how == "staff":
        refund_by_staff(pledge("carol"), by=staff(), note="it bounced", at=now(), amount=share)
        carry_out_refunds(at=now())
    else:
        sandbox.control("POST", f"charges/{pledge('carol').charge_id}/refund", amount=str(share))
        settle_pledge(pledge("carol").pk, at=now())
    for day in (0, 1, 2):
        give_back_what_abandoned_campaigns_owe(at=now() + day * A_DAY)
        carry_out_refunds(at=now() + day * A_DAY)

    assert still_due(pledge("carol")) == 0 and pledge("carol").refunded == share
    assert ledger.available(campaign) == 0 and all_agree()


def pay_the_rest_by_hand() -> None:
    rest = the_payout("remainder")
    pay_by_hand(rest, receipt="no. 1", amount=rest.amount, at=now(), by=staff())


def with_money_left(sandbox: Sandbox, **terms: str) -> Campaign:
    """Released and paid out; then a refund of Carol's, made before, bounces."""
    campaign = a_funded_campaign(sandbox, **terms)
    an_account(sandbox) if not terms else None
    a_balance(sandbox)
    plan_refund(pledge("carol"), reason="by-staff", at=now(), amount=400)
    carry_out_refunds(at=now())
    release(campaign)
    the_clock_goes()
    if terms:
        pay_by_hand(
            the_payout("remainder"), receipt="no. 1", amount=the_payout("remainder").amount, at=now(), by=staff()
        )
    assert notice_money_left(at=now()) == 0 and ledger.available(campaign) == 0
    bounce(sandbox, "carol")
    campaign.refresh_from_db()
    return campaign


def test_what_comes_in_after_everything_was_paid_is_told_to_the_staff_and_moves_only_by_their_word(
    sandbox: Sandbox,
) -> None:
    campaign = with_money_left(sandbox)
    Alarm.objects.update(closed_at=now(), closed_by="user 1")

    assert notice_money_left(at=now()) == 1
    the_clock_goes(2)
    with pytest.raises(StaffOnly):
        pay_what_came_later(campaign, at=now(), by=a_person("Bob"))

    assert Alarm.objects.get(closed_at=None).detail == {"campaign": "bra", "left": 400, "currency": "USD"}
    assert ledger.available(campaign) == 400 and Payout.objects.count() == 1


def test_the_staff_may_pay_it_to_the_trainer_as_a_further_part_and_once(sandbox: Sandbox) -> None:
    campaign = with_money_left(sandbox)
    Alarm.objects.update(closed_at=now(), closed_by="user 1")
    notice_money_left(at=now())

    pay_what_came_later(campaign, at=now(), by=staff())
    with pytest.raises(NotPossibleNow):
        pay_what_came_later(campaign, at=now(), by=staff())
    the_clock_goes(2)

    assert (the_payout("further").state, the_payout("further").amount) == ("sent", 400)
    assert notice_money_left(at=now()) == 0 and not Alarm.objects.filter(closed_at=None).exists()
    assert ledger.available(campaign) == 0 and all_agree()


def test_by_hand_a_further_part_needs_its_own_receipt(sandbox: Sandbox) -> None:
    campaign = with_money_left(sandbox, **paid_by_hand())
    Alarm.objects.update(closed_at=now(), closed_by="user 1")
    pay_what_came_later(campaign, at=now(), by=staff())
    the_clock_goes(2)
    assert the_payout("further").state == "waiting_staff"

    pay_by_hand(the_payout("further"), receipt="no. 2", amount=400, at=now(), by=staff())
    with pytest.raises(NotPayable):
        pay_by_hand(the_payout("further"), receipt="no. 2", amount=400, at=now(), by=staff())

    assert ledger.available(campaign) == 0 and all_agree()


def test_the_staff_may_give_it_back_to_everybody_who_is_told(sandbox: Sandbox, client: Client) -> None:
    campaign = with_money_left(sandbox)
    notice_money_left(at=now())
    assert client.login(username=staff().username, password=PASSWORD)
    proven(client)
    assert "Came in afterwards" in client.get("/en/staff/payouts/").content.decode()

    client.post("/en/staff/payouts/bra/left/", {"do": "give-back"})
    carry_out_refunds(at=now())

    assert sum(Pledge.objects.values_list("refunded", flat=True)) == 400
    assert Update.objects.get(kind="amended").data == {"what": "came-later", "left": 400}
    assert "came in again" in client.get("/en/c/bra/").content.decode()
    assert notice_money_left(at=now()) == 0
    assert ledger.available(campaign) == 0 and all_agree()


def test_what_the_platform_has_borne_is_the_platforms_when_it_comes_in_after_all(sandbox: Sandbox) -> None:
    """A dispute that was lost after the payout, borne, and won on appeal: the trainer kept the money all along."""
    campaign = a_funded_campaign(sandbox, **paid_by_hand())
    release(campaign)
    the_clock_goes()
    pay_the_rest_by_hand()
    before = books(campaign)
    taken = DisputeMovement("txn_1", -1_000, 0, "USD", now())
    again = DisputeMovement("txn_2", 1_000, 0, "USD", now() + timedelta(seconds=1))
    ledger.post_dispute(pledge("carol"), "du_1", [taken], status="lost", at=now())
    reverse_payouts(at=now())
    borne = bear_shortfall(campaign, at=now(), by="user 1")
    assert borne > 0 and ledger.payable(campaign).borne == borne

    ledger.post_dispute(pledge("carol"), "du_1", [taken, again], status="won", at=now())
    assert ledger.available(campaign) == 0 and notice_money_left(at=now()) == 0
    for _ in range(2):
        reverse_payouts(at=now())

    assert ledger.payable(campaign).borne == ledger.available(campaign) == 0
    assert books(campaign) == before and not Alarm.objects.filter(closed_at=None).exists()


def test_the_rest_waits_while_a_refund_is_on_its_way_and_until_a_won_dispute_is_back(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    an_account(sandbox)
    a_balance(sandbox)
    release(campaign)
    plan_refund(pledge("carol"), reason="by-staff", at=now())

    the_clock_goes()
    assert not Payout.objects.exists()
    carry_out_refunds(at=now())
    the_clock_goes(1)

    assert the_payout("remainder").state == "sent"
    assert ledger.available(campaign) == 0 and all_agree()


@pytest.mark.parametrize("back", [1, 333, 500, None])
def test_what_may_be_paid_is_the_same_while_a_refund_is_on_its_way_and_after_it(
    sandbox: Sandbox, back: int | None
) -> None:
    """Also of what was added for the fee, and of a fee that is borne by the platform once all of a coin is back."""
    campaign = an_open_campaign(goal=1_000, ceiling=1_000)
    carol = give(sandbox, campaign, cover_fee=True)
    give(sandbox, campaign, name="Dave")
    close_due_campaigns(at=now())
    before = ledger.available(campaign)

    plan_refund(carol, reason="by-staff", at=now(), amount=back)
    expected = ledger.available(campaign)
    carry_out_refunds(at=now())

    assert expected == ledger.available(campaign) < before


def without_a_country(sandbox: Sandbox) -> Campaign:
    return a_funded_campaign(sandbox, payee_country="", payout_way="")


def test_a_campaign_that_opened_before_countries_were_asked_is_paid_only_after_the_staff_have_said(
    sandbox: Sandbox, client: Client
) -> None:
    campaign = without_a_country(sandbox)
    an_old_row = Payout.objects.create(
        campaign=campaign,
        part="advance",
        way="by-hand",
        state="waiting_staff",
        currency="USD",
        amount=5,
        planned_at=now(),
    )
    with pytest.raises(NotPayable, match="no-country"):
        pay_by_hand(an_old_row, receipt="no. 1", amount=5, at=now(), by=staff())
    an_old_row.delete()
    the_clock_goes()
    assert not Payout.objects.exists() and notice_missing_payees(at=now()) == 1
    assert client.login(username=staff().username, password=PASSWORD)
    proven(client)
    assert "Where is the trainer paid?" in client.get("/en/staff/payouts/").content.decode()

    client.post("/en/staff/payouts/bra/payee/", {"bra-country": "US", "bra-way": "connect"})
    an_account(sandbox)
    a_balance(sandbox)
    the_clock_goes(1)

    assert the_payout().state == "sent" and not Alarm.objects.filter(closed_at=None).exists()
    assert Update.objects.get(kind="amended").data == {"what": "payee", "country": "US", "way": "connect"}
    assert "not asked yet" in client.get("/en/c/bra/").content.decode()
    with pytest.raises(NotPossibleNow):
        set_payee(campaign, country="JP", way="by-hand", at=now(), by=staff())


@pytest.mark.parametrize(("country", "way"), [("XX", "by-hand"), ("us", "connect"), ("JP", "connect"), ("US", "none")])
def test_a_country_or_a_way_that_the_table_does_not_permit_is_refused(sandbox: Sandbox, country: str, way: str) -> None:
    campaign = without_a_country(sandbox)

    with pytest.raises(WayRefused):
        set_payee(campaign, country=country, way=way, at=now(), by=staff())
    with pytest.raises(StaffOnly):
        set_payee(campaign, country="US", way="connect", at=now(), by=a_person("Bob"))

    campaign.refresh_from_db()
    assert campaign.payout_way == "" and not Update.objects.filter(kind="amended").exists()
    assert books(campaign) and notice_missing_payees(at=now()) == 1


@pytest.mark.parametrize(
    ("country", "way", "field", "says"),
    [
        ("", "by-hand", "country", "Choose something for “Country of the trainer”."),
        ("JP", "connect", "way", "The table of countries does not permit this way there. Nothing was changed."),
    ],
)
def test_a_way_that_cannot_be_is_said_where_it_was_chosen_and_what_was_chosen_stays(
    sandbox: Sandbox, client: Client, country: str, way: str, field: str, says: str
) -> None:
    campaign = without_a_country(sandbox)
    client.force_login(staff())
    proven(client)

    answer = client.post("/en/staff/payouts/bra/payee/", {"bra-country": country, "bra-way": way})

    page = answer.content.decode()
    assert answer.status_code == 422 and "<title>Error: Payouts" in page
    assert f'<li><a href="#id_bra-{field}">{says}</a></li>' in page and page.count('aria-invalid="true"') == 1
    assert f'<option value="{country}" selected>' in page and f'<option value="{way}" selected>' in page
    campaign.refresh_from_db()
    assert campaign.payout_way == ""
    assert client.get("/en/staff/payouts/bra/payee/")["Location"] == "/en/staff/payouts/"


@pytest.mark.parametrize("country", ["", "JP"])
def test_who_says_it_a_second_time_hears_that_it_is_fixed(sandbox: Sandbox, client: Client, country: str) -> None:
    a_funded_campaign(sandbox, **paid_by_hand())
    client.force_login(staff())
    proven(client)

    answer = client.post("/en/staff/payouts/bra/payee/", {"bra-country": country, "bra-way": "by-hand"}, follow=True)

    assert answer.redirect_chain == [("/en/staff/payouts/", 302)] and "It is set already" in answer.content.decode()


def test_the_doors_to_decide_are_not_there_for_others(sandbox: Sandbox, client: Client) -> None:
    without_a_country(sandbox)
    assert client.login(username="bob", password=PASSWORD)

    for page in ("left", "payee"):
        assert client.post(f"/en/staff/payouts/bra/{page}/", {"do": "pay"}).status_code == 404
