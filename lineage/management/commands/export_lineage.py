"""`manage.py export_lineage`: the lineage on record as a lineage file, or one version's in another format."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone, translation

from lineage.engine.writing import write
from lineage.formats.edge_table_text import edges_as_csv
from lineage.models import Version
from lineage.picture import dot
from lineage.records import lineage_of, whole_lineage
from lineage.verdicts import Asked, Record, family_of, record_on
from lineage.verdicts.exports import WRITERS, exported

FORMATS = ("genseki", *WRITERS, "dot")
#: What can hold everything on record at once.
WHOLE = ("genseki", "csv")


class Command(BaseCommand):
    help = "Write the lineage on record to standard output: the same record on the same day, the same bytes."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Every command has a --version that tells Django's; here it names a version of a model.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--version", dest="slug", metavar="SLUG", help="only this version and its ancestors")
        parser.add_argument(
            "--format",
            choices=FORMATS,
            default="genseki",
            help=f"a lineage file, unless something else is asked for; all but {' and '.join(WHOLE)} need --version",
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _ in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="of the words in markdown and dot, and of the addresses",
        )
        parser.add_argument(
            "--planned",
            action="store_true",
            help="also versions that are only planned: a lineage file cannot say so, and they will look like any other",
        )

    def handle(self, *args: Any, slug: str | None, format: str, language: str, planned: bool, **options: Any) -> None:
        if slug is None:
            self._write_whole(format, planned=planned)
            return
        version = Version.objects.filter(slug=slug).first()
        if version is None:
            self._give_up(f"There is no version “{slug}” on record. The slug stands in the address of its page.")
        elif format == "genseki":
            self.stdout.write(write(lineage_of([slug])), ending="")
        else:
            with translation.override(language):
                self.stdout.write(_written(record_on(version, timezone.localdate()), format), ending="")

    def _write_whole(self, format: str, *, planned: bool) -> None:
        if format not in WHOLE:
            self._give_up(f"The format {format} is about one version: name it with --version SLUG.")
        file = whole_lineage(planned=planned)
        whole = (
            write(file) if format == "genseki" else edges_as_csv(made for made in file.derivations if made.share != 0)
        )
        self.stdout.write(whole, ending="")
        left_out = 0 if planned else Version.objects.filter(planned=True).count()
        if left_out:
            self.stderr.write(f"{left_out} planned versions were left out; --planned writes them too.")

    def _give_up(self, says: str) -> None:
        self.stderr.write(says)
        raise SystemExit(1)


def _written(record: Record, format: str) -> str:
    if format == "dot":
        return dot(family_of(record, asked=Asked(site=settings.SITE_URL)).whole)
    return exported(record, format)
