"""The button of a demo's staff, which brings a deadline to this moment."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.close_now import close_now
from campaigns.actions.run_selfcheck import breaches
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.models import Campaign
from tests.promises import an_all_or_nothing_campaign
from tests.world import a_person, now

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def staff() -> User:
    person = a_person("Steve")
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    return person


@pytest.fixture
def campaign() -> Campaign:
    return an_all_or_nothing_campaign(deadline=now() + timedelta(days=3))


def press(client: Client, campaign: Campaign) -> int:
    return int(client.post(reverse("close_now", args=[campaign.slug])).status_code)


def test_in_a_demo_the_staff_close_a_campaign_and_the_clock_does_the_rest(
    client: Client, campaign: Campaign, staff: User, settings: Settings
) -> None:
    settings.DEMO = True
    client.force_login(staff, backend=BACKEND)
    shown = client.get(reverse("campaign", args=[campaign.slug])).content.decode()
    before = campaign.deadline

    status = press(client, campaign)
    close_due_campaigns(at=now() + timedelta(seconds=1))

    campaign.refresh_from_db()
    log = campaign.transitions.get(before=Stage.OPEN, after=Stage.OPEN)
    assert "Close now" in shown and status == 302
    assert before is not None and before.isoformat() in log.reason and log.by == f"user {staff.pk}"
    assert campaign.stage == Stage.UNFUNDED
    assert breaches(at=now()) == {}, "an amended deadline is a step that the history may have"


def test_the_staffs_queue_has_the_button_too(
    client: Client, campaign: Campaign, staff: User, settings: Settings
) -> None:
    settings.DEMO = True
    client.force_login(staff, backend=BACKEND)

    assert reverse("close_now", args=[campaign.slug]) in client.get(reverse("review_queue")).content.decode()


def test_on_a_real_site_there_is_no_such_button_and_no_such_address(
    client: Client, campaign: Campaign, staff: User, settings: Settings
) -> None:
    settings.DEMO = False
    client.force_login(staff, backend=BACKEND)

    shown = client.get(reverse("campaign", args=[campaign.slug])).content.decode()

    assert "Close now" not in shown
    assert press(client, campaign) == 404
    with pytest.raises(NotPossibleNow):
        close_now(campaign, at=now(), by=staff)


def test_nobody_but_the_staff_of_a_demo_can_press_it(client: Client, campaign: Campaign, settings: Settings) -> None:
    settings.DEMO = True
    unknown = press(client, campaign)
    client.force_login(campaign.organiser, backend=BACKEND)

    assert (unknown, press(client, campaign)) == (404, 404)
    with pytest.raises(NotPossibleNow):
        close_now(campaign, at=now(), by=campaign.organiser)


def test_what_has_closed_is_not_closed_again(campaign: Campaign, staff: User, settings: Settings) -> None:
    settings.DEMO = True
    close_now(campaign, at=now(), by=staff)

    with pytest.raises(NotPossibleNow):
        close_now(campaign, at=now(), by=staff)

    assert campaign.transitions.filter(before=Stage.OPEN, after=Stage.OPEN).count() == 1
