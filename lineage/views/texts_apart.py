"""Where texts that are held against each other differ, by who says what."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lineage.engine.side_by_side import Row

LETTERS: Final = "ABCD"
"""What the texts on a page are called, from the first."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Things that only the texts with these `letters` say; without letters, that all say but not alike."""

    letters: tuple[str, ...]
    rows: tuple[Row, ...]


def apart(rows: Iterable[Row]) -> list[Apart]:
    """What one text alone says, text by text; what several say; what all say in another way.

    Where a restriction is among them they come before all others: it decides more than any duty.
    """
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row.difference != "same":
            found.setdefault(_letters(row), []).append(row)
    groups = [Apart(letters, tuple(found[letters])) for letters in sorted(found, key=_order)]
    return sorted(groups, key=lambda group: all(row.group != "restrictions" for row in group.rows))


def _letters(row: Row) -> tuple[str, ...]:
    said = tuple(letter for letter, cell in zip(LETTERS, row.cells, strict=False) if cell.says)
    return said if len(said) < len(row.cells) else ()


def _order(letters: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return len(letters) or len(LETTERS) + 1, letters
