"""A page is looked at by every judge that there is: for width, light, words, WCAG, and what the browser says of it."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Response, ViewportSize

from campaigns import demo
from tests.browser.accessibility import violations
from tests.browser.looking import Light, faults, not_in_japanese
from tests.browser.places import Place
from tests.browser.story import Story
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.campaigns.creator.desk import at_the_desk

# What can go wrong hangs on two of the three at a time: long words on the width, colours on the light, a mark on the
# language's own sheet. Every two of them meet once in these four.
COVER: dict[str, tuple[tuple[ViewportSize, Light], ...]] = {
    "en": ((PHONE, "light"), (DESK, "dark")),
    "ja": ((PHONE, "dark"), (DESK, "light")),
}
# Chromium writes a line for every answer that is not a page, also for those that are asked for here.
FAILED = "Failed to load resource: the server responded with a status of"
FILL_IN = """told => {
    const form = [...document.querySelectorAll("main form[method=post]")].find(
        (form) => Object.keys(told).every((name) => name in form.elements));
    const press = Object.keys(told).map((name) => form.elements[name]).find((one) => one.type === "submit");
    for (const [name, value] of Object.entries(told))
        if (form.elements[name].type !== "submit") form.elements[name].value = value;
    form.noValidate = true;
    form.requestSubmit(press);
}"""


def let_in(visitor: Visitor, role: str) -> None:
    """Logging in by the pages is another test's."""
    client: Client = at_the_desk(demo.account(role))
    # Some pages ask for the password once more, unless it was given just now.
    client.post(reverse("account_reauthenticate"), {"password": demo.PASSWORD})
    session = client.cookies["session"].value
    visitor.context.add_cookies([{"name": "session", "value": session, "url": visitor.home}])


def show(visitor: Visitor, place: Place, parts: Mapping[str, str]) -> Response:
    """The place as it is looked at: with its form filled in and sent, if that is what it is about."""
    answer = visitor.go(place.path.format(**parts))
    if not place.send:
        return answer
    with visitor.page.expect_navigation() as sent:
        visitor.page.evaluate(FILL_IN, dict(place.send))
    found = sent.value
    assert found is not None
    return found


def show_as_if(visitor: Visitor, path: str, page: HttpResponse) -> None:
    """A page that only a fault would bring, shown at an address of the site with the site's own sheets."""
    address = f"{visitor.home}/{visitor.language}/{path}"
    body = page.content.decode()
    visitor.page.route(
        address, lambda route: route.fulfill(status=page.status_code, content_type="text/html", body=body)
    )
    visitor.page.goto(address)


def wrong_with(visitor: Visitor, story: Story) -> list[str]:
    page = visitor.page
    found = []
    for size, light in COVER[visitor.language]:
        found += faults(page, size, light)
        # Its own rules hang on width alone, since contrast was just judged: once on a phone, once on a desk.
        if (size is PHONE) == (visitor.language == "en"):
            found += [f"{size['width']} {light}: {one}" for one in violations(page)]
    if page.locator("html").get_attribute("lang") != visitor.language:
        found.append("the page says that it is in another language")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} first headings")
    if visitor.language == "ja":
        found += [f"not Japanese: {text}" for text in not_in_japanese(page, story.names)]
    heard, visitor.complaints[:] = list(visitor.complaints), []
    return found + [one for one in heard if FAILED not in one]
