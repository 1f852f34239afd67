"""A licence's terms in the three groups in which its page, the list and the comparison tell them."""

from dataclasses import dataclass

from lineage.engine import terms
from lineage.models import Licence, Term


@dataclass(frozen=True, slots=True)
class TermsByGroup:
    """A licence's terms as people think of them."""

    restrictions: tuple[Term, ...]
    duties: tuple[Term, ...]
    gaps: tuple[Term, ...]


def terms_by_group(licence: Licence) -> TermsByGroup:
    """`no-nft-outputs` is a restriction and a duty at once; it stands once, as what it takes away."""
    rows = list(licence.terms.all())
    return TermsByGroup(
        restrictions=tuple(term for term in rows if terms.is_restriction(term.kind)),
        duties=tuple(t for t in rows if terms.is_obligation(t.kind) and not terms.is_restriction(t.kind)),
        gaps=tuple(term for term in rows if terms.is_gap(term.kind)),
    )
