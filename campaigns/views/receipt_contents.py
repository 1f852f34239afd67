"""What a receipt says: what was paid, for which campaigns, and what went back since. The ledger tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum

from campaigns.models import Bundle, Campaign, Dispute, JournalEntry, Pledge
from campaigns.models.ledger import Account

BACK = (JournalEntry.Kind.REFUND, JournalEntry.Kind.REFUND_FAILED)


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign of the payment, in minor units."""

    campaign: Campaign
    amount: int
    covered_fee: int


@dataclass(frozen=True, slots=True)
class WentBack:
    """A refund on its day; `failed` is one that the bank sent back to us, with a negative amount."""

    at: datetime
    amount: int
    failed: bool

    @property
    def minus(self) -> int:
        return -self.amount


@dataclass(frozen=True, slots=True)
class Receipt:
    """One payment, in minor units. `withdrawn` is what the supporter's bank took back by a dispute."""

    number: str
    token: str
    paid_at: datetime
    zone: str
    currency: str
    reference: str
    lines: tuple[Line, ...]
    back: tuple[WentBack, ...]
    withdrawn: int

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def covered_fee(self) -> int:
        return sum(line.covered_fee for line in self.lines)

    @property
    def total(self) -> int:
        return self.amount + self.covered_fee

    @property
    def stays(self) -> int:
        """What is left of it. A coin that was given back and taken by the bank as well is gone once."""
        return max(self.total - sum(one.amount for one in self.back) - self.withdrawn, 0)


def number_of(pledge: Pledge) -> str:
    """The number by which the staff find the payment again."""
    return f"B-{pledge.bundle_id:06}" if pledge.bundle_id else f"G-{pledge.pk:06}"


def receipt_for(token: str) -> Receipt | None:
    """The receipt of a pledge's or a bundle's secret; None where there is no such secret or nothing was paid."""
    bundle = Bundle.objects.filter(token=token).first()
    wanted = Pledge.objects.filter(bundle=bundle) if bundle else Pledge.objects.filter(token=token)
    paid = wanted.filter(paid_at__isnull=False)
    pledges = list(paid.select_related("campaign__organiser", "campaign__trainer", "bundle").order_by("pk"))
    return _receipt(pledges) if pledges else None


def _receipt(pledges: Sequence[Pledge]) -> Receipt:
    first = pledges[0]
    assert first.paid_at is not None, "only what was paid has a receipt"
    taken = Dispute.objects.filter(pledge__in=pledges).aggregate(sum=Sum("withdrawn"))["sum"]
    return Receipt(
        number=number_of(first),
        token=first.bundle.token if first.bundle else first.token,
        paid_at=first.paid_at,
        zone=first.campaign.zone,
        currency=first.currency,
        reference=first.payment_intent_id or (first.bundle.payment_intent_id if first.bundle else ""),
        lines=tuple(Line(one.campaign, one.amount, one.covered_fee) for one in pledges),
        back=_went_back(pledges),
        withdrawn=taken or 0,
    )


def _went_back(pledges: Sequence[Pledge]) -> tuple[WentBack, ...]:
    entries = JournalEntry.objects.filter(pledge__in=pledges, kind__in=BACK, postings__account=Account.REFUNDS)
    moved = entries.annotate(moved=F("postings__amount")).order_by("at", "pk").values_list("at", "kind", "moved")
    # What is to go back is owed, and so negative in the books.
    return tuple(WentBack(at, -moved, kind == JournalEntry.Kind.REFUND_FAILED) for at, kind, moved in moved)
