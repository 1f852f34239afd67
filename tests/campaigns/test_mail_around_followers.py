"""Mails to those who follow: the welcome, the one reminder before the close, and how a mail program ends them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from campaigns.actions import tell_of_deadline
from campaigns.actions.deliver_outbox import compose
from campaigns.actions.follow_campaign import confirm_follow, follow_campaign, stop_following
from campaigns.actions.pause_giving import pause_giving
from campaigns.actions.publish_update import publish_update
from campaigns.actions.queue_mail import queue_mail, queue_mails
from campaigns.actions.tell_followers import tell_followers
from campaigns.actions.tell_of_deadline import tell_of_deadlines
from campaigns.follow_links import CONFIRM, sign
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Follower, OutboxMessage, Update
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now

pytestmark = pytest.mark.django_db


def follows(campaign: Campaign, name: str, *, language: str = "en", days: int = 20) -> Follower:
    """Since so many days."""
    since = now() - timedelta(days=days)
    follower = follow_campaign(campaign, email=f"{name}@example.com", language=language, at=since)
    return confirm_follow(sign(CONFIRM, follower, since), at=since)


def closes_in(hours: float, **terms: Any) -> Campaign:
    terms = {"opened_at": now() - timedelta(days=20), "ceiling": 40_000, **terms}
    return an_open_campaign(deadline=now() + timedelta(hours=hours), **terms)


def reminded() -> list[str]:
    return sorted(OutboxMessage.objects.filter(template="deadline_near").values_list("recipient", flat=True))


def test_who_confirms_is_welcomed_once() -> None:
    campaign = an_open_campaign()
    follower = follows(campaign, "frank", language="ja")

    confirm_follow(sign(CONFIRM, follower, now()), at=now())
    stop_following(follower.token, at=now())
    confirm_follow(sign(CONFIRM, follower, now()), at=now())

    (welcome,) = OutboxMessage.objects.filter(template="following")
    mail = compose(welcome)
    assert mail.subject.startswith("フォローしました") and "JST" in mail.body
    assert follower.token in mail.extra_headers["List-Unsubscribe"]


def test_who_follows_and_has_not_given_is_reminded_once_before_the_close(sandbox: Sandbox) -> None:
    campaign = closes_in(40)
    for name in ("frank", "carol", "gone"):
        follows(campaign, name)
    follow_campaign(campaign, email="unconfirmed@example.com", language="en", at=now() - timedelta(days=9))
    follows(campaign, "new", days=0)
    give(sandbox, campaign, name="Carol", email="Carol@Example.com")
    stop_following(Follower.objects.get(email="gone@example.com").token, at=now())

    assert tell_of_deadlines(at=now()) == 1
    assert tell_of_deadlines(at=now() + timedelta(hours=1)) == 0

    mail = compose(OutboxMessage.objects.get(template="deadline_near"))
    assert mail.to == ["frank@example.com"] and mail.subject == "Closes soon: BRA"
    assert "¥19,500 JPY are still missing" in mail.body and "/give/" in mail.body


@pytest.mark.parametrize(
    "terms",
    [
        {"hours": 60},
        {"hours": 40, "opened_at": now() - timedelta(hours=32)},
        {"hours": -1},
        {"hours": 40, "stage": Stage.PAUSED},
        {"hours": 40, "stage": Stage.CLOSING},
        {"hours": 40, "giving_paused": True},
    ],
    ids=["too-early", "a-short-campaign", "over", "paused", "closing", "giving-paused"],
)
def test_nobody_is_reminded_when_there_is_nothing_to_do(terms: dict[str, Any]) -> None:
    follows(closes_in(**terms), "frank")

    assert tell_of_deadlines(at=now()) == 0


def test_a_short_campaign_reminds_in_its_last_quarter() -> None:
    follows(closes_in(17, opened_at=now() - timedelta(hours=55)), "frank")

    assert tell_of_deadlines(at=now()) == 1


def test_a_full_campaign_reminds_nobody_and_one_above_its_goal_says_so(sandbox: Sandbox) -> None:
    full, above = closes_in(40, slug="full", ceiling=20_000), closes_in(40, slug="above", goal=500)
    for campaign in (full, above):
        follows(campaign, f"frank-{campaign.slug}")
    give(sandbox, full, 20_000, name="Erin")
    give(sandbox, above, 500, name="Erin")
    Campaign.objects.filter(pk=full.pk).update(stage=Stage.OPEN)

    tell_of_deadlines(at=now())

    assert reminded() == ["frank-above@example.com"]
    assert "has reached its goal of ¥500" in compose(OutboxMessage.objects.get(template="deadline_near")).body


def test_a_sweep_that_dies_in_the_middle_goes_on_and_tells_nobody_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = closes_in(40)
    for number in range(5):
        follows(campaign, f"follower-{number}")
    batches = []

    def dies(mails: Any) -> None:
        batches.append(mails)
        if len(batches) == 3:
            raise KeyboardInterrupt
        queue_mails(mails)

    monkeypatch.setattr(tell_of_deadline, "AT_ONCE", 1)
    monkeypatch.setattr(tell_of_deadline, "queue_mails", dies)
    with pytest.raises(KeyboardInterrupt):
        tell_of_deadlines(at=now())
    assert len(reminded()) == 2

    assert tell_of_deadlines(at=now()) == 3
    pause_giving(campaign)
    tell_of_deadlines(at=now())

    assert reminded() == [f"follower-{number}@example.com" for number in range(5)]


def test_an_update_carries_what_a_mail_program_needs_to_end_it(client: Client, settings: Settings) -> None:
    settings.CONTACT_EMAIL, settings.UNSUBSCRIBE_EMAIL = "help@genseki.example", "stop@genseki.example"
    campaign = an_open_campaign()
    follower = follows(campaign, "frank", language="ja")
    publish_update(campaign, Update.Kind.PROGRESS, at=now(), title="News", body="**Done**")
    tell_followers(at=now())

    message = OutboxMessage.objects.get(template="update")
    raw = compose(message).message()

    page = f"{settings.SITE_URL}/ja/follow/{follower.token}/stop/"
    assert raw["List-Unsubscribe"].startswith(f"<{page}>, <mailto:stop@genseki.example?subject=unsubscribe%20")
    assert raw["List-Id"] == "<bra.updates.127.0.0.1>" and raw["Reply-To"] == "help@genseki.example"
    assert (raw["Auto-Submitted"], raw["Content-Language"], raw["Precedence"]) == ("auto-generated", "ja", None)
    assert raw["Message-ID"] == compose(message).message()["Message-ID"] == f"<outbox-{message.pk}@127.0.0.1>"
    assert raw.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in raw.walk()][1:] == ["text/plain", "text/html"]
    assert max(len(line) for line in raw.as_bytes().splitlines()) <= 998


def test_a_mail_that_answers_to_an_act_is_no_list(sandbox: Sandbox) -> None:
    give(sandbox, an_open_campaign())

    raw = compose(OutboxMessage.objects.get(template="receipt")).message()

    assert raw["List-Unsubscribe"] is None and raw["List-Id"] is None and raw["Reply-To"] is None


def test_one_click_ends_one_list_again_and_again_without_a_cookie_and_a_button_resumes_it() -> None:
    ended, other = (follows(an_open_campaign(slug), "frank") for slug in ("ended", "other"))
    link = f"/en/follow/{ended.token}/stop/"
    robot = Client(enforce_csrf_checks=True)

    shown = robot.get(link)
    assert robot.head(link).status_code == 200 and not Follower.objects.filter(unsubscribed_at__isnull=False).exists()
    assert shown.content.decode().count('<form method="post"') == 1
    answers = [robot.post(link, {"List-Unsubscribe": "One-Click"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert list(Follower.objects.filter(unsubscribed_at__isnull=True)) == [other]
    regret = answers[0].context["regrets"]
    assert answers[1].context["regrets"] == "" and "/follow/" in answers[1].text
    assert "You follow this campaign" in Client().post(f"/en/follow/{regret}/resume/").text
    assert Follower.objects.filter(unsubscribed_at__isnull=True).count() == 2


@pytest.mark.parametrize("heading", ["Nice\r\nBcc: all@example.org", "x" * 3000, "\u202eevil\x00"])
def test_no_heading_breaks_the_headers_of_a_mail(heading: str) -> None:
    context: dict[str, object] = {"campaign": heading.replace("\x00", ""), "slug": "bra\r\nX-Evil: 1"}
    stop = "https://x.example/stop/"
    queue_mail(key="k", to="a@example.org", language="en", template="follow", at=now(), context=context)
    queue_mail(
        key="l", to="a@example.org", language="en", template="opened", at=now(), context=context, unsubscribe_url=stop
    )

    for message in OutboxMessage.objects.all():
        raw = compose(message).message()
        assert raw["Bcc"] is None and raw["X-Evil"] is None and "\n" not in str(raw["Subject"])
