"""Refunds that people make: the organiser one coin, the staff a part or all, and somebody at Stripe's dashboard."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from campaigns import ledger, stripe_inbox
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.plan_refund import NothingToGiveBack
from campaigns.actions.refund_by_organiser import RefundRefused, refund_by_organiser
from campaigns.actions.refund_by_staff import refund_all, refund_by_staff
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.models import Alarm, Attempt, Campaign, OutboxMessage, Payout, Pledge
from campaigns.stripe_gateway import payment
from campaigns.totals import totals
from tests.at_once import at_once
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_person, an_open_campaign, books, give, now, tell

pytestmark = pytest.mark.django_db
ORGANISER, STAFF = "/en/campaigns/bra/refunds/", "/en/staff/refunds/bra/"


def closed(campaign: Campaign) -> Campaign:
    Campaign.objects.filter(pk=campaign.pk).update(deadline=now())
    close_due_campaigns(at=now() + timedelta(seconds=1))
    campaign.refresh_from_db()
    return campaign


def pay_out(campaign: Campaign, amount: int) -> None:
    one = {"part": "advance", "way": "by-hand", "state": "sent", "currency": "JPY", "receipt": "no. 1"}
    payout = Payout.objects.create(campaign=campaign, amount=amount, planned_at=now(), sent_at=now(), **one)
    ledger.post_payout(payout, at=now())


def at_stripe(sandbox: Sandbox) -> int:
    return int(sandbox.oracle()["totals"]["jpy"]["refunded"])


def a_member_of_staff(client: Client) -> None:
    a_person("Sam", is_staff=True)
    client.post(reverse("account_login"), {"login": "sam@example.com", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.mark.parametrize("after_the_close", [False, True])
def test_the_organiser_gives_a_coin_back(sandbox: Sandbox, client: Client, after_the_close: bool) -> None:
    campaign = an_open_campaign(goal=500, ceiling=2_000)
    carol = give(sandbox, campaign, name="Carol")
    give(sandbox, campaign, name="Dave")
    if after_the_close:
        assert closed(campaign).stage == "funded"
    client.force_login(a_person("Alice"))

    asked = client.get(f"{ORGANISER}?pledge={carol.pk}").content.decode()
    client.post(ORGANISER, {"pledge": carol.pk, "note": "asked by mail"})
    again = client.post(ORGANISER, {"pledge": carol.pk, "note": "asked by mail"}, follow=True).content.decode()

    assert "Give back coin No. 1?" in asked
    carol.refresh_from_db()
    assert carol.state == Pledge.State.REFUNDED and at_stripe(sandbox) == 500
    assert "nothing to give back" in again
    attempt = Attempt.objects.get(kind="refund")
    assert attempt.reason == "by-organiser" and attempt.parameters["metadata"]["genseki_note"] == "asked by mail"
    assert totals(campaign).raised == 500 and breaches(at=now()) == {}


def test_the_organiser_never_sees_who_gives_without_a_name(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign, name="Peggy", anonymous=True, message="a secret word")
    give(sandbox, campaign, name="Trudy", hide_amount=True)
    give(sandbox, campaign, name="Dave")
    client.force_login(a_person("Alice"))

    page = client.get(ORGANISER).content.decode()

    assert "Dave" in page and page.count("Without a name") == 2
    for hidden in ("Peggy", "peggy@", "Trudy", "dave@", "a secret word"):
        assert hidden not in page


def test_after_a_payout_the_staff_decide_and_the_organiser_does_not(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=2_000)
    carol = give(sandbox, campaign, name="Carol")
    give(sandbox, campaign, name="Dave")
    closed(campaign)
    pay_out(campaign, 482)

    with pytest.raises(RefundRefused) as refused:
        refund_by_organiser(carol, by=a_person("Alice"), note="", at=now())
    refund_by_staff(carol, by=a_person("Sam", is_staff=True), note="", at=now())
    carry_out_refunds(at=now())

    assert refused.value.reason == "ask-the-staff"
    assert Pledge.objects.get(pk=carol.pk).state == Pledge.State.REFUNDED
    assert ledger.available(campaign) == 482 - 482 and breaches(at=now()) == {}


@pytest.mark.parametrize("stage", ["closing", "released", "cancelled", "abandoned"])
def test_in_other_stages_the_organiser_gives_nothing_back(sandbox: Sandbox, stage: str) -> None:
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    Campaign.objects.update(stage=stage, closed_at=now())

    with pytest.raises(RefundRefused) as refused:
        refund_by_organiser(carol, by=a_person("Alice"), note="", at=now())

    assert refused.value.reason == "not-now"


def test_a_payout_that_is_promised_already_is_not_taken_back_by_a_refund(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=2_000)
    carol = give(sandbox, campaign, name="Carol")
    give(sandbox, campaign, name="Dave")
    closed(campaign)
    Payout.objects.create(
        campaign=campaign,
        part="advance",
        way="connect",
        state="waiting_account",
        currency="JPY",
        amount=483,
        planned_at=now(),
    )

    with pytest.raises(RefundRefused) as refused:
        refund_by_organiser(carol, by=a_person("Alice"), note="", at=now())

    assert refused.value.reason == "ask-the-staff"


def test_the_staff_give_back_parts_but_never_more_than_was_paid(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    a_member_of_staff(client)

    for amount in ("200", "¥250", "100"):
        client.post(STAFF, {"pledge": carol.pk, "amount": amount, "note": "half of it"})
    odd = client.post(STAFF, {"pledge": carol.pk, "amount": "a lot", "note": "half of it"})

    carol.refresh_from_db()
    assert (carol.state, carol.refunded, at_stripe(sandbox)) == (Pledge.State.PAID, 450, 450)
    assert odd.status_code == 422 and "no amount that can be given back" in odd.content.decode()
    assert totals(campaign).raised == 50 and breaches(at=now()) == {}


def test_the_staff_give_back_everything_and_the_second_to_press_finds_it_on_its_way(
    sandbox: Sandbox, client: Client
) -> None:
    campaign = an_open_campaign()
    for name in ("Carol", "Dave"):
        give(sandbox, campaign, name=name)
    a_member_of_staff(client)

    first = client.post(STAFF, {"note": "the model is withdrawn"}, follow=True).content.decode()
    second = client.post(STAFF, {"note": "the model is withdrawn"}, follow=True).content.decode()
    carry_out_refunds(at=now() + timedelta(seconds=5))

    assert "2 coins go back." in first
    assert "0 coins go back. 2 are already on their way." in second
    assert at_stripe(sandbox) == 1_000 and Attempt.objects.filter(kind="refund").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_of_the_staff_who_press_at_once_give_each_coin_back_once(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    for name in ("A", "B", "C"):
        give(sandbox, campaign, name=name)
    sam = a_person("Sam", is_staff=True)

    found = at_once(*[lambda: refund_all(campaign, by=sam, note="at once", at=now())] * 2)

    assert sorted(one.planned for one in found) == [0, 3]
    assert sorted(one.on_their_way for one in found) == [0, 3]
    carry_out_refunds(at=now())
    assert at_stripe(sandbox) == 1_500


def test_the_staff_prove_again_who_they_are_and_nobody_else_gets_in(sandbox: Sandbox, client: Client) -> None:
    give(sandbox, an_open_campaign())
    client.force_login(a_person("Sam", is_staff=True))

    asked = client.post(STAFF, {"note": "all"})

    assert asked.status_code == 302 and "reauthenticate" in asked["Location"]
    assert not Attempt.objects.filter(kind="refund").exists()
    client.logout()
    a_person("Mallory")
    client.post(reverse("account_login"), {"login": "mallory@example.com", "password": PASSWORD})
    assert client.post(STAFF, {"note": "all"}).status_code == 404


def test_a_reason_is_asked_for(sandbox: Sandbox, client: Client) -> None:
    give(sandbox, an_open_campaign())
    a_member_of_staff(client)

    assert client.post(STAFF, {"note": ""}).status_code == 422

    assert not Attempt.objects.filter(kind="refund").exists()


def test_more_than_is_left_is_refused(sandbox: Sandbox) -> None:
    carol = give(sandbox, an_open_campaign())
    sam = a_person("Sam", is_staff=True)
    refund_by_staff(carol, by=sam, note="", at=now(), amount=300)

    with pytest.raises(NothingToGiveBack):
        refund_by_staff(carol, by=sam, note="", at=now(), amount=201)

    assert Attempt.objects.filter(kind="refund").count() == 1


@pytest.mark.parametrize("paid_out", [False, True])
def test_refunds_at_the_dashboard_are_posted_exactly_also_after_a_payout(sandbox: Sandbox, paid_out: bool) -> None:
    campaign = an_open_campaign(goal=1_000, ceiling=2_000)
    carol, _dave = give(sandbox, campaign, name="Carol"), give(sandbox, campaign, name="Dave")
    closed(campaign)
    if paid_out:
        pay_out(campaign, 900)

    for amount in ("120", "130", "250"):
        sandbox.control("POST", f"charges/{carol.charge_id}/refund", amount=amount)
        settle_pledge(carol.pk, at=now())

    carol.refresh_from_db()
    assert (carol.state, carol.refunded, totals(campaign).raised) == (Pledge.State.REFUNDED, 500, 500)
    assert books(campaign)["campaign-payable"] == -500 and books(campaign)["platform"] == 18 - (900 if paid_out else 0)
    assert ledger.available(campaign) == 482 - (900 if paid_out else 0)
    assert breaches(at=now()) == {}


def test_a_refund_at_the_dashboard_takes_the_coin_off_the_wall(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    gone = give(sandbox, campaign, name="Peggy", anonymous=True, message="from the quiet one")
    give(sandbox, campaign, name="Dave")
    assert "from the quiet one" in client.get("/en/c/bra/supporters/").content.decode()

    sandbox.control("POST", f"charges/{gone.charge_id}/refund")
    for event in sandbox.events():
        tell(client, event)
    stripe_inbox.handle_due(at=now() + timedelta(seconds=5))

    page = client.get("/en/c/bra/supporters/").content.decode()
    assert "Dave" in page and "from the quiet one" not in page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_refund_that_bounces_is_told_to_the_supporter_and_the_staff(
    sandbox: Sandbox, client: Client, language: str
) -> None:
    campaign = an_open_campaign()
    a_person("Sam", is_staff=True)
    carol = give(sandbox, campaign, language=language)
    refund_by_staff(carol, by=a_person("Sam"), note="", at=now())
    carry_out_refunds(at=now())
    assert totals(campaign).raised == 0

    (refund,) = payment(carol.payment_intent_id).refunds
    sandbox.control("POST", f"refunds/{refund.id}/fail")
    for _again in range(2):
        settle_pledge(carol.pk, at=now())
    deliver_outbox(at=now() + timedelta(seconds=1))

    assert totals(campaign).raised == 500 and Pledge.objects.get().state == Pledge.State.PAID
    assert Alarm.objects.get(kind="refund-failed").detail["pledge"] == carol.pk
    told = [message for message in mail.outbox if message.to == ["carol@example.com"]]
    subjects = {"en": "The refund of ¥500 JPY did not reach you", "ja": "500円の返金をお届けできませんでした"}
    assert len(told) == 3 and subjects[language] in [message.subject for message in told]
    assert any(message.to == ["sam@example.com"] for message in mail.outbox)


def test_a_refund_that_is_pending_is_told_and_counted_and_goes_through_later(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    carol = give(sandbox, campaign)
    sandbox.control("POST", "balance", refunds="strict")
    refund_by_staff(carol, by=a_person("Sam"), note="", at=now())
    carry_out_refunds(at=now())
    assert OutboxMessage.objects.get(template="refund_made").context["pending"] is True
    assert books(campaign)["refunds"] == -500

    (refund,) = payment(carol.payment_intent_id).refunds
    sandbox.control("POST", f"refunds/{refund.id}/succeed")
    settle_pledge(carol.pk, at=now())
    sandbox.control("POST", "balance", refunds="lenient")

    assert "refunds" not in books(campaign) and Pledge.objects.get().state == Pledge.State.REFUNDED
    assert OutboxMessage.objects.filter(template="refund_made").count() == 1


def test_a_payment_that_came_too_late_is_told_why_it_goes_back(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=2_000)
    carol, dave = give(sandbox, campaign, name="Carol"), give(sandbox, campaign, name="Dave")
    closed(campaign)
    Pledge.objects.filter(pk=dave.pk).update(came_late=True)

    refund_by_staff(carol, by=a_person("Sam"), note="", at=now())
    carry_out_refunds(at=now())

    assert OutboxMessage.objects.get(template="refund_made").context["reason"] == "by-staff"
