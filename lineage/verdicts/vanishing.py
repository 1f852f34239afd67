"""What is gone when one version takes the place of another: the first thing that a page of the new one tells.

Gone is what binds the new one in no way: not by inheritance, not by its maker's earlier models, which a state excuses,
and not by its own licence. While something of the new one's family is not known, nothing is said to be gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lineage.engine import terms
from lineage.engine.document import Term
from lineage.engine.inheritance import State
from lineage.models import Version
from lineage.verdicts.asker import ONE_PERSON, Asker
from lineage.verdicts.record import Record, record_on
from lineage.verdicts.replacements import ComparedUse
from lineage.verdicts.strip import strip_of

MOST_ORIGINS = 3


@dataclass(frozen=True, slots=True)
class Gone:
    """A restriction that the old version inherits and that does not bind the new one.

    `origins`: where it came from, by name.
    """

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
    kept = list(_binding(after))
    if any(term.id == terms.UNKNOWN_LICENCE for term in kept) or _undisclosed(after):
        return ()
    origins: dict[tuple[str, float | None], dict[str, bool]] = {}
    for item in before.restrictions:
        if not any(_still_says(term, item.term) for term in kept):
            at = origins.setdefault((item.term.id, item.term.limit), {})
            at[item.origin] = at.get(item.origin, False) or item.certain
    found = [_told(before, *key, at) for key, at in origins.items()]
    return tuple(sorted(found, key=lambda gone: (not gone.certain, terms.is_obligation(gone.code), gone.code)))


def _binding(record: Record) -> Iterable[Term]:
    """Every term that binds a version, whoever brought it; of its own licences those that are to follow, too.

    A planned version's licence begins on the day of its release.
    """
    slug, pedigree = record.version.slug, record.inheritance.pedigree
    yield from (item.term for item in record.inheritance.items(slug))
    now = pedigree.timeline(slug).on(record.on)
    for grant in pedigree.grants_of(slug):
        if grant == now or (grant.starts > record.on and not grant.optional):
            yield from pedigree.licences[grant.licence].terms


def _undisclosed(record: Record) -> bool:
    slug, inheritance = record.version.slug, record.inheritance
    return bool(inheritance.pedigree.undisclosed([slug, *inheritance.ancestors(slug)]))


def _still_says(kept: Term, gone: Term) -> bool:
    """The same, or a limit that is no wider."""
    return kept.id == gone.id and (kept.limit is None or gone.limit is None or kept.limit <= gone.limit)


def _told(record: Record, code: str, limit: float | None, at: dict[str, bool]) -> Gone:
    first = sorted(at, key=lambda slug: (not at[slug], slug))
    named = tuple((slug, record.name_of(slug)) for slug in first[:MOST_ORIGINS])
    return Gone(code, limit, any(at.values()), named, len(first) - len(named))
