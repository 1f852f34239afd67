"""Whoever asks by a hundred names of ours shuts the door for nobody."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from campaigns.models import Campaign
from campaigns.views import live_door, live_sharing
from tests.campaigns.pages.test_live_door import INSIDE, address, ask


@pytest.fixture(autouse=True)
def nobody_has_come_yet(settings: Settings) -> Iterator[None]:
    settings.LIVE_SHARED_MS = 60_000
    live_sharing.forget()
    live_door._let_in.clear()
    yield
    live_sharing.forget()
    live_door._let_in.clear()


def test_a_stranger_with_many_names_of_ours_leaves_the_door_open_for_others(client: Client, bra: Campaign) -> None:
    for port in range(live_door.MOST_NAMES + 1):
        client.get(address(bra), headers={"Host": f"localhost:{port + 1}"})

    before = ask(address(bra))[0]
    client.get(address(bra))
    afterwards = ask(address(bra))[0]

    assert (before, afterwards) == (INSIDE, "200 OK")
    assert len(live_door._let_in) <= live_door.MOST_NAMES
