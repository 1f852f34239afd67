"""Recipes that a card tells people in its text: tables of merges, and lists of the models that were merged.

Nobody wrote them for a program, and a name in them may mean anything: each is a candidate, for people to confirm.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lineage.engine.document import Artefact, Derivation
from lineage.formats.draft import Draft
from lineage.formats.naming import artefact_of_name, artefact_of_repository, is_repository, name_of

MOST_TOLD: Final = 100
_MOST_CELLS: Final = 40
_LONGEST_LINE: Final = 2_000

_PARENTS: Final = ("model: a", "model: b", "model: c")
_NAME: Final = "merge name"
_HOW: Final = "interpolation method"
_LISTS: Final = ("マージ利用モデル一覧", "マージ元モデル一覧", "使用モデル一覧")
_ITEM = re.compile(r"\s{0,8}(?:[-*+・●]|\d{1,3}[.)])\s*(\S.*)")
_LINK = re.compile(r"\[([^\]\[]{1,200})\]\((https?://[^\s()]{1,300})\)")
_HUGGING_FACE = re.compile(r"https?://huggingface\.co/([^/?#\s]+/[^/?#\s]+)")


def add_told_recipes(draft: Draft, child: str, text: str) -> None:
    """Adds what the tables and lists in a card's text name, at most a hundred parents."""
    for number, (place, parent, made, method) in enumerate(_told(text)):
        if number == MOST_TOLD:
            draft.remark(place, "of the recipes in the text only the first {most} entries are proposed", most=MOST_TOLD)
            return
        maker = child if made is None else draft.artefact(made, place, "candidate")
        known = draft.artefact(parent, place, "candidate")
        draft.derivation(Derivation(known, maker, method, None), place, "candidate")


def _told(text: str) -> Iterator[tuple[str, Artefact, Artefact | None, str]]:
    """(place, parent, what was made of it or None for the card's own model, method)."""
    columns: list[str] = []
    listing = False
    for number, line in enumerate(text.splitlines(), 1):
        place = f"card, line {number}"
        if len(line) > _LONGEST_LINE:
            continue
        cells = _cells(line)
        if cells is None:
            columns = []
        elif not columns:
            columns = [cell.lower() for cell in cells] if _PARENTS[0] in [cell.lower() for cell in cells] else []
        else:
            yield from _row(place, dict(zip(columns, cells, strict=False)))
        item = _ITEM.match(line) if listing else None
        if item:
            parent = _named(item[1])
            if parent is not None:
                yield place, parent, None, "merge"
        elif line.strip():
            listing = any(words in line for words in _LISTS)


def _cells(line: str) -> list[str] | None:
    """The cells of a line of a Markdown table, or None for another line."""
    stripped = line.strip()
    if not stripped.startswith("|"):
        return None
    return [cell.strip() for cell in stripped.strip("|").split("|", _MOST_CELLS)[:_MOST_CELLS]]


def _row(place: str, cells: Mapping[str, str]) -> Iterator[tuple[str, Artefact, Artefact | None, str]]:
    made = _named(cells.get(_NAME, ""))
    difference = "difference" in cells.get(_HOW, "").lower()
    for column in _PARENTS:
        parent = _named(cells.get(column, ""))
        if parent is not None:
            yield place, parent, made, "subtract" if difference and column == _PARENTS[2] else "merge"


def _named(text: str) -> Artefact | None:
    """The model that a cell or an item names; None for one that names none, such as the line under a table's head."""
    link = _LINK.search(text)
    repository = _HUGGING_FACE.match(link[2]) if link else None
    if repository and is_repository(repository[1]):
        return artefact_of_repository(repository[1])
    name = name_of((link[1] if link else text).strip(" *_`~"))
    return artefact_of_name(name) if name and any(character.isalnum() for character in name) else None
