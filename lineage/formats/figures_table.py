"""A CSV of figures: a line for each version, under a first line that names the columns.

An empty cell says that something is not known. A column that is left out leaves what is on record as it is.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from lineage.engine.fields import shown
from lineage.formats.naming import nearest
from lineage.formats.spreadsheet_guard import unguarded
from lineage.formats.texts import decoded

type Figure = int | bool | str | date | None

LONGEST_SOURCE: Final = 200
MOST_DOWNLOADS: Final = 10**15
MOST_DOLLARS: Final = 10**9
YES_AND_NO: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}


class FiguresUnreadable(ValueError):
    """The table was refused. `place` is the line and column, `says` a sentence that tells what to do."""

    def __init__(self, place: str, says: str) -> None:
        super().__init__(f"{place}: {says}" if place else says)
        self.place = place
        self.says = says


@dataclass(frozen=True, slots=True)
class FiguresLine:
    """What one line says of one version: `given` has a value for each column of the table but the first."""

    place: str
    artefact: str
    given: Mapping[str, Figure]


def read_figures(data: bytes | str) -> list[FiguresLine]:
    """The lines of a table, in its order. Raises FiguresUnreadable, or FormatError for what is no text at all."""
    reader = csv.reader(io.StringIO(decoded(data), newline=""), strict=True)
    columns: list[str] = []
    lines: list[FiguresLine] = []
    try:
        for row in reader:
            if not columns:
                columns = _columns(row)
            elif any(cell.strip() for cell in row):
                lines.append(_line(columns, row, f"line {reader.line_num}"))
    except csv.Error as error:
        raise FiguresUnreadable(f"line {reader.line_num}", f"this is not CSV: {error}") from None
    if not columns:
        raise FiguresUnreadable("", f"the table is empty; its first line names the columns {', '.join(COLUMNS)}")
    return lines


def _columns(row: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in row[:100]]
    for column in columns:
        if column not in COLUMNS:
            near = nearest(column, COLUMNS)
            hint = f"did you mean '{near}'?" if near else f"the columns are {', '.join(COLUMNS)}"
            raise FiguresUnreadable("line 1", f"there is no column '{shown(column)}'; {hint}")
    if "artefact" not in columns or len(set(columns)) < len(columns):
        raise FiguresUnreadable("line 1", "every column stands once, and artefact must be there")
    return columns


def _line(columns: list[str], row: list[str], place: str) -> FiguresLine:
    if len(row) != len(columns):
        says = f"this line has {len(row)} cells, and the first line {len(columns)}"
        raise FiguresUnreadable(place, says)
    cells = dict(zip(columns, [unguarded(cell.strip()) for cell in row], strict=True))
    artefact = cells.pop("artefact")
    if not artefact:
        raise FiguresUnreadable(f"{place}, artefact", "name the version by its id")
    given = {column: _READERS[column](cell, f"{place}, {column}") for column, cell in cells.items()}
    return FiguresLine(place, artefact, given)


def _whole(least: int, most: int) -> Callable[[str, str], int | None]:
    def read(cell: str, place: str) -> int | None:
        if not cell:
            return None
        if not (cell.isascii() and cell.isdigit() and len(cell) < 20 and least <= int(cell) <= most):
            says = f"'{shown(cell)}' is not a whole number from {least} to {most:,}; write it in digits alone"
            raise FiguresUnreadable(place, says)
        return int(cell)

    return read


def _day(cell: str, place: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        says = f"'{shown(cell)}' is not a day; write year-month-day, such as 2023-02-22"
        raise FiguresUnreadable(place, says) from None


def _source(cell: str, place: str) -> str:
    if len(cell) > LONGEST_SOURCE or not cell.isprintable():
        raise FiguresUnreadable(place, f"a source has at most {LONGEST_SOURCE} visible characters")
    return cell


def _switch(cell: str, place: str) -> bool:
    if cell.lower() not in YES_AND_NO:
        raise FiguresUnreadable(place, f"'{shown(cell)}' is neither yes nor no")
    return YES_AND_NO[cell.lower()]


_READERS: Final[Mapping[str, Callable[[str, str], Figure]]] = {
    "downloads": _whole(0, MOST_DOWNLOADS),
    "counted_on": _day,
    "downloads_source": _source,
    "cost_usd": _whole(1, MOST_DOLLARS),
    "cost_stated": _switch,
    "cost_source": _source,
}
COLUMNS: Final = ("artefact", *_READERS)
