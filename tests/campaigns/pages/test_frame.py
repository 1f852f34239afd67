"""What surrounds every page, and what every page keeps to."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from campaigns.follow_links import CONFIRM, sign
from campaigns.models import Campaign, Follower
from campaigns.views import shell
from tests.campaigns.pages import world

PAGES = ("home", "how_it_works", "campaigns", "account_login", "account_signup", "account_reset_password")
OF_A_CAMPAIGN = ("campaign", "campaign_live", "supporters", "give", "follow")
OF_AN_ACCOUNT = ("account_email", "account_change_password", "mfa_index", "usersessions_list", "account_logout")


def all_addresses(campaign: Campaign, now: datetime) -> list[str]:
    pledge = world.coin(campaign, now)
    follower = Follower.objects.create(campaign=campaign, email="dora@example.org", asked_at=now)
    return [
        *(reverse(name) for name in PAGES),
        *(reverse(name, args=[campaign.slug]) for name in OF_A_CAMPAIGN),
        *(reverse(name, args=[pledge.token]) for name in ("thanks", "take_back")),
        reverse("follow_confirm", args=[sign(CONFIRM, follower, now)]),
        reverse("unsubscribe", args=[follower.token]),
        "/en/nowhere/",
    ]


def breaches(html: str) -> list[str]:
    """What our content security policy would not let run, and what a screen reader would stumble over."""
    found = re.findall(r"<[^>]+\s(?:style|on[a-z]+)\s*=[^>]*>", html)
    found += re.findall(r"<style\b[^>]*>", html)
    found += [tag for tag in re.findall(r"<script\b[^>]*>", html) if "src=" not in tag and "json" not in tag]
    found += re.findall(r"""(?:src|href)=["']https?://(?!127\.0\.0\.1)[^"']*\.(?:js|css|woff2?)""", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    found += [f"id {one} twice" for one in {one for one in ids if ids.count(one) > 1}]
    labels = set(re.findall(r'<label[^>]+for="([^"]+)"', html))
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", html)
    for field in fields:
        name = re.search(r'\sid="([^"]+)"', field)
        if 'type="hidden"' not in field and (name is None or name[1] not in labels):
            found.append(f"no label: {field}")
    if "<!doctype" in html and html.count("<h1") != 1:
        found.append(f"{html.count('<h1')} first headings")
    return found


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_page_has_inline_code_or_a_field_without_a_label(
    client: Client, bra: Campaign, now: datetime, language: str
) -> None:
    world.tell(bra, "progress", now, title="News", body="**News**")

    for address in all_addresses(bra, now):
        answer = client.get(address.replace("/en/", f"/{language}/", 1))
        assert answer.status_code in (200, 404), address
        assert breaches(answer.content.decode()) == [], address
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy or policy.startswith("default-src 'none'; frame-ancestors"), address


def test_account_pages_have_our_look(client: Client, now: datetime) -> None:
    client.force_login(world.person("Dora", "dora@example.org"))

    for name in OF_AN_ACCOUNT:
        answer = client.get(reverse(name), follow=True)
        html = answer.content.decode()
        assert answer.status_code == 200, name
        assert 'class="top"' in html and 'class="button' in html, name
        assert breaches(html) == [], name


def test_the_language_switch_stays_on_the_page(client: Client, bra: Campaign) -> None:
    html = client.get(f"/en/c/{bra.slug}/give/?amount=1000").content.decode()

    assert f'href="/ja/c/{bra.slug}/give/?amount=1000" lang="ja"' in html
    assert re.search(rf'rel="alternate" hreflang="ja" href="{configured.SITE_URL}/ja/c/{bra.slug}/give/', html)
    assert f'rel="canonical" href="{configured.SITE_URL}/en/c/{bra.slug}/give/"' in html


@pytest.mark.parametrize(
    ("onward", "there"),
    [
        ("/en/me/", "/ja/me/"),
        ("/en/c/%3Fstage%3Dopen%26page%3D2", "/ja/c/%3Fstage%3Dopen%26page%3D2"),
        ("https%3A//elsewhere.example/en/me/", "https%3A//elsewhere.example/en/me/"),
        ("//elsewhere.example/en/me/", "//elsewhere.example/en/me/"),
        ("/en/nowhere/", "/en/nowhere/"),
    ],
)
def test_whoever_was_asked_to_log_in_and_changes_the_language_is_led_on_in_that_language(
    client: Client, onward: str, there: str
) -> None:
    html = client.get(f"/en/accounts/login/?next={onward}").content.decode()

    assert f'<a href="/ja/accounts/login/?next={there}" lang="ja"' in html


def test_test_keys_are_said_on_every_page_and_real_ones_are_not(client: Client, settings: Settings) -> None:
    tried = client.get("/en/").content.decode(), client.get("/ja/").content.decode()
    settings.STRIPE_LIVEMODE = True
    real = client.get("/en/").content.decode()

    assert "Test mode: nothing is really charged" in tried[0]
    assert "テストモード – 実際の請求はありません" in tried[1]
    assert "Test mode" not in real


def test_an_address_without_a_language_leads_to_the_readers(client: Client, bra: Campaign) -> None:
    japanese = client.get(f"/c/{bra.slug}/give/?amount=500", headers={"Accept-Language": "ja"})
    other = client.get(f"/c/{bra.slug}/give/", headers={"Accept-Language": "fr"})

    assert japanese["Location"] == f"/ja/c/{bra.slug}/give/?amount=500"
    assert other["Location"] == f"/en/c/{bra.slug}/give/"


def test_the_page_for_faults_of_ours_needs_no_database_and_no_request(django_assert_num_queries: object) -> None:
    answer = shell.broken(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert b"Something went wrong here" in answer.content


def test_what_is_not_open_says_so_with_its_status(client: Client) -> None:
    request = RequestFactory().get("/en/staff/review/")
    request.user = world.person("Dora", "dora@example.org")

    answer = shell.not_allowed(request)

    assert answer.status_code == 403 and b"This page is not open to you" in answer.content


def test_the_style_sheets_stay_small_and_fetch_nothing() -> None:
    folder = Path(configured.BASE_DIR) / "static" / "genseki"
    sheets = {sheet.name: sheet.read_text() for sheet in folder.glob("*.css")}

    assert not [name for name, text in sheets.items() if re.search(r"url\((?![\"']?data:)|@import", text)]
    assert len(sheets["site.css"].encode()) <= 13_000
    assert max(len(text.encode()) for text in sheets.values()) < 16_000
