"""`manage.py export_lineage`: the lineage on record as a lineage file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lineage.engine.writing import write
from lineage.models import Version
from lineage.records import lineage_of, whole_lineage


class Command(BaseCommand):
    help = "Write the lineage on record as a lineage file (JSON) to standard output: the same record, the same bytes."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Every command has a --version that tells Django's; here it names a version of a model.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--version", dest="slug", metavar="SLUG", help="only this version and its ancestors")
        parser.add_argument(
            "--planned",
            action="store_true",
            help="also versions that are only planned: a lineage file cannot say so, and they will look like any other",
        )

    def handle(self, *args: Any, slug: str | None, planned: bool, **options: Any) -> None:
        if slug is None:
            file = whole_lineage(planned=planned)
            left_out = 0 if planned else Version.objects.filter(planned=True).count()
        elif Version.objects.filter(slug=slug).exists():
            file, left_out = lineage_of([slug]), 0
        else:
            self.stderr.write(f"There is no version “{slug}” on record. The slug stands in the address of its page.")
            raise SystemExit(1)
        self.stdout.write(write(file), ending="")
        if left_out:
            self.stderr.write(f"{left_out} planned versions were left out; --planned writes them too.")
