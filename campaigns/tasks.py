"""Doors for the queue and the clock. Each opens onto one action; the time is read here and passed on."""

import logging
import time
from datetime import datetime

from celery import current_app, shared_task
from django.db import connection
from kombu.exceptions import OperationalError
from kombu.pools import ProducerPool, producers

from campaigns import stripe_inbox
from campaigns.actions.abandon_campaign import abandon_what_is_overdue
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.expire_bundles import expire_bundles
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.fetch_missed_events import fetch_missed_events
from campaigns.actions.forget_cards import forget_cards
from campaigns.actions.forget_draft_pictures import forget_draft_pictures
from campaigns.actions.forget_draft_words import forget_draft_words
from campaigns.actions.give_back_unfunded import give_back_unfunded, give_back_what_is_owed
from campaigns.actions.give_back_what_is_left import give_back_what_abandoned_campaigns_owe
from campaigns.actions.hear_of_dispute import look_after_disputes
from campaigns.actions.learn_payee_account import learn_payee_accounts
from campaigns.actions.notice_doubts import notice_doubts
from campaigns.actions.notice_money_left import notice_money_left
from campaigns.actions.pay_out import pay_out
from campaigns.actions.plan_payouts import plan_payouts
from campaigns.actions.reconcile import reconcile_when_due
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.reverse_payout import reverse_payouts
from campaigns.actions.run_selfcheck import run_selfcheck
from campaigns.actions.set_payee import notice_missing_payees
from campaigns.actions.tell_followers import tell_followers
from campaigns.actions.tell_of_deadline import tell_of_deadlines
from campaigns.actions.warn_of_expiring_cards import warn_of_expiring_cards
from campaigns.actions.watch_failed_cards import watch_failed_cards

log = logging.getLogger(__name__)
REST_SECONDS = 30.0
#: A queue that hangs is asked twice, each time for so many seconds; by itself kombu rests for two seconds in between.
IMPATIENT = {"socket_timeout": 0.6, "socket_connect_timeout": 0.6, "interval_start": 0.1, "interval_step": 0}
_queue_away_until = 0.0


def hint(task: str, *args: object) -> None:
    """Tell the queue that there is work. It may be away: the clock finds the work anyway, so nothing is raised.

    After a failure this process leaves the queue alone for half a minute, so that a hung queue costs one visitor a
    few seconds and the others nothing.
    """
    global _queue_away_until
    if time.monotonic() < _queue_away_until:
        return
    try:
        with _impatient().acquire(block=True, timeout=1) as producer:  # type: ignore[no-untyped-call]
            TASKS[task].apply_async(args=args, expires=120, producer=producer)
    except (OperationalError, OSError) as error:
        _queue_away_until = time.monotonic() + REST_SECONDS
        log.warning("The queue does not answer (%s); the clock does the work", type(error).__name__)


def _impatient() -> ProducerPool:
    """Connections of their own for hints: a worker may wait longer for the queue than a visitor."""
    pool: ProducerPool = producers[current_app.connection_for_write(transport_options=IMPATIENT)]
    return pool


def now() -> datetime:
    """The database's clock: a worker whose own is ten minutes fast must not close a campaign early."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    assert isinstance(moment, datetime)
    return moment


@shared_task(name="handle_event")
def handle_event(event_id: str) -> None:
    stripe_inbox.handle(event_id, at=now())


@shared_task(name="handle_due_events")
def handle_due_events() -> None:
    stripe_inbox.handle_due(at=now())


@shared_task(name="close_due_campaigns")
def close_due() -> None:
    close_due_campaigns(at=now())


@shared_task(name="look_after_pledges")
def look_after_pledges() -> None:
    expire_pledges(at=now())
    expire_bundles(at=now())


@shared_task(name="forget_cards")
def forget() -> None:
    forget_cards(at=now())


@shared_task(name="warn_of_expiring_cards")
def warn() -> None:
    warn_of_expiring_cards(at=now())


@shared_task(name="carry_out_refunds")
def refunds() -> None:
    carry_out_refunds(at=now())


@shared_task(name="forget_draft_pictures")
def forget_pictures() -> None:
    forget_draft_pictures(at=now())


@shared_task(name="forget_draft_words")
def forget_words() -> None:
    forget_draft_words(at=now())


@shared_task(name="tell_followers")
def tell() -> None:
    tell_followers(at=now())


@shared_task(name="tell_of_deadlines")
def remind() -> None:
    tell_of_deadlines(at=now())


@shared_task(name="deliver_outbox")
def deliver() -> None:
    deliver_outbox(at=now())


@shared_task(name="fetch_missed_events")
def fetch_missed() -> None:
    fetch_missed_events(at=now())


@shared_task(name="give_back_unfunded")
def give_back() -> None:
    give_back_unfunded(at=now())
    give_back_what_is_owed(at=now())
    abandon_what_is_overdue(at=now())
    give_back_what_abandoned_campaigns_owe(at=now())
    notice_money_left(at=now())
    notice_missing_payees(at=now())


@shared_task(name="look_after_disputes")
def disputes() -> None:
    look_after_disputes(at=now())


@shared_task(name="pay_trainers")
def pay_trainers() -> None:
    plan_payouts(at=now())
    pay_out(at=now())


@shared_task(name="get_back_from_trainers")
def get_back_from_trainers() -> None:
    reverse_payouts(at=now())


@shared_task(name="learn_payee_accounts")
def learn_accounts() -> None:
    learn_payee_accounts(at=now())


@shared_task(name="notice_doubts")
def doubts() -> None:
    notice_doubts(at=now())


@shared_task(name="selfcheck")
def selfcheck() -> None:
    run_selfcheck(at=now())


@shared_task(name="watch_failed_cards")
def watch_cards() -> None:
    watch_failed_cards(at=now())


@shared_task(name="reconcile")
def compare_with_stripe() -> None:
    reconcile_when_due(at=now())


TASKS = {
    task.name: task
    for task in (
        handle_event,
        handle_due_events,
        close_due,
        look_after_pledges,
        forget,
        warn,
        refunds,
        forget_pictures,
        forget_words,
        tell,
        remind,
        deliver,
        fetch_missed,
        give_back,
        disputes,
        selfcheck,
        watch_cards,
        compare_with_stripe,
        pay_trainers,
        get_back_from_trainers,
        learn_accounts,
        doubts,
    )
}
