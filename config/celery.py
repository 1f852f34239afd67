"""The Celery application: it carries hints and ticks the clock. All that matters is in the database."""

import os

from celery import Celery

from campaigns.clock import schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("genseki")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["campaigns", "lineage"])


@app.on_after_finalize.connect  # type: ignore[untyped-decorator]
def set_the_clock(sender: Celery, **_: object) -> None:
    """The schedule needs Django's settings, which are there once the application is complete."""
    sender.conf.beat_schedule = schedule()
