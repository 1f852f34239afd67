"""Every licence text that has a say in a version, its own among them, each once, with what of it arrived."""

from dataclasses import dataclass

from lineage.engine import terms
from lineage.engine.document import Licence, Term
from lineage.engine.inheritance import InheritedName, Item, order_of_term
from lineage.verdicts.explanations import Named, named
from lineage.verdicts.record import Record

MOST_ORIGINS = 6


@dataclass(frozen=True, slots=True)
class TextThatCounts:
    """`own`: the version itself is offered under it. `origins` are the models whose makers brought it, by name.

    `terms` are those that bind the version; a text may arrive by name without any.
    """

    licence: Named
    own: bool
    certain: bool
    origins: tuple[tuple[str, str], ...]
    more_origins: int
    terms: tuple[Term, ...]

    @property
    def restrictions(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if terms.is_restriction(term.id))

    @property
    def duties(self) -> tuple[Term, ...]:
        """`no-nft-outputs` is a restriction and a duty at once; it stands once, as what it takes away."""
        return tuple(t for t in self.terms if terms.is_obligation(t.id) and not terms.is_restriction(t.id))

    @property
    def gaps(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if terms.is_gap(term.id))


def texts_that_count(record: Record, own: Licence | None) -> tuple[TextThatCounts, ...]:
    """The own one first; then those that restrict for certain, those that only may, and those that ask for duties."""
    slug, inheritance = record.version.slug, record.inheritance
    certain: dict[str, bool] = {}
    origins: dict[str, dict[str, None]] = {}
    arrived: dict[str, set[Term]] = {}
    came: tuple[InheritedName | Item, ...] = (*inheritance.names(slug), *inheritance.items(slug))
    for each in came:
        certain[each.licence] = certain.get(each.licence, False) or each.certain
        origins.setdefault(each.licence, {})[each.origin] = None
    for item in inheritance.items(slug):
        arrived.setdefault(item.licence, set()).add(item.term)
    if own is not None:
        certain[own.id] = True
        arrived.setdefault(own.id, set()).update(own.terms)
    found = [_told(record, id, own, certain[id], list(origins.get(id, {})), arrived.get(id, set())) for id in certain]
    return tuple(sorted(found, key=_weight))


def _told(
    record: Record, id: str, own: Licence | None, certain: bool, origins: list[str], arrived: set[Term]
) -> TextThatCounts:
    shown = tuple((slug, record.name_of(slug)) for slug in sorted(origins)[:MOST_ORIGINS])
    text = record.inheritance.pedigree.licences[id]
    is_own = own is not None and own.id == id
    ordered = tuple(sorted(arrived, key=order_of_term))
    return TextThatCounts(named(text), is_own, certain, shown, len(origins) - len(shown), ordered)


def _weight(text: TextThatCounts) -> tuple[bool, bool, bool, str]:
    return not text.own, not text.restrictions, not text.certain, text.licence.name
