"""A draft keeps what was typed, says what is missing, and changes nothing that its form does not have."""

from datetime import UTC, date, datetime

import pytest

from campaigns.actions.check_draft import check_draft
from campaigns.forms.draft import end_of_day
from campaigns.lifecycle import Kind
from campaigns.models import Campaign
from tests.campaigns.creator.desk import a_draft, at_the_desk, draft_form, lines
from tests.world import a_person, now

pytestmark = pytest.mark.django_db


def missing(campaign: Campaign) -> set[str]:
    campaign.refresh_from_db()
    return {check.code for check in check_draft(campaign, at=now()) if not check.done}


def test_a_draft_is_saved_although_it_is_not_complete() -> None:
    client = at_the_desk(a_person("Alice"))
    client.post("/ja/campaigns/new/", {"title": "きれいなモデル", "language": "ja"})
    draft = Campaign.objects.get()

    little = {"language": "ja", "title": "きれいなモデル", "currency": "JPY", "zone": "Asia/Tokyo"}
    lines_of_nothing = {**lines("cost"), **lines("promise")}
    form = {**little, "summary": "まだこれだけ", **lines_of_nothing}
    saved = client.post(f"/ja/campaigns/{draft.slug}/edit/", form)

    assert saved.status_code == 302
    assert Campaign.objects.get().summary == "まだこれだけ"
    assert {"goal", "plan", "tainted-version", "costs"} <= missing(draft)


def test_amounts_are_understood_as_people_in_japan_type_them() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)

    client.post(
        f"/en/campaigns/{draft.slug}/edit/", draft_form(goal="２０，０００円", ceiling="￥25,000", coin="500 円")
    )

    draft.refresh_from_db()
    assert (draft.goal, draft.ceiling, draft.coin) == (20_000, 25_000, 500)


def test_a_value_that_makes_no_sense_is_refused_and_nothing_typed_is_lost() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)
    form = draft_form(goal="1e3", plan="A long text that took an hour", **{"cost-1-amount": "many"})

    refused = client.post(f"/en/campaigns/{draft.slug}/edit/", form)

    assert refused.status_code == 422
    assert "Not saved yet" in refused.text
    for typed in ('value="1e3"', "A long text that took an hour", 'value="many"', "Graphics cards"):
        assert typed in refused.text
    draft.refresh_from_db()
    assert draft.plan == "We train again."


def test_dollars_have_cents() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)
    form = draft_form(currency="USD", goal="150", ceiling="US$250.00", coin="3.50")
    form |= lines("cost", {"item": "Graphics cards", "amount": "$149.99"}, total=10)

    client.post(f"/en/campaigns/{draft.slug}/edit/", form)

    draft.refresh_from_db()
    assert (draft.goal, draft.ceiling, draft.coin) == (15_000, 25_000, 350)
    assert draft.costs.get(position=1).amount == 14_999


def test_a_ceiling_below_the_goal_is_refused() -> None:
    draft = a_draft()

    refused = at_the_desk(draft.organiser).post(
        f"/en/campaigns/{draft.slug}/edit/", draft_form(goal="20000", ceiling="10000")
    )

    assert "The ceiling is below the goal" in refused.text


def test_costs_above_the_goal_keep_it_from_being_sent_but_not_from_being_saved() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)
    form = draft_form(**lines("cost", {"item": "Graphics cards", "amount": "21300"}, total=10))
    form = {name: value for name, value in form.items() if not name.startswith("cost-1-")}

    saved = client.post(f"/en/campaigns/{draft.slug}/edit/", form)
    sent = client.post(f"/en/campaigns/{draft.slug}/send/")

    assert saved.status_code == 302
    assert sent.status_code == 422
    assert "Costs ¥21,300\N{NO-BREAK SPACE}JPY exceed the goal ¥20,000." in sent.text
    assert Campaign.objects.get(pk=draft.pk).stage == "draft"


@pytest.mark.parametrize(
    ("kind", "ceiling", "fits"),
    [(Kind.ALL_OR_NOTHING, 20_000, False), (Kind.ALL_OR_NOTHING, 25_000, True), (Kind.KEEP, 20_000, True)],
)
def test_where_cards_can_fail_at_the_close_the_ceiling_is_above_the_goal(kind: Kind, ceiling: int, fits: bool) -> None:
    draft = a_draft(kind=kind, goal=20_000, ceiling=ceiling)

    said = {check.code: check.says for check in check_draft(draft, at=now())}

    assert (said["ceiling"] == "") == fits


def test_sending_names_everything_that_is_missing_at_once() -> None:
    draft = a_draft(goal=None, ceiling=None, coin=None, deadline=None, training_days=None, costs=(), promises=())

    sent = at_the_desk(draft.organiser).post(f"/en/campaigns/{draft.slug}/send/")

    for sentence in (
        "Set a goal.",
        "Set the day on which it closes.",
        "Without a ceiling, say what more",
        "Promise at",
    ):
        assert sentence in sent.text
    assert "7 things are missing" in sent.text


def test_what_the_form_does_not_have_cannot_be_set_by_posting_it() -> None:
    draft = a_draft()
    dave = a_person("Dave")
    client = at_the_desk(draft.organiser)
    smuggled = {
        "stage": "open",
        "organiser": str(dave.pk),
        "trainer": str(dave.pk),
        "approved_at": "2020-01-01",
        "trainer_accepted_at": "2020-01-01",
        "payout_way": "connect",
        "slug": "mine",
        "clean_version": "1",
    }
    before = {name: getattr(draft, f"{name}_id", None) or getattr(draft, name) for name in smuggled}

    client.post(f"/en/campaigns/{draft.slug}/edit/", draft_form(**smuggled))

    draft = Campaign.objects.get(pk=draft.pk)
    assert {name: getattr(draft, f"{name}_id", None) or getattr(draft, name) for name in smuggled} == before


def test_the_kind_the_match_the_country_and_the_advance_are_kept_and_shown_again() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)
    terms = {"kind": "all-or-nothing", "declared_match": "5,000", "payee_country": "US", "advance_percent": "30"}

    saved = client.post(f"/en/campaigns/{draft.slug}/edit/", draft_form(**terms))

    draft.refresh_from_db()
    page = client.get(f"/en/campaigns/{draft.slug}/edit/").text
    assert saved.status_code == 302
    assert (draft.kind, draft.declared_match, draft.payee_country, draft.advance_percent) == (
        *("all-or-nothing", 5_000, "US", 30),
    )
    assert 'value="all-or-nothing" id="id_kind_1" checked' in page and 'value="5000"' in page
    assert '<option value="US" selected>' in page


def test_a_match_above_the_ceiling_and_an_advance_above_all_are_refused_and_nothing_is_lost() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)

    answer = client.post(
        f"/en/campaigns/{draft.slug}/edit/", draft_form(declared_match="30,000", advance_percent="101", title="Kept")
    )

    assert answer.status_code == 422
    assert "The match is above the ceiling." in answer.text and 'value="Kept"' in answer.text
    assert Campaign.objects.get(pk=draft.pk).declared_match is None


def test_what_was_sent_cannot_be_edited_any_more() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)
    client.post(f"/en/campaigns/{draft.slug}/send/")

    answer = client.post(f"/en/campaigns/{draft.slug}/edit/", draft_form(goal="100"), follow=True)

    assert "This campaign is no draft any more" in answer.text
    assert Campaign.objects.get(pk=draft.pk).goal == 20_000


def test_the_organiser_can_take_it_back_from_review_and_change_it() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)
    client.post(f"/en/campaigns/{draft.slug}/send/")

    client.post(f"/en/campaigns/{draft.slug}/withdraw/")

    draft.refresh_from_db()
    assert draft.stage == "draft" and draft.trainer_accepted_at is None


def test_a_deadline_in_the_past_or_too_far_away_is_said_when_it_is_sent() -> None:
    draft = a_draft()
    client = at_the_desk(draft.organiser)

    client.post(f"/en/campaigns/{draft.slug}/edit/", draft_form(deadline_day="2020-02-29"))
    past = missing(draft)
    client.post(f"/en/campaigns/{draft.slug}/edit/", draft_form(deadline_day="2099-12-31"))
    far = missing(draft)

    assert past == far == {"deadline"}


@pytest.mark.parametrize(
    ("day", "zone", "closes"),
    [
        (date(2023, 4, 30), "Asia/Tokyo", datetime(2023, 4, 30, 14, 59, 59, tzinfo=UTC)),
        # The day on which Berlin puts the clock forward, and the day on which it puts it back.
        (date(2023, 3, 26), "Europe/Berlin", datetime(2023, 3, 26, 21, 59, 59, tzinfo=UTC)),
        (date(2023, 10, 29), "Europe/Berlin", datetime(2023, 10, 29, 22, 59, 59, tzinfo=UTC)),
        # In Paraguay midnight came twice on this night: it closes the second time.
        (date(2023, 3, 25), "America/Asuncion", datetime(2023, 3, 26, 3, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_campaign_closes_at_the_last_second_of_the_day_in_its_zone(day: date, zone: str, closes: datetime) -> None:
    assert end_of_day(day, zone) == closes


def test_one_person_cannot_pile_up_drafts_without_end() -> None:
    client = at_the_desk(a_person("Alice"))

    for number in range(25):
        client.post("/en/campaigns/new/", {"title": f"Draft {number}", "language": "en"})

    assert Campaign.objects.count() == 20


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("page", ["edit", "tainted", "clean", "preview"])
def test_a_draft_that_has_only_a_title_can_be_looked_at_from_everywhere(page: str, language: str) -> None:
    client = at_the_desk(a_person("Alice"))
    client.post("/en/campaigns/new/", {"title": "Bare", "language": "en"})

    shown = client.get(f"/{language}/campaigns/bare/{page}/")
    as_supporters_will = client.get(f"/{language}/c/bare/")

    assert shown.status_code == as_supporters_will.status_code == 200
    assert ("置き換えるモデル" if language == "ja" else "The model to replace") in shown.text
