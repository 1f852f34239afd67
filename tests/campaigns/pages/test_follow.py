"""Following by mail: asked for, confirmed, and ended by a click."""

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from campaigns.follow_links import CONFIRM, RESUME, sign
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Follower, OutboxMessage
from campaigns.views import follow
from tests.campaigns.pages import world


def ask(client: Client, campaign: Campaign, email: str = "dora@example.org") -> str:
    answer = client.post(reverse("follow", args=[campaign.slug]), {"email": email}, follow=True)
    return answer.content.decode()


def test_an_address_is_asked_before_it_follows(client: Client, bra: Campaign) -> None:
    html = ask(client, bra)

    follower = Follower.objects.get()
    assert "Check your inbox" in html and follower.email not in html
    assert follower.confirmed_at is None
    assert OutboxMessage.objects.get().template == "follow"


def test_opening_the_link_confirms_nothing_and_the_button_does(client: Client, bra: Campaign) -> None:
    ask(client, bra)
    follower = Follower.objects.get()
    link = reverse("follow_confirm", args=[sign(CONFIRM, follower, follower.asked_at)])
    assert link in OutboxMessage.objects.get().context["confirm_url"]

    opened = client.get(link).content.decode()
    follower.refresh_from_db()
    assert "Yes, send me the updates" in opened and follower.confirmed_at is None

    confirmed = client.post(link).content.decode()

    follower.refresh_from_db()
    assert "You follow this campaign" in confirmed and follower.confirmed_at is not None


def test_a_mail_program_ends_the_mails_by_itself(bra: Campaign, now: datetime) -> None:
    follower = Follower.objects.create(campaign=bra, email="dora@example.org", asked_at=now, confirmed_at=now)
    link = reverse("unsubscribe", args=[follower.token])
    client = Client(enforce_csrf_checks=True)

    client.get(link)
    assert Follower.objects.filter(unsubscribed_at__isnull=True).exists()

    answer = client.post(link, {"List-Unsubscribe": "One-Click"})

    follower.refresh_from_db()
    assert answer.status_code == 200 and follower.unsubscribed_at is not None
    assert "You are unsubscribed" in answer.content.decode()


def test_who_proved_the_address_before_is_not_asked_again(client: Client, bra: Campaign) -> None:
    dora = world.person("Dora", "dora@example.org")
    EmailAddress.objects.create(user=dora, email=dora.email, verified=True, primary=True)
    client.force_login(dora)

    ask(client, bra)

    assert Follower.objects.get().confirmed_at is not None


def test_the_answer_is_the_same_for_an_address_that_follows_already(
    client: Client, bra: Campaign, now: datetime
) -> None:
    first = ask(client, bra)
    Follower.objects.update(confirmed_at=now)

    assert ask(client, bra) == first


@pytest.mark.parametrize("email", ["", "no address", "a@b", "x" * 250 + "@example.org"])
def test_what_is_no_address_is_refused(client: Client, bra: Campaign, email: str) -> None:
    answer = client.post(reverse("follow", args=[bra.slug]), {"email": email})

    assert answer.status_code == 422 and not Follower.objects.exists()
    assert "<title>Error:" in answer.content.decode()


def test_one_network_cannot_have_mails_sent_to_everybody(client: Client, bra: Campaign) -> None:
    for number in range(follow.TRIES + 3):
        ask(client, bra, f"somebody-{number}@example.org")

    assert Follower.objects.count() == follow.TRIES


def test_a_draft_is_not_followed_and_an_unknown_link_leads_nowhere(client: Client, now: datetime) -> None:
    draft = world.bra_campaign(now, stage=Stage.DRAFT)

    assert client.post(reverse("follow", args=[draft.slug]), {"email": "a@example.org"}).status_code == 404
    assert client.post(reverse("follow_confirm", args=["nobody"])).status_code == 404
    assert client.post(reverse("unsubscribe", args=["nobody"])).status_code == 404


# Each link does one thing


def a_follower(campaign: Campaign, now: datetime, **more: datetime) -> Follower:
    return Follower.objects.create(campaign=campaign, email="dora@example.org", asked_at=now, **more)


def test_the_link_that_ends_the_mails_neither_confirms_nor_resumes(
    client: Client, bra: Campaign, now: datetime
) -> None:
    follower = a_follower(bra, now)

    answer = client.post(f"/en/follow/{follower.token}/")
    resumed = client.post(f"/en/follow/{follower.token}/resume/")

    follower.refresh_from_db()
    assert (answer.status_code, resumed.status_code, follower.confirmed_at) == (410, 404, None)
    assert "This link has expired" in answer.text and reverse("follow", args=[bra.slug]) in answer.text


def test_a_link_from_before_there_was_one_for_each_purpose_still_ends_the_mails(
    client: Client, bra: Campaign, now: datetime
) -> None:
    follower = a_follower(bra, now, confirmed_at=now)

    client.post(f"/en/follow/{follower.token}/stop/")

    follower.refresh_from_db()
    assert follower.unsubscribed_at is not None


def test_the_mail_that_asked_cannot_bring_back_what_was_ended_later(
    client: Client, bra: Campaign, now: datetime
) -> None:
    follower = a_follower(bra, now - timedelta(hours=2), confirmed_at=now)
    asked = reverse("follow_confirm", args=[sign(CONFIRM, follower, follower.asked_at)])
    client.post(reverse("unsubscribe", args=[follower.token]))

    answers = client.get(asked), client.post(asked)

    follower.refresh_from_db()
    assert [answer.status_code for answer in answers] == [410, 410] and follower.unsubscribed_at is not None


def test_a_mail_that_asked_long_ago_is_not_answered_any_more(client: Client, bra: Campaign, now: datetime) -> None:
    follower = a_follower(bra, now - timedelta(days=31))

    answer = client.post(reverse("follow_confirm", args=[sign(CONFIRM, follower, follower.asked_at)]))

    follower.refresh_from_db()
    assert answer.status_code == 410 and follower.confirmed_at is None


def test_no_link_does_what_another_is_for(client: Client, bra: Campaign, now: datetime) -> None:
    follower = a_follower(bra, now, confirmed_at=now, unsubscribed_at=now)
    confirming, resuming = sign(CONFIRM, follower, now), sign(RESUME, follower, now)
    forged = f"{resuming[:-1]}{'A' if resuming[-1] != 'A' else 'B'}"

    answers = [
        client.post(f"/en/follow/{resuming}/"),
        client.post(f"/en/follow/{confirming}/resume/"),
        client.post(f"/en/follow/{forged}/resume/"),
        client.post(f"/en/follow/{confirming}/stop/"),
        client.post(f"/en/follow/{resuming}/stop/"),
    ]

    follower.refresh_from_db()
    assert [answer.status_code for answer in answers] == [404] * 5 and follower.unsubscribed_at == now


def test_the_mails_are_resumed_by_whoever_has_just_ended_them_and_not_by_a_later_click(
    client: Client, bra: Campaign, now: datetime
) -> None:
    follower = a_follower(bra, now, confirmed_at=now)
    ended = client.post(reverse("unsubscribe", args=[follower.token]))
    regret = reverse("follow_resume", args=[ended.context["regrets"]])
    again = client.post(reverse("unsubscribe", args=[follower.token]))

    resumed = client.post(regret)
    client.post(reverse("unsubscribe", args=[follower.token]))
    too_late = client.post(regret)

    follower.refresh_from_db()
    assert regret in ended.text and "/resume/" not in again.text
    assert "You follow this campaign" in resumed.text and too_late.status_code == 410
    assert follower.unsubscribed_at is not None
