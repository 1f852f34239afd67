"""What needs a person reaches one: once, until somebody has looked. And the switches that stop giving."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

import campaigns
from campaigns.actions.deliver_outbox import compose
from campaigns.actions.open_checkout import CheckoutUnavailable, open_checkout
from campaigns.actions.pause_site import is_site_paused, lift_pause, pause_site
from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import PledgeRefused
from campaigns.models import Alarm, Campaign, OutboxMessage, Pledge, SitePause
from campaigns.templatetags.alarm_words import KINDS
from tests.at_once import at_once
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_person, an_open_campaign, now, set_out

pytestmark = pytest.mark.django_db


def a_member_of_the_staff() -> Client:
    """Sue, who has just given her password once more."""
    a_person("Sue", is_staff=True)
    client = Client()
    client.post(reverse("account_login"), {"login": "sue@example.com", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_an_alarm_opens_once_and_tells_every_active_member_of_the_staff_once() -> None:
    a_person("Sue", is_staff=True)
    a_person("Tom", is_staff=True)
    a_person("Gone", is_staff=True, is_active=False)
    a_person("Carol")

    first = raise_alarm(kind="event", key="event:evt_1", detail={"why": "a"}, at=now())
    second = raise_alarm(kind="event", key="event:evt_1", detail={"why": "b"}, at=now())

    assert first.pk == second.pk and second.detail == {"why": "b"} and second.seen_at > first.opened_at
    told = OutboxMessage.objects.filter(template="alarm").values_list("recipient", flat=True)
    assert sorted(told) == ["sue@example.com", "tom@example.com"]


def test_every_kind_of_alarm_that_is_raised_has_words_for_the_staff() -> None:
    files = [file.read_text(encoding="utf-8") for file in Path(campaigns.__file__).parent.rglob("*.py")]
    raised = {kind for text in files for kind in re.findall(r"raise_alarm\(\s*kind=\"([a-z-]+)\"", text)}

    assert {"event", "dispute", "payout"} <= raised
    assert raised | {"failed-cards", "reconcile", "selfcheck", "waiting", "doubt"} <= set(KINDS)


def test_what_comes_again_after_it_was_closed_is_a_new_alarm() -> None:
    a_person("Sue", is_staff=True)
    raise_alarm(kind="event", key="event:evt_1", at=now())

    assert close_alarm(key="event:evt_1", at=now(), by="user 1")
    assert not close_alarm(key="event:evt_1", at=now(), by="user 2")
    raise_alarm(kind="event", key="event:evt_1", at=now())

    assert Alarm.objects.count() == 2
    assert Alarm.objects.get(closed_at__isnull=False).closed_by == "user 1"
    assert OutboxMessage.objects.filter(template="alarm").count() == 2


@pytest.mark.django_db(transaction=True)
def test_twelve_processes_that_notice_the_same_at_once_open_one_alarm_and_one_pause() -> None:
    a_person("Sue", is_staff=True)

    def notice() -> None:
        raise_alarm(kind="event", key="event:evt_1", at=now())
        pause_site(at=now(), by="test")

    at_once(*[notice] * 12)

    assert (Alarm.objects.count(), SitePause.objects.count(), OutboxMessage.objects.count()) == (1, 1, 1)


def test_the_mail_of_an_alarm_says_what_it_is_and_where_to_look() -> None:
    a_person("Sue", is_staff=True)
    raise_alarm(kind="reconcile", key="reconcile:ch_1", detail={"secret": "not in a mail"}, at=now())

    mail = compose(OutboxMessage.objects.get())

    assert mail.subject == "Alarm: Our books and Stripe’s differ"
    assert "/en/staff/alarms/" in mail.body and "reconcile:ch_1" in mail.body and "not in a mail" not in mail.body


def test_the_staff_see_open_alarms_first_and_close_them_with_their_name() -> None:
    raise_alarm(kind="event", key="event:old", at=now())
    close_alarm(key="event:old", at=now(), by="command")
    raise_alarm(kind="selfcheck", key="selfcheck:balanced", detail={"rows": ["entry 7"]}, at=now())
    sue = a_member_of_the_staff()

    page = sue.get(reverse("alarms"))
    answer = sue.post(reverse("alarm_close", args=[Alarm.objects.get(key="selfcheck:balanced").pk]))

    assert page.status_code == 200 and "Alarms (1)" in page.text and "entry 7" in page.text
    assert page.text.index("selfcheck:balanced") < page.text.index("event:old")
    closed = Alarm.objects.get(key="selfcheck:balanced")
    assert answer.status_code == 302 and closed.closed_by.startswith("user ") and closed.closed_at is not None


def test_the_staff_read_moments_in_the_zone_of_the_site() -> None:
    at = datetime(2026, 4, 30, 15, 30, tzinfo=UTC)
    raise_alarm(kind="event", key="event:old", at=at)
    pause_site(at=at, by="test")
    lift_pause(at=at, by="test")
    pause_site(at=at, by="test")
    sue = a_member_of_the_staff()

    pages = [sue.get(reverse(name)).text for name in ("alarms", "pauses")]

    moment = re.compile(r'<time datetime="2026-04-30T15:30:00[^"]*">\w+, May 1,(?: 2026,)? 00:30 JST</time>')
    assert [len(moment.findall(page)) for page in pages] == [2, 3]
    assert not any("UTC" in page for page in pages)


@pytest.mark.parametrize("name", ["alarms", "pauses"])
def test_for_everybody_else_these_pages_do_not_exist(name: str) -> None:
    carol = Client()
    carol.force_login(a_person("Carol"), backend="django.contrib.auth.backends.ModelBackend")

    assert carol.get(reverse(name)).status_code == 404
    assert Client().get(reverse(name)).status_code == 302


def test_a_pause_of_the_site_lets_nobody_in_and_charges_nobody_and_finishes_what_is_under_way(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    under_way = set_out(campaign)
    waiting = Pledge.objects.create(
        campaign=campaign, form_nonce="n", currency="JPY", amount=500, email="d@example.com", created_at=now()
    )
    pause_site(at=now(), by="test")

    with pytest.raises(PledgeRefused) as refused:
        set_out(campaign, name="Dave")
    with pytest.raises(CheckoutUnavailable):
        open_checkout(waiting, at=now())
    sandbox.pay(under_way.session_id)

    assert refused.value.reason == "paused"
    assert settle_pledge(under_way.pk, at=now()).state == Pledge.State.PAID
    assert lift_pause(at=now(), by="test") and set_out(campaign, name="Dave").session_url


def test_the_pages_say_that_giving_is_paused_and_that_nobody_is_charged(client: Client) -> None:
    campaign = an_open_campaign()
    pause_site(at=now(), by="test")

    give, page = (
        client.get(reverse("give", args=[campaign.slug])),
        client.get(reverse("campaign", args=[campaign.slug])),
    )

    for shown in (give, page):
        assert shown.status_code == 200
        assert "Giving is paused." in shown.text and "Nobody is charged meanwhile." in shown.text
    assert "Its deadline has passed" not in give.text and "or its deadline has passed" not in give.text


def test_the_staff_pause_and_lift_the_site_and_one_campaign_on_their_page() -> None:
    campaign = an_open_campaign()
    sue = a_member_of_the_staff()

    sue.post(reverse("pause_site"), {"do": "pause", "reason": "many bad cards"})
    assert is_site_paused() and "many bad cards" in sue.get(reverse("pauses")).text
    sue.post(reverse("pause_site"), {"do": "lift"})
    sue.post(reverse("pause_giving"), {"do": "pause", "campaign": campaign.slug})

    assert not is_site_paused() and SitePause.objects.get().lifted_by.startswith("user ")
    assert Campaign.objects.get().giving_paused
    sue.post(reverse("pause_giving"), {"do": "lift", "campaign": campaign.slug})
    assert not Campaign.objects.get().giving_paused


def test_the_switches_ask_for_the_password_once_more_and_then_do_as_they_were_told() -> None:
    sue = Client()
    sue.force_login(a_person("Sue", is_staff=True), backend="django.contrib.auth.backends.ModelBackend")

    asked = sue.post(reverse("pause_site"), {"do": "pause"})
    paused_before = is_site_paused()
    sue.post(asked["Location"], {"password": PASSWORD})

    assert asked.status_code == 302 and "reauthenticate" in asked["Location"]
    assert not paused_before and is_site_paused()


def test_a_command_pauses_and_lifts_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    campaign = an_open_campaign()

    call_command("pause_giving", reason="drill")
    call_command("pause_giving", campaign=campaign.slug)
    assert is_site_paused() and Campaign.objects.get().giving_paused
    call_command("pause_giving", lift=True)
    call_command("pause_giving", lift=True, campaign=campaign.slug)

    assert not is_site_paused() and not Campaign.objects.get().giving_paused
    assert "Giving is paused: the whole site." in capsys.readouterr().out
