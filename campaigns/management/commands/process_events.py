from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns import stripe_inbox
from campaigns.models import StripeEvent


class Command(BaseCommand):
    help = "Handle the Stripe events that wait; --failed and --replay take up those that were given up or done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--failed", action="store_true", help="take up every event that failed")
        parser.add_argument("--replay", metavar="EVENT", help="handle one event again, whatever became of it")

    def handle(self, *args: object, **options: object) -> None:
        at = timezone.now()
        again = StripeEvent.objects.none()
        if options["failed"]:
            again = StripeEvent.objects.filter(state=StripeEvent.State.FAILED)
        if options["replay"]:
            again = StripeEvent.objects.filter(pk=options["replay"])
            if not again.exists():
                raise CommandError(f"There is no event {options['replay']}. The admin lists those that came.")
        again.update(state=StripeEvent.State.RECEIVED, tries=0, next_at=at, error="")
        self.stdout.write(f"{stripe_inbox.handle_due(at=at)} handled")
