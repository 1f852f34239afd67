"""The supporters' wall: who gave, as they want to be shown. No address leaves the database here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, QuerySet, When

from campaigns.models import Campaign, Pledge

SHOWN = ("amount", "currency", "name", "anonymous", "hide_amount", "message", "message_private", "role", "paid_at")


@dataclass(frozen=True, slots=True)
class Supporter:
    """`name` is empty for somebody who wants to stay unnamed, `amount` and `paid_at` None for one who hides it."""

    name: str
    amount: int | None
    currency: str
    message: str
    paid_at: datetime | None
    is_organiser: bool


def supporters_of(campaign: Campaign) -> QuerySet[Pledge]:
    """Paid pledges that count, newest first, with nothing loaded that is not shown.

    Those that hide their amount come last, in the order of their random keys: a place between two others would tell
    which entry of the public ledger is theirs (decision 12).
    """
    paid = Pledge.objects.filter(campaign=campaign, state=Pledge.State.PAID, came_late=False)
    when = Case(When(hide_amount=False, then="paid_at"))
    place = Case(When(hide_amount=False, then="pk"))
    in_order = (F("hide_amount"), when.desc(nulls_last=True), place.desc(nulls_last=True), F("token"))
    return paid.only(*SHOWN).order_by(*in_order)


def wall(pledges: Iterable[Pledge]) -> list[Supporter]:
    return [_shown(pledge) for pledge in pledges]


def _shown(pledge: Pledge) -> Supporter:
    return Supporter(
        name=pledge.public_name,
        amount=None if pledge.hide_amount else pledge.amount,
        currency=pledge.currency,
        message="" if pledge.message_private else pledge.message,
        paid_at=None if pledge.hide_amount else pledge.paid_at,
        # An organiser who gives without a name is not given away by a mark.
        is_organiser=pledge.role == Pledge.Role.ORGANISER and bool(pledge.public_name),
    )
