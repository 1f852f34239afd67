"""What somebody sees of their own coins, and that nobody sees another's."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Attempt, Campaign, Dispute, Follower, Pledge
from tests.campaigns.pages import world
from tests.world import a_person


def at_home(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def seen_by(person: User) -> str:
    answer = at_home(person).get(reverse("me"))
    assert answer.status_code == 200
    return answer.content.decode()


def a_follower(campaign: Campaign, email: str, at: datetime) -> Follower:
    return Follower.objects.create(campaign=campaign, email=email, asked_at=at, confirmed_at=at)


def test_only_who_is_logged_in_has_an_account_page_and_it_is_kept_nowhere(client: Client, bra: Campaign) -> None:
    stranger = client.get(reverse("me"))
    at_its_owner = at_home(a_person("Carol")).get(reverse("me"))

    assert stranger.status_code == 302 and reverse("account_login") in stranger["Location"]
    assert "no-store" in at_its_owner["Cache-Control"]
    assert at_its_owner["X-Robots-Tag"] == "noindex"


def test_who_has_given_nothing_is_told_where_to_begin(bra: Campaign) -> None:
    html = seen_by(a_person("Carol"))

    assert "There is no coin of yours yet." in html
    assert "None. On a campaign’s page you can ask for its updates by email." in html
    assert reverse("campaigns") in html and reverse("usersessions_list") in html


def test_coins_given_while_logged_in_are_listed_with_their_state_and_receipt(bra: Campaign, now: datetime) -> None:
    carol = a_person("Carol")
    paid = world.coin(bra, now, supporter=carol, name="Carol", covered_fee=19)
    back = world.coin(bra, now, supporter=carol, state=Pledge.State.REFUNDED, refunded=500)

    html = seen_by(carol)

    assert "¥519" in html and "shown as Carol" in html
    assert reverse("receipt", args=[paid.token]) in html and reverse("thanks", args=[back.token]) in html
    assert html.count("chip-ok") == 1 and "↩ Given back" in html


def test_a_coin_on_its_way_back_says_so(bra: Campaign, now: datetime) -> None:
    carol = a_person("Carol")
    pledge = world.coin(bra, now, supporter=carol)
    asked = {"parameters": {}, "parameters_hash": "", "idempotency_key": "refund-1", "planned_at": now}
    Attempt.objects.create(pledge=pledge, kind=Attempt.Kind.REFUND, amount=500, **asked)

    assert "Being given back" in seen_by(carol)


def test_what_a_bank_took_back_for_good_is_given_no_more(bra: Campaign, now: datetime) -> None:
    carol = a_person("Carol")
    # What is lost in a dispute is in `refunded`, too, as `hear_of_dispute` writes it.
    pledge = world.coin(bra, now, supporter=carol, amount=3_000, refunded=1_000)
    world.coin(bra, now, supporter=carol, amount=500)
    for name, withdrawn, lost in (("du_1", 1_000, 1_000), ("du_2", 700, 0)):
        Dispute.objects.create(
            stripe_id=name, pledge=pledge, currency="JPY", amount=1_000, withdrawn=withdrawn, lost=lost,
            status="lost" if lost else "needs_response", opened_at=now,
        )  # fmt: skip

    html = seen_by(carol)

    assert '<strong class="number">¥2,500</strong> <span class="meta">JPY</span> given so far' in html
    assert html.count("1,000 of it was taken back by your bank.") == 1


def test_a_guests_coin_belongs_to_the_account_that_has_proven_its_address(bra: Campaign, now: datetime) -> None:
    coin = world.coin(bra, now, email="CAROL@Example.com", name="Guest Carol")

    assert reverse("thanks", args=[coin.token]) in seen_by(a_person("Carol"))
    assert reverse("thanks", args=[coin.token]) not in seen_by(a_person("Dora"))


def test_an_address_that_is_not_proven_shows_nothing(bra: Campaign, now: datetime) -> None:
    mallory = a_person("Mallory")
    EmailAddress.objects.create(user=mallory, email="carol@example.com", verified=False, primary=False)
    world.coin(bra, now, email="carol@example.com")

    assert "There is no coin of yours yet." in seen_by(mallory)


def test_a_coin_from_another_account_is_not_shown_whatever_address_it_names(bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, supporter=a_person("Alice"), email="carol@example.com")

    assert "There is no coin of yours yet." in seen_by(a_person("Carol"))


def test_letters_that_only_look_alike_prove_nothing(bra: Campaign, now: datetime) -> None:
    kate = a_person("Kate")
    double = a_person("Double")
    EmailAddress.objects.create(user=double, email="\u212aate@example.com", verified=True, primary=False)
    world.coin(bra, now, email="kate@example.com", name="Of Kate")
    world.coin(bra, now, email="\u212aate@example.com", name="Of the double")

    assert "Of Kate" in seen_by(kate) and "Of the double" not in seen_by(kate)
    assert "There is no coin of yours yet." in seen_by(double)


def test_nobody_hears_that_somebody_began_to_give_with_their_address(bra: Campaign, now: datetime) -> None:
    unpaid: dict[str, Any] = {"state": Pledge.State.CHECKOUT, "paid_at": None, "fee": None, "payment_intent_id": ""}
    world.coin(bra, now, email="carol@example.com", **unpaid)
    own = world.coin(bra, now, email="carol@example.com", supporter=a_person("Dora"), **unpaid)

    assert "There is no coin of yours yet." in seen_by(a_person("Carol"))
    assert reverse("thanks", args=[own.token]) in seen_by(a_person("Dora"))


def test_a_hundred_coins_cost_no_more_questions_than_one(
    bra: Campaign, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    carol = a_person("Carol")
    for number in range(25):
        world.coin(bra, now - timedelta(minutes=number), supporter=carol)
    client = at_home(carol)
    client.get(reverse("me"))

    with django_assert_max_num_queries(14):
        html = client.get(reverse("me")).content.decode()

    assert html.count('class="coin-what"') == 20
    assert "Page 1 of 2" in html


def test_following_is_ended_by_a_button_and_only_ones_own(bra: Campaign, now: datetime) -> None:
    mine = a_follower(bra, "carol@example.com", now)
    others = a_follower(bra, "dora@example.com", now)
    client = at_home(a_person("Carol"))

    assert client.post(reverse("stop_follow", args=[others.pk])).status_code == 404
    assert client.get(reverse("stop_follow", args=[mine.pk])).status_code == 405
    html = client.post(reverse("stop_follow", args=[mine.pk]), follow=True).content.decode()

    mine.refresh_from_db()
    others.refresh_from_db()
    assert mine.unsubscribed_at is not None and others.unsubscribed_at is None
    assert "No more emails about “Retrain BRA on a clean base” come to you." in html


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("saved", "申し込み済み"),
        ("authorised", "カードの枠を確保中"),
        ("released", "請求なしで終了"),
        ("withdrawn", "取り消し済み"),
        ("failed", "カードが使えませんでした"),
    ],
)
def test_a_promise_has_its_word_in_every_state(bra: Campaign, now: datetime, state: str, says: str) -> None:
    carol = a_person("Carol")
    card: dict[str, Any] = {"saved_at": now, "consented_at": now, "payment_method_id": "pm_1"}
    world.coin(bra, now, supporter=carol, state=state, paid_at=None, fee=None, **card)

    html = at_home(carol).get(reverse("me").replace("/en/", "/ja/")).content.decode()

    assert says in html and "receipt/" not in html
