"""Fill the table of standings anew, and put it in the place of the old one in one step."""

from collections.abc import Iterable
from itertools import batched
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from lineage.models import Weighing

BATCH: Final = 1_000
KEPT: Final = 100
"""Weighings whose facts are kept; the standings are always those of the newest."""

_COLUMNS = "version_id, state, freed_versions, freed_downloads, place, cost_usd, cost_stated, licences"

_INDEXES = """
SELECT relname, pg_get_indexdef(indexrelid), indisprimary
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE indrelid = 'lineage_standing'::regclass ORDER BY relname
"""


class Row(NamedTuple):
    """One row of the table, in the order of its columns here: versions and licences by their keys."""

    version: int
    state: str
    freed_versions: int
    freed_downloads: int
    place: int | None
    cost_usd: int | None
    cost_stated: bool
    licences: list[int]


def replace_standings(rows: Iterable[Row], weighing: Weighing) -> None:
    """Either all rows are there afterwards, and the weighing with them, or everything is as it was.

    `rows` must not ask the database anything while they are taken: the connection is busy with them.
    To write a million rows anew takes less time than to change fifty thousand of them. Readers see the old table until
    the new one is complete, with its indexes, and then wait for the moment of the exchange only.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE lineage_standing_next (LIKE lineage_standing INCLUDING ALL EXCLUDING INDEXES)")
        with cursor.copy(f"COPY lineage_standing_next ({_COLUMNS}) FROM STDIN") as copy:
            for some in batched(rows, BATCH):
                copy.write("".join(map(_line, some)))
        names = _indexed(cursor)
        cursor.execute("ANALYZE lineage_standing_next")
        weighing.save()
        Weighing.objects.filter(pk__lte=weighing.pk - KEPT).delete()
        cursor.execute("DROP TABLE lineage_standing")
        cursor.execute("ALTER TABLE lineage_standing_next RENAME TO lineage_standing")
        for name in names:
            cursor.execute(f'ALTER INDEX "{name}_next" RENAME TO "{name}"')


def _line(row: Row) -> str:
    """A row in COPY's own text: nothing but numbers, true and false, and the three states."""
    return (
        f"{row.version}\t{row.state}\t{row.freed_versions}\t{row.freed_downloads}\t{_known(row.place)}\t"
        f"{_known(row.cost_usd)}\t{row.cost_stated}\t{{{','.join(map(str, row.licences))}}}\n"
    )


def _known(number: int | None) -> str:
    return "\\N" if number is None else str(number)


def _indexed(cursor: Any) -> list[str]:
    """Give the new table the indexes of the old one, under names of their own; after the rows, which is faster."""
    cursor.execute(_INDEXES)
    indexes = cursor.fetchall()
    for name, definition, primary in indexes:
        made = definition.replace(f" INDEX {name} ON ", f" INDEX {name}_next ON ", 1)
        made = made.replace(".lineage_standing USING ", ".lineage_standing_next USING ", 1)
        cursor.execute(made)
        if primary:
            made = (
                f'ALTER TABLE lineage_standing_next ADD CONSTRAINT "{name}_next" PRIMARY KEY USING INDEX "{name}_next"'
            )
            cursor.execute(made)
    return [name for name, _definition, _primary in indexes]
