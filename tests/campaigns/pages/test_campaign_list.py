"""The list of campaigns: by stage, by what is searched for, and what it says where nothing is found."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from tests.campaigns.pages import world

DAY = timedelta(days=1)


@pytest.fixture
def three(now: datetime) -> list[Campaign]:
    """One that collects, another that closes sooner, and one that is released."""
    first = world.bra_campaign(now)
    both = {"organiser": first.organiser, "tainted_version": first.tainted_version, "goal": 1, "coin": 1}
    common = {**both, "clean_version": first.clean_version, "currency": "JPY", "created_at": now, "changed_at": now}
    soon = Campaign.objects.create(
        slug="soon", title="Portraits", stage=Stage.OPEN, deadline=now + DAY, opened_at=now - 9 * DAY, **common
    )
    over = Campaign.objects.create(
        slug="over",
        title="Landscapes",
        stage=Stage.RELEASED,
        deadline=now - DAY,
        closed_at=now,
        opened_at=now,
        **common,
    )
    return [first, soon, over]


def found(client: Client, query: str = "") -> list[str]:
    """The campaigns whose cards stand there, in order."""
    answer: Any = client.get(reverse("campaigns") + query)
    return [now.campaign.slug for now in answer.context["cards"]]


def test_those_that_take_coins_come_first_and_the_next_to_close_before_all(
    client: Client, three: list[Campaign]
) -> None:
    assert found(client) == ["soon", "clean-bra", "over"]
    assert found(client, "?stage=released") == ["over"]
    assert found(client, "?stage=nonsense") == ["soon", "clean-bra", "over"]


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ("portraits", ["soon"]),
        ("Retrain+BRA", ["clean-bra"]),
        ("クリーンに", ["clean-bra"]),
        ("bra-v1", ["soon", "clean-bra", "over"]),
        ("portraits+nowhere", []),
        ("%00", ["soon", "clean-bra", "over"]),
    ],
)
def test_titles_in_both_languages_and_names_of_models_are_searched(
    client: Client, three: list[Campaign], asked: str, slugs: list[str]
) -> None:
    assert found(client, f"?q={asked}") == slugs


def test_each_stage_says_how_many_there_are_of_what_is_asked(client: Client, three: list[Campaign]) -> None:
    answer: Any = client.get(reverse("campaigns") + "?q=portraits&stage=open")

    assert answer.context["counts"] == {"all": 1, "open": 1, "funded": 0, "released": 0, "over": 0}
    # The stage stays when somebody searches again, and the question stays when they choose another stage.
    html = answer.content.decode()
    assert '<input type="hidden" name="stage" value="open">' in html
    assert "?q=portraits&amp;stage=released" in html


def test_who_finds_nothing_is_told_where_else_to_look(client: Client, three: list[Campaign]) -> None:
    html = client.get(reverse("campaigns") + "?q=%3Cb%3Enowhere").content.decode()

    assert "No campaign here names “&lt;b&gt;nowhere”." in html
    assert "<b>nowhere" not in html
    assert "See all campaigns" in html
