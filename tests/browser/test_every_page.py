"""Every page on a phone and on a desk, in both languages, by day and by night: nothing overflows, fades or complains.

The pages show the demo's whole story, and what those who work on a campaign see in each of its stages.
"""

import re
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import pytest
from django.test import Client
from playwright.sync_api import Page

from campaigns import demo
from campaigns.actions.begin_training import begin_training
from campaigns.actions.choose_tainted_version import choose_tainted_version
from campaigns.actions.save_draft import save_draft
from campaigns.actions.send_for_review import send_for_review
from campaigns.actions.start_draft import start_draft
from campaigns.demo import Person
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Pledge
from lineage.models import Licence, Version
from tests.browser.conftest import Arrive
from tests.browser.visitor import DESK, PHONE, REFUSED, Visitor
from tests.campaigns.creator.desk import at_the_desk, close_as, draft_values
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Light = Literal["light", "dark"]
LIGHTS: tuple[Light, ...] = ("light", "dark")

ANYBODY = (
    "",
    "how-it-works/",
    "c/",
    "c/bra/",
    "c/portrait-base/",
    "c/funded-one/",
    "c/bra/supporters/",
    "c/bra/give/",
    "c/portrait-base/give/?amount=7.50",
    "c/bra/follow/",
    "thanks/{token}/",
    "thanks/{token}/take-back/",
    "m/",
    "m/?q=nothing+of+the+kind",
    "m/bra-v4/",
    "m/bra-clean-plan/",
    "m/{pony}/",
    "l/",
    "l/{licence}/",
    "accounts/login/",
    "accounts/signup/",
    "accounts/password/reset/",
)
ORGANISER = (
    "me/campaigns/",
    "campaigns/new/",
    "campaigns/{draft}/edit/",
    "campaigns/{draft}/tainted/?q=BRA",
    "campaigns/{draft}/clean/",
    "campaigns/{draft}/preview/",
    "campaigns/{sent}/preview/",
    "campaigns/bra/updates/new/",
    "accounts/email/",
    "accounts/password/change/",
    "accounts/2fa/",
    "accounts/sessions/",
)
TRAINER = (
    "me/campaigns/",
    "campaigns/{sent}/trainer/{acceptance}/",
    "campaigns/funded-one/training/",
    "campaigns/portrait-base/release/",
)
STAFF = ("staff/review/", "staff/review/{sent}/")
PAGES: dict[str, tuple[str, ...]] = {
    "": ANYBODY,
    Person.ORGANISER: ORGANISER,
    Person.TRAINER: TRAINER,
    Person.STAFF: STAFF,
}

HEADINGS = "h1, h2, h3, legend, label, summary, button, .button, th, dt, caption, nav a, .chip, .state"
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
# Names are the same in every language.
NAMES = ("Genseki", "Stripe", "English", "Bluesky", "Stable Diffusion", "LoRA", "Markdown", "BRA", "A clean one")


@dataclass(frozen=True)
class Story:
    """What the story has put on the pages: what addresses are made of, and the names of things and people."""

    parts: dict[str, str]
    names: tuple[str, ...]


@pytest.fixture
def story(stripe: Sandbox) -> Story:
    demo.tell_the_story(at=now())
    return Story(parts=campaigns_in_every_stage(), names=names_of_things())


def campaigns_in_every_stage() -> dict[str, str]:
    organiser, trainer = demo.account(Person.ORGANISER), demo.account(Person.TRAINER)
    bra, clean = Version.objects.get(slug="bra-v4"), Version.objects.get(slug="bra-clean-plan")
    funded = an_open_campaign(
        "funded-one",
        organiser=organiser,
        trainer=trainer,
        tainted_version=bra,
        clean_version=clean,
        title="BRA",
        promised_gone=["no-monetised-hosting"],
    )
    close_as(funded, Stage.FUNDED)
    portrait = close_as(Campaign.objects.get(slug="portrait-base"), Stage.FUNDED)
    begin_training(portrait, at=now(), by=trainer)
    drafts = []
    for title in ("BRA draft", "BRA sent"):
        draft = start_draft(title=title, language="ja", at=now(), by=organiser)
        choose_tainted_version(draft, bra, at=now(), by=organiser)
        drafts.append(save_draft(draft, draft_values(trainer_email=trainer.email), at=now(), by=organiser))
    draft, sent = drafts
    Campaign.objects.filter(pk=sent.pk).update(clean_version=clean)
    sent = send_for_review(Campaign.objects.get(pk=sent.pk), at=now(), by=organiser)
    return {
        "token": Pledge.objects.filter(campaign__slug="bra", state="paid").latest("pk").token,
        "pony": Version.objects.filter(slug__contains="pony").order_by("slug")[0].slug,
        "licence": Licence.objects.filter(slug__contains="dreamlike").order_by("slug")[0].slug,
        "draft": draft.slug,
        "sent": sent.slug,
        "acceptance": sent.trainer_token,
    }


def names_of_things() -> tuple[str, ...]:
    named = [*Version.objects.values_list("name", "slug"), *Licence.objects.values_list("name", "slug")]
    people = [person.capitalize() for person in demo.ROLES]
    found = [*NAMES, *people, *(name for pair in named for name in pair)]
    return tuple(sorted(found, key=len, reverse=True))


def let_in(visitor: Visitor, role: str) -> None:
    """Logging in by the pages is another test's."""
    client: Client = at_the_desk(demo.account(role))
    session = client.cookies["session"].value
    visitor.context.add_cookies([{"name": "session", "value": session, "url": visitor.home}])


def test_every_page_holds_in_both_languages_in_every_width_and_light(
    arrive: Arrive, story: Story, subtests: pytest.Subtests
) -> None:
    for language, (role, pages) in product(("en", "ja"), PAGES.items()):
        visitor = arrive(language)
        if role:
            let_in(visitor, role)
        for page in pages:
            with subtests.test(f"{language} {role or 'anybody'}: {page}"):
                path = page.format(**story.parts)
                assert visitor.go(path).status == 200
                assert visitor.path() == path.partition("?")[0]
                assert wrong_with(visitor, story) == []


def wrong_with(visitor: Visitor, story: Story) -> list[str]:
    page = visitor.page
    found = [fault for size in (PHONE, DESK) for light in LIGHTS for fault in faults(page, size, light)]
    if page.locator("html").get_attribute("lang") != visitor.language:
        found.append("the page says that it is in another language")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} first headings")
    if visitor.language == "ja":
        found += [f"not Japanese: {text}" for text in not_in_japanese(page, story.names)]
    heard, visitor.complaints[:] = list(visitor.complaints), []
    return found + heard


@pytest.mark.parametrize("language", ["en", "ja"])
def test_an_address_without_a_page_still_gets_a_page(arrive: Arrive, language: str) -> None:
    visitor = arrive(language)

    answer = visitor.go("c/nobody-knows-it/")

    assert answer.status == 404
    assert [fault for fault in wrong_with(visitor, Story({}, NAMES)) if REFUSED not in fault] == []


def test_the_look_at_a_page_sees_what_is_wrong(arrive: Arrive) -> None:
    page = arrive("ja", wide=True).page
    page.set_content(
        "<!doctype html><body style='background: white'><div style='width: 600px'>wide</div><p>plain</p>"
        "<p style='color: #999'>faint</p><h2>Untranslated</h2><h2>Genseki</h2><h2>BRAの系譜</h2>"
    )

    on_a_phone, on_a_desk = faults(page, PHONE, "dark"), faults(page, DESK, "light")

    assert on_a_phone == [
        '390 dark: wider than the screen: DIV  "wide"',
        "390 dark: wider than the screen: 608 px",
        '390 dark: hard to read: P  "faint" 2.8',
        "390 dark: the ground has the wrong light, 1.00",
    ]
    assert on_a_desk == ['1280 light: hard to read: P  "faint" 2.8']
    assert not_in_japanese(page, ("Genseki",)) == ["Untranslated"]


def test_the_policy_forbids_a_style_inside_a_page_and_a_breach_is_heard_of(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.go("how-it-works/")
    assert visitor.complaints == []

    visitor.page.evaluate("document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))")

    visitor.page.wait_for_timeout(100)
    assert any(": policy style-src-elem inline" in complaint for complaint in visitor.complaints)


def faults(page: Page, size: Any, light: Light) -> list[str]:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=light)
    where = f"{size['width']} {light}"
    seen: dict[str, Any] = page.evaluate(LOOK, size["width"])
    found = [f"{where}: wider than the screen: {one}" for one in seen["wide"]]
    found += [f"{where}: hard to read: {one}" for one in seen["faint"]]
    if (seen["ground"] < 0.5) != (light == "dark"):
        found.append(f"{where}: the ground has the wrong light, {seen['ground']:.2f}")
    return found


def not_in_japanese(page: Page, names: tuple[str, ...]) -> list[str]:
    found = []
    for text in [page.title(), *page.locator(HEADINGS).all_inner_texts()]:
        rest = text
        for name in names:
            rest = rest.replace(name, "")
        if re.search(r"[a-z]{2}", rest) and not JAPANESE.search(rest) and "@" not in rest:
            found.append(text)
    return found


# With everything unfolded: how wide the page is, which texts have too little contrast (WCAG 1.4.3), and how light the
# ground is. Colours are laid over each other on a canvas, which understands every way of writing them.
LOOK = """width => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1})
        .getContext("2d", {willReadFrequently: true});
    const known = new Map();
    const mixed = (colours) => {
        const key = colours.join();
        if (!known.has(key)) known.set(key, lightness(colours));
        return known.get(key);
    };
    const lightness = (colours) => {
        pen.clearRect(0, 0, 1, 1);
        for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
        const linear = (part) => (part /= 255) <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
        const [red, green, blue] = [...pen.getImageData(0, 0, 1, 1).data].map(linear);
        return .2126 * red + .7152 * green + .0722 * blue;
    };
    const grounds = (element) => {
        const found = [];
        for (let one = element; one; one = one.parentElement) found.unshift(getComputedStyle(one).backgroundColor);
        return [getComputedStyle(document.body).backgroundColor, ...found];
    };
    const named = (element) => `${element.tagName} ${element.className} "${element.textContent.trim().slice(0, 40)}"`;
    const wide = document.documentElement.scrollWidth <= width ? [] :
        [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > width + .5)
            .slice(0, 3).map(named).concat(`${document.documentElement.scrollWidth} px`);
    const faint = new Set();
    for (const one of document.body.querySelectorAll("*")) {
        const says = [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim());
        const box = one.getBoundingClientRect();
        if (!says || box.width < 2 || box.height < 2) continue;
        if (one.closest("svg, [aria-disabled=true], :disabled, option")) continue;
        if (!one.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
        const style = getComputedStyle(one), size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        const below = mixed(grounds(one)), ink = mixed([...grounds(one), style.color]);
        const contrast = (Math.max(below, ink) + .05) / (Math.min(below, ink) + .05);
        if (contrast < (large ? 3 : 4.5)) faint.add(`${named(one)} ${contrast.toFixed(1)}`);
    }
    return {wide, faint: [...faint].slice(0, 5), ground: mixed([getComputedStyle(document.body).backgroundColor])};
}"""
