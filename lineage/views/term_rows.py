"""All that a licence can say, as rows of a table: the engine is asked for somebody who tells everything."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from lineage.engine.document import Facts, Term
from lineage.engine.terms import ACTIONS, GAPS, OBLIGATIONS, RESTRICTIONS, TERMS, severity, takes_limit
from lineage.engine.uses import speak

KINDS: Final = {"restriction": RESTRICTIONS, "obligation": OBLIGATIONS, "gap": GAPS}
IN_ORDER: Final = ("run", "sell-outputs", "host", "publish", "merge-publish", "sell-weights", "train-on-outputs")
LIMIT: Final = 10


@dataclass(frozen=True, slots=True)
class TermRow:
    """What a term is and says. `always` and `commercially` are the uses it speaks to; `every` if that is all of them.

    `verdicts` goes from the mildest to the strictest; where there are two, the second is that above the limit.
    """

    kind: str
    kinds: tuple[str, ...]
    always: tuple[str, ...]
    commercially: tuple[str, ...]
    every: bool
    verdicts: tuple[str, ...]


@cache
def term_rows() -> tuple[TermRow, ...]:
    """Restrictions first, then duties, then what is not known."""
    return tuple(_row(name) for name in sorted(TERMS, key=_order))


def _row(name: str) -> TermRow:
    always = {action for action in ACTIONS if _said(name, action, commercial=False)}
    commercially = {action for action in ACTIONS if _said(name, action, commercial=True)} - always
    said = {verdict for action in ACTIONS for verdict in _said(name, action, commercial=True)}
    return TermRow(
        kind=name,
        kinds=tuple(kind for kind, names in KINDS.items() if name in names),
        always=_sorted(always),
        commercially=_sorted(commercially),
        every=always | commercially == ACTIONS,
        verdicts=tuple(sorted(said, key=severity)),
    )


def _said(name: str, action: str, *, commercial: bool) -> set[str]:
    term = Term(name, limit=LIMIT if takes_limit(name) else None)
    speeches = (speak(term, action, _facts(amount, commercial=commercial)) for amount in (LIMIT, LIMIT + 1))
    return {speech.verdict for speech in speeches if speech}


def _facts(amount: int, *, commercial: bool) -> Facts:
    return Facts(amount, amount, amount, amount, monetised=commercial, commercial=commercial)


def _sorted(actions: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(actions, key=IN_ORDER.index))


def _order(name: str) -> tuple[int, str]:
    return next(place for place, names in enumerate(KINDS.values()) if name in names), name
