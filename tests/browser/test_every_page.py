"""Every page on a phone and on a desk, in both languages, by day and by night: nothing overflows, fades or complains.

The pages show the demo's whole story and what those who work on a campaign see, then a campaign in each stage, then a
site on which nothing has happened yet, and what stands there when something fails.
"""

from pathlib import Path

import pytest

from campaigns.demo import Person
from campaigns.views import home_contents
from tests.browser import failing
from tests.browser.accessibility import violations
from tests.browser.conftest import Arrive
from tests.browser.judging import COVER, NARROWEST, TURNS, let_in, look_at, turn
from tests.browser.looking import NAMES, faults, first_amounts_without_code, not_in_japanese, too_wide
from tests.browser.markup import complaints
from tests.browser.places import (
    NOTHING_YET,
    NOTHING_YET_FOR_STAFF,
    PEOPLE,
    STAGE_PLACES,
    STAGE_PLACES_FOR_STAFF,
    WHEN_IT_FAILS,
    Place,
)
from tests.browser.scene import bra_is_on_record
from tests.browser.story import (
    TOO_MANY_TO_DRAW,
    Story,
    every_stage,
    names_of_things,
    the_whole_story,
    with_money_to_pay,
)
from tests.browser.visitor import DESK, PHONE
from tests.browser.wrong_forms import OF_PAYING, WRONG_FORMS, send_wrongly
from tests.stripe_sandbox import Sandbox
from tests.world import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
in_both_languages = pytest.mark.parametrize("language", ["en", "ja"])


@in_both_languages
def test_every_page_holds_in_every_width_and_light(
    arrive: Arrive, stripe: Sandbox, subtests: pytest.Subtests, tmp_path: Path, language: str
) -> None:
    story = the_whole_story(stripe)

    documents: dict[str, str] = {}
    for role, places in PEOPLE.items():
        visitor = arrive(language)
        if role:
            let_in(visitor, role)
        found = look_at(visitor, places, story, subtests)
        documents |= {f"{role or 'anybody'} {path}": text for path, text in found.items()}
        send_wrongly(visitor, WRONG_FORMS.get(role, ()), story, subtests)

    assert complaints(documents, tmp_path) == []


@in_both_languages
def test_every_stage_of_a_campaign_holds(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests, tmp_path: Path, language: str
) -> None:
    monkeypatch.setattr("lineage.verdicts.family.DRAWN_AT_ALL", TOO_MANY_TO_DRAW)
    bra_is_on_record()
    story = every_stage(now())

    documents = look_at(arrive(language), STAGE_PLACES, story, subtests)
    staff = arrive(language)
    let_in(staff, Person.STAFF)
    story = with_money_to_pay(story, now())
    documents |= look_at(staff, STAGE_PLACES_FOR_STAFF, story, subtests)
    send_wrongly(staff, OF_PAYING, story, subtests)

    assert complaints(documents, tmp_path) == []


@in_both_languages
def test_a_site_on_which_nothing_happened_yet_holds(
    arrive: Arrive, subtests: pytest.Subtests, tmp_path: Path, language: str
) -> None:
    story = Story({}, names_of_things())

    documents = look_at(arrive(language), NOTHING_YET, story, subtests)
    staff = arrive(language)
    let_in(staff, Person.STAFF)
    documents |= look_at(staff, NOTHING_YET_FOR_STAFF, story, subtests)

    assert complaints(documents, tmp_path) == []


@in_both_languages
@pytest.mark.urls(failing.HERE)
def test_what_stands_there_when_something_fails_holds(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests, tmp_path: Path, language: str
) -> None:
    visitor, story = arrive(language), Story({}, NAMES)
    policy = visitor.go("how-it-works/").headers["content-security-policy"]

    documents = look_at(visitor, WHEN_IT_FAILS, story, subtests)
    for place in WHEN_IT_FAILS:
        assert visitor.go(place.path).headers["content-security-policy"] == policy, place.path
    visitor.complaints.clear()
    monkeypatch.setattr(home_contents, "sums_of_the_ledger", failing.too_slow)
    documents |= look_at(visitor, (Place(""),), story, subtests)

    assert complaints(documents, tmp_path) == []


@in_both_languages
def test_the_menus_hold_when_they_are_open(arrive: Arrive, language: str) -> None:
    visitor = arrive(language)
    let_in(visitor, Person.STAFF)
    visitor.go("how-it-works/")

    for size, light in COVER[language]:
        visitor.page.set_viewport_size(size)
        visitor.page.emulate_media(color_scheme=light)
        menus = visitor.page.locator("header details > summary:visible").all()
        assert menus
        for menu in menus:
            menu.click()
            assert violations(visitor.page, within="header") == []
            menu.click()


def test_the_look_at_a_page_sees_what_is_wrong(arrive: Arrive) -> None:
    page = arrive("ja", wide=True).page
    page.set_content(
        "<!doctype html><body style='background: white'><div style='width: 600px'>wide</div><p>plain</p>"
        "<p style='color: #999'>faint</p><h2>Untranslated</h2><h2>Genseki</h2><h2>BRAの系譜</h2>"
        "<p>日本語 <span>in English</span></p><p lang=en>quoted</p><p>Genseki <code>told</code> 日本語</p>"
    )

    on_a_phone, on_a_desk = faults(page, PHONE, "dark"), faults(page, DESK, "light")

    assert on_a_phone == [
        '390 dark: wider than the screen: DIV  "wide"',
        "390 dark: wider than the screen: 608 px",
        '390 dark: hard to read: P  "faint" 2.8',
        "390 dark: the ground has the wrong light, 1.00",
    ]
    assert on_a_desk == ['1280 light: hard to read: P  "faint" 2.8']
    assert not_in_japanese(page, ("Genseki",)) == ["Untranslated", "plain", "faint", "in English"]


def test_what_sticks_out_of_the_narrowest_screen_is_named(arrive: Arrive) -> None:
    page = arrive(wide=True).page
    page.set_content("<!doctype html><p>narrow<details><summary>More</summary><p style='width: 400px'>wide</details>")

    assert too_wide(page, NARROWEST) == ['320: wider than the screen: P  "wide"', "320: wider than the screen: 408 px"]


def test_an_amount_in_yen_that_stands_first_without_its_code_is_named(arrive: Arrive) -> None:
    page = arrive().page
    page.set_content(
        "<title>¥500 JPY</title><meta name=description content='One coin, ¥300'><meta property='og:title' content=¥5>"
        "<main>Raised <b>¥12,000</b>\n JPY of ¥20,000</main>"
    )

    assert first_amounts_without_code(page) == ["One coin, ¥300", "¥5"]


def test_axe_sees_every_place_in_both_lights_and_on_both_screens_and_every_variant_gets_its_share() -> None:
    seen = [(turn("en", number), turn("ja", number)) for number in range(4)]

    assert all(one[0] != other[0] and one[1] != other[1] for one, other in seen)
    assert [one for one, _ in seen] == list(TURNS)
    assert {(size["width"], light) for _, (size, light) in seen} == {(size["width"], light) for size, light in TURNS}


def test_the_policy_forbids_a_style_inside_a_page_and_a_breach_is_heard_of(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.go("how-it-works/")
    assert visitor.complaints == []

    with visitor.page.expect_console_message(lambda told: told.text.startswith("policy ")):
        visitor.page.evaluate(
            "document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))"
        )

    assert any(": policy style-src-elem inline" in complaint for complaint in visitor.complaints)
