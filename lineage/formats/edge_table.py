"""A CSV of edges: a line for each derivation, under a first line that names the columns."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Final, NoReturn

from lineage.engine.document import Artefact, Derivation
from lineage.engine.fields import shown
from lineage.engine.terms import METHODS
from lineage.formats.draft import Draft, draft_of
from lineage.formats.naming import LONGEST_ID, artefact_of_hash, as_sha256, nearest
from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.spreadsheet_guard import unguarded
from lineage.formats.texts import as_bytes, decoded

NEEDED: Final = ("parent", "child", "method")
COLUMNS: Final = (*NEEDED, "obtained_on", "share", "evidence")


def import_edges(data: bytes | str) -> Proposal:
    """The derivations in a table. `parent` and `child` are ids, or whole SHA-256. Raises FormatError with the line."""
    text = decoded(data)
    draft = draft_of(as_bytes(data), "csv")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    try:
        for row in reader:
            if not columns:
                columns = _columns(row)
            elif any(cell.strip() for cell in row):
                _add(draft, columns, row, f"line {reader.line_num}")
    except csv.Error as error:
        raise FormatError(f"line {reader.line_num}", "this is not CSV: {problem}", problem=str(error)) from None
    if not columns:
        says = "the table is empty; its first line names the columns {columns}"
        raise FormatError("", says, columns=", ".join(COLUMNS))
    return draft.done()


def _columns(row: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in row[:100]]
    for column in columns:
        if column not in COLUMNS:
            _refuse_column(column)
    missing = [column for column in NEEDED if column not in columns]
    if missing or len(set(columns)) < len(columns):
        raise FormatError("line 1", "every column stands once, and parent, child and method must be there")
    return columns


def _refuse_column(column: str) -> NoReturn:
    if near := nearest(column, COLUMNS):
        raise FormatError(
            "line 1", "there is no column '{column}'; did you mean '{near}'?", column=shown(column), near=near
        )
    says = "there is no column '{column}'; the columns are {columns}"
    raise FormatError("line 1", says, column=shown(column), columns=", ".join(COLUMNS))


def _add(draft: Draft, columns: list[str], row: list[str], place: str) -> None:
    if len(row) != len(columns):
        says = "this line has {cells} cells, and the first line {columns}"
        raise FormatError(place, says, cells=len(row), columns=len(columns))
    cells = dict(zip(columns, [unguarded(cell.strip()) for cell in row], strict=True))
    if cells["method"] not in METHODS:
        _refuse_method(cells["method"], f"{place}, method")
    edge = Derivation(
        parent=draft.artefact(_artefact(cells["parent"], f"{place}, parent"), place),
        child=draft.artefact(_artefact(cells["child"], f"{place}, child"), place),
        method=cells["method"],
        obtained_on=_day(cells, place),
        share=_share(cells, place),
        evidence=cells.get("evidence") or None,
    )
    draft.derivation(edge, place, "claimed")


def _refuse_method(method: str, place: str) -> NoReturn:
    if near := nearest(method, METHODS):
        raise FormatError(place, "no method '{method}'; did you mean '{near}'?", method=shown(method), near=near)
    raise FormatError(
        place,
        "no method '{method}'; the methods are {methods}",
        method=shown(method),
        methods=", ".join(sorted(METHODS)),
    )


def _artefact(name: str, place: str) -> Artefact:
    digest = as_sha256(name)
    if digest:
        return artefact_of_hash(digest)
    parts = name.split("/")
    if len(name) > LONGEST_ID or not name.isprintable() or "\\" in name or {"", ".", ".."} & set(parts):
        says = "an id has 1 to {most} visible characters and no empty part between slashes"
        raise FormatError(place, says, most=LONGEST_ID)
    return Artefact(name, name)


def _day(cells: Mapping[str, str], place: str) -> date | None:
    text = cells.get("obtained_on")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        says = "'{text}' is not a day; write year-month-day, such as 2023-02-22"
        raise FormatError(f"{place}, obtained_on", says, text=shown(text or "")) from None


def _share(cells: Mapping[str, str], place: str) -> float | None:
    text = cells.get("share")
    if not text:
        return None
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise FormatError(f"{place}, share", "a share is a number from 0 to 1")
    return share
