"""Terms, privacy, refunds, disclosure and contact: drafts that say so, with the code's own numbers in them."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from campaigns.views import rules

PAGES = ("terms", "privacy", "refund_policy", "commerce", "contact")


def page(client: Client, name: str, language: str = "en") -> str:
    with override(language):
        answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode().replace("<wbr>", "")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_rules_is_a_draft_until_it_was_checked(client: Client, settings: Settings, name: str) -> None:
    draft, in_japanese = page(client, name), page(client, name, "ja")
    settings.RULES_CHECKED_ON = date(2026, 11, 30)
    checked = page(client, name)

    assert "A draft" in draft and "これは草案です" in in_japanese
    assert "A draft" not in checked and "As of Nov 30, 2026" in checked


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_only_the_operator_knows_is_marked_until_they_say_it(
    client: Client, settings: Settings, name: str, language: str
) -> None:
    missing = page(client, name, language)
    for setting in ("NAME", "REPRESENTATIVE", "ADDRESS", "PHONE", "LAW", "KEEPS_DATA"):
        setattr(settings, f"OPERATOR_{setting}", f"<of the {setting}>")
    settings.CONTACT_EMAIL = "help@genseki.example"
    told = page(client, name, language)

    assert "to-fill" in missing
    assert "to-fill" not in told and "&lt;of the" in told + "&lt;of the" * (name == "refund_policy")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_numbers_on_the_pages_are_those_of_the_code(
    client: Client, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    told = {**rules._what_the_code_does(), "decide_days": 1414, "release_days": 7575, "charge_days": 5050}
    monkeypatch.setattr(rules, "_what_the_code_does", lambda: told)

    terms, refunds, commerce = (page(client, name, language) for name in ("terms", "refund_policy", "commerce"))

    assert all(number in terms for number in ("1414", "7575", "5050"))
    assert all(number in refunds for number in ("1414", "7575"))
    assert all(number in commerce for number in ("7575", "5050", "3.6%", "2.9%", "US$0.30"))
    assert ("¥519" if language == "en" else "519円") in refunds


def test_every_cookie_that_the_code_sets_is_named_on_the_page(client: Client, settings: Settings) -> None:
    html = page(client, "privacy")

    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
    assert all(f">{name}</code>" in html for name in (*names, "messages", "theme", "who_asks"))


def test_every_page_leads_to_the_rules(client: Client) -> None:
    html = page(client, "home")

    assert all(reverse(name) in html for name in (*PAGES, "verdicts_explained"))
