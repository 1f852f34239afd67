"""The campaign's page is light, as Chromium itself measures it: everything that comes before anybody scrolls.

Counted is all that a browser with an empty cache receives on arrival: the document, sheets, scripts, drawings, the mark
and the icon, each with its headers and as it was encoded on the wire. Photographs of updates come when somebody comes
near to them: on a phone none comes on arrival, which this would count; on a desk, where a screen shows more of the page
at once, they are weighed by themselves.
"""

import io
import random
from collections.abc import Iterator, Mapping

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Browser

from campaigns.actions.add_picture import PictureLine, add_picture, describe_pictures
from campaigns.actions.post_update import WrittenUpdate, post_update
from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from tests.browser.as_in_production import bytes_received, collected_site
from tests.browser.conftest import Counted, Site
from tests.browser.scene import bra_stands_at
from tests.campaigns.creator.desk import close_as
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_BYTES = 60_000
Photographs = list[dict[str, int]]
# A phone of today has three dots to a pixel, and so asks for larger pictures than its width says.
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
COME = """() => [...document.querySelectorAll(".pictures img, .compare img")].map((one) => ({
    shown: one.clientWidth, asked: Number(/-(\\d+)\\.webp$/.exec(one.currentSrc)?.[1] || 0)}))"""


@pytest.fixture
def collected(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[str]:
    with collected_site(tmp_path_factory.mktemp("collected")) as url:
        yield url


def photographs() -> list[bytes]:
    """Full of detail at every scale, as photographs are: no format makes them small."""
    noise, whole = random.Random(1), Image.new("RGB", (1200, 900))
    for side in (12, 60, 300, 900):
        grain = Image.frombytes("RGB", (side, side), noise.randbytes(side * side * 3)).resize(whole.size)
        whole = Image.blend(whole, grain, 0.35 if side < 900 else 0.12)
    files = []
    for picture in (whole, ImageOps.mirror(whole)):
        files.append(io.BytesIO())
        picture.save(files[-1], "JPEG", quality=90)
    return [file.getvalue() for file in files]


def two_photographs_are_shown(campaign: Campaign) -> None:
    bob = a_person("Bob")
    added = [add_picture(campaign, data, at=now(), by=bob).pk for data in photographs()]
    describe_pictures(campaign, {pk: PictureLine("A picture", "plain") for pk in added}, by=bob)
    post_update(campaign, WrittenUpdate("Half way", "It **goes on**.", "en", added), at=now(), by=bob)


def arrival(
    browser: Browser, address: str, screen: Mapping[str, object]
) -> tuple[dict[str, int], list[dict[str, int]]]:
    """What came before anybody scrolled, and how wide the photographs are shown and were asked for (0: not yet)."""
    context = browser.new_context(**screen, locale="ja-JP", timezone_id="Asia/Tokyo")  # type: ignore[arg-type]
    page = context.new_page()
    received = bytes_received(page)
    answer = page.goto(address)
    assert answer is not None and answer.ok
    page.wait_for_load_state("networkidle")
    photographs = page.evaluate(COME)
    context.close()
    Counted.rests()
    return received, photographs


def test_all_that_comes_on_arrival_is_light(browser: Browser, collected: str, stripe: Sandbox) -> None:
    bra, address = bra_stands_at(stripe, 19_500), f"{collected}/ja/c/bra/"
    two_photographs_are_shown(bra)

    open_on_a_phone, _ = arrival(browser, address, PHONE)
    # Now updates stand above the plan.
    close_as(bra, Stage.FUNDED)
    on_a_phone, waiting = arrival(browser, address, PHONE)
    on_a_desk, come = arrival(browser, address, DESK)

    assert sum(open_on_a_phone.values()) < MOST_BYTES, open_on_a_phone
    assert sum(on_a_phone.values()) < MOST_BYTES and [one["asked"] for one in waiting] == [0, 0], on_a_phone
    assert sum(size for url, size in on_a_desk.items() if "/pictures/" not in url) < MOST_BYTES, on_a_desk
    # Two beside each other: none is asked for that is much wider than it is shown.
    assert len(come) == 2 and all(one["shown"] <= one["asked"] <= 2 * one["shown"] for one in come), come
