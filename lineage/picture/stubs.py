"""Which models stand behind a stub when only a part of a family is drawn: plain ids, no words and no places."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass

type Parents = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Stub:
    """`hidden` are ancestors of each of the `children`, who are drawn. Two stubs may hide some of the same."""

    children: tuple[str, ...]
    hidden: frozenset[str]

    @property
    def id(self) -> str:
        """The first of the children, by which the stub is opened: it has no other."""
        return self.children[0]


def stubs(parents: Parents, shown: Set[str]) -> list[Stub]:
    """One stub above each drawn model with parents that are not drawn; those that hide the same are one stub.

    What is drawn further up ends a stub: it hides only what can be reached without passing a drawn model.
    """
    grouped: dict[frozenset[str], list[str]] = {}
    for child in sorted(shown):
        hidden = frozenset(nearest_hidden(parents, shown, [child]))
        if hidden:
            grouped.setdefault(hidden, []).append(child)
    return [Stub(tuple(children), hidden) for hidden, children in sorted(grouped.items(), key=lambda each: each[1])]


def nearest_hidden(parents: Parents, shown: Set[str], starts: Iterable[str], most: int | None = None) -> list[str]:
    """What is not drawn above some models, nearest first, `most` of it at most."""
    found: dict[str, None] = {}
    waiting = list(starts)
    for child in waiting:
        for parent in sorted(parents.get(child, ())):
            if parent in shown or parent in found:
                continue
            if most is not None and len(found) >= most:
                return list(found)
            found[parent] = None
            waiting.append(parent)
    return list(found)


def without_lonely(parents: Parents, shown: Set[str]) -> set[str]:
    """The drawn ones and every model that would stand alone behind a stub: the stub would take as much room."""
    more = set(shown)
    while lonely := {next(iter(stub.hidden)) for stub in stubs(parents, more) if len(stub.hidden) == 1}:
        more |= lonely
    return more


def collapsible(parents: Parents, may_hide: Set[str]) -> set[str]:
    """Those of some models whose ancestors may all be hidden as well: nothing that must be seen is above them."""
    bars = {model for model in parents if model not in may_hide} | {
        parent for above in parents.values() for parent in above if parent not in may_hide
    }
    children: dict[str, list[str]] = {}
    for child, above in parents.items():
        for parent in above:
            children.setdefault(parent, []).append(child)
    waiting = list(bars)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in bars:
                bars.add(child)
                waiting.append(child)
    return set(may_hide) - bars


def within(parents: Parents, starts: Iterable[str], generations: int) -> set[str]:
    """Some models and their ancestors, so many generations up."""
    found = set(starts)
    row = set(found)
    for _ in range(generations):
        row = {parent for child in row for parent in parents.get(child, ())} - found
        found |= row
    return found
