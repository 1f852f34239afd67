"""What is gone when one version takes the place of another: the first thing that a page of the new one tells."""

from dataclasses import dataclass

from lineage.engine import terms
from lineage.engine.inheritance import State
from lineage.models import Version
from lineage.verdicts.asker import ONE_PERSON, Asker
from lineage.verdicts.record import Record, record_on
from lineage.verdicts.replacements import ComparedUse
from lineage.verdicts.strip import strip_of

MOST_ORIGINS = 3


@dataclass(frozen=True, slots=True)
class Gone:
    """A restriction that the old version inherits and the new one does not. `origins`: where it came from, by name."""

    code: str
    limit: float | None
    certain: bool
    origins: tuple[tuple[str, str], ...]
    more_origins: int


@dataclass(frozen=True, slots=True)
class Vanished:
    """`changed` are the uses that are answered otherwise; `same` is how many are answered as before."""

    old: Version
    new: Version
    before: State
    after: State
    gone: tuple[Gone, ...]
    changed: tuple[ComparedUse, ...]
    same: int


def vanished(old: Version, new: Record, asker: Asker = ONE_PERSON, *, largest: int | None = None) -> Vanished:
    """On the day for which the new one's record was made. Raises FamilyTooLarge."""
    before = record_on(old, new.on, largest=largest)
    both = [ComparedUse(*pair) for pair in zip(strip_of(before, asker), strip_of(new, asker), strict=True)]
    changed = tuple(one for one in both if one.changes)
    return Vanished(
        old, new.version, before.state, new.state, _gone(before, new), changed, same=len(both) - len(changed)
    )


def _gone(before: Record, after: Record) -> tuple[Gone, ...]:
    kept = {(item.term.id, item.term.limit) for item in after.restrictions}
    origins: dict[tuple[str, float | None], dict[str, bool]] = {}
    for item in before.restrictions:
        if (key := (item.term.id, item.term.limit)) not in kept:
            at = origins.setdefault(key, {})
            at[item.origin] = at.get(item.origin, False) or item.certain
    found = [_told(before, *key, at) for key, at in origins.items()]
    return tuple(sorted(found, key=lambda gone: (not gone.certain, terms.is_obligation(gone.code), gone.code)))


def _told(record: Record, code: str, limit: float | None, at: dict[str, bool]) -> Gone:
    first = sorted(at, key=lambda slug: (not at[slug], slug))
    named = tuple((slug, record.name_of(slug)) for slug in first[:MOST_ORIGINS])
    return Gone(code, limit, any(at.values()), named, len(first) - len(named))
