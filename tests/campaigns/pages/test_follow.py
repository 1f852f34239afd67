"""Following by mail: asked for, confirmed, and ended by a click."""

from datetime import datetime

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

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
    link = reverse("follow_confirm", args=[follower.token])

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
