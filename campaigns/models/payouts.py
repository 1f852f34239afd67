from django.conf import settings
from django.db import models
from django.db.models import F, Q

from campaigns.models.campaigns import Campaign


class PayeeAccount(models.Model):
    """There is one row for every trainer who can be paid through Stripe: the account that Stripe keeps for them.

    `transfers` is Stripe's word on the capability to receive transfers (`active` and nothing else is enough), as it
    was when it was last asked.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payee_account")
    country = models.CharField(max_length=2)
    account_id = models.CharField(max_length=120, blank=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    transfers = models.CharField(max_length=40, blank=True)
    missing = models.JSONField(default=list, blank=True, help_text="What Stripe still asks for.")
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("account_id",), condition=~Q(account_id=""), name="an_account_belongs_to_one_trainer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id or 'no account yet'} ({self.country}): {self.transfers}"


class Payout(models.Model):
    """There is one row for every part of a campaign's money that goes, or went, to its trainer.

    `amount` is minor units of the campaign's currency, after the fees that the campaign bears. It counts as gone as
    soon as the row is there, so that the same money is not paid twice; what failed for good counts no more.
    """

    class Part(models.TextChoices):
        ADVANCE = "advance"
        REMAINDER = "remainder"
        FURTHER = "further"  # What came in after the remainder: there may be several, one after another.

    class Way(models.TextChoices):
        CONNECT = "connect"
        BY_HAND = "by-hand"

    class State(models.TextChoices):
        PLANNED = "planned"
        WAITING_ACCOUNT = "waiting_account"
        WAITING_BALANCE = "waiting_balance"
        WAITING_STAFF = "waiting_staff"
        SENT = "sent"
        REVERSED = "reversed"
        FAILED = "failed"

    # The money is still to go.
    OPEN = (State.PLANNED, State.WAITING_ACCOUNT, State.WAITING_BALANCE, State.WAITING_STAFF)

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="payouts")
    part = models.CharField(max_length=12, choices=Part)
    way = models.CharField(max_length=12, choices=Way)
    state = models.CharField(max_length=16, choices=State, default=State.PLANNED)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    account_id = models.CharField(max_length=120, blank=True)
    transfer_id = models.CharField(max_length=120, blank=True)
    reversed = models.BigIntegerField(default=0)
    planned_by = models.CharField(max_length=150, blank=True)
    planned_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    receipt = models.CharField(max_length=200, blank=True, help_text="By hand: what proves that it was paid.")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "part"),
                condition=~Q(state="failed") & ~Q(part="further", state__in=["sent", "reversed"]),
                name="each_part_is_paid_once",
            ),
            models.UniqueConstraint(
                fields=("transfer_id",), condition=~Q(transfer_id=""), name="a_transfer_is_one_payout"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payout_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(reversed__gte=0) & Q(reversed__lte=F("amount")), name="no_more_is_reversed_than_was_paid"
            ),
            models.CheckConstraint(
                condition=~Q(way="by-hand", state="sent") | ~Q(receipt=""), name="what_is_paid_by_hand_has_a_receipt"
            ),
        )

    def __str__(self) -> str:
        return f"{self.part} of {self.campaign_id}: {self.state}"
