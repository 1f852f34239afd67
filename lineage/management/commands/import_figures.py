"""`manage.py import_figures FILE.csv`: take downloads and costs into the database, all of them or none."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from lineage.actions.record_figures import FiguresRefused, record_figures_text
from lineage.formats.figures_table import COLUMNS, FiguresUnreadable
from lineage.formats.proposals import FormatError


class Command(BaseCommand):
    help = "Take a table of downloads and costs into the database: all of it or nothing. Again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        columns = ", ".join(COLUMNS)
        parser.add_argument("file", metavar="FILE", help=f"a CSV with the columns {columns}; - is standard input")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            recorded = record_figures_text(content, by=None, at=timezone.now())
        except OSError as error:
            self._give_up(f"{file}: cannot be read: {error.strerror}. Name a file, or - for standard input.")
        except (FormatError, FiguresUnreadable, FiguresRefused) as error:
            self._give_up(f"{file}: {error}")
        else:
            self.stdout.write(f"figures: {recorded.changed} added or changed, {recorded.unchanged} unchanged")

    def _give_up(self, says: str) -> None:
        self.stderr.write(says)
        raise SystemExit(1)
