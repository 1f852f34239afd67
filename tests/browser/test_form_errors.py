"""What was typed is never lost, and whoever cannot see the page hears first what is wrong."""

import re

import pytest
from playwright.sync_api import expect

from campaigns.models import Pledge
from tests.browser.conftest import Arrive
from tests.browser.scene import bra_stands_at, log_in
from tests.browser.visitor import Visitor
from tests.campaigns.creator.desk import a_draft
from tests.stripe_sandbox import Sandbox
from tests.world import a_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ERROR = {"en": "Error:", "ja": "エラー"}


def has_the_summary_in_focus(visitor: Visitor) -> None:
    expect(visitor.page.locator("#errors")).to_be_focused()
    assert visitor.page.title().startswith(ERROR[visitor.language]), visitor.page.title()


def leads_to_its_field(visitor: Visitor, field: str) -> None:
    visitor.tap(f"#errors a[href='#{field}']")
    expect(visitor.page).to_have_url(re.compile(f"#{field}$"))
    wrong = visitor.page.locator(f"#{field}")
    expect(wrong).to_be_in_viewport()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    assert f"{field}_error" in (wrong.get_attribute("aria-describedby") or "")
    expect(visitor.page.locator(f"#{field}_error")).not_to_be_empty()


@pytest.mark.parametrize(("language", "scripts"), [("en", True), ("ja", False)], ids=["en", "ja-without-scripts"])
def test_a_coin_that_was_filled_in_wrongly(arrive: Arrive, stripe: Sandbox, language: str, scripts: bool) -> None:
    bra_stands_at(stripe, 12_000)
    stranger = arrive(language, scripts=scripts)
    stranger.go("c/bra/give/?amount=")
    stranger.type("#id_amount", "1e3")
    stranger.tap(".giving details summary")
    stranger.type("#id_name", "エリン")
    stranger.tap("#id_hide_amount")
    stranger.type("#id_message", "がんばってください <3")
    stranger.type("#id_email", "erin＠example")

    stranger.follow(".giving button[type=submit]")

    has_the_summary_in_focus(stranger)
    assert Pledge.objects.filter(name="エリン").count() == 0
    for field, typed in {
        "amount": "1e3",
        "name": "エリン",
        "message": "がんばってください <3",
        "email": "erin＠example",
    }.items():
        expect(stranger.page.locator(f"#id_{field}")).to_have_value(typed)
    expect(stranger.page.locator("#id_message")).to_be_visible()
    expect(stranger.page.locator("#id_hide_amount")).to_be_checked()
    leads_to_its_field(stranger, "id_amount")
    leads_to_its_field(stranger, "id_email")

    # Full-width digits, a comma and a yen sign are an amount, which the page says back as it understood it.
    stranger.type("#id_amount", "￥１,２３４")
    stranger.follow(".giving button[type=submit]")
    expect(stranger.page.locator("#id_amount")).to_have_value("1234")
    stranger.type("#id_amount", "￥１,０００")
    stranger.follow(".giving button[type=submit]")
    expect(stranger.page.locator("[name=preset][value='1000']")).to_be_checked()
    assert "1,000" in stranger.text(".giving .total")
    stranger.type("#id_email", "erin@example.com")
    stranger.follow(".giving button[type=submit]")
    assert stranger.page.url.startswith(f"{stripe.url}/c/pay/")
    assert "1,000" in stranger.text(".total")
    assert stranger.troubles() == []


def test_a_draft_whose_ceiling_is_below_its_goal(arrive: Arrive) -> None:
    a_draft()
    alice = arrive("ja", wide=True)
    log_in(alice, a_person("Alice").email)
    alice.go("campaigns/a-clean-one/edit/")
    alice.type("#id_title", "A cleaner one")
    alice.type("#id_goal", "20,000")
    alice.type("#id_ceiling", "19,000")

    alice.follow(".save-row .button-primary")

    has_the_summary_in_focus(alice)
    for field, typed in {"title": "A cleaner one", "goal": "20,000", "ceiling": "19,000"}.items():
        expect(alice.page.locator(f"#id_{field}")).to_have_value(typed)
    leads_to_its_field(alice, "id_ceiling")
    assert alice.troubles() == []
