"""Somebody writes an update with two pictures, looks at it, publishes it; readers compare the two with their keys."""

import pytest
from playwright.sync_api import FilePayload, expect

from campaigns.demo_pictures import cut_stone, rough_stone
from campaigns.models import Campaign
from tests.browser.conftest import Arrive
from tests.browser.scene import log_in, said
from tests.browser.visitor import Visitor
from tests.campaigns.creator.desk import at_the_desk
from tests.campaigns.pictures import a_picture
from tests.world import a_person, an_open_campaign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = {"language": "en", "title": "The first pictures", "body": "Half of the training is **done**.", "publish": "1"}


def pictures() -> list[FilePayload]:
    return [
        {"name": "before.png", "mimeType": "image/png", "buffer": rough_stone()},
        {"name": "after.png", "mimeType": "image/png", "buffer": cut_stone()},
    ]


def an_update_that_compares(campaign: Campaign) -> None:
    sides = [a_picture(campaign, role=role, alt=role, size=(900, 600)) for role in ("before", "after")]
    at_the_desk(a_person("Bob")).post(
        f"/en/campaigns/{campaign.slug}/updates/new/", {**TEXT, "picture": [side.pk for side in sides]}
    )


def where(visitor: Visitor, what: str) -> dict[str, float]:
    """Where a picture stands once it and its peers are there: each moves the others by a part of a dot, as its height
    in whole dots is not quite that of its address."""
    visitor.page.locator(what).scroll_into_view_if_needed()
    visitor.page.evaluate("Promise.all(Array.from(document.querySelectorAll('.compare img'), one => one.decode()))")
    box = visitor.page.locator(what).bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def split(visitor: Visitor) -> str:
    found = visitor.page.locator("[data-compare]").evaluate("pair => pair.style.getPropertyValue('--split')")
    return str(found)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_an_update_is_written_looked_at_and_published_and_the_two_pictures_compared_by_keys(
    arrive: Arrive, language: str
) -> None:
    campaign = an_open_campaign(title="BRA")
    writer = arrive(language)
    a_person("Bob")
    log_in(writer, "bob@example.com")
    writer.go(f"campaigns/{campaign.slug}/updates/new/")

    writer.type("#id_title", "The first pictures")
    writer.type("#id_body", "Half of the training is **done**.")
    writer.page.locator("#id_pictures").set_input_files(pictures())
    writer.follow("button[name=add]")
    for number, (alt, role) in enumerate((("A rough stone", "before"), ("A cut stone", "after"))):
        line = writer.page.locator(".picture-line").nth(number)
        line.locator("input[type=text]").fill(alt)
        line.locator("select").select_option(role)
    writer.page.locator("#id_title").press("Enter")
    expect(writer.page.locator(".preview strong")).to_have_text("done")
    writer.follow("button[name=publish]")
    expect(writer.page.locator(".messages")).to_contain_text(said("The update is published.", language))

    slider = writer.page.get_by_role("slider")
    slider.focus()
    for key, shown in (("Home", "0%"), ("End", "100%"), ("ArrowLeft", "99%"), ("PageDown", "89%")):
        writer.page.keyboard.press(key)
        assert split(writer) == shown
    told = said("{number}%% before", language).replace("%%", "%").replace("{number}", "89")
    assert slider.get_attribute("aria-valuetext") == told
    assert writer.troubles() == []


def test_with_scripts_nothing_jumps_when_the_slider_comes(arrive: Arrive) -> None:
    campaign = an_open_campaign()
    an_update_that_compares(campaign)
    reader = arrive("en")

    reader.go(f"c/{campaign.slug}/updates/1/")
    expect(reader.page.get_by_role("slider")).to_be_visible()

    before, after = where(reader, ".compare-before img"), where(reader, ".compare-after img")
    assert before == after
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
    moved = reader.page.evaluate(
        "new Promise(done => new PerformanceObserver(list => done(list.getEntries().reduce((sum, one) => sum"
        " + one.value, 0))).observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"
    )
    assert moved == 0
    assert reader.troubles() == []


@pytest.mark.parametrize("wide", [True, False], ids=["desk", "phone"])
def test_without_scripts_the_two_stand_beside_or_below_each_other(arrive: Arrive, wide: bool) -> None:
    campaign = an_open_campaign()
    an_update_that_compares(campaign)
    reader = arrive("ja", wide=wide, scripts=False)

    reader.go(f"c/{campaign.slug}/")

    before, after = where(reader, ".compare-before img"), where(reader, ".compare-after img")
    beside = before["x"] + before["width"] <= after["x"]
    below = before["y"] + before["height"] <= after["y"]
    assert (beside, below) == (wide, not wide)
    expect(reader.page.locator(".compare-before figcaption")).to_have_text("再学習前:tainted")
    assert reader.page.locator("input[type=range]").count() == 0
