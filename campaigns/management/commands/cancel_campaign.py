from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Campaign


class Command(BaseCommand):
    help = "Cancel a campaign before any payout: everybody gets everything back, and is told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the last part of the campaign's address")
        parser.add_argument("--reason", required=True, help="told to everybody who gave or follows")

    def handle(self, *args: object, slug: str, reason: str, **options: object) -> None:
        campaign = Campaign.objects.filter(slug=slug).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {slug!r}.")
        try:
            cancel_campaign(campaign, at=timezone.now(), by="command", reason=reason)
        except NotPossibleNow as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{slug} is cancelled. The refunds are planned; the clock makes them.")
