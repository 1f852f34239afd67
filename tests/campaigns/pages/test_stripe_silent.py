"""While Stripe does not answer, everybody who comes is told before they fill in a form."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from campaigns.stripe_silence import REMEMBERED, is_stripe_silent, note_silence
from tests.campaigns.pages import world
from tests.stripe_sandbox import Sandbox

SAYS = {"en": "Cards cannot be taken at this moment.", "ja": "ただいまカードを受け付けられません。"}
WAYS = ("campaign", "give")


def page(campaign: Campaign, name: str = "campaign", language: str = "en") -> str:
    """As somebody sees it who has just come."""
    with override(language):
        address = reverse(name, args=[campaign.slug])
    return Client().get(address).content.decode()


def give(campaign: Campaign) -> int:
    form = {"amount": "500", "email": "carol@example.org"}
    return Client().post(reverse("give", args=[campaign.slug]), form).status_code


def test_whoever_finds_stripe_silent_warns_those_who_come_after(bra: Campaign) -> None:
    before = page(bra)

    # No Stripe listens where this test's calls go.
    assert give(bra) == 503

    assert SAYS["en"] not in before
    for name in WAYS:
        for language, says in SAYS.items():
            shown = page(bra, name, language)
            assert says in shown
            # Whoever likes may try.
            assert f"/{language}/c/{bra.slug}/give/" in shown


def test_whoever_gives_to_several_campaigns_is_warned_as_well(bra: Campaign, now: datetime) -> None:
    warned = {language: f"/{language}/c/bundle/?c={bra.slug}" for language in SAYS}
    before = [Client().get(address).content.decode() for address in warned.values()]

    note_silence(at=now)

    assert not any(says in shown for says, shown in zip(SAYS.values(), before, strict=True))
    for language, address in warned.items():
        shown = Client().get(address).content.decode()
        assert SAYS[language] in shown and 'name="email"' in shown


def test_the_first_answer_takes_the_warning_away(bra: Campaign, sandbox: Sandbox, now: datetime) -> None:
    note_silence(at=now)
    warned = page(bra)

    assert give(bra) == 303

    assert SAYS["en"] in warned and SAYS["en"] not in page(bra)


def test_a_silence_that_nobody_has_met_for_two_minutes_is_forgotten(bra: Campaign, now: datetime) -> None:
    note_silence(at=now - timedelta(minutes=5))
    note_silence(at=now)

    assert is_stripe_silent(at=now + REMEMBERED - timedelta(seconds=1))
    assert not is_stripe_silent(at=now + REMEMBERED)


@pytest.mark.parametrize("stage", [Stage.PAUSED, Stage.FUNDED])
def test_where_no_coin_can_be_given_nothing_is_said_of_cards(now: datetime, stage: Stage) -> None:
    campaign = world.bra_campaign(now, stage=stage, **({"closed_at": now} if stage == Stage.FUNDED else {}))

    note_silence(at=now)

    assert SAYS["en"] not in page(campaign)
