"""The page of a version that takes the place of another leads with what is gone."""

import re

import pytest
from django.test import Client

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from lineage.models import Version
from tests.lineage.documents import put_on_record, the_bra_family
from tests.world import an_open_campaign

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("<wbr>", "")


def a_campaign_for_bra() -> Campaign:
    """BRA V4 is to be replaced by the half of BRA V1 that stands on Stable Diffusion 1.5 alone."""
    put_on_record(the_bra_family())
    tainted = Version.objects.get(slug="bra-v4")
    clean = Version.objects.get(slug="bra-v1-sd15-half")
    return an_open_campaign("retrain", tainted_version=tainted, clean_version=clean, title="Retrain")


def test_a_clean_version_leads_with_what_vanished_and_a_planned_one_with_what_would(client: Client) -> None:
    campaign = a_campaign_for_bra()
    clean = campaign.clean_version
    assert clean is not None

    made = page(client, f"/en/m/{clean.slug}/")
    Version.objects.filter(pk=clean.pk).update(planned=True)
    planned = page(client, f"/en/m/{clean.slug}/?who=paid-service")

    assert "What vanished, compared with BRA V4" in made and "What would vanish, compared with BRA V4" in planned
    assert made.index('id="vanished"') < made.index('id="answers"')
    box = made[made.index('id="vanished"') : made.index('id="answers"')]
    assert "Not to be offered on a website or in an app that earns money" in box and "Dreamlike Diffusion 1.0" in box
    turn = re.sub(r"<[^>]+>", " ", box[box.index("Run a paid service") :].partition("</li>")[0])
    assert turn.index("Not allowed") < turn.index("OK") and "Not legal advice" in box


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.REVIEW, Stage.CANCELLED])
def test_what_is_not_public_or_was_given_up_is_not_told(client: Client, stage: Stage) -> None:
    campaign = a_campaign_for_bra()
    Campaign.objects.filter(pk=campaign.pk).update(stage=stage)

    assert 'id="vanished"' not in page(client, f"/en/m/{campaign.clean_version.slug}/")  # type: ignore[union-attr]


def test_the_page_of_a_licence_names_the_open_campaigns_that_would_remove_it(client: Client) -> None:
    campaign = a_campaign_for_bra()

    named = page(client, "/en/l/dreamlike-1.0-2022-12-25/")
    Campaign.objects.filter(pk=campaign.pk).update(stage=Stage.CANCELLED)
    without = page(client, "/en/l/dreamlike-1.0-2022-12-25/")

    assert "Campaigns that would remove it" in named and 'href="/en/c/retrain/"' in named
    assert "Campaigns that would remove it" not in without
