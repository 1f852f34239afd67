"""May a model that was made from another, whose licence it inherits for certain, be offered under some licence?

The calculus answers: there is a model under the inbound licence, and a merge of it whose maker, offering it under the
outbound one, asks whether they may publish it. What blocks is No. What does not block, but goes on applying whatever
the outbound text says, is to be looked at: "Check dependency", in the words of OSADL's matrix, whose answers these are.

Readings of the question, which the calculus leaves open:

* A restriction that is inherited always has to be looked at, even where the outbound text has it too: the model
  inherits it all the same. A duty only where the outbound text does not ask for it.
* That a child must come under its parent's licence, stays subject to it or keeps its permissions blocks only where the
  conflicts of the calculus do. Beside a text that contradicts nothing it has to be looked at.
* A text of which nothing is on file is not known to ask for nothing: it has not been read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from lineage.engine.conflicts import stand_in_for_each_other
from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Question, Term
from lineage.engine.inheritance import Inheritance, solve
from lineage.engine.terms import UNKNOWN_LICENCE, is_gap, is_obligation, is_restriction
from lineage.engine.verdicts import Reason, answer

SAME: Final = "Same"
YES: Final = "Yes"
CHECK: Final = "Check dependency"
UNKNOWN: Final = "Unknown"
NO: Final = "No"

#: From the best answer to the worst.
ANSWERS: Final = (SAME, YES, CHECK, UNKNOWN, NO)

_STAYS_UNDER = frozenset({"same-licence", "remains-subject"})
_CONFLICTS = frozenset({"conflict-superset", "conflict-same-permissions", "conflict-copyleft"})
# Any day does: nothing in this file ever changes.
_DAY = date(2000, 1, 1)
_PARENT, _MAKER = "parent", "maker"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks to a pair. `licence` is the text that says it, `other` the one it is said of, by id.

    `code` is a reason's name in the calculus, or one of `restriction-inherited`, `restriction-shared`,
    `duty-inherited`, `gap-inherited`, `stays-under`, `keeps-permissions`, `unread`.
    `terms` are what it is about, each once.
    """

    answer: str
    code: str
    licence: str
    other: str
    terms: tuple[tuple[str, float | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The answer for one pair, the worst of its findings, and the findings, worst first."""

    answer: str
    findings: tuple[Finding, ...] = ()


def compatibility(inbound: Licence | None, outbound: Licence | None) -> Compatibility:
    """The answer for one pair; None is a licence that nobody knows."""
    return _row(inbound, [outbound])[0]


def matrix(licences: Iterable[Licence]) -> dict[str, dict[str, Compatibility]]:
    """Outbound id to inbound id to answer, both in order of id, of some licences and of the one that nobody knows."""
    sides: list[Licence | None] = [*sorted(licences, key=lambda licence: licence.id), None]
    columns = {_id_of(inbound): _row(inbound, sides) for inbound in sides}
    return {
        _id_of(outbound): {inbound: column[place] for inbound, column in columns.items()}
        for place, outbound in enumerate(sides)
    }


def is_read(licence: Licence) -> bool:
    """Whether anything of the text is on file. One that is known to ask for nothing says at least who controls it."""
    return bool(licence.terms or licence.outbound or licence.control)


def _id_of(licence: Licence | None) -> str:
    return licence.id if licence else UNKNOWN_LICENCE


def _row(inbound: Licence | None, outbounds: Sequence[Licence | None]) -> list[Compatibility]:
    """One parent, and a child for each outbound licence: one file, solved once."""
    known = {licence.id: licence for licence in [inbound, *outbounds] if licence}
    children = {licence.id: f"child-{place}" for place, licence in enumerate(outbounds) if licence}
    file = LineageFile(
        licences=tuple(known.values()),
        artefacts=(
            Artefact(_PARENT, _PARENT),
            *(Artefact(child, child, licensor=_MAKER) for child in children.values()),
        ),
        grants=(
            *((Grant(_PARENT, inbound.id, _DAY),) if inbound else ()),
            *(Grant(child, licence, _DAY) for licence, child in children.items()),
        ),
        derivations=tuple(Derivation(_PARENT, child, "merge", _DAY) for child in children.values()),
    )
    inheritance = solve(file, _DAY)
    return [_pair(inheritance, inbound, outbound, children) for outbound in outbounds]


def _pair(
    inheritance: Inheritance, inbound: Licence | None, outbound: Licence | None, children: Mapping[str, str]
) -> Compatibility:
    if inbound is None or outbound is None:
        return Compatibility(UNKNOWN, (Finding(UNKNOWN, UNKNOWN_LICENCE, UNKNOWN_LICENCE, ""),))
    if inbound.id == outbound.id:
        return Compatibility(SAME)
    child = children[outbound.id]
    found = [
        *_asked(inheritance, child, inbound, outbound),
        *_inherited(inheritance, child, inbound, outbound),
        *_unread(inbound, outbound),
    ]
    found.sort(key=lambda finding: (-ANSWERS.index(finding.answer), finding.code, finding.licence))
    return Compatibility(max((each.answer for each in found), key=ANSWERS.index, default=YES), tuple(found))


def _asked(inheritance: Inheritance, child: str, inbound: Licence, outbound: Licence) -> Iterable[Finding]:
    """What blocks the maker from publishing the model; what blocks only a merge hangs on how the model is made."""
    published = _blocking(inheritance, child, "publish")
    sides = {inbound.id: inbound, outbound.id: outbound}
    for code, licence, other in sorted(published):
        terms: tuple[tuple[str, float | None], ...] = ((code, None),)
        if other:
            terms = _clashing(sides[licence], sides[other], code, inherited=other == inbound.id)
        yield Finding(NO, code, licence, other or outbound.id, terms)
    for code, licence, other in sorted(_blocking(inheritance, child, "merge-publish") - published):
        yield Finding(CHECK, code, licence, other or outbound.id, ((code, None),))


def _blocking(inheritance: Inheritance, child: str, action: str) -> set[tuple[str, str, str]]:
    """(code, licence, the licence that stands against it or nothing) of every reason that blocks."""
    question = Question(action, child, action, _DAY, actor=_MAKER)
    given = answer(inheritance.pedigree.file, question, inheritance)
    return {
        (reason.code, reason.licence or "", _against(reason)) for reason in given.reasons if reason.verdict == "blocked"
    }


def _against(reason: Reason) -> str:
    return (reason.cure and reason.cure.licence) or "" if reason.code in _CONFLICTS else ""


def _clashing(
    demanding: Licence, other: Licence, code: str, *, inherited: bool
) -> tuple[tuple[str, float | None], ...]:
    """The restrictions of the other text that the demanding one lacks; where both want to be the licence, none."""
    if code == "conflict-copyleft":
        return ()
    by_limit = code == "conflict-same-permissions"
    its_own = {(term.id, term.limit if by_limit else None) for term in demanding.terms}
    brought = (term for term in other.terms if is_restriction(term.id) and (not inherited or _travels(term)))
    return _named(term for term in brought if (term.id, term.limit if by_limit else None) not in its_own)


def _travels(term: Term) -> bool:
    return term.carries == "derivatives"


def _inherited(inheritance: Inheritance, child: str, inbound: Licence, outbound: Licence) -> Iterable[Finding]:
    """What goes on applying, whatever the outbound text says."""
    terms = [item.term for item in inheritance.items(child)]
    restrictions = [term for term in terms if is_restriction(term.id)]
    duties = [term for term in terms if is_obligation(term.id) and not is_restriction(term.id)]
    asked_too = {term.id for term in outbound.terms}
    groups = {
        "restriction-inherited": [term for term in restrictions if not _as_strict(outbound, term)],
        "restriction-shared": [term for term in restrictions if _as_strict(outbound, term)],
        "duty-inherited": [term for term in duties if term.id not in asked_too],
        "gap-inherited": [term for term in terms if is_gap(term.id)],
    }
    for code, group in groups.items():
        if group:
            yield Finding(CHECK, code, inbound.id, outbound.id, _named(group))
    if _STAYS_UNDER & set(inbound.outbound) and not stand_in_for_each_other(inbound, outbound):
        yield Finding(CHECK, "stays-under", inbound.id, outbound.id)
    if "same-permissions" in inbound.outbound and _restrictions(inbound) != _restrictions(outbound):
        yield Finding(CHECK, "keeps-permissions", inbound.id, outbound.id)


def _restrictions(licence: Licence) -> set[tuple[str, float | None]]:
    return {(term.id, term.limit) for term in licence.terms if is_restriction(term.id)}


def _as_strict(licence: Licence, restriction: Term) -> bool:
    """Whether a text has a restriction too, and with no higher limit."""
    return any(
        term.id == restriction.id
        and (term.limit is None or restriction.limit is None or term.limit <= restriction.limit)
        for term in licence.terms
    )


def _unread(inbound: Licence, outbound: Licence) -> Iterable[Finding]:
    for licence, other in ((inbound, outbound), (outbound, inbound)):
        if not is_read(licence):
            yield Finding(UNKNOWN, "unread", licence.id, other.id)


def _named(terms: Iterable[Term]) -> tuple[tuple[str, float | None], ...]:
    return tuple(sorted({(term.id, term.limit) for term in terms}, key=lambda named: (named[0], named[1] or 0)))
