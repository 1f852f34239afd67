from django.db import models
from django.db.models import Q

from campaigns.models.campaigns import Campaign


class Alarm(models.Model):
    """There is one row for everything that a person must look at, from when it was noticed until it is over.

    `key` says what it is about ("reconcile:ch_1", "failed-cards:site"), and is open once at most. `detail` is for
    staff.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    detail = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("key",), condition=Q(closed_at__isnull=True), name="an_alarm_is_open_once"),
        )

    def __str__(self) -> str:
        return f"{self.key}{' (over)' if self.closed_at else ''}"


class SitePause(models.Model):
    """There is one row for every time that giving was paused on the whole site. Without `lifted_at` it still is."""

    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=300, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("-began_at", "-pk")
        constraints = (
            # Of the rows without an end there is one at most: all of them say the same of `lifted_at`.
            models.UniqueConstraint(
                fields=("lifted_by",), condition=Q(lifted_at__isnull=True), name="a_pause_is_made_once"
            ),
        )

    def __str__(self) -> str:
        return f"paused {self.began_at:%Y-%m-%d %H:%M}{' (lifted)' if self.lifted_at else ''}"


class CardFailure(models.Model):
    """There is one row for every time that a card was refused on a page of Stripe's: many are somebody trying cards.

    `stripe_id` is what Stripe tried (a charge, or a try to save a card), so that the same refusal counts once.
    """

    stripe_id = models.CharField(max_length=120, unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="card_failures")
    pledge = models.ForeignKey("campaigns.Pledge", on_delete=models.PROTECT, related_name="card_failures")
    code = models.CharField(max_length=60, blank=True, help_text="Stripe's reason.")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("at",), name="card_failures_by_time"),)

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.code}"


class ReconcileRun(models.Model):
    """There is one row for every time that our books were compared with Stripe's.

    `differences` are for staff: each has an alarm while it lasts. `compared` counts Stripe's movements.
    """

    at = models.DateTimeField()
    since = models.DateTimeField()
    ok = models.BooleanField()
    compared = models.PositiveIntegerField()
    differences = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("-at",), name="reconcile_runs_newest_first"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {'ok' if self.ok else 'differs'}"
