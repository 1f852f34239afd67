"""The campaign's page is light, as Chromium itself measures it: everything that comes before anybody scrolls.

Counted is all that a browser with an empty cache receives on arrival: the document, sheets, scripts, drawings, the mark
and the icon, and photographs, each with its headers and as it was encoded on the wire. A phone asks for no photograph
before somebody comes near; a desk, which shows more of the page at once, asks for small ones, and a browser that runs
no scripts for nothing else. Whoever reads on to the end gets them as wide as they are shown, and no others.
"""

import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Browser

from campaigns.actions.add_picture import PictureLine, add_picture, describe_pictures
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.post_update import WrittenUpdate, post_update
from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from tests.browser.as_in_production import bytes_received, collected_site
from tests.browser.conftest import Counted, Site
from tests.browser.scene import bra_stands_at
from tests.campaigns.creator.desk import close_as
from tests.campaigns.pictures import a_picture
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_BYTES = 60_000
# With both photographs at their widest, for screens of two or three dots to a pixel.
MOST_TO_THE_END = 310_000
# A phone of today has three dots to a pixel, and so asks for larger pictures than its width says.
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
SHARP_DESK = {**DESK, "device_scale_factor": 2}
NO_SCRIPTS = {**SHARP_DESK, "java_script_enabled": False}
PICTURES = """() => [...document.querySelectorAll("picture > img")].map((one) => ({
    shown: one.clientWidth, asked: Number(/-(\\d+)\\.avif$/.exec(one.currentSrc)?.[1] || 0)}))"""
SHIFTS = """() => new Promise((told) => {
    let sum = 0;
    new PerformanceObserver((seen) => {
        for (const one of seen.getEntries()) sum += one.value;
    }).observe({type: "layout-shift", buffered: true});
    setTimeout(() => told(sum), 100);
})"""
# Half a screen at a time, so that everything was near for a moment; then until all that was asked for is there. That
# the network was idle once, before anybody scrolled, is all that Playwright could tell.
READ_ON = """async () => {
    const drawn = () => new Promise((on) => requestAnimationFrame(() => requestAnimationFrame(on)));
    for (let down = 0; down < document.documentElement.scrollHeight; down += innerHeight / 2) {
        scrollTo({top: down, behavior: "instant"});
        await drawn();
    }
    const there = (one) => one.complete && one.currentSrc;
    for (const end = Date.now() + 20_000; Date.now() < end && ![...document.images].every(there);) await drawn();
}"""
WORDS = "In step {0} the loss fell to {1:.4f}, and **hands** came out better than in step {2}. "


@dataclass(frozen=True)
class Seen:
    """Bytes by address, how wide each photograph is shown and was asked for (0: not yet), and how far things moved."""

    received: dict[str, int]
    pictures: list[dict[str, int]]
    moved: float

    @property
    def weight(self) -> int:
        return sum(self.received.values())


@pytest.fixture
def collected(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[str]:
    with collected_site(tmp_path_factory.mktemp("collected")) as url:
        yield url


def photographs() -> list[bytes]:
    """Full of detail at every scale, as photographs are: no format makes them small."""
    noise, whole = random.Random(1), Image.new("RGB", (1280, 960))
    for side in (12, 60, 300, 900):
        grain = Image.frombytes("RGB", (side, side), noise.randbytes(side * side * 3)).resize(whole.size)
        whole = Image.blend(whole, grain, 0.35 if side < 900 else 0.12)
    files = []
    for picture in (whole, ImageOps.mirror(whole)):
        files.append(io.BytesIO())
        picture.save(files[-1], "JPEG", quality=90)
    return [file.getvalue() for file in files]


def told_until_now(campaign: Campaign) -> None:
    """As many updates as the page shows, the older ones with pictures as well, the newest with two photographs."""
    bob = a_person("Bob")
    for week in range(18):
        body = "".join(WORDS.format(week * 70 + line, 1 / (week * line + 2), week + line) for line in range(4))
        added = [a_picture(campaign, bob).pk for _ in range(2)] if week > 14 else []
        post_update(campaign, WrittenUpdate(f"Week {week}", body, "en", added), at=now(), by=bob)
    compared = [add_picture(campaign, data, at=now(), by=bob).pk for data in photographs()]
    sides = (PictureLine("A picture", role) for role in ("before", "after"))
    describe_pictures(campaign, dict(zip(compared, sides, strict=True)), by=bob)
    post_update(campaign, WrittenUpdate("Half way", "It **goes on**.", "en", compared), at=now(), by=bob)


def arrival(browser: Browser, address: str, screen: Mapping[str, object], *, to_the_end: bool = False) -> list[Seen]:
    """What came before anybody scrolled; then, if somebody reads `to_the_end`, what has come when they are there."""
    context = browser.new_context(**screen, locale="ja-JP", timezone_id="Asia/Tokyo")  # type: ignore[arg-type]
    page = context.new_page()
    received = bytes_received(page)
    answer = page.goto(address)
    assert answer is not None and answer.ok
    seen = []
    for read_on in (False, True)[: 1 + to_the_end]:
        if read_on:
            page.evaluate(READ_ON)
        page.wait_for_load_state("networkidle")
        moved = page.evaluate(SHIFTS) if screen.get("java_script_enabled", True) else 0
        seen.append(Seen(dict(received), page.evaluate(PICTURES), moved))
    context.close()
    Counted.rests()
    return seen


def test_all_that_comes_on_arrival_is_light(browser: Browser, collected: str, stripe: Sandbox) -> None:
    bra, address = bra_stands_at(stripe, 19_500), f"{collected}/ja/c/bra/"
    told_until_now(bra)

    [open_on_a_phone] = arrival(browser, address, PHONE)
    [open_on_a_desk] = arrival(browser, address, DESK)
    # Now updates stand above the plan.
    move_campaign(close_as(bra, Stage.FUNDED), Stage.TRAINING, at=now())
    on_a_phone, read_on_a_phone = arrival(browser, address, PHONE, to_the_end=True)
    on_a_desk, read_on_a_desk = arrival(browser, address, SHARP_DESK, to_the_end=True)
    [without_scripts] = arrival(browser, address, NO_SCRIPTS)

    for one in (open_on_a_phone, open_on_a_desk, on_a_phone, on_a_desk, without_scripts):
        assert one.weight < MOST_BYTES and one.moved == 0, (one.weight, one.moved, one.received)
    assert [one["asked"] for one in on_a_phone.pictures] == [0, 0]
    assert [one["asked"] for one in (*on_a_desk.pictures, *without_scripts.pictures)] == [320] * 4
    for one in (read_on_a_phone, read_on_a_desk):
        assert one.weight < MOST_TO_THE_END and one.moved == 0, (one.weight, one.moved, one.received)
        assert [picture["asked"] for picture in one.pictures] == [1280, 1280], one.pictures
