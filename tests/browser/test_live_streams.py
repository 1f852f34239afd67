"""Where a site has streams, an open page is told and does not ask; and where a stream breaks, it asks."""

import signal
from collections.abc import Iterator

import pytest
from django.conf import settings as site_settings
from django.utils.csp import CSP
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from campaigns.models import Campaign
from campaigns.views import live_sharing
from lineage import kept
from tests.browser.conftest import Arrive
from tests.browser.scene import bra_stands_at, the_clock_ticks
from tests.browser.test_live_numbers import (
    HIDE,
    fragment,
    look,
    nothing_is_on_its_way,
    until,
    what_was_shared_is_over,
    with_a_clock_that_stands_still,
)
from tests.browser.visitor import Visitor
from tests.live_process import LiveProcess, live_process
from tests.stripe_sandbox import Sandbox
from tests.world import give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a page does with streams, and when it asks, as its own script sees it.
COUNT = """
window.streams = [];
const Real = window.EventSource;
window.EventSource = class extends Real {
    constructor(...all) {
        super(...all);
        this.heard = 0;
        for (const kind of ["numbers", "same"]) this.addEventListener(kind, () => { this.heard += 1; });
        window.streams.push(this);
    }
};
"""
# Something on the way takes all that is sent and passes nothing on.
SWALLOWED = """
window.streams = [];
window.EventSource = class extends EventTarget { constructor() { super(); window.streams.push(this); } close() {} };
"""
LIVE = "/c/bra/live/"


@pytest.fixture
def streams_elsewhere(settings: Settings) -> Iterator[None]:
    """Pages try a stream; whether there is one is the test's own affair."""
    settings.LIVE_STREAM_URL = "http://127.0.0.1:9"
    kept.forget()
    yield
    kept.forget()


@pytest.fixture
def live(transactional_db: None, stripe: Sandbox, settings: Settings) -> Iterator[LiveProcess]:
    """The process that has the streams. It ends before the database is emptied."""
    settings.LIVE_SHARED_MS = 200
    live_sharing.forget()
    with live_process() as running:
        settings.LIVE_STREAM_URL = running.url
        settings.SECURE_CSP = {**site_settings.SECURE_CSP, "connect-src": [CSP.SELF, running.url]}
        kept.forget()
        yield running
    kept.forget()
    live_sharing.forget()


def a_reader(arrive: Arrive, script: str = COUNT) -> tuple[Visitor, list[str]]:
    """Somebody with the page open whose clock the test moves, and the questions that their page asks itself."""
    reader, asked = arrive(wide=True), list[str]()
    reader.page.add_init_script(script)
    reader.page.on("request", lambda request: asked.append(request.resource_type) if LIVE in request.url else None)
    with_a_clock_that_stands_still(reader.page)
    reader.go("c/bra/")
    # Whatever a page leaves to chance is as short as it can be.
    reader.page.evaluate("Math.random = () => 0")
    return reader, asked


def opens_its_stream(page: Page) -> None:
    page.clock.run_for(1_600)
    until(page, "window.streams.length && window.streams.at(-1).heard")


def tries_again(reader: Visitor) -> None:
    """A minute passes, the shortest after which it may, and it asks only at the end, as on a machine that sleeps."""
    for _ in range(4):
        reader.page.clock.fast_forward(31_000)
        nothing_is_on_its_way(reader.page)
        reader.page.clock.run_for(2_000)
        nothing_is_on_its_way(reader.page)
        if reader.page.evaluate("window.streams.length") > 1:
            return
    raise AssertionError("it never tried a stream again")


def amount(reader: Visitor, shown: str) -> None:
    expect(reader.page.locator("[data-live] .amount")).to_have_text(shown)


def test_a_coin_moves_the_numbers_of_a_page_that_asks_for_nothing(
    arrive: Arrive, stripe: Sandbox, live: LiveProcess
) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader, asked = a_reader(arrive)
    opens_its_stream(reader.page)

    give(stripe, bra, 500, name="Frank")
    amount(reader, "¥12,500")
    expect(reader.page.locator("[aria-live=polite]")).to_have_text("Now ¥12,500, 62 percent of the goal")
    give(stripe, bra, 1_000, name="Erika")
    amount(reader, "¥13,500")

    assert "eventsource" in asked and "fetch" not in asked
    assert reader.page.evaluate("window.streams.length") == 1
    assert reader.complaints == []


def test_a_killed_live_process_costs_nobody_a_number_and_pages_come_back_to_it(
    arrive: Arrive, stripe: Sandbox, live: LiveProcess
) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader, asked = a_reader(arrive)
    opens_its_stream(reader.page)

    live.kill()
    until(reader.page, "window.streams[0].readyState === 2")
    give(stripe, bra, 500, name="Frank")
    what_was_shared_is_over()
    look(reader, 600)
    amount(reader, "¥12,500")
    assert "fetch" in asked

    # A minute or two later it is tried again.
    live.start()
    tries_again(reader)
    until(reader.page, "window.streams.at(-1).heard")
    asked.clear()
    give(stripe, bra, 500, name="Erika")
    amount(reader, "¥13,000")
    assert asked == []
    assert [text for text in reader.complaints if "policy" in text] == []


def test_a_process_that_hangs_is_left_and_the_page_asks(arrive: Arrive, stripe: Sandbox, live: LiveProcess) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader, asked = a_reader(arrive)
    opens_its_stream(reader.page)
    amount(reader, "¥12,000")

    live.tell(signal.SIGSTOP)
    give(stripe, bra, 500, name="Frank")
    what_was_shared_is_over()
    reader.page.clock.run_for(38_000)
    assert "fetch" not in asked
    look(reader, 3_600)

    amount(reader, "¥12,500")
    live.tell(signal.SIGCONT)
    assert reader.complaints == []


def test_a_page_that_nobody_sees_holds_no_stream(arrive: Arrive, stripe: Sandbox, live: LiveProcess) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader, asked = a_reader(arrive)
    opens_its_stream(reader.page)

    reader.page.evaluate(HIDE, True)
    assert reader.page.evaluate("window.streams.map((each) => each.readyState)") == [2]
    give(stripe, bra, 500, name="Frank")
    reader.page.clock.run_for(60_000)
    amount(reader, "¥12,000")

    reader.page.evaluate(HIDE, False)
    amount(reader, "¥12,500")
    assert "fetch" not in asked and reader.page.evaluate("window.streams.length") == 2
    assert reader.complaints == []


def test_what_swallows_a_stream_is_noticed_and_the_page_asks(
    arrive: Arrive, stripe: Sandbox, streams_elsewhere: None
) -> None:
    bra = bra_stands_at(stripe, 12_000)
    reader, asked = a_reader(arrive, SWALLOWED)
    reader.page.clock.run_for(1_600)
    give(stripe, bra, 500, name="Frank")

    look(reader, 9_000)

    amount(reader, "¥12,500")
    assert asked[0] == "fetch"


def test_numbers_of_a_stream_do_not_hide_what_is_told_when_the_page_asks_again(
    arrive: Arrive, stripe: Sandbox, streams_elsewhere: None
) -> None:
    """The mark of an answer that came before the stream must not make a later answer "unchanged"."""
    bra_stands_at(stripe, 12_000)
    reader, _ = a_reader(arrive, SWALLOWED)
    newest = int(reader.page.locator("[data-version]").get_attribute("data-version") or "0")
    look(reader, 12_000)
    amount(reader, "¥12,000")
    tries_again(reader)

    # The stream says something else, then it breaks, and the numbers are again what they were when it was asked last.
    reader.page.evaluate(
        "([html, id]) => window.streams.at(-1).dispatchEvent("
        "new MessageEvent('numbers', {data: html, lastEventId: String(id)}))",
        [fragment(12_500), newest + 1],
    )
    amount(reader, "¥12500")
    reader.page.evaluate("window.streams.at(-1).dispatchEvent(new Event('error'))")
    look(reader, 600)
    # What is behind what the stream said is a new beginning once it has stayed so for ten seconds.
    for _ in range(8):
        look(reader)

    amount(reader, "¥12,000")
    assert reader.complaints == []


def test_a_question_that_was_on_its_way_does_not_silence_the_stream_that_came_before_its_answer(
    arrive: Arrive, stripe: Sandbox, streams_elsewhere: None
) -> None:
    """The page asks, is hidden and seen again, and holds a stream, which is silent; only then it hears the answer."""
    bra_stands_at(stripe, 12_000)
    reader, asked = a_reader(arrive, SWALLOWED)
    held: list[Route] = []
    # A stream that was silent for eight seconds is tried again after a minute; just before, the page asks.
    look(reader, 10_000)
    reader.page.route(f"**{LIVE}", lambda route: held.append(route))
    with reader.page.expect_request(f"**{LIVE}"):
        reader.page.clock.fast_forward(57_000)

    reader.page.evaluate(HIDE, True)
    reader.page.clock.run_for(4_000)
    reader.page.evaluate(HIDE, False)
    assert reader.page.evaluate("window.streams.length") == 2
    (route,) = held
    route.fulfill(body=fragment(12_000), headers={"X-Next-Poll": "1.4"})
    nothing_is_on_its_way(reader.page)
    reader.page.unroute(f"**{LIVE}")
    asked.clear()
    with reader.page.expect_request(f"**{LIVE}"):
        reader.page.clock.run_for(12_000)


def test_numbers_that_came_behind_are_shown_when_the_stream_says_that_they_still_hold(
    arrive: Arrive, stripe: Sandbox, streams_elsewhere: None
) -> None:
    bra_stands_at(stripe, 12_000)
    reader, _ = a_reader(arrive, SWALLOWED)
    reader.page.clock.run_for(1_600)
    newest = int(reader.page.locator("[data-version]").get_attribute("data-version") or "0")

    def hears(kind: str, version: int, data: str) -> None:
        reader.page.evaluate(
            "([kind, id, data]) => window.streams.at(-1).dispatchEvent("
            "new MessageEvent(kind, {data, lastEventId: String(id)}))",
            [kind, version, data],
        )

    hears("numbers", newest - 1, fragment(11_000))
    amount(reader, "¥12,000")
    hears("same", newest + 1, str(newest + 1))
    amount(reader, "¥11000")


def test_a_campaign_that_moves_rarely_is_asked_after_without_a_stream(
    arrive: Arrive, stripe: Sandbox, streams_elsewhere: None
) -> None:
    bra_stands_at(stripe, 19_500)
    give(stripe, Campaign.objects.get(slug="bra"), 500, name="Frank")
    the_clock_ticks()
    reader, asked = a_reader(arrive)

    look(reader, 70_000)

    assert "eventsource" not in asked and reader.complaints == []
