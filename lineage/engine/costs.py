"""What it may cost to make a clean replacement of a model, where nobody has said. These are estimates, and no offers.

One sum is told: the author of BRA put the retraining of one Stable Diffusion 1.5 checkpoint at 150 to 250 US dollars in
2023. 200, the middle of it, stands for every training of a whole model. The other sums are set in proportion, and stand
on nothing else: a LoRA is trained on a tenth of it, and to merge or convert is an evening on a machine of one's own.

A model costs what the dearest of its own steps costs. One that was only put together (merged, converted, taken over in
part) can be put together anew only from clean parents, so the parents that are tainted, or bring a restriction, are
counted with it; but never more than a training, since one may as well train one model on a clean base. Whether there is
such a base, whether the data are still there, and whether the result is liked as much: that no estimate knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from lineage.engine.arrays import Ints
from lineage.engine.catalogue import Catalogue, by_model, by_row
from lineage.engine.catalogue_change import begins_of
from lineage.engine.catalogue_graph import Models, Rows
from lineage.engine.catalogue_kernels import TAINTED, is_foreign, origin_of
from lineage.engine.catalogue_offers import OfferColumns

TRAINING: Final = frozenset({"finetune", "continue", "distill", "train-on-outputs"})
LORA: Final = frozenset({"lora-train"})

FROM_NOTHING, ASSEMBLED, LORA_TRAINED, TRAINED = range(4)
"""How a model was made, by the dearest of its steps. What was made from nothing on file has no estimate."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Whole US dollars for one step."""

    training: int = 200
    lora: int = 20
    assembly: int = 5


class _Costs(NamedTuple):
    """Columns by the numbers of the graph: how each model was made, what was stated, and what it costs."""

    made: Ints
    stated: Ints
    cost: Ints


def way_of_making(methods: Iterable[str]) -> int:
    """How a model was made, of the methods of all its derivations but those with a share of 0."""
    return max((_STEP.get(method, ASSEMBLED) for method in methods), default=FROM_NOTHING)


_STEP: Final = dict.fromkeys(TRAINING, TRAINED) | dict.fromkeys(LORA, LORA_TRAINED)


def costs_of(catalogue: Catalogue, made: Ints, stated: Ints, rates: Rates | None = None) -> Ints:
    """Whole US dollars for each model, 0 where that is not known. `stated` counts as it is; 0 is not stated."""
    machine, graph, rates = catalogue.machine, catalogue.graph, rates or Rates()
    count = len(graph)
    columns = _Costs(*(machine.filled(count, 0, width) for width in ("uint8", "int64", "int64")))
    machine.run(by_row)(machine.given(made, "uint8"), graph.original, columns.made)
    machine.run(by_row)(machine.given(stated, "int64"), graph.original, columns.stated)
    seen = machine.filled(count, -1, "int32")
    wanted = (graph.rows, graph.models, catalogue.offer_columns(), catalogue.row_states, begins_of(graph))
    machine.run(estimate)(*wanted, columns, (rates.training, rates.lora, rates.assembly), seen)
    found = machine.filled(count, 0, "int64")
    machine.run(by_model)(columns.cost, graph.original, found)
    return found


def estimate(
    rows: Rows, models: Models, offers: OfferColumns, states: Ints, begins: Ints, columns: _Costs,
    rates: tuple[int, int, int], seen: Ints,
) -> None:  # fmt: skip
    """Parents come before children. In a circle of claims nobody comes first; there, a training counts."""
    training, lora, assembly = rates
    for child in range(len(columns.cost)):
        total = 0
        if columns.stated[child]:
            total = columns.stated[child]
        elif columns.made[child] == TRAINED:
            total = training
        elif columns.made[child] == LORA_TRAINED:
            total = lora
        elif columns.made[child] == ASSEMBLED:
            total = assembly
            for each in range(rows.first[child], rows.last[child]):
                parent = rows.parent[each]
                brought = offers.classes[rows.offer[each]] & offers.passing_classes[rows.kind[each] >> 1]
                brings = brought and is_foreign(origin_of(parent, models), models.licensor[child])
                if seen[parent] != child and (brings or states[parent] == TAINTED):
                    # Two claims of one parent ask for one new parent.
                    seen[parent] = child
                    known = columns.cost[parent] if begins[parent] != begins[child] else 0
                    total += known if known else training
            total = min(total, training)
        columns.cost[child] = total
