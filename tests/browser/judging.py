"""A page is looked at by every judge that there is: for width, light, words, WCAG, and what the browser says of it."""

from collections.abc import Iterable, Mapping

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Response, ViewportSize

from campaigns import demo
from tests.browser.accessibility import violations
from tests.browser.looking import Light, faults, first_amounts_without_code, not_in_japanese, too_wide
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
# axe is dear, so a place is put before it once in each language: on the other screen and in the other light. By the
# place's number all eight get their share.
TURNS: tuple[tuple[ViewportSize, Light], ...] = ((PHONE, "light"), (DESK, "dark"), (PHONE, "dark"), (DESK, "light"))
OPPOSITE = {PHONE["width"]: DESK, DESK["width"]: PHONE}
# WCAG 1.4.10: text is read on a screen of this width without being pushed from side to side.
NARROWEST: ViewportSize = {"width": 320, "height": 640}
# Chromium writes a line for every answer that is not a page, also for those that are asked for here.
FAILED = "Failed to load resource: the server responded with a status of"
FILL_IN = """told => {
    const form = [...document.querySelectorAll("main form")].find(
        (form) => Object.keys(told).every((name) => name in form.elements));
    // Of several with the same name the first is filled in or pressed.
    const field = (name) =>
        ["text", "submit"].includes(form.elements[name][0]?.type) ? form.elements[name][0] : form.elements[name];
    const press = Object.keys(told).map(field).find((one) => one.type === "submit");
    for (const [name, value] of Object.entries(told)) if (field(name).type !== "submit") field(name).value = value;
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


def look_at(visitor: Visitor, places: Iterable[Place], story: Story, subtests: pytest.Subtests) -> dict[str, str]:
    """The documents that were seen, by their addresses."""
    documents: dict[str, str] = {}
    for number, place in enumerate(places):
        with subtests.test(f"{visitor.language} {place.path} {place.name}"):
            path = place.path.format(**story.parts)
            answer = show(visitor, place, story.parts)
            documents[f"{visitor.language}/{path} {number}"] = answer.text()
            assert answer.status == place.status, answer.status
            assert visitor.path() == path.partition("?")[0], visitor.path()
            if place.status >= 500:
                visitor.complaints.remove(f"{answer.url}: {answer.status}")
            wrong = wrong_with(visitor, story, number)
            assert not wrong, "\n".join(wrong)
    return documents


def turn(language: str, number: int) -> tuple[ViewportSize, Light]:
    """The screen and the light in which axe judges the place of this number."""
    size, light = TURNS[number % len(TURNS)]
    if language == "en":
        return size, light
    return OPPOSITE[size["width"]], "dark" if light == "light" else "light"


def wrong_with(visitor: Visitor, story: Story, number: int = 0) -> list[str]:
    page = visitor.page
    found = []
    axe_at, axe_in = turn(visitor.language, number)
    for size, light in COVER[visitor.language]:
        found += faults(page, size, light)
        if size == axe_at:
            page.emulate_media(color_scheme=axe_in)
            found += [f"{size['width']} {axe_in}: {one}" for one in violations(page)]
    found += too_wide(page, NARROWEST)
    if page.locator("html").get_attribute("lang") != visitor.language:
        found.append("the page says that it is in another language")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} first headings")
    if visitor.language == "en":
        found += [f"without its code: {one}" for one in first_amounts_without_code(page)]
    if visitor.language == "ja":
        found += [f"not Japanese: {text}" for text in not_in_japanese(page, story.names)]
    heard, visitor.complaints[:] = list(visitor.complaints), []
    return found + [one for one in heard if FAILED not in one]
