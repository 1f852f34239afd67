"""A draft that starts from the repair plan of a version: proposals, all of which can be changed."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from campaigns.actions.choose_tainted_version import VersionNotChosen
from campaigns.actions.start_draft import start_draft
from campaigns.forms.draft import cents_of
from campaigns.forms.from_repair import (
    plan_text,
    proposed_costs,
    proposed_parents,
    repair_to_start_from,
    suggested_title,
)
from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from lineage.models import Version
from tests.campaigns.creator.desk import at_the_desk, draft_form, lines
from tests.lineage.documents import put_on_record, the_bra_family
from tests.world import a_family, a_person, an_open_campaign, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return a_person("Alice")


@pytest.fixture
def bra() -> None:
    put_on_record(the_bra_family())


def begin(client: Client, language: str = "en", **also: str) -> Campaign:
    form = {"title": "A clean BRA V4", "language": language, "model": "bra-v4", "costs": "", **also}
    begun = client.post(f"/{language}/campaigns/new/", form)
    assert begun.status_code == 302, begun.text
    draft = Campaign.objects.get()
    assert begun["Location"] == f"/{language}/campaigns/{draft.slug}/clean/"
    return draft


def test_the_first_page_says_from_what_it_starts_and_proposes_a_title(alice: User, bra: None) -> None:
    client = at_the_desk(alice)

    english = client.get("/en/campaigns/new/?model=bra-v4&costs=,15000").text
    japanese = client.get("/ja/campaigns/new/?model=bra-v4").text

    assert "It starts from the repair plan of BRA V4." in english and 'value="A clean BRA V4"' in english
    assert 'name="model" value="bra-v4"' in english and 'name="costs" value=",15000"' in english
    assert "BRA V4を作り直す計画から始めます。" in japanese and "制限のないBRA V4を作る" in japanese


def test_the_draft_has_the_model_to_replace_and_the_steps_as_its_plan(alice: User, bra: None) -> None:
    draft = begin(at_the_desk(alice))

    assert draft.tainted_version == Version.objects.get(slug="bra-v4")
    works = ("Something clean in the place of ChilloutMix", "Make BRA V1 again", "Make BRA V4 again")
    places = [draft.plan.index(work) for work in works]
    assert places == sorted(places)
    assert "BRA V1, the half on Stable Diffusion 1.5 (merge): stays as it is" in draft.plan


def test_the_plan_is_written_in_the_language_of_the_campaign(alice: User, bra: None) -> None:
    draft = begin(at_the_desk(alice), "ja")

    assert "BRA V4を作り直す" in draft.plan and "そのまま使う" in draft.plan
    assert "ほかはそのまま使います" in draft.plan


def test_stated_prices_are_lines_of_costs_in_dollars_and_the_rest_are_proposals(alice: User, bra: None) -> None:
    client = at_the_desk(alice)

    draft = begin(client, costs=",15000,,,2550")
    edit = client.get(f"/en/campaigns/{draft.slug}/edit/").text

    kept = [(cost.item, cost.amount) for cost in draft.costs.all()]
    assert kept == [("Make BRA V1, the half on ChilloutMix again", 15_000), ("Make BRA V4 again", 2_550)]
    assert 'value="150.00"' in edit or 'value="150"' in edit
    assert edit.count('value="Make BRA V1 again"') == 1
    assert edit.count('value="Something clean in the place of ChilloutMix"') == 1
    assert "BRA V4を作り直す" in edit


def test_prices_in_dollars_are_not_made_into_yen_but_stand_in_the_plan(alice: User, bra: None) -> None:
    draft = begin(at_the_desk(alice), "ja", costs=",15000")

    assert draft.currency == "JPY" and not draft.costs.exists()
    assert "(US$150.00)" in draft.plan


def test_a_proposed_line_without_an_amount_holds_nobody_up_and_comes_again(alice: User, bra: None) -> None:
    client = at_the_desk(alice)
    draft = begin(client)
    proposed = [str(line["item"]) for line in proposed_costs(draft, repair_to_start_from(draft.tainted_version, TODAY))]
    rows = [{"item": item, "amount": ""} for item in proposed]
    rows[1]["amount"] = "12000"

    form = {**draft_form(), **lines("cost", *rows, total=10)}
    saved = client.post(f"/en/campaigns/{draft.slug}/edit/", form)

    assert saved.status_code == 302
    assert [cost.item for cost in draft.costs.all()] == [proposed[1]]
    again = client.get(f"/en/campaigns/{draft.slug}/edit/").text
    assert all(again.count(f'value="{item}"') == 1 for item in proposed)


def test_a_line_of_ones_own_ends_the_proposals_and_needs_an_amount(alice: User, bra: None) -> None:
    client = at_the_desk(alice)
    draft = begin(client)
    without = {**draft_form(), **lines("cost", {"item": "Electricity", "amount": ""}, total=10)}
    own = {**draft_form(), **lines("cost", {"item": "Electricity", "amount": "100"}, total=10)}

    refused = client.post(f"/en/campaigns/{draft.slug}/edit/", without)
    client.post(f"/en/campaigns/{draft.slug}/edit/", own)

    assert refused.status_code == 422 and "Say how much it costs." in refused.text
    assert "Make BRA V4 again" not in client.get(f"/en/campaigns/{draft.slug}/edit/").text


def test_the_clean_version_is_prefilled_with_what_stays_and_asks_for_a_clean_base(alice: User, bra: None) -> None:
    client = at_the_desk(alice)
    draft = begin(client)

    said = client.get(f"/en/campaigns/{draft.slug}/clean/").text

    assert 'value="BRA V4, clean"' in said and 'value="bra-v1-sd15-half"' in said
    assert "Choose a clean base for the empty lines, in the place of: ChilloutMix</p>" in said.replace("\n", " ")
    assert draft.clean_version is None


def test_a_line_whose_base_was_not_chosen_is_refused_and_nothing_is_lost(alice: User, bra: None) -> None:
    client = at_the_desk(alice)
    draft = begin(client)
    repair = repair_to_start_from(draft.tainted_version, TODAY)
    assert repair is not None
    rows = [
        {name: str(value) for name, value in row.items() if value not in (None, False)}
        for row in proposed_parents(repair)
    ]
    form = {"name": "BRA V4, clean", "licence": "creativeml-openrail-m", "same_maker": "on"}

    refused = client.post(f"/en/campaigns/{draft.slug}/clean/", {**form, **lines("parent", *rows)})
    rows = [{**row, "parent": row.get("parent") or "stable-diffusion-1.5"} for row in rows]
    taken = client.post(f"/en/campaigns/{draft.slug}/clean/", {**form, **lines("parent", *rows)})

    assert refused.status_code == 422 and "Say from which model, or empty the line." in refused.text
    assert 'value="bra-v1-sd15-half"' in refused.text
    assert taken.status_code == 302
    draft.refresh_from_db()
    assert draft.clean_version is not None and draft.clean_version.parents.count() == 2


@pytest.mark.parametrize("model", ["nowhere", "clean-plan", "free-base", "a\0b"])
def test_a_model_without_a_plan_begins_an_empty_draft_and_says_so(alice: User, model: str) -> None:
    a_family()
    client = at_the_desk(alice)

    said = client.get("/en/campaigns/new/", {"model": model}).text
    begun = client.post("/en/campaigns/new/", {"title": "Mine", "language": "en", "model": model.replace("\0", "")})

    assert "There is no repair plan for the model that you came from" in said
    draft = Campaign.objects.get()
    assert begun["Location"] == f"/en/campaigns/{draft.slug}/edit/" and draft.plan == ""


def test_without_a_model_nothing_is_said_of_plans(alice: User) -> None:
    assert "repair plan" not in at_the_desk(alice).get("/en/campaigns/new/").text


def test_a_version_that_is_only_planned_cannot_be_replaced_and_leaves_no_draft(alice: User) -> None:
    _tainted, planned = a_family()

    with pytest.raises(VersionNotChosen):
        start_draft(title="No", language="en", at=now(), by=alice, tainted=planned)

    assert not Campaign.objects.exists()


def test_what_is_no_price_is_none() -> None:
    assert cents_of("15000,,2550") == [15_000, None, 2_550]
    assert cents_of("-1,1e3,many,99999999999,\u0661") == [None] * 5
    assert len(cents_of("1," * 500)) == 40


def test_names_that_we_gave_are_written_in_the_language_of_the_campaign_whoever_reads_along(bra: None) -> None:
    with translation.override("ja"):
        repair = repair_to_start_from(Version.objects.get(slug="bra-v4"), now().date())
        assert repair is not None
        english, title = plan_text(repair, "en"), suggested_title(Version(name="BRA V2 (deleted)"))
    japanese = plan_text(repair, "ja")

    assert "BRA V1, the half on Stable Diffusion 1.5 (merge): stays as it is" in english
    assert "the half on" not in japanese and "BRA V1" in japanese
    assert "(deleted)" not in title


def test_a_plan_is_text_even_where_a_name_is_not_harmless(alice: User, bra: None) -> None:
    Version.objects.filter(slug="chilloutmix").update(name="*Chill* <b>out</b>")
    repair = repair_to_start_from(Version.objects.get(slug="bra-v4"), TODAY)
    assert repair is not None

    assert r"\*Chill\* \<b\>out\</b\>" in plan_text(repair, "en")


def test_the_what_if_page_offers_the_plans_of_public_campaigns_only(client: Client) -> None:
    campaign = an_open_campaign()

    public = client.get("/en/m/tainted/what-if/").text
    Campaign.objects.filter(pk=campaign.pk).update(stage=Stage.DRAFT)
    private = client.get("/en/m/tainted/what-if/").text

    assert "Planned by a campaign" in public and 'href="?by=clean-plan"' in public
    assert "clean-plan" not in private


TODAY = date(2026, 7, 5)
