"""docs/verdicts.md says what the code says."""

from pathlib import Path

import pytest

from lineage.engine.terms import TERMS
from tests.lineage.terms_table import row, table

PAGE = (Path(__file__).parents[2] / "docs" / "verdicts.md").read_text(encoding="utf-8")


def test_the_table_of_terms_is_current() -> None:
    shown = PAGE.partition("<!-- terms -->\n")[2].partition("<!-- /terms -->")[0].strip() + "\n"

    assert shown == table(), "replace it by what `python -m tests.lineage.terms_table` prints"


def test_every_term_has_its_row() -> None:
    rows = table().splitlines()[2:]

    assert sorted(line.split("`")[1] for line in rows) == sorted(TERMS)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("team-size-max", "restriction | `team_size` | `sell-outputs` | conditional, above it blocked"),
        ("no-monetised-hosting", "restriction |  | `host` if commercial | blocked"),
        ("no-nft-outputs", "restriction and obligation |  | every use | conditional"),
        ("no-commercial-model", "restriction |  | every commercial use | blocked"),
        ("unknown-licence", "gap |  | every use but `run` | unclear"),
    ],
)
def test_a_row_says_what_a_reader_of_licences_would(name: str, cells: str) -> None:
    assert row(name) == f"| `{name}` | {cells} |"
