"""What machines are told: stages, amounts, updates, the ledger, versions."""

import json
from typing import Any

import pytest
from django.test import Client

from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now

pytestmark = pytest.mark.django_db


def api(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_campaign_is_told_in_minor_units_with_its_currency(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign(currency="USD", goal=15_000, ceiling=None, coin=300)
    give(sandbox, campaign, 300)

    told = api(client, "campaigns/bra")

    assert (told["currency"], told["goal"], told["ceiling"], told["raised"]) == ("USD", 15_000, None, 300)
    assert (told["stage"], told["kind"], told["supporters"]) == ("open", "keep-what-you-raise", 1)
    assert (told["tainted_version"], told["clean_version"]) == ("tainted", "clean-plan")


def test_drafts_and_reviews_are_told_to_nobody(client: Client) -> None:
    campaign = an_open_campaign()

    for stage in (Stage.DRAFT, Stage.REVIEW):
        Campaign.objects.filter(pk=campaign.pk).update(stage=stage)
        assert api(client, "campaigns")["items"] == []
        for path in ("", "/updates", "/ledger"):
            assert client.get(f"/api/v1/campaigns/bra{path}").status_code == 404


def test_a_funded_campaign_tells_the_same_update_under_the_clean_version(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign(goal=500, ceiling=500)
    give(sandbox, campaign)
    close_due_campaigns(at=now())

    (update,) = api(client, "campaigns/bra/updates")

    assert update["kind"] == "funded" and update["data"]["outcome"] == "funded"
    assert api(client, "versions/clean-plan/updates") == [update]
    assert api(client, "versions/tainted/updates") == []


def test_the_public_ledger_balances_and_names_nobody(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    give(sandbox, campaign, name="Secretname", message="a secret message")

    told = api(client, "campaigns/bra/ledger")

    for entry in told["entries"]:
        assert sum(posting["amount"] for posting in entry["postings"]) == 0
    assert told["count"] == 2
    assert "ecret" not in json.dumps(told)


def test_a_version_tells_what_it_inherits_and_by_which_path(client: Client) -> None:
    an_open_campaign()

    told = api(client, "versions/tainted")

    assert told["lineage"] == "tainted"
    hosting = next(item for item in told["inherited_restrictions"] if item["term"] == "no-monetised-hosting")
    assert hosting["path"] == ["tainted", "bound-base"] and hosting["licence"] == "bound-licence"
    team = next(item for item in told["inherited_restrictions"] if item["term"] == "team-size-max")
    assert team["limit"] == 10
    assert api(client, "versions/clean-plan")["lineage"] == "clean"


def test_the_openapi_document_lists_every_address(client: Client) -> None:
    paths = api(client, "openapi.json")["paths"]

    assert set(paths) == {
        "/api/v1/campaigns",
        "/api/v1/campaigns/{slug}",
        "/api/v1/campaigns/{slug}/updates",
        "/api/v1/campaigns/{slug}/ledger",
        "/api/v1/versions/{slug}",
        "/api/v1/versions/{slug}/updates",
        "/api/v1/versions/{slug}/what-if",
        "/api/v1/judge",
        "/api/v1/what-if",
    }
    for path in ("/api/v1/judge", "/api/v1/what-if"):
        assert set(paths.pop(path)) == {"post"}
    assert all(set(methods) == {"get"} for methods in paths.values())


def test_an_unknown_slug_is_a_plain_404(client: Client) -> None:
    for path in ("campaigns/nothing", "versions/nothing", "versions/nothing/updates"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 404 and answer.json()["detail"]


def test_the_number_of_queries_does_not_grow_with_the_campaign(
    sandbox: Sandbox, client: Client, django_assert_max_num_queries: Any
) -> None:
    campaign = an_open_campaign()
    for number in range(5):
        give(sandbox, campaign, name=f"Person{number}")

    with django_assert_max_num_queries(4):
        api(client, "campaigns/bra")
    with django_assert_max_num_queries(5):
        api(client, "campaigns/bra/ledger")
