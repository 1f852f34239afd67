"""Everything in lineage that happens by itself: when, and why. Celery beat reads this table and that of campaigns.

A tick that is missed is no loss: what is due stays due until the next one.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    """A task, how often it runs in seconds, and why."""

    task: str
    every: float
    why: str


def ticks() -> tuple[Tick, ...]:
    return (
        Tick("weigh_catalogue", 20, "lists and the ranking follow what was put on record, and the day"),
        Tick("read_addresses", 5, "an address that somebody named as evidence is read, and tried again"),
    )
