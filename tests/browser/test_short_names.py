"""A short name with a hyphen stays on one line of the smallest phone, and is copied as it is written."""

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.conftest import Arrive
from tests.browser.scene import bra_is_on_record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALLEST: ViewportSize = {"width": 320, "height": 640}
BROKEN = """() => [...document.querySelectorAll(".whole")]
    .filter((one) => one.getClientRects().length > 1 || getComputedStyle(one.parentElement).display.includes("flex"))
    .map((one) => one.parentElement.outerHTML)"""


@pytest.mark.parametrize("path", ["l/", "l/creativeml-openrail-m/", "l/matrix/", "m/bra-v4/verdicts/"])
def test_no_short_name_breaks_and_no_long_one_runs_over_the_edge(arrive: Arrive, path: str) -> None:
    bra_is_on_record()
    reader = arrive("ja")
    reader.page.set_viewport_size(SMALLEST)

    reader.go(path)

    assert reader.page.locator(".whole", has_text="RAIL-M").count() > 0
    assert reader.page.evaluate(BROKEN) == []
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"]
