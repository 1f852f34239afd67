"""The one decision of a close, as a function of its arguments."""

from dataclasses import dataclass

from campaigns.lifecycle import Stage


@dataclass(frozen=True, slots=True)
class VerdictAtClose:
    """`outcome` is `funded` or `unfunded`; the sums are minor units of the campaign's currency."""

    outcome: Stage
    raised: int
    goal: int
    missing: int
    over: int


def verdict_at_close(*, raised: int, goal: int) -> VerdictAtClose:
    """A campaign is funded when what was raised, by the ledger, reaches its goal."""
    outcome = Stage.FUNDED if raised >= goal else Stage.UNFUNDED
    return VerdictAtClose(outcome, raised, goal, max(goal - raised, 0), max(raised - goal, 0))
