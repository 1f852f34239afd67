"""Somebody whom nobody knows opens a campaign with nothing but the pages, and the staff let it open."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import expect

from campaigns.models import Campaign
from tests.browser.conftest import Arrive
from tests.browser.scene import bra_is_on_record, log_in, said
from tests.browser.visitor import Visitor
from tests.world import a_person, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW_PASSWORD = "correct horse battery staple"


def fill_in_to_sign_up(visitor: Visitor, email: str) -> None:
    visitor.type("#id_email", email)
    visitor.type("#id_password1", NEW_PASSWORD)
    visitor.type("#id_password2", NEW_PASSWORD)
    visitor.follow("form:has(#id_password2) button[type=submit]")


def sign_up(visitor: Visitor, email: str) -> None:
    visitor.go("accounts/signup/")
    fill_in_to_sign_up(visitor, email)
    visitor.page.wait_for_url("**/confirm-email/")
    letter = mail.outbox[-1]
    assert letter.to == [email]
    code = re.search(r"^[A-Z0-9-]{6,9}$", str(letter.body), flags=re.MULTILINE)
    assert code is not None, letter.body
    visitor.type("#id_code", code[0])
    visitor.follow("form:has(#id_code) button[type=submit] >> nth=0")
    visitor.page.wait_for_url("**/me/campaigns/")


def choose_bra(creator: Visitor) -> None:
    """The model to replace, looked for by its name."""
    creator.type("#id_q", "BRA V4")
    creator.follow("[role=search] button")
    creator.follow(".found button")
    expect(creator.page.locator("main .state-tainted")).to_be_visible()
    creator.follow("main a.button-primary")


def plan_a_clean_one(creator: Visitor) -> None:
    creator.type("#id_name", "BRA V4, trained again")
    creator.page.select_option("#id_licence", "creativeml-openrail-m")
    creator.type("#id_parent-0-parent", "chilloutmix")
    creator.page.select_option("#id_parent-0-method", "finetune")
    # The repair plan proposes a second line, for a clean base to be chosen; this newcomer has another plan.
    creator.page.select_option("#id_parent-1-method", "")
    creator.follow("main form button.button-primary")
    # On the old base it is refused, with the way by which the restriction comes.
    refused = creator.text(".notice-bad")
    assert "ChilloutMix" in refused and "→" in refused
    creator.type("#id_parent-0-parent", "stable-diffusion-1.5")
    creator.follow("main form button.button-primary")
    expect(creator.page.locator("section .notice-ok")).to_be_visible()
    creator.follow("main section a.button-primary")


def hear_what_is_missing_in_either_language(creator: Visitor) -> None:
    """Sent too early; what the refusal says can be read in the other language, too."""
    creator.go("campaigns/bra-v4-clean/preview/")
    creator.follow("main form[action$='/send/'] button")
    expect(creator.page.locator("#errors")).to_be_focused()
    creator.follow(".languages a")
    expect(creator.page.locator("html")).to_have_attribute("lang", "en")
    creator.follow(".languages a")
    expect(creator.page.locator("html")).to_have_attribute("lang", "ja")
    creator.follow(".draft-steps a >> nth=2")


def write_the_draft(creator: Visitor) -> None:
    typed = {
        "summary": "Half of it inherited a restriction.",
        "shown_name": "A newcomer",
        "plan": "We train that half **again** on Stable Diffusion 1.5.",
        "if_it_fails": "What is left goes back to everybody.",
        "goal": "２０，０００円",
        "ceiling": "20,000",
        "coin": "500",
        "deadline_day": (now() + timedelta(days=20)).date().isoformat(),
        "training_days": "14",
        "cost-0-item": "Graphics cards",
        "cost-0-amount": "18,000",
        "cost-1-item": "Reserve",
        "cost-1-amount": "2,000",
    }
    for field, text in typed.items():
        creator.type(f"#id_{field}", text)
    creator.page.select_option("#id_currency", "JPY")
    creator.page.select_option("#id_payee_country", "JP")
    creator.page.select_option("#id_promise-0-action", "host")
    creator.page.select_option("#id_promise-0-monetised", "yes")
    creator.follow("button[name=then][value=preview]")


def test_a_newcomer_signs_up_and_opens_a_campaign_that_the_staff_approve(arrive: Arrive) -> None:
    bra_is_on_record()
    creator = arrive("ja", wide=True)
    sign_up(creator, "newcomer@example.com")

    creator.follow("main a[href$='/campaigns/new/']")
    creator.type("#id_title", "BRA V4 clean")
    creator.follow("main button.button-primary")
    creator.follow(".draft-steps a >> nth=0")
    choose_bra(creator)
    plan_a_clean_one(creator)
    hear_what_is_missing_in_either_language(creator)
    write_the_draft(creator)
    assert creator.path() == "campaigns/bra-v4-clean/preview/", creator.text("#errors")
    creator.follow("main form[action$='/send/'] button")
    expect(creator.page.locator(".notice-warn")).to_contain_text(said("The staff have not looked at it yet.", "ja"))

    # Until it is approved it is nobody else's.
    staff = arrive("ja", wide=True)
    assert staff.go("c/bra-v4-clean/").status == 404
    log_in(staff, a_person("Sue", is_staff=True).email)
    staff.go("staff/review/")
    staff.follow("main a[href$='/staff/review/bra-v4-clean/']")
    staff.follow("button[name=do][value=approve]")

    campaign = Campaign.objects.get(slug="bra-v4-clean")
    assert (campaign.stage, campaign.goal, campaign.coin) == ("open", 20_000, 500)
    stranger = arrive()
    assert stranger.go("c/bra-v4-clean/").status == 200
    assert "BRA V4 clean" in stranger.heading()
    expect(stranger.page.locator("[data-give]")).to_be_visible()
    assert creator.troubles() + staff.troubles() + stranger.troubles() == []


def test_who_signs_up_twice_in_a_row_is_told_to_wait_on_a_page_of_ours(arrive: Arrive) -> None:
    sign_up(arrive("ja"), "newcomer@example.com")
    again = arrive("ja")

    again.go("accounts/signup/")
    fill_in_to_sign_up(again, "newcomer@example.com")

    assert again.heading() == "少しお待ちください"
    assert again.troubles() == []
