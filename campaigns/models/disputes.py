from django.db import models
from django.db.models import F, Q

from campaigns.models.pledges import Pledge


class Dispute(models.Model):
    """There is one row for every dispute of a payment, as Stripe tells of it now.

    While it is not over, its amount is frozen: it is not paid out. The ledger, not this row, says what was moved.
    `status` is Stripe's word; one that begins with `warning_` is an inquiry, for which nothing was withdrawn. A status
    that is not known here is taken for one that is not over.

    `withdrawn` is what Stripe took less what it gave again, `lost` how much of that is given up in the ledger. Of a
    payment that carries several pledges, each pledge has a row with its own part.
    """

    OVER = ("won", "lost", "warning_closed", "prevented")

    stripe_id = models.CharField(max_length=120)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="disputes")
    charge_id = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    status = models.CharField(max_length=40)
    reason = models.CharField(max_length=60, blank=True)
    fee = models.BigIntegerField(default=0)
    withdrawn = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    evidence_due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    check_at = models.DateTimeField(null=True, blank=True, help_text="When the sweep looks at Stripe by itself.")

    class Meta:
        ordering = ("-opened_at", "-pk")
        indexes = (
            models.Index(fields=("check_at",), condition=Q(check_at__isnull=False), name="disputes_to_look_after"),
        )
        constraints = (
            models.UniqueConstraint(fields=("stripe_id", "pledge"), name="a_dispute_is_told_once_of_a_pledge"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_dispute_is_about_something"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="a_dispute_fee_is_not_negative"),
            models.CheckConstraint(
                condition=Q(lost__gte=0, lost__lte=F("withdrawn")), name="no_more_is_lost_than_was_withdrawn"
            ),
        )

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.status}"


class FraudWarning(models.Model):
    """There is one row for every early warning that a payment is probably fraud, and what was done about it.

    Of a payment that carries several pledges, each pledge has a row.
    """

    stripe_id = models.CharField(max_length=120)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="fraud_warnings")
    charge_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    told_at = models.DateTimeField()
    done = models.CharField(max_length=60, blank=True, help_text="refunded, gone-already, disputed or left-to-staff")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-told_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("stripe_id", "pledge"), name="a_fraud_warning_is_told_once_of_a_pledge"),
        )

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.kind}"
