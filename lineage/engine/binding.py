"""What binds one actor in one question: what is inherited, what the artefact itself says, and what the actor holds.

The order is the calculus's: a licence that the actor holds stands in first, then what comes from the actor is dropped.
Exemptions come last and only silence a reason, so `verdicts.py` looks at them.
"""

from dataclasses import dataclass
from functools import partial

from lineage.engine.document import Licence, Question
from lineage.engine.grants import UNKNOWN
from lineage.engine.inheritance import Inheritance, InheritedName, Item, Path, order_of


@dataclass(frozen=True, slots=True)
class Binding:
    """`items` and `names` give reasons; in conflicts `in_conflict_items` and `in_conflict_names` take part.

    The two differ only for the artefact's own licensor: their own licence gives no reason and no risk, but still
    takes part in conflicts, as a maker cannot relicense away what a parent demands.
    """

    items: tuple[Item, ...]
    names: tuple[InheritedName, ...]
    in_conflict_items: tuple[Item, ...]
    in_conflict_names: tuple[InheritedName, ...]


def what_binds(inheritance: Inheritance, question: Question) -> Binding:
    """Steps 1 and 2 of section 5."""
    own_items, own_names = _own(inheritance, question)
    items = [*inheritance.items(question.artefact), *own_items]
    names = [*inheritance.names(question.artefact), *own_names]
    items, names = _with_held(inheritance, question, items, names)

    def is_others(origin: str) -> bool:
        return question.actor is None or inheritance.pedigree.licensor(origin) != question.actor

    def takes_part(origin: str) -> bool:
        return origin == question.artefact or is_others(origin)

    items.sort(key=order_of)
    names.sort(key=lambda name: (name.origin, name.licence))
    return Binding(
        items=tuple(item for item in items if is_others(item.origin)),
        names=tuple(name for name in names if is_others(name.origin)),
        in_conflict_items=tuple(item for item in items if takes_part(item.origin)),
        in_conflict_names=tuple(name for name in names if takes_part(name.origin)),
    )


def _own(inheritance: Inheritance, question: Question) -> tuple[list[Item], list[InheritedName]]:
    """The artefact's own licence on the day it was acquired, with what its licensor has added to it since."""
    artefact, pedigree = question.artefact, inheritance.pedigree
    grant = pedigree.timeline(artefact).on(question.acquired_on or question.on)
    if grant is None and question.actor is not None and pedigree.licensor(artefact) == question.actor:
        return [], []
    licence, certain = (pedigree.licences[grant.licence], grant.certain) if grant else (UNKNOWN, True)
    path = partial(_itself, artefact)
    items = {item.term: item for item in _items_of(licence, artefact, certain, path)}
    change = inheritance.added_by(licence.id, artefact, ("may-change",))
    added = _items_of(change[0], artefact, change[1] and certain, path) if change else []
    return [*items.values(), *added], [InheritedName(licence.id, artefact, certain, path)]


def _itself(artefact: str) -> Path:
    return (artefact,)


def _items_of(licence: Licence, origin: str, certain: bool, path: partial[Path]) -> list[Item]:
    """All terms of a licence, each once."""
    return [Item(term, licence.id, origin, certain, path) for term in dict.fromkeys(licence.terms)]


def _with_held(
    inheritance: Inheritance, question: Question, items: list[Item], names: list[InheritedName]
) -> tuple[list[Item], list[InheritedName]]:
    """A licence that the actor holds stands in for all that comes from its origin, as certain as the names there."""
    for origin, held in question.holds:
        replaced = [name for name in names if name.origin == origin]
        if not replaced:
            continue
        certain = any(name.certain for name in replaced)
        path = partial(_shortest, replaced)
        licence = inheritance.pedigree.licences[held]
        items = [item for item in items if item.origin != origin]
        names = [name for name in names if name.origin != origin]
        items += [
            Item(term, held, origin, certain, path)
            for term in dict.fromkeys(licence.terms)
            if origin == question.artefact or term.carries == "derivatives"
        ]
        names.append(InheritedName(held, origin, certain, path))
    return items, names


def _shortest(names: list[InheritedName]) -> Path:
    return min((name.path for name in names), key=lambda path: (len(path), path))
