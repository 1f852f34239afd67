"""While a campaign's page is open, its numbers move by themselves, and it asks for them no more than it must."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Request, Response, Route, expect
from pytest_django import Settings

from campaigns.views import live_sharing
from tests.browser.conftest import SECONDS_TO_WAIT, Arrive
from tests.browser.scene import bra_stands_at, said, the_clock_ticks
from tests.browser.visitor import Visitor
from tests.stripe_sandbox import Sandbox
from tests.world import give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIVE = "**/c/bra/live/"
# What a page waits at most while a campaign is open: 1.4 seconds, and a tenth. Milliseconds.
A_LOOK = 1_550
# Within so long every page that is open has fetched the one that another stage has, and not all of them at once.
A_MOMENT_OF_ONES_OWN = 10_000
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
    document.dispatchEvent(new Event("visibilitychange"));
}"""

# What the page asks, and what it was answered, as its own script sees it. It hears an answer only when a test lets it,
# and gives no question up: the nine seconds for that would pass on its clock, which is moved in leaps.
COUNT_QUESTIONS = """
window.asked = window.answered = 0;
window.mayHear = Promise.resolve();
const really = window.fetch;
window.fetch = async (address, how) => {
    window.asked += 1;
    try {
        const answer = await really(address, {...how, signal: undefined});
        await answer.clone().text();
        await window.mayHear;
        return answer;
    } finally {
        window.answered += 1;
    }
};
"""
WAIT_TO_HEAR = "() => { window.mayHear = new Promise((hear) => { window.hear = hear; }); return window.answered; }"
# The page's own clock stands still, so its turns are counted by something else than timers.
HAS_HEARD = """async () => {
    const { port1, port2 } = new MessageChannel();
    for (let turn = 0; turn < 20; turn++) {
        await new Promise(resolve => { port1.onmessage = resolve; port2.postMessage(0); });
    }
}"""
# What moves a page's clock waits for that page, for ever if it goes away meanwhile. So what wants to go is held back.
HOLD_BACK = """() => {
    window.held = 0;
    navigation.addEventListener("navigate", (event) => {
        if (event.navigationType !== "reload") return;
        event.preventDefault();
        window.held += 1;
    });
}"""


@pytest.fixture(autouse=True)
def as_on_a_real_site(settings: Settings) -> Iterator[None]:
    """Who watches is shown what others are shown, for a fifth of a second."""
    settings.LIVE_SHARED_MS = 200
    live_sharing.forget()
    yield
    live_sharing.forget()


def looks_of(visitor: Visitor) -> list[int]:
    """The answers to the page's own questions, as they come in."""
    statuses: list[int] = []

    def note(answer: Response) -> None:
        if answer.url.endswith("/live/"):
            statuses.append(answer.status)

    visitor.page.on("response", note)
    return statuses


def look(visitor: Visitor, within: int = A_LOOK) -> None:
    """So much time passes on the page, and it asks. When that time is over it hears the answer."""
    page = visitor.page
    answered = page.evaluate(WAIT_TO_HEAR)
    page.clock.run_for(within)
    page.evaluate("window.hear()")
    until(page, f"window.answered > {answered}")
    page.evaluate(HAS_HEARD)


def until(page: Page, holds: str) -> None:
    """Playwright's own way to wait for a function needs `unsafe-eval`, which our pages do not allow."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, f"never: {holds}"
        page.wait_for_timeout(20)


def nothing_is_on_its_way(page: Page) -> None:
    """Whatever the page has asked it was answered, and it has done what follows from that."""
    until(page, "window.asked === window.answered")
    page.evaluate(HAS_HEARD)


def with_a_clock_that_stands_still(page: Page) -> None:
    """From the next page on. By itself a clock that was put in goes on like any other, and a slow machine is late."""
    page.add_init_script(COUNT_QUESTIONS)
    began = datetime.now(tz=UTC)
    page.clock.install(time=began)
    page.clock.pause_at(began + timedelta(minutes=1))


def a_reader(arrive: Arrive, *, wide: bool = True, language: str = "en") -> Visitor:
    """Somebody with the page open, whose clock the test moves."""
    reader = arrive(language, wide=wide)
    with_a_clock_that_stands_still(reader.page)
    reader.go("c/bra/")
    return reader


def what_was_shared_is_over(slug: str = "bra") -> None:
    """Whoever asks now is told how it stands now. What takes long to make is shared for longer."""
    while (place := live_sharing._places.get(slug)) and time.monotonic() < place.until:
        time.sleep(0.01)


def fragment(amount: int, stage: str = "open giving") -> str:
    return (
        f'<div data-stage="{stage}" data-amount="{amount}" data-figure="¥{amount}" data-percent="1%" '
        f'data-supporters="7" data-say="{amount}"><p class="amount">¥{amount}</p>'
        '<p data-old="{minutes}" hidden></p></div>'
    )


def test_a_coin_is_seen_within_two_seconds_everywhere_on_the_page(arrive: Arrive, stripe: Sandbox) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader = a_reader(arrive, wide=False)
    reader.page.evaluate("window.unmoved = true")
    amount = reader.page.locator("[data-live] .amount")
    expect(amount).to_have_text("¥12,000")

    give(stripe, bra, 1_500, name="Frank")
    what_was_shared_is_over()
    look(reader)

    expect(amount).to_have_text("¥13,500")
    expect(reader.page.locator("[data-live] dd").first).to_have_text("3")
    assert "67" in reader.page.locator("[data-live] svg.bar").get_attribute("aria-label")  # type: ignore[operator]
    # The bar at a phone's foot tells the same.
    expect(reader.page.locator(".give-bar")).to_contain_text("¥13,500")
    expect(reader.page.locator(".give-bar")).to_contain_text("67%")
    # Who does not see the page hears it.
    expect(reader.page.locator("[aria-live=polite]")).to_have_text("Now ¥13,500, 67 percent of the goal")
    assert reader.page.evaluate("window.unmoved") is True
    assert reader.complaints == []


def test_by_the_clock_on_the_wall_it_takes_two_seconds_too(arrive: Arrive, stripe: Sandbox) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader = arrive(wide=True)
    reader.go("c/bra/")

    give(stripe, bra, 500, name="Frank")

    # Two are promised; a machine that does other things at the same time may need more.
    expect(reader.page.locator("[data-live] .amount")).to_have_text("¥12,500")


def test_without_scripts_the_page_tells_how_it_stood_when_it_was_asked_for(arrive: Arrive, stripe: Sandbox) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader = arrive(scripts=False)
    reader.go("c/bra/")
    answers = looks_of(reader)
    give(stripe, bra, 500, name="Frank")
    before = reader.text("[data-live] .amount")

    reader.go("c/bra/")

    assert (before, reader.text("[data-live] .amount")) == ("¥12,000", "¥12,500")
    expect(reader.page.locator("[data-old]")).to_be_hidden()
    assert answers == []


def test_when_the_campaign_closes_the_open_page_becomes_the_funded_one(arrive: Arrive, stripe: Sandbox) -> None:
    bra = bra_stands_at(stripe, 19_500)
    reader = arrive("ja")
    reader.go("c/bra/")
    assert said("Open for coins", "ja") in reader.text(".campaign-head .chip")
    # By the clock on the wall; its moment is the first of the ten seconds.
    reader.page.evaluate("Math.random = () => 0")

    give(stripe, bra, 500, name="Frank")
    the_clock_ticks()

    expect(reader.page.locator(".campaign-head .chip")).to_contain_text(said("Funded", "ja"))
    expect(reader.page.locator(".give-bar")).to_have_count(0)
    assert reader.complaints == []


def test_pages_that_learn_of_another_stage_together_do_not_fetch_it_together(arrive: Arrive, stripe: Sandbox) -> None:
    bra_stands_at(stripe, 12_000)
    reader = a_reader(arrive)
    reader.page.evaluate("Math.random = () => 0.5")
    reader.page.evaluate(HOLD_BACK)
    reader.page.route(LIVE, lambda route: route.fulfill(body=fragment(1, "closing"), headers={"X-Next-Poll": "60"}))

    look(reader)
    # The numbers are there at once, the page in the middle of ten seconds.
    expect(reader.page.locator("[data-live] .amount")).to_have_text("¥1")
    reader.page.clock.run_for(4_000)
    assert reader.page.evaluate("window.held") == 0
    reader.page.clock.run_for(1_500)
    until(reader.page, "window.held === 1")


def test_whoever_types_is_not_interrupted_by_another_stage(arrive: Arrive, stripe: Sandbox) -> None:
    bra_stands_at(stripe, 12_000)
    reader = a_reader(arrive)
    reader.page.evaluate(HOLD_BACK)
    reader.page.route(LIVE, lambda route: route.fulfill(body=fragment(1, "closing"), headers={"X-Next-Poll": "60"}))
    reader.page.evaluate(
        "document.querySelector('main').append(Object.assign(document.createElement('input'), {id: 'note'}))"
    )
    reader.page.locator("#note").focus()

    look(reader)
    expect(reader.page.locator("[data-live] .amount")).to_have_text("¥1")
    reader.page.clock.run_for(A_MOMENT_OF_ONES_OWN)
    assert reader.page.evaluate("window.held") == 0

    reader.page.locator("#note").blur()
    look(reader, within=66_000)
    reader.page.clock.run_for(A_MOMENT_OF_ONES_OWN)
    until(reader.page, "window.held >= 1")
    assert reader.complaints == []


def test_a_page_that_nobody_sees_does_not_ask_and_asks_at_once_when_it_is_seen_again(
    arrive: Arrive, stripe: Sandbox
) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader = a_reader(arrive)
    answers = looks_of(reader)
    look(reader)

    # Nothing has changed: the answer is short.
    look(reader)
    assert answers == [200, 304]

    # A tab in the background; ten minutes go by, and somebody gives.
    reader.page.evaluate(HIDE, True)
    give(stripe, bra, 1_000, name="Frank")
    what_was_shared_is_over()
    reader.page.clock.run_for(600_000)
    nothing_is_on_its_way(reader.page)
    assert answers == [200, 304]

    with reader.page.expect_response(LIVE):
        reader.page.evaluate(HIDE, False)
    expect(reader.page.locator("[data-live] .amount")).to_have_text("¥13,000")
    assert answers == [200, 304, 200]
    assert reader.complaints == []


def test_what_a_process_knows_that_is_behind_is_not_shown(arrive: Arrive, stripe: Sandbox) -> None:
    """Two web processes answer in turn, and one of them made its snapshot before the coin."""
    bra_stands_at(stripe, 12_000)
    reader = a_reader(arrive)
    newest = int(reader.page.locator("[data-version]").get_attribute("data-version") or "0")
    amount = reader.page.locator("[data-live] .amount")
    told: list[tuple[int, int]] = []

    def answer(route: Route) -> None:
        version, raised = told.pop(0)
        headers = {"X-Next-Poll": "1.4", "X-Version": str(version), "ETag": f'"{version}"'}
        route.fulfill(body=fragment(raised), headers=headers)

    reader.page.route(LIVE, answer)
    for version, raised, shown in (
        (newest + 2048, 12_500, 12_500),
        (newest + 1024, 12_000, 12_500),
        (newest - 1024, 11_000, 12_500),
        (newest + 4096, 13_000, 13_000),
    ):
        told.append((version, raised))
        look(reader)
        expect(amount).to_have_text(f"¥{shown}")

    # A database that was restored counts anew: what stays behind is no longer behind.
    for _ in range(8):
        told.append((5, 10_000))
        look(reader)
    expect(amount).to_have_text("¥10000")
    assert reader.complaints == []


def test_numbers_that_could_not_be_fetched_for_long_say_how_old_they_are(arrive: Arrive, stripe: Sandbox) -> None:
    bra_stands_at(stripe, 12_000)
    reader = a_reader(arrive, language="ja")
    old = reader.page.locator("[data-old]")

    def time_passes(steps: int, seconds: int) -> None:
        for _ in range(steps):
            reader.page.clock.run_for(seconds * 1000)
            nothing_is_on_its_way(reader.page)

    reader.page.route(LIVE, lambda route: route.fulfill(status=503, headers={"X-Next-Poll": "5"}))
    time_passes(8, 30)
    expect(old).to_be_hidden()

    time_passes(8, 30)
    expect(old).to_be_visible()
    expect(old).to_contain_text("分前の金額です")

    reader.page.unroute(LIVE)
    look(reader, within=66_000)
    expect(old).to_be_hidden()


def test_a_site_that_is_busy_is_left_alone_for_as_long_as_it_says_and_longer_each_time(
    arrive: Arrive, stripe: Sandbox
) -> None:
    bra_stands_at(stripe, 12_000)
    reader = a_reader(arrive)
    asked: list[Request] = []

    def refuse(route: Route) -> None:
        asked.append(route.request)
        route.fulfill(status=503, headers={"X-Next-Poll": "5"})

    reader.page.route(LIVE, refuse)
    look(reader)
    reader.page.clock.run_for(4_400)
    assert len(asked) == 1

    for least, most in ((0, 1_200), (4_400, 1_200), (7_100, 1_800), (14_300, 3_400), (28_700, 6_600)):
        before = len(asked)
        reader.page.clock.run_for(least)
        assert len(asked) == before
        look(reader, most)
