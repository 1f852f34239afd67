"""The one decision of a close, as a function of its arguments."""

from dataclasses import dataclass

from campaigns.lifecycle import Stage


@dataclass(frozen=True, slots=True)
class VerdictAtClose:
    """`outcome` is `funded` or `unfunded`; the sums are minor units of the campaign's currency.

    `raised` is what was paid and what is held on cards.
    """

    outcome: Stage
    raised: int
    goal: int
    missing: int
    over: int


def verdict_at_close(*, paid: int, authorised: int, goal: int) -> VerdictAtClose:
    """A campaign is funded when what was paid, by the ledger, and what cards hold for it together reach its goal."""
    raised = paid + authorised
    outcome = Stage.FUNDED if raised >= goal else Stage.UNFUNDED
    return VerdictAtClose(outcome, raised, goal, max(goal - raised, 0), max(raised - goal, 0))
