"""How much work a file can make, told before any of it is done: a door to strangers refuses what is too much.

It is an upper bound, in steps of about a microsecond, on the time it takes to find and write all answers, and with it
on their length. Most files need a small part of it: it takes every path to be as long as all derivations together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from lineage.engine.document import Licence, LineageFile, Question
from lineage.engine.pedigree import Pedigree
from lineage.engine.walks import Climb

_REASON: Final = 20
"""Steps for a reason besides its path, as measured."""

_TEXT: Final = 64
"""Characters that are written in one step."""

_COMPARED: Final = 8
"""Terms of a label that are held against one inherited term in one step."""

_CHANGING: Final = frozenset({"may-change", "direct"})


def most_steps(file: LineageFile) -> int:
    """For each question, and each label, which is checked like one: all that can be said, and the way to it.

    What can be said is every term of every licence that is on offer somewhere, what the one who asks holds, and every
    pair of a licence that makes demands of others and another licence.
    """
    reason = _reason(file)
    weights = {licence.id: _weight(licence, reason) for licence in file.licences}
    demanding = {licence.id for licence in file.licences if licence.outbound}
    said = reason + sum(weights[grant.licence] for grant in file.grants)
    said += reason * len({made.parent for made in file.derivations})
    said += reason * sum(grant.licence in demanding for grant in file.grants) * len(file.licences)
    said += reason * _changes(file)
    said += len(file.prohibitions) + sum(len(exemption.actors) for exemption in file.exemptions)
    held = [licence for question in file.questions for _, licence in question.holds]
    labels = Counter(artefact.claimed_label for artefact in file.artefacts if artefact.claimed_label in weights)
    compared = sum(len(licence.terms) * labels[licence.id] for licence in file.licences) * (said // reason)
    asked = len(file.questions) + labels.total()
    return asked * said + compared // _COMPARED + sum(weights[licence] + said // reason for licence in held)


def most_steps_of_strips(file: LineageFile, artefacts: Iterable[str], uses: int, most: int) -> int:
    """For some artefacts, each asked for so many uses: each from its own ancestors. Counted no further than `most`."""
    steps = 0
    for _artefact, more in _steps_of_each(file, artefacts, uses):
        steps += more
        if steps > most:
            break
    return steps


def as_far_as(file: LineageFile, artefacts: Iterable[str], uses: int, most: int) -> list[str]:
    """The first of some artefacts, as many as can be asked for so many uses in at most so many steps together."""
    steps, near = 0, []
    for artefact, more in _steps_of_each(file, artefacts, uses):
        steps += more
        if steps > most:
            break
        near.append(artefact)
    return near


def _steps_of_each(file: LineageFile, artefacts: Iterable[str], uses: int) -> Iterator[tuple[str, int]]:
    pedigree = Pedigree(file)
    for artefact in artefacts:
        family = set(Climb(artefact, pedigree.parents).order)
        part = replace(
            file,
            artefacts=tuple(pedigree.artefacts[each] for each in family),
            grants=tuple(grant for each in family for grant in pedigree.grants_of(each)),
            derivations=tuple(made for each in family for made in pedigree.derivations.get(each, ())),
            questions=tuple(Question(str(use), artefact, "run", date.min) for use in range(uses)),
        )
        yield artefact, most_steps(part)


def _reason(file: LineageFile) -> int:
    """One reason: a path of every derivation at most, in ids of the longest that there is."""
    ids = [*(artefact.id for artefact in file.artefacts), *(licence.id for licence in file.licences)]
    longest = max(map(len, ids), default=0)
    return (_REASON + len(file.derivations)) * (1 + longest // _TEXT)


def _weight(licence: Licence, reason: int) -> int:
    quoted = sum(len(term.clause or "") + len(term.quote or "") for term in licence.terms)
    return reason * (1 + len(licence.terms)) + quoted // _TEXT


def _changes(file: LineageFile) -> int:
    """Each text whose licensor may change it is held against what they offer now, term by term."""
    licences = {licence.id: licence for licence in file.licences}
    offers: dict[str, set[str]] = defaultdict(set)
    for grant in file.grants:
        offers[grant.artefact].add(grant.licence)
    return sum(
        sum(bool(_CHANGING & set(licences[name].control)) for name in offered)
        * max(len(licences[name].terms) for name in offered)
        for offered in offers.values()
    )
