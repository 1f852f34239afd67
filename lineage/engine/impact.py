"""For every artefact at once: what a clean replacement of it would free.

A model is freed by v if v lies on every path by which anything comes that keeps it from being clean: if v is on the
dominator chain of the model for each source that reaches it. One pass over the descendants of a source gives its chains
(Cooper, Harvey and Kennedy); only where claims form a cycle is the pass repeated, until nothing changes.

The scores do not add up: two artefacts may free the same model, and a merge of two tainted parents is freed by neither
alone. `most_freed_first` therefore looks again after each choice, and still misses such pairs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from lineage.engine.descent import Descent, Source
from lineage.engine.document import LineageFile, LineageFileError
from lineage.engine.pedigree import Pedigree
from lineage.engine.whatif import replaced, with_clean_stand_in

LONGEST_WALK: Final = 10_000_000
"""Steps from models up to what they come from, in all. A chain of n tainted models has n * n / 2 of them."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What a clean replacement of `artefact` frees, itself among it if it is tainted. `freed` is sorted."""

    artefact: str
    freed: tuple[str, ...]
    downloads: int

    @property
    def versions(self) -> int:
        return len(self.freed)


def impact(
    file: LineageFile, *, on: date, policy: str = "strict", downloads: Mapping[str, int] | None = None
) -> list[Impact]:
    """Every artefact that would free something: most downloads first, then most versions, then by id.

    `downloads` counts each version once; one that is not in it counts as none. The memory grows with the answer: with
    the number of models that each artefact frees. Raises LineageFileError if that would be too much to hold.
    """
    freed: dict[str, list[str]] = defaultdict(list)
    for model, by in _freed_by(Descent(Pedigree(file), on, policy)).items():
        for artefact in by:
            freed[artefact].append(model)
    counts = downloads or {}
    found = [
        Impact(artefact, tuple(sorted(models)), sum(counts.get(model, 0) for model in models))
        for artefact, models in freed.items()
    ]
    return sorted(found, key=lambda each: (-each.downloads, -each.versions, each.artefact))


def most_freed_first(
    file: LineageFile,
    costs: Mapping[str, int],
    budget: int,
    *,
    on: date,
    policy: str = "strict",
    downloads: Mapping[str, int] | None = None,
) -> list[Impact]:
    """What to replace for a sum of money: the most freed for its cost first, and looking again after each choice.

    Only artefacts with a cost of at least 1 are considered. What is freed is told as it stands after the choices before
    it, so that these may be added up. Without downloads the versions count.
    """
    chosen: list[Impact] = []
    done: set[str] = set()
    while True:
        found = [each for each in impact(file, on=on, policy=policy, downloads=downloads) if each.artefact not in done]
        within = [each for each in found if 0 < costs.get(each.artefact, 0) <= budget]
        best = max(within, key=lambda each: _worth(each, downloads) / costs[each.artefact], default=None)
        if best is None or not _worth(best, downloads):
            return chosen
        chosen.append(best)
        done.add(best.artefact)
        budget -= costs[best.artefact]
        file, new = with_clean_stand_in(file, best.artefact)
        file = _forgotten(replaced(file, best.artefact, new, on), best.artefact)


def _worth(each: Impact, downloads: Mapping[str, int] | None) -> int:
    return each.versions if downloads is None else each.downloads


def _forgotten(file: LineageFile, artefact: str) -> LineageFile:
    """The file without what an artefact was made from: it has been replaced, and is tainted no more."""
    return replace(file, derivations=tuple(made for made in file.derivations if made.child != artefact))


def _freed_by(descent: Descent) -> dict[str, list[str]]:
    """For each tainted model: each artefact whose clean replacement alone would leave it clean."""
    on_every_path: dict[str, list[str]] = {}
    tainted: set[str] = set()
    steps = 0
    for source in descent.sources():
        chains = _Chains(descent, source)
        for model in chains.order[1:]:
            if descent.counts_for(source, model):
                chain = chains.chain(model)
                on_every_path[model] = _in_both(on_every_path.get(model, chain), chain)
                steps += len(chain)
                if steps > LONGEST_WALK:
                    raise LineageFileError(
                        "derivations", "they are too deep to weigh every artefact; use a smaller file"
                    )
        tainted |= {model for model in _surely_reached(descent, source) if descent.counts_for(source, model)}
    for model in descent.pedigree.undisclosed(tainted):
        on_every_path[model] = [model]
    return {model: on_every_path[model] for model in tainted}


def _in_both(one: list[str], other: list[str]) -> list[str]:
    if one == other:
        return one
    known = set(other)
    return [each for each in one if each in known]


def _surely_reached(descent: Descent, source: Source) -> Iterable[str]:
    reached = dict.fromkeys(descent.entries(source, sure=True))
    work = list(reached)
    for node in work:
        for child in descent.below(source, node, sure=True):
            if child not in reached:
                reached[child] = None
                work.append(child)
    return reached


class _Chains:
    """The dominators of all that one source reaches. `order` begins with the origin; parents mostly come first."""

    def __init__(self, descent: Descent, source: Source) -> None:
        self._below: dict[str, Sequence[str]] = {}
        self.order = self._sorted(descent, source)
        self._place = {node: place for place, node in enumerate(self.order)}
        self._above: list[list[int]] = [[] for _ in self.order]
        for node in self.order:
            for child in self._below[node]:
                self._above[self._place[child]].append(self._place[node])
        self._immediate = [0] + [-1] * (len(self.order) - 1)
        while self._pass():
            pass

    def chain(self, node: str) -> list[str]:
        """All that every path from the origin to the node goes through, the node first and the origin last."""
        place = self._place[node]
        chain = [node]
        while place:
            place = self._immediate[place]
            chain.append(self.order[place])
        return chain

    def _sorted(self, descent: Descent, source: Source) -> list[str]:
        """What the source reaches, in reverse postorder: topological where there is no cycle."""
        self._below[source.origin] = descent.entries(source)
        finished: list[str] = []
        work = [(source.origin, iter(self._below[source.origin]))]
        while work:
            node, rest = work[-1]
            child = next((each for each in rest if each not in self._below), None)
            if child is None:
                finished.append(node)
                work.pop()
            else:
                self._below[child] = descent.below(source, child)
                work.append((child, iter(self._below[child])))
        return finished[::-1]

    def _pass(self) -> bool:
        """One pass from top to bottom; whether it has to be done again, as a node has parents that come after it."""
        changed, again = False, False
        for place in range(1, len(self.order)):
            known = [above for above in self._above[place] if self._immediate[above] >= 0]
            meet = known[0]
            for above in known[1:]:
                meet = self._meet(meet, above)
            again = again or any(above >= place for above in self._above[place])
            changed = changed or meet != self._immediate[place]
            self._immediate[place] = meet
        return changed and again

    def _meet(self, one: int, other: int) -> int:
        while one != other:
            if one > other:
                one = self._immediate[one]
            else:
                other = self._immediate[other]
        return one
