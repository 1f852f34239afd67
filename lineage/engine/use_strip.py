"""The verdicts on several uses of one model, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from lineage.engine.document import Facts, Question
from lineage.engine.inheritance import Inheritance
from lineage.engine.verdicts import Answer, answer


@dataclass(frozen=True, slots=True)
class Use:
    """What somebody wants to do, what is known of them, and which licences they hold: (artefact, licence)."""

    action: str
    facts: Facts = field(default_factory=Facts)
    holds: tuple[tuple[str, str], ...] = ()


def uses_by(facts: Facts) -> dict[str, Use]:
    """The eight uses that people ask about first, by somebody of whom something is known.

    Three of them say something of who asks themselves: personal use is not commercial, a paid service earns money, and
    a team of eleven has eleven people.
    """
    return {
        "personal": Use("run", replace(facts, commercial=False, monetised=False)),
        "sell-outputs": Use("sell-outputs", facts),
        "paid-service": Use("host", replace(facts, monetised=True)),
        "merge-publish": Use("merge-publish", facts),
        "sell-weights": Use("sell-weights", facts),
        "publish": Use("publish", facts),
        "train-on-outputs": Use("train-on-outputs", facts),
        "team-of-11": Use("sell-outputs", replace(facts, team_size=11, commercial=True)),
    }


EIGHT_USES: Final[Mapping[str, Use]] = MappingProxyType(uses_by(Facts()))
"""The same, by somebody of whom nothing is known."""


def answers_to(
    inheritance: Inheritance, artefact: str, uses: Mapping[str, Use] = EIGHT_USES, *, actor: str | None = None
) -> dict[str, Answer]:
    """The answer to each use on the day, and under the policy, for which the inheritance was solved."""
    return {
        key: answer(
            inheritance.pedigree.file,
            Question(
                key,
                artefact,
                use.action,
                inheritance.on,
                actor=actor,
                facts=use.facts,
                holds=use.holds,
                policy=inheritance.policy,
            ),
            inheritance,
        )
        for key, use in uses.items()
    }
