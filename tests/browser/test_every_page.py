"""Every page on a phone and on a desk, in both languages, by day and by night: nothing overflows, fades or complains.

The pages show the demo's whole story, and what those who work on a campaign see in each of its stages.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from campaigns import demo
from campaigns.actions.begin_training import begin_training
from campaigns.actions.choose_tainted_version import choose_tainted_version
from campaigns.actions.open_bundle_checkout import open_bundle_checkout
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.actions.save_draft import save_draft
from campaigns.actions.send_for_review import send_for_review
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.actions.start_bundle import Coin, start_bundle
from campaigns.actions.start_draft import start_draft
from campaigns.actions.start_pledge import Giver
from campaigns.demo import Person
from campaigns.lifecycle import Stage
from campaigns.models import Bundle, Campaign, Pledge
from lineage.models import Licence, Version
from tests.browser.conftest import Arrive
from tests.browser.looking import NAMES, Light, faults, not_in_japanese
from tests.browser.visitor import DESK, PHONE, REFUSED, Visitor
from tests.campaigns.creator.desk import at_the_desk, close_as, draft_values
from tests.promises import an_all_or_nothing_campaign, promise
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIGHTS: tuple[Light, ...] = ("light", "dark")

ANYBODY = (
    "",
    "how-it-works/",
    "c/",
    "c/bra/",
    "c/portrait-base/",
    "c/funded-one/",
    "c/bra/supporters/",
    "c/bra/ledger/",
    "c/portrait-base/ledger/",
    "transparency/",
    "c/bra/give/",
    "c/portrait-base/give/?amount=7.50",
    "c/nothing-yet/",
    "c/nothing-yet/give/?amount=7.50",
    "c/nothing-yet/match/",
    "thanks/{promise}/",
    "thanks/{promise}/take-back/",
    "thanks/{asked}/",
    "thanks/{asked}/confirm/",
    "thanks/{bundle}/",
    "c/bundle/?c=bra",
    "c/bra/follow/",
    "thanks/{token}/",
    "thanks/{token}/take-back/",
    "m/",
    "m/?q=nothing+of+the+kind",
    "m/bra-v4/",
    "m/bra-clean-plan/",
    "m/bra-v1/what-if/",
    "m/bra-v4/what-if/?by=bra-clean-plan",
    "m/bra-v4/repair/?price-2=150",
    "forecast/",
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
    "campaigns/new/?model=bra-v4",
    "campaigns/{draft}/edit/",
    "campaigns/{draft}/tainted/?q=BRA",
    "campaigns/{draft}/clean/",
    "campaigns/{draft}/preview/",
    "campaigns/{sent}/preview/",
    "campaigns/bra/updates/new/",
    "campaigns/bra/refunds/",
    "campaigns/bra/refunds/?pledge={coin}",
    "campaigns/funded-one/more-time/",
    "accounts/email/",
    "accounts/password/change/",
    "accounts/2fa/",
    "accounts/sessions/",
)
TRAINER = (
    "me/payouts/",
    "me/campaigns/",
    "campaigns/{sent}/trainer/{acceptance}/",
    "campaigns/funded-one/training/",
    "campaigns/portrait-base/release/",
    "campaigns/funded-one/give-up/",
)
STAFF = (
    "c/bra/",
    "staff/review/",
    "staff/review/{sent}/",
    "staff/alarms/",
    "staff/pauses/",
    "staff/payouts/",
    "staff/payouts/funded-one/doubt/",
    "staff/refunds/bra/",
    "staff/refunds/bra/?pledge={coin}",
)
PAGES: dict[str, tuple[str, ...]] = {
    "": ANYBODY,
    Person.ORGANISER: ORGANISER,
    Person.TRAINER: TRAINER,
    Person.STAFF: STAFF,
}


@dataclass(frozen=True)
class Story:
    """What the story has put on the pages: what addresses are made of, and the names of things and people."""

    parts: dict[str, str]
    names: tuple[str, ...]


@pytest.fixture
def story(stripe: Sandbox) -> Story:
    demo.tell_the_story(at=now())
    campaign = an_open_promise(stripe)
    asked = promise(stripe, campaign, 700, "Sora")
    Pledge.objects.filter(pk=asked.pk).update(
        confirm_until=now() + timedelta(days=2), failure="authentication_required"
    )
    parts = {
        **campaigns_in_every_stage(),
        "promise": promise(stripe, campaign, 500, "Nagi").token,
        "asked": asked.token,
        "bundle": a_paid_bundle(stripe).token,
    }
    raise_alarm(kind="failed-cards", key="cards:bra", detail={"campaign": "bra", "refused": 25}, at=now())
    return Story(parts=parts, names=names_of_things())


def an_open_promise(stripe: Sandbox) -> Campaign:
    """An all-or-nothing campaign that is open, with a match."""
    bra, clean = Version.objects.get(slug="bra-v4"), Version.objects.get(slug="bra-clean-plan")
    organiser, trainer = demo.account(Person.ORGANISER), demo.account(Person.TRAINER)
    people = {"organiser": organiser, "trainer": trainer}
    campaign = an_all_or_nothing_campaign(
        "nothing-yet", **people, tainted_version=bra, clean_version=clean, title="BRA", promised_gone=[]
    )
    promise(stripe, campaign, 1_000, "Yuzu", matches_up_to=1_000)
    return campaign


def a_paid_bundle(stripe: Sandbox) -> Bundle:
    """Two coins with one payment."""
    both = [an_open_campaign(slug, title="BRA") for slug in ("one-of-two", "two-of-two")]
    giver = Giver(email="ren@example.com", language="en", name="Ren")
    bundle = start_bundle([Coin(one, 500) for one in both], giver, cover_fee=False, form_nonce="both", at=now())
    open_bundle_checkout(bundle, at=now())
    bundle.refresh_from_db()
    stripe.pay(bundle.session_id)
    return settle_bundle(bundle.pk, at=now())


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
        "coin": str(Pledge.objects.filter(campaign__slug="bra", state="paid").latest("pk").pk),
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
    # Some pages ask for the password once more, unless it was given just now.
    client.post(reverse("account_reauthenticate"), {"password": demo.PASSWORD})
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
