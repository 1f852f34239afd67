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


EIGHT_USES: Final[Mapping[str, Use]] = MappingProxyType(
    {
        "run": Use("run"),
        "sell-outputs": Use("sell-outputs"),
        "host-free": Use("host", Facts(monetised=False)),
        "host-paid": Use("host", Facts(monetised=True)),
        "publish": Use("publish"),
        "merge-publish": Use("merge-publish"),
        "sell-weights": Use("sell-weights"),
        "train-on-outputs": Use("train-on-outputs"),
    }
)
"""The uses that people ask about first, by somebody of whom nothing is known."""


def uses_by(facts: Facts) -> dict[str, Use]:
    """The eight uses, by somebody of whom something is known. Whether hosting earns money is said by the use."""
    known = {"host-free": replace(facts, monetised=False), "host-paid": replace(facts, monetised=True)}
    return {key: Use(use.action, known.get(key, facts)) for key, use in EIGHT_USES.items()}


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
