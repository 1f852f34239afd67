"""Doors for the queue and the clock. Each opens onto one action; the time is read here and passed on."""

import logging
import time
from datetime import datetime

from celery import shared_task
from django.db import connection
from kombu.exceptions import OperationalError

from campaigns import stripe_inbox
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.fetch_missed_events import fetch_missed_events
from campaigns.actions.give_back_unfunded import give_back_unfunded, give_back_what_is_owed
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.run_selfcheck import run_selfcheck
from campaigns.actions.tell_followers import tell_followers

log = logging.getLogger(__name__)
REST_SECONDS = 30.0
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
        TASKS[task].apply_async(args=args, expires=120)
    except (OperationalError, OSError) as error:
        _queue_away_until = time.monotonic() + REST_SECONDS
        log.warning("The queue does not answer (%s); the clock does the work", type(error).__name__)


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


@shared_task(name="carry_out_refunds")
def refunds() -> None:
    carry_out_refunds(at=now())


@shared_task(name="tell_followers")
def tell() -> None:
    tell_followers(at=now())


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


@shared_task(name="selfcheck")
def selfcheck() -> None:
    run_selfcheck(at=now())


TASKS = {
    task.name: task
    for task in (
        handle_event,
        handle_due_events,
        close_due,
        look_after_pledges,
        refunds,
        tell,
        deliver,
        fetch_missed,
        give_back,
        selfcheck,
    )
}
