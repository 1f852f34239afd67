"""One file per noun of the money and of the people around a campaign."""

from campaigns.models.alarms import Alarm, CardFailure, ReconcileRun, SitePause
from campaigns.models.attempts import Attempt
from campaigns.models.bundles import Bundle
from campaigns.models.campaigns import Campaign, Cost, Promise, Transition
from campaigns.models.close_runs import CloseRun, CloseStep
from campaigns.models.disputes import Dispute, FraudWarning
from campaigns.models.followers import Follower
from campaigns.models.ledger import JournalEntry, Posting
from campaigns.models.outbox import OutboxMessage
from campaigns.models.pace import StripePace
from campaigns.models.payouts import PayeeAccount, Payout
from campaigns.models.pledges import Pledge
from campaigns.models.selfchecks import LedgerHead, SelfcheckRun
from campaigns.models.stripe_events import StripeEvent
from campaigns.models.update_drafts import UpdateDraft
from campaigns.models.update_pictures import PictureFile, UpdatePicture
from campaigns.models.updates import Update

__all__ = [
    "Alarm",
    "Attempt",
    "Bundle",
    "Campaign",
    "CardFailure",
    "CloseRun",
    "CloseStep",
    "Cost",
    "Dispute",
    "Follower",
    "FraudWarning",
    "JournalEntry",
    "LedgerHead",
    "OutboxMessage",
    "PayeeAccount",
    "Payout",
    "PictureFile",
    "Pledge",
    "Posting",
    "Promise",
    "ReconcileRun",
    "SelfcheckRun",
    "SitePause",
    "StripeEvent",
    "StripePace",
    "Transition",
    "Update",
    "UpdateDraft",
    "UpdatePicture",
]
