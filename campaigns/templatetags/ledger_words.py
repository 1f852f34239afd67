"""The kinds of entries and the accounts of the ledger, in the reader's words."""

from django import template
from django.utils.translation import gettext_lazy as _

from campaigns.models import JournalEntry
from campaigns.models.ledger import Account

register = template.Library()
Kind = JournalEntry.Kind

KINDS = {
    Kind.CHARGE: _("A coin came in"),
    Kind.FEE: _("Stripe took its fee"),
    Kind.FEE_BORNE: _("Genseki bears the fee"),
    Kind.REFUND: _("A coin goes back"),
    Kind.REFUND_PAID: _("It has gone back"),
    Kind.REFUND_FAILED: _("It could not go back"),
    Kind.SETTLE: _("The close: it is the trainer’s now"),
    Kind.DISPUTE: _("A payment is disputed"),
    Kind.DISPUTE_FEE: _("Genseki bears the fee of a dispute"),
    Kind.DISPUTE_WON: _("A dispute was won: the money is back"),
    Kind.DISPUTE_LOST: _("A dispute was lost: the coin is gone"),
    Kind.PAYOUT: _("Paid out to the trainer"),
    Kind.PAYOUT_REVERSED: _("A payout came back"),
    Kind.SHORTFALL: _("Genseki bears what is missing"),
}
ACCOUNTS = {
    Account.STRIPE_CLEARING: _("At Stripe"),
    Account.PROCESSOR_FEES: _("Stripe’s fees"),
    Account.CAMPAIGN_HELD: _("Held for the campaign"),
    Account.CAMPAIGN_PAYABLE: _("Due to the trainer"),
    Account.REFUNDS: _("On its way back"),
    Account.DISPUTES: _("Disputed"),
    Account.TRAINER_PAID: _("Paid to the trainer"),
    Account.PLATFORM: _("Borne by Genseki"),
}


@register.filter
def kind_words(kind: str) -> str:
    """What happened; a kind that has no words yet is shown as it is written in the ledger."""
    return str(KINDS.get(Kind(kind), kind)) if kind in Kind.values else kind


@register.filter
def account_words(account: str) -> str:
    return str(ACCOUNTS.get(Account(account), account)) if account in Account.values else account
