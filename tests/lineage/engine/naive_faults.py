"""What is wrong with the facts of a file, found by looking at everything in turn. `says` is left to the engine."""

from datetime import date, timedelta

from lineage.engine.document import Derivation, Interval, LineageFile
from tests.lineage.engine.naive import Naive
from tests.lineage.engine.naive_verdicts import LIMITS, RESTRICTIONS

Fault = tuple[str, tuple[str, ...]]
AFTERWARDS = date(2023, 1, 31)  # later than every day of an invented file; the naive evaluator looks at each day


def naive_faults(file: LineageFile) -> set[Fault]:
    real = [made for made in file.derivations if made.share != 0]
    return {*cycles(file, real), *too_early(file, real), *too_old(file, real), *ineffective(file)}


def cycles(file: LineageFile, real: list[Derivation]) -> set[Fault]:
    """Those who are each other's ancestors, together."""
    above = {artefact.id: {made.parent for made in real if made.child == artefact.id} for artefact in file.artefacts}
    for _ in above:
        above = {name: parents.union(*(above[parent] for parent in parents)) for name, parents in above.items()}
    return {
        ("cycle", tuple(sorted(other for other in above if other in above[name] and name in above[other])))
        for name in above
        if name in above[name]
    }


def too_early(file: LineageFile, real: list[Derivation]) -> set[Fault]:
    """Obtained, or accepted again, before the parent was offered: on a day, or in an interval that was over by then.

    An offer that must be accepted is an offer too, and what a maker accepts again later does not mend when they took
    it: the text leaves both open, and this is the engine's reading.
    """
    found: set[Fault] = set()
    for made in real:
        offers = [grant.starts for grant in file.grants if grant.artefact == made.parent]
        when = made.obtained_on
        last = when.until - timedelta(days=1) if isinstance(when, Interval) else when
        if offers and any(day is not None and day < min(offers) for day in (last, made.reaccepted_on)):
            found.add(("taken-before-offered", (made.parent, made.child)))
    return found


def too_old(file: LineageFile, real: list[Derivation]) -> set[Fault]:
    published = {artefact.id: artefact.published_on for artefact in file.artefacts}
    return {
        ("child-older-than-parent", (made.parent, made.child))
        for made in real
        if (child := published[made.child]) and (parent := published[made.parent]) and child < parent
    }


def ineffective(file: LineageFile) -> set[Fault]:
    """A label that names a licence on file and allows more than what is inherited for certain.

    The text says neither for which day nor under which policy a label is weighed. The engine's reading: as things stand
    after everything in the file has happened, and leniently, so that a licensor's later text alone is no fault of a
    label. A label that is nothing but words, or `unknown-licence`, says nothing that could be weighed.
    """
    if not any(artefact.claimed_label for artefact in file.artefacts):
        return set()
    naive = Naive(file, AFTERWARDS, "lenient")
    licensors = {artefact.id: artefact.licensor for artefact in file.artefacts}
    found: set[Fault] = set()
    for artefact in file.artefacts:
        if artefact.claimed_label not in {licence.id for licence in file.licences}:
            continue
        said = naive.licences[artefact.claimed_label].terms
        for (origin, _, term), certain in naive.items[artefact.id].items():
            same = artefact.licensor is not None and artefact.licensor == licensors[origin]
            kept = any(
                mine.id == term.id and (term.id not in LIMITS or (mine.limit or 0) <= (term.limit or 0))
                for mine in said
            )
            if certain and term.id in RESTRICTIONS and not same and not kept:
                found.add(("ineffective-label", (artefact.id,)))
    return found
