"""`make screenshots`: a picture of every page in its main states, in both languages, on a phone and on a desk.

They lie in docs/screenshots, with a gallery beside them. This is not a test: nothing here looks for mistakes.
"""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, ViewportSize
from pytest_django import Settings

from campaigns.demo import Person
from tests.browser.conftest import Arrive
from tests.browser.evidence_story import what_files_say
from tests.browser.failing import HERE
from tests.browser.gallery import DARK, GROUPS, LANGUAGES, WHOLE, WIDTHS, gallery
from tests.browser.judging import let_in, show
from tests.browser.looking import Light
from tests.browser.mails_of_a_demo import the_mails_of_a_demo
from tests.browser.places import (
    NOTHING_YET,
    NOTHING_YET_FOR_STAFF,
    OF_DEMO_MAILS,
    OF_EVIDENCE,
    OF_WAYS_IN,
    PEOPLE,
    STAGE_PLACES,
    STAGE_PLACES_FOR_STAFF,
    WHEN_IT_FAILS,
    Place,
)
from tests.browser.scene import bra_is_on_record
from tests.browser.standing import stand_as, ways_in
from tests.browser.story import TOO_MANY_TO_DRAW, every_stage, the_whole_story
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.campaigns.creator.desk import at_the_desk
from tests.lineage.proposals.world import sora
from tests.stripe_sandbox import Sandbox
from tests.world import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SIZES: dict[str, ViewportSize] = {"phone": PHONE, "desk": DESK}
# What most people see is shown whole, or nearly. Of the rest there is a window, not quite twice as wide as the gallery
# shows it, so that the folder stays below five megabytes.
TALL = 1_800
SMALL = {"phone": 240, "desk": 500}
LARGE = {"phone": 320, "desk": 900}
# A card is as large as its frame on another site.
CARD: ViewportSize = {"width": 420, "height": 260}
QUALITY = {True: 45, False: 35}
# Pages that begin alike are shown from where they are their own.
BEGINS_AT = {
    "model-verdicts": "#tabs",
    "model-licence-texts": "#tabs",
    "model-made-from-it": "#tabs",
    "model-history": "#tabs",
    "model-own-figures": "#answers",
}
# Pictures that come into view late are waited for.
COMPLETE = """async () => {
    for (const one of document.images) one.loading = "eager";
    await Promise.all([...document.images].map((one) => one.complete || new Promise((done) => {
        one.onload = one.onerror = done;
    })));
    return document.documentElement.scrollHeight;
}"""


def picture(
    page: Page, name: str, *, width: str, tall: bool = False, light: Light = "light", begins_at: str = ""
) -> None:
    """The window is made as high as the page, so that what keeps to its edge is at the edge of the picture."""
    page.emulate_media(color_scheme=light, reduced_motion="reduce")
    size = CARD if name.startswith("card-") else SIZES[width]
    page.set_viewport_size(size)
    height = min(int(page.evaluate(COMPLETE)), TALL) if tall else size["height"]
    page.set_viewport_size({"width": size["width"], "height": height})
    if begins_at:
        page.locator(begins_at).evaluate("(one) => one.scrollIntoView()")
    drawn = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    drawn.thumbnail(((LARGE if tall else SMALL)[width], drawn.height), Image.Resampling.LANCZOS)
    drawn.save(FOLDER / f"{name}-{width}.webp", quality=QUALITY[tall], method=6)


def pictures(
    arrive: Arrive, language: str, places: Sequence[Place], parts: dict[str, str], by: str | Client = ""
) -> None:
    """`by`: a person of the demo, somebody who stands where this client does, or anybody."""
    for width in WIDTHS:
        visitor = arrive(language, wide=width == "desk")
        if isinstance(by, Client):
            stand_as(visitor, by)
        elif by:
            let_in(visitor, by)
        for place in places:
            if place.name:
                show(visitor, place, parts)
                name, tall = f"{place.name}-{language}", place.name in WHOLE
                picture(visitor.page, name, width=width, tall=tall, begins_at=BEGINS_AT.get(place.name, ""))


def in_the_dark(visitor: Visitor, width: str, parts: dict[str, str]) -> None:
    for place in PEOPLE[""]:
        if place.name in DARK:
            show(visitor, place, parts)
            name = f"{place.name}-dark-{visitor.language}"
            picture(visitor.page, name, width=width, light="dark", begins_at=BEGINS_AT.get(place.name, ""))


@in_both_languages
def test_the_whole_story(arrive: Arrive, stripe: Sandbox, language: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    story = the_whole_story(stripe)
    for role, places in PEOPLE.items():
        pictures(arrive, language, places, story.parts, role)
    for width in WIDTHS:
        in_the_dark(arrive(language, wide=width == "desk"), width, story.parts)


@in_both_languages
def test_every_stage(arrive: Arrive, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setattr("lineage.verdicts.family.DRAWN_AT_ALL", TOO_MANY_TO_DRAW)
    bra_is_on_record()
    story = every_stage(now())
    pictures(arrive, language, STAGE_PLACES, story.parts)
    pictures(arrive, language, STAGE_PLACES_FOR_STAFF, story.parts, Person.STAFF)


@in_both_languages
def test_nothing_yet(arrive: Arrive, language: str) -> None:
    pictures(arrive, language, NOTHING_YET, {})
    pictures(arrive, language, NOTHING_YET_FOR_STAFF, {}, Person.STAFF)


@in_both_languages
def test_evidence(arrive: Arrive, language: str) -> None:
    pictures(arrive, language, OF_EVIDENCE, what_files_say().parts, at_the_desk(sora()))


@in_both_languages
def test_the_ways_in(arrive: Arrive, language: str) -> None:
    clients, parts = ways_in(arrive)
    for standing, places in OF_WAYS_IN.items():
        pictures(arrive, language, places, parts, clients[standing])


@in_both_languages
def test_the_mails_of_a_demo(arrive: Arrive, settings: Settings, tmp_path: Path, language: str) -> None:
    pictures(arrive, language, OF_DEMO_MAILS, {"mail": the_mails_of_a_demo(settings, tmp_path)})


@in_both_languages
@pytest.mark.urls(HERE)
def test_what_fails(arrive: Arrive, language: str) -> None:
    pictures(arrive, language, WHEN_IT_FAILS, {})


def test_the_gallery_and_no_picture_of_yesterday() -> None:
    text, named = gallery(GROUPS)
    (FOLDER / "README.md").write_text(text, encoding="utf-8")
    for file in FOLDER.iterdir():
        if file.suffix in (".webp", ".png") and file.name not in named:
            file.unlink()
    missing = sorted(name for name in named if not (FOLDER / name).exists())
    assert missing == []
