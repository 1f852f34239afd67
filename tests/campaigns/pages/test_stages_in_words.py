"""What the campaign's page says in the stages in which something waits, is late, goes back or was delivered."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from campaigns.lifecycle import Kind, Stage
from campaigns.models import Campaign, CloseRun
from campaigns.templatetags.deadlines import day_words
from lineage.models import Version
from tests.campaigns.pages import world

DAY = timedelta(days=1)


def page(client: Client, campaign: Campaign, language: str = "en") -> str:
    with override(language):
        return client.get(reverse("campaign", args=[campaign.slug])).content.decode().replace("<wbr>", "")


def part(html: str, heading: str) -> str:
    """The section with this heading."""
    return html.split(f'aria-labelledby="{heading}"')[1].split("</section>")[0]


def test_work_that_is_late_says_since_when_and_when_it_was_last_heard_of(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.TRAINING, closed_at=now - 40 * DAY, training_days=14)
    world.tell(campaign, "training", now - 28 * DAY - timedelta(minutes=5))
    world.tell(campaign, "progress", now - 20 * DAY, title="n", body="n")

    english, japanese = part(page(client, campaign), "work"), part(page(client, campaign, "ja"), "work")

    assert "14 days ago." in english and "Last update:" in english
    assert "14日過ぎています。" in japanese and "最後の活動報告は" in japanese
    assert "what is left goes back to the supporters" in english


def test_work_that_is_in_time_is_not_called_late(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.TRAINING, closed_at=now - 9 * DAY, training_days=14)
    world.tell(campaign, "training", now - 5 * DAY)

    work = part(page(client, campaign), "work")

    assert "It was planned" not in work
    assert 'class="now" aria-current="step"' in work and ">Training</h3>" in work


@pytest.mark.parametrize(
    ("stage", "english", "japanese"),
    [
        (Stage.CANCELLED, "1 of 3 coins have gone back.", "返金中です(3件のうち1件が完了)。"),
        (Stage.ABANDONED, "1 of 3 coins have gone back.", "返金中です(3件のうち1件が完了)。"),
    ],
)
def test_what_goes_back_is_counted_while_it_goes_back(
    client: Client, now: datetime, stage: Stage, english: str, japanese: str
) -> None:
    campaign = world.bra_campaign(now, stage=stage, closed_at=now - DAY)
    world.coin(campaign, now, state="refunded", refunded=500)
    for _ in range(2):
        world.coin(campaign, now)

    assert english in part(page(client, campaign), "work")
    assert '<progress class="progress" max="3" value="1"' in page(client, campaign)
    assert japanese in part(page(client, campaign, "ja"), "work")


def test_both_what_was_there_at_the_close_and_what_is_there_now_are_shown(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.FUNDED, closed_at=now)
    CloseRun.objects.create(campaign=campaign, started_at=now, reason="ceiling", raised_at_close=20_000)
    world.coin(campaign, now, amount=19_500)

    money = part(page(client, campaign), "money")

    assert "Raised at the close" in money and "¥20,000" in money
    assert "Raised now" in money and "¥19,500" in money


def test_what_was_released_can_be_held_against_its_hash(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.RELEASED, closed_at=now - 9 * DAY)
    Version.objects.filter(slug="bra-v1-clean").update(
        planned=False, released_at=now, sha256="ab" * 32, url="https://example.org/bra"
    )
    world.tell(campaign, "released", now)

    work = part(page(client, campaign), "work")

    assert "ab" * 32 in work and 'href="https://example.org/bra"' in work
    assert work.count('class="done"') == 4


def test_a_release_that_is_in_doubt_says_so_first_and_not_in_green(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.RELEASED, closed_at=now - 9 * DAY, doubted_at=now - DAY)

    head = page(client, campaign).split('class="campaign-head')[1].split("</header>")[0]

    with override("en"):
        day = day_words(now - DAY, campaign.zone)
    assert "Released, in doubt" in head and f"but in doubt since {day}." in head
    assert "A fact became known later that speaks against it. What is still to be paid waits" in head
    assert "chip-ok" not in head and "notice-ok" not in head
    assert "puts the clean version in doubt" in part(page(client, campaign), "money")


def test_work_that_was_given_up_while_in_doubt_is_given_up_and_not_released(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.ABANDONED, closed_at=now - 9 * DAY, doubted_at=now - DAY)

    head = page(client, campaign).split('class="campaign-head')[1].split("</header>")[0]

    assert "Given up" in head and "The work was given up." in head and "eleased" not in head


@pytest.mark.parametrize(
    ("data", "title", "says"),
    [
        ({}, "The clean version is in doubt", "Nobody need have done wrong."),
        ({"is_over": True}, "The clean version is judged clean again", "What was in doubt is cleared up."),
        ({"decision": "pay"}, "The staff have decided about the doubt", "that the rest is paid all the same."),
        (
            {"decision": "do-not-pay", "left": 500},
            "The staff have decided about the doubt",
            "the rest is not paid to the trainer. What is left, ¥500 JPY, goes back to the supporters",
        ),
    ],
)
def test_each_turn_of_a_doubt_is_told_as_what_it_is(
    client: Client, now: datetime, data: dict[str, Any], title: str, says: str
) -> None:
    campaign = world.bra_campaign(now, stage=Stage.RELEASED, closed_at=now - 9 * DAY)
    world.tell(campaign, "doubted", now, data=data)

    told = part(page(client, campaign), "updates").replace("\N{NO-BREAK SPACE}", " ")

    assert title in told and says in told


def test_who_goes_ahead_with_less_never_reached_the_goal(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.TRAINING, closed_at=now - DAY)
    world.tell(campaign, "unfunded", now - DAY, data=world.close_report(campaign, 9_000))
    world.tell(campaign, "training", now, data={"with_less": True})

    work = part(page(client, campaign), "work")

    assert "Coins collected" in work and "Training" in work
    assert "Goal reached" not in work


@pytest.mark.parametrize("changes", [{"stage": Stage.PAUSED}, {"giving_paused": True}])
def test_where_giving_is_paused_the_button_says_so_and_a_mail_tells_when_it_goes_on(
    client: Client, now: datetime, changes: dict[str, Any]
) -> None:
    campaign = world.bra_campaign(now, **changes)

    english, japanese = page(client, campaign), page(client, campaign, "ja")

    assert 'type="button" disabled>Giving is paused right now<' in english
    assert f'href="{reverse("follow", args=[campaign.slug])}">Hear by email when it goes on<' in english
    assert "再開をメールで知る" in japanese
    # The page can be read all the same.
    assert "What the retraining changes" in english and "Where the money is" in english


def test_a_campaign_above_its_goal_says_what_more_is_for(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, ceiling=None, more_is_for="二回目の学習に", more_is_for_other="A second run.")
    world.coin(campaign, now, amount=22_000)

    html = page(client, campaign)

    assert "of ¥20,000 · 110%" in html
    assert "The goal is reached." in html and "You can still give until it closes." in html
    assert "A second run." in html.split('class="campaign-beside')[0]


@pytest.mark.parametrize(
    ("kind", "says", "never"),
    [
        (Kind.KEEP, "or everybody gets everything back", "Nobody pays anything."),
        (Kind.ALL_OR_NOTHING, "Nobody pays anything.", "or everybody gets everything back"),
    ],
)
def test_what_happens_if_the_goal_is_missed_stands_beside_what_a_coin_does(
    client: Client, now: datetime, kind: Kind, says: str, never: str
) -> None:
    coin = part(page(client, world.bra_campaign(now, kind=kind)), "coin")

    assert says in coin and never not in coin
    assert "If you change your mind" in coin and "If nothing is released" in coin


def test_a_campaign_without_supporters_that_takes_no_coins_asks_for_none(client: Client, now: datetime) -> None:
    empty = world.bra_campaign(now, stage=Stage.CANCELLED)

    html = page(client, empty)

    assert "Will you be the first?" not in html
    assert "There are no supporters to show." in html
