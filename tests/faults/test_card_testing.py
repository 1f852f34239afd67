"""Somebody tries stolen cards at our door: noticed, told of, stopped, and nobody else is stopped with them."""

from datetime import timedelta
from urllib.error import HTTPError

import pytest
from django.test import Client
from pytest_django import Settings

from campaigns import stripe_inbox
from campaigns.actions.pause_giving import lift_giving_pause
from campaigns.actions.pause_site import is_site_paused, lift_pause
from campaigns.actions.watch_failed_cards import watch_failed_cards
from campaigns.models import Alarm, Campaign, CardFailure, Pledge, StripeEvent
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, give, now, set_out, tell

pytestmark = pytest.mark.django_db
DECLINED = "4000000000000002"
FAILED = ("payment_intent.payment_failed", "setup_intent.setup_failed")


def try_cards(sandbox: Sandbox, pledge: Pledge, times: int) -> None:
    for _ in range(times):
        assert sandbox.pay(pledge.session_id, card=DECLINED)["status"] == "open"


def hear_of_failures(sandbox: Sandbox, client: Client) -> None:
    for event in sandbox.events():
        if event["type"] in FAILED:
            tell(client, event)
    stripe_inbox.handle_due(at=now())


def refused(campaign: Campaign, times: int, *, minutes_ago: int = 1) -> None:
    pledge = Pledge.objects.create(
        campaign=campaign,
        form_nonce=f"n{CardFailure.objects.count()}",
        currency="JPY",
        amount=500,
        email="thief@example.com",
        created_at=now(),
    )
    at, first = now() - timedelta(minutes=minutes_ago), CardFailure.objects.count()
    CardFailure.objects.bulk_create(
        CardFailure(stripe_id=f"ch_{first + number}", campaign=campaign, pledge=pledge, at=at)
        for number in range(times)
    )


def worked(campaign: Campaign, times: int) -> None:
    for number in range(times):
        Pledge.objects.create(
            campaign=campaign,
            form_nonce=f"w{campaign.pk}-{number}",
            currency="JPY",
            amount=500,
            email="carol@example.com",
            created_at=now(),
            state=Pledge.State.PAID,
            paid_at=now() - timedelta(minutes=1),
        )


def test_every_refused_card_counts_once_however_often_it_is_told(sandbox: Sandbox, client: Client) -> None:
    pledge = set_out(an_open_campaign())
    try_cards(sandbox, pledge, 3)

    hear_of_failures(sandbox, client)
    list(stripe_inbox.take_up(StripeEvent.objects.all(), at=now()))

    assert CardFailure.objects.filter(pledge=pledge, code="generic_decline").count() == 3
    assert Pledge.objects.get().state == Pledge.State.CHECKOUT


def test_a_page_on_which_five_cards_were_refused_is_closed_at_stripe(sandbox: Sandbox, client: Client) -> None:
    pledge = set_out(an_open_campaign())
    try_cards(sandbox, pledge, 4)
    hear_of_failures(sandbox, client)
    try_cards(sandbox, pledge, 1)

    hear_of_failures(sandbox, client)

    with pytest.raises(HTTPError):
        sandbox.pay(pledge.session_id)
    assert "checkout.session.expired" in [event["type"] for event in sandbox.events()]


def test_a_page_that_stays_silent_is_closed_when_the_event_is_handled_again(sandbox: Sandbox, client: Client) -> None:
    pledge = set_out(an_open_campaign())
    try_cards(sandbox, pledge, 5)
    sandbox.fault("checkout.sessions.expire", "reset", times=10)
    hear_of_failures(sandbox, client)
    sandbox.heal()

    stripe_inbox.handle_due(at=now() + timedelta(hours=1))

    assert CardFailure.objects.count() == 5
    assert "checkout.session.expired" in [event["type"] for event in sandbox.events()]


def test_a_failure_of_another_shop_on_the_same_account_counts_for_nobody(client: Client) -> None:
    event = {"id": "evt_1", "type": "payment_intent.payment_failed", "created": 1, "livemode": False}
    tell(client, {**event, "data": {"object": {"id": "pi_x", "object": "payment_intent", "metadata": {}}}})

    stripe_inbox.handle_due(at=now())

    assert CardFailure.objects.count() == 0 and StripeEvent.objects.get().state == StripeEvent.State.IGNORED


def test_a_saved_card_that_is_refused_at_the_close_is_no_sign_of_an_attack(client: Client) -> None:
    pledge = Pledge.objects.create(
        campaign=an_open_campaign(),
        form_nonce="n",
        currency="JPY",
        amount=500,
        email="carol@example.com",
        created_at=now(),
        payment_method_id="pm_1",
    )
    thing = {"id": "pi_x", "object": "payment_intent", "metadata": {"genseki_pledge": str(pledge.pk)}}
    event = {"id": "evt_1", "type": "payment_intent.payment_failed", "created": 1, "livemode": False}
    tell(client, {**event, "data": {"object": thing}})

    stripe_inbox.handle_due(at=now())

    assert CardFailure.objects.count() == 0


def test_what_happens_on_every_honest_evening_alarms_nobody() -> None:
    campaign = an_open_campaign()
    worked(campaign, 30)
    refused(campaign, 15)
    refused(campaign, 500, minutes_ago=30)

    assert watch_failed_cards(at=now()) == 0
    assert not Alarm.objects.exists() and not Campaign.objects.get().giving_paused


def test_too_many_refused_cards_are_told_of_and_do_not_stop_the_campaign_yet() -> None:
    a_person("Sue", is_staff=True)
    campaign = an_open_campaign()
    worked(campaign, 12)
    refused(campaign, 28)

    watch_failed_cards(at=now())
    watch_failed_cards(at=now())

    alarm = Alarm.objects.get(key="failed-cards:bra")
    assert alarm.detail == {"refused": 28, "tried": 40, "paused": False}
    assert not Campaign.objects.get().giving_paused


def test_an_attack_pauses_the_campaign_that_it_is_on_and_leaves_the_others_open() -> None:
    attacked, other = an_open_campaign("attacked"), an_open_campaign("other")
    worked(other, 2)
    refused(attacked, 60)

    watch_failed_cards(at=now())

    assert list(Campaign.objects.filter(giving_paused=True)) == [attacked]
    assert not is_site_paused()
    assert Alarm.objects.get(key="failed-cards:attacked").detail["paused"]


def test_an_attack_on_several_campaigns_pauses_the_site() -> None:
    for number in range(4):
        refused(an_open_campaign(f"c{number}"), 15)

    watch_failed_cards(at=now())

    assert is_site_paused() and Alarm.objects.get(key="failed-cards:site").detail["paused"]
    assert not Campaign.objects.filter(giving_paused=True).exists()


def test_what_the_staff_have_lifted_is_told_of_again_and_not_paused_again_for_an_hour() -> None:
    campaign, other = an_open_campaign(), an_open_campaign("other")
    refused(campaign, 60)
    refused(other, 20)
    watch_failed_cards(at=now())
    assert is_site_paused()
    lift_giving_pause(campaign, at=now(), by="user 1")
    lift_pause(at=now(), by="user 1")

    watch_failed_cards(at=now())

    assert not is_site_paused() and not Campaign.objects.filter(giving_paused=True).exists()
    assert Alarm.objects.filter(key="failed-cards:bra", closed_at__isnull=True).exists()
    CardFailure.objects.update(at=now() + timedelta(minutes=70))
    watch_failed_cards(at=now() + timedelta(minutes=71))
    assert is_site_paused() and Campaign.objects.get(pk=campaign.pk).giving_paused


def test_sixty_tries_from_one_network_reach_stripe_as_often_as_the_limit_says(
    sandbox: Sandbox, client: Client, settings: Settings
) -> None:
    settings.PLEDGES_PER_NETWORK = 10
    campaign = an_open_campaign()
    address = f"/en/c/{campaign.slug}/give/"
    statuses = []
    for number in range(60):
        form = {"preset": "500", "email": f"t{number}@example.com", "name": "", "form_nonce": f"nonce-{number:030}"}
        statuses.append(client.post(address, form, REMOTE_ADDR="203.0.113.9").status_code)

    assert statuses.count(303) == 10 and statuses.count(429) == 50
    assert Pledge.objects.count() == 10
    assert give(sandbox, campaign, network="198.51.100.1").state == Pledge.State.PAID
