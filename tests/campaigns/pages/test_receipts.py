"""Receipts: what was paid and what went back, as a page to print and as a table of a year."""

import csv
import io
from datetime import UTC, datetime, timedelta

from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaigns.models import Bundle, Campaign, Pledge
from tests.campaigns.pages import world
from tests.campaigns.pages.test_account import at_home
from tests.world import a_person


def shown(client: Client, token: str, query: str = "") -> str:
    answer = client.get(reverse("receipt", args=[token]) + query)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def table_of(client: Client, year: int) -> list[list[str]]:
    answer = client.get(reverse("receipts_of_year", args=[year]))
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_receipt_says_what_was_paid_and_what_it_is_not(client: Client, bra: Campaign, now: datetime) -> None:
    coin = world.coin(bra, now, covered_fee=19, name="Giver by name", email="giver@example.org")

    html = shown(client, coin.token)

    assert f"G-{coin.pk:06}" in html and "¥519" in html and "¥19" in html
    assert "Hanako" in html and "Taro" in html
    assert "It is no tax receipt for a donation" in html
    assert "Giver by name" not in html and "giver@example.org" not in html


def test_a_receipt_names_the_operator_or_says_that_nobody_did(
    client: Client, bra: Campaign, now: datetime, settings: Settings
) -> None:
    coin = world.coin(bra, now)

    assert "To be filled in by the operator" in shown(client, coin.token)
    settings.OPERATOR_NAME = "Lupine & Co."
    assert "Lupine &amp; Co." in shown(client, coin.token)


def test_a_receipt_is_made_out_to_whom_its_holder_says(client: Client, bra: Campaign, now: datetime) -> None:
    coin = world.coin(bra, now)

    html = shown(client, coin.token, "?to=%3Cb%3EYamada%0A" + "x" * 200)

    line = html.partition('class="receipt-to"')[2].partition("</p>")[0]
    assert "For &lt;b&gt;Yamadax" in line and "x" * 81 not in line
    assert "<b>Yamada" not in html


def test_what_went_back_stands_on_the_receipt(client: Client, bra: Campaign, now: datetime) -> None:
    coin = world.coin(bra, now, covered_fee=19, state=Pledge.State.REFUNDED, refunded=519)

    html = shown(client, coin.token)

    assert "−¥519" in html
    assert "¥0" in html.partition("Stays given")[2]


def test_one_payment_for_two_campaigns_is_one_receipt(client: Client, bra: Campaign, now: datetime) -> None:
    bundle = Bundle.objects.create(
        form_nonce="both", currency="JPY", email="c@example.org", created_at=now, payment_intent_id="pi_both"
    )
    world.coin(bra, now, bundle=bundle, payment_intent_id="pi_both")
    world.coin(bra, now, bundle=bundle, payment_intent_id="pi_both", amount=700)

    html = shown(client, bundle.token)

    assert f"B-{bundle.pk:06}" in html and "¥1,200" in html and "¥700" in html


def test_what_was_not_paid_has_no_receipt(client: Client, bra: Campaign, now: datetime) -> None:
    unpaid = world.coin(
        bra, now, state=Pledge.State.CHECKOUT, paid_at=None, fee=None, session_id="cs_9", payment_intent_id=""
    )

    sent_on = client.get(reverse("receipt", args=[unpaid.token]))

    assert sent_on.status_code == 302 and sent_on["Location"] == reverse("thanks", args=[unpaid.token])
    assert client.get(reverse("receipt", args=["a-secret-that-nobody-has"])).status_code == 404


def test_a_year_of_ones_own_payments_is_a_table(bra: Campaign, now: datetime) -> None:
    carol = a_person("Carol")
    last_evening = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)  # It is the new year already where the site is.
    world.coin(bra, last_evening, supporter=carol, covered_fee=19)
    world.coin(bra, last_evening - timedelta(hours=2), email="carol@example.com", amount=700)
    world.coin(bra, last_evening, supporter=a_person("Dora"), amount=900)

    new, old = table_of(at_home(carol), 2026), table_of(at_home(carol), 2025)

    assert [row[1:8] for row in new[1:]] == [
        ["2026-01-01", "Retrain BRA on a clean base", "JPY", "500", "19", "519", "0"]
    ]
    assert [row[4] for row in old[1:]] == ["700"]


def test_a_table_program_computes_nothing_from_a_title(bra: Campaign, now: datetime) -> None:
    carol = a_person("Carol")
    Campaign.objects.filter(pk=bra.pk).update(title_other='=HYPERLINK("http://evil.example")')
    world.coin(bra, datetime(2026, 3, 1, tzinfo=UTC), supporter=carol)

    rows = table_of(at_home(carol), 2026)

    assert rows[1][2].startswith("'=HYPERLINK")


def test_the_table_is_for_who_is_logged_in(client: Client, bra: Campaign) -> None:
    answer = client.get(reverse("receipts_of_year", args=[2026]))

    assert answer.status_code == 302 and reverse("account_login") in answer["Location"]
    assert at_home(a_person("Carol")).get("/en/me/receipts-0.csv").status_code == 404


def test_a_supporter_changes_how_they_are_shown_and_nothing_else(client: Client, bra: Campaign, now: datetime) -> None:
    coin = world.coin(bra, now, name="Carol", message="Good luck")
    wall = reverse("supporters", args=[bra.slug])
    assert "Carol" in client.get(wall).content.decode()

    form = client.get(reverse("how_shown", args=[coin.token])).content.decode()
    client.post(reverse("how_shown", args=[coin.token]), {"name": "Carol", "anonymous": "on", "amount": "1"})

    coin.refresh_from_db()
    assert 'value="Carol"' in form
    assert (coin.public_name, coin.message, coin.amount, coin.state) == ("", "", 500, "paid")
    assert "Carol" not in client.get(wall).content.decode()


def test_a_name_that_is_too_long_is_said_and_nothing_is_lost(client: Client, bra: Campaign, now: datetime) -> None:
    coin = world.coin(bra, now, name="Carol")

    answer = client.post(reverse("how_shown", args=[coin.token]), {"name": "x" * 61, "message": "kept"})

    coin.refresh_from_db()
    assert answer.status_code == 422 and "kept" in answer.content.decode()
    assert coin.name == "Carol"
    assert client.get(reverse("how_shown", args=["nobody-has-this-one"])).status_code == 404
