from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from campaigns.actions.verify_ledger import verify_ledger
from campaigns.models import Campaign


class Command(BaseCommand):
    help = "Walk the chain of every ledger, print its newest hash, and name the first entry that does not fit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", metavar="SLUG", help="only this one")

    def handle(self, *args: object, campaign: str | None = None, **options: object) -> None:
        found = Campaign.objects.order_by("slug")
        if campaign is not None:
            found = found.filter(slug=campaign)
            if not found.exists():
                raise CommandError(f"There is no campaign {campaign!r}.")
        walks = [verify_ledger(one) for one in found]
        for walk in walks:
            if walk.number or walk.trouble:
                self.stdout.write(f"{walk.campaign} {walk.number} {walk.hash}")
        broken = [f"{walk.campaign}: {walk.trouble}" for walk in walks if walk.trouble]
        if broken:
            raise CommandError("\n".join(broken))
