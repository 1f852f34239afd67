"""A table of edges for spreadsheets, in the columns that `edge_table` reads back.

A table has one line for each parent, child and method. Where several claims disagree on the day or the share, the cell
stays empty: unknown is the careful reading. An interval has no column, and is unknown too.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from lineage.engine.document import Derivation, Interval
from lineage.formats.edge_table import COLUMNS
from lineage.formats.naming import LONGEST_ID, as_sha256, id_of
from lineage.formats.spreadsheet_guard import guarded

LONGEST_EVIDENCE: Final = 1_000


def edges_as_csv(derivations: Iterable[Derivation]) -> str:
    """The derivations as CSV with a first line of names. The order in which they are given never matters."""
    grouped: dict[tuple[str, str, str], list[Derivation]] = {}
    for made in derivations:
        grouped.setdefault((table_id(made.parent), table_id(made.child), made.method), []).append(made)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for key in sorted(grouped):
        writer.writerow([guarded(cell) for cell in (*key, *_details(grouped[key]))])
    return table.getvalue()


def table_id(id: str) -> str:
    """The id as a table can hold it: unchanged if the reader takes it so, else its visible characters and a hash."""
    fits = len(id) <= LONGEST_ID and id.isprintable() and id == id.strip() and "\\" not in id
    if fits and as_sha256(id) is None and not {"", ".", ".."} & set(id.split("/")):
        return id
    return id_of("id", f"{id[: LONGEST_ID // 2]}-{sha256(id.encode()).hexdigest()[:12]}")


def _details(claims: Sequence[Derivation]) -> list[str]:
    days = {None if isinstance(made.obtained_on, Interval) else made.obtained_on for made in claims}
    shares = {made.share for made in claims}
    day = days.pop() if len(days) == 1 else None
    share = shares.pop() if len(shares) == 1 else None
    return [
        day.isoformat() if day else "",
        "" if share is None else repr(float(share)),
        _evidence(claims),
    ]


def _evidence(claims: Sequence[Derivation]) -> str:
    texts: set[str] = set()
    for made in claims:
        texts |= set([made.evidence] if isinstance(made.evidence, str) else made.evidence or ())
    line = "; ".join(sorted(" ".join(text.split()) for text in texts)).strip()
    return line if len(line) <= LONGEST_EVIDENCE else line[: LONGEST_EVIDENCE - 1].rstrip() + "…"
