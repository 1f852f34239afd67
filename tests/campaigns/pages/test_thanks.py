"""What a supporter sees after paying: what the ledger knows, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.lifecycle import Stage
from campaigns.models import Attempt, Campaign, Pledge
from tests.campaigns.pages import world
from tests.stripe_sandbox import Sandbox


def address(pledge: Pledge, name: str = "thanks") -> str:
    return reverse(name, args=[pledge.token])


def set_out(client: Client, campaign: Campaign) -> Pledge:
    client.post(reverse("give", args=[campaign.slug]), {"amount": "500", "email": "carol@example.org", "name": "Carol"})
    return Pledge.objects.get(email="carol@example.org")


def test_who_comes_back_from_stripe_sees_the_coin_confirmed(client: Client, bra: Campaign, sandbox: Sandbox) -> None:
    pledge = set_out(client, bra)
    sandbox.pay(pledge.session_id)

    html = client.get(address(pledge) + "?back=1").content.decode()

    assert "Your ¥500\N{NO-BREAK SPACE}JPY has arrived." in html
    assert "You are supporter No. 1." in html
    assert reverse("take_back", args=[pledge.token]) in html


def test_a_visit_without_a_payment_confirms_nothing(client: Client, bra: Campaign, sandbox: Sandbox) -> None:
    pledge = set_out(client, bra)

    back = client.get(address(pledge) + "?back=1").content.decode()
    plain = client.get(address(pledge)).content.decode()

    assert "Your payment is being confirmed" in back and "has arrived" not in back
    assert "The payment is not finished" in plain and pledge.session_url in plain
    assert client.get(address(pledge) + "?part=1")["X-Next-Poll"] == "3"


def test_when_stripe_is_away_the_page_waits_and_claims_nothing(client: Client, bra: Campaign, now: datetime) -> None:
    pledge = world.coin(
        bra, now, state=Pledge.State.CHECKOUT, paid_at=None, fee=None, session_id="cs_1", payment_intent_id=""
    )

    answer = client.get(address(pledge) + "?back=1")

    assert answer.status_code == 200
    assert "Your payment is being confirmed" in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "says", "says_in_japanese"),
    [
        ("paid", "Thank you", "ありがとうございます"),
        ("processing", "Your payment is being confirmed", "支払いを確認しています"),
        ("expired", "This payment page has expired", "支払いの有効期限が切れました"),
        ("refunded", "Your coin was given back", "返金しました"),
    ],
)
def test_every_state_has_its_words_in_both_languages(
    client: Client, bra: Campaign, now: datetime, state: str, says: str, says_in_japanese: str
) -> None:
    paid = state in ("paid", "refunded")
    refunded = 500 if state == "refunded" else 0
    pledge = world.coin(bra, now, state=state, paid_at=now if paid else None, refunded=refunded)

    english = client.get(address(pledge)).content.decode()
    japanese = client.get(address(pledge).replace("/en/", "/ja/")).content.decode().replace("<wbr>", "")

    assert says in english and says_in_japanese in japanese
    assert ("supporter No." in english) == (state == "paid")


def test_a_guest_is_offered_an_account_with_the_address_that_this_browser_gave(
    client: Client, bra: Campaign, now: datetime, sandbox: Sandbox
) -> None:
    pledge = set_out(client, bra)
    sandbox.pay(pledge.session_id)

    html = client.get(address(pledge) + "?back=1").text
    here = client.get(f"{reverse('account_signup')}?next={reverse('me')}").text
    elsewhere = Client().get(address(pledge)).text + Client().get(reverse("account_signup")).text
    kept = client.cookies["gave_as"]

    assert f'href="{reverse("account_signup")}?next=/en/me/">Make an account' in html
    assert 'value="carol@example.org"' in here and "carol@example.org" not in html + elsewhere
    assert "Make an account" in elsewhere
    assert (kept["path"], kept["max-age"], kept["httponly"]) == (reverse("account_signup"), 3600, True)
    client.cookies["gave_as"] = "carol@example.org:forged"
    assert "carol@example.org" not in client.get(reverse("account_signup")).text


def test_the_offer_of_an_account_is_the_same_whether_there_is_one_or_not_and_gone_for_its_owner(
    client: Client, bra: Campaign, now: datetime
) -> None:
    pledge = world.coin(bra, now, email="dora@example.org")
    before = client.get(address(pledge)).text

    dora = world.person("Dora", "dora@example.org")
    after = client.get(address(pledge)).text
    client.force_login(dora)
    logged_in = client.get(address(pledge)).text

    assert before == after and "Make an account" in before
    assert "Make an account" not in logged_in


def test_a_supporters_number_stays_whatever_others_do(client: Client, bra: Campaign, now: datetime) -> None:
    first, second, third = (world.coin(bra, now + timedelta(minutes=minute)) for minute in range(3))
    again = world.coin(bra, now + timedelta(minutes=3), email=second.email.upper())

    Pledge.objects.filter(pk=first.pk).update(state="refunded", refunded=500)

    # Who took a coin back keeps a place, so that nobody moves up; who gives twice is one supporter.
    assert [one.supporter_number for one in (first, second, third, again)] == [1, 2, 3, 2]
    assert "You are supporter No. 3." in client.get(address(third)).content.decode()


def test_the_page_costs_as_many_queries_for_fifty_coins_as_for_one(
    client: Client, bra: Campaign, now: datetime, django_assert_max_num_queries: Any
) -> None:
    pledge = world.coin(bra, now)
    with django_assert_max_num_queries(14):
        client.get(address(pledge))
    for _ in range(50):
        world.coin(bra, now, amount=50)
    with django_assert_max_num_queries(14):
        client.get(address(pledge))


def test_the_page_is_kept_by_nobody_and_tells_nobody_its_address(client: Client, bra: Campaign, now: datetime) -> None:
    answer = client.get(address(world.coin(bra, now)))

    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "same-origin"
    # A browser that sends no referrer sends no origin either, so that a form of this page would be refused.
    assert "<form" not in answer.content.decode().split("<main")[1].split("</main>")[0]


def test_paper_does_not_give_the_secret_address_away(client: Client, bra: Campaign, now: datetime) -> None:
    pledge = world.coin(bra, now)

    foot = {
        name: client.get(reverse(name, args=[key])).content.decode().rpartition("only-print")[2]
        for name, key in (("thanks", pledge.token), ("take_back", pledge.token), ("campaign", bra.slug))
    }

    assert pledge.token not in foot["thanks"] + foot["take_back"] and "Genseki" in foot["thanks"]
    assert f"/en/c/{bra.slug}/" in foot["campaign"]


def test_an_unknown_link_leads_nowhere(client: Client, bra: Campaign) -> None:
    assert client.get(reverse("thanks", args=["nobody"])).status_code == 404
    assert client.post(reverse("take_back", args=["nobody"])).status_code == 404


def test_a_coin_is_taken_back_by_a_button_and_not_by_opening_a_link(
    client: Client, bra: Campaign, sandbox: Sandbox
) -> None:
    pledge = set_out(client, bra)
    sandbox.pay(pledge.session_id)
    client.get(address(pledge) + "?back=1")

    asked = client.get(address(pledge, "take_back"))
    pledge.refresh_from_db()
    assert asked.status_code == 200 and pledge.state == Pledge.State.PAID

    done = client.post(address(pledge, "take_back"), follow=True)

    pledge.refresh_from_db()
    assert pledge.state == Pledge.State.REFUNDED
    assert "Your coin was given back" in done.content.decode()


def test_after_the_close_a_coin_is_not_taken_back_by_its_giver(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.FUNDED, closed_at=now)
    pledge = world.coin(campaign, now)

    answer = client.post(address(pledge, "take_back"))

    assert answer.status_code == 409
    assert "The organiser or the staff can still refund yours" in answer.content.decode()


def test_a_refund_that_stripe_has_not_answered_is_on_its_way(client: Client, bra: Campaign, now: datetime) -> None:
    pledge = world.coin(bra, now)
    Attempt.objects.create(
        pledge=pledge,
        kind=Attempt.Kind.REFUND,
        idempotency_key="k",
        parameters={},
        parameters_hash="h",
        planned_at=now,
        state=Attempt.State.UNKNOWN,
    )

    html = client.get(address(pledge)).content.decode()

    assert "Your coin is being given back" in html
    assert reverse("take_back", args=[pledge.token]) not in html


def test_an_unfinished_payment_can_be_taken_up_until_its_page_runs_out(
    client: Client, bra: Campaign, now: datetime
) -> None:
    open_page: dict[str, Any] = {
        "state": Pledge.State.CHECKOUT,
        "paid_at": None,
        "session_url": "https://checkout.stripe.com/c/x",
    }
    pledge = world.coin(bra, now, session_expires_at=now + timedelta(minutes=5), **open_page)
    late = world.coin(bra, now, session_expires_at=now - timedelta(minutes=5), **open_page)

    assert "checkout.stripe.com" in client.get(address(pledge)).content.decode()
    assert "checkout.stripe.com" not in client.get(address(late)).content.decode()


def test_a_payment_after_the_close_goes_back_and_is_on_no_wall(client: Client, now: datetime) -> None:
    campaign = world.bra_campaign(now, stage=Stage.FUNDED, closed_at=now)
    pledge = world.coin(campaign, now, came_late=True, name="Late Larry")

    html = client.get(address(pledge)).content.decode()
    wall = client.get(reverse("supporters", args=[campaign.slug])).content.decode()

    assert "The payment arrived after the campaign had closed, so it goes back by itself." in html
    assert "supporter No." not in html
    assert "Late Larry" not in wall
