"""The part of each coin in a payment that carries several, so that each is posted as if it had been paid alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from campaigns import money
from campaigns.ledger.posting import Kind
from campaigns.models import Pledge, Posting
from campaigns.models.ledger import Account
from campaigns.stripe_gateway import PaymentFacts, RefundFact

GONE = ("failed", "canceled")


def parts_of_payment(pledges: Sequence[Pledge], facts: PaymentFacts) -> dict[int, PaymentFacts]:
    """{pledge's key: the payment as far as it is that pledge's}. All parts together are the payment, to the last unit.

    What happened once at Stripe and is posted for several carries the pledge's key: `<charge>/<pledge>`.
    """
    fees = shares_of(pledges, facts.fee) if facts.fee is not None else {}
    refunds = _refunds(pledges, facts.refunds)
    return {
        pledge.pk: replace(
            facts,
            amount=pledge.total,
            charge=_its(facts.charge, pledge.pk),
            balance_transaction=_its(facts.balance_transaction, pledge.pk),
            fee=fees.get(pledge.pk),
            refunds=refunds[pledge.pk],
        )
        for pledge in pledges
    }


def shares_of(pledges: Sequence[Pledge], amount: int) -> dict[int, int]:
    """An amount of Stripe's (a fee, a dispute) split by what each pledge was charged: {pledge's key: its part}."""
    return money.shares(amount, {pledge.pk: pledge.total for pledge in pledges})


def _its(stripe_id: str, pledge: int) -> str:
    return f"{stripe_id}/{pledge}" if stripe_id else ""


def _refunds(pledges: Sequence[Pledge], refunds: Sequence[RefundFact]) -> dict[int, tuple[RefundFact, ...]]:
    """A refund that names a pledge is that pledge's; any other is everybody's, by what is left of each coin.

    How one was split is decided once: from then on the ledger says so. So what is posted takes its part of the coins
    first, then what names its pledge, then the rest by its age.
    """
    left = {pledge.pk: pledge.total for pledge in pledges}
    posted = _posted(pledges)
    found: dict[int, list[RefundFact]] = {pledge.pk: [] for pledge in pledges}
    for refund in sorted(refunds, key=lambda one: (one.id not in posted, not one.pledge, one.created, one.id)):
        parts = posted.get(refund.id) or _split(refund, left)
        for ref, pledge, amount in parts:
            found[pledge].append(replace(refund, id=ref, amount=amount))
            left[pledge] -= amount if refund.status not in GONE else 0
    return {pledge: tuple(its) for pledge, its in found.items()}


def _split(refund: RefundFact, left: Mapping[int, int]) -> list[tuple[str, int, int]]:
    """[(the reference to post it with, the pledge's key, its part)], without parts of nothing."""
    named = int(refund.pledge) if refund.pledge.isdecimal() and int(refund.pledge) in left else None
    if named is not None and refund.amount <= left[named]:
        return [(refund.id, named, refund.amount)]
    # Somebody at Stripe's dashboard was faster: what its own coin has not left any more comes out of the others.
    own = {named: left[named]} if named is not None else {}
    others = {pledge: amount for pledge, amount in left.items() if pledge not in own}
    parts = own | money.shares(refund.amount - sum(own.values()), others)
    return [(_its(refund.id, pledge), pledge, amount) for pledge, amount in sorted(parts.items()) if amount]


def _posted(pledges: Sequence[Pledge]) -> dict[str, list[tuple[str, int, int]]]:
    """{refund: [(reference, pledge's key, part)]} of the refunds that the ledger has, in the order of the keys."""
    rows = Posting.objects.filter(
        entry__kind=Kind.REFUND, entry__pledge__in=[pledge.pk for pledge in pledges], account=Account.REFUNDS
    ).order_by("entry__pledge_id")
    found: dict[str, list[tuple[str, int, int]]] = {}
    for ref, pledge, amount in rows.values_list("entry__external_ref", "entry__pledge_id", "amount"):
        if pledge is not None:
            found.setdefault(ref.partition("/")[0], []).append((ref, pledge, -amount))
    return found
