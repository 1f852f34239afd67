"""One file per noun of the money and of the people around a campaign."""

from campaigns.models.attempts import Attempt
from campaigns.models.campaigns import Campaign, Cost, Promise, Transition
from campaigns.models.close_runs import CloseRun, CloseStep
from campaigns.models.followers import Follower
from campaigns.models.ledger import JournalEntry, Posting
from campaigns.models.outbox import OutboxMessage
from campaigns.models.pledges import Pledge
from campaigns.models.selfchecks import LedgerHead, SelfcheckRun
from campaigns.models.stripe_events import StripeEvent
from campaigns.models.updates import Update

__all__ = [
    "Attempt",
    "Campaign",
    "CloseRun",
    "CloseStep",
    "Cost",
    "Follower",
    "JournalEntry",
    "LedgerHead",
    "OutboxMessage",
    "Pledge",
    "Posting",
    "Promise",
    "SelfcheckRun",
    "StripeEvent",
    "Transition",
    "Update",
]
