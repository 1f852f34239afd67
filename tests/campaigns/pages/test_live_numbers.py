"""The fragment that keeps an open page fresh."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from tests.campaigns.pages import world


def address(campaign: Campaign) -> str:
    return reverse("campaign_live", args=[campaign.slug])


def test_who_knows_the_numbers_gets_304_and_no_body(client: Client, bra: Campaign) -> None:
    first = client.get(address(bra))

    again = client.get(address(bra), headers={"If-None-Match": first["ETag"]})

    assert first.status_code == 200 and b"\xc2\xa50" in first.content
    assert again.status_code == 304 and again.content == b""
    assert again["ETag"] == first["ETag"]
    assert "no-cache" in again["Cache-Control"]


def test_a_coin_makes_another_fragment(client: Client, bra: Campaign, now: datetime) -> None:
    before = client.get(address(bra))
    world.coin(bra, now)

    after = client.get(address(bra), headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert 'data-amount="500"' in after.content.decode()


def test_another_language_and_another_stage_make_another_fragment(client: Client, bra: Campaign) -> None:
    english = client.get(address(bra))
    japanese = client.get(address(bra).replace("/en/", "/ja/"))
    Campaign.objects.filter(pk=bra.pk).update(stage=Stage.PAUSED)
    paused = client.get(address(bra))

    assert len({english["ETag"], japanese["ETag"], paused["ETag"]}) == 3


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({}, 10),
        ({"stage": Stage.CLOSING}, 3),
        ({"stage": Stage.PAUSED}, 60),
        ({"stage": Stage.CANCELLED}, 0),
    ],
)
def test_the_server_says_how_long_to_wait(
    client: Client, now: datetime, changes: dict[str, object], seconds: int
) -> None:
    campaign = world.bra_campaign(now, **changes)

    answer = client.get(address(campaign))

    assert answer["X-Next-Poll"] == str(seconds)


def test_shortly_before_the_end_pages_look_more_often(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, deadline=now + timedelta(minutes=5))

    answer = client.get(address(campaign))

    assert answer["X-Next-Poll"] == "4"


def test_the_numbers_cost_four_queries(
    client: Client, bra: Campaign, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        world.coin(bra, now)

    with django_assert_max_num_queries(4):
        client.get(address(bra))
