"""`manage.py judge FILE [--table]`: judge a lineage file without a database and without a setting."""

import argparse
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from lineage.engine.document import LineageFileError
from lineage.engine.json_text import LARGEST_FILE
from lineage.engine.judging import dumps, judge
from lineage.engine.reading import read
from lineage.engine.table import table


def main(argv: list[str], stdout: TextIO, stderr: TextIO) -> int:
    """Print the answers to a file's questions. 0 if the file was judged, 2 if it was refused or cannot be read."""
    try:
        with redirect_stdout(stdout), redirect_stderr(stderr):
            options = _parser().parse_args(argv)
    except SystemExit as stopped:
        return 2 if stopped.code else 0
    name = "standard input" if options.file == "-" else options.file
    try:
        file = read(_bytes_of(options.file))
        result = judge(file)
    except LineageFileError as error:
        stderr.write(f"{name}: {error}\n")
        return 2
    except (OSError, ValueError) as error:
        says = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        stderr.write(f"{name}: the file cannot be read: {says}\n")
        return 2
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(encoding="utf-8", newline="\n")
    stdout.write(table(file, result) if options.table else dumps(result))
    return 0


def _bytes_of(path: str) -> bytes:
    """The file, or as much of it as is needed to see that it is too large."""
    if path == "-":
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    with Path(path).open("rb") as stream:
        return stream.read(LARGEST_FILE + 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="manage.py judge", description="Answer the questions of a lineage file.")
    parser.add_argument("file", metavar="FILE", help="a genseki-lineage/1 file, or - for standard input")
    parser.add_argument("--table", action="store_true", help="print a table for people instead of JSON")
    return parser
