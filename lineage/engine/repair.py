"""For a model that is not clean: the cheapest set of rebuilds and substitutions that leaves it clean.

To redo a model is to make it again as it was made, with each of its tainted inputs dealt with: redone in turn, or
with something clean in its place. What is dealt with once serves every model that is made from it. That is a minimum
closure with a price on the choice, and so one minimum cut.

Choices where the calculus leaves them open:

* A maker can redo what is theirs, and cannot put anything else in its place; what is others' can be replaced, and not
  redone. A stated price says that the other thing can be done too.
* What brings a restriction by its own licence, or does not disclose its parents, has to be replaced: redoing it
  changes neither. But a maker grants their own redone models anew.
* Kept inputs stay as they were taken, under the licence that was taken with them.
* An input counts as tainted if anything comes from it that reaches the model. Where different ways carry different
  terms, that may ask for more than the least; the plan leaves the model clean all the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from lineage.engine.descent import Descent, Source
from lineage.engine.document import Derivation, LineageFile, LineageFileError
from lineage.engine.flow import Network
from lineage.engine.pedigree import Pedigree
from lineage.engine.walks import Climb, components

Handling = Literal["kept", "replaced", "redone"]
Obstruction = Literal["circle", "undisclosed", "stuck"]
_SOURCE, _SINK = ("", "source"), ("", "sink")


@dataclass(frozen=True, slots=True)
class Price:
    """What it costs to redo an artefact, or to put something in its place, in any one unit; None is not stated."""

    redo: int | None = None
    replace: int | None = None


@dataclass(frozen=True, slots=True)
class Redo:
    """One model to be made again, with all its derivations as they were and what to take for each parent."""

    artefact: str
    inputs: tuple[tuple[Derivation, Handling], ...]


@dataclass(frozen=True, slots=True)
class RepairPlan:
    """`redo` is in the order of work and ends with the target; `replace` and `keep` are sorted.

    `cost` is the sum of the stated prices, and of `unstated` for each step in `unpriced`, which has no price.
    """

    target: str
    replace: tuple[str, ...] = ()
    redo: tuple[Redo, ...] = ()
    keep: tuple[str, ...] = ()
    cost: int = 0
    unpriced: tuple[str, ...] = ()


class NoRepair(LineageFileError):
    """There is no plan; the message says what stands in the way, and `why` names it for those who say it otherwise.

    `circle`: some artefacts descend from each other by claim. `undisclosed`: the model's own parents are not known.
    `stuck`: something of its maker's can neither be redone nor be replaced, as long as no price is stated for it.
    """

    def __init__(self, place: str, says: str, why: Obstruction) -> None:
        super().__init__(place, says)
        self.why: Obstruction = why


@dataclass(slots=True)
class _Demands:
    """What the plan has to deal with: (parent, child) of each derivation over which something reaches the model."""

    edges: set[tuple[str, str]] = field(default_factory=set)
    only_replaced: set[str] = field(default_factory=set)


def repair_plan(
    file: LineageFile,
    target: str,
    *,
    on: date,
    policy: str = "strict",
    prices: Mapping[str, Price] | None = None,
    unstated: int = 1,
) -> RepairPlan:
    """The cheapest plan; an empty one if the model is clean. Raises NoRepair, and KeyError for an unknown id."""
    pedigree = Pedigree(ancestry(file, target))
    if pedigree.cycles:
        listed = ", ".join(pedigree.cycles[0])
        raise NoRepair(target, f"the claims that {listed} descend from each other have to be settled first", "circle")
    demands = _demands(Descent(pedigree, on, policy), target)
    if not demands.edges:
        return RepairPlan(target)
    costs = {
        each: _costs(pedigree, target, each, demands, price=(prices or {}).get(each, Price()), unstated=unstated)
        for each in pedigree.artefacts
    }
    return _plan(pedigree, target, _handled(target, demands, costs), prices or {}, unstated)


def ancestry(file: LineageFile, target: str) -> LineageFile:
    """The part of a file that a model descends from, without questions. Raises KeyError for an unknown id."""
    pedigree = Pedigree(file)
    kept = set(Climb(pedigree.artefacts[target].id, pedigree.parents).order)
    return replace(
        file,
        artefacts=tuple(each for each in file.artefacts if each.id in kept),
        grants=tuple(grant for grant in file.grants if grant.artefact in kept),
        derivations=tuple(made for made in file.derivations if made.child in kept),
        exemptions=(),
        prohibitions=(),
        questions=(),
    )


def is_own(pedigree: Pedigree, target: str, artefact: str) -> bool:
    """Whether the maker of the target can redo an artefact: the target itself, and what has the same licensor."""
    return artefact == target or pedigree.same_licensor(artefact, target)


def _demands(descent: Descent, target: str) -> _Demands:
    pedigree, demands = descent.pedigree, _Demands()
    if pedigree.artefacts[target].undisclosed_parents:
        says = "what it was made from is not disclosed, so it cannot be made again without that"
        raise NoRepair(target, says, "undisclosed")
    for source in descent.sources():
        if not descent.counts_for(source, target):
            continue
        edges = _edges_to(descent, source, target)
        demands.edges |= edges
        granted_anew = source.licences is not None and is_own(pedigree, target, source.origin)
        if edges and not granted_anew:
            demands.only_replaced.add(source.origin)
    return demands


def _edges_to(descent: Descent, source: Source, target: str) -> set[tuple[str, str]]:
    """The derivations that lie on some way of a source to the model."""
    reached = {source.origin: descent.entries(source)}
    work = list(reached[source.origin])
    for node in work:
        if node not in reached:
            reached[node] = descent.below(source, node)
            work += reached[node]
    above: dict[str, list[str]] = {}
    for parent, children in reached.items():
        for child in children:
            above.setdefault(child, []).append(parent)
    climb = Climb(target, lambda node: sorted(above.get(node, ())))
    return {(parent, child) for child in climb.order for parent in above.get(child, ())}


def _costs(
    pedigree: Pedigree, target: str, artefact: str, demands: _Demands, *, price: Price, unstated: int
) -> tuple[int | None, int | None]:
    """What redoing and what replacing costs; None if it cannot be done."""
    own = is_own(pedigree, target, artefact)
    redo = price.redo if price.redo is not None else unstated if own else None
    substitute = price.replace if price.replace is not None else None if own else unstated
    return (None if artefact in demands.only_replaced else redo), substitute


def _handled(target: str, demands: _Demands, costs: Mapping[str, tuple[int | None, int | None]]) -> dict[str, Handling]:
    """How each artefact that has to be dealt with is dealt with, at the least cost."""
    network = Network[tuple[str, str]]()
    network.add(_SOURCE, (target, "redo"), None)
    for artefact in sorted({each for edge in demands.edges for each in edge}):
        redo, substitute = costs[artefact]
        network.add((artefact, "deal"), (artefact, "redo"), substitute)
        network.add((artefact, "redo"), _SINK, redo)
    for parent, child in sorted(demands.edges):
        network.add((child, "redo"), (parent, "deal"), None)
    chosen = network.chosen(_SOURCE, _SINK)
    if chosen is None:
        says = "something that it needs can neither be made again nor be replaced; state a price for it"
        raise NoRepair(target, says, "stuck")
    return {
        artefact: "redone" if (artefact, "redo") in chosen else "replaced"
        for artefact, part in sorted(chosen - {_SOURCE})
        if part == "deal" or artefact == target
    }


def _plan(
    pedigree: Pedigree, target: str, handled: Mapping[str, Handling], prices: Mapping[str, Price], unstated: int
) -> RepairPlan:
    redone = dict.fromkeys(each for each, how in handled.items() if how == "redone")
    order = [component[0] for component in components(redone, pedigree.parents) if component[0] in redone]
    redo = tuple(Redo(each, _inputs(pedigree, each, handled)) for each in order)
    stated = {each: _stated(prices.get(each, Price()), how) for each, how in handled.items()}
    return RepairPlan(
        target,
        replace=tuple(sorted(each for each, how in handled.items() if how == "replaced")),
        redo=redo,
        keep=tuple(sorted({made.parent for each in redo for made, how in each.inputs if how == "kept"})),
        cost=sum(unstated if price is None else price for price in stated.values()),
        unpriced=tuple(sorted(each for each, price in stated.items() if price is None)),
    )


def _stated(price: Price, how: Handling) -> int | None:
    return price.redo if how == "redone" else price.replace


def _inputs(
    pedigree: Pedigree, artefact: str, handled: Mapping[str, Handling]
) -> tuple[tuple[Derivation, Handling], ...]:
    claims: Iterable[Derivation] = pedigree.derivations.get(artefact, ())
    return tuple((made, handled.get(made.parent, "kept")) for made in sorted(claims, key=lambda made: made.parent))
