"""`manage.py import_lineage FILE`: take a lineage file into the database, all of it or nothing."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from lineage.actions.import_lineage import ImportResult, import_text
from lineage.engine.document import LineageFileError

NOUNS = {
    "licences": "licences",
    "artefacts": "versions",
    "grants": "grants",
    "derivations": "derivations",
    "exemptions": "exemptions",
    "prohibitions": "prohibitions",
}


class Command(BaseCommand):
    help = "Take a lineage file into the database: all of it or nothing. Importing it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a lineage file (JSON), or - for standard input")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            result = import_text(content, by=None, at=timezone.now())
        except OSError as error:
            self._give_up(f"{file}: cannot be read: {error.strerror}. Name a file, or - for standard input.")
        except LineageFileError as error:
            self._give_up(f"{file}: {error}")
        else:
            self._tell(result)

    def _give_up(self, says: str) -> None:
        self.stderr.write(says)
        raise SystemExit(1)

    def _tell(self, result: ImportResult) -> None:
        for name, noun in NOUNS.items():
            added, unchanged = result.added[name], result.unchanged[name]
            if added or unchanged:
                self.stdout.write(f"{noun}: {added} added, {unchanged} unchanged")
        if not any(result.added.values()):
            self.stdout.write("Nothing new: all of it is on record already.")
        if result.questions:
            self.stdout.write(f"questions: {result.questions} left out; `manage.py judge FILE` answers them.")
