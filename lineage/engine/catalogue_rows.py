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
        self._room: dict[int, int] = {}

    def row(self, number: int) -> list[tuple[int, ...]]:
        """The cells of one row, place by place."""
        places = range(int(self.first[number]), int(self.last[number]))
        return [tuple(int(column[place]) for column in self.columns) for place in places]

    def write(self, number: int, cells: Sequence[tuple[int, ...]]) -> None:
        """Put other cells into one row."""
        self.last[number] = self.first[number]
        for cell in cells:
            self.append(number, cell)

    def append(self, number: int, cell: tuple[int, ...]) -> None:
        """One place more at the end of a row, for which the row moves if it has no room."""
        length = int(self.last[number] - self.first[number])
        if length >= self._room.get(number, 0):
            self._move(number, length)
        for column, value in zip(self.columns, cell, strict=True):
            column[self.last[number]] = value
        self.last[number] += 1

    def drop(self, number: int, place: int) -> None:
        """One place less in a row; what was at the end takes its place."""
        self.last[number] -= 1
        for column in self.columns:
            column[place] = column[self.last[number]]

    def _move(self, number: int, length: int) -> None:
        """Write a row behind all others, with room for as much again."""
        room = 2 * length + 2
        self._make_room(room)
        begin, end = int(self.first[number]), int(self.last[number])
        for column in self.columns:
            column[self._used : self._used + length] = column[begin:end]
        self.first[number], self.last[number] = self._used, self._used + length
        self._room[number] = room
        self._used += room

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
