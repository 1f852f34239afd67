"""The campaign's page and the version's are kept for everybody: never an old one, and nothing of one for another."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Update
from campaigns.views import campaign_page
from lineage import kept
from lineage.models import Derivation, Grant, Licence, Version
from lineage.views import version_tabs
from tests.at_once import elsewhere
from tests.campaigns.pages import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nothing_is_kept")]

CAMPAIGN, VERSION = "/en/c/clean-bra/", "/en/m/bra-v1/"
BOTH = pytest.mark.parametrize("address", [CAMPAIGN, VERSION])
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def page(client: Client, address: str) -> str:
    """As it is shown twice: whatever was asked for twice is kept, and no answer may be older than another."""
    answers = [client.get(address) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    first, second = (answer.content.decode() for answer in answers)
    assert plain(first) == plain(second)
    return second


def plain(html: str) -> str:
    """Without the token of the form and the number of the moment."""
    return re.sub(r' data-version="\d+"', "", TOKEN.sub("", html))


@BOTH
def test_a_page_that_is_kept_is_the_page_that_was_made(
    client: Client, bra: Campaign, now: datetime, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    world.coin(bra, now, name="Mika")
    world.tell(bra, "progress", now, title="It runs", body="Half is done.", language="en")
    made = page(client, address)

    with django_assert_max_num_queries(2):
        again = client.get(address).content.decode()

    assert plain(again) == plain(made)


@BOTH
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_page_that_is_kept_reads_as_one_that_is_written_whole(
    client: Client, bra: Campaign, now: datetime, monkeypatch: pytest.MonkeyPatch, address: str, language: str
) -> None:
    world.coin(bra, now, name="Mika", message="Go on!")
    world.tell(bra, "progress", now, title="It runs", body="Half is done.", language="en")
    here = address.replace("/en/", f"/{language}/")
    is_kept = page(client, here)

    for view in (campaign_page, version_tabs):
        monkeypatch.setattr(view, "kept_page", write_whole)

    assert plain(page(client, here)) == plain(is_kept)


def write_whole(
    request: HttpRequest, template: str, find: Callable[[], dict[str, object]], *, key: object
) -> HttpResponse:
    return render(request, template, find())


def test_a_coin_is_on_the_next_page(client: Client, bra: Campaign, now: datetime) -> None:
    before = page(client, CAMPAIGN)

    elsewhere(lambda: world.coin(bra, now, amount=7_300, name="Mika"))

    after = page(client, CAMPAIGN)
    assert "¥7,300" not in before and "¥7,300" in after and "Mika" in after


def test_without_asking_the_database_again_the_page_would_be_an_old_one(
    client: Client, bra: Campaign, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_answers", lambda questions: b"always the same")
    page(client, CAMPAIGN)

    elsewhere(lambda: world.coin(bra, now, amount=7_300))

    assert "¥7,300" not in page(client, CAMPAIGN)


def change_a_grant() -> None:
    free = Licence.objects.create(slug="public-domain", name="Public domain")
    Grant.objects.filter(version__slug="dreamlike-diffusion-1").update(licence=free)


def change_the_parents() -> None:
    Derivation.objects.filter(child__slug="chilloutmix").delete()


@BOTH
@pytest.mark.parametrize("change", [change_a_grant, change_the_parents])
def test_a_verdict_that_changes_is_on_the_next_page(client: Client, bra: Campaign, address: str, change: Any) -> None:
    tainted = 'state-tainted"' if address == CAMPAIGN else "state-big state-tainted"
    before = page(client, address)

    elsewhere(change)

    assert tainted in before
    assert tainted not in page(client, address)


@BOTH
def test_a_plan_that_changes_and_a_new_name_are_on_the_next_page(client: Client, bra: Campaign, address: str) -> None:
    page(client, address)

    elsewhere(lambda: Version.objects.filter(slug="dreamlike-diffusion-1").update(name="Dream of old"))
    elsewhere(lambda: Version.objects.filter(slug="bra-v1-clean").update(name="BRA of tomorrow"))

    after = page(client, address)
    assert "Dream of old" in after and "BRA of tomorrow" in after


@BOTH
def test_what_is_taken_back_is_on_no_page(client: Client, bra: Campaign, address: str) -> None:
    before = page(client, address)

    with transaction.atomic():
        change_the_parents()
        inside = page(client, address)
        transaction.set_rollback(True)

    after = page(client, address)
    assert plain(inside) != plain(before) == plain(after)


@BOTH
def test_another_day_is_judged_anew(
    client: Client, bra: Campaign, now: datetime, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    free = Licence.objects.create(slug="public-domain", name="Public domain")
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    for slug in ("bra-v1", "dreamlike-diffusion-1"):
        Grant.objects.create(version=Version.objects.get(slug=slug), licence=free, starts_on=tomorrow)
    today = page(client, address)

    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=1))

    # What was taken before stays as it was taken; what is offered from then on is another text.
    assert "Public domain" not in today and "Public domain" in page(client, address)


def test_when_the_deadline_passes_nothing_is_offered_any_more(
    client: Client, bra: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bra.deadline is not None
    late = bra.deadline
    monkeypatch.setattr(timezone, "now", lambda: late - timedelta(seconds=1))
    before = page(client, CAMPAIGN)

    monkeypatch.setattr(timezone, "now", lambda: late)

    assert "Give one coin" in before and "Give one coin" not in page(client, CAMPAIGN)


def test_a_draft_is_kept_for_nobody_and_what_is_not_public_any_more_is_gone(client: Client, bra: Campaign) -> None:
    organiser = Client()
    organiser.force_login(bra.organiser)
    assert client.get(CAMPAIGN).status_code == 200

    for stage in (Stage.DRAFT, Stage.REVIEW):
        Campaign.objects.filter(pk=bra.pk).update(stage=stage)
        assert [organiser.get(CAMPAIGN).status_code, client.get(CAMPAIGN).status_code] == [200, 404]

    Campaign.objects.filter(pk=bra.pk).update(stage=Stage.OPEN)
    assert client.get(CAMPAIGN).status_code == 200


@BOTH
def test_each_visitor_has_their_own_frame_around_the_same_page(client: Client, bra: Campaign, address: str) -> None:
    hanako = Client()
    hanako.force_login(bra.organiser)
    hanako.post("/theme/", {"theme": "dark", "next": address})

    hers, theirs = page(hanako, address), page(client, address)

    assert "My campaigns" in hers and "My campaigns" not in theirs
    assert 'data-theme="dark"' in hers and "data-theme" not in theirs
    assert hers.split("<main")[1].count("<section") == theirs.split("<main")[1].count("<section")


def test_the_form_on_a_kept_page_has_the_token_of_who_sees_it(bra: Campaign) -> None:
    one, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    (hers,), (theirs,) = (TOKEN.findall(page(who, CAMPAIGN)) for who in (one, other))
    form = {"email": "mika@example.org", "csrfmiddlewaretoken": hers}

    said = [who.post("/en/c/clean-bra/follow/", form).status_code for who in (one, other)]

    assert hers != theirs
    assert said[0] in (200, 302) and said[1] == 403


def test_a_message_is_for_one_and_a_kept_page_does_not_keep_it(client: Client, bra: Campaign) -> None:
    page(client, CAMPAIGN)
    writer = CookieStorage(RequestFactory().get("/"))
    writer.add(25, "Only for you")
    answer = HttpResponse()
    writer.update(answer)
    told = Client()
    told.cookies["messages"] = answer.cookies["messages"].value

    hers, theirs = told.get(CAMPAIGN).content.decode(), page(client, CAMPAIGN)

    assert "Only for you" in hers and "Only for you" not in theirs


@BOTH
def test_each_language_has_a_page_of_its_own(client: Client, bra: Campaign, address: str) -> None:
    english, japanese = page(client, address), page(client, address.replace("/en/", "/ja/"))

    assert '<html lang="ja">' in japanese and "系譜" in japanese and "系譜" not in english
    assert plain(page(client, address)) == plain(english)


def test_whoever_asks_for_others_or_with_figures_gets_the_answers_for_them(client: Client, bra: Campaign) -> None:
    eleven, own = Client(), Client()
    nobody = page(client, VERSION)
    eleven.cookies["who_asks"] = "team-of-11"
    page(own, f"{VERSION}?who=own&team_size=4321")

    asked = [page(who, VERSION) for who in (eleven, own)]

    assert "Eleven people" in asked[0] and "Eleven people" not in nobody
    assert "4,321" in asked[1] and "4,321" not in asked[0]
    assert plain(page(client, VERSION)) == plain(nobody)


def test_an_update_is_told_with_what_the_record_says_now(client: Client, bra: Campaign, now: datetime) -> None:
    world.tell(bra, "progress", now - timedelta(days=1), title="It runs", body="Half.", language="en")
    before = page(client, CAMPAIGN)

    elsewhere(lambda: Update.objects.update(title="It rests"))
    elsewhere(lambda: Version.objects.filter(slug="bra-v1-clean").update(undisclosed_parents=True))

    after = page(client, CAMPAIGN)
    assert "It runs" in before and "It rests" in after
    assert "not disclosed" in after and "not disclosed" not in before
