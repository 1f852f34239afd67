"""While the site is worked on, people are told so, and nothing that was paid is lost."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from campaigns.models import Campaign, StripeEvent
from tests.world import tell


@pytest.fixture
def away(settings: Settings) -> Client:
    settings.MAINTENANCE = True
    return Client()


@pytest.mark.parametrize(
    ("address", "asked", "said"),
    [
        ("/en/", "en", "We are working on the site"),
        ("/ja/", "en", "メンテナンス中です"),
        ("/c/bra/", "ja", "メンテナンス中です"),
        ("/ja/c/bra/give/", "en", "お支払いは失われません"),
        ("/en/admin/", "en", "Your payment is safe"),
        ("/en/nowhere/", "en", "We are working on the site"),
    ],
)
def test_every_page_says_so_in_the_readers_language_and_asks_no_database(
    away: Client, address: str, asked: str, said: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = away.get(address, headers={"Accept-Language": asked})

    assert answer.status_code == 503
    assert answer["Retry-After"] == "600" and answer["Cache-Control"] == "no-store"
    assert said.split("、")[0] in answer.content.decode().replace("<wbr>", "")
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_a_form_that_is_sent_meanwhile_does_nothing(away: Client, bra: Campaign) -> None:
    assert away.post(f"/en/c/{bra.slug}/give/", {"amount": "500"}).status_code == 503
    assert away.post("/api/v1/judge", "{}", content_type="application/json").json()["detail"]


def test_whoever_looks_after_the_processes_still_gets_an_answer(away: Client) -> None:
    assert away.get("/healthz").content == b"ok"
    assert away.get("/readyz").status_code == 200


def test_what_stripe_tells_meanwhile_is_kept(away: Client) -> None:
    event = {"id": "evt_1", "type": "charge.succeeded", "created": 1, "livemode": False, "data": {"object": {}}}

    assert tell(away, event) == 200

    assert StripeEvent.objects.count() == 1
    assert away.post("/stripe/accounts/webhook/", "{}", content_type="application/json").status_code == 400


def test_the_sheets_of_the_page_are_served(away: Client) -> None:
    assert away.get("/static/genseki/site.css").status_code == 200


def test_without_the_setting_nobody_notices_anything(client: Client) -> None:
    assert client.get("/en/").status_code == 200
