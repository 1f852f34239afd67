"""`manage.py what_if FILE --replace ID --with FILE`: what a replacement would free, without a database."""

import argparse
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from lineage.engine.document import Facts, LineageFile, LineageFileError
from lineage.engine.json_text import LARGEST_FILE
from lineage.engine.reading import read
from lineage.engine.terms import FACTS, POLICIES
from lineage.engine.use_strip import uses_by
from lineage.engine.whatif import Change, Obstacle, WhatIf, joined, only_new_end, what_if


def main(argv: list[str], stdout: TextIO, stderr: TextIO) -> int:
    """Print what changes as JSON. 0 if it was judged, 2 if a file was refused or cannot be read."""
    try:
        with redirect_stdout(stdout), redirect_stderr(stderr):
            options = _parser().parse_args(argv)
    except SystemExit as stopped:
        return 2 if stopped.code else 0
    try:
        found = _found(options)
    except LineageFileError as error:
        stderr.write(f"{error}\n")
        return 2
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(encoding="utf-8", newline="\n")
    stdout.write(json.dumps(to_json(found), ensure_ascii=False, indent=1) + "\n")
    return 0


def to_json(found: WhatIf) -> dict[str, Any]:
    """The whole answer as plain JSON values; the same answer always in the same order."""
    return {
        "replaced": found.old,
        "by": found.new,
        "on": found.on.isoformat(),
        "freed": list(found.freed),
        "stays": [
            {"artefact": change.artefact, "lineage": change.after, "because": [_why(each) for each in change.obstacles]}
            for change in found.stays
        ],
        "changes": [_changed(change) for change in found.changes],
    }


def _changed(change: Change) -> dict[str, Any]:
    return {
        "artefact": change.artefact,
        "judged_as": change.judged_as,
        "lineage": {"before": change.before, "after": change.after},
        "strip": {use: {"before": before, "after": after} for use, (before, after) in change.strip.items()},
    }


def _why(obstacle: Obstacle) -> dict[str, Any]:
    values = {
        "code": obstacle.code,
        "certain": obstacle.certain,
        "origin": obstacle.origin,
        "licence": obstacle.licence,
        "clause": obstacle.clause,
        "path": list(obstacle.path),
    }
    return {key: value for key, value in values.items() if value is not None}


def _found(options: argparse.Namespace) -> WhatIf:
    file, addition = _file(options.file), _file(options.addition)
    new = options.new or only_new_end(file, addition)
    return what_if(
        joined(file, addition),
        options.old,
        new,
        on=options.on,
        policy=options.policy,
        taken_on=options.taken_on,
        uses=uses_by(_facts(options.facts)),
    )


def _file(path: str) -> LineageFile:
    """The file that is named; an error says which one it is about."""
    try:
        with Path(path).open("rb") as stream:
            return read(stream.read(LARGEST_FILE + 1))
    except LineageFileError as error:
        raise LineageFileError(path, str(error)) from error
    except (OSError, ValueError) as error:
        says = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LineageFileError(path, f"the file cannot be read: {says}") from error


def _facts(pairs: list[tuple[str, Any]]) -> Facts:
    return replace(Facts(), **dict(pairs))


def _fact(text: str) -> tuple[str, Any]:
    """`team_size=5` or `commercial=true`."""
    name, _, value = text.partition("=")
    if FACTS.get(name) is True and value.isdecimal() and value.isascii():
        return name, int(value)
    if FACTS.get(name) is False and value in ("true", "false"):
        return name, value == "true"
    raise argparse.ArgumentTypeError(f"'{text}' is no fact; known are {', '.join(FACTS)}, as in team_size=5")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day; write it as 2024-07-05") from None


def _parser() -> argparse.ArgumentParser:
    about = "What would change if a model had been made from something else: JSON, without a database."
    parser = argparse.ArgumentParser(prog="manage.py what_if", description=about)
    parser.add_argument("file", metavar="FILE", help="a genseki-lineage/1 file")
    parser.add_argument("--replace", dest="old", metavar="ID", required=True, help="the artefact to be replaced")
    parser.add_argument(
        "--with", dest="addition", metavar="FILE", required=True, help="a lineage file that has what comes in its place"
    )
    parser.add_argument("--as", dest="new", metavar="ID", help="the replacement in that file, where it is not obvious")
    parser.add_argument("--on", type=_day, metavar="DAY", required=True, help="the day that the verdicts are for")
    parser.add_argument("--taken-on", type=_day, metavar="DAY", help="the day of taking the replacement (default --on)")
    parser.add_argument("--policy", choices=POLICIES, default="strict")
    parser.add_argument(
        "--fact", dest="facts", type=_fact, action="append", default=[], metavar="NAME=VALUE", help="of who asks"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))
