"""A stranger gives the missing coin, in either language, with scripts and without, by thumb and by keyboard."""

import json
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import expect

from campaigns.models import Campaign
from tests.browser.conftest import Arrive, Site
from tests.browser.hands import Way
from tests.browser.scene import bra_stands_at, said, the_clock_ticks
from tests.browser.visitor import Visitor
from tests.stripe_sandbox import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"


def fill_in_a_card(visitor: Visitor, number: str = GOOD_CARD) -> None:
    """On Stripe's page, which knows the e-mail address already."""
    for name, value in (("number", number), ("expiry", "12 / 34"), ("cvc", "123")):
        visitor.type(f"#{name}", value)
    visitor.follow("button[type=submit]")


def go_to_pay(visitor: Visitor, email: str = "erin@example.com") -> None:
    visitor.go("c/bra/")
    visitor.follow("[data-give]")
    visitor.type("#id_email", email)
    visitor.follow(".giving button[type=submit]")


def api(site: Site, path: str) -> Any:
    with urllib.request.urlopen(f"{site.url}/api/v1/{path}", timeout=60) as answer:
        return json.load(answer)


# In each language. Every way, with its steps counted, is walked in test_whole_story; the one that is missing there, a
# thumb on a phone in English, is the first here, since most people come by it.
WAYS = (
    Way("en", "thumb", wide=False, scripts=True),
    Way("ja", "keyboard", wide=True, scripts=False),
)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_stranger_gives_the_missing_coin_in_four_steps_at_most(
    arrive: Arrive, site: Site, stripe: Sandbox, way: Way
) -> None:
    bra = bra_stands_at(stripe, 19_500)
    hands = way.hands(arrive)
    stranger = hands.visitor

    # An address without a language leads to the visitor's own.
    stranger.page.goto(f"{site.url}/c/bra/")
    assert stranger.path() == "c/bra/"
    hands.go_by("[data-give]")
    hands.type("#id_email", "erin@example.com")
    hands.go_by(".giving button[type=submit]")
    assert stranger.page.url.startswith(f"{stripe.url}/c/pay/cs_test_")
    assert stranger.steps <= 4
    for field, value in (("#number", GOOD_CARD), ("#expiry", "12 / 34"), ("#cvc", "123")):
        hands.type(field, value)
    hands.go_by("button[type=submit]")

    # Back from Stripe, the page tells what the ledger knows.
    assert stranger.path().startswith("thanks/")
    assert stranger.heading() == said("Thank you", way.language)
    expect(stranger.page.locator("[data-stage=confirmed]")).to_be_visible()
    assert "500" in stranger.text(".thanks .lead")

    # The clock ticks, and both the campaign and the record of the clean version tell it.
    the_clock_ticks()
    funded = said("Funded: the goal was reached", way.language)
    stranger.go("c/bra/")
    assert said("Funded", way.language) in stranger.text(".campaign-head .chip")
    assert funded in stranger.text(".timeline")
    assert "20,000" in stranger.text("[data-live] .amount")
    stranger.go("m/bra-clean-plan/history/")
    assert funded in stranger.text(".timeline")
    (update,) = api(site, "versions/bra-clean-plan/updates")
    assert update["kind"] == "funded" and update["data"]["raised"] == 20_000
    assert Campaign.objects.get(pk=bra.pk).stage == "funded"
    assert stranger.complaints == []


def test_a_declined_card_charges_nothing_and_another_card_then_works(
    arrive: Arrive, site: Site, stripe: Sandbox
) -> None:
    bra_stands_at(stripe, 19_500)
    stranger = arrive()
    go_to_pay(stranger)
    before = stripe.oracle()

    fill_in_a_card(stranger, DECLINED_CARD)
    assert stranger.page.url.startswith(f"{stripe.url}/c/pay/")
    assert "declined" in stranger.text("[role=alert]")
    assert stripe.oracle()["totals"] == before["totals"]
    assert api(site, "campaigns/bra")["raised"] == 19_500

    fill_in_a_card(stranger)
    expect(stranger.page.locator("[data-stage=confirmed]")).to_be_visible()
    assert api(site, "campaigns/bra")["raised"] == 20_000
    assert stranger.troubles() == []


def test_who_turns_back_on_stripes_page_is_told_that_nothing_was_charged(arrive: Arrive, stripe: Sandbox) -> None:
    bra_stands_at(stripe, 19_500)
    stranger = arrive("ja", scripts=False)
    go_to_pay(stranger)

    stranger.follow(".back a")

    assert stranger.path() == "c/bra/give/"
    assert said("The payment was not finished. Nothing was charged.", "ja") in stranger.text(".notice")
    # And the way to pay is still open.
    stranger.type("#id_email", "erin@example.com")
    stranger.follow(".giving button[type=submit]")
    fill_in_a_card(stranger)
    expect(stranger.page.locator("[data-stage=confirmed]")).to_be_visible()
    assert stranger.complaints == []
