"""Walk the chain of a campaign's ledger from its first entry, and find the first that does not fit."""

from dataclasses import dataclass

from campaigns import chain, public_ledger
from campaigns.models import Campaign, LedgerHead


@dataclass(frozen=True, slots=True)
class Walk:
    """`number` and `hash` are those of the last entry that fits; `trouble` is "" when that is the newest one."""

    campaign: str
    number: int
    hash: str
    trouble: str = ""


def verify_ledger(campaign: Campaign) -> Walk:
    """Computes every hash from what is on file, apart from what PostgreSQL itself refuses and `selfcheck` asks it."""
    heads = dict(LedgerHead.objects.filter(campaign=campaign).values_list("number", "chained"))
    number, before = 0, chain.FIRST
    for one in public_ledger.read(campaign):
        trouble = _trouble(one, number + 1, before, heads)
        if trouble:
            return Walk(campaign.slug, number, before, trouble)
        number, before = number + 1, one.hash
    gone = max(heads, default=0)
    missing = f"entries up to {gone} were seen before, and those after {number} are gone" if gone > number else ""
    return Walk(campaign.slug, number, before, missing)


def _trouble(one: public_ledger.Chained, expected: int, before: str, heads: dict[int, str]) -> str:
    entry = one.entry
    said = f"entry {entry.number}, a {entry.kind} of {entry.day.isoformat()}"
    if entry.number != expected:
        return f"entry {expected} is missing: {said} comes in its place"
    if sum(entry.postings.values()) != 0:
        return f"{said}, does not balance"
    if entry.after(before) != one.hash:
        return f"{said}, is not what was chained, or the one before it is another"
    if heads.get(entry.number, one.hash) != one.hash:
        return f"{said}, is another than the one that a selfcheck saw before"
    return ""
