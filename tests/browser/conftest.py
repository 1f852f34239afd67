"""A real browser in front of the running site, which has a Stripe sandbox that pays attention to it.

The site runs in threads of the test process, so a test can read its mails and be its clock; the sandbox and Chromium
are processes of their own. Everything is started once for this folder, and every test gets an empty browser.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.test.testcases import LiveServerThread
from django.test.utils import override_settings
from django.utils.csp import CSP
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from campaigns import stripe_gateway
from tests import stripe_sandbox
from tests.browser import chromium
from tests.browser.visitor import DESK, PHONE, TELL_OF_BREACHES, Visitor
from tests.stripe_sandbox import Sandbox

NO_CHROMIUM = "no Chromium here: install it, or name one in CHROMIUM"
LOCALES = {"en": "en-US", "ja": "ja-JP"}
SECONDS_TO_WAIT = 60
# Milliseconds, for Chromium itself.
TO_START = 240_000


@dataclass(frozen=True)
class Site:
    """The running site, and its Stripe."""

    url: str
    stripe: Sandbox


class Arrive(Protocol):
    """Somebody arrives, with a browser that has never been here."""

    def __call__(
        self, language: str = "en", *, wide: bool = False, scripts: bool = True, touch: bool | None = None
    ) -> Visitor:
        """`touch`: whether the screen feels a thumb. If nobody says so, a phone's does, and a desk's does not."""
        ...


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = chromium.find()
    if found is None and os.environ.get("CI"):
        pytest.fail(NO_CHROMIUM)
    if found is None:
        pytest.skip(NO_CHROMIUM)
    return found


@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=SECONDS_TO_WAIT * 1000)
        started = playwright.chromium.launch(executable_path=chromium_path, args=chromium.flags(), timeout=TO_START)
        yield started
        started.close()


@pytest.fixture(scope="package")
def site(chromium_path: str, django_db_setup: None) -> Iterator[Site]:
    """Site and sandbox have different names for this machine, as they would have on the net: cookies do not mix."""
    with running_server() as url:
        stripe = stripe_sandbox.start(webhook_url=f"{url}/stripe/webhook/")
        try:
            with override_settings(**addresses(url, stripe.url)):
                stripe_gateway.client.cache_clear()
                yield Site(url, stripe)
        finally:
            stripe_gateway.client.cache_clear()
            stripe.stop()


class Counted(StaticFilesHandler):
    """Knows how many requests it has in hand: one whose browser is gone reads on."""

    busy = 0
    lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        with self.lock:
            Counted.busy += 1
        try:
            return super().__call__(environ, start_response)
        finally:
            with self.lock:
                Counted.busy -= 1

    @classmethod
    def rests(cls) -> None:
        """Wait until nothing was in hand twice. A page reads many tables in one transaction, and so in an order that
        emptying all of them does not share."""
        deadline, quiet = time.monotonic() + SECONDS_TO_WAIT, 0
        while quiet < 2 and time.monotonic() < deadline:
            quiet = 0 if cls.busy else quiet + 1
            time.sleep(0.01)


@contextmanager
def running_server(handler: type[Counted] = Counted) -> Iterator[str]:
    server = LiveServerThread("localhost", handler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.terminate()


def addresses(site: str, stripe: str) -> dict[str, object]:
    """What the settings make of SITE_URL and STRIPE_API_BASE; the port is known only once the site runs."""
    policy = {**settings.SECURE_CSP, "form-action": [CSP.SELF, stripe]}
    return {"SITE_URL": site, "STRIPE_API_BASE": stripe, "STRIPE_PAGES": [stripe], "SECURE_CSP": policy}


@pytest.fixture
def stripe(site: Site) -> Iterator[Sandbox]:
    """Stripe as this test sees it: empty at first, and silent before the database is emptied."""
    site.stripe.forget()
    yield site.stripe
    until_all_is_told(site.stripe)
    site.stripe.forget()


def until_all_is_told(stripe: Sandbox) -> None:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while time.monotonic() < deadline:
        deliveries = stripe.control("GET", "deliveries")["deliveries"]
        if all(delivery["status"] == "delivered" for delivery in deliveries):
            return
        time.sleep(0.05)
    raise AssertionError(f"Events did not reach the site: {deliveries}")


@pytest.fixture(autouse=True)
def no_limits_of_earlier_tests(request: pytest.FixtureRequest) -> None:
    """How often an address may ask is counted in the cache, which the database's emptying leaves alone."""
    if request.node.get_closest_marker("django_db"):
        cache.clear()


@pytest.fixture
def arrive(browser: Browser, site: Site) -> Iterator[Arrive]:
    contexts: list[BrowserContext] = []

    def somebody(
        language: str = "en", *, wide: bool = False, scripts: bool = True, touch: bool | None = None
    ) -> Visitor:
        feels = not wide if touch is None else touch
        context = browser.new_context(
            viewport=DESK if wide else PHONE,
            locale=LOCALES[language],
            timezone_id="Asia/Tokyo",
            has_touch=feels,
            # A narrow window of a desk, which has a mouse, is no phone.
            is_mobile=feels and not wide,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        context.set_default_timeout(SECONDS_TO_WAIT * 1000)
        context.add_init_script(TELL_OF_BREACHES)
        return Visitor(context, site.url, language)

    yield somebody
    for context in contexts:
        context.close()
    Counted.rests()
