"""Mails, attacked: one that cannot be sent, a slow or absent server, a race with the refunds, a stranger's inbox."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.follow_campaign import ASKED_A_DAY, confirm_follow, follow_campaign
from campaigns.actions.publish_update import publish_update
from campaigns.actions.queue_mail import queue_mail
from campaigns.actions.refund_pledge import carry_out_refunds, take_back
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.tell_followers import tell_followers
from campaigns.follow_links import CONFIRM, sign
from campaigns.models import Campaign, OutboxMessage, Update
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now

pytestmark = pytest.mark.django_db
LONG = "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".example"


def a_mail(key: str, template: str = "follow") -> None:
    context: dict[str, object] = {"campaign": "BRA", "confirm_url": "x"}
    queue_mail(key=key, to=f"{key}@example.com", language="en", template=template, at=now(), context=context)


def follows(campaign: Any, email: str) -> None:
    follower = follow_campaign(campaign, email=email, language="en", at=now())
    confirm_follow(sign(CONFIRM, follower, follower.asked_at), at=now())


def test_an_address_as_long_as_addresses_may_be_keeps_no_update_back() -> None:
    campaign = an_open_campaign()
    follows(campaign, LONG)
    follows(campaign, "frank@example.com")
    publish_update(campaign, Update.Kind.PROGRESS, at=now(), title="News")

    assert tell_followers(at=now()) == 1

    told = OutboxMessage.objects.filter(template="update").values_list("recipient", flat=True)
    assert sorted(told) == [LONG, "frank@example.com"]


def test_an_update_that_cannot_be_told_keeps_back_no_other() -> None:
    broken, whole = an_open_campaign("broken"), an_open_campaign("whole")
    for campaign in (broken, whole):
        follows(campaign, f"frank@{campaign.slug}.example")
        publish_update(campaign, Update.Kind.PROGRESS, at=now(), title="News")
    Campaign.objects.filter(pk=broken.pk).update(slug="no/address")

    assert tell_followers(at=now()) == 1

    assert OutboxMessage.objects.filter(recipient="frank@whole.example").exists()


def test_a_mail_that_cannot_be_composed_keeps_back_no_other() -> None:
    a_mail("broken", template="no-such-template")
    a_mail("whole")

    assert deliver_outbox(at=now()) == 1

    assert [message.to for message in mail.outbox] == [["whole@example.com"]]
    assert "no-such-template" in OutboxMessage.objects.get(key="broken").error


def test_a_mail_waits_for_a_server_that_is_away_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    a_mail("patient")
    began = now()

    def away(*_: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", away)
        for minutes in range(0, 24 * 60, 10):
            deliver_outbox(at=began + timedelta(minutes=minutes))
    deliver_outbox(at=began + timedelta(hours=31))

    assert len(mail.outbox) == 1


def test_a_server_slower_than_the_lease_gets_no_mail_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one worker waits for the server, the lease that it took at its start runs out, and another begins."""
    for number in range(5):
        a_mail(f"mail-{number}")
    began, send = now(), EmailBackend.send_messages

    def slow(backend: Any, messages: Any) -> int:
        monkeypatch.setattr(EmailBackend, "send_messages", send)
        deliver_outbox(at=began + timedelta(minutes=4))
        deliver_outbox(at=began + timedelta(minutes=6))
        return 1

    monkeypatch.setattr(EmailBackend, "send_messages", slow)
    monkeypatch.setattr("campaigns.actions.deliver_outbox.MOST_SECONDS", 3600)
    deliver_outbox(at=began)

    recipients = [message.to[0] for message in mail.outbox]
    assert sorted(recipients) == [f"mail-{number}@example.com" for number in range(5)]


def test_a_sweep_that_has_no_time_left_holds_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    a_mail("next-time")
    monkeypatch.setattr("campaigns.actions.deliver_outbox.MOST_SECONDS", 0)

    assert deliver_outbox(at=now()) == 0

    assert OutboxMessage.objects.get().leased_until is None


def test_supporters_hear_of_the_cancelling_though_their_money_is_back_already(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    take_back(give(sandbox, campaign, name="Left"), at=now())
    give(sandbox, campaign)
    cancel_campaign(campaign, at=now(), by="alice", reason="the data is gone")
    carry_out_refunds(at=now())

    tell_followers(at=now())

    told = OutboxMessage.objects.filter(template="update").values_list("recipient", flat=True)
    assert list(told) == ["carol@example.com"]


def test_who_asked_for_updates_with_a_coin_is_asked_to_confirm_it_once(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign(), wants_updates=True)

    for day in range(1, 4):
        settle_pledge(pledge.pk, at=now() + timedelta(days=day))

    assert OutboxMessage.objects.filter(template="follow").count() == 1


def test_the_inbox_of_a_stranger_is_not_filled_by_asking_at_every_campaign() -> None:
    campaigns = [an_open_campaign(f"campaign-{number}") for number in range(ASKED_A_DAY + 3)]

    for campaign in campaigns * 2:
        follow_campaign(campaign, email="Stranger@example.com", language="en", at=now())
    assert OutboxMessage.objects.filter(template="follow").count() == ASKED_A_DAY

    follow_campaign(campaigns[-1], email="stranger@example.com", language="en", at=now() + timedelta(days=2))
    assert OutboxMessage.objects.filter(template="follow").count() == ASKED_A_DAY + 1
