from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.actions.pause_giving import lift_giving_pause, pause_giving
from campaigns.actions.pause_site import lift_pause, pause_site
from campaigns.models import Campaign


class Command(BaseCommand):
    help = "Take no coins on the whole site, or for one campaign; --lift lets it go on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", metavar="SLUG", help="this campaign alone")
        parser.add_argument("--reason", default="", help="for the staff")
        parser.add_argument("--lift", action="store_true", help="let it go on")

    def handle(self, *args: object, campaign: str | None, reason: str, lift: bool, **options: object) -> None:
        at, what = timezone.now(), campaign or "the whole site"
        if campaign:
            found = Campaign.objects.filter(slug=campaign).first()
            if found is None:
                raise CommandError(f"There is no campaign {campaign!r}.")
            changed = lift_giving_pause(found, at=at, by="command") if lift else pause_giving(found)
        elif lift:
            changed = lift_pause(at=at, by="command")
        else:
            changed = pause_site(at=at, by="command", reason=reason).began_at == at
        done = "Coins are taken again" if lift else "Giving is paused"
        self.stdout.write(f"{done}: {what}." if changed else f"Nothing to change: {what}.")
