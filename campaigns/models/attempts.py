from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from campaigns.models.pledges import Pledge


class Attempt(models.Model):
    """There is one row for every call to Stripe that moves money or could, written before the call is made.

    It belongs to one pledge, one bundle of pledges or one payout.

    The idempotency key and the hash of the parameters are committed first, so that a call whose answer was lost is
    made again with the same key and never with a new one.
    """

    class Kind(models.TextChoices):
        CHECKOUT = "checkout"
        REFUND = "refund"
        AUTHORISE = "authorise"
        CONFIRM = "confirm"
        CAPTURE = "capture"
        RELEASE = "release"
        DETACH = "detach"
        TRANSFER = "transfer"
        REVERSAL = "reversal"

    class State(models.TextChoices):
        PLANNED = "planned"
        UNKNOWN = "unknown"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    # What may still happen, or may have happened without our hearing of it.
    OPEN = (State.PLANNED, State.UNKNOWN)

    pledge = models.ForeignKey("campaigns.Pledge", null=True, on_delete=models.PROTECT, related_name="attempts")
    bundle = models.ForeignKey("campaigns.Bundle", null=True, on_delete=models.PROTECT, related_name="attempts")
    payout = models.ForeignKey("campaigns.Payout", null=True, on_delete=models.PROTECT, related_name="attempts")
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
        indexes = (
            models.Index(
                fields=("kind", "next_at"),
                condition=Q(state__in=["planned", "unknown"]),
                name="attempts_still_to_make",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("pledge", "kind", "sequence"), name="each_attempt_has_its_own_number"),
            models.UniqueConstraint(fields=("bundle", "kind", "sequence"), name="each_attempt_of_a_bundle_as_well"),
            models.UniqueConstraint(fields=("payout", "kind", "sequence"), name="each_attempt_of_a_payout_as_well"),
            models.CheckConstraint(
                condition=Q(pledge__isnull=False, bundle__isnull=True, payout__isnull=True)
                | Q(pledge__isnull=True, bundle__isnull=False, payout__isnull=True)
                | Q(pledge__isnull=True, bundle__isnull=True, payout__isnull=False),
                name="an_attempt_belongs_to_one_thing",
            ),
        )

    def __str__(self) -> str:
        owner = f"pledge {self.pledge_id}" if self.pledge_id else f"bundle {self.bundle_id or ''}".rstrip()
        owner = f"payout {self.payout_id}" if self.payout_id else owner
        return f"{self.kind} {self.sequence} of {owner}: {self.state}"

    @property
    def of_pledge(self) -> "Pledge":
        """The pledge of an attempt that has one: everything but transfers, reversals and the pages of bundles."""
        assert self.pledge is not None, f"{self} belongs to no pledge"
        return self.pledge
