"""`judge` at a terminal."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from lineage.engine.command import main
from lineage.engine.json_text import LARGEST_FILE

ROOT = Path(__file__).parents[3]
CASE = ROOT / "tests" / "lineage" / "cases" / "bra-b01.json"


def run(*argv: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(list(argv), stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


def test_a_file_is_judged_to_json() -> None:
    code, stdout, stderr = run(str(CASE))

    assert (code, stderr) == (0, "")
    assert [answer["verdict"] for answer in json.loads(stdout)["answers"]][:3] == [
        "conditional",
        "conditional",
        "blocked",
    ]


def test_a_table_for_people() -> None:
    code, stdout, _ = run(str(CASE), "--table")

    assert code == 0
    assert stdout.splitlines()[0].split() == ["question", "artefact", "action", "on", "verdict", "lineage", "because"]
    assert "B03" in stdout
    assert "not legal advice" in stdout


def test_faults_stand_below_the_table() -> None:
    _, stdout, _ = run(str(CASE.with_name("awkward-x01.json")), "--table")

    assert "cycle: a and b are each claimed to descend from the others." in stdout


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CASE.read_bytes())))

    assert run("-") == run(str(CASE))


def test_a_refused_file_is_named_with_the_place_and_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(CASE.read_text().replace('"child": "lucid-mix"', '"child": "lucidmix"'))

    assert run(str(path)) == (
        2,
        "",
        f"{path}: derivations[1].child: no artefact 'lucidmix'; did you mean 'lucid-mix'?\n",
    )


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    code, stdout, stderr = run(str(tmp_path / "none.json"))

    assert (code, stdout) == (2, "")
    assert stderr == f"{tmp_path / 'none.json'}: the file cannot be read: No such file or directory\n"


HELP = """usage: manage.py judge [-h] [--table] FILE

Answer the questions of a lineage file.

positional arguments:
  FILE        a genseki-lineage/1 file, or - for standard input

options:
  -h, --help  show this help message and exit
  --table     print a table for people instead of JSON
"""


def test_the_help_says_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    assert run("--help") == (0, HELP, "")


def test_an_option_that_is_none_is_refused() -> None:
    code, stdout, stderr = run("--tables", str(CASE))

    assert (code, stdout) == (2, "")
    assert "usage: manage.py judge" in stderr


@pytest.mark.parametrize("by", ["name", "standard input"])
def test_a_file_that_is_too_large_is_read_no_further_than_needed(
    by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b" " * (LARGEST_FILE + 100))
    stream = path.open("rb")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))

    code, _, stderr = run(str(path) if by == "name" else "-")

    named = str(path) if by == "name" else "standard input"
    assert (code, stderr) == (
        2,
        f"{named}: the file has more than 10,000,000 bytes; split it into smaller ones\n",
    )
    assert stream.tell() == (0 if by == "name" else LARGEST_FILE + 1)


@pytest.mark.parametrize("name", [".", "\0"])
def test_what_is_no_file_is_a_sentence_too(name: str) -> None:
    code, _, stderr = run(name)

    assert code == 2
    assert "cannot be read" in stderr


def test_wrong_arguments_are_told_and_are_an_error() -> None:
    code, _, stderr = run()

    assert code == 2
    assert "FILE" in stderr


def test_help_is_no_error() -> None:
    code, stdout, _ = run("--help")

    assert code == 0
    assert "--table" in stdout


def test_the_engine_needs_nothing_but_python_and_writes_the_same_bytes_in_any_locale() -> None:
    def judged(hash_seed: str, encoding: str) -> bytes:
        program = (
            "import sys; from lineage.engine.command import main; sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))"
        )
        return subprocess.run(
            [sys.executable, "-S", "-c", program, str(CASE)],
            cwd=ROOT,
            env={"PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": encoding},
            capture_output=True,
            check=True,
        ).stdout

    assert judged("1", "utf-8") == judged("2", "latin-1")
