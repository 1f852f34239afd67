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
        Tick("forget_cards", 5, "a saved card that is not needed any more is taken from its customer at Stripe"),
        Tick("warn_of_expiring_cards", 3600, "a card that expires before it can be charged can still be replaced"),
        Tick("forget_draft_pictures", 3600, "pictures of an update that nobody published are not kept for ever"),
        Tick("forget_draft_words", 3600, "words of an update that nobody published are not kept for ever"),
        Tick("tell_followers", 3, "an update reaches those who follow"),
        Tick("tell_of_deadlines", 300, "who follows and has not given is reminded once before the close"),
        Tick("deliver_outbox", 3, "a mail goes out"),
        Tick("fetch_missed_events", 300, "an event that no webhook brought is fetched"),
        Tick("give_back_unfunded", 3600, "what is below its goal or not released in time is given back"),
        Tick("look_after_disputes", 3600, "a dispute is looked at even when no event told of it"),
        Tick("pay_trainers", 15, "what a trainer shall have is planned, and sent where Stripe can send it"),
        Tick("get_back_from_trainers", 60, "what went back after it was paid out is got back from the trainer"),
        Tick("learn_payee_accounts", 300, "a trainer's account is looked at even when no event told of it"),
        Tick("notice_doubts", 86400, "a fact that taints a clean version later stops its money"),
        Tick("watch_failed_cards", 60, "somebody who tries cards by the hundred is noticed, and giving is paused"),
        Tick("reconcile", 3600, "once a day our books are compared with Stripe’s"),
        Tick("selfcheck", 3600, "the books are held against every invariant, and what was found is public"),
    )
