"""Lineage files for tests of the Django side: the real ones, and one that uses everything the format has."""

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

from lineage.actions.import_lineage import ImportResult, import_lineage
from lineage.engine.document import (
    Artefact,
    Derivation,
    Exemption,
    Grant,
    Interval,
    Licence,
    LineageFile,
    Prohibition,
    Term,
)
from lineage.engine.reading import read

DATA = Path(__file__).resolve().parents[2] / "lineage" / "data"
NOON = datetime(2023, 5, 1, 12, tzinfo=UTC)
MAY_DAY = date(2023, 5, 1)


def the_bra_family() -> LineageFile:
    return read((DATA / "bra.json").read_bytes())


def put_on_record(file: LineageFile) -> ImportResult:
    return import_lineage(file, by=None, at=NOON)


def a_file_with_everything() -> LineageFile:
    """Every list and every field of the format that the database keeps, none left at its default."""
    return LineageFile(
        licences=(
            Licence(
                "zebra-1.0",
                "Zebra",
                "https://example.com/z",
                "LicenseRef-z",
                "zebra",
                True,
                terms=(
                    Term("team-size-max", 2.5, "copies", True, "4.a", "teams of up to two and a half"),
                    Term("revenue-max", 1_000_000),
                    Term("attribution", carries="none"),
                ),
                outbound=("superset", "same-licence"),
                control=("revocable", "may-change"),
            ),
            Licence("apple"),
        ),
        artefacts=(
            Artefact(
                "b/model-2", "B, second", "bob", date(2023, 1, 2), "ab" * 32, "https://example.com/b", True, "apple"
            ),
            Artefact("a", "A"),
        ),
        grants=(
            Grant("a", "apple", date(2022, 1, 1), date(2023, 1, 1), False, False, ("https://example.com/1", "a talk")),
            Grant("a", "zebra-1.0", date(2022, 1, 1), optional=True, evidence="https://example.com/2"),
            Grant("a", "zebra-1.0", date(2023, 2, 1)),
        ),
        derivations=(
            Derivation(
                "a",
                "b/model-2",
                "merge",
                Interval(date(2022, 3, 1), date(2022, 4, 1)),
                0.25,
                False,
                date(2023, 3, 1),
                ("one", "two"),
            ),
            Derivation("a", "b/model-2", "component", date(2022, 5, 1)),
            Derivation("b/model-2", "a", "subtract", None, evidence="a claimed circle"),
        ),
        exemptions=(Exemption("a", "team-size-max", ("carol", "dave")),),
        prohibitions=(Prohibition("a", date(2023, 6, 1)),),
    )


def a_line_of(length: int) -> LineageFile:
    """v0 <- v1 <- v2 ..., where v0 may not be used commercially."""
    ids = [f"v{number}" for number in range(length)]
    return LineageFile(
        licences=(Licence("strict", "Strict", terms=(Term("no-commercial-model"),)), Licence("free", "Free")),
        artefacts=tuple(Artefact(id, f"Version {id}") for id in ids),
        grants=tuple(Grant(id, "strict" if id == "v0" else "free", date(2022, 1, 1)) for id in ids),
        derivations=tuple(Derivation(parent, child, "finetune", date(2022, 2, 1)) for parent, child in pairwise(ids)),
    )
