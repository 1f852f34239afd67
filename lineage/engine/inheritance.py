"""What a model inherits: the least fixpoint of the calculus, asked backwards.

A term of a licence travels over some ways of deriving and not over others, and nothing else stops it, but for its own
origin (in a cycle nobody inherits what is their own). So an item arrives exactly if its origin's child, the one whose
maker took the licence, can be reached upward from the model over derivations of those ways without meeting the
origin. That is one breadth-first climb for each set of ways, over the ancestors of the model asked about only, and no
path is ever enumerated. Where claims form a cycle, "without meeting the origin" is a question of dominators.

Readings of the text that it leaves open, all literal:

* A path is a shortest chain over which the item travels, whether or not that chain is a certain one.
* What the licensor's later text adds (`may-change`, `direct`) is added to the model asked about, by the inherited
  names, and is not taken on from there; its path is the path of the name.
* An unknown licence makes a model suspect even where its origin has the same licensor: only restrictions are excused.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache, partial
from typing import Literal

from lineage.engine.document import Licence, LineageFile, Term
from lineage.engine.grants import Taken, licences_taken
from lineage.engine.pedigree import Pedigree, is_sure, way_of
from lineage.engine.terms import UNKNOWN_LICENCE, is_restriction
from lineage.engine.walks import Climb

State = Literal["tainted", "suspect", "clean"]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One term that arrived, with the licence that says it and the artefact that licence was taken from."""

    term: Term
    licence: str
    origin: str
    certain: bool
    find_path: Callable[[], Path] = field(repr=False, compare=False)

    @property
    def path(self) -> Path:
        """From the artefact asked about to the origin, both included; found when asked for."""
        return self.find_path()


@dataclass(frozen=True, slots=True)
class InheritedName:
    """A licence that was taken from an origin, though perhaps none of its terms arrived."""

    licence: str
    origin: str
    certain: bool
    find_path: Callable[[], Path] = field(repr=False, compare=False)

    @property
    def path(self) -> Path:
        """From the artefact asked about to the origin, both included; found when asked for."""
        return self.find_path()


@dataclass(frozen=True, slots=True)
class _Step:
    """One derivation seen from the child: the way up, and what was taken there."""

    parent: str
    way: int
    sure: bool
    taken: tuple[Taken, ...]


def order_of(item: Item) -> tuple[str, str, tuple[object, ...]]:
    """Items in a fixed order, whatever order the file has."""
    return item.origin, item.licence, order_of_term(item.term)


def order_of_term(term: Term) -> tuple[object, ...]:
    limit = (0, 0.0) if term.limit is None else (1, term.limit)
    return term.id, limit, term.carries, term.reaches_outputs, term.clause or "", term.quote or ""


class Inheritance:
    """What every artefact of one file inherits, seen on one day under one policy. Answers are made when asked for.

    All methods raise KeyError for an artefact that the file does not have.
    """

    def __init__(self, pedigree: Pedigree, on: date, policy: str) -> None:
        self.pedigree = pedigree
        self.on = on
        self.policy = policy
        self._steps = cache(self._make_steps)
        self._parents = cache(self._make_parents)
        # These are as long as an ancestry each, so only those of the models asked about last are kept.
        self._climb = lru_cache(maxsize=64)(self._make_climb)
        self._arrivals = lru_cache(maxsize=64)(self._find_arrivals)
        self._items = lru_cache(maxsize=64)(self._make_items)
        self._names = lru_cache(maxsize=64)(self._make_names)

    def items(self, artefact: str) -> tuple[Item, ...]:
        """The terms that arrive, those included that a licensor has added since, by origin and licence."""
        return self._items(artefact)

    def names(self, artefact: str) -> tuple[InheritedName, ...]:
        """The licences that arrive by name, by origin and licence. What a licensor has added since is no name."""
        return self._names(artefact)

    def ancestors(self, artefact: str) -> frozenset[str]:
        """Every artefact that this one descends from, by any claim, itself left out."""
        climb = Climb(self.pedigree.artefacts[artefact].id, self.pedigree.parents)
        return frozenset(climb.order[1:])

    def restrictions(self, artefact: str) -> tuple[Item, ...]:
        """The restrictions that count for the lineage: what a maker carries on from their own versions is choice."""
        return tuple(
            item
            for item in self.items(artefact)
            if is_restriction(item.term.id) and not self.pedigree.same_licensor(item.origin, artefact)
        )

    def state(self, artefact: str) -> State:
        restrictions = self.restrictions(artefact)
        if any(item.certain for item in restrictions):
            return "tainted"
        unknown = any(item.term.id == UNKNOWN_LICENCE for item in self.items(artefact))
        if restrictions or unknown or self.pedigree.undisclosed([artefact, *self.ancestors(artefact)]):
            return "suspect"
        return "clean"

    def added_by(self, licence: str, origin: str, controls: Iterable[str]) -> tuple[Licence, bool] | None:
        """The licence that a licensor has put in the place of an older one which says that they may.

        With it comes whether that is certain as far as the grant and the policy go; None if nothing has changed.
        """
        if not set(controls) & set(self.pedigree.licences[licence].control):
            return None
        newest = self.pedigree.timeline(origin).newest_begun(self.on)
        if newest is None or newest.licence == licence:
            return None
        return self.pedigree.licences[newest.licence], newest.certain and self.policy == "strict"

    def _make_names(self, artefact: str) -> tuple[InheritedName, ...]:
        names = []
        for ways, licences in self.pedigree.names_by_ways.items():
            certain = self._arrivals(artefact, ways, True)
            for origin, licence in self._arrivals(artefact, ways, False):
                if licence in licences:
                    # A strip of eight uses asks for each path eight times.
                    path = cache(partial(self._path, artefact, ways, origin, licence))
                    names.append(InheritedName(licence, origin, (origin, licence) in certain, path))
        return tuple(sorted(names, key=lambda name: (name.origin, name.licence)))

    def _make_items(self, artefact: str) -> tuple[Item, ...]:
        found: dict[tuple[str, str, Term], list[Item]] = defaultdict(list)
        for item in (*self._travelled(artefact), *self._added(artefact)):
            found[item.origin, item.licence, item.term].append(item)
        return tuple(sorted(map(_as_one, found.values()), key=order_of))

    def _travelled(self, artefact: str) -> Iterable[Item]:
        for ways, terms in self.pedigree.terms_by_ways.items():
            certain = self._arrivals(artefact, ways, True)
            for origin, licence in self._arrivals(artefact, ways, False):
                path = cache(partial(self._path, artefact, ways, origin, licence))
                for term in terms.get(licence, ()):
                    yield Item(term, licence, origin, (origin, licence) in certain, path)

    def _added(self, artefact: str) -> Iterable[Item]:
        for name in self.names(artefact):
            change = self.added_by(name.licence, name.origin, ("may-change", "direct"))
            if change is None:
                continue
            licence, sure = change
            for term in licence.terms:
                if term.carries == "derivatives":
                    yield Item(term, licence.id, name.origin, sure and name.certain, name.find_path)

    def _make_steps(self, child: str) -> tuple[_Step, ...]:
        """The derivations of a child, each kind once: a claim that is made a million times is one claim."""
        published_on = self.pedigree.artefacts[child].published_on
        kinds = {
            (made.parent, way_of(made.method), is_sure(made), made.obtained_on, made.reaccepted_on): made
            for made in self.pedigree.derivations.get(child, ())
        }
        steps = set()
        for (parent, way, sure, _, _), made in kinds.items():
            taken = licences_taken(self.pedigree.timeline(parent), made, published_on=published_on, on=self.on)
            steps.add(_Step(parent, way, sure, taken))
        return tuple(sorted(steps, key=lambda step: step.parent))

    def _make_parents(self, child: str, ways: int, sure: bool) -> tuple[str, ...]:
        """The parents over derivations of some ways, in order of id; `sure` leaves out what is only possible."""
        steps = self._steps(child)
        return tuple(sorted({step.parent for step in steps if step.way & ways and (step.sure or not sure)}))

    def _make_climb(self, artefact: str, ways: int, sure: bool) -> Climb:
        return Climb(artefact, lambda node: self._parents(node, ways, sure and self.pedigree.doubtful))

    def _find_arrivals(self, artefact: str, ways: int, sure: bool) -> dict[tuple[str, str], str]:
        """Which licences arrive over some ways: (origin, licence) to the nearest child that took it."""
        climb = self._climb(self.pedigree.artefacts[artefact].id, ways & self.pedigree.ways, sure)
        found: dict[tuple[str, str], str] = {}
        for child in climb.order:
            for step in self._steps(child):
                if not step.way & ways or step.parent == artefact or (sure and not step.sure):
                    continue
                if self.pedigree.in_one_cycle(step.parent, child) and climb.passes_always(child, step.parent):
                    continue
                for taken in step.taken:
                    if taken.certain or not sure:
                        found.setdefault((step.parent, taken.licence), child)
        return found

    def _path(self, artefact: str, ways: int, origin: str, licence: str) -> Path:
        """The shortest way to an origin over which a licence came. Only in a cycle can the origin be in its own way."""
        climb = self._climb(artefact, ways & self.pedigree.ways, False)
        path = climb.path(self._arrivals(artefact, ways, False)[origin, licence])
        if origin in path:
            around = Climb(artefact, lambda node: self._parents(node, ways, False), without=origin)
            path = next(around.path(child) for child in around.order if self._took(child, ways, origin, licence))
        return *path, origin

    def _took(self, child: str, ways: int, origin: str, licence: str) -> bool:
        return any(
            step.parent == origin and step.way & ways and any(taken.licence == licence for taken in step.taken)
            for step in self._steps(child)
        )


def _as_one(arrived: list[Item]) -> Item:
    """One item that arrived once or more: certain if some arrival is, and by the shortest path."""
    first = arrived[0]
    if len(arrived) == 1:
        return first

    def shortest() -> Path:
        return min((item.path for item in arrived), key=lambda path: (len(path), path))

    return Item(first.term, first.licence, first.origin, any(item.certain for item in arrived), cache(shortest))


def solve(file: LineageFile, on: date, policy: str = "strict", *, pedigree: Pedigree | None = None) -> Inheritance:
    """What the artefacts of a file inherit, seen on a day. `pedigree` saves indexing the same file again."""
    return Inheritance(pedigree or Pedigree(file), on, policy)
