"""The fragment that keeps an open page fresh: the same for everybody, and told before anybody is asked who it is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaigns.actions.pause_site import pause_site
from campaigns.lifecycle import Kind, Stage
from campaigns.models import Campaign, CloseRun, Pledge
from campaigns.views import live_pace, live_sharing, live_snapshot
from campaigns.views.live_pace import Crowd
from campaigns.views.standing import standing
from tests.at_once import elsewhere
from tests.campaigns.pages import world

pytestmark = pytest.mark.usefixtures("nobody_has_watched_yet")


@pytest.fixture
def shared(settings: Settings) -> None:
    """As on a real site, only longer, so that a slow test is still within the moment."""
    settings.LIVE_SHARED_MS = 60_000


def address(campaign: Campaign) -> str:
    return reverse("campaign_live", args=[campaign.slug])


def test_who_knows_the_numbers_gets_304_and_no_body(client: Client, bra: Campaign) -> None:
    first = client.get(address(bra))

    again = client.get(address(bra), headers={"If-None-Match": first["ETag"]})

    assert first.status_code == 200 and b"\xc2\xa50" in first.content
    assert again.status_code == 304 and again.content == b""
    assert again["ETag"] == first["ETag"]


def test_a_proxy_that_weakened_the_mark_or_lists_several_gets_304_too(client: Client, bra: Campaign) -> None:
    tag = client.get(address(bra))["ETag"]

    statuses = [
        client.get(address(bra), headers={"If-None-Match": told}).status_code
        for told in (f"W/{tag}", f'"other", {tag}', '"other"')
    ]

    assert statuses == [304, 304, 200]


def test_a_coin_makes_another_fragment(client: Client, bra: Campaign, now: datetime) -> None:
    before = client.get(address(bra))
    world.coin(bra, now)

    after = client.get(address(bra), headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert 'data-amount="500"' in after.content.decode()
    assert int(after["X-Version"]) >= int(before["X-Version"]) > 0


def test_another_language_and_another_stage_make_another_fragment(client: Client, bra: Campaign) -> None:
    english = client.get(address(bra))
    japanese = client.get(address(bra).replace("/en/", "/ja/"))
    Campaign.objects.filter(pk=bra.pk).update(stage=Stage.PAUSED)
    paused = client.get(address(bra))

    assert len({english["ETag"], japanese["ETag"], paused["ETag"]}) == 3
    assert japanese["Content-Language"] == "ja" and "支援者" in japanese.content.decode()


def test_everybody_gets_the_same_whoever_they_are_and_anybody_may_keep_it_for_a_second(
    client: Client, bra: Campaign
) -> None:
    stranger = client.get(address(bra))
    client.force_login(bra.organiser)
    organiser = client.get(address(bra), headers={"Accept-Language": "ja", "Cookie": "theme=dark"})

    assert stranger.content == organiser.content and stranger["ETag"] == organiser["ETag"]
    for answer in (stranger, organiser):
        assert answer["Cache-Control"] == "public, max-age=1"
        # A proxy keeps them apart from the streams at the same address, and from nothing else.
        assert answer["Vary"] == "Accept" and not answer.cookies
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_a_draft_is_told_to_its_people_only_and_nobody_may_keep_it(client: Client, now: datetime, shared: None) -> None:
    draft = world.bra_campaign(now, stage=Stage.DRAFT)
    stranger = client.get(address(draft))
    client.force_login(draft.organiser)

    organiser = client.get(address(draft))
    client.logout()
    stranger_again = client.get(address(draft))

    assert [stranger.status_code, organiser.status_code, stranger_again.status_code] == [404, 200, 404]
    assert "no-store" in organiser["Cache-Control"] and "private" in organiser["Cache-Control"]
    assert organiser["X-Next-Poll"] == "0"


def test_what_is_public_no_more_is_gone_once_the_moment_has_passed(
    client: Client, bra: Campaign, settings: Settings
) -> None:
    settings.LIVE_SHARED_MS = 1
    assert client.get(address(bra)).status_code == 200
    Campaign.objects.filter(pk=bra.pk).delete()
    live_sharing._places[bra.slug].until = 0

    assert client.get(address(bra)).status_code == 404


def test_nothing_but_reading_is_possible(client: Client, bra: Campaign) -> None:
    assert client.post(address(bra)).status_code == 405
    assert client.head(address(bra)).status_code == 200


# --- what it costs


def test_whoever_asks_within_the_moment_costs_no_query(
    client: Client, bra: Campaign, now: datetime, shared: None, django_assert_num_queries: Any
) -> None:
    first = client.get(address(bra))
    world.coin(bra, now)

    with django_assert_num_queries(0):
        known = client.get(address(bra), headers={"If-None-Match": first["ETag"]})
        another = Client().get(address(bra))

    assert known.status_code == 304 and another.content == first.content


def test_when_nothing_has_changed_a_new_moment_costs_one_query(
    client: Client, bra: Campaign, shared: None, django_assert_num_queries: Any
) -> None:
    first = client.get(address(bra))
    live_sharing._places[bra.slug].until = 0

    with django_assert_num_queries(1):
        again = client.get(address(bra), headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304


def test_when_a_coin_has_come_a_new_moment_shows_it(
    client: Client, bra: Campaign, now: datetime, shared: None, django_assert_max_num_queries: Any
) -> None:
    client.get(address(bra))
    for _ in range(5):
        world.coin(bra, now)
    live_sharing._places[bra.slug].until = 0

    with django_assert_max_num_queries(8):
        after = client.get(address(bra))

    assert 'data-amount="2500"' in after.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["stage", "close", "promise", "withdrawal", "site", "coin"])
def test_whatever_changes_what_is_shown_is_noticed_and_is_a_later_moment(now: datetime, what: str) -> None:
    campaign = world.bra_campaign(now, kind=Kind.ALL_OR_NOTHING)
    saved: dict[str, Any] = {
        "state": Pledge.State.SAVED,
        "paid_at": None,
        "payment_method_id": "pm_1",
        "consented_at": now,
    }
    promised = world.coin(campaign, now, **saved)
    changes: dict[str, Callable[[], object]] = {
        "stage": lambda: Campaign.objects.filter(pk=campaign.pk).update(stage=Stage.PAUSED),
        "close": lambda: CloseRun.objects.create(campaign=campaign, started_at=now, reason="deadline"),
        "promise": lambda: world.coin(campaign, now, **saved),
        "withdrawal": lambda: Pledge.objects.filter(pk=promised.pk).update(state=Pledge.State.WITHDRAWN),
        "site": lambda: pause_site(at=now, by="user 1"),
        "coin": lambda: world.coin(campaign, now),
    }
    before = live_snapshot.look(campaign.slug, at=now)
    unchanged = live_snapshot.look(campaign.slug, at=now, known=before)

    changes[what]()
    after = live_snapshot.look(campaign.slug, at=now, known=before)

    assert before is not None and unchanged is not None and after is not None
    # Elsewhere in the same cluster of databases something may have been written, which makes it a later moment.
    assert unchanged.now is before.now and unchanged.version >= before.version
    assert after.now is not before.now and after.version > before.version


@pytest.mark.django_db(transaction=True)
def test_sums_and_version_are_of_one_moment(now: datetime) -> None:
    """A coin that is booked between two questions of one snapshot is in none of its sums."""
    campaign = world.bra_campaign(now)

    with live_snapshot.one_moment() as version:
        before = standing(campaign, at=now)
        elsewhere(lambda: world.coin(campaign, now))
        still = standing(campaign, at=now)
    after = live_snapshot.look(campaign.slug, at=now)

    assert (before.progress.raised, still.progress.raised) == (0, 0)
    assert after is not None and after.now.progress.raised == 500 and after.version > version


def test_the_time_that_is_left_is_not_older_than_ten_seconds(client: Client, bra: Campaign, now: datetime) -> None:
    first = live_snapshot.look(bra.slug, at=now)

    soon = live_snapshot.look(bra.slug, at=now + timedelta(seconds=9), known=first)
    later = live_snapshot.look(bra.slug, at=now + timedelta(seconds=10), known=first)

    assert first is not None and soon is not None and later is not None
    assert soon.now is first.now and later.now is not first.now


# --- when it cannot be made


def test_while_somebody_makes_it_the_others_are_shown_the_last_one(
    client: Client, bra: Campaign, now: datetime, shared: None
) -> None:
    first = client.get(address(bra))
    world.coin(bra, now)
    place = live_sharing._places[bra.slug]
    place.until = 0

    with place.making:
        meanwhile = client.get(address(bra))

    assert meanwhile.content == first.content
    assert 'data-amount="500"' in client.get(address(bra)).content.decode()


def test_without_a_database_pages_are_sent_away_and_told_when_to_come_back(
    client: Client, bra: Campaign, shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def fails(*_: object, **__: object) -> None:
        tries.append(1)
        raise OperationalError("away")

    monkeypatch.setattr(live_sharing, "look", fails)

    answers = [client.get(address(bra)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert {answer["Retry-After"] for answer in answers} == {"5"}
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}
    assert tries == [1], "the database was not left alone"


# --- when to ask again


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({}, "1.4"),
        ({"giving_paused": True}, "5"),
        ({"stage": Stage.PAUSED}, "5"),
        ({"stage": Stage.FUNDED, "closed_at": datetime.fromisoformat("2026-01-01T00:00Z")}, "60"),
        ({"stage": Stage.RELEASED, "closed_at": datetime.fromisoformat("2026-01-01T00:00Z")}, "0"),
        ({"stage": Stage.CANCELLED}, "0"),
    ],
)
def test_the_server_says_how_long_to_wait(
    client: Client, now: datetime, changes: dict[str, object], seconds: str
) -> None:
    campaign = world.bra_campaign(now, **changes)

    answer = client.get(address(campaign))

    assert answer["X-Next-Poll"] == seconds
    assert f'data-next="{seconds}"' in client.get(reverse("campaign", args=[campaign.slug])).content.decode()


@pytest.mark.parametrize(("since", "seconds"), [(0, "2"), (1, "2"), (5, "10"), (60, "60"), (4 * 24 * 60, "60")])
def test_the_longer_a_close_takes_the_less_often_it_is_looked_at(
    client: Client, now: datetime, since: int, seconds: str
) -> None:
    campaign = world.bra_campaign(now, stage=Stage.CLOSING)
    CloseRun.objects.create(campaign=campaign, started_at=now - timedelta(minutes=since), reason="deadline")

    assert client.get(address(campaign))["X-Next-Poll"] == seconds


def test_a_process_that_is_asked_too_often_asks_for_patience_and_forgets_it_afterwards() -> None:
    moment = [0.0]
    crowd = Crowd(clock=lambda: moment[0])

    def a_second(answers: int) -> float:
        stretch = 1.0
        for _ in range(answers):
            moment[0] += 1 / answers
            stretch = crowd.count()
        return stretch

    calm = a_second(live_pace.MANY // 2)
    busy = [a_second(live_pace.MANY * 2) for _ in range(30)]
    afterwards = [a_second(10) for _ in range(60)]

    assert calm == 1.0
    assert busy == sorted(busy) and 2 < busy[5] < busy[-1] == live_pace.LONGEST
    assert afterwards[-1] == 1.0
