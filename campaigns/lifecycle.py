"""The stages of a campaign and the ways between them. Plain Python: who may, and when, is decided by the actions."""

from enum import StrEnum


class Stage(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    OPEN = "open"
    PAUSED = "paused"
    CLOSING = "closing"
    FUNDED = "funded"
    UNFUNDED = "unfunded"
    TRAINING = "training"
    RELEASED = "released"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    KEEP = "keep-what-you-raise"
    ALL_OR_NOTHING = "all-or-nothing"


WAYS: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.REVIEW, Stage.CANCELLED}),
    Stage.REVIEW: frozenset({Stage.DRAFT, Stage.OPEN, Stage.CANCELLED}),
    Stage.OPEN: frozenset({Stage.PAUSED, Stage.CLOSING, Stage.CANCELLED}),
    Stage.PAUSED: frozenset({Stage.OPEN, Stage.CLOSING, Stage.CANCELLED}),
    Stage.CLOSING: frozenset({Stage.FUNDED, Stage.UNFUNDED}),
    # Below the goal the trainer may still go ahead with less; otherwise everybody gets the money back.
    Stage.UNFUNDED: frozenset({Stage.TRAINING, Stage.CANCELLED}),
    Stage.FUNDED: frozenset({Stage.TRAINING, Stage.ABANDONED, Stage.CANCELLED}),
    Stage.TRAINING: frozenset({Stage.RELEASED, Stage.ABANDONED}),
    Stage.RELEASED: frozenset(),
    Stage.ABANDONED: frozenset(),
    Stage.CANCELLED: frozenset(),
}

PUBLIC = frozenset(Stage) - {Stage.DRAFT, Stage.REVIEW}
EDITABLE = frozenset({Stage.DRAFT})
GIVING = frozenset({Stage.OPEN})


class NotPossibleNow(Exception):
    """The campaign is in a stage from which this cannot be done."""


def is_charged_at_the_close(kind: str) -> bool:
    """Whether a pledge saves a card and is charged only if the campaign reaches its goal."""
    return kind == Kind.ALL_OR_NOTHING


def may_become(now: str, then: str) -> bool:
    return Stage(then) in WAYS[Stage(now)]


def is_due(*, stage: str, deadline_passed: bool, raised: int, ceiling: int | None) -> bool:
    """Whether the close should begin: the deadline has passed, or the ceiling is reached."""
    if stage not in (Stage.OPEN, Stage.PAUSED):
        return False
    return deadline_passed or (stage == Stage.OPEN and ceiling is not None and raised >= ceiling)
