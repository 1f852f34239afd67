"""Many calls to Stripe that move money, made by one process: claimed as rows, paced, many at once, written in bulk.

The database is the queue and has every attempt before its call is made, so the process may die at any moment. One
thread speaks to the database, the caller's; another runs the event loop that speaks to Stripe.
"""

from campaigns.charging.calls import Answer, Job
from campaigns.charging.engine import LeaseLost, Work, charge
from campaigns.charging.outcomes import Outcome, outcome_of
from campaigns.charging.rows import an_attempt, claim, update_each, written_on

__all__ = [
    "Answer",
    "Job",
    "LeaseLost",
    "Outcome",
    "Work",
    "an_attempt",
    "charge",
    "claim",
    "outcome_of",
    "update_each",
    "written_on",
]
