"""While a campaign's page is open, its numbers move by themselves, and it asks for them no more than it must."""

import pytest
from playwright.sync_api import Response, expect

from tests.browser.conftest import Arrive
from tests.browser.scene import bra_stands_at, said, the_clock_ticks
from tests.browser.visitor import Visitor
from tests.stripe_sandbox import Sandbox
from tests.world import give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HIDE = """hidden => {
    Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def looks_of(visitor: Visitor) -> list[int]:
    """The answers to the page's own questions, as they come in."""
    statuses: list[int] = []

    def note(answer: Response) -> None:
        if answer.url.endswith("/live/"):
            statuses.append(answer.status)

    visitor.page.on("response", note)
    return statuses


def test_the_numbers_move_without_a_reload(arrive: Arrive, stripe: Sandbox) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader = arrive(wide=True)
    reader.go("c/bra/")
    reader.page.evaluate("window.unmoved = true")
    amount = reader.page.locator("[data-live] .amount")
    expect(amount).to_have_text("¥12,000")

    give(stripe, bra, 1_500, name="Frank")

    expect(amount).to_have_text("¥13,500")
    expect(reader.page.locator("[data-live] dd").first).to_have_text("3")
    assert "67" in reader.page.locator("[data-live] svg.bar").get_attribute("aria-label")  # type: ignore[operator]
    # Who does not see the page hears it.
    expect(reader.page.locator("[aria-live=polite]")).to_have_text("Now ¥13,500, 67 percent of the goal")
    assert reader.page.evaluate("window.unmoved") is True
    assert reader.complaints == []


def test_when_the_campaign_closes_the_open_page_becomes_the_funded_one(arrive: Arrive, stripe: Sandbox) -> None:
    bra = bra_stands_at(stripe, 19_500)
    reader = arrive("ja")
    reader.page.clock.install()
    reader.go("c/bra/")
    assert said("Open for coins", "ja") in reader.text(".campaign-head .chip")

    give(stripe, bra, 500, name="Frank")
    the_clock_ticks()
    reader.page.clock.run_for(10_000)

    expect(reader.page.locator(".campaign-head .chip")).to_contain_text(said("Funded", "ja"))
    expect(reader.page.locator(".give-bar")).to_have_count(0)
    assert reader.complaints == []


def test_a_page_that_nobody_sees_does_not_ask_and_asks_at_once_when_it_is_seen_again(
    arrive: Arrive, stripe: Sandbox
) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader = arrive(wide=True)
    reader.page.clock.install()
    reader.go("c/bra/")
    answers = looks_of(reader)
    with reader.page.expect_response("**/live/"):
        reader.page.clock.run_for(6_000)

    # Nothing has changed: the answer is short.
    with reader.page.expect_response("**/live/"):
        reader.page.clock.run_for(11_000)
    assert answers == [200, 304]

    # A tab in the background; ten minutes go by, and somebody gives.
    reader.page.evaluate(HIDE, True)
    give(stripe, bra, 1_000, name="Frank")
    reader.page.clock.run_for(600_000)
    assert answers == [200, 304]

    with reader.page.expect_response("**/live/"):
        reader.page.evaluate(HIDE, False)
    expect(reader.page.locator("[data-live] .amount")).to_have_text("¥13,000")
    assert answers == [200, 304, 200]
    assert reader.complaints == []
