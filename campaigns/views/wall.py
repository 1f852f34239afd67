"""The supporters' wall: who gave, as they want to be shown. No address leaves the database here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Coalesce

from campaigns.models import Campaign, Pledge
from campaigns.totals import STANDING

SHOWN = (
    "amount",
    "currency",
    "name",
    "anonymous",
    "hide_amount",
    "message",
    "message_private",
    "role",
    "paid_at",
    "saved_at",
    "matches_up_to",
)


@dataclass(frozen=True, slots=True)
class Supporter:
    """`name` is empty for somebody who wants to stay unnamed, `amount` and `paid_at` None for one who hides it.

    Of a promise `paid_at` is when the card was saved; of a match `amount` is its cap until the close.
    """

    name: str
    amount: int | None
    currency: str
    message: str
    paid_at: datetime | None
    is_organiser: bool
    matches_up_to: int | None = None
    is_private: bool = False


def supporters_of(campaign: Campaign) -> QuerySet[Pledge]:
    """Paid pledges that count, and promises that stand, newest first, with nothing loaded that is not shown.

    Those that hide their amount come last, in the order of their random keys: a place between two others would tell
    which entry of the public ledger is theirs (decision 12).
    """
    standing = Pledge.objects.filter(campaign=campaign, state__in=STANDING, came_late=False)
    when = Case(When(hide_amount=False, then=Coalesce("saved_at", "paid_at")))
    place = Case(When(hide_amount=False, then="pk"))
    in_order = (F("hide_amount"), when.desc(nulls_last=True), place.desc(nulls_last=True), F("token"))
    return standing.only(*SHOWN).order_by(*in_order)


def wall(pledges: Iterable[Pledge], *, private: bool = False) -> list[Supporter]:
    """As the public sees them; `private` with the words that are for the organiser and the trainer alone."""
    return [_shown(pledge, private=private) for pledge in pledges]


def _shown(pledge: Pledge, *, private: bool) -> Supporter:
    return Supporter(
        name=pledge.public_name,
        amount=None if pledge.hide_amount else pledge.amount,
        currency=pledge.currency,
        message="" if pledge.message_private and not private else pledge.message,
        is_private=pledge.message_private,
        paid_at=None if pledge.hide_amount else pledge.saved_at or pledge.paid_at,
        # An organiser who gives without a name is not given away by a mark.
        is_organiser=pledge.role == Pledge.Role.ORGANISER and bool(pledge.public_name),
        matches_up_to=None if pledge.hide_amount or pledge.paid_at else pledge.matches_up_to,
    )
