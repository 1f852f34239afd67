"""The only writer of the ledger, and it only adds.

Debits are positive, credits negative; every entry sums to zero in one currency. PostgreSQL refuses an unbalanced
entry at commit, and any change or removal (migration 0002), and an entry that does not fit its chain (0006).
"""

from campaigns.ledger.bundles import parts_of_payment, shares_of
from campaigns.ledger.disputes import NOT_OVER, forbids_refund, frozen, post_dispute
from campaigns.ledger.payments import charge_and_fee, given_back, post_payment
from campaigns.ledger.payouts import (
    Payable,
    available,
    paid_to_trainer,
    payable,
    post_payout,
    post_payout_reversed,
    post_shortfall,
)
from campaigns.ledger.posting import OWED, Kind, News, balance, newest, post, post_many
from campaigns.ledger.settling import is_settled, settle

__all__ = [
    "NOT_OVER",
    "OWED",
    "Kind",
    "News",
    "Payable",
    "available",
    "balance",
    "charge_and_fee",
    "forbids_refund",
    "frozen",
    "given_back",
    "is_settled",
    "newest",
    "paid_to_trainer",
    "parts_of_payment",
    "payable",
    "post",
    "post_dispute",
    "post_many",
    "post_payment",
    "post_payout",
    "post_payout_reversed",
    "post_shortfall",
    "settle",
    "shares_of",
]
