import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.actions.run_selfcheck import run_selfcheck
from campaigns.invariants import INVARIANTS


class Command(BaseCommand):
    help = "Hold the books against every invariant and keep what was found. Exit status 1 when one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="say it as JSON")
        parser.add_argument("--strict", action="store_true", help="fail also when something waits for a person")

    def handle(self, *args: object, **options: object) -> None:
        run = run_selfcheck(at=timezone.now())
        found = {**run.breaches, **run.waiting}
        if options["json"]:
            said = {"at": run.at.isoformat(), "ok": run.ok, "breaches": run.breaches, "waiting": run.waiting}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            for one in INVARIANTS:
                word = "ok" if one.name not in found else "waits" if one.waits else "BROKEN"
                self.stdout.write(f"{word:6} {one.name}: {one.sentence}")
                for row in found.get(one.name, ()):
                    self.stdout.write(f"       {row}")
        if run.breaches or (options["strict"] and run.waiting):
            raise CommandError("The books are broken." if run.breaches else "Something waits for a person.")
