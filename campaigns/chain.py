"""The chain of a campaign's ledger: every entry carries a hash over its own text and the hash of the entry before it.

The text holds only what is public, so that anybody can follow the chain from an export (`docs/ledger.md`). PostgreSQL
composes the same text by itself and refuses an entry that does not fit (migration 0006).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

VERSION = "genseki-ledger-1"
# What stands before the first entry.
FIRST = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One journal entry as everybody may see it. `postings` is signed minor units by account; debits are positive.

    `day` is the day in UTC and `mark` the SHA-256 of Stripe's id: both say enough to check an entry, and not enough
    to tell whose it is.
    """

    campaign: str
    number: int
    kind: str
    day: date
    currency: str
    mark: str
    memo: str
    postings: Mapping[str, int]

    @property
    def text(self) -> str:
        """The words that are hashed: nine lines or more, with the postings in the order of their accounts."""
        moved = (f"{account} {amount}" for account, amount in sorted(self.postings.items()))
        head = (self.campaign, str(self.number), self.kind, self.day.isoformat(), self.currency, self.mark, self.memo)
        return "\n".join((VERSION, *head, *moved))

    def after(self, before: str) -> str:
        """The hash of this entry when `before` is the hash of the one before it. 64 hexadecimal digits."""
        return hashlib.sha256(f"{before}\n{self.text}".encode()).hexdigest()


def mark_of(external_ref: str) -> str:
    return hashlib.sha256(external_ref.encode()).hexdigest()


def day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
