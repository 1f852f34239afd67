"""What one term answers to one use by one actor: the table of section 5 of the calculus, row by row."""

from dataclasses import dataclass

from lineage.engine.document import Facts, Term
from lineage.engine.terms import DUTIES_OF_EVERY_USE, HANDING_ON, UNKNOWN_LICENCE, fact_asked_by, is_obligation


@dataclass(frozen=True, slots=True)
class Speech:
    """The verdict that a term gives if it stands for certain, and the fact to ask for where one is missing."""

    verdict: str
    ask: str | None = None


#: Restrictions that forbid whole uses, whoever asks.
_FORBIDDEN_USES = {
    "no-commercial-outputs": frozenset({"sell-outputs"}),
    "no-hosting": frozenset({"host"}),
    "no-selling-weights": frozenset({"sell-weights"}),
    "no-sharing-merges": frozenset({"merge-publish"}),
    "no-redistribution": frozenset({"publish", "merge-publish", "sell-weights"}),
    "no-competing-training": frozenset({"train-on-outputs"}),
}


def is_commercial(action: str, facts: Facts) -> bool | None:
    """Whether a use is commercial; None where that hangs on `monetised` and nobody has said."""
    if action in ("sell-outputs", "sell-weights"):
        return True
    return facts.monetised if action == "host" else facts.commercial


def speak(term: Term, action: str, facts: Facts) -> Speech | None:
    """What a term says to a use, or None if it has nothing to say."""
    if is_obligation(term.id):
        return Speech("conditional") if action in HANDING_ON or term.id in DUTIES_OF_EVERY_USE else None
    if term.id == "selling-unstated":
        return Speech("unclear") if action == "sell-weights" else None
    if term.id == UNKNOWN_LICENCE:
        return Speech("unclear") if action != "run" else None
    if fact_asked_by(term.id) is not None:
        return _speak_of_limit(term, action, facts)
    return _speak_of_restriction(term.id, action, facts)


def _speak_of_restriction(term: str, action: str, facts: Facts) -> Speech | None:
    if term in _FORBIDDEN_USES:
        return Speech("blocked") if action in _FORBIDDEN_USES[term] else None
    if term == "no-monetised-hosting" and action != "host":
        return None
    commercial = is_commercial(action, facts)
    if commercial is None:
        return Speech("unclear", ask="monetised")
    return Speech("blocked") if commercial else None


def _speak_of_limit(term: Term, action: str, facts: Facts) -> Speech | None:
    """A team size speaks to selling outputs only; every other limit speaks to any use that is, or may be, commercial.

    Where both the fact and `monetised` are missing, the fact is asked for: it alone can settle the answer.
    """
    commercial = is_commercial(action, facts)
    if commercial is False or (term.id == "team-size-max" and action != "sell-outputs"):
        return None
    fact = fact_asked_by(term.id)
    value: float | None = getattr(facts, fact) if fact else None
    if value is None or term.limit is None:
        return Speech("unclear", ask=fact)
    if value <= term.limit:
        return Speech("conditional")
    return Speech("blocked") if commercial else Speech("unclear", ask="monetised")
