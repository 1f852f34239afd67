"""A CSV of edges: a line for each derivation, under a first line that names the columns."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Final

from lineage.engine.document import Artefact, Derivation
from lineage.engine.fields import did_you_mean, shown
from lineage.engine.terms import METHODS
from lineage.formats.draft import Draft, draft_of
from lineage.formats.naming import LONGEST_ID, artefact_of_hash, as_sha256
from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.texts import as_bytes, decoded

NEEDED: Final = ("parent", "child", "method")
COLUMNS: Final = (*NEEDED, "obtained_on", "share", "evidence")


def import_edges(data: bytes | str) -> Proposal:
    """The derivations in a table. `parent` and `child` are ids, or whole SHA-256. Raises FormatError with the line."""
    text = decoded(data)
    draft = draft_of(as_bytes(data), "csv-edges")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    try:
        for row in reader:
            if not columns:
                columns = _columns(row)
            elif any(cell.strip() for cell in row):
                _add(draft, columns, row, f"line {reader.line_num}")
    except csv.Error as error:
        raise FormatError(f"line {reader.line_num}", f"this is not CSV: {error}") from None
    if not columns:
        raise FormatError("", f"the table is empty; its first line names the columns {', '.join(COLUMNS)}")
    return draft.done()


def _columns(row: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in row[:100]]
    for column in columns:
        if column not in COLUMNS:
            raise FormatError("line 1", f"there is no column '{shown(column)}'{did_you_mean(column, COLUMNS)}")
    missing = [column for column in NEEDED if column not in columns]
    if missing or len(set(columns)) < len(columns):
        raise FormatError("line 1", f"every column stands once, and parent, child and method must be there: {missing}")
    return columns


def _add(draft: Draft, columns: list[str], row: list[str], place: str) -> None:
    if len(row) != len(columns):
        raise FormatError(place, f"this line has {len(row)} cells, and the first line {len(columns)}")
    cells = dict(zip(columns, [cell.strip() for cell in row], strict=True))
    if cells["method"] not in METHODS:
        says = f"no method '{shown(cells['method'])}'{did_you_mean(cells['method'], METHODS)}"
        raise FormatError(f"{place}, method", says)
    edge = Derivation(
        parent=draft.artefact(_artefact(cells["parent"], f"{place}, parent"), place),
        child=draft.artefact(_artefact(cells["child"], f"{place}, child"), place),
        method=cells["method"],
        obtained_on=_day(cells, place),
        share=_share(cells, place),
        evidence=cells.get("evidence") or None,
    )
    draft.derivation(edge, place, "claimed")


def _artefact(name: str, place: str) -> Artefact:
    digest = as_sha256(name)
    if digest:
        return artefact_of_hash(digest)
    parts = name.split("/")
    if len(name) > LONGEST_ID or not name.isprintable() or "\\" in name or {"", ".", ".."} & set(parts):
        raise FormatError(place, f"an id has 1 to {LONGEST_ID} visible characters and no empty part between slashes")
    return Artefact(name, name)


def _day(cells: Mapping[str, str], place: str) -> date | None:
    text = cells.get("obtained_on")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        says = f"'{shown(text or '')}' is not a day; write year-month-day, such as 2023-02-22"
        raise FormatError(f"{place}, obtained_on", says) from None


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
