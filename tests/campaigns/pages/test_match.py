"""Matches as people see and promise them."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Pledge
from tests.promises import an_all_or_nothing_campaign, promise
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign

FORM = {"cap": "50", "email": "mallory@example.org", "consent": "on"}


@pytest.fixture
def campaign() -> Campaign:
    return an_all_or_nothing_campaign(declared_match=4_000)


def address(campaign: Campaign) -> str:
    return reverse("match", args=[campaign.slug])


def test_the_page_says_what_a_match_is_before_anybody_promises_one(client: Client, campaign: Campaign) -> None:
    html = client.get(address(campaign)).content.decode()

    assert "each coin is matched once" in html
    assert "You are charged once, at the close, for what your match came to" in html
    assert "Nothing is charged now." in html and "no more than the sum that I enter here" in html
    assert reverse("match", args=[campaign.slug]) in client.get(reverse("campaign", args=[campaign.slug])).text


def test_a_match_saves_a_card_with_its_cap_and_its_consent(
    client: Client, campaign: Campaign, sandbox: Sandbox
) -> None:
    answer = client.post(address(campaign), FORM)

    pledge = Pledge.objects.get()
    assert answer.status_code == 303 and answer["Location"].startswith(sandbox.url)
    assert (pledge.role, pledge.matches_up_to) == (Pledge.Role.MATCH, 5_000)
    assert "no more than US$50.00" in pledge.consent_text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"cap": ""}, "Enter the most that you give."),
        ({"cap": "many"}, "Enter an amount from"),
        ({"consent": ""}, "Tick that you agree"),
        ({"cap": "300"}, "A match of US$250.00 at most is possible now."),
    ],
)
def test_what_is_no_match_is_refused_with_what_to_do(
    client: Client, campaign: Campaign, changed: dict[str, str], says: str
) -> None:
    answer = client.post(address(campaign), {**FORM, **changed})

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Pledge.objects.exists()


def test_the_organiser_matches_up_to_what_was_declared(client: Client, campaign: Campaign, sandbox: Sandbox) -> None:
    client.force_login(campaign.organiser, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(address(campaign)).content.decode()
    too_much = client.post(address(campaign), {**FORM, "cap": "40.01"})
    right = client.post(address(campaign), {**FORM, "cap": "40"})
    nothing_left = client.get(address(campaign)).content.decode()

    assert "up to US$40.00 now" in page
    assert too_much.status_code == 422 and "A match of US$40.00 at most" in too_much.content.decode()
    assert right.status_code == 303
    assert "only up to the sum that you announced" in nothing_left


def test_the_campaigns_page_says_what_a_coin_counts_while_a_match_runs(
    client: Client, campaign: Campaign, sandbox: Sandbox
) -> None:
    promise(sandbox, campaign, 1_000, "Mallory", matches_up_to=1_000)
    before = client.get(reverse("campaign", args=[campaign.slug])).content.decode()
    promise(sandbox, campaign, 1_000)
    after = client.get(reverse("campaign", args=[campaign.slug])).content.decode()

    assert "Every coin is doubled, up to US$10.00." in before and "A coin of US$5.00 counts US$10.00 now." in before
    assert "doubles up to US$10.00" in before
    assert "is used up" in after and "From matches: US$10.00" in after


def test_a_campaign_that_keeps_what_it_raises_can_be_matched_too(client: Client, sandbox: Sandbox) -> None:
    campaign = an_open_campaign("keep")

    page = client.get(address(campaign)).content.decode()
    answer = client.post(address(campaign), {**FORM, "cap": "5000"})

    assert "charged whether or not the goal is reached" in page
    assert answer.status_code == 303
