"""The staff can look into every table of campaigns, and change nothing there."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from campaigns.models import Campaign, Pledge
from tests.campaigns.creator.desk import at_the_desk
from tests.world import a_person, an_open_campaign

pytestmark = pytest.mark.django_db

#: As English writes no plural: Django only puts an "s" behind.
NO_PLURAL = re.compile(r"([^aeiou]ys|(ch|sh|s|x|z)s|s's)$")
TABLES = sorted(model._meta.model_name or "" for model in admin.site._registry if model._meta.app_label == "campaigns")


def test_the_names_of_all_tables_are_english() -> None:
    names = {str(model._meta.verbose_name_plural) for model in apps.get_models()}

    assert {name for name in names if NO_PLURAL.search(name)} == set()
    assert {"journal entries", "log entries", "fetches", "evidence", "figures"} <= names


@pytest.mark.parametrize("table", TABLES)
def test_every_table_opens_and_offers_no_button_to_add(table: str) -> None:
    an_open_campaign()
    root = at_the_desk(a_person("Root", is_staff=True, is_superuser=True))

    page = root.get(reverse(f"admin:campaigns_{table}_changelist"))

    assert page.status_code == 200
    assert root.get(reverse(f"admin:campaigns_{table}_add")).status_code == 403


def test_not_even_a_superuser_changes_or_deletes_a_campaign_here() -> None:
    campaign = an_open_campaign()
    root = at_the_desk(a_person("Root", is_staff=True, is_superuser=True))
    address = reverse("admin:campaigns_campaign_change", args=[campaign.pk])

    shown = root.get(address)
    changed = root.post(address, {"stage": "released"})
    deleted = root.post(reverse("admin:campaigns_campaign_delete", args=[campaign.pk]), {"post": "yes"})

    assert campaign.title in shown.text and campaign.trainer_token not in shown.text
    assert changed.status_code == deleted.status_code == 403
    assert Campaign.objects.get(pk=campaign.pk).stage == "open"


def test_the_links_that_are_keys_of_a_supporter_are_not_shown() -> None:
    pledge = Pledge.objects.create(
        campaign=an_open_campaign(),
        form_nonce="n",
        currency="JPY",
        amount=500,
        email="c@example.com",
        created_at="2023-04-01T00:00Z",
    )
    root = at_the_desk(a_person("Root", is_staff=True, is_superuser=True))

    page = root.get(reverse("admin:campaigns_pledge_change", args=[pledge.pk]))

    assert page.status_code == 200 and pledge.token not in page.text
