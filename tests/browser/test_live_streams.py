"""Where a site has streams, an open page is told and does not ask; and where a stream breaks, it asks."""

import signal
import time
from collections.abc import Iterator

import pytest
from django.conf import settings as site_settings
from django.utils.csp import CSP
from playwright.sync_api import Page, expect
from pytest_django import Settings

from campaigns.views import live_sharing
from lineage import kept
from tests.browser.conftest import SECONDS_TO_WAIT, Arrive
from tests.browser.scene import bra_stands_at
from tests.browser.test_live_numbers import HIDE, fragment
from tests.browser.visitor import Visitor
from tests.live_process import LiveProcess, live_process
from tests.stripe_sandbox import Sandbox
from tests.world import give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a page does with streams, and when it asks, as its own script sees it.
COUNT = """
window.streams = [];
const Real = window.EventSource;
window.EventSource = class extends Real { constructor(...all) { super(...all); window.streams.push(this); } };
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
    reader.page.clock.install()
    reader.go("c/bra/")
    return reader, asked


def opens_its_stream(page: Page) -> None:
    page.clock.run_for(1_600)
    until(page, "window.streams.length && window.streams.at(-1).readyState === 1")


def until(page: Page, holds: str) -> None:
    """Playwright's own way to wait for a function needs `unsafe-eval`, which our pages do not allow."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, f"never: {holds}"
        page.wait_for_timeout(20)


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
    with reader.page.expect_response(f"**{LIVE}"):
        reader.page.clock.run_for(600)
    amount(reader, "¥12,500")
    assert "fetch" in asked

    # A minute or two later it is tried again.
    live.start()
    for _ in range(40):
        reader.page.clock.run_for(5_000)
        if reader.page.evaluate("window.streams.length") > 1:
            break
    until(reader.page, "window.streams.at(-1).readyState === 1")
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
    reader.page.clock.run_for(38_000)
    assert "fetch" not in asked
    with reader.page.expect_response(f"**{LIVE}"):
        reader.page.clock.run_for(3_000)
        reader.page.clock.run_for(600)

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

    with reader.page.expect_response(f"**{LIVE}"):
        reader.page.clock.run_for(9_000)

    amount(reader, "¥12,500")
    assert asked[0] == "fetch"


def test_numbers_of_a_stream_do_not_hide_what_is_told_when_the_page_asks_again(
    arrive: Arrive, stripe: Sandbox, streams_elsewhere: None
) -> None:
    """The mark of an answer that came before the stream must not make a later answer "unchanged"."""
    bra_stands_at(stripe, 12_000)
    reader, _ = a_reader(arrive, SWALLOWED)
    newest = int(reader.page.locator("[data-version]").get_attribute("data-version") or "0")
    with reader.page.expect_response(f"**{LIVE}"):
        reader.page.clock.run_for(12_000)
    amount(reader, "¥12,000")
    for _ in range(40):
        reader.page.clock.run_for(5_000)
        if reader.page.evaluate("window.streams.length") > 1:
            break

    # The stream says something else, then it breaks, and the numbers are again what they were when it was asked last.
    reader.page.evaluate(
        "([html, id]) => window.streams.at(-1).dispatchEvent("
        "new MessageEvent('numbers', {data: html, lastEventId: String(id)}))",
        [fragment(12_500), newest + 1],
    )
    amount(reader, "¥12500")
    reader.page.evaluate("window.streams.at(-1).dispatchEvent(new Event('error'))")
    with reader.page.expect_response(f"**{LIVE}"):
        reader.page.clock.run_for(600)

    amount(reader, "¥12,000")
    assert reader.complaints == []
