"""What a campaign holds becomes payable to its trainer."""

from datetime import datetime

from django.db.models import Sum

from campaigns.ledger.posting import Kind, post
from campaigns.models import Campaign, JournalEntry, Posting
from campaigns.models.ledger import Account


def settle(campaign: Campaign, *, at: datetime) -> None:
    """What a campaign holds becomes payable to its trainer, once. Fees stay where they are and are deducted then.

    Call it while the campaign is held. What came too late is not settled: it goes back.
    """
    held = Posting.objects.filter(entry__campaign=campaign, account=Account.CAMPAIGN_HELD)
    raised = -int(held.exclude(entry__pledge__came_late=True).aggregate(sum=Sum("amount"))["sum"] or 0)
    if raised:
        post(
            kind=Kind.SETTLE,
            external_ref=f"campaign:{campaign.pk}",
            campaign=campaign,
            at=at,
            postings={Account.CAMPAIGN_HELD: raised, Account.CAMPAIGN_PAYABLE: -raised},
        )


def is_settled(campaign: Campaign) -> bool:
    return JournalEntry.objects.filter(campaign=campaign, kind=Kind.SETTLE).exists()
