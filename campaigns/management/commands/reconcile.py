from argparse import ArgumentParser
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.actions.reconcile import reconcile
from campaigns.stripe_gateway import StripeBusy, StripeSilent


class Command(BaseCommand):
    help = "Compare the books with Stripe's, both ways. Exit status 1 on any difference; each opens an alarm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=int, metavar="DAYS", help="compare the last days only, and no balance")
        parser.add_argument("--fix", action="store_true", help="take in what Stripe has and we have missed")

    def handle(self, *args: object, since: int | None, fix: bool, **options: object) -> None:
        at = timezone.now()
        try:
            run = reconcile(at=at, since=at - timedelta(days=since) if since else None, fix=fix)
        except (StripeBusy, StripeSilent) as error:
            raise CommandError(f"Stripe could not be asked, so nothing is known: {error}", returncode=2) from error
        self.stdout.write(f"{run.compared} movements at Stripe were compared")
        for one in run.differences:
            self.stdout.write(
                f"DIFFERS {one['id']} ({one['kind']}): {one['at_stripe']} {one['currency']} at Stripe, "
                f"{one['in_ledger']} in the ledger{', pledge ' + one['names'] if one['names'] else ''}"
            )
        if not run.ok:
            raise CommandError(f"{len(run.differences)} differences. An alarm is open for each.", returncode=1)
        self.stdout.write("no difference")
