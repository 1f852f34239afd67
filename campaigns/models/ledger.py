from django.db import models
from django.db.models import Q


class Account(models.TextChoices):
    """Debits are positive, credits negative. What a campaign holds is owed, so its balance is negative."""

    STRIPE_CLEARING = "stripe-clearing"
    PROCESSOR_FEES = "processor-fees"
    CAMPAIGN_HELD = "campaign-held"
    CAMPAIGN_PAYABLE = "campaign-payable"
    REFUNDS = "refunds"
    DISPUTES = "disputes"
    TRAINER_PAID = "trainer-paid"
    PLATFORM = "platform"


class JournalEntry(models.Model):
    """There is one row for every thing that happened to money. PostgreSQL refuses to change or delete it.

    `external_ref` is Stripe's id for what happened (charge, balance transaction, refund), so that the same news
    told twice is one entry. `number` counts the entries of a campaign without a gap, and `chained` is the hash of
    `campaigns.chain` over this entry and all before it. `memo` is public: it never names anybody.
    """

    class Kind(models.TextChoices):
        CHARGE = "charge"
        FEE = "fee"
        FEE_BORNE = "fee-borne"
        REFUND = "refund"
        REFUND_PAID = "refund-paid"
        REFUND_FAILED = "refund-failed"
        SETTLE = "settle"
        DISPUTE = "dispute"
        DISPUTE_FEE = "dispute-fee"
        DISPUTE_WON = "dispute-won"
        DISPUTE_LOST = "dispute-lost"
        PAYOUT = "payout"
        PAYOUT_REVERSED = "payout-reversed"
        SHORTFALL = "shortfall"

    kind = models.CharField(max_length=24, choices=Kind)
    external_ref = models.CharField(max_length=120)
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="journal")
    pledge = models.ForeignKey("campaigns.Pledge", null=True, on_delete=models.PROTECT, related_name="journal")
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    memo = models.CharField(max_length=200, blank=True)
    number = models.PositiveIntegerField()
    chained = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "journal entries"
        constraints = (
            models.UniqueConstraint(fields=("kind", "external_ref"), name="the_same_news_is_one_entry"),
            models.UniqueConstraint(fields=("campaign", "number"), name="an_entry_has_its_own_number"),
            # The hashed text has a line for the memo, and one only.
            models.CheckConstraint(condition=~Q(memo__regex=r"[\n\r]"), name="a_memo_is_one_line"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.external_ref}"


class Posting(models.Model):
    """There is one row for every account that a journal entry touches; the amounts of an entry sum to zero."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=24, choices=Account)
    amount = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("account", "entry"), include=("amount",), name="postings_by_account"),)
        constraints = (
            models.CheckConstraint(condition=~Q(amount=0), name="a_posting_moves_something"),
            models.UniqueConstraint(fields=("entry", "account"), name="an_entry_touches_an_account_once"),
            models.CheckConstraint(condition=Q(account__in=Account.values), name="a_posting_names_a_known_account"),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.amount:+d}"
