"""The page that people judge us by: its links lead somewhere, and a keyboard gets past the menu."""

import re
from urllib.parse import urldefrag, urljoin

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Arrive, Site
from tests.browser.scene import bra_stands_at
from tests.browser.visitor import DESK, Visitor
from tests.stripe_sandbox import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESSES = """() => [...document.querySelectorAll("[href], [src]")]
    .map((one) => one.getAttribute("href") ?? one.getAttribute("src"))"""
ROWS = "links => [...new Set(links.map((one) => Math.round(one.getBoundingClientRect().top)))]"


def test_every_link_and_picture_of_the_campaign_page_is_there(arrive: Arrive, site: Site, stripe: Sandbox) -> None:
    bra_stands_at(stripe, 19_500)
    reader = arrive("ja")
    reader.go("c/bra/")

    ours = {one for one in addresses(reader) if one.startswith(site.url)}
    answers = {one: reader.context.request.get(one).status for one in sorted({urldefrag(one)[0] for one in ours})}

    assert {one: status for one, status in answers.items() if status >= 400} == {}
    assert len(answers) > 20
    here = reader.page.url
    places = {place for page, place in map(urldefrag, ours) if page == here and place}
    assert "updates" in places
    assert [place for place in places if reader.page.locator(f"[id='{place}']").count() != 1] == []


def addresses(reader: Visitor) -> set[str]:
    """Every address that the page names, whole."""
    named: list[str] = reader.page.evaluate(ADDRESSES)
    return {urljoin(reader.page.url, one) for one in named}


def test_who_uses_a_keyboard_can_skip_to_the_content(arrive: Arrive, stripe: Sandbox) -> None:
    bra_stands_at(stripe, 19_500)
    reader = arrive(wide=True)
    reader.go("c/bra/")
    skip = reader.page.locator("a.skip")
    assert not reader.page.evaluate("document.querySelector('a.skip').getBoundingClientRect().bottom > 0")

    reader.page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    reader.page.keyboard.press("Enter")
    expect(reader.page).to_have_url(re.compile("#main$"))
    reader.page.keyboard.press("Tab")

    # The menu lies behind: the next stop is inside the content.
    assert reader.page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("scripts", [True, False], ids=["", "without-scripts"])
def test_what_phones_fold_is_reached_on_a_desk_by_every_browser(arrive: Arrive, stripe: Sandbox, scripts: bool) -> None:
    bra_stands_at(stripe, 12_000)
    visitor = arrive("en", wide=True, scripts=scripts)
    visitor.context.route("**/*.css", without_a_way_into_closed_details)
    visitor.context.add_init_script("CSS.supports = () => false;")
    page, secondary = visitor.page, "#coin ~ .phone-fold .what-if"

    visitor.go("c/bra/")
    if not scripts:
        expect(page.locator(secondary)).to_be_hidden()
        visitor.tap("#coin ~ .phone-fold > summary")

    expect(page.locator(secondary)).to_be_visible()
    expect(page.locator("#coin ~ .phone-fold > summary")).to_be_visible()


def without_a_way_into_closed_details(route: Route) -> None:
    """A sheet as browsers of 2024 read it: they drop the rules whose selectors they do not know."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("::details-content", "::unheard-of"))


def test_on_a_phone_what_is_secondary_waits_behind_lines_and_paper_shows_all(arrive: Arrive, stripe: Sandbox) -> None:
    bra_stands_at(stripe, 12_000)
    visitor = arrive("en", scripts=False)
    page, secondary = visitor.page, "#coin ~ .phone-fold .what-if"
    visitor.go("c/bra/")

    expect(page.locator(secondary)).to_be_hidden()
    expect(page.locator("#plan ~ .prose").first).to_be_visible()
    expect(page.locator("[data-give]")).to_be_visible()
    visitor.tap("#coin ~ .phone-fold > summary")
    expect(page.locator(secondary)).to_be_visible()
    visitor.tap("#coin ~ .phone-fold > summary")

    page.emulate_media(media="print")
    assert "If the goal is missed" in visitor.text() and "inherits no restriction" in visitor.text("#family-list")
    page.emulate_media(media="screen")
    page.set_viewport_size(DESK)
    expect(page.locator(secondary)).to_be_visible()
    expect(page.locator("#coin ~ .phone-fold > summary")).to_be_hidden()


def test_the_tabs_are_one_row_on_every_phone_and_who_goes_by_key_sees_all_of_them(
    arrive: Arrive, stripe: Sandbox
) -> None:
    bra_stands_at(stripe, 12_000)
    for language in ("en", "ja"):
        reader = arrive(language)
        reader.go("c/bra/")
        tabs = reader.page.locator(".tabs a")

        for width in (390, 360, 320):
            reader.page.set_viewport_size({"width": width, "height": 800})
            assert len(tabs.evaluate_all(ROWS)) == 1, f"{language}, {width} px"

        tabs.first.focus()
        for _ in range(tabs.count() - 1):
            reader.page.keyboard.press("Tab")
        expect(tabs.last).to_be_focused()
        expect(tabs.last).to_be_in_viewport(ratio=0.9)
