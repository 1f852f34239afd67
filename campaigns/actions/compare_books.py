"""Hold our ledger against what moved at Stripe, by Stripe's own ids, both ways. Nothing is changed here.

What a charge, a refund, a dispute or a transfer moved on Stripe's balance, fees included, is one sum; what the ledger
says of it is the other. A refund counts from the moment at which Stripe has taken it off the balance, so the ledger's
"on its way back" counts with what is at Stripe.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, Sum

from campaigns import stripe_gateway
from campaigns.models import Bundle, Payout, Pledge, Posting
from campaigns.models.ledger import Account, JournalEntry
from campaigns.stripe_gateway import Movement

Kind = JournalEntry.Kind
AT_STRIPE = (Account.STRIPE_CLEARING, Account.REFUNDS)
# Between Stripe and the platform's bank, or between Stripe and the platform: no campaign's money.
PLATFORMS_OWN = ("payout", "topup", "stripe_fee", "stripe_fx_fee", "tax_fee", "contribution", "reserve", "obligation")


@dataclass(slots=True)
class Line:
    """What Stripe and the ledger say of one thing of Stripe's, in minor units. `newest` is when either last spoke."""

    key: str
    currency: str = ""
    kind: str = ""
    at_stripe: int = 0
    in_ledger: int = 0
    is_open: bool = False
    newest: datetime | None = None
    thing: dict[str, Any] = field(default_factory=dict)

    @property
    def difference(self) -> int:
        return self.at_stripe - self.in_ledger

    def heard(self, moment: datetime) -> None:
        self.newest = moment if self.newest is None else max(self.newest, moment)


def compare_books(movements: Iterable[Movement], *, since: datetime | None) -> tuple[list[Line], dict[str, int]]:
    """Every line on which the two differ, and what was read of the ledger, by currency.

    With `since` (None: ever), lines that reach further back are looked at whole, which asks Stripe for each.
    """
    lines, aliases = _stripe_side(movements)
    _add_ledger_side(lines, aliases, since=since)
    ledger: dict[str, int] = defaultdict(int)
    for line in lines.values():
        ledger[line.currency] += line.in_ledger
    differing = [line for line in lines.values() if line.difference]
    if since is not None:
        differing = [line for line in map(_whole, differing) if line.difference]
    return differing, ledger


def is_the_platforms_own(line: Line) -> bool:
    """By Stripe's words for it; what the ledger knows of is a campaign's, whatever its own words are."""
    return line.kind.startswith(PLATFORMS_OWN) and not line.in_ledger


def is_ours(line: Line) -> bool:
    """Whether a thing of Stripe's belongs to a campaign. Another shop may use the same Stripe account."""
    thing = line.thing
    if line.in_ledger or not thing or any(str(name).startswith("genseki_") for name in _metadata(thing)):
        return True
    if str(thing.get("transfer_group") or "").startswith("campaign-"):
        return True
    intent, transfer = thing.get("payment_intent") or "-", thing.get("transfer") or "-"
    charge = thing["id"] if thing.get("object") == "charge" else thing.get("charge") or "-"
    return (
        Pledge.objects.filter(Q(payment_intent_id=intent) | Q(charge_id=charge)).exists()
        or Bundle.objects.filter(Q(payment_intent_id=intent) | Q(charge_id=charge)).exists()
        or Payout.objects.filter(transfer_id=transfer).exists()
    )


def _metadata(thing: dict[str, Any]) -> dict[str, Any]:
    charge = thing.get("charge")
    return {**(thing.get("metadata") or {}), **((charge.get("metadata") or {}) if isinstance(charge, dict) else {})}


def _stripe_side(movements: Iterable[Movement]) -> tuple[dict[str, Line], dict[str, str]]:
    """Lines by the id of what moved the money, and that id for every balance transaction."""
    lines: dict[str, Line] = {}
    aliases: dict[str, str] = {}
    for one in movements:
        line = lines.setdefault(one.source, Line(one.source, one.currency, one.kind))
        line.at_stripe += one.net
        line.thing = one.thing or line.thing
        line.heard(one.created)
        aliases[one.id] = one.source
    return lines, aliases


def _add_ledger_side(lines: dict[str, Line], aliases: dict[str, str], *, since: datetime | None) -> None:
    postings = Posting.objects.filter(account__in=AT_STRIPE).order_by("entry_id")
    if since is not None:
        postings = postings.filter(entry__at__gte=since)
    transfers = dict(Payout.objects.exclude(transfer_id="").values_list("pk", "transfer_id"))
    fields = (
        "entry__kind",
        "entry__external_ref",
        "entry__pledge__charge_id",
        "entry__currency",
        "entry__at",
        "amount",
    )
    refunds: dict[str, set[str]] = defaultdict(set)
    for kind, ref, charge, currency, at, amount in postings.values_list(*fields).iterator():
        key = _key(kind, ref, charge or "", aliases, transfers)
        line = lines.setdefault(key, Line(key, currency, kind))
        line.in_ledger += amount
        line.heard(at)
        if kind in (Kind.REFUND, Kind.REFUND_PAID, Kind.REFUND_FAILED):
            refunds[key].add(kind)
    for key, kinds in refunds.items():
        lines[key].is_open = kinds == {Kind.REFUND}


def _key(kind: str, ref: str, charge: str, aliases: dict[str, str], transfers: dict[int, str]) -> str:
    """The id of Stripe's that an entry speaks of. Parts of one thing carry their number behind a sign."""
    if kind == Kind.FEE and charge:
        return charge
    if kind == Kind.PAYOUT:
        return transfers.get(int(ref.removeprefix("payout:")), ref)
    base = ref.split("/")[0].split(":")[0]
    return aliases.get(base, base)


def _whole(line: Line) -> Line:
    """The same line with everything that Stripe and the ledger ever said of it."""
    movements = stripe_gateway.movements_of(line.key)
    lines, aliases = _stripe_side(movements)
    whole = lines.get(line.key, Line(line.key, line.currency, line.kind, is_open=line.is_open, newest=line.newest))
    transfer = Payout.objects.filter(transfer_id=line.key).values_list("pk", flat=True).first()
    names = {line.key, *aliases, f"payout:{transfer}"}
    postings = Posting.objects.filter(account__in=AT_STRIPE)
    about = postings.filter(entry__external_ref__in=names)
    for name in (line.key, *aliases):
        about |= postings.filter(entry__external_ref__startswith=f"{name}/")
        about |= postings.filter(entry__external_ref__startswith=f"{name}:")
    whole.in_ledger = int(about.aggregate(sum=Sum("amount"))["sum"] or 0)
    whole.newest = line.newest
    return whole
