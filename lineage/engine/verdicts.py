"""The verdict on a use: the worst of all reasons, and every reason with its path and what would remove it.

Readings of the text that it leaves open:

* A model whose licensor is the actor is still asked for its undisclosed parents; an origin whose names were dropped
  because the actor is its licensor is not.
* A prohibition gives one reason for each inherited or own licence with `may-prohibit` of the artefact that prohibits.
* An inherited reason that blocks is cured by replacing its origin; one of the artefact's own by asking its licensor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lineage.engine.binding import Binding, what_binds
from lineage.engine.conflicts import Conflict, conflicts
from lineage.engine.document import LineageFile, LineageFileError, Question
from lineage.engine.inheritance import Inheritance, Item, Path, State, solve
from lineage.engine.terms import GAPS, RISKS, severity, worst
from lineage.engine.uses import Speech, speak

LONGEST_ANSWER: Final = 20_000_000
"""Artefacts that the paths of one answer may name. A chain of n models gives n paths of up to n steps."""


@dataclass(frozen=True, slots=True)
class Cure:
    """What would remove a reason. `do` is one of replace, ask-licensor, state-fact, keep-duty and drop-licence."""

    do: str
    artefact: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks to the use. `code` is the term's id, or the name of a further reason."""

    verdict: str
    code: str
    origin: str | None = None
    licence: str | None = None
    path: Path | None = None
    clause: str | None = None
    quote: str | None = None
    ask: str | None = None
    cure: Cure | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question. `lineage` knows nothing of the actor; `risks` are sorted."""

    id: str
    verdict: str
    lineage: State
    risks: tuple[str, ...]
    reasons: tuple[Reason, ...]


def answer(file: LineageFile, question: Question, inheritance: Inheritance | None = None) -> Answer:
    """Judge one question of a file.

    `inheritance` saves solving again where many questions are asked on one day; one that was solved for another day
    or policy is used for its index only. Raises LineageFileError if the answer would be too long to be of use.
    """
    if inheritance is None or (inheritance.on, inheritance.policy) != (question.on, question.policy):
        pedigree = inheritance.pedigree if inheritance else None
        inheritance = solve(file, question.on, question.policy, pedigree=pedigree)
    binding = what_binds(inheritance, question)
    reasons = tuple(sorted(_measured(question, _reasons(inheritance, question, binding)), key=_order))
    licences = inheritance.pedigree.licences
    return Answer(
        id=question.id,
        verdict=worst([reason.verdict for reason in reasons]),
        lineage=inheritance.state(question.artefact),
        risks=tuple(sorted({risk for name in binding.names for risk in licences[name.licence].control} & RISKS)),
        reasons=reasons,
    )


def _measured(question: Question, reasons: Iterable[Reason]) -> Iterable[Reason]:
    """The reasons, as long as an answer with all their paths can be held and read."""
    length = 0
    for reason in reasons:
        length += 1 + len(reason.path or ())
        if length > LONGEST_ANSWER:
            says = f"the reasons would name more than {LONGEST_ANSWER:,} artefacts; ask about a shorter ancestry"
            raise LineageFileError(f"question {question.id}", says)
        yield reason


def _order(reason: Reason) -> tuple[object, ...]:
    """Worst first, then by code, origin, licence, limit and path; what follows only settles what is left."""
    cure = reason.cure or Cure("")
    return (
        -severity(reason.verdict),
        reason.code,
        reason.origin or "",
        reason.licence or "",
        (reason.limit is not None, reason.limit or 0),
        reason.path or (),
        (reason.clause or "", reason.quote or "", reason.ask or ""),
        (cure.do, cure.licence or "", cure.artefact or ""),
    )


def _reasons(inheritance: Inheritance, question: Question, binding: Binding) -> Iterable[Reason]:
    exempt = {
        (exemption.artefact, exemption.term)
        for exemption in inheritance.pedigree.file.exemptions
        if question.actor is not None and question.actor in exemption.actors
    }
    for item in binding.items:
        speech = speak(item.term, question.action, question.facts)
        if speech and (item.origin, item.term.id) not in exempt:
            yield _reason_of_term(item, speech, question.artefact)
    yield from _undisclosed(inheritance, question, binding)
    yield from _prohibited(inheritance, question, binding)
    for conflict in conflicts(binding, inheritance.pedigree.licences, question.action):
        yield _reason_of_conflict(conflict)


def _reason_of_term(item: Item, speech: Speech, artefact: str) -> Reason:
    """A term that would block and is only possible gives unclear."""
    verdict = "unclear" if speech.verdict == "blocked" and not item.certain else speech.verdict
    return Reason(
        verdict,
        item.term.id,
        item.origin,
        item.licence,
        item.path,
        item.term.clause,
        item.term.quote,
        speech.ask,
        _cure(item, speech, artefact),
        item.term.limit,
    )


def _cure(item: Item, speech: Speech, artefact: str) -> Cure:
    if speech.ask:
        return Cure("state-fact")
    if speech.verdict == "conditional":
        return Cure("keep-duty", item.origin, item.licence)
    if item.term.id in GAPS:
        return Cure("ask-licensor", item.origin, item.licence)
    return _replace_or_ask(item.origin, item.licence, artefact)


def _replace_or_ask(origin: str, licence: str, artefact: str) -> Cure:
    return Cure("ask-licensor" if origin == artefact else "replace", origin, licence)


def _undisclosed(inheritance: Inheritance, question: Question, binding: Binding) -> Iterable[Reason]:
    """The artefact itself, or an origin it inherits a licence from, does not say what it was made of."""
    paths: dict[str, list[Path]] = {question.artefact: [(question.artefact,)]}
    undisclosed = set(inheritance.pedigree.undisclosed({question.artefact, *(name.origin for name in binding.names)}))
    for name in binding.names:
        if name.origin in undisclosed:
            paths.setdefault(name.origin, []).append(name.path)
    for origin in sorted(undisclosed):
        path = min(paths[origin], key=lambda path: (len(path), path))
        verdict = "conditional" if question.action == "run" else "unclear"
        yield Reason(verdict, "undisclosed-parents", origin, path=path, cure=Cure("ask-licensor", origin))


def _prohibited(inheritance: Inheritance, question: Question, binding: Binding) -> Iterable[Reason]:
    prohibiting = {
        prohibition.artefact for prohibition in inheritance.pedigree.file.prohibitions if prohibition.on <= question.on
    }
    for name in binding.names:
        if name.origin in prohibiting and "may-prohibit" in inheritance.pedigree.licences[name.licence].control:
            verdict = "blocked" if name.certain and question.policy == "strict" else "unclear"
            cure = _replace_or_ask(name.origin, name.licence, question.artefact)
            yield Reason(verdict, "prohibited", name.origin, name.licence, name.path, cure=cure)


def _reason_of_conflict(conflict: Conflict) -> Reason:
    """The cure names the other licence, and the artefact that brings it where that is one."""
    only = conflict.other_origins[0] if len(conflict.other_origins) == 1 else None
    verdict = "blocked" if conflict.certain else "unclear"
    name, cure = conflict.name, Cure("drop-licence", only, conflict.other)
    return Reason(verdict, conflict.code, name.origin, name.licence, name.path, cure=cure)
