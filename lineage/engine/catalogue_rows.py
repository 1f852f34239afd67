"""Columns of rows that may change: a row that grows is written again behind all others."""

from collections.abc import Sequence
from typing import Any, Final

from lineage.engine.arrays import Ints, Machine

WIDEST: Final = "int32"


class RoomyRows:
    """Row r stands at the places `first[r]` to `last[r]` of each column. Old places are left behind, and not used.

    The columns are replaced when there is no more room: take them from here again after each change.
    """

    def __init__(self, machine: Machine, first: Ints, last: Ints, columns: Sequence[tuple[Ints, str]]) -> None:
        self._machine = machine
        self.first = first
        self.last = last
        self.columns = [column for column, _ in columns]
        self._widths = [width for _, width in columns]
        self._used = len(self.columns[0])

    def row(self, number: int) -> list[tuple[int, ...]]:
        """The cells of one row, place by place."""
        places = range(int(self.first[number]), int(self.last[number]))
        return [tuple(int(column[place]) for column in self.columns) for place in places]

    def write(self, number: int, cells: Sequence[tuple[int, ...]]) -> None:
        """Put other cells into one row."""
        if len(cells) > self.last[number] - self.first[number]:
            self._make_room(len(cells))
            self.first[number] = self._used
            self._used += len(cells)
        self.last[number] = self.first[number] + len(cells)
        for place, cell in enumerate(cells, int(self.first[number])):
            for column, value in zip(self.columns, cell, strict=True):
                column[place] = value

    def _make_room(self, more: int) -> None:
        missing = self._used + more - len(self.columns[0])
        if missing > 0:
            room = missing + self._used // 8
            self.columns = [
                self._joined(column, room, width) for column, width in zip(self.columns, self._widths, strict=True)
            ]

    def _joined(self, column: Ints, room: int, width: str) -> Ints:
        longer: Any = self._machine.filled(len(column) + room, 0, width)
        longer[: len(column)] = column
        return longer
