"""The first page and the lists, empty and full."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from campaigns.views import home_contents
from campaigns.views.home_contents import Sums
from lineage.engine import verdicts
from lineage.models import Derivation, Licence, Version
from lineage.verdicts import family
from tests.campaigns.pages import world


def test_an_empty_site_says_what_to_do(client: Client) -> None:
    html = client.get("/en/").content.decode()

    assert "No campaign is collecting at the moment." in html
    assert reverse("campaign_new") in html


def test_the_first_page_shows_what_is_open_and_what_was_reached(client: Client, bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, amount=10_000, role="organiser")
    reached = Campaign.objects.get(pk=bra.pk)
    reached.pk, reached.slug, reached.title_other = None, "reached", "A model that is done"
    reached.trainer_token, reached.stage, reached.closed_at = "another", Stage.RELEASED, now
    reached.save()
    world.tell(bra, "progress", now, title="Data are ready")

    english, japanese = client.get("/en/").content.decode(), client.get("/ja/").content.decode()

    assert english.index("Retrain BRA on a clean base") < english.index("A model that is done")
    assert "¥10,000" in english and "50%" in english and "Data are ready" in english
    assert 'class="tree' in english and "ChilloutMix" in english
    assert "ワンコインで" in japanese and "いま募集中" in japanese


def test_drafts_are_in_no_list(client: Client, now: datetime) -> None:
    world.bra_campaign(now, stage=Stage.REVIEW)

    for address in ("/en/", "/en/c/", "/en/c/?stage=open"):
        assert "Retrain BRA" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("group", "stage"),
    [("open", Stage.PAUSED), ("funded", Stage.UNFUNDED), ("released", Stage.RELEASED), ("over", Stage.CANCELLED)],
)
def test_campaigns_are_listed_by_stage(client: Client, now: datetime, group: str, stage: Stage) -> None:
    world.bra_campaign(now, stage=stage, closed_at=now)

    listed = {
        name: "Retrain BRA" in client.get(f"/en/c/?stage={name}").content.decode()
        for name in ("", "open", "funded", "released", "over")
    }

    assert listed == {name: name in ("", group) for name in listed}


def test_lists_have_pages_and_a_bounded_number_of_queries(
    client: Client, bra: Campaign, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        other = Campaign.objects.get(pk=bra.pk)
        other.pk, other.slug, other.trainer_token = None, f"other-{number}", f"token-{number}"
        other.save()
        world.coin(other, now)

    with django_assert_max_num_queries(8):
        second = client.get("/en/c/?stage=open&page=2").content.decode()
    with django_assert_max_num_queries(30):
        client.get("/en/")

    assert second.count("card-campaign") == 12
    assert "?stage=open&amp;page=3" in second


@pytest.mark.parametrize("page", ["", "nonsense", "-1", "99999"])
def test_a_page_that_is_not_there_is_the_nearest_that_is(client: Client, bra: Campaign, page: str) -> None:
    assert client.get(f"/en/c/?page={page}").status_code == 200
    assert client.get(f"/en/c/{bra.slug}/supporters/?page={page}").status_code == 200


def test_how_it_works_is_told_in_both_languages(client: Client) -> None:
    english = client.get("/en/how-it-works/").content.decode()
    japanese = client.get("/ja/how-it-works/").content.decode()

    for anchor in ("coin", "fees", "refunds", "fails", "verdicts", "privacy"):
        assert f'id="{anchor}"' in english and f'id="{anchor}"' in japanese
    assert "This is not legal advice." in english
    assert "これは法的助言ではありません。" in japanese


def test_the_picture_of_a_long_way_leaves_models_out_and_says_so(client: Client, bra: Campaign) -> None:
    tainted = bra.tainted_version
    assert tainted is not None
    chillout = Version.objects.get(slug="chilloutmix")
    Derivation.objects.filter(child=tainted).delete()
    for number in range(5):
        rail = Licence.objects.get(slug="openrail-m-sd1")
        between = world.version(f"between-{number}", f"Between {number}", rail)
        world.made_from(between, chillout, "finetune")
        chillout = between
    world.made_from(tainted, chillout, "finetune")

    picture = client.get("/en/").content.decode().split('class="hero-tree hero-broad"')[1].split("</svg>")[0]

    assert picture.count("<a ") == 5
    assert "Dreamlike Diffusion 1.0" in picture and "BRA V1 clean" in picture
    assert "Between 4" not in picture and "…" in picture


def test_the_picture_for_a_phone_is_one_column_and_says_nothing_on_a_line_but_what_is_left_out(
    client: Client, bra: Campaign
) -> None:
    page = client.get("/ja/").content.decode()

    slim = page.split('class="hero-tree hero-slim"')[1].split("</svg>")[0]
    words = re.findall(r'<text class="tree-tag[^>]*>([^<]*)<', page)

    # The smallest letters are of 11 px and the picture is not made smaller, so it has to fit the smallest phone.
    assert int(re.findall(r' width="(\d+)"', slim)[0]) <= 288
    assert len(set(re.findall(r'<rect class="tree-box" x="(\d+)"', slim.split("tree-legend")[0]))) == 1
    assert set(words) <= {"制限の経路", "…"} and "置き換え先" in slim


@pytest.mark.parametrize(("language", "says"), [("en", "too large to be drawn here"), ("ja", "大きすぎるため")])
def test_a_family_of_which_not_everybody_is_judged_is_not_drawn_on_the_first_page_and_says_so(
    client: Client, bra: Campaign, monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    monkeypatch.setattr(family, "MOST_JUDGED", 3)

    answer = client.get(f"/{language}/")

    assert answer.status_code == 200 and 'class="hero-tree' not in answer.text and says in answer.text


def test_pages_whose_questions_are_too_large_to_be_judged_are_shown_and_promise_nothing(
    client: Client, bra: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "LONGEST_ANSWER", 1)
    assert bra.tainted_version is not None
    slug = bra.tainted_version.slug

    for path in ("/en/", f"/en/c/{bra.slug}/", f"/en/m/{slug}/", f"/en/m/{slug}/card/", f"/m/{slug}/badge.svg",
                 f"/m/{slug}/badge.json?use=sell-outputs", f"/en/m/{slug}/picture.png"):  # fmt: skip
        assert client.get(path).status_code == 200, path
    assert client.get(f"/m/{slug}/badge.json?use=paid-service").json()["message"].startswith("?")


def test_the_first_page_says_what_one_coin_does_to_one_model(client: Client, bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, amount=10_000, role="organiser")

    html = client.get("/en/").content.decode()
    shown = html.split('class="beat"')[1].split("</ol>")[0]

    assert "BRA V4" in shown or "BRA V1" in shown
    assert "¥500" in shown and f"/en/c/{bra.slug}/give/?amount=500" in shown
    assert "more coins reach the goal" in shown
    assert shown.index("Not allowed") < shown.index("¥500") < shown.rindex("chip-")


@pytest.mark.parametrize(("language", "says"), [("en", "a team of 11"), ("ja", "11人のチーム")])
def test_the_card_of_what_was_reached_tells_the_same_as_the_page_of_its_campaign(
    client: Client, now: datetime, language: str, says: str
) -> None:
    campaign = world.bra_campaign(now, stage=Stage.RELEASED, closed_at=now)
    campaign.promises.update(before="blocked", planned="allowed", at_release="conditional")
    campaign.promises.filter(position=2).update(at_release="blocked")

    home = client.get(f"/{language}/").text.split('class="stack changes-kept"')[1].split("</ul>")[0]
    page = client.get(f"/{language}/c/{campaign.slug}/").text.split('class="table changes"')[1].split("</table>")[0]

    lines, rows = home.split("<li>")[1:], page.split("<tr")[2:]
    assert len(lines) == 2 and says in lines[1]
    for line, row in zip(lines, (rows[0], rows[2]), strict=True):
        assert _told(line) == _told(row)
        assert "chip-bad" in line and "chip-ok" in line and "chip-cond" not in line


def _told(html: str) -> list[str]:
    """What is said of a use: its facts, and each verdict with what is to be kept beside it."""
    return re.findall(r'<span class="(?:meta|chip[^"]*)">(.*?)</span>(?= |<)', html)


def test_without_the_sums_the_cards_still_stand_and_the_strip_says_so(
    client: Client, bra: Campaign, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.coin(bra, now, amount=10_000, role="organiser")

    def too_slow() -> list[Sums]:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")
        return []

    monkeypatch.setattr(home_contents, "sums_of_the_ledger", too_slow)
    html = client.get("/en/").content.decode()

    assert "Retrain BRA on a clean base" in html and "¥10,000" in html
    assert "These sums are being counted again." in html
