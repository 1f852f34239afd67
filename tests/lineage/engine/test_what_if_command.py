"""`what_if` at a terminal, to the letter."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from lineage.engine.document import LineageFile, Term
from lineage.engine.json_text import LARGEST_FILE
from lineage.engine.whatif_command import main
from lineage.engine.writing import write
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, TODAY, artefact, file_of, grant, licence, made

HELP = """usage: manage.py what_if [-h] --replace ID --with FILE [--as ID] --on DAY [--taken-on DAY]
                         [--policy {strict,lenient}] [--fact NAME=VALUE]
                         FILE

What would change if a model had been made from something else: JSON, without a database.

positional arguments:
  FILE                  a genseki-lineage/1 file

options:
  -h, --help            show this help message and exit
  --replace ID          the artefact to be replaced
  --with FILE           a lineage file that has what comes in its place
  --as ID               the replacement in that file, where it is not obvious
  --on DAY              the day that the verdicts are for
  --taken-on DAY        the day of taking the replacement (default --on)
  --policy {strict,lenient}
  --fact NAME=VALUE     of who asks
"""

FAMILY = file_of(
    licence("見本", Term("no-hosting", clause="4.a")),
    OPEN,
    grant("base", "見本"),
    grant("other", "見本"),
    made("base", "end"),
    made("other", "end"),
    artefacts="base other end",
)
CLEAN = file_of(OPEN, grant("clean", "open", "2023-06-01"), artefacts="clean")
SAID: dict[str, Any] = {
    "replaced": "base",
    "by": "clean",
    "on": "2024-01-01",
    "freed": [],
    "stays": [
        {
            "artefact": "end",
            "lineage": "tainted",
            "because": [
                {
                    "code": "no-hosting",
                    "certain": True,
                    "origin": "other",
                    "licence": "見本",
                    "clause": "4.a",
                    "path": ["end", "other"],
                }
            ],
        }
    ],
}


def files_in(folder: Path, file: LineageFile = FAMILY, addition: LineageFile = CLEAN) -> list[str]:
    """The arguments that ask for a replacement of `base`, with the files written down."""
    one, other = folder / "one.json", folder / "other.json"
    one.write_text(write(file), encoding="utf-8")
    other.write_text(write(addition), encoding="utf-8")
    return [str(one), "--replace", "base", "--with", str(other), "--on", TODAY]


def run(*argv: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(list(argv), stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


def strip_of(stdout: str) -> dict[str, dict[str, str]]:
    """The verdicts on the last model of an answer."""
    strip: dict[str, dict[str, str]] = json.loads(stdout)["changes"][-1]["strip"]
    return strip


def test_the_help_says_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    assert run("--help") == (0, HELP, "")


@pytest.mark.parametrize("left_out", ["--replace", "--with", "--on"])
def test_what_it_cannot_do_without_is_asked_for(left_out: str, tmp_path: Path) -> None:
    argv = files_in(tmp_path)
    del argv[argv.index(left_out) : argv.index(left_out) + 2]

    code, stdout, stderr = run(*argv)

    assert (code, stdout) == (2, "")
    assert f"the following arguments are required: {left_out}" in stderr


def test_the_answer_is_json_in_one_order(tmp_path: Path) -> None:
    code, stdout, stderr = run(*files_in(tmp_path))

    changes = json.loads(stdout)["changes"]
    assert (code, stderr) == (0, "")
    assert stdout == json.dumps(SAID | {"changes": changes}, ensure_ascii=False, indent=1) + "\n"
    assert [{key: change[key] for key in change if key != "strip"} for change in changes] == [
        {"artefact": "base", "judged_as": "clean", "lineage": {"before": "clean", "after": "clean"}},
        {"artefact": "end", "judged_as": "end", "lineage": {"before": "tainted", "after": "tainted"}},
    ]
    assert changes[0]["strip"]["paid-service"] == {"before": "blocked", "after": "allowed"}


def test_bytes_are_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", newline="\r\n")

    code = main(files_in(tmp_path), stdout, io.StringIO())

    stdout.flush()
    written = stdout.buffer.getvalue()
    assert code == 0
    assert "見本" in written.decode("utf-8")
    assert b"\r" not in written


def test_a_reason_without_a_licence_says_none(tmp_path: Path) -> None:
    hiding = file_of(OPEN, artefact("clean", undisclosed_parents=True), grant("clean", "open"))

    _, stdout, _ = run(*files_in(tmp_path, addition=hiding))

    because = json.loads(stdout)["stays"][0]["because"]
    assert because[1] == {
        "code": "undisclosed-parents",
        "certain": False,
        "origin": "clean",
        "path": ["end", "clean"],
    }


def test_the_day_of_taking_and_the_policy_count(tmp_path: Path) -> None:
    changing = file_of(
        licence("changing", control=("may-change",)),
        NO_HOSTING,
        grant("clean", "changing", "2023-01-01"),
        grant("clean", NO_HOSTING.id, "2023-06-01"),
        artefacts="clean",
    )
    alone = file_of(OPEN, grant("base", "open"), grant("end", "open"), made("base", "end"), artefacts="base end")
    argv = files_in(tmp_path, alone, changing)

    def paid_service(*options: str) -> str:
        return strip_of(run(*argv, *options)[1])["paid-service"]["after"]

    assert paid_service() == "blocked"
    assert paid_service("--taken-on", "2023-03-01") == "blocked"
    assert paid_service("--taken-on", "2023-03-01", "--policy", "lenient") == "unclear"
    assert paid_service("--taken-on", "2022-12-31", "--policy", "strict") == "unclear"
    assert run(*argv, "--policy", "kind")[0] == 2


def test_facts_of_who_asks_count(tmp_path: Path) -> None:
    limited = file_of(
        licence("limited", "team-size-max 10", "no-commercial-model"),
        OPEN,
        grant("base", "limited"),
        grant("end", "open"),
        made("base", "end"),
        artefacts="base end",
    )
    argv = files_in(tmp_path, limited)

    def before(use: str, *options: str) -> str:
        return strip_of(run(*argv, *options)[1])[use]["before"]

    assert before("publish") == "allowed"
    assert before("publish", "--fact", "commercial=true") == "blocked"
    assert before("publish", "--fact", "commercial=false") == "allowed"
    assert before("personal", "--fact", "commercial=true", "--fact", "monetised=true") == "allowed"
    assert (
        json.loads(run(*argv, "--fact", "team_size=3")[1])["changes"][0]["strip"]["sell-outputs"]["after"] == "allowed"
    )


@pytest.mark.parametrize(
    "fact",
    [
        "team_size",
        "team_size=",
        "team_size=-1",
        "team_size=five",
        "team_size=５",
        "commercial=1",
        "commercial=True",
        "monetised=",
        "height=3",
        "a=true",
        "team_size=true",
        "team_size=1=2",
    ],
)
def test_what_is_no_fact_is_a_sentence(fact: str) -> None:
    code, stdout, stderr = run("a.json", "--replace", "a", "--with", "b.json", "--on", TODAY, "--fact", fact)

    assert (code, stdout) == (2, "")
    known = "team_size, annual_revenue_usd, monthly_active_users, images_per_month, monetised, commercial"
    assert f"argument --fact: '{fact}' is no fact; known are {known}, as in team_size=5" in stderr


def test_what_is_no_day_is_a_sentence() -> None:
    code, _, stderr = run("a.json", "--replace", "a", "--with", "b.json", "--on", "yesterday")

    assert code == 2
    assert "argument --on: 'yesterday' is no day; write it as 2024-07-05" in stderr


def test_the_replacement_is_named_where_it_is_not_obvious(tmp_path: Path) -> None:
    two = file_of(OPEN, grant("one", "open"), grant("two", "open"), artefacts="one two")
    argv = files_in(tmp_path, addition=two)

    assert run(*argv) == (
        2,
        "",
        "artefacts: which one is the replacement? Candidates: one, two. Name it with --as ID\n",
    )
    assert json.loads(run(*argv, "--as", "two")[1])["by"] == "two"


def test_a_file_that_cannot_be_read_is_named_with_what_is_wrong(tmp_path: Path) -> None:
    argv = files_in(tmp_path)
    argv[4] = str(tmp_path / "none.json")
    assert run(*argv) == (2, "", f"{argv[4]}: the file cannot be read: No such file or directory\n")

    argv[4] = "\0"
    assert run(*argv) == (2, "", "\0: the file cannot be read: embedded null byte\n")

    argv[4] = str(tmp_path / "bad.json")
    Path(argv[4]).write_text('{"format": "genseki-lineage/1"}')
    assert run(*argv) == (2, "", f"{argv[4]}: licences: this field is missing\n")


def test_a_file_that_is_too_large_is_refused_and_the_largest_is_read(tmp_path: Path) -> None:
    argv = files_in(tmp_path)
    path = Path(argv[4])
    path.write_bytes(path.read_bytes().ljust(LARGEST_FILE))
    assert run(*argv)[0] == 0

    path.write_bytes(path.read_bytes() + b" ")
    assert run(*argv) == (
        2,
        "",
        f"{path}: the file has more than 10,000,000 bytes; split it into smaller ones\n",
    )
