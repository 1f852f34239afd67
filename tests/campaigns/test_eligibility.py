"""Who may be paid, by which way: by a table, before a campaign opens, and what is unknown is not permitted."""

import pytest
from pytest_django import Settings

from campaigns import countries
from campaigns.actions.approve_campaign import approve_campaign
from campaigns.actions.check_draft import NotComplete, check_draft
from campaigns.actions.send_for_review import send_for_review
from campaigns.countries import COUNTRIES, Way, way_for
from campaigns.models import Campaign
from tests.campaigns.creator.desk import a_draft
from tests.world import a_person, now


@pytest.mark.parametrize(
    ("payee", "platform", "currency", "way", "reason"),
    [
        ("US", "US", "USD", Way.CONNECT, "reachable"),
        ("DE", "US", "USD", Way.CONNECT, "reachable"),
        ("JP", "JP", "JPY", Way.CONNECT, "reachable"),
        ("JP", "US", "USD", Way.BY_HAND, "other-area"),
        ("US", "JP", "JPY", Way.BY_HAND, "other-area"),
        ("US", "US", "JPY", Way.BY_HAND, "other-currency"),
        ("MX", "MX", "MXN", Way.BY_HAND, "not-certain"),
        ("HK", "HK", "HKD", Way.BY_HAND, "not-certain"),
        ("US", "XX", "USD", Way.BY_HAND, "platform-unknown"),
        ("XX", "US", "USD", Way.NONE, "country-unknown"),
        ("", "US", "USD", Way.NONE, "country-unknown"),
    ],
)
def test_the_way_follows_from_the_table(payee: str, platform: str, currency: str, way: Way, reason: str) -> None:
    answer = way_for(payee, platform=platform, currency=currency)

    assert (answer.way, answer.reason) == (way, reason)


def test_what_is_not_certain_needs_a_person_and_japan_by_hand_does_not() -> None:
    answers = {code: way_for(code, platform="US", currency="USD") for code in COUNTRIES}

    assert {code for code, answer in answers.items() if answer.way == Way.BY_HAND and not answer.needs_staff} == {"JP"}


def test_nothing_is_called_a_donation_where_that_is_not_known_to_be_allowed() -> None:
    allowed = {code for code, one in COUNTRIES.items() if one.donations == "yes" and one.donations_certain}

    called = {code for code in COUNTRIES if way_for(code, platform=code, currency="USD").donation}

    assert called == allowed
    assert COUNTRIES["JP"].donations == "no" and COUNTRIES["JP"].donations_certain


def test_every_row_says_where_it_comes_from_and_when_it_was_looked_up() -> None:
    assert [code for code, one in COUNTRIES.items() if not one.source or len(code) != 2] == []
    answers = {one.transfers for one in COUNTRIES.values()} | {one.donations for one in COUNTRIES.values()}
    assert answers <= {"yes", "no", "unknown"}
    assert {one.by_hand for one in COUNTRIES.values()} <= {"yes", "no", "staff"}


@pytest.mark.django_db
@pytest.mark.parametrize("country", ["", "XX"])
def test_a_campaign_whose_trainer_cannot_be_paid_is_not_sent(country: str) -> None:
    draft = a_draft(payee_country=country)

    with pytest.raises(NotComplete, match="payee-country"):
        send_for_review(draft, at=now(), by=a_person("Alice"))

    assert Campaign.objects.get(pk=draft.pk).stage == "draft"
    assert "payee-country" in {check.code for check in check_draft(draft, at=now()) if not check.done}


@pytest.mark.django_db
def test_a_country_that_leaves_the_table_while_people_read_keeps_it_from_opening(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = send_for_review(a_draft(), at=now(), by=a_person("Alice"))
    monkeypatch.delitem(countries.COUNTRIES, "JP")

    with pytest.raises(NotComplete, match="payee-country"):
        approve_campaign(sent, at=now(), by=a_person("Staff", is_staff=True))


@pytest.mark.django_db
def test_the_way_is_fixed_when_it_opens_and_told_with_the_terms(settings: Settings) -> None:
    sent = send_for_review(a_draft(), at=now(), by=a_person("Alice"))

    opened = approve_campaign(sent, at=now(), by=a_person("Staff", is_staff=True))
    settings.PLATFORM_COUNTRY = "JP"

    assert Campaign.objects.get(pk=opened.pk).payout_way == "by-hand"
    assert opened.updates.get(kind="opened").data["payout_way"] == "by-hand"


@pytest.mark.django_db
def test_where_only_a_person_can_say_it_the_staff_are_asked_even_on_a_site_without_approval(
    settings: Settings,
) -> None:
    settings.STAFF_APPROVE_CAMPAIGNS = False

    sure = send_for_review(a_draft(), at=now(), by=a_person("Alice"))
    unsure = send_for_review(a_draft(payee_country="MX"), at=now(), by=a_person("Alice"))

    assert (sure.stage, unsure.stage) == ("open", "review")
    opened = approve_campaign(unsure, at=now(), by=a_person("Staff", is_staff=True))
    assert (opened.stage, opened.payout_way) == ("open", "by-hand")
