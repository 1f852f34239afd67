"""The Celery application: it carries hints and ticks the clock. All that matters is in the database."""

import os

from celery import Celery

from campaigns import clock as campaigns
from lineage import clock as lineage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("genseki")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["campaigns", "lineage"])


def schedule() -> dict[str, dict[str, object]]:
    """Both tables in Celery's words. One that waits longer than its period is dropped: the next one does its work."""
    ticks: list[campaigns.Tick | lineage.Tick] = [*campaigns.ticks(), *lineage.ticks()]
    return {
        tick.task: {"task": tick.task, "schedule": float(tick.every), "options": {"expires": max(tick.every, 10)}}
        for tick in ticks
    }


@app.on_after_finalize.connect  # type: ignore[untyped-decorator]
def set_the_clock(sender: Celery, **_: object) -> None:
    """The schedule needs Django's settings, which are there once the application is complete."""
    sender.conf.beat_schedule = schedule()
