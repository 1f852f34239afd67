"""The vocabulary of the licence calculus, as data: what a licence can say and what one can do with a model.

Nothing here decides anything. `uses.py` says what a term answers to a use, `inheritance.py` where it travels.
"""

from typing import Final

UNKNOWN_LICENCE: Final = "unknown-licence"
"""The licence, and its only term, that stand where nobody knows what was offered. The calculus makes both."""

#: Terms that take a `limit`, with the fact that is compared with it. The limit itself is still allowed.
LIMIT_FACTS: Final[dict[str, str]] = {
    "team-size-max": "team_size",
    "revenue-max": "annual_revenue_usd",
    "monthly-users-max": "monthly_active_users",
    "images-max": "images_per_month",
}

RESTRICTIONS: Final = frozenset(
    {
        "no-commercial-model",
        "no-commercial-outputs",
        "team-size-max",
        "revenue-max",
        "monthly-users-max",
        "images-max",
        "no-hosting",
        "no-monetised-hosting",
        "no-selling-weights",
        "no-sharing-merges",
        "no-redistribution",
        "no-competing-training",
        "no-nft-outputs",
    }
)

#: `no-nft-outputs` is a restriction and a duty at once: it is inherited as taint and kept as a condition.
OBLIGATIONS: Final = frozenset(
    {
        "use-list",
        "no-nft-outputs",
        "attribution",
        "keep-licence-copy",
        "state-changes",
        "share-weights",
        "share-weights-network",
        "powered-by",
        "register",
        "disclose-recipe",
        "latest-version",
    }
)

#: Duties that bind every use, not only the uses that hand something on.
DUTIES_OF_EVERY_USE: Final = frozenset({"use-list", "no-nft-outputs"})

GAPS: Final = frozenset({"selling-unstated", UNKNOWN_LICENCE})

TERMS: Final = RESTRICTIONS | OBLIGATIONS | GAPS

CARRIES: Final = ("derivatives", "copies", "none")

OUTBOUND: Final = frozenset({"superset", "same-licence", "same-permissions", "remains-subject"})

CONTROLS: Final = frozenset({"irrevocable", "revocable", "may-change", "may-prohibit", "direct"})

#: Controls that an answer warns of: somebody may still take the grant away or make it worse.
RISKS: Final = frozenset({"may-change", "may-prohibit", "revocable"})

METHODS: Final = frozenset(
    {
        "finetune",
        "continue",
        "merge",
        "lora-train",
        "lora-merge",
        "component",
        "distill",
        "train-on-outputs",
        "convert",
        "mirror",
        "subtract",
    }
)

ACTIONS: Final = frozenset(
    {"run", "sell-outputs", "host", "publish", "merge-publish", "sell-weights", "train-on-outputs"}
)

#: Uses that hand the model, or its work, on to others: duties and conflicts speak to these.
HANDING_ON: Final = frozenset({"publish", "merge-publish", "sell-weights", "host"})

#: Facts about who asks, each with whether it is a number (else it is true or false).
FACTS: Final[dict[str, bool]] = {
    "team_size": True,
    "annual_revenue_usd": True,
    "monthly_active_users": True,
    "images_per_month": True,
    "monetised": False,
    "commercial": False,
}

POLICIES: Final = ("strict", "lenient")

#: From the best answer to the worst.
VERDICTS: Final = ("allowed", "conditional", "unclear", "blocked")


def is_restriction(name: str) -> bool:
    return name in RESTRICTIONS


def is_obligation(name: str) -> bool:
    return name in OBLIGATIONS


def is_gap(name: str) -> bool:
    return name in GAPS


def takes_limit(name: str) -> bool:
    return name in LIMIT_FACTS


def fact_asked_by(name: str) -> str | None:
    """The fact that a term with a limit is compared with, or None for every other term."""
    return LIMIT_FACTS.get(name)


def severity(verdict: str) -> int:
    """0 for `allowed` up to 3 for `blocked`."""
    return VERDICTS.index(verdict)


def worst(verdicts: list[str]) -> str:
    """The worst of some verdicts; of none it is `allowed`."""
    return max(verdicts, key=severity, default="allowed")
