from django.db import models
from django.db.models import Q


class StripeEvent(models.Model):
    """There is one row for every event that Stripe told us, kept as it came before it is acknowledged."""

    class State(models.TextChoices):
        RECEIVED = "received"
        HANDLED = "handled"
        IGNORED = "ignored"
        QUARANTINED = "quarantined"
        FAILED = "failed"

    id = models.CharField(max_length=120, primary_key=True)
    type = models.CharField(max_length=120)
    api_version = models.CharField(max_length=40, blank=True)
    livemode = models.BooleanField()
    created = models.DateTimeField()
    payload = models.TextField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("received_at", "pk")
        indexes = (models.Index(fields=("next_at",), condition=Q(state="received"), name="events_still_to_handle"),)

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
