"""Where the demo listens: three ports, each its own."""

import pytest

from config.demo_settings import Addresses, Unfit, addresses


@pytest.mark.parametrize(
    ("given", "live"),
    [
        ({}, 8002),
        ({"PORT": "8010", "SANDBOX_PORT": "8011"}, 8012),
        # What is beside the pages may be taken by the pretend Stripe, or not be a port at all.
        ({"PORT": "8010", "SANDBOX_PORT": "8012"}, 8008),
        ({"PORT": "65535"}, 65533),
        ({"LIVE_PORT": "9000"}, 9000),
    ],
)
def test_who_moves_the_pages_moves_the_streams_with_them(given: dict[str, str], live: int) -> None:
    found = addresses(given)

    assert found == Addresses(int(given.get("PORT", 8000)), int(given.get("SANDBOX_PORT", 8001)), live)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"PORT": "8001"}, "PORT and SANDBOX_PORT are both 8001"),
        ({"LIVE_PORT": "8000"}, "PORT and LIVE_PORT are both 8000"),
        ({"LIVE_PORT": "8001"}, "SANDBOX_PORT and LIVE_PORT are both 8001"),
        ({"LIVE_PORT": "http"}, "write a port number from 1 to 65535"),
    ],
)
def test_two_at_one_port_or_no_port_are_refused_by_name(given: dict[str, str], says: str) -> None:
    with pytest.raises(Unfit, match=says):
        addresses(given)
