"""The give form: what it understands, what it refuses, and where it leads."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Pledge
from tests.campaigns.pages import world
from tests.stripe_sandbox import Sandbox


def address(campaign: Campaign, language: str = "en") -> str:
    with override(language):
        return reverse("give", args=[campaign.slug])


def send(client: Client, campaign: Campaign, language: str = "en", **given: str) -> Any:
    return client.post(address(campaign, language), {"email": "carol@example.org", **given})


def test_an_amount_and_an_address_are_enough(client: Client, bra: Campaign, sandbox: Sandbox) -> None:
    answer = send(client, bra, amount="500")

    pledge = Pledge.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == pledge.session_url and answer["Location"].startswith(sandbox.url)
    assert (pledge.amount, pledge.covered_fee, pledge.email) == (500, 0, "carol@example.org")
    assert pledge.public_name == "" and not pledge.wants_updates


def test_a_real_browsers_form_with_its_token_is_accepted(bra: Campaign, sandbox: Sandbox) -> None:
    client = Client(enforce_csrf_checks=True)
    html = client.get(address(bra) + "?amount=500").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    nonce = re.search(r'name="form_nonce" value="([^"]+)"', html)
    assert token is not None and nonce is not None

    answer = send(client, bra, csrfmiddlewaretoken=token[1], form_nonce=nonce[1], preset="500")
    again = send(client, bra, csrfmiddlewaretoken=token[1], form_nonce=nonce[1], preset="500")

    assert answer.status_code == again.status_code == 303
    assert answer["Location"] == again["Location"]
    assert Pledge.objects.count() == 1


@pytest.mark.parametrize("typed", ["1500", "1,500", "１５００", "¥1,500", "1500円", " 1 500 "])
def test_people_type_amounts_in_many_ways(client: Client, bra: Campaign, sandbox: Sandbox, typed: str) -> None:
    answer = send(client, bra, amount=typed)

    assert answer.status_code == 303
    assert Pledge.objects.get().amount == 1_500


@pytest.mark.parametrize("typed", ["", "1e3", "12.5", "-500", "49", "1000001", "five hundred", "0x1F4"])
def test_what_is_no_amount_is_refused_with_its_limits(client: Client, bra: Campaign, typed: str) -> None:
    answer = send(client, bra, amount=typed, name="Carol")

    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count("Enter a whole amount from ¥50\N{NO-BREAK SPACE}JPY to ¥1,000,000.") == 2
    assert "<title>Error:" in html
    assert 'href="#id_amount"' in html and "autofocus" in html
    assert 'value="Carol"' in html
    assert not Pledge.objects.exists()


def test_errors_are_said_in_japanese_too(client: Client, bra: Campaign) -> None:
    html = send(client, bra, "ja", amount="10", email="no address").content.decode()

    assert "50円以上、1,000,000円以下の整数で入力してください。" in html
    assert "メールアドレスの形を確認してください。" in html
    assert "<title>エラー:" in html


def test_dollars_may_have_cents(client: Client, now: datetime, sandbox: Sandbox) -> None:
    campaign = world.bra_campaign(now, currency="USD", goal=20_000, ceiling=25_000, coin=300)

    answer = send(client, campaign, amount="US$3.50")

    assert answer.status_code == 303
    assert Pledge.objects.get().amount == 350


def test_what_is_typed_counts_more_than_a_radio(client: Client, bra: Campaign, sandbox: Sandbox) -> None:
    send(client, bra, preset="500", amount="700")

    assert Pledge.objects.get().amount == 700


def test_the_fee_to_cover_is_reckoned_here_and_not_by_the_browser(
    client: Client, bra: Campaign, sandbox: Sandbox
) -> None:
    send(client, bra, amount="500", cover_fee="on", covered_fee="1")

    assert Pledge.objects.get().total == 519


def test_how_somebody_wants_to_be_shown_is_kept(client: Client, bra: Campaign, sandbox: Sandbox) -> None:
    send(client, bra, amount="500", name="Carol", hide_amount="on", message="Go!", message_private="on")

    pledge = Pledge.objects.get()
    assert (pledge.name, pledge.hide_amount, pledge.message, pledge.message_private) == ("Carol", True, "Go!", True)


def test_the_form_says_the_fee_before_anybody_pays(client: Client, bra: Campaign) -> None:
    html = client.get(address(bra)).content.decode()

    assert "Of ¥500, about ¥18 goes to Stripe and about ¥482 to the training." in html
    assert "(+¥19, ¥519 altogether)" in html
    assert "Pay ¥500 (continue to Stripe)" in html


@pytest.mark.parametrize(
    ("given", "chosen", "shown"),
    [
        ({"preset": "500", "amount": "7.5.0"}, "other", "7.5.0"),
        ({"preset": "500", "amount": 65 * "7"}, "other", 65 * "7"),
        ({"preset": "500", "amount": "750"}, "other", "750"),
        ({"preset": "500", "amount": "3,000"}, "3000", ""),
        ({"preset": "3000", "amount": ""}, "3000", ""),
        # It was offered when the page was made.
        ({"preset": "450", "amount": ""}, "other", "450"),
        ({"preset": "450", "amount": "\N{IDEOGRAPHIC SPACE}"}, "other", "450"),
        ({}, "other", ""),
    ],
)
def test_a_form_that_comes_back_shows_the_choice_that_counts_with_what_was_typed(
    client: Client, bra: Campaign, given: dict[str, str], chosen: str, shown: str
) -> None:
    html = send(client, bra, **given, email="no address").content.decode()

    assert re.findall(r'<input type="radio" name="preset" value="([^"]+)"[^>]*checked', html) == [chosen]
    typed = re.search(r'<input type="text" name="amount"[^>]*>', html)
    assert typed is not None and re.findall(r'value="([^"]*)"', typed[0]) == ([shown] if shown else [])


@pytest.mark.parametrize(
    ("query", "chosen"),
    [("", "500"), ("?amount=500", "500"), ("?amount=3000", "3000"), ("?amount=", "other"), ("?amount=750", "other")],
)
def test_the_address_may_bring_an_amount(client: Client, bra: Campaign, query: str, chosen: str) -> None:
    html = client.get(address(bra) + query).content.decode()

    checked = re.findall(r'<input type="radio" name="preset" value="([^"]+)"[^>]*checked', html)
    assert checked == [chosen]
    assert ('value="750"' in html) == ("750" in query)


def test_where_less_than_a_coin_is_left_the_rest_is_offered(client: Client, bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, amount=19_700)

    html = client.get(address(bra)).content.decode()

    assert re.findall(r'name="preset" value="([^"]+)"', html) == ["300", "other"]
    assert "Less than a coin is left to the ceiling. ¥300 would fill it." in html


def test_more_than_is_left_is_never_clipped_silently(client: Client, bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, amount=19_700)

    answer = send(client, bra, preset="500")

    assert answer.status_code == 422
    assert "Only ¥300\N{NO-BREAK SPACE}JPY is left to the ceiling. You can give that." in answer.content.decode()
    assert Pledge.objects.filter(amount=500).count() == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"stage": Stage.CLOSING}, "This campaign has closed. Nothing was charged."),
        ({"giving_paused": True}, "Giving is paused at the moment. Nothing was charged."),
        ({"deadline": "past"}, "This campaign has closed. Nothing was charged."),
    ],
)
def test_who_comes_too_late_is_told_that_nothing_was_charged(
    client: Client, now: datetime, changes: dict[str, object], says: str
) -> None:
    if changes.get("deadline") == "past":
        changes = {"deadline": now - timedelta(seconds=1)}
    campaign = world.bra_campaign(now, **changes)

    form = client.get(address(campaign))
    answer = send(client, campaign, amount="500")

    assert form.status_code == 200 and "<form" not in form.content.decode().split("<main")[1].split("</main")[0]
    assert answer.status_code == 409 and says in answer.content.decode()
    assert not Pledge.objects.exists()


def test_too_many_tries_from_one_network_have_to_wait(
    client: Client, bra: Campaign, settings: Settings, sandbox: Sandbox
) -> None:
    settings.PLEDGES_PER_NETWORK = 2
    statuses = [send(client, bra, amount="500").status_code for _ in range(3)]

    assert statuses == [303, 303, 429]


def test_when_stripe_is_away_nothing_was_charged_and_the_form_is_kept(
    client: Client, bra: Campaign, settings: Settings
) -> None:
    answer = send(client, bra, amount="700", name="Carol")

    html = answer.content.decode()
    assert answer.status_code == 503
    assert "The payment company cannot be reached. Nothing was charged." in html
    assert 'value="700"' in html and 'value="Carol"' in html


def test_an_amount_comes_back_as_it_was_understood(client: Client, bra: Campaign) -> None:
    other = send(client, bra, amount="￥７５０", email="no address").content.decode()
    known = send(client, bra, amount=" 3,000円", email="no address").content.decode()

    assert 'name="amount" value="750"' in other
    assert re.findall(r'value="([^"]+)"[^>]*checked', known) == ["3000"] and 'name="amount" value' not in known


def test_when_stripe_is_away_another_day_is_offered(client: Client, bra: Campaign, settings: Settings) -> None:
    html = send(client, bra, amount="700").content.decode()

    assert "sending it again later pays once at most" in html
    assert f'href="{reverse("follow", args=[bra.slug])}"' in html


def test_how_somebody_is_shown_is_folded_away_until_something_stands_there(client: Client, bra: Campaign) -> None:
    empty = client.get(address(bra)).content.decode()
    client.force_login(bra.organiser)
    known = client.get(address(bra)).content.decode()

    assert '<details class="fold shown-as">' in empty
    # A name that the account brought along is not hidden from its owner.
    assert '<details class="fold shown-as" open>' in known and 'value="Hanako"' in known


def test_the_coin_comes_first_and_the_other_amounts_in_order(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, currency="USD", goal=20_000, ceiling=None, coin=500)

    html = client.get(address(campaign)).content.decode()

    assert re.findall(r'name="preset" value="([^"]+)"', html) == ["5.00", "3.00", "10.00", "25.00", "other"]


def test_the_form_costs_as_many_queries_for_fifty_coins_as_for_none(
    client: Client, bra: Campaign, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for kind in ("keep-what-you-raise", "all-or-nothing"):
        Campaign.objects.filter(pk=bra.pk).update(kind=kind)
        with django_assert_max_num_queries(8):
            client.get(address(bra))
        for _ in range(25):
            world.coin(bra, now, amount=50)


def test_who_turns_back_at_stripe_hears_that_nothing_was_charged(client: Client, bra: Campaign) -> None:
    html = client.get(address(bra) + "?cancelled=1&amount=500").content.decode()

    assert "The payment was not finished. Nothing was charged." in html


def test_a_draft_takes_no_coins_even_from_its_own_people(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.DRAFT)
    client.force_login(campaign.organiser)

    assert client.get(address(campaign)).status_code == 404
    assert send(client, campaign, amount="500").status_code == 404


def test_a_form_whose_token_is_gone_says_that_nothing_was_charged(bra: Campaign) -> None:
    answer = send(Client(enforce_csrf_checks=True), bra, amount="500")

    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Nothing was sent and nothing was charged." in html
    assert f'href="{address(bra)}"' in html
