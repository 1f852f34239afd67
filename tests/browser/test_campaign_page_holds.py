"""The campaign's page stays where it is while it loads, and holds whatever people write on a small screen."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from tests.browser.conftest import Arrive
from tests.browser.looking import faults
from tests.browser.scene import bra_stands_at
from tests.stripe_sandbox import Sandbox
from tests.world import give, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHIFTS = """() => new Promise((told) => {
    let sum = 0;
    new PerformanceObserver((seen) => {
        for (const one of seen.getEntries()) sum += one.value;
    }).observe({type: "layout-shift", buffered: true});
    setTimeout(() => told(sum), 300);
})"""
# Whatever has the focus is on the screen and not under the bar.
UNDER_THE_BAR = """() => {
    const bar = document.querySelector(".give-bar").getBoundingClientRect();
    const here = document.activeElement.getBoundingClientRect();
    if (document.activeElement === document.body) return null;
    const hidden = here.bottom > bar.top + 1 && bar.height > 0;
    const inside = document.activeElement.closest(".give-bar") !== null;
    return hidden && !inside ? document.activeElement.outerHTML.slice(0, 120) : "";
}"""
STRANGE = "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"
WORDS = "ن" * 80 + "🕊️👩‍👩‍👧‍👦" * 5 + "長" * 60


@pytest.mark.parametrize("wide", [False, True], ids=["phone", "desk"])
def test_nothing_moves_while_the_page_loads(arrive: Arrive, stripe: Sandbox, wide: bool) -> None:
    bra_stands_at(stripe, 19_500)
    reader = arrive("ja", wide=wide)

    reader.go("c/bra/")
    reader.page.wait_for_load_state("networkidle")
    moved = reader.page.evaluate(SHIFTS)

    assert moved == 0


def test_on_a_phone_the_bar_never_hides_what_has_the_focus(arrive: Arrive, stripe: Sandbox) -> None:
    bra_stands_at(stripe, 12_000)
    reader = arrive("en", scripts=False)
    # A page that scrolls smoothly is on its way when it is looked at.
    reader.page.emulate_media(reduced_motion="reduce")
    reader.go("c/bra/")

    hidden: list[str] = []
    reader.page.keyboard.press("Tab")
    while (under := reader.page.evaluate(UNDER_THE_BAR)) is not None:
        hidden.append(under)
        reader.page.keyboard.press("Tab")

    assert len(hidden) > 30 and [one for one in hidden if one] == []


def test_long_names_strange_writing_and_large_sums_hold_on_the_smallest_screen(arrive: Arrive, stripe: Sandbox) -> None:
    bra = bra_stands_at(stripe, 12_000)
    give(stripe, bra, 1_000, name="Frank", message=WORDS[:200])
    names = {"goal": 99_999_999, "ceiling": None, "title": f"{STRANGE}計画 {STRANGE[:50]}", "summary": WORDS[:200]}
    Campaign.objects.filter(pk=bra.pk).update(**names, title_other="", deadline=now() + timedelta(days=3))
    reader = arrive("ja")

    for path in ("c/bra/", "c/bra/give/", "c/bra/supporters/", "c/bra/follow/", "c/", "c/bra/ledger/"):
        reader.go(path)
        assert faults(reader.page, {"width": 320, "height": 640}, "light") == [], path
