"""A table of edges is read line by line, and refused at the first line that is wrong."""

from datetime import date

import pytest

from lineage.engine.document import Derivation
from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.formats.edge_table import import_edges
from lineage.formats.proposals import FormatError
from tests.lineage.formats.hostile import JAPANESE, within

HEAD = "parent,child,method,obtained_on,share,evidence\n"


def test_every_line_is_a_claimed_derivation() -> None:
    proposal = import_edges(f'\ufeff{HEAD}a,b/c,merge,2023-02-22,0.5,"said, once"\n\n{"A" * 64},b/c,finetune,,,\n')

    assert [edge.value for edge in proposal.derivations] == [
        Derivation("a", "b/c", "merge", date(2023, 2, 22), 0.5, certain=False, evidence="said, once"),
        Derivation("sha256:" + "a" * 64, "b/c", "finetune", None, certain=False),
    ]
    assert {edge.certainty for edge in proposal.derivations} == {"claimed"}
    assert proposal.derivations[1].place == "line 4"


def test_what_is_proposed_can_be_written() -> None:
    file = import_edges(f"{HEAD}{JAPANESE},b,merge,,,\r\na,b,merge,,,\r\n").as_file()

    assert read(write(file)) == file


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("", "", "the table is empty"),
        ("parent,child\n", "line 1", "must be there"),
        ("parent,child,method,method\n", "line 1", "stands once"),
        ("parent,child,methods\n", "line 1", "did you mean 'method'"),
        (f"{HEAD}a,b,merge\n", "line 2", "3 cells"),
        (f"{HEAD}a,b,merged,,,\n", "line 2, method", "did you mean 'merge'"),
        (f"{HEAD},b,merge,,,\n", "line 2, parent", "an id has"),
        (f"{HEAD}a,../b,merge,,,\n", "line 2, child", "an id has"),
        (f"{HEAD}a,b,merge,2023-02-30,,\n", "line 2, obtained_on", "is not a day"),
        (f"{HEAD}a,b,merge,,nan,\n", "line 2, share", "from 0 to 1"),
        (f"{HEAD}a,b,merge,,2,\n", "line 2, share", "from 0 to 1"),
        (f"{HEAD}a,b,merge,,x,\n", "line 2, share", "from 0 to 1"),
        (f'{HEAD}a,b,merge,,,"open\n', "line 2", "not CSV"),
        (f"{HEAD}a,b,merge,,,{'x' * 200_000}\n", "line 2", "not CSV"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text: str, place: str, says: str) -> None:
    with pytest.raises(FormatError) as refusal:
        import_edges(text)

    assert (refusal.value.place, says in refusal.value.says) == (place, True)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a" * 10_000_000, "more than 5,000,000 bytes"),
        (HEAD.encode() + b"".join(b"p%d,c%d,merge,,,\n" % (n, n) for n in range(100_000)), "more than 10,000 things"),
        (JAPANESE.encode("shift_jis"), "Shift_JIS"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (b"a\0b", "cannot be stored"),
        (b"," * 4_000_000, "there is no column"),
    ],
)
def test_hostile_tables_are_refused_within_seconds(data: bytes, says: str) -> None:
    with within(20), pytest.raises(FormatError) as refusal:
        import_edges(data)

    assert says in str(refusal.value)
