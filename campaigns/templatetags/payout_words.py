"""What templates say of payouts: how it goes, what it waits for, and what a trainer has of it so far."""

from django import template
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from campaigns import ledger
from campaigns.models import Campaign

register = template.Library()

PARTS: dict[str, LazyText] = {"advance": _("Advance"), "remainder": _("Remainder"), "further": _("Further part")}
STATES: dict[str, LazyText] = {
    "planned": _("on its way"),
    "waiting_account": _("waits for the trainer’s account at Stripe"),
    "waiting_balance": _("waits until Stripe has the money available"),
    "waiting_staff": _("waits for the staff"),
    "sent": _("paid"),
    "reversed": _("taken back"),
    "failed": _("not paid"),
}
OBSTACLES: dict[str, LazyText] = {
    "paid-already": _("It was recorded or dropped before. Nothing was changed."),
    "no-receipt": _("Say what proves the payment: the bank’s reference."),
    "another-amount": _("The amount has changed meanwhile. Look again before you pay."),
    "not-by-hand": _("Stripe pays this one."),
    "ended": _("The campaign has ended, so nothing more is paid."),
    "abandoned": _("The work was given up."),
    "no-country": _("Say first in which country, and how, the trainer is paid."),
    "not-released": _("The clean version is not released."),
    "doubt": _("The clean version is in doubt. Decide that first."),
    "alarm": _("An alarm about this campaign is open. Close it first."),
    "disputed": _("A payment is disputed, and what is left does not cover it. It waits until that is over."),
    "going-back": _("A refund is on its way, and what is left does not cover it. It waits until that is over."),
    "nothing-left": _("The campaign has nothing left to pay."),
    "refused": _("The staff decided not to pay it."),
}


@register.filter
def part_words(part: str) -> str:
    return str(PARTS.get(part, part))


@register.filter
def payout_state_words(state: str) -> str:
    return str(STATES.get(state, state))


@register.filter
def obstacle_words(code: str) -> str:
    """What keeps a payout from being paid; Stripe's own codes stay as they are."""
    return str(OBSTACLES.get(code, code))


@register.filter
def less(amount: int, other: int) -> int:
    """What is left of an amount, in the same minor units."""
    return amount - other


@register.simple_tag
def paid_so_far(campaign: Campaign) -> int:
    """Minor units that the trainer has, by the ledger."""
    return ledger.paid_to_trainer(campaign)
