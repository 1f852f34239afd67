"""Forms and addresses, attacked: the same form changed and sent again, numbers and signs that no database takes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.open_checkout import open_checkout
from campaigns.actions.start_pledge import Giver, start_pledge
from campaigns.models import Pledge
from campaigns.views.wall import supporters_of, wall
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now, set_out

pytestmark = pytest.mark.django_db


def test_whoever_goes_back_and_ticks_anonymous_is_not_named(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    named = set_out(campaign, form_nonce="the-form")

    unnamed = give(sandbox, campaign, form_nonce="the-form", anonymous=True)

    assert named.pk != unnamed.pk
    assert [one.name for one in wall(supporters_of(campaign))] == [""]


@pytest.mark.parametrize(
    "change",
    [{"email": "right@example.com"}, {"hide_amount": True}, {"message": "Hello"}, {"name": "C."}],
)
def test_what_was_mended_in_a_form_is_what_counts(sandbox: Sandbox, change: dict[str, Any]) -> None:
    campaign = an_open_campaign()
    set_out(campaign, form_nonce="the-form")

    mended = set_out(campaign, form_nonce="the-form", **{"name": "Carol", "email": "carol@example.com", **change})

    assert {field: getattr(mended, field) for field in change} == change


def test_a_fee_that_is_covered_after_all_is_charged(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    set_out(campaign, form_nonce="the-form")

    assert set_out(campaign, form_nonce="the-form", cover_fee=True).total == 519


def test_each_amount_of_one_form_is_charged_as_it_was_typed_last(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()

    charged = [set_out(campaign, amount, form_nonce="the-form").total for amount in (500, 1_000, 3_000, 500)]

    assert charged == [500, 1_000, 3_000, 500]
    assert Pledge.objects.count() == 3


def test_a_form_whose_page_ran_out_leads_to_a_new_page_every_time(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    sessions = set()

    for _ in range(3):
        pledge = set_out(campaign, form_nonce="the-form")
        sessions.add(pledge.session_id)
        Pledge.objects.filter(pk=pledge.pk).update(state=Pledge.State.EXPIRED)

    assert len(sessions) == 3


def test_a_form_that_was_paid_leads_to_its_thanks_and_to_no_second_pledge(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    paid = give(sandbox, campaign, form_nonce="the-form")

    giver = Giver(email="carol@example.com", language="en", name="Carol")
    again = start_pledge(campaign, giver, amount=500, cover_fee=False, form_nonce="the-form", at=now())

    assert again.pk == paid.pk
    assert "/thanks/" in open_checkout(again, at=now())


def test_a_pledge_of_nothing_is_refused_and_not_tried_for_ever() -> None:
    giver = Giver(email="carol@example.com", language="en")

    with pytest.raises(IntegrityError):
        start_pledge(an_open_campaign(), giver, amount=0, cover_fee=False, form_nonce="the-form", at=now())


def test_a_pledge_that_was_never_led_to_a_page_is_over_after_an_hour(sandbox: Sandbox) -> None:
    giver = Giver(email="carol@example.com", language="en")
    start_pledge(an_open_campaign(), giver, amount=500, cover_fee=False, form_nonce="the-form", at=now())

    expire_pledges(at=now() + timedelta(minutes=61))

    assert Pledge.objects.get().state == Pledge.State.EXPIRED


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/campaigns?offset=99999999999999999999999",
        "/api/v1/campaigns?stage=%00",
        "/api/v1/campaigns/bra/ledger?offset=99999999999999999999999&limit=99999999999999999999999",
        "/api/v1/campaigns/%00",
        "/api/v1/campaigns/%00/updates",
        "/api/v1/versions/%00",
        "/en/thanks/%00/",
        "/en/thanks/%00/take-back/",
        "/en/follow/%00/",
        "/en/c/bra/give/?amount=%00",
        "/en/c/bra/give/?amount=" + "9" * 5_000,
    ],
)
def test_no_address_is_strange_enough_to_break_a_page(client: Client, address: str) -> None:
    an_open_campaign()
    client.raise_request_exception = False

    assert client.get(address).status_code in (200, 404, 422)


def test_signs_that_no_database_takes_are_refused_in_the_form(client: Client) -> None:
    an_open_campaign()

    answer = client.post("/en/c/bra/give/", {"amount": "500", "email": "carol@example.com", "name": "Car\x00ol"})

    assert answer.status_code == 422 and not Pledge.objects.exists()
