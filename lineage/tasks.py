"""Doors for the queue and the clock. Each opens onto one action; the time is read here and passed on."""

from datetime import datetime

from celery import shared_task
from django.db import connection

from lineage.actions.read_addresses import read_addresses
from lineage.actions.weigh_catalogue import weigh_if_changed


def now() -> datetime:
    """The database's clock: every worker then agrees on what day it is and which weighing is the newest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    assert isinstance(moment, datetime)
    return moment


@shared_task(name="weigh_catalogue")
def weigh() -> None:
    weigh_if_changed(at=now())


# It waits for other machines: whatever may hang there, no worker is lost to it for longer than this.
@shared_task(name="read_addresses", time_limit=120)
def read() -> None:
    read_addresses(at=now())


TASKS = {task.name: task for task in (weigh, read)}
