"""`python -m tests.faults.chaos.scene SECONDS...`: the town's campaigns, one for each deadline that is given.

They alternate between the two kinds; the last one has a ceiling that is reached before its deadline.
"""

import sys
from datetime import timedelta

import django

django.setup()

from campaigns.lifecycle import Kind  # noqa: E402 - a model may be imported only once the settings are there
from tests.world import an_open_campaign, now  # noqa: E402


def main(deadlines: list[int]) -> None:
    for number, seconds in enumerate(deadlines):
        at_the_close = number % 2 == 1
        an_open_campaign(
            f"chaos-{number}",
            kind=Kind.ALL_OR_NOTHING if at_the_close else Kind.KEEP,
            currency="USD" if at_the_close else "JPY",
            # One in three of those that charge at the close asks for more than it will get.
            goal=500_000 if number % 6 == 3 else 1_500 if at_the_close else 2_000,
            ceiling=None if number else 15_000,
            coin=300 if at_the_close else 500,
            deadline=now() + timedelta(seconds=seconds),
        )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
