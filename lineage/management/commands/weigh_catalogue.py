"""`manage.py weigh_catalogue`: judge everything on file at once, for the lists and the ranking."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lineage.actions.weigh_catalogue import NotWeighed, weigh_catalogue


class Command(BaseCommand):
    help = "Judge everything on file at once, for the lists and the ranking. The clock does this after every change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="DAY", type=_day, help="the day to judge for; today if left out")

    def handle(self, *args: Any, on: date | None, **options: Any) -> None:
        at = timezone.now()
        try:
            weighing = weigh_catalogue(at=at, on=on or timezone.localdate(at))
        except NotWeighed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{weighing}: {weighing.tainted} inherit restrictions")


def _day(text: str) -> date:
    return date.fromisoformat(text)
