"""The whole story, by every hand: a campaign is opened, agreed to, approved, paid for, closed; the clean version is
trained, told of, released; and who follows it hears of all of it.

It is walked six times, each time from the first page to the last. People come by a thumb, by a mouse or by a keyboard
alone, with scripts or without, on a phone's width or a desk's, by day or by night, in English or in Japanese. Any two
of these meet in one of the six, whichever two they are (a keyboard without scripts, a mouse by night, a phone in
Japanese), which the second test here counts. Not every three meet: there are 48 ways in all.
"""

import re
from dataclasses import astuple
from datetime import timedelta
from itertools import combinations, product

import pytest
from django.core import mail
from playwright.sync_api import FilePayload, expect

from campaigns.demo_pictures import cut_stone, rough_stone
from campaigns.models import Campaign
from lineage.models import Version
from tests.browser.conftest import Arrive, Site
from tests.browser.hands import Hands, Way
from tests.browser.scene import bra_is_on_record, said, the_clock_ticks
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_person, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Six are the fewest with which any two meet. The two of each hand differ in everything else.
WALKS = (
    Way("en", "keyboard", wide=True, scripts=True, dark=True),
    Way("ja", "keyboard", wide=False, scripts=False),
    Way("ja", "thumb", wide=False, scripts=True, dark=True),
    Way("en", "thumb", wide=True, scripts=False),
    Way("ja", "mouse", wide=True, scripts=True),
    Way("en", "mouse", wide=False, scripts=False, dark=True),
)
SLUG = "bra-v4-clean"
HASH = "ab" * 32


@pytest.mark.parametrize("way", WALKS, ids=str)
def test_strangers_free_a_model_from_the_first_draft_to_the_mail_that_says_so(
    arrive: Arrive, site: Site, stripe: Sandbox, way: Way
) -> None:
    bra_is_on_record()
    people = alice, bob, sue, kei, erin = [way.hands(arrive) for _ in range(5)]
    it_looks_as_chosen(kei, way)

    log_in(alice, a_person("Alice").email)
    somebody_writes_a_draft(alice)
    the_trainer_agrees(bob)
    log_in(sue, a_person("Sue", is_staff=True).email)
    the_staff_approve(sue)
    assert stage() == "open"
    somebody_follows(kei)
    a_coin_is_given(erin, stripe, "erin@example.com")
    a_coin_is_given(erin, stripe, "dave@example.com", name="Dave")
    the_clock_ticks()
    assert stage() == "funded"

    training_begins(bob)
    an_update_is_written(bob)
    the_clean_version_is_released(bob)
    the_clock_ticks()

    assert stage() == "released"
    the_clean_record_tells_it(erin)
    the_follower_sees_it(kei, way)
    assert [one.visitor.complaints for one in people] == [[]] * len(people)


def test_any_two_of_what_can_differ_meet_in_one_of_the_walks() -> None:
    walked = [astuple(way) for way in WALKS]
    values = [{way[place] for way in walked} for place in range(5)]

    met = {(a, b): {(way[a], way[b]) for way in walked} for a, b in combinations(range(5), 2)}

    assert [len(each) for each in values] == [2, 3, 2, 2, 2]
    assert met == {(a, b): set(product(values[a], values[b])) for a, b in met}


def stage() -> str:
    return str(Campaign.objects.get(slug=SLUG).stage)


def clean_slug() -> str:
    return str(Version.objects.get(campaigns_to_make_it__slug=SLUG).slug)


def at_home(hands: Hands, path: str) -> str:
    return f"{hands.visitor.home}/{hands.visitor.language}/{path}"


def link_in_the_mail_to(email: str, part: str, about: str = "") -> str:
    """Of the newest mail that somebody got about a thing, the link whose address has this part."""
    letter = next(one for one in reversed(mail.outbox) if one.to == [email] and about in one.subject)
    link = re.search(rf"https?://\S*{part}\S*", str(letter.body))
    assert link is not None, letter.body
    return link[0]


def log_in(hands: Hands, email: str) -> None:
    if "/accounts/login/" not in hands.page.url:
        hands.open(at_home(hands, "accounts/login/"))
    hands.type("#id_login", email)
    hands.type("#id_password", PASSWORD)
    hands.go_by("form:has(#id_login) button[type=submit]")


def it_looks_as_chosen(hands: Hands, way: Way) -> None:
    """Light where the system has it dark, and the other way round; then as the system has it again."""
    hands.open(at_home(hands, "how-it-works/"))
    for wanted, is_dark in (("light" if way.dark else "dark", not way.dark), ("auto", way.dark)):
        menu = "header details.wide:has(.theme)" if hands.is_wide else "header details.narrow-only"
        hands.press(f"{menu} > summary")
        hands.go_by(f"header details[open] .theme button[value={wanted}]")
        ground = hands.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (min(map(int, re.findall(r"\d+", ground))) < 128) == is_dark, ground
        assert hands.page.url.endswith("/how-it-works/")


def somebody_writes_a_draft(alice: Hands) -> None:
    alice.go_by("main a[href$='/campaigns/new/']")
    alice.type("#id_title", "BRA V4 clean")
    alice.go_by("main button.button-primary")
    alice.go_by(".draft-steps li:first-child a")
    alice.type("#id_q", "BRA V4")
    alice.go_by("main [role=search] button")
    alice.go_by(".found button")
    alice.go_by("main a.button-primary[href$='/clean/']")
    a_clean_version_is_planned(alice)
    the_terms_are_written(alice)
    assert f"/campaigns/{SLUG}/preview/" in alice.page.url, alice.visitor.text("main")
    alice.go_by("main form[action$='/send/'] button")
    expect(alice.page.locator(".notice-warn")).to_contain_text("bob@example.com")


def a_clean_version_is_planned(alice: Hands) -> None:
    alice.type("#id_name", "BRA V4, trained again")
    alice.choose("#id_licence", "creativeml-openrail-m")
    alice.type("#id_parent-0-parent", "stable-diffusion-1.5")
    alice.choose("#id_parent-0-method", "finetune")
    # The repair plan proposes a second line, for a clean base to be chosen; this plan is another one.
    alice.choose("#id_parent-1-method", "")
    alice.go_by("main form button.button-primary")
    expect(alice.page.locator("section .notice-ok")).to_be_visible()
    alice.go_by("main section a.button-primary")


def the_terms_are_written(alice: Hands) -> None:
    """In the order of the page, as one goes through it."""
    for field, text in (
        ("summary", "Half of it inherited a restriction."),
        ("shown_name", "Alice"),
        ("plan", "We train that half **again** on Stable Diffusion 1.5."),
        ("training_days", "14"),
        ("trainer_email", a_person("Bob").email),
        ("if_it_fails", "What is left goes back to everybody."),
    ):
        alice.type(f"#id_{field}", text)
        if field == "summary":
            alice.press(".other-language:has(#id_title_other) > summary")
            alice.type("#id_title_other", "BRA V4をクリーンに")
    alice.choose("#id_currency", "JPY")
    for field, text in (("goal", "1,000"), ("ceiling", "1,000"), ("coin", "500")):
        alice.type(f"#id_{field}", text)
    alice.choose("#id_payee_country", "JP")
    alice.type("#id_deadline_day", (now() + timedelta(days=20)).date().isoformat())
    alice.type("#id_cost-0-item", "Graphics cards")
    alice.type("#id_cost-0-amount", "1,000")
    alice.choose("#id_promise-0-action", "host")
    alice.choose("#id_promise-0-monetised", "yes")
    alice.go_by("button[name=then][value=preview]")


def the_trainer_agrees(bob: Hands) -> None:
    """By the link in the mail, which asks who is there first."""
    the_clock_ticks(["deliver_outbox"])
    bob.open(link_in_the_mail_to("bob@example.com", "/trainer/"))
    log_in(bob, "bob@example.com")
    bob.type("#id_shown_name", "Bob")
    bob.go_by("main form button.button-primary")
    expect(bob.page.locator(".messages")).to_contain_text(
        said("Thank you. You are the trainer of this campaign.", bob.visitor.language)
    )


def the_staff_approve(sue: Hands) -> None:
    """By the menu of those who are logged in, or by the only one that a phone has."""
    sue.press("header details.wide:has(nav) > summary" if sue.is_wide else "header details.narrow-only > summary")
    sue.go_by("header details[open] a[href$='/staff/review/']")
    sue.go_by(f"main a[href$='/staff/review/{SLUG}/']")
    sue.go_by("button[name=do][value=approve]")


def somebody_follows(kei: Hands) -> None:
    """Nothing is mailed before the link in the first mail, and the button behind it, were pressed."""
    kei.open(at_home(kei, f"c/{SLUG}/"))
    kei.press("#follow > summary")
    kei.type("#follow-email", "kei@example.com")
    kei.go_by("#follow button[type=submit]")
    the_clock_ticks(["deliver_outbox"])
    kei.open(link_in_the_mail_to("kei@example.com", "/follow/"))
    kei.go_by("main form[method=post] button")
    assert kei.visitor.heading() == said("You follow this campaign", kei.visitor.language)


def a_coin_is_given(giver: Hands, stripe: Sandbox, email: str, name: str = "") -> None:
    giver.open(at_home(giver, f"c/{SLUG}/"))
    giver.visitor.steps = 0
    giver.go_by("[data-give]")
    giver.type("#id_email", email)
    if name:
        giver.press(".shown-as > summary")
        giver.type("#id_name", name)
    giver.go_by(".giving button[type=submit]")
    assert giver.page.url.startswith(f"{stripe.url}/c/pay/cs_test_")
    # To say a name takes two more.
    assert giver.visitor.steps <= (6 if name else 4)
    for field, value in (("#number", "4242 4242 4242 4242"), ("#expiry", "12 / 34"), ("#cvc", "123")):
        giver.type(field, value)
    giver.go_by("button[type=submit]")
    assert giver.visitor.heading() == said("Thank you", giver.visitor.language)
    expect(giver.page.locator("[data-stage=confirmed]")).to_be_visible()


def training_begins(bob: Hands) -> None:
    bob.open(at_home(bob, "me/campaigns/"))
    bob.go_by("main a[href$='/training/']")
    bob.go_by("main form button.button-primary")
    assert stage() == "training"


def an_update_is_written(bob: Hands) -> None:
    pictures: list[FilePayload] = [
        {"name": "rough.png", "mimeType": "image/png", "buffer": rough_stone()},
        {"name": "cut.png", "mimeType": "image/png", "buffer": cut_stone()},
    ]
    bob.open(at_home(bob, "me/campaigns/"))
    bob.go_by("main a[href$='/updates/new/']")
    bob.type("#id_title", "Half of it is done")
    bob.type("#id_body", "The **loss** looks good.")
    bob.attach("#id_pictures", pictures)
    bob.go_by("button[name=add]")
    for number, (alt, role) in enumerate((("A rough stone", "before"), ("A cut stone", "after")), 1):
        line = f".picture-line:nth-child({number})"
        bob.type(f"{line} input[type=text]", alt)
        bob.choose(f"{line} select", role)
    bob.go_by("button[name=preview]:not([tabindex='-1'])")
    expect(bob.page.locator(".preview strong")).to_have_text("loss")
    bob.go_by("button[name=publish]")
    shown = bob.page.get_by_alt_text("A cut stone").first
    expect(shown).to_be_visible()


def the_clean_version_is_released(bob: Hands) -> None:
    """The plan stands in the form; on the tainted base it is refused, and everything stays typed."""
    bob.open(at_home(bob, "me/campaigns/"))
    bob.go_by("main a[href$='/release/']")
    bob.type("#id_sha256", HASH)
    bob.type("#id_published_on", now().date().isoformat())
    bob.type("#id_parent-0-parent", "chilloutmix")
    bob.go_by("main form button.button-primary", refused=True)
    # Who cannot see the page, or has but a keyboard, begins again where it says why.
    refused = bob.page.locator("section[role=alert]")
    expect(refused).to_be_focused()
    expect(refused).to_contain_text("ChilloutMix")
    assert stage() == "training"
    bob.type("#id_parent-0-parent", "stable-diffusion-1.5")
    bob.go_by("main form button.button-primary")
    expect(bob.page.locator(".messages")).to_contain_text(
        said("Released. Supporters and followers are told.", bob.visitor.language)
    )


def the_clean_record_tells_it(reader: Hands) -> None:
    """From the campaign's page to the record of the clean model, whose history has the whole story."""
    reader.open(at_home(reader, f"c/{SLUG}/"))
    reader.go_by(f"main a[href$='/m/{clean_slug()}/']")
    expect(reader.page.locator("main .state-clean").first).to_be_visible()
    reader.go_by(f"main a[href*='/m/{clean_slug()}/history/']")
    told = reader.visitor.text(".timeline")
    assert "Half of it is done" in told
    assert said("Funded: the goal was reached", reader.visitor.language) in told


def the_follower_sees_it(kei: Hands, way: Way) -> None:
    """The last two mails: what Bob wrote, and that the clean version is there."""
    letters = [one for one in mail.outbox if one.to == ["kei@example.com"]]
    assert "Half of it is done" in letters[-2].subject
    kei.open(link_in_the_mail_to("kei@example.com", f"/c/{SLUG}/updates/", about="Half of it is done"))
    expect(kei.page.get_by_alt_text("A cut stone")).to_be_visible()
    expect(kei.page.get_by_alt_text("A rough stone")).to_be_visible()
    the_pictures_are_compared(kei, way)
    kei.open(link_in_the_mail_to("kei@example.com", f"/c/{SLUG}/updates/"))
    kei.go_by(f"main a[href$='/m/{clean_slug()}/']")
    expect(kei.page.locator("main .state-clean").first).to_be_visible()


def the_pictures_are_compared(kei: Hands, way: Way) -> None:
    """By a slider; without scripts they stand beside or below each other, and there is none."""
    assert kei.page.get_by_role("slider").count() == way.scripts
    if way.scripts:
        kei.slide("[data-compare] input[type=range]", 90)
        # A touch becomes a tap a moment after it.
        expect(kei.page.locator("[data-compare]")).to_have_attribute("style", re.compile(r"--split: ?(8[89]|9[0-2])%"))
