from django.db import models
from django.db.models import Q

from campaigns.models.pledges import Pledge


class Dispute(models.Model):
    """There is one row for every dispute of a payment, as Stripe tells of it now.

    While it is not over, its amount is frozen: it is not paid out. The ledger, not this row, says what was moved.
    `status` is Stripe's word; one that begins with `warning_` is an inquiry, for which nothing was withdrawn.
    """

    OVER = ("won", "lost", "warning_closed", "prevented")

    stripe_id = models.CharField(max_length=120, unique=True)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="disputes")
    charge_id = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    status = models.CharField(max_length=40)
    reason = models.CharField(max_length=60, blank=True)
    fee = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    evidence_due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_dispute_is_about_something"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="a_dispute_fee_is_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.status}"


class FraudWarning(models.Model):
    """There is one row for every early warning that a payment is probably fraud, and what was done about it."""

    stripe_id = models.CharField(max_length=120, unique=True)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="fraud_warnings")
    charge_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    told_at = models.DateTimeField()
    done = models.CharField(max_length=60, blank=True, help_text="refunded, or why not")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-told_at", "-pk")

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.kind}"
