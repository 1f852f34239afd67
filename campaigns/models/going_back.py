from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from campaigns.models.attempts import Attempt
from campaigns.models.ledger import JournalEntry


def refunds_going_back() -> QuerySet[Attempt]:
    """Refunds that the ledger has not heard of: to be made, without an answer, or made by Stripe a moment ago.

    Between Stripe's answer and the books another process may ask what there is left to give back, to count or to pay
    out. What is in neither would be given twice.
    """
    booked = JournalEntry.objects.filter(kind=JournalEntry.Kind.REFUND)
    # One of a payment for several campaigns may come out of other coins than its own.
    parts = booked.filter(
        pledge__bundle=OuterRef("pledge__bundle"), external_ref__startswith=Concat(OuterRef("stripe_id"), Value("/"))
    )
    unheard = ~Exists(booked.filter(external_ref=OuterRef("stripe_id"))) & ~Exists(parts)
    made = Q(state=Attempt.State.SUCCEEDED) & unheard
    return Attempt.objects.filter(Q(state__in=Attempt.OPEN) | made, kind=Attempt.Kind.REFUND)
