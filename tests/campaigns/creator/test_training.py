"""From funded to released: the trainer begins, tells how it goes, and registers what was really made."""

from datetime import timedelta

import pytest

from campaigns.actions.go_ahead_with_less import TooLateToDecide, go_ahead_with_less
from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from lineage.models import Derivation, LogEntry, Version
from tests.campaigns.creator.desk import HASH, at_the_desk, close_as, lines, release_form
from tests.world import a_licence, a_person, a_version, an_open_campaign, now

pytestmark = pytest.mark.django_db


def funded() -> Campaign:
    campaign = close_as(an_open_campaign(), Stage.FUNDED)
    campaign.promises.create(
        position=1, action="host", facts={"monetised": True}, before="blocked", planned="conditional"
    )
    return campaign


def in_training() -> Campaign:
    campaign = funded()
    at_the_desk(a_person("Bob")).post(f"/en/campaigns/{campaign.slug}/training/")
    campaign.refresh_from_db()
    return campaign


def state(campaign: Campaign) -> tuple[object, ...]:
    """Everything that a refused release must leave as it was."""
    clean = Version.objects.get(campaigns_to_make_it=campaign)
    return (
        Campaign.objects.get(pk=campaign.pk).stage,
        clean.planned,
        clean.sha256,
        clean.published_on,
        sorted(clean.parents.values_list("parent__slug", "method")),
        sorted(clean.grants.values_list("licence__slug", "starts_on")),
        campaign.updates.count(),
        LogEntry.objects.count(),
        campaign.promises.get().at_release,
    )


def test_the_trainer_says_that_training_begins() -> None:
    campaign = in_training()

    assert campaign.stage == "training"
    assert campaign.updates.get(kind="training").author == a_person("Bob")


def test_training_does_not_begin_before_the_money_is_there() -> None:
    campaign = an_open_campaign()

    at_the_desk(a_person("Bob")).post(f"/en/campaigns/{campaign.slug}/training/")

    campaign.refresh_from_db()
    assert campaign.stage == "open" and not campaign.updates.exists()


def test_below_the_goal_the_trainer_decides_and_nobody_else() -> None:
    campaign = close_as(an_open_campaign(), Stage.UNFUNDED)

    refused = at_the_desk(a_person("Alice")).post(f"/en/campaigns/{campaign.slug}/training/")
    at_the_desk(a_person("Bob")).post(f"/en/campaigns/{campaign.slug}/training/")

    assert refused.status_code == 403
    campaign.refresh_from_db()
    assert campaign.stage == "training" and campaign.updates.get().data["with_less"] is True


def test_after_fourteen_days_it_is_too_late_to_go_ahead_with_less() -> None:
    campaign = close_as(an_open_campaign(), Stage.UNFUNDED)

    with pytest.raises(TooLateToDecide):
        go_ahead_with_less(campaign, at=now() + timedelta(days=14, minutes=1), by=a_person("Bob"))


def test_an_update_can_be_looked_at_before_it_is_published() -> None:
    campaign = in_training()
    client = at_the_desk(a_person("Bob"))
    text = {"language": "en", "title": "Half way", "body": "**Half** done <script>alert(1)</script>"}

    shown = client.post(f"/en/campaigns/{campaign.slug}/updates/new/", {**text, "preview": "1"})
    before = campaign.updates.filter(kind="progress").count()
    client.post(f"/en/campaigns/{campaign.slug}/updates/new/", {**text, "publish": "1"})

    assert "<strong>Half</strong> done" in shown.text and "<script>alert" not in shown.text
    assert before == 0
    news = campaign.updates.get(kind="progress")
    assert (news.title, news.language, news.author, news.version) == (
        "Half way", "en", a_person("Bob"), campaign.clean_version,
    )  # fmt: skip


def test_a_clean_version_is_released_with_what_changed() -> None:
    campaign = in_training()
    client = at_the_desk(a_person("Bob"))

    answer = client.post(f"/en/campaigns/{campaign.slug}/release/", release_form())

    assert answer.headers["Location"] == f"/en/c/{campaign.slug}/"
    campaign.refresh_from_db()
    clean = campaign.clean_version
    assert campaign.stage == "released"
    assert clean is not None and not clean.planned and clean.sha256 == HASH and clean.released_at is not None
    assert campaign.promises.get().at_release == "conditional"
    news = campaign.updates.get(kind="released").data
    before = {item["use"]: item["verdict"] for item in news["before"]}
    after = {item["use"]: item["verdict"] for item in news["after"]}
    assert (before["paid-service"], after["paid-service"]) == ("blocked", "conditional")
    assert {item["term"] for item in news["gone"]} == {"no-monetised-hosting", "team-size-max"}
    assert news["gone"][0]["path"] == ["tainted", "bound-base"]


def test_what_was_really_used_and_not_what_was_planned_is_judged() -> None:
    campaign = in_training()
    before = state(campaign)
    client = at_the_desk(a_person("Bob"))

    refused = client.post(f"/en/campaigns/{campaign.slug}/release/", release_form("bound-base"))

    assert refused.status_code == 422
    assert "Not released: nothing was changed" in refused.text
    assert "bound base" in refused.text and "without bound base" in refused.text
    assert HASH in refused.text
    assert state(campaign) == before


def test_the_form_begins_with_what_the_plan_can_really_be_made_from() -> None:
    campaign = in_training()
    clean, base = Version.objects.get(campaigns_to_make_it=campaign), Version.objects.get(slug="free-base")
    half = a_version("the-new-half", None, planned=True)
    Derivation.objects.create(child=half, parent=base, method="finetune")
    clean.parents.all().delete()
    Derivation.objects.create(child=clean, parent=half, method="merge", share=0.5)
    client, address = at_the_desk(a_person("Bob")), f"/en/campaigns/{campaign.slug}/release/"

    shown = client.get(address)
    begun = {
        field.html_name: field.value() or "" for line in shown.context["parents"] for field in line if field.value()
    }
    total = {"parent-TOTAL_FORMS": "6", "parent-INITIAL_FORMS": "0"}
    kept = release_form() | lines("parent") | begun | total
    planned = client.post(address, release_form("the-new-half"))
    released = client.post(address, kept)

    assert begun["parent-0-parent"] == "free-base" and begun["parent-0-method"] == "finetune"
    assert "only planned" in shown.text and 'href="/en/m/the-new-half/"' in shown.text
    assert planned.status_code == 422 and "Write the models that were really used" in planned.text
    assert released.status_code == 302


def test_one_small_share_of_a_bound_model_is_enough_to_refuse() -> None:
    campaign = in_training()
    used = lines("parent", {"parent": "free-base", "method": "finetune", "share": "99.9"},
                 {"parent": "bound-base", "method": "merge", "share": "0.1"})  # fmt: skip

    refused = at_the_desk(a_person("Bob")).post(f"/en/campaigns/{campaign.slug}/release/", release_form() | used)

    assert refused.status_code == 422 and "bound base" in refused.text


def test_a_restriction_that_was_promised_gone_may_not_come_back_by_the_licence() -> None:
    campaign = in_training()
    a_licence("own-limits", "no-monetised-hosting")
    before = state(campaign)

    refused = at_the_desk(a_person("Bob")).post(
        f"/en/campaigns/{campaign.slug}/release/", release_form(licence="own-limits")
    )

    assert refused.status_code == 422
    assert "ot to be offered on a website or in an app that earns money" in refused.text
    assert state(campaign) == before


def test_a_file_that_is_on_record_already_is_refused_beside_its_field() -> None:
    campaign = in_training()
    other = a_version("other")
    Version.objects.filter(pk=other.pk).update(sha256=HASH)

    refused = at_the_desk(a_person("Bob")).post(f"/en/campaigns/{campaign.slug}/release/", release_form())

    assert refused.status_code == 422 and "This file is on record already" in refused.text


def test_a_release_in_the_future_or_without_a_hash_is_refused() -> None:
    campaign = in_training()
    client = at_the_desk(a_person("Bob"))
    later = (now() + timedelta(days=5)).date().isoformat()

    for wrong in ({"published_on": later}, {"sha256": "abc"}, {"sha256": ""}, {"licence": "nowhere"}):
        assert client.post(f"/en/campaigns/{campaign.slug}/release/", release_form(**wrong)).status_code == 422
    assert Campaign.objects.get(pk=campaign.pk).stage == "training"


def test_the_form_of_the_release_begins_with_the_plan() -> None:
    campaign = in_training()

    page = at_the_desk(a_person("Bob")).get(f"/en/campaigns/{campaign.slug}/release/")

    assert 'value="free-base"' in page.text
    assert '<option value="free-licence" selected>' in page.text


def test_who_forgot_to_say_that_training_began_can_release_all_the_same() -> None:
    campaign = funded()

    at_the_desk(a_person("Bob")).post(f"/en/campaigns/{campaign.slug}/release/", release_form())

    campaign.refresh_from_db()
    assert campaign.stage == "released"
    assert [step.after for step in campaign.transitions.all()][-2:] == ["training", "released"]


def test_nothing_is_released_before_the_campaign_is_funded() -> None:
    campaign = an_open_campaign()

    at_the_desk(a_person("Bob")).post(f"/en/campaigns/{campaign.slug}/release/", release_form())

    campaign.refresh_from_db()
    assert campaign.stage == "open"
    assert Derivation.objects.filter(child=campaign.clean_version).count() == 1


def test_giving_can_be_paused_and_taken_up_again() -> None:
    campaign = an_open_campaign()
    client = at_the_desk(a_person("Alice"))

    client.post(f"/en/campaigns/{campaign.slug}/pause/")
    paused = Campaign.objects.get(pk=campaign.pk).stage
    client.post(f"/en/campaigns/{campaign.slug}/resume/")

    assert paused == "paused" and Campaign.objects.get(pk=campaign.pk).stage == "open"
