"""Readers in another zone than the campaign's see its end in their own, and all see when a time left was true."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Route, expect

from campaigns.models import Campaign
from tests.browser.conftest import LOCALES, Arrive, Counted, Site
from tests.browser.scene import bra_stands_at
from tests.browser.visitor import PHONE, Visitor
from tests.stripe_sandbox import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIVE = "**/c/bra/live/"
ANYTHING = re.compile("")


def closes_in_the_night_of_japan(bra: Campaign) -> None:
    Campaign.objects.filter(pk=bra.pk).update(deadline=datetime(2035, 4, 30, 14, 59, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "Your time: Mon, Apr 30, 16:59 GMT+2"), ("ja", "お使いの端末の時刻では4月30日(月) 16:59 GMT+2")],
)
def test_a_reader_in_berlin_sees_the_end_in_tokyo_and_in_berlin_also_after_the_numbers_were_fetched_again(
    browser: Browser, site: Site, stripe: Sandbox, language: str, says: str
) -> None:
    closes_in_the_night_of_japan(bra_stands_at(stripe, 12_000))
    context = browser.new_context(viewport=PHONE, locale=LOCALES[language], timezone_id="Europe/Berlin")
    reader = Visitor(context, site.url, language)
    fetched: list[str] = []

    def hold(route: Route) -> None:
        answer = route.fetch()
        fetched.append(answer.text())
        route.fulfill(response=answer)

    reader.page.route(LIVE, hold)
    with reader.page.expect_response(LIVE):
        reader.go("c/bra/")
    expect(reader.page.locator("[data-live] [data-stage]")).not_to_have_attribute("data-version", ANYTHING)

    closes = reader.page.locator("[data-live] dd").nth(1)
    expect(closes).to_contain_text("23:59 JST")
    expect(closes.locator(".your-time")).to_have_text(says)
    hour = fetched[0].partition("data-as-of")[2].partition("</span>")[0]
    assert hour.endswith(">"), "what all readers share must not change with every minute"
    expect(closes.locator("[data-as-of]")).not_to_be_empty()
    assert reader.complaints == []
    reader.page.unroute_all(behavior="wait")
    context.close()
    Counted.rests()


def test_in_japan_the_end_is_said_once_and_without_a_script_the_hour_stands_there_too(
    arrive: Arrive, stripe: Sandbox
) -> None:
    closes_in_the_night_of_japan(bra_stands_at(stripe, 12_000))
    here, plain = arrive("en"), arrive("ja", scripts=False)

    here.go("c/bra/")
    plain.go("c/bra/")

    expect(here.page.locator(".your-time")).to_be_empty()
    assert "現在" in plain.text("[data-live] [data-as-of]")
