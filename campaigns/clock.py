"""Everything that happens by itself: when, and why. Celery beat reads this table and that of lineage.

A tick that is missed is no loss: what is due stays due until the next one.
"""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Tick:
    """A task, how often it runs in seconds, and why."""

    task: str
    every: float
    why: str


def ticks() -> tuple[Tick, ...]:
    return (
        Tick("close_due_campaigns", settings.CLOSE_SWEEP_SECONDS, "a campaign closes at its deadline or its ceiling"),
        Tick("handle_due_events", 3, "an event is handled even when the queue lost its hint"),
        Tick("carry_out_refunds", 5, "a refund is made, and made again with the same key until Stripe has answered"),
        Tick("look_after_pledges", 5, "a page that ran out, a late fee or a lost event is noticed"),
        Tick("tell_followers", 3, "an update reaches those who follow"),
        Tick("deliver_outbox", 3, "a mail goes out"),
        Tick("fetch_missed_events", 300, "an event that no webhook brought is fetched"),
        Tick("give_back_unfunded", 3600, "a campaign below its goal is given back after fourteen days"),
        Tick("selfcheck", 3600, "the books are held against every invariant, and what was found is public"),
    )
