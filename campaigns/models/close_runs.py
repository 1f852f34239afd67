from django.db import models
from django.db.models import Q

from campaigns.models.campaigns import Campaign


class CloseRun(models.Model):
    """There is one row for every close of a campaign; whoever holds its lease takes the next step."""

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="close_run")
    started_at = models.DateTimeField()
    reason = models.CharField(max_length=12)
    leased_by = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    raised_at_close = models.BigIntegerField(null=True, blank=True)
    supporters_at_close = models.PositiveIntegerField(null=True, blank=True)
    report = models.JSONField(default=dict)
    holds_end_at = models.DateTimeField(
        null=True, blank=True, help_text="Four days after the first hold was asked for: by then all is decided."
    )

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(outcome__in=["funded", "unfunded"]),
                name="a_finished_close_has_an_outcome",
            ),
        )

    def __str__(self) -> str:
        return f"close of {self.campaign_id}"


class CloseStep(models.Model):
    """There is one row for every step of a close that is done. A step without a row is done again."""

    run = models.ForeignKey(CloseRun, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=12)
    done_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("run", "name"), name="a_step_of_a_close_is_done_once"),)

    def __str__(self) -> str:
        return self.name
