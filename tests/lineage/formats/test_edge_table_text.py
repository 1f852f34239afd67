"""A table of edges can be opened in a spreadsheet without running anything, and read back without losing an edge."""

import csv
import io
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.engine.document import Derivation, Interval
from lineage.formats.edge_table import import_edges
from lineage.formats.edge_table_text import edges_as_csv, table_id
from lineage.formats.exported_family import ExportedFamily
from lineage.formats.spreadsheet_guard import guarded, unguarded
from tests.lineage.formats.exported import HOSTILE, bra, families, hostile, shuffled

DAY = date(2023, 2, 22)


def read_back(text: str) -> tuple[Derivation, ...]:
    return import_edges(text).as_file().derivations


def test_every_derivation_of_a_real_family_is_read_back() -> None:
    made = bra().derivations

    again = read_back(edges_as_csv(made))

    assert {(one.parent, one.child, one.method, one.share) for one in again} == {
        (one.parent, one.child, one.method, one.share) for one in made
    }
    assert edges_as_csv(again) == edges_as_csv(made)


def test_a_day_and_a_share_stay_and_evidence_becomes_one_line() -> None:
    made = Derivation("a", "b", "merge", DAY, 0.3, evidence=("said\nthere", "=1+1"))

    [again] = read_back(edges_as_csv([made]))

    assert (again.obtained_on, again.share, again.evidence) == (DAY, 0.3, "=1+1; said there")


def test_an_interval_and_two_days_for_one_step_are_read_back_as_unknown() -> None:
    spans = Derivation("a", "b", "merge", Interval(DAY, date(2023, 3, 1)))
    twice = [Derivation("c", "b", "merge", DAY), Derivation("c", "b", "merge", date(2023, 3, 1), 0.5)]

    again = read_back(edges_as_csv([spans, *twice]))

    assert [(one.parent, one.obtained_on, one.share) for one in again] == [("a", None, None), ("c", None, None)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＠", "'=", "''-"])
def test_no_cell_begins_a_formula(start: str) -> None:
    made = Derivation(f"{start}cmd|'/c calc'!A0", "b", "merge", None, evidence=f"{start}1")

    text = edges_as_csv([made])

    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")]
    [again] = read_back(text)
    assert (again.parent, again.evidence) == (made.parent, f"{start}1")


@given(st.text(st.sampled_from("'=+-@a\t\r\n")))
def test_what_guards_a_cell_is_taken_off_exactly(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert guarded(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")


@given(hostile, hostile)
def test_ids_that_a_table_cannot_hold_get_another_that_is_always_the_same(one: str, other: str) -> None:
    assert (table_id(one) == table_id(other)) == (one == other)
    assert table_id(table_id(one)) == table_id(one)


def test_plain_ids_stay_as_they_are() -> None:
    assert [table_id(id) for id in ("bra-v4", "someone/model", "=x", "日本語")] == [
        "bra-v4",
        "someone/model",
        "=x",
        "日本語",
    ]
    assert all(table_id(id).isprintable() for id in HOSTILE)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(families(), st.integers(0, 3))
def test_any_family_is_read_back_and_written_the_same_again(family: ExportedFamily, seed: int) -> None:
    text = edges_as_csv(family.derivations)

    again = read_back(text)

    assert edges_as_csv(again) == text == edges_as_csv(shuffled(family, seed).derivations)
    assert {(one.parent, one.child, one.method) for one in again} == {
        (table_id(one.parent), table_id(one.child), one.method) for one in family.derivations
    }
