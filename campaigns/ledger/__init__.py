"""The only writer of the ledger, and it only adds.

Debits are positive, credits negative; every entry sums to zero in one currency. PostgreSQL refuses an unbalanced
entry at commit, and any change or removal (migration 0002), and an entry that does not fit its chain (0006).
"""

from campaigns.ledger.payments import given_back, post_payment
from campaigns.ledger.posting import OWED, Kind, balance, newest, post
from campaigns.ledger.settling import is_settled, settle

__all__ = ["OWED", "Kind", "balance", "given_back", "is_settled", "newest", "post", "post_payment", "settle"]
