"""Which texts go together with one: a row of the table of pairs, and the same by what the answer is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lineage.engine.compatibility import CHECK, NO, SAME, UNKNOWN, YES, Compatibility, compatibility
from lineage.models import Licence
from lineage.views.licence_choice import documents
from lineage.words.compatibility import only_duties

_ORDER: Final = (YES, CHECK, UNKNOWN, NO)
Cells = tuple[tuple[Licence, Compatibility], ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """What may be made from a model under `text`: each licence it could be offered under, with the answer."""

    number: int
    text: Licence
    cells: Cells

    @property
    def by_answer(self) -> list[tuple[Compatibility, list[Licence]]]:
        """The others by their answer, what is free first; one of the answers stands for all that are like it."""
        found: dict[tuple[int, bool], list[tuple[Compatibility, Licence]]] = {}
        for licence, given in self.cells:
            if licence.pk != self.text.pk and given.answer != SAME:
                key = (_ORDER.index(given.answer), given.answer == CHECK and not only_duties(given))
                found.setdefault(key, []).append((given, licence))
        return [(found[key][0][0], [licence for _given, licence in found[key]]) for key in sorted(found)]


def answers_of(inbound: Licence, others: Sequence[Licence]) -> Cells:
    """For each of the others whether what is made from a model under `inbound` may be offered under it."""
    one, *rest = documents([inbound, *others])
    return tuple((row, compatibility(one, text)) for row, text in zip(others, rest, strict=True))
