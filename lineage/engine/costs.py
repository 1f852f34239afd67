"""What it may cost to make a clean replacement of a model, where nobody has said. These are estimates, and no offers.

One sum is told: the author of BRA put the retraining of one Stable Diffusion 1.5 checkpoint at 150 to 250 US dollars in
2023. 200, the middle of it, stands for every training of a whole model. The other sums are set in proportion, and stand
on nothing else: a LoRA is trained on a tenth of it, and to merge or convert is an evening on a machine of one's own.

A model costs what the dearest of its own steps costs. One that was only put together (merged, converted, taken over in
part) can be put together anew only from clean parents, so the parents that something comes by are counted with it; but
never more than a training, since one may as well train one model on a clean base. Whether there is such a base, whether
the data are still there, and whether the result is liked as much: that no estimate knows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lineage.engine.pedigree import Pedigree

TRAINING: Final = frozenset({"finetune", "continue", "distill", "train-on-outputs"})
LORA: Final = frozenset({"lora-train"})


@dataclass(frozen=True, slots=True)
class Rates:
    """Whole US dollars for one step."""

    training: int = 200
    lora: int = 20
    assembly: int = 5


def estimated_costs(
    pedigree: Pedigree,
    in_the_way: Callable[[str], Iterable[str]],
    *,
    stated: Mapping[str, int] | None = None,
    rates: Rates | None = None,
) -> dict[str, int]:
    """Whole US dollars for each artefact of which it is known how it was made; what was `stated` counts as it is.

    `in_the_way` tells the parents by which a restriction comes to a model. What was made from nothing on file, such as
    a base model, has no estimate.
    """
    return _Costs(pedigree, in_the_way, dict(stated or {}), rates or Rates()).all()


class _Costs:
    def __init__(
        self,
        pedigree: Pedigree,
        in_the_way: Callable[[str], Iterable[str]],
        known: dict[str, int],
        rates: Rates,
    ) -> None:
        self.pedigree = pedigree
        self.in_the_way = in_the_way
        self.known = known
        self.rates = rates

    def all(self) -> dict[str, int]:
        """Parents before children, without recursion: a chain of merges may be long."""
        for artefact in self.pedigree.derivations:
            work = [artefact]
            while work:
                first = [each for each in self._asked_first(work[-1]) if each not in self.known]
                if first:
                    work += first
                else:
                    model = work.pop()
                    self.known.setdefault(model, self._cost(model))
        return self.known

    def _asked_first(self, model: str) -> list[str]:
        """The parents that are counted with it. In a circle of claims nobody comes first; there, a training counts."""
        if model in self.known or not self._assembled(model):
            return []
        return [
            parent
            for parent in self.in_the_way(model)
            if parent in self.pedigree.derivations and not self.pedigree.in_one_cycle(parent, model)
        ]

    def _cost(self, model: str) -> int:
        if not self._assembled(model):
            methods = {made.method for made in self.pedigree.derivations[model]}
            return self.rates.training if methods & TRAINING else self.rates.lora
        asked = {each: self.known[each] for each in self._asked_first(model)}
        parents = sum(asked.get(each, self.rates.training) for each in self.in_the_way(model))
        return min(self.rates.assembly + parents, self.rates.training)

    def _assembled(self, model: str) -> bool:
        """Whether no step of its own was a training."""
        return not any(made.method in TRAINING | LORA for made in self.pedigree.derivations[model])
