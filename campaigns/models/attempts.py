from django.db import models


class Attempt(models.Model):
    """There is one row for every call to Stripe that moves money or could, written before the call is made.

    The idempotency key and the hash of the parameters are committed first, so that a call whose answer was lost is
    made again with the same key and never with a new one.
    """

    class Kind(models.TextChoices):
        CHECKOUT = "checkout"
        REFUND = "refund"

    class State(models.TextChoices):
        PLANNED = "planned"
        UNKNOWN = "unknown"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    # What may still happen, or may have happened without our hearing of it.
    OPEN = (State.PLANNED, State.UNKNOWN)

    pledge = models.ForeignKey("campaigns.Pledge", on_delete=models.PROTECT, related_name="attempts")
    kind = models.CharField(max_length=12, choices=Kind)
    sequence = models.PositiveSmallIntegerField(default=1)
    idempotency_key = models.CharField(max_length=120, unique=True)
    parameters = models.JSONField()
    parameters_hash = models.CharField(max_length=64)
    amount = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    planned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    stripe_id = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("pledge", "kind", "sequence"), name="each_attempt_has_its_own_number"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence} of pledge {self.pledge_id}: {self.state}"
