"""`manage.py import_lineage FILE`: a lineage file as facts, all of it or nothing; every other format as proposals."""

import sys
from io import BufferedReader
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from lineage.actions.import_lineage import ImportResult, import_text
from lineage.actions.read_addresses import SECONDS
from lineage.actions.read_evidence import Source
from lineage.engine.document import LineageFileError
from lineage.fetching import FetchFailed, FetchRefused, fetch, raw_address
from lineage.formats.any_format import FORMATS, guess_format
from lineage.formats.proposals import FormatError
from lineage.management.importing import proposed_lines, weights_of

NOUNS = {
    "licences": "licences",
    "artefacts": "versions",
    "grants": "grants",
    "derivations": "derivations",
    "exemptions": "exemptions",
    "prohibitions": "prohibitions",
}
OWN = "genseki"


class Command(BaseCommand):
    help = (
        "Take a lineage file into the database: all of it or nothing, and importing it again changes nothing. "
        "Every other format becomes proposals, which people accept on the pages; the file is kept as their evidence. "
        "Ends with 1 if it was refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        one = parser.add_mutually_exclusive_group(required=True)
        one.add_argument("file", metavar="FILE", nargs="?", help="the file, or - for standard input")
        one.add_argument("--url", metavar="ADDRESS", help="fetch this now, from a host in IMPORT_HOSTS; as proposals")
        parser.add_argument("--format", choices=list(FORMATS), help="what it is; without this it is found out")
        parser.add_argument("--about", metavar="ID", help="the version that it is about, where it does not say so")
        parser.add_argument("--as-proposals", action="store_true", help="a lineage file, too, becomes proposals")
        parser.add_argument("--dry-run", action="store_true", help="say what would be kept, and keep nothing")

    def handle(self, *args: Any, file: str | None, url: str | None, **options: Any) -> None:
        given = Source(format=options["format"], about=options["about"])
        try:
            data, source = self._fetched(url, given) if url else self._read(str(file), given)
            own = (source.format or guess_format(data, source.name)) == OWN
            if own and not options["as_proposals"] and not url:
                self._import(data, keep=not options["dry_run"])
            else:
                lines = proposed_lines(data, source, at=timezone.now(), keep=not options["dry_run"])
                self.stdout.write("\n".join(lines))
        except OSError as error:
            self._give_up(f"{file}: cannot be read: {error.strerror}. Name a file, or - for standard input.")
        except (LineageFileError, FormatError, FetchRefused, FetchFailed) as error:
            self._give_up(f"{url or file}: {error}")

    def _read(self, file: str, given: Source) -> tuple[bytes, Source]:
        """Of a file of weights only the header is read into memory."""
        if file == "-":
            return sys.stdin.buffer.read(), given
        path = Path(file)
        with path.open("rb") as stream:
            return self._content(stream, path.name, given)

    def _content(self, stream: BufferedReader, name: str, given: Source) -> tuple[bytes, Source]:
        start = stream.read(1_000)
        stream.seek(0)
        if (given.format or guess_format(start, name)) == "safetensors":
            head, sha256 = weights_of(stream)
            return head, Source(name=name, format="safetensors", about=given.about, sha256=sha256)
        return stream.read(), Source(name=name, format=given.format, about=given.about)

    def _fetched(self, url: str, given: Source) -> tuple[bytes, Source]:
        got = fetch(raw_address(url), hosts=settings.IMPORT_HOSTS, timeout=SECONDS)
        return got.data, Source(format=given.format, about=given.about, url=got.final_url)

    def _give_up(self, says: str) -> NoReturn:
        self.stderr.write(says)
        raise SystemExit(1)

    def _import(self, content: bytes, *, keep: bool) -> None:
        with transaction.atomic():
            result = import_text(content, by=None, at=timezone.now())
            if not keep:
                transaction.set_rollback(True)
        self._tell(result)
        if not keep:
            self.stdout.write("Nothing was kept: this was a dry run.")

    def _tell(self, result: ImportResult) -> None:
        for name, noun in NOUNS.items():
            added, unchanged = result.added[name], result.unchanged[name]
            if added or unchanged:
                self.stdout.write(f"{noun}: {added} added, {unchanged} unchanged")
        if not any(result.added.values()):
            self.stdout.write("Nothing new: all of it is on record already.")
        if result.questions:
            self.stdout.write(f"questions: {result.questions} left out; `manage.py judge FILE` answers them.")
