"""The campaign's page in every stage, in both languages."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from tests.campaigns.pages import world

CLOSED = (Stage.FUNDED, Stage.UNFUNDED, Stage.TRAINING, Stage.RELEASED)
SAYS = {
    Stage.OPEN: ("Open for coins", "募集中"),
    Stage.PAUSED: ("Giving is paused.", "支援の受付を一時停止しています。"),
    Stage.CLOSING: ("The campaign has closed.", "募集を締め切りました。"),
    Stage.FUNDED: ("The goal was reached.", "目標を達成しました。"),
    Stage.UNFUNDED: ("The campaign closed below its goal.", "目標に届かず、募集を終了しました。"),
    Stage.TRAINING: ("The clean version is being trained.", "クリーン版を学習しています。"),
    Stage.RELEASED: ("The clean version is released.", "クリーン版を公開しました。"),
    Stage.ABANDONED: ("The work was given up.", "作業は断念されました。"),
    Stage.CANCELLED: ("The campaign was cancelled.", "プロジェクトは中止になりました。"),
}


def page(client: Client, campaign: Campaign, language: str = "en", name: str = "campaign") -> str:
    with override(language):
        address = reverse(name, args=[campaign.slug])
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.mark.parametrize("stage", list(SAYS))
def test_every_public_stage_has_a_page_in_both_languages(client: Client, now: datetime, stage: Stage) -> None:
    closed = {"closed_at": now} if stage in CLOSED else {}
    campaign = world.bra_campaign(now, stage=stage, **closed)
    world.coin(campaign, now)

    english, japanese = page(client, campaign, "en"), page(client, campaign, "ja")

    assert SAYS[stage][0] in english
    assert SAYS[stage][1] in japanese
    assert '<html lang="ja">' in japanese


@pytest.mark.parametrize("stage", [Stage.PAUSED, Stage.CLOSING, Stage.FUNDED, Stage.CANCELLED])
def test_a_campaign_that_takes_no_coins_offers_no_way_to_give(client: Client, now: datetime, stage: Stage) -> None:
    closed = {"closed_at": now} if stage in CLOSED else {}
    campaign = world.bra_campaign(now, stage=stage, **closed)

    html = page(client, campaign)

    assert reverse("give", args=[campaign.slug]) not in html


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.REVIEW])
def test_a_campaign_that_is_not_public_exists_for_its_people_only(client: Client, now: datetime, stage: Stage) -> None:
    campaign = world.bra_campaign(now, stage=stage)
    stranger = world.person("Jiro", "jiro@example.org")
    staff = User.objects.create_user("staff", is_staff=True)
    address = reverse("campaign", args=[campaign.slug])

    statuses = [client.get(address).status_code]
    for person in (stranger, campaign.organiser, campaign.trainer, staff):
        assert person is not None
        client.force_login(person)
        statuses.append(client.get(address).status_code)

    assert statuses == [404, 404, 200, 200, 200]


def test_the_numbers_come_from_the_ledger(client: Client, bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, amount=10_000, role="organiser", name="Hanako")
    world.coin(bra, now, amount=9_500)

    html = page(client, bra)

    assert "¥19,500" in html
    assert "of ¥20,000 · 97%" in html
    assert "<strong>1 more coin</strong> of ¥500 reaches the goal." in html
    assert "The organiser’s own part: ¥10,000" in html
    assert 'width="97.50%"' in html and 'width="50.00%"' in html


def test_the_organisers_name_is_shown_and_no_address_of_anybody(client: Client, bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, email="secret@example.org", name="Mika")
    world.coin(bra, now, name="Kenji", anonymous=True)

    html = page(client, bra)
    wall = page(client, bra, name="supporters")

    assert "Hanako" in html and "Mika" in html
    for text in (html, wall):
        assert "@example.org" not in text
        assert "Kenji" not in text
        assert "Somebody" in text


def test_hidden_amounts_and_private_words_stay_hidden(client: Client, bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, amount=777, hide_amount=True, message="for your eyes", message_private=True)
    world.coin(bra, now, amount=500, message="Go on!")

    wall = page(client, bra, name="supporters")

    assert "777" not in wall.replace("1,277", "")
    assert "for your eyes" not in wall
    assert "Go on!" in wall


def test_what_the_retraining_changes_stands_on_the_page(client: Client, bra: Campaign) -> None:
    html = page(client, bra)

    assert "inherits restrictions" in html and "inherits no restriction" in html
    assert "Not allowed" in html
    assert "1 thing to keep" in html
    way = re.search(r'<ol class="path".*?</ol>', html, re.S)
    assert way is not None
    names = re.findall(r"<a [^>]*><span>([^<>]+)</span></a>", way[0])
    assert names == ["Dreamlike Diffusion 1.0", "ChilloutMix", "BRA V1"]


def test_the_close_report_tells_what_anybody_can_add_up(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.FUNDED, closed_at=now)
    world.coin(campaign, now, amount=20_000)
    world.tell(campaign, "funded", now, data=world.close_report(campaign, 20_000))

    html = page(client, campaign)

    assert "Funded: the goal was reached" in html
    assert "¥20,000\N{NO-BREAK SPACE}JPY was raised of a goal of ¥20,000." in html
    assert "¥720" in html
    assert f"/en/c/{campaign.slug}/ledger/" in html


def test_a_release_tells_which_uses_changed(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.RELEASED, closed_at=now)
    data: dict[str, Any] = {
        "before": [{"use": "sell-outputs", "verdict": "blocked"}, {"use": "personal", "verdict": "allowed"}],
        "after": [{"use": "sell-outputs", "verdict": "allowed"}, {"use": "personal", "verdict": "allowed"}],
        "gone": [{"term": "team-size-max", "limit": 10}],
    }
    world.tell(campaign, "released", now, data=data)

    told = page(client, campaign).split('id="update-1"')[1].split("</article>")[0]

    # What is judged today stands below, of every use.
    changed = told.split('class="table changes"')[1].split("</table>")[0]
    assert "Sell images" in changed and "Personal use" not in changed
    assert changed.index("Not allowed") < changed.index("OK")
    assert "teams of up to 10" in told


def test_the_page_costs_as_many_queries_for_fifty_coins_as_for_three(
    client: Client, bra: Campaign, now: datetime, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(35):
        page(client, bra)
    for minute in range(50):
        world.coin(bra, now - timedelta(minutes=minute))
        if minute < 10:
            world.tell(bra, "progress", now, title="n", body="n", author=bra.trainer)

    with django_assert_max_num_queries(35):
        page(client, bra)


def test_nothing_that_people_wrote_becomes_markup(client: Client, now: datetime) -> None:
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)>"><b>'
    campaign = world.bra_campaign(now, title_other=evil, summary_other=evil, plan_other=evil + "\n\n[x](javascript:1)")
    world.coin(campaign, now, name=evil[:60], message=evil)
    world.tell(campaign, "progress", now, title=evil, body=evil + "\n\n![p](https://example.org/p.png)", language="en")

    for name in ("campaign", "supporters", "give", "follow", "campaign_live"):
        html = page(client, campaign, name=name)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert '="javascript:' not in html
        assert "example.org/p.png" not in html.replace('href="https://example.org/p.png"', "")
