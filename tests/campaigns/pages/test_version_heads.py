"""The head of a version's page: which model binds it, by which way, and which campaign would free it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from lineage.models import Version
from tests.lineage.documents import put_on_record, the_bra_family
from tests.world import an_open_campaign

pytestmark = pytest.mark.django_db


def head(client: Client, address: str) -> str:
    said = client.get(address).content.decode().replace("<wbr>", "")
    return said[said.index("<header class=") : said.index('id="answers"')] if 'id="answers"' in said else said


def campaigns_for_bra() -> tuple[Campaign, Campaign]:
    put_on_record(the_bra_family())
    tainted = Version.objects.get(slug="bra-v4")
    clean = Version.objects.get(slug="bra-v1-sd15-half")
    later = an_open_campaign("later", tainted_version=tainted, clean_version=clean, title="The later one")
    first = an_open_campaign("first", tainted_version=tainted, clean_version=clean, title="The first to close")
    Campaign.objects.filter(pk=later.pk).update(deadline=F("deadline") + timedelta(days=9))
    return first, later


def becomes(campaign: Campaign, stage: Stage) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(stage=stage, closed_at=campaign.deadline)


def test_the_head_names_who_binds_with_what_by_which_way_and_the_campaign_that_closes_first(client: Client) -> None:
    campaigns_for_bra()

    said = head(client, "/en/m/bra-v4/")

    assert "Its restrictions come from:" in said and "Not to be offered on a website" in said
    way = said[said.index('class="path"') :].partition("</ol>")[0]
    assert way.index("dreamlike-diffusion-1") < way.index("chilloutmix") < way.index("bra-v4")
    assert "The first to close" in said and "Support the retraining" in said and "The later one" not in said
    assert 'href="/en/m/bra-v4/repair/"' in said


def test_a_campaign_that_only_works_still_is_shown_where_none_takes_coins(client: Client) -> None:
    first, later = campaigns_for_bra()
    becomes(first, Stage.TRAINING)

    with_coins = head(client, "/en/m/bra-v4/")
    becomes(later, Stage.UNFUNDED)
    at_work = head(client, "/en/m/bra-v4/")
    becomes(first, Stage.ABANDONED)
    none = head(client, "/en/m/bra-v4/")

    assert "The later one" in with_coins and "The first to close" not in with_coins
    assert "The first to close" in at_work and "See the campaign" in at_work
    assert "Nobody collects for a clean version yet." in none


def test_the_other_tabs_only_name_who_binds(client: Client) -> None:
    campaigns_for_bra()

    said = head(client, "/en/m/bra-v4/history/")

    assert "Its restrictions come from:" in said and "Support the retraining" not in said and 'class="path"' not in said
