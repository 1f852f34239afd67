"""The family of a version as a page shows it: the picture, the list below it, and what may be asked of both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lineage.models import Version
from lineage.picture import SHOWS, Branch, Line, Row, TooLarge, Tree, Wish, draw, lines_of, nested, nested_list
from lineage.verdicts.family import PLAIN, Asked, Family, family_of, picture_words
from lineage.verdicts.family_drawing import wish_query
from lineage.verdicts.record import Record
from lineage.words import USES

ROWS_ON_A_PAGE: Final = 150
LIST: Final = "family-list"


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A line of the list. `address` leads to the place where the model stands in full, if that is another one."""

    row: Row
    address: str


@dataclass(frozen=True, slots=True)
class FamilyView:
    """`svg` is empty where there is no picture. `total` counts the models of the list, `drawn` those of the picture.

    `page` of `pages` of the list is shown, counted from 1; `earlier` and `later` are the addresses beside it, or empty.
    """

    version: Version
    svg: str
    drawn: int
    total: int
    rows: tuple[ListedRow, ...]
    family: Family
    asked: Asked
    page: int
    pages: int
    earlier: str
    later: str

    @property
    def left_out(self) -> int:
        return self.family.left_out

    @property
    def reduced(self) -> str:
        return self.family.reduced

    @property
    def wish(self) -> Wish:
        return self.asked.wish

    @property
    def shows(self) -> tuple[str, ...]:
        return SHOWS

    @property
    def uses(self) -> dict[str, str]:
        return {key: str(word) for key, word in USES.items()}

    @property
    def nothing_bears(self) -> bool:
        """A use was chosen on which no inherited restriction bears."""
        return bool(self.wish.use) and not any(edge.tainting for edge in self.family.whole.edges)

    @property
    def query(self) -> str:
        """What a file of the same picture is asked for with; begins with "?"."""
        told = urlencode([*self.asked.kept, *wish_query(self.wish)])
        return f"?{told}" if told else ""


def family_view(
    record: Record,
    *,
    planned: Version | None = None,
    children: Collection[Version] = (),
    asked: Asked = PLAIN,
) -> FamilyView:
    """See `family_of`. Of a page that the list does not have, the nearest is shown."""
    family = family_of(record, planned=planned, children=children, asked=asked)
    lines = lines_of(nested_list(family.whole, record.version.slug))
    last = max(1, -(-len(lines) // ROWS_ON_A_PAGE))
    page = min(max(asked.page, 1), last)
    addresses = [_address(record, asked, number) for number in range(1, last + 1)]
    return FamilyView(
        version=record.version,
        svg="" if family.too_large else _picture(family.tree),
        drawn=sum(not node.hidden for node in family.tree.nodes),
        total=len(family.whole.nodes),
        rows=_rows(lines, page, addresses),
        family=family,
        asked=asked,
        page=page,
        pages=last,
        earlier=addresses[page - 2] if page > 1 else "",
        later=addresses[page] if page < last else "",
    )


def note_on(family: Family) -> str:
    """What a picture that has left the page says about what it does not show."""
    if not family.left_out:
        return ""
    hidden = ngettext(
        "%(number)s model of this family is not drawn.",
        "%(number)s models of this family are not drawn.",
        family.left_out,
    )
    parts = [hidden % {"number": f"{family.left_out:,}"}]
    if family.reduced == "cone":
        parts.append(_("Of each licence that restricts, the shortest way to this model is shown."))
    return " ".join(parts)


def _picture(tree: Tree) -> str:
    try:
        return draw(tree, picture_words(), ident="family", described_by=LIST)
    except TooLarge:
        return ""


def _address(record: Record, asked: Asked, page: int) -> str:
    query = [*asked.kept, *wish_query(asked.wish), *([("list", str(page))] if page > 1 else [])]
    told = f"?{urlencode(query)}" if query else ""
    return f"{reverse('version', args=[record.version.slug])}{told}"


def _rows(lines: Sequence[Line], page: int, addresses: Sequence[str]) -> tuple[ListedRow, ...]:
    full = {line.branch.node.id: at // ROWS_ON_A_PAGE for at, line in enumerate(lines) if not line.branch.again}
    shown = lines[(page - 1) * ROWS_ON_A_PAGE : page * ROWS_ON_A_PAGE]

    def address(branch: Branch) -> str:
        there = full[branch.node.id]
        return "" if there == page - 1 else addresses[there]

    return tuple(ListedRow(row, address(row.branch)) for row in nested(shown))
