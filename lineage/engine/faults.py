"""What is wrong with the facts of a file, not with a use.

A fault has no question and so no day: the file is looked at as if every day in it had passed, and leniently, so that a
licensor's later text alone makes no label ineffective. A derivation with share 0 is none here either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lineage.engine.document import Derivation, Interval, LineageFile
from lineage.engine.grants import UNKNOWN
from lineage.engine.inheritance import Inheritance
from lineage.engine.pedigree import Pedigree


@dataclass(frozen=True, slots=True)
class Fault:
    """`artefacts` are sorted for a cycle; for a derivation they are parent and child; for a label the one labelled."""

    code: str
    artefacts: tuple[str, ...]
    says: str


def faults(file: LineageFile, pedigree: Pedigree | None = None) -> list[Fault]:
    """Every fault of a file once, by code and artefacts."""
    pedigree = pedigree or Pedigree(file)
    found = {*_cycles(pedigree), *_derivations(pedigree), *_labels(pedigree)}
    return sorted(found, key=lambda fault: (fault.code, fault.artefacts, fault.says))


def _cycles(pedigree: Pedigree) -> Iterable[Fault]:
    for cycle in pedigree.cycles:
        yield Fault("cycle", tuple(cycle), f"{_listed(cycle)} are each claimed to descend from the others.")


def _derivations(pedigree: Pedigree) -> Iterable[Fault]:
    for made in pedigree.derivations.values():
        for derivation in made:
            pair = (derivation.parent, derivation.child)
            if _taken_before_offered(pedigree, derivation):
                says = f"{derivation.child} is said to have taken {derivation.parent} before it was offered to anybody."
                yield Fault("taken-before-offered", pair, says)
            parent, child = pedigree.artefacts[derivation.parent], pedigree.artefacts[derivation.child]
            if parent.published_on and child.published_on and child.published_on < parent.published_on:
                says = f"{child.id} was published on {child.published_on}, before its parent {parent.id}."
                yield Fault("child-older-than-parent", pair, says)


def _taken_before_offered(pedigree: Pedigree, derivation: Derivation) -> bool:
    """Whether a known day, or a whole interval, lies before the parent's first grant, standing or optional."""
    grants = pedigree.grants_of(derivation.parent)
    if not grants:
        return False
    first = min(grant.starts for grant in grants)
    when = derivation.obtained_on
    too_early = when.until <= first if isinstance(when, Interval) else when is not None and when < first
    return too_early or (derivation.reaccepted_on is not None and derivation.reaccepted_on < first)


def _labels(pedigree: Pedigree) -> Iterable[Fault]:
    """A label is compared only where it names a licence of the file: of any other text nothing is known.

    It is ineffective if it lacks a restriction that the model inherits for certain, or has it with a higher limit. A
    maker's own earlier restrictions do not count, as for the lineage: they may lift those.
    """
    inheritance = Inheritance(pedigree, date.max, "lenient")
    for artefact in pedigree.file.artefacts:
        label = pedigree.licences.get(artefact.claimed_label or "")
        if label is None or label is UNKNOWN:
            continue
        missing = sorted(
            {
                item.term.id
                for item in inheritance.restrictions(artefact.id)
                if item.certain
                and not any(term.id == item.term.id and _at_most(term.limit, item.term.limit) for term in label.terms)
            }
        )
        if missing:
            says = f"The label {label.id} of {artefact.id} does not remove what it inherits: {', '.join(missing)}."
            yield Fault("ineffective-label", (artefact.id,), says)


def _at_most(limit: float | None, other: float | None) -> bool:
    return limit is None or other is None or limit <= other


def _listed(names: list[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}"
