"""Short ways to say a small lineage file. Days are written as in the file format."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from lineage.engine.document import (
    Artefact,
    Derivation,
    Exemption,
    Facts,
    Grant,
    Interval,
    Licence,
    LineageFile,
    Prohibition,
    Question,
    Term,
)
from lineage.engine.inheritance import Inheritance, solve
from lineage.engine.verdicts import Answer, answer

TODAY = "2024-01-01"


def day(text: str) -> date:
    return date.fromisoformat(text)


def licence(name: str, *terms: str | Term, **fields: Any) -> Licence:
    """A licence of terms that carry to derivatives; `team-size-max 10` is a term with a limit."""
    return Licence(name, terms=tuple(_term(term) for term in terms), **fields)


def _term(term: str | Term) -> Term:
    if isinstance(term, Term):
        return term
    name, _, limit = term.partition(" ")
    return Term(name, float(limit) if limit else None)


OPEN = licence("open")
NO_HOSTING = licence("no-hosting-licence", "no-hosting")


def artefact(name: str, **fields: Any) -> Artefact:
    return Artefact(name, name, **fields)


def grant(name: str, of: str, starts: str = "2020-01-01", until: str | None = None, **fields: Any) -> Grant:
    return Grant(name, of, day(starts), day(until) if until else None, **fields)


def made(
    parent: str, child: str, obtained: str | tuple[str, str] | None = "2022-01-01", method: str = "merge", **fields: Any
) -> Derivation:
    """A derivation taken on a day, in an interval (a pair), or nobody knows when (None)."""
    if isinstance(obtained, tuple):
        return Derivation(parent, child, method, Interval(day(obtained[0]), day(obtained[1])), **fields)
    return Derivation(parent, child, method, day(obtained) if obtained else None, **fields)


def file_of(
    *parts: Licence | Artefact | Grant | Derivation | Exemption | Prohibition | Question, artefacts: str = ""
) -> LineageFile:
    """A file of its parts in any order; `artefacts` are the names of further ones with nothing to say about them."""

    def of_kind[T](kind: type[T]) -> tuple[T, ...]:
        return tuple(part for part in parts if isinstance(part, kind))

    return LineageFile(
        licences=of_kind(Licence),
        artefacts=(*of_kind(Artefact), *(artefact(name) for name in artefacts.split())),
        grants=of_kind(Grant),
        derivations=of_kind(Derivation),
        exemptions=of_kind(Exemption),
        prohibitions=of_kind(Prohibition),
        questions=of_kind(Question),
    )


def inheritance_of(file: LineageFile, on: str = TODAY, policy: str = "strict") -> Inheritance:
    return solve(file, day(on), policy)


def arrived(file: LineageFile, name: str, on: str = TODAY, policy: str = "strict") -> dict[tuple[str, str, str], bool]:
    """(origin, licence, term) of every item that arrives at an artefact, with whether it is certain."""
    items = inheritance_of(file, on, policy).items(name)
    return {(item.origin, item.licence, item.term.id): item.certain for item in items}


def named(file: LineageFile, name: str, on: str = TODAY) -> dict[tuple[str, str], bool]:
    """(origin, licence) of every name that arrives at an artefact, with whether it is certain."""
    return {(each.origin, each.licence): each.certain for each in inheritance_of(file, on).names(name)}


def asked(
    file: LineageFile, name: str, action: str, on: str = TODAY, *, facts: Facts | None = None, **fields: Any
) -> Answer:
    """The answer to one question that is put to a file."""
    return answer(file, Question("Q", name, action, day(on), facts=facts or Facts(), **fields))


def codes(given: Answer, verdict: str | None = None) -> list[str]:
    """The codes of the reasons in their order, of one verdict if it is named."""
    return [reason.code for reason in given.reasons if verdict in (None, reason.verdict)]


def shuffled[T](parts: Sequence[T], order: Sequence[int]) -> tuple[T, ...]:
    """The parts sorted by an arbitrary list of numbers."""
    return tuple(
        parts[place] for place in sorted(range(len(parts)), key=lambda place: (order[place % len(order)], place))
    )
