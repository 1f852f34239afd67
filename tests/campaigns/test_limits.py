"""Who sets out to give too often in a short time is asked to wait; everybody else notices nothing."""

from datetime import timedelta
from functools import partial

import pytest
from pytest_django import Settings

from campaigns.actions.refuse_abuse import wider_network_of
from campaigns.actions.start_pledge import Giver, PledgeRefused, start_pledge
from campaigns.models import Campaign, Pledge
from tests.at_once import at_once
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now, set_out

pytestmark = pytest.mark.django_db


def comes(campaign: Campaign, number: int, network: str = "", email: str = "", minutes: int = 0) -> Pledge:
    giver = Giver(email=email or f"giver{number}@example.com", language="en", network=network)
    at = now() + timedelta(minutes=minutes)
    return start_pledge(campaign, giver, amount=500, cover_fee=False, form_nonce=f"form-{number}", at=at)


def is_asked_to_wait(campaign: Campaign, number: int, **who: object) -> bool:
    try:
        comes(campaign, number, **who)  # type: ignore[arg-type]
    except PledgeRefused as refusal:
        assert refusal.reason == "too-many-tries"
        return True
    return False


@pytest.mark.parametrize(
    ("network", "wider"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("", ""),
    ],
)
def test_an_address_lies_in_a_wider_network(network: str, wider: str) -> None:
    assert wider_network_of(network) == wider
    assert comes(an_open_campaign(), 1, network).wider_network == wider


def test_one_network_is_counted_for_ten_minutes_over_all_campaigns(settings: Settings) -> None:
    settings.PLEDGES_PER_NETWORK = 2
    one, other = an_open_campaign("one"), an_open_campaign("other")
    comes(one, 1, "203.0.113.1")
    comes(other, 2, "203.0.113.1")

    assert is_asked_to_wait(one, 3, network="203.0.113.1")
    assert not is_asked_to_wait(one, 4, network="203.0.113.2")
    assert not is_asked_to_wait(one, 5, network="203.0.113.1", minutes=11)


def test_many_addresses_of_one_wider_network_are_counted_together(settings: Settings) -> None:
    settings.PLEDGES_PER_WIDER_NETWORK = 3
    campaign = an_open_campaign()
    for number in range(3):
        comes(campaign, number, f"203.0.113.{number}")

    assert is_asked_to_wait(campaign, 3, network="203.0.113.200")
    assert not is_asked_to_wait(campaign, 4, network="203.0.114.1")


def test_one_address_is_counted_for_a_day_wherever_it_comes_from(settings: Settings) -> None:
    settings.PLEDGES_PER_ADDRESS = 2
    campaign = an_open_campaign()
    comes(campaign, 1, "203.0.113.1", "carol@example.com")
    comes(campaign, 2, "198.51.100.1", "carol@example.com")

    assert is_asked_to_wait(campaign, 3, email="carol@example.com")
    assert not is_asked_to_wait(campaign, 5, email="dave@example.com")


def test_a_night_in_which_everybody_pays_stops_no_campaign(sandbox: Sandbox, settings: Settings) -> None:
    settings.PLEDGES_PER_CAMPAIGN = settings.PLEDGES_PER_SITE = 3
    campaign = an_open_campaign()

    for number in range(6):
        give(sandbox, campaign, name=f"Honest{number}")

    assert Pledge.objects.filter(state=Pledge.State.PAID).count() == 6


def test_a_campaign_with_many_unpaid_coins_rests_and_the_others_notice_nothing(settings: Settings) -> None:
    settings.PLEDGES_PER_CAMPAIGN = 3
    attacked, other = an_open_campaign("attacked"), an_open_campaign("other")
    for number in range(3):
        comes(attacked, number)

    assert is_asked_to_wait(attacked, 3)
    assert not is_asked_to_wait(other, 4)
    assert not is_asked_to_wait(attacked, 5, minutes=11)


def test_the_site_rests_when_all_campaigns_together_are_flooded(settings: Settings) -> None:
    settings.PLEDGES_PER_SITE = 4
    campaigns = [an_open_campaign(f"c{number}") for number in range(5)]
    for number in range(4):
        comes(campaigns[number], number)

    assert is_asked_to_wait(campaigns[4], 4)


def test_the_same_form_sent_again_is_no_second_try(sandbox: Sandbox, settings: Settings) -> None:
    settings.PLEDGES_PER_NETWORK = 1
    campaign = an_open_campaign()

    first, second = (set_out(campaign, form_nonce="form", network="203.0.113.1") for _ in range(2))

    assert first.pk == second.pk


@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_from_one_network_are_no_more_than_the_limit(settings: Settings) -> None:
    settings.PLEDGES_PER_NETWORK = 5
    campaign = an_open_campaign()

    asked = at_once(*[partial(is_asked_to_wait, campaign, number, network="203.0.113.1") for number in range(30)])

    assert (Pledge.objects.count(), sum(asked)) == (5, 25)


@pytest.mark.django_db(transaction=True)
def test_a_campaign_lets_pass_those_who_are_served_at_the_same_moment_and_no_more(settings: Settings) -> None:
    settings.PLEDGES_PER_CAMPAIGN = 5
    campaign = an_open_campaign()
    people = 8

    def come(number: int) -> int:
        return sum(is_asked_to_wait(campaign, number * 10 + turn) for turn in range(4))

    asked = at_once(*[partial(come, number) for number in range(people)])

    assert 5 <= Pledge.objects.count() <= 5 + people - 1
    assert sum(asked) == 4 * people - Pledge.objects.count()
