"""The table of cases in docs/money.md keeps its word: every case is there once, and every test that it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADING = "## Every case and its test"
CASES = [
    *(f"A{number}" for number in range(1, 31)),
    *(f"B{number}" for number in range(1, 16)),
    *("C1", "C2", "C4", "C7", "C9", "C12"),
    *(f"D{number}" for number in range(1, 7)),
    *(f"P{number}" for number in range(1, 57)),
]
NOT_OURS = "does not apply: "
NODE = re.compile(r"`(tests/[a-z_0-9/]+\.py)::(test_[a-z_0-9]+)`")


def rows(page: str) -> list[tuple[str, str, str]]:
    """Id, what happens, and how it is shown; every line of the table behind the heading."""
    table = page.split(f"\n{HEADING}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert all(len(row) == 3 for row in cells), [row for row in cells if len(row) != 3]
    return [(row[0], row[1], row[2]) for row in cells]


@cache
def names_in(file: str) -> frozenset[str]:
    """The tests of a file as pytest would find them, without importing it; none when there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def faults(found: list[tuple[str, str, str]]) -> list[str]:
    """Everything that is wrong with the table, in words."""
    ids = [case for case, _, _ in found]
    wrong = [f"{case} is missing" for case in CASES if case not in ids]
    wrong += [f"{case} is no case" for case in ids if case not in CASES]
    wrong += [f"{case} is there twice" for case in sorted(set(ids)) if ids.count(case) > 1]
    for case, happens, shown in found:
        nodes = NODE.findall(shown)
        wrong += [f"{case}: {file}::{name} does not exist" for file, name in nodes if name not in names_in(file)]
        wrong += [f"{case}: {one} is not understood" for one in _not_understood(shown)]
        if not happens or not (nodes or shown.startswith(NOT_OURS)):
            wrong.append(f"{case} says nothing")
    return wrong


def _not_understood(shown: str) -> list[str]:
    """Whatever stands beside the tests, unless it says why there is none."""
    rest = NODE.sub("", shown).strip()
    return [rest] if rest and not rest.startswith(NOT_OURS) else []


def test_every_case_is_there_once_and_every_test_that_is_named_exists() -> None:
    page = (ROOT / "docs" / "money.md").read_text(encoding="utf-8")

    assert faults(rows(page)) == []


GOOD = "`tests/house/test_money_table.py::test_what_is_wrong_with_a_table_is_named`"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"A1": None}, "A1 is missing"),
        ({"A1": f"{GOOD} |\n| A1 | again | {GOOD}"}, "A1 is there twice"),
        ({"A1": f"{GOOD} |\n| A99 | more | {GOOD}"}, "A99 is no case"),
        ({"A1": GOOD.replace("named", "gone")}, "does not exist"),
        ({"A1": GOOD.replace("house", "nowhere")}, "does not exist"),
        ({"A1": ""}, "A1 says nothing"),
        ({"A1": f"{GOOD} and somebody has looked"}, "is not understood"),
        ({"A1": "(later)"}, "A1"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(change: dict[str, str | None], says: str) -> None:
    """The control: a table in order, broken in one place."""
    shown = {**dict.fromkeys(CASES, GOOD), **change}
    lines = [f"| {case} | it happens | {how} |" for case, how in shown.items() if how is not None]
    page = "\n".join(["", HEADING, "", "| | what | how |", "|---|---|---|", *lines, "", "## More", "| x |"])

    wrong = faults(rows(page))

    assert wrong and all(says in one for one in wrong)


def test_a_table_in_order_has_nothing_wrong() -> None:
    lines = [f"| {case} | it happens | {GOOD} |" for case in CASES]
    page = "\n".join(["", HEADING, "", "| | what | how |", "|---|---|---|", *lines])

    assert faults(rows(page)) == []
